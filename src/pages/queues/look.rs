//! How the table looks: which columns are off, and how dense it is. Kept, for each user.

use leptos::prelude::*;

use super::columns::COLUMNS;
use crate::storage::{self, Key};

/// The class of a table with rows of little height.
pub const COMPACT: &str = "compact";

/// The look of the table, as classes that `style/table.css` knows.
#[derive(Clone, Copy)]
pub struct Look {
    user: u64,
    classes: RwSignal<String>,
}

impl Look {
    pub fn of(user: u64) -> Self {
        let stored = storage::read(Key::Look(user)).unwrap_or_default();
        // Whatever else stands there: another class might hide the table.
        let is_known =
            |class: &&str| *class == COMPACT || COLUMNS.iter().any(|column| has(column.off, class));
        let classes = stored.split(' ').filter(is_known).collect::<Vec<_>>().join(" ");
        Self { user, classes: RwSignal::new(classes) }
    }

    /// This class is on.
    pub fn has(self, class: &str) -> bool {
        self.classes.with(|classes| has(classes, class))
    }

    /// Switches a class on or off.
    pub fn set(self, class: &str, on: bool) {
        self.classes.update(|classes| {
            let others = classes.split(' ').filter(|it| !it.is_empty() && *it != class);
            *classes = others.chain(on.then_some(class)).collect::<Vec<_>>().join(" ");
        });
        self.classes.with_untracked(|classes| {
            storage::write(
                Key::Look(self.user),
                Some(classes).filter(|it| !it.is_empty()).map(|it| &**it),
            );
        });
    }

    /// All classes of the table.
    pub fn classes(self) -> String {
        let mut all = "list queues ".to_owned();
        all.push_str(&self.classes.read());
        all
    }
}

fn has(classes: &str, class: &str) -> bool {
    !class.is_empty() && classes.split(' ').any(|it| it == class)
}
