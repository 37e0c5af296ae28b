//! What the browser keeps for us. Storage may be full, forbidden or broken: everything works
//! without it.

use web_sys::Storage;

/// Everything that is kept, each under its own key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// "light" or "dark"; absent: as the system.
    Theme,
    /// The text in the form "Create queue" of the person with this id, empty at first or filled in
    /// like the queue with the other id.
    NewQueue(u64, Option<u64>),
    /// The text of a change that the person with the first id makes to the queue with the second.
    Change(u64, u64),
    /// The same in the draft that the person has of the queue.
    ChangeDraft(u64, u64),
    /// The text of the person with the first id in the draft of a new queue with the second.
    Draft(u64, u64),
}

impl Key {
    fn name(self) -> String {
        match self {
            // public/boot.js reads this one before the app runs.
            Self::Theme => "dioptra-queues.theme".to_owned(),
            Self::NewQueue(user, None) => format!("dioptra-queues.new-queue.{user}"),
            Self::NewQueue(user, Some(id)) => format!("dioptra-queues.new-queue.{user}.{id}"),
            Self::Change(user, id) => format!("dioptra-queues.change.{user}.{id}"),
            Self::ChangeDraft(user, id) => format!("dioptra-queues.change-draft.{user}.{id}"),
            Self::Draft(user, id) => format!("dioptra-queues.draft.{user}.{id}"),
        }
    }
}

fn storage() -> Option<Storage> {
    leptos::prelude::window().local_storage().ok().flatten()
}

/// What is kept under the key, if anything can be read.
#[must_use]
pub fn read(key: Key) -> Option<String> {
    storage()?.get_item(&key.name()).ok().flatten()
}

/// Keeps the value, or forgets it.
pub fn write(key: Key, value: Option<&str>) {
    // Whoever can't store loses comfort, not work.
    let _ = storage().map(|storage| match value {
        Some(value) => storage.set_item(&key.name(), value),
        None => storage.remove_item(&key.name()),
    });
}
