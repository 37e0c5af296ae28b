//! The user's drafts.

mod discard;
mod list;

pub use discard::DiscardDialog;
pub use list::DRAFTS;
