//! The one door to Dioptra's REST API: [`Api`] sends, [`ApiError`] says what went wrong. There is
//! one file per resource; `save` and `deletion` hold the writes that take several requests.

pub mod deletion;
pub mod drafts;
pub mod entrypoints;
mod error;
mod http;
pub mod jobs;
pub mod queues;
pub mod save;
pub mod session;
pub mod snapshots;
pub mod tags;
pub mod workers;

pub use error::ApiError;
pub use http::Api;
pub use save::{ChangeState, CreateState, HeldDraft, SaveOutcome};
