//! What a deletion touches, the deletion, and its undo. The server has no undo: it unlinks a deleted
//! queue from every entrypoint and never restores it.

use serde_json::{Value, json};
use web_sys::AbortSignal;

use super::{
    Api, ApiError, CreateState, SaveOutcome,
    http::{List, all_rows},
    queues, save, session, tags,
};
use crate::{
    domain::{Entrypoint, Job, Queue},
    forms::queue::NewQueue,
    js::Abort,
};

/// The entrypoints whose jobs can be sent to the queue. `progress` is called with how many were
/// looked at, of how many.
///
/// # Errors
/// All that any read may say.
pub async fn entrypoints(
    api: &Api,
    queue: u64,
    progress: impl Fn(u64, u64),
    abort: &AbortSignal,
) -> Result<Vec<Entrypoint>, ApiError> {
    let list = List { path: "/entrypoints/".to_owned(), query: "&sortBy=createdOn".to_owned() };
    let mut all: Vec<Entrypoint> = all_rows(api, &list, progress, abort).await?;
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
    let query = "&search=status:queued&sortBy=createdOn".to_owned();
    let list = List { path: "/jobs/".to_owned(), query };
    let all: Vec<Job> = all_rows(api, &list, progress, abort).await?;
    Ok(all.iter().filter(|job| job.queue.as_ref().is_some_and(|at| at.id == queue)).count())
}

/// How a deletion ended.
#[derive(Clone, Debug, PartialEq)]
pub enum DeleteOutcome {
    /// The queue is deleted: its last version, with its tags.
    Deleted(Box<Queue>),
    /// The server or the network refused.
    Failed(ApiError),
    /// The response got lost, and it is not known whether the queue is deleted.
    Indeterminate(ApiError),
}

/// Deletes the queue, which the user has seen as `seen`. If the response gets lost, looks it up.
pub async fn delete(api: &Api, seen: &Queue, user: u64, abort: &Abort) -> DeleteOutcome {
    if let Err(error) = session::confirm(api, user, &abort.signal()).await {
        return DeleteOutcome::Failed(error);
    }
    let deleted = api.delete(&format!("/queues/{}", seen.id), &abort.signal()).await;
    if let Err(error) = &deleted
        && !error.is_uncertain()
    {
        return DeleteOutcome::Failed(error.clone());
    }
    // A deleted queue stays readable. Somebody may have saved it after it was seen.
    match (queues::get(api, seen.id, &abort.signal()).await, deleted) {
        (Ok(now), _) if now.deleted => DeleteOutcome::Deleted(Box::new(now)),
        (_, Ok(())) => DeleteOutcome::Deleted(Box::new(seen.clone())),
        (Ok(_), Err(error)) if !error.may_still_run() => DeleteOutcome::Failed(error),
        (_, Err(error)) => DeleteOutcome::Indeterminate(error),
    }
}

/// What an undo has brought back, and what it has not.
#[derive(Clone, Debug, PartialEq)]
pub struct Undone {
    /// Creating the queue anew.
    pub outcome: SaveOutcome,
    /// Names of the tags that are not on it.
    pub tags: Vec<String>,
    /// Names of the entrypoints that it is not linked to.
    pub entrypoints: Vec<String>,
}

/// Creates a deleted queue anew, with its tags, and links it to these entrypoints.
pub async fn undo(
    api: &Api,
    deleted: &Queue,
    entrypoints: &[Entrypoint],
    user: u64,
    state: &mut CreateState,
    abort: &Abort,
) -> Undone {
    let outcome = save::create(api, &NewQueue::like(deleted), user, state, abort).await;
    let mut undone = Undone { outcome, tags: Vec::new(), entrypoints: Vec::new() };
    let SaveOutcome::Saved(id) = undone.outcome else { return undone };
    // One by one: a tag that is gone would keep the others off.
    for tag in &deleted.tags {
        if tags::add(api, id, &[tag.id], &abort.signal()).await.is_err() {
            undone.tags.push(tag.name.clone());
        }
    }
    for entrypoint in entrypoints {
        if link(api, entrypoint.id, id, &abort.signal()).await.is_err() {
            undone.entrypoints.push(entrypoint.name.clone());
        }
    }
    undone
}

async fn link(api: &Api, entrypoint: u64, queue: u64, abort: &AbortSignal) -> Result<(), ApiError> {
    let path = format!("/entrypoints/{entrypoint}/queues");
    api.post(&path, &json!({"ids": [queue]}), abort).await.map(|_: Value| ())
}
