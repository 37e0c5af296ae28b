//! Which queues are selected, as far as the table must know. What happens when a checkbox is pressed is in
//! the chunk of what can be done with them: see `bulk/select.rs`.

use leptos::prelude::*;

use crate::domain::Queue;

/// A press on a checkbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Press {
    /// Of the row of this queue; `None`: of all on the page.
    pub id: Option<u64>,
    /// It is ticked now.
    pub on: bool,
    /// With Shift: all between this row and the one before.
    pub extends: bool,
}

/// The selected queues. They stay so over pages and sorting.
#[derive(Clone, Copy)]
pub struct Selection {
    /// By their ids.
    pub queues: RwSignal<Vec<Queue>>,
    /// What was pressed, until it is taken up.
    pub presses: RwSignal<Vec<Press>>,
    /// Whether all on the page are selected, and whether some are.
    pub on_page: RwSignal<(bool, bool)>,
}

impl Selection {
    pub fn new() -> Self {
        Self {
            queues: RwSignal::new(Vec::new()),
            presses: RwSignal::new(Vec::new()),
            on_page: RwSignal::new((false, false)),
        }
    }

    /// A checkbox was pressed.
    pub fn press(self, id: Option<u64>, on: bool, extends: bool) {
        self.presses.update(|presses| presses.push(Press { id, on, extends }));
    }

    /// How many.
    pub fn count(self) -> usize {
        self.queues.read().len()
    }
}

/// The queue with this id is among them.
pub fn has(all: &[Queue], id: u64) -> bool {
    all.binary_search_by_key(&id, |queue| queue.id).is_ok()
}
