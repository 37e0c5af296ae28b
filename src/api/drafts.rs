//! Drafts, which are private to a person: `/queues/drafts/`, and `/queues/{id}/draft`.

use serde_json::{Value, json};
use web_sys::AbortSignal;

use super::{
    Api, ApiError,
    http::{made_since, unaborted},
};
use crate::{
    domain::{Page, Queue, SavedDraft},
    forms::queue::{NewDraft, Text},
};

/// The most rows that the server gives at once.
const MOST: u64 = 1_000;

/// The person's drafts, in one group or in all, from a row offset on.
///
/// # Errors
/// All that any read may say.
pub async fn list(
    api: &Api,
    group: Option<u64>,
    index: u64,
    rows: u64,
    abort: &AbortSignal,
) -> Result<Page<SavedDraft>, ApiError> {
    let mut path = format!("/queues/drafts/?draftType=all&index={index}&pageLength={rows}");
    if let Some(group) = group {
        path += &format!("&groupId={group}");
    }
    api.get(&path, abort).await
}

/// Every draft that changes a queue.
///
/// # Errors
/// All that any read may say.
pub async fn changes(api: &Api, abort: &AbortSignal) -> Result<Vec<SavedDraft>, ApiError> {
    let path = format!("/queues/drafts/?draftType=existing&index=0&pageLength={MOST}");
    let page: Page<SavedDraft> = api.get(&path, abort).await?;
    Ok(page.data)
}

/// One draft of either kind.
///
/// # Errors
/// [`ApiError::NotFound`] if the person has no such draft, and all that any read may say.
pub async fn get(api: &Api, id: u64, abort: &AbortSignal) -> Result<SavedDraft, ApiError> {
    api.get(&format!("/queues/drafts/{id}"), abort).await
}

/// The person's draft of a queue.
///
/// # Errors
/// [`ApiError::NotFound`] if there is none, [`ApiError::Deleted`] if the queue was deleted, and
/// all that any read may say.
pub async fn of_queue(api: &Api, queue: u64, abort: &AbortSignal) -> Result<SavedDraft, ApiError> {
    api.get(&of(queue), abort).await
}

/// Makes a draft of a new queue. If the answer gets lost, looks whether it is there.
///
/// # Errors
/// All that any write may say.
pub async fn create(
    api: &Api,
    new: &NewDraft,
    abort: &AbortSignal,
) -> Result<SavedDraft, ApiError> {
    let asked = api.now();
    let mut body = text(&new.text);
    body["group"] = new.group.into();
    match api.post("/queues/drafts/", &body, abort).await {
        Err(error) if error.is_uncertain() => {
            let now =
                list(api, None, 0, MOST, &unaborted()?).await.map_err(|_| error.clone())?.data;
            let ours = |draft: &SavedDraft| {
                draft.resource.is_none()
                    && draft.group.id == new.group
                    && new.text.is_drafted(&draft.payload)
                    && made_since(&draft.created_on, asked)
            };
            now.into_iter().find(ours).ok_or(error)
        }
        answer => answer,
    }
}

/// Changes a draft of a new queue. The id must be of the draft that is meant.
///
/// # Errors
/// [`ApiError::NotFound`] if there is no such draft, and all that any write may say.
pub async fn update(
    api: &Api,
    id: u64,
    new: &Text,
    abort: &AbortSignal,
) -> Result<SavedDraft, ApiError> {
    api.put(&format!("/queues/drafts/{id}"), &text(new), abort).await
}

/// Makes the person's draft of a queue; the answer says from which version it began.
///
/// # Errors
/// [`ApiError::DraftExists`], [`ApiError::Deleted`] or [`ApiError::NotFound`] if the queue is no
/// more, and all that any write may say.
pub async fn begin(
    api: &Api,
    queue: u64,
    new: &Text,
    abort: &AbortSignal,
) -> Result<SavedDraft, ApiError> {
    api.post(&of(queue), &text(new), abort).await
}

/// Changes the person's draft of a queue; it then counts as begun from the version `base`.
///
/// # Errors
/// [`ApiError::NotFound`] if there is none, [`ApiError::Deleted`] if the queue was deleted, and
/// all that any write may say.
pub async fn rebase(
    api: &Api,
    base: &Queue,
    new: &Text,
    abort: &AbortSignal,
) -> Result<SavedDraft, ApiError> {
    let body = json!({"resourceSnapshot": base.snapshot, "resourceData": text(new)});
    api.put(&of(base.id), &body, abort).await
}

/// Discards a draft, if it is still the one that is meant: the server deletes by id alone, without
/// asking whose it is.
///
/// # Errors
/// [`ApiError::NotFound`] if it is gone, and all that any write may say.
pub async fn discard(api: &Api, draft: &SavedDraft, abort: &AbortSignal) -> Result<(), ApiError> {
    let now = get(api, draft.id, abort).await?;
    if !now.is_same(draft) {
        return Err(ApiError::NotFound);
    }
    api.delete(&format!("/queues/drafts/{}", draft.id), abort).await
}

fn of(queue: u64) -> String {
    format!("/queues/{queue}/draft")
}

fn text(text: &Text) -> Value {
    json!({"name": text.name(), "description": text.description()})
}
