//! What a deletion touches, the deletion, and its undo. The server has no undo: it unlinks a deleted
//! queue from every entrypoint and never restores it.

use super::{Api, ApiError, CreateState, SaveOutcome, entrypoints, queues, save, session, tags};
use crate::{
    domain::{Entrypoint, Queue},
    forms::queue::NewQueue,
    js::Abort,
};

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
        if entrypoints::link(api, entrypoint.id, id, &abort.signal()).await.is_err() {
            undone.entrypoints.push(entrypoint.name.clone());
        }
    }
    undone
}
