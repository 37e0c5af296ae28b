//! `/entrypoints/`, as far as queues are concerned. It has no filter by queue.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use web_sys::AbortSignal;

use super::{
    Api, ApiError,
    http::{List, all_rows},
};
use crate::domain::Entrypoint;

/// All of them. `progress` is called with how many were looked at, of how many.
///
/// # Errors
/// All that any read may say.
pub async fn all(
    api: &Api,
    progress: impl Fn(u64, u64),
    abort: &AbortSignal,
) -> Result<Vec<Entrypoint>, ApiError> {
    let list = List { path: "/entrypoints/".to_owned(), query: "&sortBy=createdOn".to_owned() };
    all_rows(api, &list, progress, abort).await
}

/// Those whose jobs can be sent to the queue. `progress` as above.
///
/// # Errors
/// All that any read may say.
pub async fn of_queue(
    api: &Api,
    queue: u64,
    progress: impl Fn(u64, u64),
    abort: &AbortSignal,
) -> Result<Vec<Entrypoint>, ApiError> {
    of_queues(api, &BTreeSet::from([queue]), progress, abort).await
}

/// Those whose jobs can be sent to one of the queues. `progress` as above.
///
/// # Errors
/// All that any read may say.
pub async fn of_queues(
    api: &Api,
    queues: &BTreeSet<u64>,
    progress: impl Fn(u64, u64),
    abort: &AbortSignal,
) -> Result<Vec<Entrypoint>, ApiError> {
    let mut all = all(api, progress, abort).await?;
    all.retain(|entrypoint| entrypoint.queues.iter().any(|linked| queues.contains(&linked.id)));
    Ok(all)
}

/// Whether jobs of the entrypoint can be sent to the queue.
///
/// # Errors
/// All that any read may say.
pub async fn is_linked(
    api: &Api,
    entrypoint: u64,
    queue: u64,
    abort: &AbortSignal,
) -> Result<bool, ApiError> {
    let it: Entrypoint = api.get(&format!("/entrypoints/{entrypoint}"), abort).await?;
    Ok(it.queues.iter().any(|linked| linked.id == queue))
}

/// Lets jobs of the entrypoint be sent to the queue. Again is fine.
///
/// # Errors
/// All that any write may say.
pub async fn link(
    api: &Api,
    entrypoint: u64,
    queue: u64,
    abort: &AbortSignal,
) -> Result<(), ApiError> {
    let body = json!({"ids": [queue]});
    api.post::<Value>(&format!("/entrypoints/{entrypoint}/queues"), &body, abort).await.map(drop)
}

/// Lets no more jobs of the entrypoint be sent to the queue; its other queues stay.
///
/// # Errors
/// All that any write may say.
pub async fn unlink(
    api: &Api,
    entrypoint: u64,
    queue: u64,
    abort: &AbortSignal,
) -> Result<(), ApiError> {
    api.delete(&format!("/entrypoints/{entrypoint}/queues/{queue}"), abort).await
}
