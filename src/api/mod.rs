//! The one door to Dioptra's REST API: [`Api`] sends, [`ApiError`] says what went wrong, and there
//! is one file per resource.

mod error;
mod http;
pub mod queues;
pub mod session;

pub use error::ApiError;
pub use http::Api;
