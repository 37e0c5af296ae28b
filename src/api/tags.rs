//! Tags: `/tags/`, and `/queues/{id}/tags`.

use serde_json::{Value, json};
use web_sys::AbortSignal;

use super::{Api, ApiError, http::all_pages};
use crate::domain::{QueueName, Tag};

/// All tags of a group, by name.
///
/// Chosen here: with `groupId`, dioptra-platform 1.2.2 gives every tag once for each pair of a tag
/// and a group (`tags/service.py` names both tables without joining them).
///
/// # Errors
/// All that any read may say.
pub async fn of_group(api: &Api, group: u64, abort: &AbortSignal) -> Result<Vec<Tag>, ApiError> {
    let mut tags: Vec<Tag> = all_pages(api, "/tags/?sortBy=createdOn", |_, _| {}, abort).await?;
    tags.retain(|tag| tag.group.as_ref().is_none_or(|of| of.id == group));
    tags.sort_by_cached_key(|tag| tag.name.to_lowercase());
    Ok(tags)
}

/// Makes a tag, or finds the one that somebody made meanwhile.
///
/// # Errors
/// All that any write may say.
pub async fn create(
    api: &Api,
    group: u64,
    name: &QueueName,
    abort: &AbortSignal,
) -> Result<Tag, ApiError> {
    let body = json!({"name": name.as_str(), "group": group});
    match api.post("/tags/", &body, abort).await {
        Err(ApiError::Conflict { existing: Some(id), .. }) => {
            Ok(Tag { id, name: name.as_str().to_owned(), group: None })
        }
        answer => answer,
    }
}

/// Puts tags on a queue; those that it has already do no harm.
///
/// # Errors
/// [`ApiError::NotFound`] if the queue or a tag is no more, and all that any write may say.
pub async fn add(api: &Api, queue: u64, tags: &[u64], abort: &AbortSignal) -> Result<(), ApiError> {
    let path = format!("/queues/{queue}/tags");
    api.post(&path, &json!({"ids": tags}), abort).await.map(|_: Value| ())
}

/// Takes a tag off a queue; one that is not on it does no harm.
///
/// # Errors
/// All that any write may say.
pub async fn remove(api: &Api, queue: u64, tag: u64, abort: &AbortSignal) -> Result<(), ApiError> {
    match api.delete(&format!("/queues/{queue}/tags/{tag}"), abort).await {
        Err(ApiError::NotFound) => Ok(()),
        answer => answer,
    }
}
