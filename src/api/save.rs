//! Everything that makes a queue or a version of one: sent once, so that nobody's change is lost.
//!
//! `PUT /queues/{id}` overwrites whatever is there. A draft knows the version that it began from,
//! and `POST /workflows/draftCommit/{id}` refuses it once there is a newer one
//! (`DraftCommitService` in `dioptra/restapi/v1/workflows/service.py` of dioptra-platform 1.2.2):
//! so every change is saved as a draft that is committed at once.

use serde_json::Value;
use web_sys::AbortSignal;

use super::{
    Api, ApiError, drafts,
    http::{made_since, unaborted},
    queues,
};
use crate::{
    domain::{Queue, SavedDraft},
    forms::queue::{NewQueue, Text},
};

/// What became of what was sent.
#[derive(Clone, Debug, PartialEq)]
pub enum Sent {
    /// It is on the server: the queue's id.
    Done(u64),
    /// Nothing was saved: somebody saved this version meanwhile.
    Stale(Box<Queue>),
    /// Nothing was saved: the queue was deleted meanwhile.
    Deleted,
    /// Nothing was saved: the person has a draft of this queue, which would have been replaced.
    HasDraft,
    /// Nothing was saved: the draft is gone, or somebody else's tab changed it.
    DraftMoved,
    /// The name is taken, by this queue if it is known.
    Taken(Option<u64>),
    /// The server or the network refused.
    Failed(ApiError),
    /// The answer got lost, and nothing was saved.
    NotThere(ApiError),
    /// The answer got lost, and we could not look.
    Unknown(ApiError),
}

/// Makes a queue. If the answer gets lost, looks whether it is there. `user` is who asks.
pub async fn create(api: &Api, new: &NewQueue, user: u64, abort: &AbortSignal) -> Sent {
    let asked = api.now();
    match queues::create(api, new, abort).await {
        Ok(queue) => Sent::Done(queue.id),
        // Ours, perhaps: a browser sends a request again by itself when a connection that it had
        // used before is reset, and the second finds the queue that the first has made.
        Err(ApiError::Conflict { existing, .. }) => {
            match look_for_new(api, new, user, asked).await {
                Ok(Some(sent)) => sent,
                _ => Sent::Taken(existing),
            }
        }
        Err(error) if !error.is_uncertain() => Sent::Failed(error),
        Err(error) => match look_for_new(api, new, user, asked).await {
            Ok(Some(sent)) => sent,
            Ok(None) => Sent::NotThere(error),
            Err(_) => Sent::Unknown(error),
        },
    }
}

/// Makes a queue of a draft, with the text as it is now.
pub async fn create_from_draft(
    api: &Api,
    held: &SavedDraft,
    new: &NewQueue,
    user: u64,
    abort: &AbortSignal,
) -> Sent {
    if let Err(sent) = keep_new_draft(api, held, &new.text, abort).await {
        return sent;
    }
    let asked = api.now();
    let error = match commit(api, held.id, abort).await {
        Ok(Some(id)) => return Sent::Done(id),
        Ok(None) => ApiError::Unreadable,
        Err(error) => error,
    };
    match error {
        ApiError::Conflict { existing, .. } => Sent::Taken(existing),
        error if error == ApiError::NotFound || error.is_uncertain() => {
            match look_for_new(api, new, user, asked).await {
                Ok(Some(sent)) => sent,
                Ok(None) if error == ApiError::NotFound => Sent::DraftMoved,
                Ok(None) => Sent::NotThere(error),
                Err(_) => Sent::Unknown(error),
            }
        }
        error => Sent::Failed(error),
    }
}

/// Puts the text into the draft of a new queue that it is from.
///
/// # Errors
/// Why it was not.
pub async fn keep_new_draft(
    api: &Api,
    held: &SavedDraft,
    text: &Text,
    abort: &AbortSignal,
) -> Result<SavedDraft, Sent> {
    // The id may be another draft's by now: no endpoint that takes one asks whose it is.
    let now = drafts::get(api, held.id, abort).await.map_err(unsaved)?;
    if !is_untouched(&now, held, text) {
        return Err(Sent::DraftMoved);
    }
    if text.is_drafted(&now.payload) {
        return Ok(now);
    }
    drafts::update(api, held.id, text, abort).await.map_err(unsaved)
}

/// Why a draft does not hold what it was to hold.
fn unsaved(error: ApiError) -> Sent {
    match error {
        ApiError::Deleted => Sent::Deleted,
        ApiError::NotFound => Sent::DraftMoved,
        error if error.is_uncertain() => Sent::NotThere(error),
        error => Sent::Failed(error),
    }
}

/// Saves a change of the queue that began from the version `base`. `held` is the draft that the
/// text is from, if it is from one; otherwise none is left behind.
pub async fn change(
    api: &Api,
    base: &Queue,
    text: &Text,
    held: Option<&SavedDraft>,
    user: u64,
    abort: &AbortSignal,
) -> Sent {
    let draft = match keep_draft(api, base, text, held, user, abort).await {
        Ok(draft) => draft,
        Err(sent) => return sent,
    };
    let Err(error) = commit(api, draft.id, abort).await else {
        return Sent::Done(base.id);
    };
    if held.is_none() {
        withdraw(api, &draft).await;
    }
    match error {
        ApiError::Conflict { existing, .. } => Sent::Taken(existing),
        ApiError::Stale | ApiError::NotFound => look_for_change(api, base, text, user, error).await,
        error if error.is_uncertain() => look_for_change(api, base, text, user, error).await,
        error => Sent::Failed(error),
    }
}

/// Keeps the text as the person's draft of the queue, without saving it. With `held`, changes that
/// draft. The draft counts as begun from `base`, and from nothing newer.
///
/// # Errors
/// Why it was not kept.
pub async fn keep_draft(
    api: &Api,
    base: &Queue,
    text: &Text,
    held: Option<&SavedDraft>,
    user: u64,
    abort: &AbortSignal,
) -> Result<SavedDraft, Sent> {
    match held {
        Some(held) => take_up(api, base, text, held, abort).await,
        None => begin(api, base, text, user, abort).await,
    }
}

/// A draft of our own for a change from `base`. The server begins every draft from its newest
/// version: if that is another one, somebody saved meanwhile, and the draft is taken back.
async fn begin(
    api: &Api,
    base: &Queue,
    text: &Text,
    user: u64,
    abort: &AbortSignal,
) -> Result<SavedDraft, Sent> {
    let draft = match drafts::begin(api, base.id, text, abort).await {
        Ok(draft) => draft,
        Err(error) => adopt(api, base, text, error).await?,
    };
    match draft.resource_snapshot.unwrap_or_default() {
        version if version == base.snapshot => Ok(draft),
        version if version > base.snapshot => {
            withdraw(api, &draft).await;
            Err(look_for_change(api, base, text, user, ApiError::Stale).await)
        }
        _ => drafts::rebase(api, base, text, abort).await.map_err(unsaved),
    }
}

/// A draft could not be made. If one of this very text is there, it is ours: the answer got lost,
/// or an earlier try left it behind.
async fn adopt(api: &Api, base: &Queue, text: &Text, error: ApiError) -> Result<SavedDraft, Sent> {
    if matches!(error, ApiError::Deleted | ApiError::NotFound) {
        return Err(Sent::Deleted);
    }
    if error != ApiError::DraftExists && !error.is_uncertain() {
        return Err(Sent::Failed(error));
    }
    let there = match unaborted() {
        Ok(abort) => drafts::of_queue(api, base.id, &abort).await,
        Err(error) => Err(error),
    };
    match there {
        Ok(draft) if text.is_drafted(&draft.payload) => Ok(draft),
        Ok(_) => Err(Sent::HasDraft),
        Err(ApiError::Deleted) => Err(Sent::Deleted),
        Err(ApiError::NotFound) => Err(Sent::NotThere(error)),
        Err(_) => Err(Sent::Unknown(error)),
    }
}

/// Puts the text into the draft that it is from, as begun from `base`.
async fn take_up(
    api: &Api,
    base: &Queue,
    text: &Text,
    held: &SavedDraft,
    abort: &AbortSignal,
) -> Result<SavedDraft, Sent> {
    let now = drafts::of_queue(api, base.id, abort).await.map_err(unsaved)?;
    if !is_untouched(&now, held, text) {
        return Err(Sent::DraftMoved);
    }
    drafts::rebase(api, base, text, abort).await.map_err(unsaved)
}

/// It is the draft that we hold, and nobody changed it but we.
fn is_untouched(now: &SavedDraft, held: &SavedDraft, ours: &Text) -> bool {
    now.is_same(held) && (now.payload == held.payload || ours.is_drafted(&now.payload))
}

/// Makes the draft into what it is a draft of; the queue's id.
async fn commit(api: &Api, draft: u64, abort: &AbortSignal) -> Result<Option<u64>, ApiError> {
    let path = format!("/workflows/draftCommit/{draft}");
    let answer: Value = api.post(&path, &Value::Null, abort).await?;
    Ok(answer["id"][0].as_u64())
}

/// Takes back the draft that we have just made. If that fails, it is found as the person's draft.
async fn withdraw(api: &Api, draft: &SavedDraft) {
    if let Ok(abort) = unaborted() {
        let _ = drafts::discard(api, draft, &abort).await;
    }
}

/// The answer to a change got lost, or was about something newer: what does the queue say now?
async fn look_for_change(api: &Api, base: &Queue, text: &Text, user: u64, error: ApiError) -> Sent {
    let now = match unaborted() {
        Ok(abort) => queues::get(api, base.id, &abort).await,
        Err(error) => Err(error),
    };
    match now {
        Ok(now) if now.deleted => Sent::Deleted,
        Ok(now) if now.snapshot == base.snapshot => match error {
            ApiError::NotFound => Sent::DraftMoved,
            error => Sent::NotThere(error),
        },
        Ok(now) if error != ApiError::Stale && text.is_in(&now) && is_by(&now, user) => {
            Sent::Done(now.id)
        }
        Ok(now) => Sent::Stale(Box::new(now)),
        Err(ApiError::NotFound) => Sent::Deleted,
        Err(_) => Sent::Unknown(error),
    }
}

/// The answer to a new queue got lost: is it there?
async fn look_for_new(
    api: &Api,
    new: &NewQueue,
    user: u64,
    asked: f64,
) -> Result<Option<Sent>, ApiError> {
    let found = queues::named(api, new.text.name(), new.group, &unaborted()?).await?;
    let ours = |queue: &&Queue| {
        is_by(queue, user) && new.text.is_in(queue) && made_since(&queue.created_on, asked)
    };
    Ok(match (found.iter().find(ours), found.first()) {
        (Some(queue), _) => Some(Sent::Done(queue.id)),
        (None, other) => other.map(|other| Sent::Taken(Some(other.id))),
    })
}

fn is_by(queue: &Queue, user: u64) -> bool {
    queue.user.as_ref().is_some_and(|author| author.id == user)
}
