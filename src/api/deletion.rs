//! What a deletion touches, the deletion, and the way back. The server has none of its own: it
//! unlinks a deleted queue from every entrypoint and never restores it.

use serde_json::{Value, json};
use web_sys::AbortSignal;

use super::{
    Api, ApiError, Sent,
    http::{all_pages, unaborted},
    queues, save, tags,
};
use crate::{
    domain::{Entrypoint, Job, Queue},
    forms::queue::NewQueue,
};

/// The entrypoints whose jobs can be sent to the queue. `progress` hears how many were looked at,
/// of how many.
///
/// # Errors
/// All that any read may say.
pub async fn entrypoints(
    api: &Api,
    queue: u64,
    progress: impl Fn(u64, u64),
    abort: &AbortSignal,
) -> Result<Vec<Entrypoint>, ApiError> {
    let path = "/entrypoints/?sortBy=createdOn";
    let mut all: Vec<Entrypoint> = all_pages(api, path, progress, abort).await?;
    all.retain(|entrypoint| entrypoint.queues.iter().any(|linked| linked.id == queue));
    Ok(all)
}

/// How many jobs wait in the queue for a worker. `progress` as above.
///
/// # Errors
/// All that any read may say.
pub async fn waiting_jobs(
    api: &Api,
    queue: u64,
    progress: impl Fn(u64, u64),
    abort: &AbortSignal,
) -> Result<usize, ApiError> {
    let path = "/jobs/?search=status:queued&sortBy=createdOn";
    let all: Vec<Job> = all_pages(api, path, progress, abort).await?;
    Ok(all.iter().filter(|job| job.queue.as_ref().is_some_and(|at| at.id == queue)).count())
}

/// Deletes the queue. If the answer gets lost, looks whether it is gone.
///
/// # Errors
/// [`ApiError::NotFound`] if there never was such a queue, and all that any write may say.
pub async fn delete(api: &Api, queue: u64, abort: &AbortSignal) -> Result<(), ApiError> {
    match api.delete(&format!("/queues/{queue}"), abort).await {
        Err(error) if error.is_uncertain() => match queues::get(api, queue, &unaborted()?).await {
            Ok(now) if now.deleted => Ok(()),
            _ => Err(error),
        },
        answer => answer,
    }
}

/// What the way back has brought back, and what it has not.
#[derive(Clone, Debug, PartialEq)]
pub struct Undone {
    /// The queue, made anew.
    pub sent: Sent,
    /// Names of the tags that are not on it.
    pub tags: Vec<String>,
    /// Names of the entrypoints that it is not linked to.
    pub entrypoints: Vec<String>,
}

/// Makes a deleted queue anew, with its tags, and links it to these entrypoints.
pub async fn undo(
    api: &Api,
    deleted: &Queue,
    entrypoints: &[Entrypoint],
    user: u64,
    abort: &AbortSignal,
) -> Undone {
    let sent = save::create(api, &NewQueue::like(deleted), user, abort).await;
    let mut undone = Undone { sent, tags: Vec::new(), entrypoints: Vec::new() };
    let Sent::Done(id) = undone.sent else { return undone };
    // One by one: a tag that is gone would keep the others off.
    for tag in &deleted.tags {
        if tags::add(api, id, &[tag.id], abort).await.is_err() {
            undone.tags.push(tag.name.clone());
        }
    }
    for entrypoint in entrypoints {
        if link(api, entrypoint.id, id, abort).await.is_err() {
            undone.entrypoints.push(entrypoint.name.clone());
        }
    }
    undone
}

async fn link(api: &Api, entrypoint: u64, queue: u64, abort: &AbortSignal) -> Result<(), ApiError> {
    let path = format!("/entrypoints/{entrypoint}/queues");
    api.post(&path, &json!({"ids": [queue]}), abort).await.map(|_: Value| ())
}
