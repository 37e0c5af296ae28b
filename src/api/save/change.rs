//! Saving a change of a queue, and keeping a draft of one.

use super::{
    super::{Api, ApiError, drafts, queues, session, snapshots},
    AT_WORK_MS, HeldDraft, SaveOutcome, beside_an_earlier_try, commit, is_by, not_found_yet,
    unread,
};
use js_sys::Date;

use crate::{
    domain::{Queue, SavedDraft},
    forms::queue::QueueContent,
    js::Abort,
};

/// What a form that changes a queue knows of the server.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangeState {
    /// The version that saving builds on: the newest that the user has been shown.
    pub base: Queue,
    /// The draft that the content is from, or that an earlier try has left behind.
    pub draft: Option<HeldDraft>,
    /// What was sent without a response.
    unsettled: Option<QueueContent>,
    /// When the last save was sent that has had no response, in milliseconds since 1970.
    sent: Option<f64>,
}

impl ChangeState {
    /// For a change that begins from this version, perhaps in a draft.
    #[must_use]
    pub fn new(base: Queue, draft: Option<SavedDraft>) -> Self {
        Self { base, draft: draft.map(HeldDraft::opened), unsettled: None, sent: None }
    }

    /// What became of an earlier try is not known.
    #[must_use]
    pub fn is_unsettled(&self) -> bool {
        self.unsettled.is_some()
    }
}

/// Saves a change of the queue. A draft that was opened holds the content afterwards if it could not
/// be saved; otherwise none is left behind, unless the response got lost.
pub async fn change(
    api: &Api,
    content: &QueueContent,
    user: u64,
    state: &mut ChangeState,
    abort: &Abort,
) -> SaveOutcome {
    let outcome = try_to_change(api, content, user, state, abort).await;
    beside_an_earlier_try(outcome, state.unsettled.is_some())
}

async fn try_to_change(
    api: &Api,
    content: &QueueContent,
    user: u64,
    state: &mut ChangeState,
    abort: &Abort,
) -> SaveOutcome {
    let mut asked = Date::now();
    if let Err(error) = session::confirm(api, user, &abort.signal()).await {
        return unread(error);
    }
    if let Some(outcome) = settle(api, content, user, state, abort).await {
        return outcome;
    }
    let draft = match put_into_draft(api, content, user, state, abort).await {
        Ok(draft) => draft,
        Err(outcome) => return outcome,
    };
    if let Err(error) = session::confirm_again(api, user, &mut asked, &abort.signal()).await {
        return unread(error);
    }
    let sent = Date::now();
    let Err(error) = commit(api, draft.id, abort).await else {
        return SaveOutcome::Saved(state.base.id);
    };
    if error.is_uncertain() {
        state.unsettled = Some(content.clone());
        if error.may_still_run() {
            state.sent = Some(sent);
        }
    } else {
        withdraw_temporary(api, state, abort).await;
    }
    match error {
        ApiError::Conflict { existing, .. } => SaveOutcome::NameTaken(existing),
        ApiError::Stale | ApiError::NotFound => {
            look_up_change(api, content, user, state, error, abort).await
        }
        error if error.is_uncertain() => {
            look_up_change(api, content, user, state, error, abort).await
        }
        error => SaveOutcome::Failed(error),
    }
}

/// Looks up what became of an earlier try whose response got lost. If that has saved this content,
/// nothing is left to do; if it has saved other content of ours, the change builds on that.
async fn settle(
    api: &Api,
    content: &QueueContent,
    user: u64,
    state: &mut ChangeState,
    abort: &Abort,
) -> Option<SaveOutcome> {
    let earlier = state.unsettled.clone()?;
    let found = async {
        let now = queues::get(api, state.base.id, &abort.signal()).await?;
        let ours = find_ours(api, &earlier, user, &state.base, &now, abort).await?;
        Ok::<_, ApiError>((now, ours))
    };
    match found.await {
        Ok((_, Some(ours))) => {
            state.unsettled = None;
            state.sent = None;
            // Its commit has consumed it.
            state.draft = None;
            state.base = ours;
            content.is_in(&state.base).then_some(SaveOutcome::Saved(state.base.id))
        }
        Ok((now, None)) => now.deleted.then_some(SaveOutcome::Deleted),
        Err(error) => Some(SaveOutcome::Indeterminate(error)),
    }
}

/// The version that this user has made with this content since the base: others may have saved newer
/// ones.
async fn find_ours(
    api: &Api,
    content: &QueueContent,
    user: u64,
    base: &Queue,
    now: &Queue,
    abort: &Abort,
) -> Result<Option<Queue>, ApiError> {
    let is_ours = |version: &Queue| {
        version.snapshot > base.snapshot && content.is_in(version) && is_by(version, user)
    };
    if is_ours(now) {
        return Ok(Some(now.clone()));
    }
    if now.snapshot == base.snapshot {
        return Ok(None);
    }
    let (_, versions) = snapshots::newest(api, base.id, 0, &abort.signal()).await?;
    Ok(versions.into_iter().find(is_ours))
}

/// Keeps the content as the user's draft of the queue, without saving it. The draft counts as begun
/// from the base, and from nothing newer. While an earlier save may still be at work nothing is put
/// there, because that would be saved with it.
///
/// # Errors
/// Why it was not kept.
pub async fn save_draft(
    api: &Api,
    content: &QueueContent,
    user: u64,
    state: &mut ChangeState,
    abort: &Abort,
) -> Result<SavedDraft, SaveOutcome> {
    session::confirm(api, user, &abort.signal()).await.map_err(unread)?;
    if let Some(outcome) = settle(api, content, user, state, abort).await {
        return Err(outcome);
    }
    if state.sent.is_some_and(|sent| Date::now() - sent < AT_WORK_MS) {
        return Err(SaveOutcome::AtWork);
    }
    put_into_draft(api, content, user, state, abort).await
}

/// The same, when it is certain who is signed in.
async fn put_into_draft(
    api: &Api,
    content: &QueueContent,
    user: u64,
    state: &mut ChangeState,
    abort: &Abort,
) -> Result<SavedDraft, SaveOutcome> {
    match state.draft.clone() {
        Some(held) => update_draft(api, content, user, held, state, abort).await,
        None => begin_draft(api, content, user, state, abort).await,
    }
}

/// A draft of our own for a change from the base. The server begins every draft from its newest
/// version: if that is another one, somebody saved meanwhile, and the draft is taken back.
async fn begin_draft(
    api: &Api,
    content: &QueueContent,
    user: u64,
    state: &mut ChangeState,
    abort: &Abort,
) -> Result<SavedDraft, SaveOutcome> {
    let draft = match drafts::begin(api, state.base.id, content, &abort.signal()).await {
        Ok(draft) => draft,
        Err(error) => adopt(api, content, state, error, abort).await?,
    };
    let began = draft.resource_snapshot.unwrap_or_default();
    let is_whole = content.is_drafted(&draft.payload) && began == state.base.snapshot;
    state.draft = Some(HeldDraft { draft: draft.clone(), sent: None, is_temporary: true });
    if is_whole {
        Ok(draft)
    } else if began > state.base.snapshot {
        withdraw_temporary(api, state, abort).await;
        Err(look_up_change(api, content, user, state, ApiError::Stale, abort).await)
    } else {
        rebase(api, content, state, abort).await
    }
}

/// A draft could not be begun. If one of this very content is there, it is ours: the response got
/// lost, or an earlier try has left it behind.
async fn adopt(
    api: &Api,
    content: &QueueContent,
    state: &mut ChangeState,
    error: ApiError,
    abort: &Abort,
) -> Result<SavedDraft, SaveOutcome> {
    if matches!(error, ApiError::Deleted | ApiError::NotFound) {
        return Err(SaveOutcome::Deleted);
    }
    let is_lost = error.is_uncertain();
    if error != ApiError::DraftExists && !is_lost {
        return Err(SaveOutcome::Failed(error));
    }
    let earlier = state.unsettled.clone();
    if is_lost {
        state.unsettled = Some(content.clone());
    }
    let is_ours = |draft: &SavedDraft| {
        let sent_before = earlier.iter().any(|earlier| earlier.is_drafted(&draft.payload));
        sent_before || content.is_drafted(&draft.payload)
    };
    match drafts::of_queue(api, state.base.id, &abort.signal()).await {
        Ok(draft) if is_ours(&draft) => Ok(draft),
        Ok(_) => Err(SaveOutcome::DraftExists),
        Err(ApiError::Deleted) => Err(SaveOutcome::Deleted),
        Err(ApiError::NotFound) => Err(not_found_yet(error)),
        Err(_) => Err(SaveOutcome::Indeterminate(error)),
    }
}

/// Puts the content into the draft that the state holds.
async fn update_draft(
    api: &Api,
    content: &QueueContent,
    user: u64,
    held: HeldDraft,
    state: &mut ChangeState,
    abort: &Abort,
) -> Result<SavedDraft, SaveOutcome> {
    let now = match drafts::of_queue(api, state.base.id, &abort.signal()).await {
        Err(ApiError::NotFound) if held.is_temporary => {
            state.draft = None;
            return begin_draft(api, content, user, state, abort).await;
        }
        now => now.map_err(unread)?,
    };
    if !held.is_ours(&now, content) {
        return Err(SaveOutcome::DraftChanged);
    }
    rebase(api, content, state, abort).await
}

/// Makes the draft hold the content, as begun from the base.
async fn rebase(
    api: &Api,
    content: &QueueContent,
    state: &mut ChangeState,
    abort: &Abort,
) -> Result<SavedDraft, SaveOutcome> {
    let rebased = match drafts::rebase(api, &state.base, content, &abort.signal()).await {
        Err(error) if error.is_uncertain() => {
            let now = drafts::of_queue(api, state.base.id, &abort.signal()).await;
            let is_there = |now: &SavedDraft| {
                content.is_drafted(&now.payload)
                    && now.resource_snapshot == Some(state.base.snapshot)
            };
            now.ok().filter(is_there).ok_or(SaveOutcome::Indeterminate(error))
        }
        rebased => rebased.map_err(unread),
    };
    if let Some(held) = &mut state.draft {
        match &rebased {
            Ok(draft) => {
                held.draft.clone_from(draft);
                held.sent = None;
            }
            Err(_) => held.sent = Some(content.clone()),
        }
    }
    rebased
}

/// Takes back the draft that a save has made. If that fails, or somebody stops waiting for it, it is
/// found as the user's draft.
async fn withdraw_temporary(api: &Api, state: &mut ChangeState, abort: &Abort) {
    if let Some(held) = state.draft.take_if(|held| held.is_temporary) {
        let _ = drafts::discard(api, &held.draft, &abort.signal()).await;
    }
}

/// The response to a change got lost, or was about something newer: what does the queue say now?
async fn look_up_change(
    api: &Api,
    content: &QueueContent,
    user: u64,
    state: &mut ChangeState,
    error: ApiError,
    abort: &Abort,
) -> SaveOutcome {
    let now = match queues::get(api, state.base.id, &abort.signal()).await {
        Ok(now) => now,
        Err(ApiError::NotFound) => return SaveOutcome::Deleted,
        Err(_) => return SaveOutcome::Indeterminate(error),
    };
    let ours = match error {
        // Dioptra says that it did not save it.
        ApiError::Stale => Ok(None),
        _ => find_ours(api, content, user, &state.base, &now, abort).await,
    };
    match ours {
        Err(_) => SaveOutcome::Indeterminate(error),
        Ok(Some(ours)) => {
            state.unsettled = None;
            SaveOutcome::Saved(ours.id)
        }
        Ok(None) if now.deleted => SaveOutcome::Deleted,
        Ok(None) if now.snapshot == state.base.snapshot => match error {
            ApiError::NotFound => SaveOutcome::DraftChanged,
            error => {
                // It was not applied, unless an earlier one is.
                if !error.may_still_run() && state.sent.is_none() {
                    state.unsettled = None;
                }
                not_found_yet(error)
            }
        },
        Ok(None) => {
            state.unsettled = None;
            SaveOutcome::Stale(Box::new(now))
        }
    }
}
