//! The form that changes a queue; also for a draft of a change.

use leptos::{ev, prelude::*};

use super::{
    fields::QueueForm,
    offered::OfferedDraft,
    outcome::{Tried, create, tell},
    versions::{Deleted, TwoVersions},
};
use crate::{
    api::{self, ApiError, ChangeState, CreateState, SaveOutcome},
    context::Context,
    domain::{Queue, SavedDraft},
    forms::queue::{NewQueue, QueueContent, QueueFormValues},
    host::Change,
    lazy,
    pages::{
        loader::{Loader, QUEUE_TEXTS},
        rename::{Rename, RenameDialog},
    },
    routes::Route,
    storage::Key,
    ui::{ErrorSummary, Heading, LatestRequest, SubmitRow, effect},
};

lazy! {
    /// The screen "Edit queue": which user changes it, and the queue's id.
    #[wasm_split(rest)]
    pub static EDIT: |user: u64, id: u64| view! { <EditScreen user id /> };
}

pub const HEADING: &str = "Edit queue";
const BUTTON: &str = "Save changes";
const DRAFT_BUTTON: &str = "Save as draft";
const NEW_BUTTON: &str = "Save as new queue";

#[component]
fn EditScreen(user: u64, id: u64) -> impl IntoView {
    let context = Context::get();
    let navigator = context.navigator;
    context.set_title(HEADING);
    let loaded = Loader::once(move |api, abort| async move {
        let queue = api::queues::get(&api, id, &abort).await?;
        if !queue.has_draft {
            return Ok((queue, None));
        }
        match api::drafts::of_queue(&api, id, &abort).await {
            Ok(draft) => Ok((queue, Some(draft))),
            // Committed or discarded a moment ago.
            Err(ApiError::NotFound | ApiError::Deleted) => Ok((queue, None)),
            Err(error) => Err(error),
        }
    });
    let head = move || {
        view! {
            <p class="crumb"><a href=navigator.href(&Route::Queue(id))>"Queue"</a></p>
            <Heading text=HEADING focus=navigator.has_moved() />
        }
        .into_any()
    };
    let content = move || {
        let loaded = loaded.value().get_untracked();
        loaded.map(|(queue, offered)| view! { <ChangeForm user queue draft=None offered /> })
    };
    loaded.screen(QUEUE_TEXTS, head, move || content().into_any())
}

/// The form itself, for those who may change the queue.
#[component]
pub fn ChangeForm(
    /// Who changes it.
    user: u64,
    /// The queue as it is now.
    queue: Queue,
    /// The draft that the content is from.
    draft: Option<SavedDraft>,
    /// A draft that the user has beside this content.
    offered: Option<SavedDraft>,
) -> impl IntoView {
    let context = Context::get();
    if !context.session.may_change(&queue) {
        let href = context.navigator.href(&Route::Queue(queue.id));
        return view! {
            <div part="error" class="panel failed">
                <p>"Only members of group “"<bdi>{queue.group.name}</bdi>"” can change this queue. "
                    <a href=href>"Open it"</a></p>
            </div>
        }
        .into_any();
    }
    let back = if draft.is_some() { Route::Drafts(0) } else { Route::Queue(queue.id) };
    let group = queue.group.clone();
    let title = format!("{HEADING} {}", queue.name);
    let sender = Sender::new(user, queue, draft, offered);
    let Sender { fields, .. } = sender;
    let form = fields.form;
    context.set_form_title(title, form);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let is_same = sender.state.with_value(|state| {
            let base = &state.base;
            let says = untrack(|| fields.typed()).says(&base.name, base.description_or_empty());
            // An earlier try may still change it.
            says && !state.is_unsettled()
        });
        if is_same && !sender.is_deleted.get_untracked() {
            context.notify("Nothing has changed, so there is nothing to save.");
        } else if form.may_submit()
            && let Ok(new) = untrack(|| fields.typed()).validate()
        {
            sender.guard(new.content);
        }
    };
    let save_draft = move |_| {
        let checked = untrack(|| fields.typed()).validate_draft();
        if form.may_send(checked.as_ref().err().cloned().unwrap_or_default())
            && let Ok(new) = checked
        {
            sender.save_draft(new.content);
        }
    };
    let save_as_new = move |()| {
        if form.may_submit()
            && let Ok(new) = untrack(|| fields.typed()).validate()
        {
            sender.save_as_new(new);
        }
    };
    view! {
        <ErrorSummary form />
        <Deleted fields is_deleted=sender.is_deleted save_as_new=Callback::new(save_as_new) />
        <OfferedDraft user offered=sender.offered />
        {fields.restored_note()}
        <TwoVersions fields theirs=sender.theirs />
        <form novalidate class="form" on:submit=submit>
            {fields.fields_of_group(group)}
            <SubmitRow form button=BUTTON>
                <button part="button" type="button" on:click=save_draft>{DRAFT_BUTTON}</button>
                <a part="button" class="button" href=context.navigator.href(&back)>"Cancel"</a>
            </SubmitRow>
        </form>
        <RenameDialog asked=sender.renaming />
    }
    .into_any()
}

/// Sends what the form holds, and knows what the server has.
#[derive(Clone, Copy)]
struct Sender {
    user: u64,
    id: u64,
    /// The content is from a draft.
    is_draft: bool,
    group: StoredValue<String>,
    fields: QueueForm,
    state: StoredValue<ChangeState>,
    /// Of "Save as new queue".
    create_state: StoredValue<CreateState>,
    /// What somebody else has saved since the content was begun.
    theirs: RwSignal<Option<Queue>>,
    is_deleted: RwSignal<bool>,
    offered: RwSignal<Option<SavedDraft>>,
    /// What is to be saved under another name, and what waits under the one of now.
    renaming: RwSignal<Option<(Rename, Callback<()>)>>,
    looking: LatestRequest,
}

impl Sender {
    fn new(
        user: u64,
        queue: Queue,
        draft: Option<SavedDraft>,
        offered: Option<SavedDraft>,
    ) -> Self {
        let start = match &draft {
            Some(draft) => values(&queue, &draft.payload.name, draft.description_or_empty()),
            None => values(&queue, &queue.name, queue.description_or_empty()),
        };
        // Input or a draft of an earlier visit may have begun from an older version.
        let began =
            draft.as_ref().and_then(|draft| draft.resource_snapshot).unwrap_or(queue.snapshot);
        let key = match &draft {
            Some(_) => Key::ChangeDraft(user, queue.id),
            None => Key::Change(user, queue.id),
        };
        let fields = QueueForm::new(start, began.to_string(), key, |_| true);
        fields.group.set(queue.group.id.to_string());
        let this = Self {
            user,
            id: queue.id,
            is_draft: draft.is_some(),
            group: StoredValue::new(queue.group.name.clone()),
            fields,
            is_deleted: RwSignal::new(queue.deleted),
            state: StoredValue::new(ChangeState::new(queue.clone(), draft)),
            create_state: StoredValue::new(CreateState::default()),
            theirs: RwSignal::new(None),
            offered: RwSignal::new(offered),
            renaming: RwSignal::new(None),
            looking: LatestRequest::new(),
        };
        // Of a crashed tab the input is found late.
        effect(move || {
            if fields.version() != queue.snapshot.to_string()
                && this.theirs.read_untracked().is_none()
            {
                this.show(queue.clone());
            }
        });
        this
    }

    /// Shows what somebody else has saved; saving builds on that from now on.
    fn show(self, now: Queue) {
        if !self.is_draft {
            // Of this content the server has the queue, and no draft.
            self.fields.set_base(values(&now, &now.name, now.description_or_empty()));
        }
        self.state.update_value(|state| state.base = now.clone());
        self.theirs.set(Some(now));
    }

    /// Saves, after asking if that renames the queue while jobs wait in it.
    fn guard(self, content: QueueContent) {
        let name = self.state.with_value(|state| state.base.name.clone());
        if content.name() == name {
            return self.save(content);
        }
        let (api, id) = (self.fields.context.api(), self.id);
        self.fields.form.send(
            "Looking whether jobs wait…",
            async move |abort| Rename::look(&api, id, name, &abort.signal()).await,
            move |rename, is_on_screen| {
                if !is_on_screen {
                    // Who leaves meanwhile was asked, and saves nothing.
                } else if rename.is_harmless() {
                    self.save(content);
                } else {
                    let save = Callback::new(move |()| self.save(content.clone()));
                    self.renaming.set(Some((rename, save)));
                }
            },
        );
    }

    fn save(self, content: QueueContent) {
        let (api, user, mut state) = (self.fields.context.api(), self.user, self.state.get_value());
        let sent = content.clone();
        self.fields.form.send(
            "Saving…",
            async move |abort| {
                let outcome = api::save::change(&api, &sent, user, &mut state, &abort).await;
                (outcome, state)
            },
            move |(outcome, state), is_on_screen| {
                self.state.try_set_value(state);
                let name = content.name();
                if let SaveOutcome::Saved(id) = outcome {
                    self.fields.context.changed(Change::Modified, id);
                    let done = format!("Queue “{name}” saved");
                    self.fields.finish(done, Route::Queue(id), is_on_screen);
                } else {
                    self.tell(outcome, name, BUTTON, is_on_screen);
                }
            },
        );
    }

    fn save_draft(self, content: QueueContent) {
        let (api, user, mut state) = (self.fields.context.api(), self.user, self.state.get_value());
        let sent = content.clone();
        self.fields.form.send(
            "Saving the draft…",
            async move |abort| {
                let outcome = api::save::save_draft(&api, &sent, user, &mut state, &abort).await;
                (outcome, state)
            },
            move |(outcome, state), is_on_screen| {
                self.state.try_set_value(state);
                match outcome {
                    // An earlier try has saved it as a change.
                    Err(SaveOutcome::Saved(id)) => {
                        self.fields.context.changed(Change::Modified, id);
                        let done = format!("Queue “{}” saved", content.name());
                        self.fields.finish(done, Route::Queue(id), is_on_screen);
                    }
                    Ok(draft) => {
                        let done = format!("Draft “{}” saved", draft.payload.name);
                        self.fields.finish(done, Route::Drafts(0), is_on_screen);
                    }
                    Err(outcome) => {
                        self.tell(outcome, content.name(), DRAFT_BUTTON, is_on_screen);
                    }
                }
            },
        );
    }

    fn save_as_new(self, new: NewQueue) {
        let name = new.content.name().to_owned();
        create(self.fields, self.user, self.create_state, new, move |outcome, is_on_screen| {
            self.tell(outcome, &name, NEW_BUTTON, is_on_screen);
        });
    }

    fn tell(self, outcome: SaveOutcome, name: &str, button: &'static str, is_on_screen: bool) {
        let group = self.group.try_get_value().unwrap_or_default();
        let not_applied = if button == NEW_BUTTON { Tried::NOT_CREATED } else { Tried::NOT_SAVED };
        let tried = Tried { name, group: &group, button, not_applied };
        tell(self.fields, &outcome, tried, is_on_screen);
        if !is_on_screen {
            return;
        }
        match outcome {
            SaveOutcome::Stale(now) => self.show(*now),
            SaveOutcome::Deleted => self.is_deleted.set(true),
            SaveOutcome::DraftExists => self.look_for_draft(),
            SaveOutcome::Saved(_)
            | SaveOutcome::CreatedBefore(_)
            | SaveOutcome::AtWork
            | SaveOutcome::DraftChanged
            | SaveOutcome::NameTaken(_)
            | SaveOutcome::Failed(_)
            | SaveOutcome::NotApplied(_)
            | SaveOutcome::NotSent(_)
            | SaveOutcome::Indeterminate(_) => {}
        }
    }

    /// Offers the draft that is in the way.
    fn look_for_draft(self) {
        let (api, id) = (self.fields.context.api(), self.id);
        self.looking.run(
            async move |abort| api::drafts::of_queue(&api, id, &abort).await,
            move |found| {
                if let Ok(draft) = found {
                    self.offered.set(Some(draft));
                }
            },
        );
    }
}

/// The values of the form for the queue.
fn values(queue: &Queue, name: &str, description: &str) -> QueueFormValues {
    QueueFormValues {
        name: name.to_owned(),
        group: queue.group.id.to_string(),
        description: description.to_owned(),
    }
}
