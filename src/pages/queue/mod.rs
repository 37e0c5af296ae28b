//! A queue: its page, its history, and what is done to it in dialogs.

mod delete;
mod dialog;
mod entrypoints;
mod history;
mod jobs;
mod tags;
mod use_from_code;
mod view;

pub use delete::DeleteDialog;
pub use history::HISTORY;
pub use tags::TagsDialog;
pub use use_from_code::{UseFromCode, UseFromCodeLater};
pub use view::QUEUE;
