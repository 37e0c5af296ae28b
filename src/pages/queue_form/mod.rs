//! The forms that create and change a queue, also from a draft.

mod create;
mod draft;
mod edit;
mod fields;
mod offered;
mod outcome;
mod taken;
mod versions;

pub use create::CREATE;
pub use draft::DRAFT;
pub use edit::EDIT;
