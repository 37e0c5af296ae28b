//! Tags: `/tags/`, and `/queues/{id}/tags`.

use std::{collections::BTreeMap, rc::Rc};

use futures_util::lock::Mutex;
use js_sys::Date;
use serde_json::{Value, json};
use web_sys::AbortSignal;

use super::{
    Api, ApiError,
    http::{List, all_rows},
    session,
};
use crate::{
    domain::{Queue, QueueName, Tag},
    js::Abort,
};

/// All tags of a group, by name.
///
/// Chosen here: with `groupId`, dioptra-platform 1.2.2 gives every tag once for each pair of a tag
/// and a group (`tags/service.py` names both tables without joining them).
///
/// # Errors
/// All that any read may say.
pub async fn of_group(api: &Api, group: u64, abort: &AbortSignal) -> Result<Vec<Tag>, ApiError> {
    let list = List { path: "/tags/".to_owned(), query: "&sortBy=createdOn".to_owned() };
    let mut tags: Vec<Tag> = all_rows(api, &list, |_, _| {}, abort).await?;
    tags.retain(|tag| tag.group.as_ref().is_none_or(|of| of.id == group));
    tags.sort_by_cached_key(|tag| tag.name.to_lowercase());
    Ok(tags)
}

/// Creates a tag, or finds the one that somebody created meanwhile.
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
        response => response,
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
        response => response,
    }
}

/// A tag as somebody wants it on a queue, or off it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagChoice {
    /// None: it does not exist yet.
    pub id: Option<u64>,
    /// Its name.
    pub name: String,
    /// It shall be on the queue.
    pub is_on: bool,
    /// It is on the queue.
    pub was_on: bool,
    /// Whether it is on the queue is not known: an earlier try to change that got no response.
    pub is_unsettled: bool,
}

impl TagChoice {
    /// There is something to be done.
    #[must_use]
    pub fn differs(&self) -> bool {
        self.is_on != self.was_on || self.is_unsettled
    }
}

/// The ids of tags, by their group and name, for many writes: a new tag is created once, however many
/// queues want it.
#[derive(Clone, Default)]
pub struct TagIds(Rc<Mutex<BTreeMap<(u64, String), u64>>>);

impl From<BTreeMap<(u64, String), u64>> for TagIds {
    fn from(known: BTreeMap<(u64, String), u64>) -> Self {
        Self(Rc::new(Mutex::new(known)))
    }
}

impl TagIds {
    /// The id of a tag, which is created if it is not there.
    async fn id(
        &self,
        api: &Api,
        group: u64,
        name: &str,
        abort: &AbortSignal,
    ) -> Result<u64, ApiError> {
        // One at a time: two at once would both be created.
        let mut all = self.0.lock().await;
        if let Some(id) = all.get(&(group, name.to_owned())) {
            return Ok(*id);
        }
        // Every new name has been checked before it became a choice.
        let parsed = QueueName::parse(name)
            .map_err(|_| ApiError::Refused("this is no name for a tag".to_owned()))?;
        let id = create(api, group, &parsed, abort).await?.id;
        all.insert((group, name.to_owned()), id);
        Ok(id)
    }
}

/// Creates tags that do not exist, puts tags on the queue and takes them off. Others may change the
/// tags of this queue at the same time: only what differs from `was_on` is sent. The choices say
/// afterwards what has been done, however it ended.
///
/// # Errors
/// Why not all of it was done.
pub async fn save(
    api: &Api,
    queue: &Queue,
    user: u64,
    choices: &mut [TagChoice],
    ids: &TagIds,
    abort: &Abort,
) -> Result<(), ApiError> {
    let mut asked = Date::now();
    session::confirm(api, user, &abort.signal()).await?;
    for choice in choices.iter_mut().filter(|choice| choice.differs()) {
        session::confirm_again(api, user, &mut asked, &abort.signal()).await?;
        let done = if choice.is_on {
            let id = match choice.id {
                Some(id) => id,
                None => ids.id(api, queue.group.id, &choice.name, &abort.signal()).await?,
            };
            choice.id = Some(id);
            add(api, queue.id, &[id], &abort.signal()).await
        } else if let Some(id) = choice.id {
            remove(api, queue.id, id, &abort.signal()).await
        } else {
            Ok(())
        };
        if let Err(error) = done {
            choice.is_unsettled |= error.is_uncertain();
            return Err(error);
        }
        choice.was_on = choice.is_on;
        choice.is_unsettled = false;
    }
    Ok(())
}
