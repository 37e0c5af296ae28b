//! The form that creates a queue: empty (`web/form.ts` shows it before the app runs), like another queue,
//! or with a draft.

use leptos::{ev, prelude::*};

use super::{
    fields::QueueForm,
    outcome::{Tried, create, tell},
};
use crate::{
    api::{self, CreateState, SaveOutcome},
    context::Context,
    domain::{Group, ListQuery, SavedDraft},
    forms::queue::{NewDraft, NewQueue, QueueFormValues},
    lazy,
    pages::loader::{Loader, QUEUE_TEXTS, Texts},
    routes::Route,
    storage::Key,
    ui::{ErrorSummary, Heading, SubmitRow, effect},
};

lazy! {
    /// The screen "Create queue": which user creates it, and the id of a queue that it begins like.
    #[wasm_split(form)]
    pub static CREATE: |user: u64, from: Option<u64>| view! { <CreateScreen user from /> };
}

const BUTTON: &str = "Create queue";
const DRAFT_BUTTON: &str = "Save as draft";

/// Another queue that can't be read is no reason to have no form.
const TEXTS: Texts = Texts { missing: None, ..QUEUE_TEXTS };

#[component]
fn CreateScreen(user: u64, from: Option<u64>) -> impl IntoView {
    let context = Context::get();
    context.set_title(BUTTON);
    let key = Key::NewQueue(user, from);
    let head =
        move || view! { <Heading text=BUTTON focus=context.navigator.has_moved() /> }.into_any();
    let Some(from) = from else {
        // One group alone is chosen already.
        let group = match &untrack(|| context.session.groups())[..] {
            [only] => only.id.to_string(),
            _ => String::new(),
        };
        let start = QueueFormValues { group, ..QueueFormValues::default() };
        return view! { {head()} <CreateForm user start key draft=None /> }.into_any();
    };
    // A deleted queue leaves its name free; of another one the name gets a number.
    let like = Loader::once(move |api, abort| async move {
        let queue = api::queues::get(&api, from, &abort).await?;
        let name = api::queues::free_name(&api, &queue.name, queue.group.id, &abort).await?;
        let group = queue.group.id.to_string();
        Ok(QueueFormValues { name, group, description: queue.description.unwrap_or_default() })
    });
    let content = move || {
        let start = like.value().get_untracked().unwrap_or_default();
        view! { <CreateForm user start key draft=None /> }.into_any()
    };
    like.screen(TEXTS, head, content)
}

/// The form itself; also for a draft of a new queue.
#[component]
pub fn CreateForm(
    /// Who creates it.
    user: u64,
    /// What stands in the fields at first.
    start: QueueFormValues,
    /// Where the input is stored.
    key: Key,
    /// The draft that the content is from.
    draft: Option<SavedDraft>,
) -> impl IntoView {
    let context = Context::get();
    // A draft has a name already, or part of one.
    let title = match &draft {
        Some(draft) => format!("{BUTTON} {}", draft.payload.name),
        None => BUTTON.to_owned(),
    };
    let version = draft.as_ref().map(|draft| draft.created_on.clone()).unwrap_or_default();
    // Input of another draft that had this id before is not restored.
    let same = version.clone();
    let fields = QueueForm::new(start.clone(), version, key, move |base| base == same);
    let form = fields.form;
    context.set_form_title(title, form);
    let (back, group) = match &draft {
        Some(draft) => (Route::Drafts(0), Some(draft.group.clone())),
        None => (Route::Queues(ListQuery::default()), None),
    };
    let fixed = group.or_else(|| {
        let is_fixed = context.settings().group.is_some();
        untrack(|| context.session.groups()).into_iter().next().filter(|_| is_fixed)
    });
    let inputs = if let Some(group) = fixed {
        // What is sent is what the form shows.
        fields.group.set(group.id.to_string());
        fields.fields_of_group(group).into_any()
    } else {
        let groups = Signal::derive(move || context.session.groups());
        only_groups_of_the_user(fields, groups, start.group);
        fields.fields_with_groups(groups).into_any()
    };
    let sender = Sender {
        user,
        fields,
        state: StoredValue::new(draft.map(CreateState::of).unwrap_or_default()),
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if form.may_submit()
            && let Ok(new) = untrack(|| fields.typed()).validate()
        {
            SEND.send(form, (sender, ToSend::Queue(new)));
        }
    };
    let save_draft = move |_| {
        let checked = untrack(|| fields.typed()).validate_draft();
        if form.may_send(checked.as_ref().err().cloned().unwrap_or_default())
            && let Ok(new) = checked
        {
            SEND.send(form, (sender, ToSend::Draft(new)));
        }
    };
    view! {
        <ErrorSummary form />
        {fields.restored_note()}
        <div class="split">
            <form novalidate class="form" on:submit=submit>
                {inputs}
                <SubmitRow form button=BUTTON>
                    <button part="button" type="button" on:click=save_draft>{DRAFT_BUTTON}</button>
                    <a part="button" class="button" href=context.navigator.href(&back)>"Cancel"</a>
                </SubmitRow>
            </form>
            {fields.code("What the button sends, from your own code instead.")}
        </div>
    }
}

/// A group that one is not in, or not any more, is not offered: so it must not be sent.
fn only_groups_of_the_user(fields: QueueForm, groups: Signal<Vec<Group>>, first: String) {
    let choose = move |groups: &[Group]| {
        let ids: Vec<_> = groups.iter().map(|group| group.id.to_string()).collect();
        if ids.is_empty() || ids.contains(&fields.group.get_untracked()) {
            return;
        }
        let only = if ids.len() == 1 { ids[0].clone() } else { String::new() };
        fields.group.set(if ids.contains(&first) { first.clone() } else { only });
    };
    choose(&groups.get_untracked());
    // Groups may go while the form is there.
    effect(move || choose(&groups.read()));
}

lazy! {
    /// Sends what the form holds. While somebody fills it in its chunk arrives.
    #[wasm_split(rest)]
    static SEND: |sender: Sender, what: ToSend| match what {
        ToSend::Queue(new) => sender.create(new),
        ToSend::Draft(new) => sender.save_draft(new),
    };
}

/// What a form sends.
#[derive(Clone)]
enum ToSend {
    Queue(NewQueue),
    Draft(NewDraft),
}

/// Sends what the form holds.
#[derive(Clone, Copy)]
struct Sender {
    user: u64,
    fields: QueueForm,
    state: StoredValue<CreateState>,
}

impl Sender {
    fn create(self, new: NewQueue) {
        let (name, group) = (new.content.name().to_owned(), self.group_name(new.group));
        create(self.fields, self.user, self.state, new, move |outcome, is_on_screen| {
            self.tell(&outcome, &name, &group, BUTTON, is_on_screen);
        });
    }

    fn save_draft(self, new: NewDraft) {
        let (api, user, mut state) = (self.fields.context.api(), self.user, self.state.get_value());
        let (sent, group) = (new.clone(), self.group_name(new.group));
        self.fields.form.send(
            "Saving the draft…",
            async move |abort| {
                let outcome =
                    api::save::save_new_draft(&api, &sent, user, &mut state, &abort).await;
                (outcome, state)
            },
            move |(outcome, state), is_on_screen| {
                self.state.try_set_value(state);
                match outcome {
                    Ok(draft) => {
                        let done = format!("Draft “{}” saved", draft.payload.name);
                        self.fields.finish(done, Route::Drafts(0), is_on_screen);
                    }
                    Err(outcome) => {
                        let name = new.content.name();
                        self.tell(&outcome, name, &group, DRAFT_BUTTON, is_on_screen);
                    }
                }
            },
        );
    }

    /// Asked before a write is sent: when it ends, the app may be gone.
    fn group_name(self, id: u64) -> String {
        let groups = untrack(|| self.fields.context.session.groups());
        groups.into_iter().find(|group| group.id == id).map(|group| group.name).unwrap_or_default()
    }

    fn tell(
        self,
        outcome: &SaveOutcome,
        name: &str,
        group: &str,
        button: &'static str,
        is_on_screen: bool,
    ) {
        let is_draft = self.state.try_with_value(|state| state.draft.is_some());
        let not_applied = if button == BUTTON && is_draft == Some(false) {
            Tried::NOT_CREATED
        } else {
            Tried::NOT_SAVED
        };
        tell(self.fields, outcome, Tried { name, group, button, not_applied }, is_on_screen);
    }
}
