//! What Dioptra keeps, as plain Rust: no browser, no network, no Leptos.

mod list;
mod name;
mod page;
mod queue;
mod search;
pub mod snippet;
mod suggest;
mod text;
pub mod time;
mod user;

#[cfg(test)]
pub(crate) use list::tests as list_tests;
pub use list::{ListQuery, PageSize, Sort, SortBy};
pub use name::{NameError, QueueName};
pub use page::Page;
pub use queue::{Queue, Tag, UserRef};
pub use search::{quote_exact, to_server as search_to_server};
pub use suggest::{WORKER_ENVIRONMENTS, near_miss};
pub(crate) use text::decode;
pub use text::{clamp, encode};
pub use user::{Group, User};
