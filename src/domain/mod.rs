//! What Dioptra keeps, as plain Rust: no browser, no network, no Leptos.

pub mod csv;
mod diff;
mod draft;
pub mod exchange;
mod job;
mod list;
pub mod metrics;
mod name;
mod page;
mod queue;
mod search;
pub mod snippet;
mod suggest;
mod text;
pub mod time;
mod user;
pub mod verdict;

pub use diff::{Part, compare};
pub use draft::{Payload, SavedDraft};
pub use job::{Entrypoint, Job, JobPart, JobQueue, LogLine, QueueRef};
#[cfg(test)]
pub(crate) use list::tests as list_tests;
pub use list::{ListQuery, MAX_PAGE, PageSize, Sort, SortBy};
pub use name::{NameError, QueueName};
pub use page::Page;
pub use queue::{Queue, Tag, UserRef};
pub use search::{quote_exact, to_server as search_to_server, with_tag};
pub use suggest::{WORKER_ENVIRONMENTS, near_miss};
pub(crate) use text::decode;
pub use text::{clamp, cut, encode, grouped, shortened};
pub use user::{Group, User};
