//! The one door to Dioptra's REST API: [`Api`] sends, [`ApiError`] says what went wrong, and there
//! is one file per resource.

pub mod deletion;
pub mod drafts;
mod error;
mod http;
pub mod queues;
pub mod save;
pub mod session;
pub mod snapshots;
pub mod tags;

pub use error::ApiError;
pub use http::{Api, unaborted};
pub use save::Sent;
