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
    /// The queue is deleted.
    Deleted {
        /// Its last version, with its tags; or else what the user has seen of it.
        queue: Box<Queue>,
        /// It is the last version: otherwise that could not be read.
        is_last: bool,
    },
    /// The server or the network refused.
    Failed(ApiError),
    /// The response got lost, and it is not known whether the queue is deleted.
    Indeterminate(ApiError),
}

/// Deletes the queue, which the user has seen as `seen`. If the response gets lost, looks it up.
/// `is_unsettled`: of an earlier try it is not known whether it has deleted the queue.
pub async fn delete(
    api: &Api,
    seen: &Queue,
    user: u64,
    is_unsettled: bool,
    abort: &Abort,
) -> DeleteOutcome {
    if let Err(error) = session::confirm(api, user, &abort.signal()).await {
        // That this was not sent says nothing of the earlier one.
        return if is_unsettled {
            DeleteOutcome::Indeterminate(error)
        } else {
            DeleteOutcome::Failed(error)
        };
    }
    let deleted = api.delete(&format!("/queues/{}", seen.id), &abort.signal()).await;
    if let Err(error) = &deleted
        && !error.is_uncertain()
    {
        return DeleteOutcome::Failed(error.clone());
    }
    // A deleted queue stays readable. Somebody may have saved it after it was seen.
    match (queues::get(api, seen.id, &abort.signal()).await, deleted) {
        (Ok(now), _) if now.deleted => {
            DeleteOutcome::Deleted { queue: Box::new(now), is_last: true }
        }
        (_, Ok(())) => DeleteOutcome::Deleted { queue: Box::new(seen.clone()), is_last: false },
        (Ok(_), Err(error)) if !error.may_still_run() => DeleteOutcome::Failed(error),
        (_, Err(error)) => DeleteOutcome::Indeterminate(error),
    }
}

/// How far an undo has come: another try does the rest.
#[derive(Clone, Debug, Default)]
pub struct UndoState {
    create: CreateState,
    /// The last version, where it could not be read when the queue was deleted.
    last: Option<Queue>,
    must_read_last: bool,
    /// The new queue, once it is there.
    id: Option<u64>,
    /// So many tags and so many entrypoints are dealt with.
    tags: usize,
    entrypoints: usize,
    /// The names of those that are gone.
    lost_tags: Vec<String>,
    lost_entrypoints: Vec<String>,
}

impl UndoState {
    /// Of a queue of which the last version is known, or not.
    #[must_use]
    pub fn new(is_last: bool) -> Self {
        Self { must_read_last: !is_last, ..Self::default() }
    }

    /// Whether the queue itself is there again.
    #[must_use]
    pub fn has_queue(&self) -> bool {
        self.id.is_some()
    }
}

/// What an undo has brought back, and what it has not.
#[derive(Clone, Debug, PartialEq)]
pub struct Undone {
    /// Creating the queue anew.
    pub outcome: SaveOutcome,
    /// Names of the tags that are gone, so that they can't be on it.
    pub tags: Vec<String>,
    /// Names of the entrypoints that it can't be linked to.
    pub entrypoints: Vec<String>,
    /// Why tags and links are not all back yet: another try may do it.
    pub unfinished: Option<ApiError>,
}

/// Creates a deleted queue anew, with its tags, and links it to these entrypoints.
pub async fn undo(
    api: &Api,
    deleted: &Queue,
    entrypoints: &[Entrypoint],
    user: u64,
    state: &mut UndoState,
    abort: &Abort,
) -> Undone {
    let nothing =
        |outcome| Undone { outcome, tags: Vec::new(), entrypoints: Vec::new(), unfinished: None };
    if state.must_read_last {
        match queues::get(api, deleted.id, &abort.signal()).await {
            Ok(last) => {
                state.last = Some(last);
                state.must_read_last = false;
            }
            Err(error) => return nothing(SaveOutcome::NotSent(error)),
        }
    }
    let last = state.last.clone();
    let deleted = last.as_ref().unwrap_or(deleted);
    let (outcome, unfinished) = match state.id {
        // Another try: somebody else may have signed in since.
        Some(id) => {
            (SaveOutcome::Saved(id), session::confirm(api, user, &abort.signal()).await.err())
        }
        None => (
            save::create(api, &NewQueue::like(deleted), user, &mut state.create, abort).await,
            None,
        ),
    };
    let unfinished = match outcome {
        SaveOutcome::Saved(id) if unfinished.is_none() => {
            state.id = Some(id);
            add_the_rest(api, id, deleted, entrypoints, user, state, abort).await.err()
        }
        _ => unfinished,
    };
    Undone {
        outcome,
        tags: state.lost_tags.clone(),
        entrypoints: state.lost_entrypoints.clone(),
        unfinished,
    }
}

/// One by one: a tag that is gone would keep the others off.
async fn add_the_rest(
    api: &Api,
    id: u64,
    deleted: &Queue,
    entrypoints: &[Entrypoint],
    user: u64,
    state: &mut UndoState,
    abort: &Abort,
) -> Result<(), ApiError> {
    // When it was asked last who is signed in: of the steps before this is not known.
    let mut asked = 0.0;
    let may_work_later =
        |error: &ApiError| *error == ApiError::Unauthorized || error.may_still_run();
    for tag in deleted.tags.iter().skip(state.tags) {
        session::confirm_again(api, user, &mut asked, &abort.signal()).await?;
        match tags::add(api, id, &[tag.id], &abort.signal()).await {
            Err(error) if may_work_later(&error) => return Err(error),
            // It may have been done all the same.
            Err(error) if error.is_uncertain() => {
                let now = queues::get(api, id, &abort.signal()).await?;
                if !now.tags.iter().any(|it| it.id == tag.id) {
                    state.lost_tags.push(tag.name.clone());
                }
            }
            Err(_) => state.lost_tags.push(tag.name.clone()),
            Ok(()) => {}
        }
        state.tags += 1;
    }
    for entrypoint in entrypoints.iter().skip(state.entrypoints) {
        session::confirm_again(api, user, &mut asked, &abort.signal()).await?;
        match entrypoints::link(api, entrypoint.id, id, &abort.signal()).await {
            // It may have been done all the same, and again is fine.
            Err(error) if may_work_later(&error) || error.is_uncertain() => return Err(error),
            Err(_) => state.lost_entrypoints.push(entrypoint.name.clone()),
            Ok(()) => {}
        }
        state.entrypoints += 1;
    }
    Ok(())
}
