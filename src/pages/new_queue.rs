use leptos::{ev, prelude::*};

use super::{explain_all, form_title, load_once, queue_form::QueueForm};
use crate::{
    api::{self, ApiError, Sent},
    context::Context,
    domain::{Group, SavedDraft, User},
    forms::{Problem, queue::Draft},
    host::Change,
    routes::Route,
    storage::Key,
    ui::{ErrorSummary, Heading, Loadable, SubmitRow, live},
};

const BUTTON: &str = "Create queue";

/// The screen "Create queue": empty, or filled in like another queue.
#[component]
pub fn NewQueuePage(
    /// Who creates it.
    user: User,
    /// The other queue.
    from: Option<u64>,
) -> impl IntoView {
    let context = Context::get();
    let key = Key::NewQueue(user.id, from);
    let group = match &user.groups[..] {
        [only] => only.id.to_string(),
        _ => String::new(),
    };
    let empty = Draft { group, ..Draft::default() };
    let Some(from) = from else {
        return view! { <NewQueueForm user start=empty key /> }.into_any();
    };
    // A deleted queue leaves its name free; of another one the name gets a number.
    let like = Loadable::<Draft, ApiError>::new();
    let load = move || {
        let api = context.api();
        like.load(
            async move |abort| {
                let queue = api::queues::get(&api, from, &abort).await?;
                let name =
                    api::queues::free_name(&api, &queue.name, queue.group.id, &abort).await?;
                let group = queue.group.id.to_string();
                Ok(Draft { name, group, description: queue.description.unwrap_or_default() })
            },
            move |error| context.failed(error),
        );
    };
    load_once(context, like, load);
    view! {
        {like.status("The queue could not be loaded", explain_all, load)}
        {live(move || like.value().get().map(|start| {
            view! { <NewQueueForm user=user.clone() start key /> }
        }))}
    }
    .into_any()
}

/// The form itself; also for a draft of a new queue.
#[component]
pub fn NewQueueForm(
    /// Who creates it.
    user: User,
    /// What stands in the fields at first.
    start: Draft,
    /// Where the text is kept.
    key: Key,
    /// The draft that the text is from.
    #[prop(optional)]
    draft: Option<SavedDraft>,
) -> impl IntoView {
    let context = Context::get();
    let navigator = context.navigator;
    let is_draft = draft.is_some();
    let is_fixed = context.settings().group.is_some();
    let version = draft.as_ref().map(|draft| draft.created_on.clone()).unwrap_or_default();
    // Of another draft that had this id before, nothing is brought back.
    let same = version.clone();
    let fields = QueueForm::new(start.clone(), version, key, move |base| base == same);
    let form = fields.form;
    let groups = match &draft {
        Some(draft) => vec![draft.group.clone()],
        None => user.groups.clone(),
    };
    // A group that one was in may be gone since.
    if !groups.iter().any(|group| group.id.to_string() == fields.group.get_untracked()) {
        fields.group.set(start.group);
    }
    form_title(context, BUTTON, form);

    let held = StoredValue::new(draft);
    let names = StoredValue::new(groups.clone());
    let group_name = move |id: u64| {
        let is_it = |group: &&Group| group.id == id;
        names.with_value(|all| all.iter().find(is_it).map(|group| group.name.clone()))
    };
    let tell = move |sent: Sent, name: &str, group: u64, button: &'static str| {
        let group = group_name(group).unwrap_or_default();
        let not = "Dioptra has no queue of this name, so it was not created.";
        let left = fields.tell(sent, name, &group, button, not);
        if left.is_some() {
            let text = "This draft was changed or discarded elsewhere, so nothing was saved. Your \
                        text is still here: copy it, then open your drafts.";
            form.fail(vec![Problem::Form(text.to_owned())]);
        }
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if !form.may_submit() {
            return;
        }
        let Ok(new) = untrack(|| fields.typed()).validate() else {
            return;
        };
        let (api, sent, held) = (context.api(), new.clone(), held.get_value());
        let user = user.id;
        form.send(
            "Creating the queue…",
            async move |abort| match held {
                None => api::save::create(&api, &sent, user, &abort).await,
                Some(held) => api::save::create_from_draft(&api, &held, &sent, user, &abort).await,
            },
            move |outcome| {
                let name = new.text.name();
                if let Sent::Done(id) = outcome {
                    context.changed(Change::Created, id);
                    fields.finish(format!("Queue “{name}” created"), Route::Queue(id));
                } else {
                    tell(outcome, name, new.group, BUTTON);
                }
            },
        );
    };
    let keep = move |_| {
        let typed = untrack(|| fields.typed());
        let checked = typed.validate_draft();
        if !form.may_send(checked.as_ref().err().cloned().unwrap_or_default()) {
            return;
        }
        let Ok(new) = checked else { return };
        let (api, sent, held) = (context.api(), new.clone(), held.get_value());
        form.send(
            "Saving the draft…",
            async move |abort| match held {
                None => api::drafts::create(&api, &sent, &abort).await.map_err(|error| {
                    if error.is_uncertain() { Sent::NotThere(error) } else { Sent::Failed(error) }
                }),
                Some(held) => api::save::keep_new_draft(&api, &held, &sent.text, &abort).await,
            },
            move |outcome| match outcome {
                Ok(draft) => {
                    fields
                        .finish(format!("Draft “{}” saved", draft.payload.name), Route::Drafts(0));
                }
                Err(sent) => tell(sent, new.text.name(), new.group, "Save as draft"),
            },
        );
    };
    let back = if is_draft { Route::Drafts(0) } else { Route::Queues(Default::default()) };
    view! {
        <Heading text=BUTTON focus=navigator.has_moved() />
        <ErrorSummary form />
        {fields.note()}
        <div class="split">
            <form novalidate class="form" on:submit=submit>
                {fields.fields(&groups, is_draft || is_fixed)}
                <SubmitRow form button=BUTTON>
                    <button part="button" type="button" on:click=keep>"Save as draft"</button>
                    <a part="button" class="button" href=navigator.href(&back)>"Cancel"</a>
                </SubmitRow>
            </form>
            {fields.code("What the button sends, from your own code instead.")}
        </div>
    }
}
