//! What the table has loaded.

use crate::{
    api::ApiError,
    domain::{Page, Queue},
    ui::Loadable,
};

/// The rows of a page, or why they are not there.
pub type Rows = Loadable<Page<Queue>, ApiError>;
