//! The versions of a queue: `/queues/{id}/snapshots`. A version is a queue as it once was.

use web_sys::AbortSignal;

use super::{
    Api, ApiError,
    http::{List, rows},
};
use crate::domain::{Page, Queue};

/// Versions that are asked for at once.
const ROWS: u64 = 50;

/// The newest versions behind the `skip` newest ones, newest first, and how many there are in all.
///
/// The server gives the oldest first and sorts in no other way, so this asks how many there are
/// and then for the last ones.
///
/// # Errors
/// [`ApiError::NotFound`] if there is no such queue, and all that any read may say.
pub async fn newest(
    api: &Api,
    queue: u64,
    skip: u64,
    abort: &AbortSignal,
) -> Result<(u64, Vec<Queue>), ApiError> {
    let total = page(api, queue, 0, 1, abort).await?.total_num_results;
    let end = total.saturating_sub(skip);
    let start = end.saturating_sub(ROWS);
    if start == end {
        return Ok((total, Vec::new()));
    }
    let mut versions = page(api, queue, start, end - start, abort).await?.data;
    versions.reverse();
    Ok((total, versions))
}

async fn page(
    api: &Api,
    queue: u64,
    index: u64,
    count: u64,
    abort: &AbortSignal,
) -> Result<Page<Queue>, ApiError> {
    let list = List { path: format!("/queues/{queue}/snapshots"), query: String::new() };
    rows(api, &list, index, count, abort).await
}
