//! Creating a queue, and keeping a draft of a new one.

use js_sys::Date;

use super::{
    super::{Api, ApiError, drafts, http::made_since, queues, session},
    AT_WORK_MS, HeldDraft, SaveOutcome, beside_an_earlier_try, commit, is_by, not_found_yet,
    unread,
};
use crate::{
    domain::{Queue, SavedDraft},
    forms::queue::{NewDraft, NewQueue, QueueContent},
    js::Abort,
};

/// What a form that creates a queue knows of its earlier tries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CreateState {
    /// The draft that the content is from, if it is from one.
    pub draft: Option<HeldDraft>,
    /// What was sent without a response, and when first.
    unsettled: Option<(NewQueue, f64)>,
    /// The same of a draft.
    unsettled_draft: Option<(NewDraft, f64)>,
}

impl CreateState {
    /// For a form with a draft of a new queue.
    #[must_use]
    pub fn of(draft: SavedDraft) -> Self {
        Self { draft: Some(HeldDraft::opened(draft)), ..Self::default() }
    }
}

/// Creates a queue; from the draft, if the state has one. `user` is who is signed in.
///
/// If an earlier try is unsettled, it is looked up before anything is sent again. If the response
/// gets lost, the queue is looked up at once.
pub async fn create(
    api: &Api,
    new: &NewQueue,
    user: u64,
    state: &mut CreateState,
    abort: &Abort,
) -> SaveOutcome {
    let outcome = try_to_create(api, new, user, state, abort).await;
    beside_an_earlier_try(outcome, state.unsettled.is_some())
}

async fn try_to_create(
    api: &Api,
    new: &NewQueue,
    user: u64,
    state: &mut CreateState,
    abort: &Abort,
) -> SaveOutcome {
    let mut asked = Date::now();
    if let Err(error) = session::confirm(api, user, &abort.signal()).await {
        return unread(error);
    }
    let is_first_step = state.unsettled.is_none() && state.draft.is_none();
    if let Some((earlier, since)) = state.unsettled.clone() {
        match find_created(api, &earlier, user, since, abort).await {
            Ok(Found::Ours(queue)) => {
                *state = CreateState::default();
                return if earlier == *new {
                    SaveOutcome::Saved(queue.id)
                } else {
                    SaveOutcome::CreatedBefore(queue)
                };
            }
            Ok(Found::Other(_) | Found::Nothing) => {}
            Err(error) => return SaveOutcome::Indeterminate(error),
        }
    }
    if state.draft.is_some()
        && let Err(outcome) = update_new_draft(api, &new.content, state, abort).await
    {
        return outcome;
    }
    if !is_first_step
        && let Err(error) = session::confirm_again(api, user, &mut asked, &abort.signal()).await
    {
        return unread(error);
    }
    let since = match &state.unsettled {
        Some((earlier, since)) if earlier == new => *since,
        _ => api.now(),
    };
    let sent = match &state.draft {
        None => queues::create(api, new, &abort.signal()).await.map(|queue| queue.id),
        Some(held) => commit(api, held.draft.id, abort).await,
    };
    let error = match sent {
        Ok(id) => return SaveOutcome::Saved(id),
        Err(error) => error,
    };
    let is_lost = error.is_uncertain();
    // A browser sends a request again by itself when a connection that it had used before is reset:
    // the second one finds the queue that the first has created, or its draft gone.
    let may_be_ours = match (&error, &state.draft) {
        (ApiError::Conflict { existing, .. }, Some(_)) => return SaveOutcome::NameTaken(*existing),
        (ApiError::Conflict { .. }, None) | (ApiError::NotFound, Some(_)) => true,
        _ => false,
    };
    if !is_lost && !may_be_ours {
        return SaveOutcome::Failed(error);
    }
    if is_lost {
        state.unsettled = Some((new.clone(), since));
    }
    match (find_created(api, new, user, since, abort).await, error) {
        (Ok(Found::Ours(queue)), _) => {
            state.unsettled = None;
            SaveOutcome::Saved(queue.id)
        }
        (_, ApiError::Conflict { existing, .. }) => SaveOutcome::NameTaken(existing),
        (_, ApiError::NotFound) => SaveOutcome::DraftChanged,
        (Ok(Found::Other(id)), _) => SaveOutcome::NameTaken(Some(id)),
        (Ok(Found::Nothing), error) => {
            if !error.may_still_run() {
                state.unsettled = None;
            }
            not_found_yet(error)
        }
        (Err(_), error) => SaveOutcome::Indeterminate(error),
    }
}

/// Keeps the content as a draft of a new queue: as a new one, or in the one that it is from. If an
/// earlier try is unsettled, it is looked up before anything is sent again.
///
/// # Errors
/// Why it was not kept.
pub async fn save_new_draft(
    api: &Api,
    new: &NewDraft,
    user: u64,
    state: &mut CreateState,
    abort: &Abort,
) -> Result<SavedDraft, SaveOutcome> {
    let saved = try_to_save_new_draft(api, new, user, state, abort).await;
    saved.map_err(|outcome| beside_an_earlier_try(outcome, state.unsettled_draft.is_some()))
}

async fn try_to_save_new_draft(
    api: &Api,
    new: &NewDraft,
    user: u64,
    state: &mut CreateState,
    abort: &Abort,
) -> Result<SavedDraft, SaveOutcome> {
    session::confirm(api, user, &abort.signal()).await.map_err(unread)?;
    // A commit that may still be at work would save what is put into its draft.
    if let (Some((earlier, since)), Some(_)) = (state.unsettled.clone(), &state.draft)
        && api.now() - since < AT_WORK_MS
    {
        return Err(match find_created(api, &earlier, user, since, abort).await {
            Ok(Found::Ours(queue)) => {
                *state = CreateState::default();
                SaveOutcome::CreatedBefore(queue)
            }
            Ok(Found::Other(_) | Found::Nothing) => SaveOutcome::AtWork,
            Err(error) => SaveOutcome::Indeterminate(error),
        });
    }
    if let Some((earlier, since)) = state.unsettled_draft.clone() {
        match find_draft(api, &earlier, since, abort).await {
            Ok(found) => state.draft = found.map(HeldDraft::opened).or(state.draft.take()),
            Err(error) => return Err(SaveOutcome::Indeterminate(error)),
        }
    }
    if state.draft.is_some() {
        state.unsettled_draft = None;
        return update_new_draft(api, &new.content, state, abort).await;
    }
    let since = match &state.unsettled_draft {
        Some((earlier, since)) if earlier == new => *since,
        _ => api.now(),
    };
    let made = drafts::create(api, new, &abort.signal()).await;
    if made.as_ref().is_err_and(|error| !error.is_uncertain()) {
        return made.map_err(SaveOutcome::Failed);
    }
    // Also after a response: there may be two.
    match (find_draft(api, new, since, abort).await, made) {
        (Ok(Some(draft)), _) | (_, Ok(draft)) => Ok(draft),
        (found, Err(error)) => {
            if found.is_err() || error.may_still_run() {
                state.unsettled_draft = Some((new.clone(), since));
            }
            Err(found.map_or(SaveOutcome::Indeterminate(error.clone()), |_| not_found_yet(error)))
        }
    }
}

/// Looks up a draft that was to be made, and discards copies of it.
async fn find_draft(
    api: &Api,
    new: &NewDraft,
    since: f64,
    abort: &Abort,
) -> Result<Option<SavedDraft>, ApiError> {
    let mut found = drafts::find_created(api, new, since, &abort.signal()).await?.into_iter();
    let first = found.next();
    for copy in found {
        // One that stays is seen in the list of drafts.
        let _ = drafts::discard(api, &copy, &abort.signal()).await;
    }
    Ok(first)
}

/// Puts the content into the draft of a new queue that it is from.
async fn update_new_draft(
    api: &Api,
    content: &QueueContent,
    state: &mut CreateState,
    abort: &Abort,
) -> Result<SavedDraft, SaveOutcome> {
    let Some(held) = &mut state.draft else { return Err(SaveOutcome::DraftChanged) };
    let id = held.draft.id;
    // The id may be another draft's by now: no endpoint that takes one asks whose it is.
    let now = drafts::get(api, id, &abort.signal()).await.map_err(unread)?;
    if !held.is_ours(&now, content) {
        return Err(SaveOutcome::DraftChanged);
    }
    held.draft = now;
    if !content.is_drafted(&held.draft.payload) {
        held.sent = Some(content.clone());
        held.draft = match drafts::update(api, id, content, &abort.signal()).await {
            Err(error) if error.is_uncertain() => {
                let now = drafts::get(api, id, &abort.signal()).await;
                let is_there = |now: &SavedDraft| content.is_drafted(&now.payload);
                now.ok().filter(is_there).ok_or(SaveOutcome::Indeterminate(error))?
            }
            updated => updated.map_err(unread)?,
        };
    }
    held.sent = None;
    Ok(held.draft.clone())
}

/// What has the name of a new queue.
enum Found {
    /// The new queue itself.
    Ours(Box<Queue>),
    /// Another queue.
    Other(u64),
    Nothing,
}

/// Looks a new queue up whose response got lost.
async fn find_created(
    api: &Api,
    new: &NewQueue,
    user: u64,
    since: f64,
    abort: &Abort,
) -> Result<Found, ApiError> {
    let found = queues::named(api, new.content.name(), new.group, &abort.signal()).await?;
    let ours = |queue: &&Queue| {
        is_by(queue, user) && new.content.is_in(queue) && made_since(&queue.created_on, since)
    };
    Ok(match (found.iter().find(ours), found.first()) {
        (Some(queue), _) => Found::Ours(Box::new(queue.clone())),
        (None, Some(other)) => Found::Other(other.id),
        (None, None) => Found::Nothing,
    })
}
