//! Which queues are selected, as far as the table must know. What happens when a checkbox is pressed is in
//! the chunk of what can be done with them: see `bulk/select.rs`.

use leptos::prelude::*;

use crate::{
    api::tags::TagChoice,
    domain::{Queue, Tag},
};

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

    /// This queue was deleted.
    pub fn forget(self, id: u64) {
        self.queues.update(|all| all.retain(|queue| queue.id != id));
    }

    /// What of these choices is done is what is known of the tags of this queue.
    pub fn set_tags(self, id: u64, choices: &[TagChoice]) {
        let Some(mut all) = self.queues.try_write_untracked() else { return };
        let Some(queue) = all.iter_mut().find(|queue| queue.id == id) else { return };
        for choice in choices.iter().filter(|choice| choice.is_on == choice.was_on) {
            queue.tags.retain(|tag| tag.name != choice.name);
            if let Some(id) = choice.id.filter(|_| choice.is_on) {
                queue.tags.push(Tag { id, name: choice.name.clone(), group: None });
            }
        }
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
