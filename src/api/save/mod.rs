//! Everything that creates a queue or a version of one: sent once, so that nobody's change is lost.
//!
//! `PUT /queues/{id}` overwrites whatever is there. A draft knows the version that it began from,
//! and `POST /workflows/draftCommit/{id}` refuses it once there is a newer one
//! (`DraftCommitService` in `dioptra/restapi/v1/workflows/service.py` of dioptra-platform 1.2.2):
//! so every change is saved as a draft that is committed at once.
//!
//! A form keeps a [`CreateState`] or a [`ChangeState`]. Each save takes it and leaves in it what is
//! on the server by then, so that the next try goes on from there.

mod change;
mod create;

pub use change::{ChangeState, change, save_draft};
pub use create::{CreateState, create, save_new_draft};

use serde_json::Value;

use super::{Api, ApiError};
use crate::{
    domain::{Queue, SavedDraft},
    forms::queue::QueueContent,
    js::Abort,
};

/// So long after its response got lost a write may still be at work, in milliseconds: servers in between
/// give up after a minute.
const AT_WORK_MS: f64 = 60_000.0;

/// Result of a write, including a lost response.
#[derive(Clone, Debug, PartialEq)]
pub enum SaveOutcome {
    /// It is on the server: the queue's id.
    Saved(u64),
    /// Nothing was sent: an earlier try, with other content, has created this queue after all.
    CreatedBefore(Box<Queue>),
    /// Nothing was saved: somebody saved this version meanwhile.
    Stale(Box<Queue>),
    /// Nothing was sent: an earlier try may still be at work, and would save this with it.
    AtWork,
    /// Nothing was saved: the queue was deleted meanwhile.
    Deleted,
    /// Nothing was saved: the user has a draft of this queue, which would have been replaced.
    DraftExists,
    /// Nothing was saved: the draft is gone, or was changed elsewhere.
    DraftChanged,
    /// Nothing was saved: the name is taken, by this queue if it is known.
    NameTaken(Option<u64>),
    /// Nothing was saved: the server or the network refused.
    Failed(ApiError),
    /// Nothing was saved: a look-up has proven that the write was not applied.
    NotApplied(ApiError),
    /// Nothing was saved: what had to be known before could not be read, so the write was not sent.
    NotSent(ApiError),
    /// The response got lost, and it is not known what became of the write.
    Indeterminate(ApiError),
}

/// A draft on the server whose content a form edits.
#[derive(Clone, Debug, PartialEq)]
pub struct HeldDraft {
    /// As the server had it last.
    pub draft: SavedDraft,
    /// What was sent since, if the response to that got lost.
    sent: Option<QueueContent>,
    /// It was made by a save, to be committed at once: it goes if that fails.
    is_temporary: bool,
}

impl HeldDraft {
    /// A draft that the user opened.
    #[must_use]
    pub fn opened(draft: SavedDraft) -> Self {
        Self { draft, sent: None, is_temporary: false }
    }

    /// This is the draft that we hold, and nobody else has changed it.
    fn is_ours(&self, now: &SavedDraft, content: &QueueContent) -> bool {
        let sent = self.sent.iter().any(|sent| sent.is_drafted(&now.payload));
        now.is_same(&self.draft)
            && (now.payload == self.draft.payload || sent || content.is_drafted(&now.payload))
    }
}

/// A write whose response got lost, and of which a look-up has found nothing.
fn not_found_yet(error: ApiError) -> SaveOutcome {
    if error.may_still_run() {
        SaveOutcome::Indeterminate(error)
    } else {
        SaveOutcome::NotApplied(error)
    }
}

/// What a read that failed before the write means for the write.
fn unread(error: ApiError) -> SaveOutcome {
    match error {
        ApiError::Deleted => SaveOutcome::Deleted,
        ApiError::NotFound => SaveOutcome::DraftChanged,
        error if error.is_uncertain() => SaveOutcome::NotSent(error),
        error => SaveOutcome::Failed(error),
    }
}

/// The outcome of another try while an earlier one is unsettled: that this one was not sent says
/// nothing of that one.
fn beside_an_earlier_try(outcome: SaveOutcome, is_unsettled: bool) -> SaveOutcome {
    match outcome {
        SaveOutcome::NotSent(error)
        | SaveOutcome::Failed(error @ (ApiError::Unauthorized | ApiError::OtherUser(_)))
            if is_unsettled =>
        {
            SaveOutcome::Indeterminate(error)
        }
        outcome => outcome,
    }
}

/// Turns the draft into what it is a draft of; the queue's id.
async fn commit(api: &Api, draft: u64, abort: &Abort) -> Result<u64, ApiError> {
    let path = format!("/workflows/draftCommit/{draft}");
    let committed: Value = api.post(&path, &Value::Null, &abort.signal()).await?;
    committed["id"][0].as_u64().ok_or(ApiError::Unreadable)
}

fn is_by(queue: &Queue, user: u64) -> bool {
    queue.user.as_ref().is_some_and(|author| author.id == user)
}
