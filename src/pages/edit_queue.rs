use leptos::{ev, prelude::*};

use super::{
    NotFoundPage, discard::DiscardDialog, explain_unless_missing, form_title, load_once,
    queue_form::QueueForm,
};
use crate::{
    api::{self, ApiError, Sent},
    context::Context,
    domain::{Queue, SavedDraft, User},
    forms::{Field, Problem, queue::Draft},
    host::Change,
    routes::Route,
    storage::Key,
    ui::{Compared, Comparison, ErrorSummary, Heading, Loadable, SubmitRow, live},
};

const BUTTON: &str = "Save changes";

/// The screen "Edit queue".
#[component]
pub fn EditQueuePage(
    /// Who changes it.
    user: User,
    /// Which queue.
    id: u64,
) -> impl IntoView {
    let context = Context::get();
    let loaded = Loadable::<(Queue, Option<SavedDraft>), ApiError>::new();
    let load = move || {
        let api = context.api();
        loaded.load(
            async move |abort| {
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
            },
            move |error| context.failed(error),
        );
    };
    load_once(context, loaded, load);
    let missing = Memo::new(move |_| loaded.error() == Some(ApiError::NotFound));
    move || {
        if missing.get() {
            let why = "Dioptra has no queue with this ID. The link may be mistyped.";
            return view! { <NotFoundPage what="Queue not found" why /> }.into_any();
        }
        let user = user.clone();
        view! {
            {loaded.status("The queue could not be loaded", explain_unless_missing, load)}
            {live(move || loaded.value().get().map(|(queue, offered)| {
                view! { <ChangeForm user=user.clone() queue draft=None offered /> }
            }))}
        }
        .into_any()
    }
}

/// The form that changes a queue; also for a draft of a change.
#[component]
pub fn ChangeForm(
    /// Who changes it.
    user: User,
    /// The queue as it is now.
    queue: Queue,
    /// The draft that the text is from.
    draft: Option<SavedDraft>,
    /// A draft that the person has beside this text.
    offered: Option<SavedDraft>,
) -> impl IntoView {
    let context = Context::get();
    let navigator = context.navigator;
    let id = queue.id;
    let is_draft = draft.is_some();
    let group = queue.group.clone();
    let group_id = group.id;
    let text_of = move |name: &str, description: &str| Draft {
        name: name.to_owned(),
        group: group_id.to_string(),
        description: description.to_owned(),
    };
    let start = match &draft {
        Some(draft) => text_of(&draft.payload.name, draft.text()),
        None => text_of(&queue.name, queue.text()),
    };
    // What the text began from: a text or a draft of an earlier visit may be older than the queue.
    let began = draft.as_ref().and_then(|draft| draft.resource_snapshot).unwrap_or(queue.snapshot);
    let key = if is_draft { Key::ChangeDraft(user.id, id) } else { Key::Change(user.id, id) };
    let fields = QueueForm::new(start, began.to_string(), key, |_| true);
    let form = fields.form;
    fields.group.set(group.id.to_string());
    form_title(context, "Edit queue", form);

    let is_stale = fields.version() != queue.snapshot.to_string();
    let is_gone = RwSignal::new(queue.deleted);
    // The version that saving builds on: the newest that the person has been shown.
    let base = RwSignal::new(queue);
    let theirs = RwSignal::new(None::<Queue>);
    let held = StoredValue::new(draft);
    let offered = RwSignal::new(offered);
    let group_name = StoredValue::new(group.name.clone());
    // What is on the server of this text: the draft, or else the queue.
    let show = move |now: Queue| {
        if !is_draft {
            fields.now_there(text_of(&now.name, now.text()));
        }
        base.set(now.clone());
        theirs.set(Some(now));
    };
    if is_stale {
        show(base.get_untracked());
    }

    let look_for_draft = move || {
        let api = context.api();
        leptos::task::spawn_local(async move {
            let Ok(abort) = web_sys::AbortController::new() else { return };
            if let Ok(draft) = api::drafts::of_queue(&api, id, &abort.signal()).await {
                offered.try_set(Some(draft));
            }
        });
    };
    let tell = move |sent: Sent, name: &str, button: &'static str| {
        let group = group_name.get_value();
        let problem = match fields.tell(sent, name, &group, button, "Nothing was saved.") {
            None => return,
            Some(Sent::Stale(now)) => {
                show(*now);
                "Somebody else saved this queue meanwhile, so nothing of yours was saved. Compare \
                 both versions, mix them as you like, and save again."
            }
            Some(Sent::Deleted) => {
                is_gone.set(true);
                "This queue was deleted meanwhile, so nothing was saved. Your text is still here."
            }
            Some(Sent::HasDraft) => {
                look_for_draft();
                "You have a draft of this queue, so nothing was saved: open the draft or discard \
                 it, then save again."
            }
            Some(_) => {
                "This draft was changed or discarded elsewhere, so nothing was saved. Your text is \
                 still here: copy it, then open your drafts."
            }
        };
        form.fail(vec![Problem::Form(problem.to_owned())]);
    };
    let user_id = user.id;
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let is_same =
            base.with_untracked(|base| untrack(|| fields.typed()).says(&base.name, base.text()));
        if is_same && !is_gone.get_untracked() {
            context.say("Nothing has changed, so there is nothing to save.");
            return;
        }
        if !form.may_submit() {
            return;
        }
        let Ok(new) = untrack(|| fields.typed()).validate() else {
            return;
        };
        let (api, text, held) = (context.api(), new.text.clone(), held.get_value());
        let base = base.get_untracked();
        form.send(
            "Saving…",
            async move |abort| {
                api::save::change(&api, &base, &text, held.as_ref(), user_id, &abort).await
            },
            move |sent| {
                let name = new.text.name();
                if let Sent::Done(id) = sent {
                    context.changed(Change::Modified, id);
                    fields.finish(format!("Queue “{name}” saved"), Route::Queue(id));
                } else {
                    tell(sent, name, BUTTON);
                }
            },
        );
    };
    let keep = move |_| {
        let checked = untrack(|| fields.typed()).validate_draft();
        if !form.may_send(checked.as_ref().err().cloned().unwrap_or_default()) {
            return;
        }
        let Ok(new) = checked else { return };
        let (api, text, held) = (context.api(), new.text.clone(), held.get_value());
        let base = base.get_untracked();
        form.send(
            "Saving the draft…",
            async move |abort| {
                api::save::keep_draft(&api, &base, &text, held.as_ref(), user_id, &abort).await
            },
            move |kept| match kept {
                Ok(draft) => {
                    fields
                        .finish(format!("Draft “{}” saved", draft.payload.name), Route::Drafts(0));
                }
                Err(sent) => tell(sent, new.text.name(), "Save as draft"),
            },
        );
    };
    // The queue is gone, but the text is not: it can become a queue of its own.
    let save_as_new = move |_| {
        if !form.may_submit() {
            return;
        }
        let Ok(new) = untrack(|| fields.typed()).validate() else {
            return;
        };
        let (api, sent) = (context.api(), new.clone());
        form.send(
            "Creating the queue…",
            async move |abort| api::save::create(&api, &sent, user_id, &abort).await,
            move |sent| {
                let name = new.text.name();
                if let Sent::Done(id) = sent {
                    context.changed(Change::Created, id);
                    fields.finish(format!("Queue “{name}” created"), Route::Queue(id));
                } else {
                    tell(sent, name, "Save as new queue");
                }
            },
        );
    };
    let copy = move |_| {
        let Draft { name, description, .. } = untrack(|| fields.typed());
        context.copy("Text", format!("{name}\n\n{description}"));
    };
    let compared = move |theirs: Queue| {
        let Draft { name, description, .. } = fields.typed();
        let text = theirs.text().to_owned();
        vec![
            Compared { field: Field::Name, label: "Name", left: name, right: theirs.name },
            Compared {
                field: Field::Description,
                label: "Description",
                left: description,
                right: text,
            },
        ]
    };
    let take = move |field: Field| {
        let Some(theirs) = theirs.get_untracked() else { return };
        let Draft { name, description, .. } = untrack(|| fields.typed());
        if field == Field::Name {
            fields.fill(&theirs.name, &description);
        } else {
            fields.fill(&name, theirs.text());
        }
    };
    let take_all = move |_| {
        if let Some(theirs) = theirs.get_untracked() {
            fields.fill(&theirs.name, theirs.text());
        }
    };
    let reconcile = move || {
        theirs.get().map(|now| {
            let who = now.user.as_ref().map_or("Somebody", |user| user.username.as_str());
            let title = "Two versions of this queue".to_owned();
            let versions = ["Your version".to_owned(), format!("Saved by {who}")];
            view! {
                <section class="panel">
                    <Comparison title versions fields=compared(now) take=Callback::new(take) />
                    <p>
                        "Saving now saves your version, as it stands in the form. The other stays \
                         in the history."
                    </p>
                    <button part="button" type="button" on:click=take_all>"Use the saved version"</button>
                </section>
            }
        })
    };
    let gone = move || {
        is_gone.get().then(|| {
            view! {
                <div part="error" class="panel failed">
                    <p>"This queue was deleted. Your text can be copied, or saved as a new queue."</p>
                    <div class="row">
                        <button part="button" type="button" class="primary" on:click=save_as_new>"Save as new queue"</button>
                        <button part="button" type="button" on:click=copy>"Copy text"</button>
                    </div>
                </div>
            }
        })
    };
    let back = if is_draft { Route::Drafts(0) } else { Route::Queue(id) };
    view! {
        <p class="crumb"><a href=navigator.href(&back)>{if is_draft { "Drafts" } else { "Queue" }}</a></p>
        <Heading text="Edit queue" focus=navigator.has_moved() />
        <ErrorSummary form />
        {gone}
        <Offered offered />
        {fields.note()}
        {reconcile}
        <form novalidate class="form" on:submit=submit>
            {fields.fields(&[group], true)}
            <SubmitRow form button=BUTTON>
                <button part="button" type="button" on:click=keep>"Save as draft"</button>
                <a part="button" class="button" href=navigator.href(&back)>"Cancel"</a>
            </SubmitRow>
        </form>
    }
}

/// The draft that the person has beside the text of this form: to open, or to discard.
#[component]
fn Offered(offered: RwSignal<Option<SavedDraft>>) -> impl IntoView {
    let context = Context::get();
    let asked = RwSignal::new(None);
    let gone = move |_| offered.set(None);
    view! {
        {live(move || offered.get().map(|draft| {
            let href = context.navigator.href(&Route::Draft(draft.id));
            let changed = context.clock.time(&draft.last_modified_on, context.api().now());
            let doomed = draft.clone();
            view! {
                <div class="panel">
                    <p>
                        "You have a draft of this queue, named “"<bdi>{draft.payload.name}</bdi>
                        "”, changed "{changed}". Dioptra keeps one draft of a queue for you: open \
                        it or discard it before you save."
                    </p>
                    <div class="row">
                        <a part="button" class="button" href=href>"Open draft"</a>
                        <button part="button" type="button" class="danger" on:click=move |_| asked.set(Some(doomed.clone()))>"Discard draft"</button>
                    </div>
                </div>
            }
        }))}
        <DiscardDialog asked done=Callback::new(gone) />
    }
}
