//! What the browser keeps for us. Storage may be full, forbidden or broken: everything works
//! without it.

use web_sys::Storage;

/// Everything that is kept, each under its own key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// "light" or "dark"; absent: as the system.
    Theme,
    /// The text in the form "Create queue" of the person with this id.
    NewQueue(u64),
}

impl Key {
    fn name(self) -> String {
        match self {
            // public/boot.js reads this one before the app runs.
            Self::Theme => "dioptra-queues.theme".to_owned(),
            Self::NewQueue(user) => format!("dioptra-queues.new-queue.{user}"),
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
