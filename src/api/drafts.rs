//! Drafts, which are private to a user: `/queues/drafts/`, and `/queues/{id}/draft`.

use serde_json::{Value, json};
use web_sys::AbortSignal;

use super::{
    Api, ApiError,
    http::{List, all_rows, made_since, rows},
};
use crate::{
    domain::{Page, Queue, SavedDraft},
    forms::queue::{NewDraft, QueueContent},
};

fn request_of(query: &str) -> List {
    List { path: "/queues/drafts/".to_owned(), query: format!("&draftType={query}") }
}

/// The user's drafts, in one group or in all, from a row offset on.
///
/// # Errors
/// All that any read may say.
pub async fn list(
    api: &Api,
    group: Option<u64>,
    index: u64,
    count: u64,
    abort: &AbortSignal,
) -> Result<Page<SavedDraft>, ApiError> {
    let mut list = request_of("all");
    if let Some(group) = group {
        list.query += &format!("&groupId={group}");
    }
    rows(api, &list, index, count, abort).await
}

/// Every draft that changes a queue.
///
/// # Errors
/// All that any read may say.
pub async fn changes(api: &Api, abort: &AbortSignal) -> Result<Vec<SavedDraft>, ApiError> {
    all_rows(api, &request_of("existing"), |_, _| {}, abort).await
}

/// One draft of either kind.
///
/// # Errors
/// [`ApiError::NotFound`] if the user has no such draft, and all that any read may say.
pub async fn get(api: &Api, id: u64, abort: &AbortSignal) -> Result<SavedDraft, ApiError> {
    if i64::try_from(id).is_err() {
        return Err(ApiError::NotFound);
    }
    api.get(&format!("/queues/drafts/{id}"), abort).await
}

/// The user's draft of a queue.
///
/// # Errors
/// [`ApiError::NotFound`] if there is none, [`ApiError::Deleted`] if the queue was deleted, and
/// all that any read may say.
pub async fn of_queue(api: &Api, queue: u64, abort: &AbortSignal) -> Result<SavedDraft, ApiError> {
    api.get(&of(queue), abort).await
}

/// Creates a draft of a new queue.
///
/// # Errors
/// All that any write may say.
pub async fn create(
    api: &Api,
    new: &NewDraft,
    abort: &AbortSignal,
) -> Result<SavedDraft, ApiError> {
    let mut body = json_of(&new.content);
    body["group"] = new.group.into();
    api.post("/queues/drafts/", &body, abort).await
}

/// Looks up what has become of a draft whose creation was requested at a time. A browser sends a
/// request again by itself when a connection that it had used before is reset, and drafts of one name
/// may be many: then there are two.
///
/// # Errors
/// All that any read may say.
pub async fn find_created(
    api: &Api,
    new: &NewDraft,
    since: f64,
    abort: &AbortSignal,
) -> Result<Vec<SavedDraft>, ApiError> {
    let ours = |draft: &SavedDraft| {
        draft.resource.is_none()
            && draft.group.id == new.group
            && new.content.is_drafted(&draft.payload)
            && made_since(&draft.created_on, since)
    };
    let mut all: Vec<SavedDraft> = all_rows(api, &request_of("new"), |_, _| {}, abort).await?;
    all.retain(ours);
    Ok(all)
}

/// Changes a draft of a new queue. The id must be of the draft that is meant.
///
/// # Errors
/// [`ApiError::NotFound`] if there is no such draft, and all that any write may say.
pub async fn update(
    api: &Api,
    id: u64,
    new: &QueueContent,
    abort: &AbortSignal,
) -> Result<SavedDraft, ApiError> {
    api.put(&format!("/queues/drafts/{id}"), &json_of(new), abort).await
}

/// Begins the user's draft of a queue; the response says from which version it began.
///
/// # Errors
/// [`ApiError::DraftExists`], [`ApiError::Deleted`] or [`ApiError::NotFound`] if the queue is no
/// more, and all that any write may say.
pub async fn begin(
    api: &Api,
    queue: u64,
    new: &QueueContent,
    abort: &AbortSignal,
) -> Result<SavedDraft, ApiError> {
    api.post(&of(queue), &json_of(new), abort).await
}

/// Changes the user's draft of a queue; it then counts as begun from the version `base`.
///
/// # Errors
/// [`ApiError::NotFound`] if there is none, [`ApiError::Deleted`] if the queue was deleted, and
/// all that any write may say.
pub async fn rebase(
    api: &Api,
    base: &Queue,
    new: &QueueContent,
    abort: &AbortSignal,
) -> Result<SavedDraft, ApiError> {
    let body = json!({"resourceSnapshot": base.snapshot, "resourceData": json_of(new)});
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

fn json_of(content: &QueueContent) -> Value {
    json!({"name": content.name(), "description": content.description()})
}
