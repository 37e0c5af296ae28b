//! What the browser stores for us. Storage may be full, blocked or broken: everything works without
//! it.

use web_sys::Storage;

/// Everything that is stored, each under its own key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// "light" or "dark"; absent: as the system.
    Theme,
    /// Input of the form "Create queue": of which user, and like which queue it began.
    NewQueue(u64, Option<u64>),
    /// Input of a change: of which user, to which queue.
    Change(u64, u64),
    /// The same in the user's draft of the queue.
    ChangeDraft(u64, u64),
    /// Input in a draft of a new queue: of which user, in which draft.
    Draft(u64, u64),
}

impl Key {
    fn name(self) -> String {
        match self {
            // web/boot.ts reads this one before the app runs.
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

/// What is stored under the key, if it can be read.
#[must_use]
pub fn read(key: Key) -> Option<String> {
    storage()?.get_item(&key.name()).ok().flatten()
}

/// Stores the value, or removes it.
pub fn write(key: Key, value: Option<&str>) {
    // Without storage a reload loses input; nothing else.
    let _ = storage().map(|storage| match value {
        Some(value) => storage.set_item(&key.name(), value),
        None => storage.remove_item(&key.name()),
    });
}
