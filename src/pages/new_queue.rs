use leptos::{ev, prelude::*};
use web_sys::{AbortController, AbortSignal};

use super::{
    explain::{as_problems, explain},
    form_title,
    use_from_code::UseFromCode,
};
use crate::{
    api::{self, Api, ApiError},
    context::Context,
    domain::{ListQuery, Queue, User, WORKER_ENVIRONMENTS, near_miss, snippet::Sketch},
    forms::{
        Field, Problem,
        queue::{Draft, NewQueue, name_taken},
    },
    routes::Route,
    storage::{self, Key},
    ui::{ErrorSummary, FormState, Heading, Id, SelectField, SubmitRow, TextArea, TextField},
};

/// What became of a queue that was sent.
enum Outcome {
    Created(Queue),
    Taken(Option<u64>),
    Failed(ApiError),
    /// The answer got lost, and there is no such queue.
    NotThere(ApiError),
    /// The answer got lost, and we could not look.
    Unknown(ApiError),
}

/// The screen "Create queue".
#[component]
pub fn NewQueuePage(
    /// Who creates it.
    user: User,
) -> impl IntoView {
    let context = Context::get();
    let navigator = context.navigator;
    let key = Key::NewQueue(user.id);
    let empty = Draft {
        group: match &user.groups[..] {
            [only] => only.id.to_string(),
            _ => String::new(),
        },
        ..Draft::default()
    };
    let kept = storage::read(key)
        .and_then(|kept| serde_json::from_str::<Draft>(&kept).ok())
        .filter(Draft::is_dirty);
    let brought_back = RwSignal::new(kept.is_some());
    let start = kept.unwrap_or_else(|| empty.clone());
    // A group that one was in may be gone since.
    let is_known = user.groups.iter().any(|group| group.id.to_string() == start.group);
    let name = RwSignal::new(start.name);
    let group = RwSignal::new(if is_known { start.group } else { empty.group.clone() });
    let description = RwSignal::new(start.description);
    let draft =
        move || Draft { name: name.get(), group: group.get(), description: description.get() };

    let form = FormState::new(move || draft().validate().err().unwrap_or_default());
    form_title("Create queue", form);
    // Kept while it is typed; given up only on purpose or once it is a queue.
    let created = StoredValue::new(false);
    Effect::new(move |_| {
        let draft = draft();
        if !created.get_value() {
            keep(key, &draft);
            navigator.set_unsaved(draft.is_dirty());
        }
    });
    on_cleanup(move || {
        // Left on purpose. (Somebody else signed in: the text waits for its author.)
        if !navigator.is_unsaved() {
            storage::write(key, None);
        }
        navigator.set_unsaved(false);
    });
    let discard = move |_| {
        name.set(String::new());
        description.set(String::new());
        brought_back.set(false);
    };

    let groups = user.groups.clone();
    let group_name = move |id: u64| {
        groups.iter().find(|group| group.id == id).map_or(String::new(), |group| group.name.clone())
    };
    let finished = move |new: NewQueue, outcome: Outcome| match outcome {
        Outcome::Created(queue) => {
            created.set_value(true);
            storage::write(key, None);
            navigator.set_unsaved(false);
            context.say_there(format!("Queue “{}” created", queue.name));
            navigator.go(Route::Queue(queue.id));
        }
        Outcome::Taken(existing) => {
            form.fail(vec![name_taken(new.name.as_str(), &group_name(new.group))]);
            if let Some(id) = existing {
                form.set_way_out(Field::Name, "Open it", navigator.href(&Route::Queue(id)));
            }
        }
        Outcome::Failed(error) => {
            if error == ApiError::Unauthorized {
                context.session.end();
                let text = "Your session has ended, and nothing was sent. Sign in, then press \
                            “Create queue” again.";
                return form.fail(vec![Problem::Form(text.to_owned())]);
            }
            if error == ApiError::NotFound {
                let text = "Dioptra has this group no more: select another one";
                return form.fail(vec![Problem::Field(Field::Group, text.to_owned())]);
            }
            form.fail(as_problems(&error, &[Field::Name, Field::Group, Field::Description]));
        }
        Outcome::NotThere(error) => form.fail(vec![Problem::Form(format!(
            "{} Dioptra has no queue of this name, so it was not created. Your text is still \
             here: press “Create queue” to send it again.",
            explain(&error)
        ))]),
        Outcome::Unknown(error) => form.fail(vec![Problem::Form(format!(
            "{} It is not known whether the queue was created. Your text is still here: press \
             “Create queue” again, and Dioptra will say if it has it already.",
            explain(&error)
        ))]),
    };
    let user_id = user.id;
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if !form.may_submit() {
            return;
        }
        let Ok(new) = untrack(draft).validate() else {
            return;
        };
        let api = context.api();
        let (sent, finished) = (new.clone(), finished.clone());
        form.waiting().ask(
            async move |abort| send(&api, &sent, user_id, &abort).await,
            move |outcome| finished(new, outcome),
        );
    };

    let sketch = Signal::derive(move || Sketch {
        name: name.get().trim().to_owned(),
        group: group.get().parse().ok(),
        description: description.get().trim().to_owned(),
    });
    let options =
        user.groups.iter().map(|group| (group.id.to_string(), group.name.clone())).collect();
    view! {
        <Heading text="Create queue" focus=navigator.has_moved() />
        <ErrorSummary form />
        {move || brought_back.get().then(|| view! {
            <div class="panel" role="status">
                <p>"Your unsaved text was brought back."</p>
                <button type="button" on:click=discard>"Discard it"</button>
            </div>
        })}
        <div class="split">
        <form novalidate class="form" on:submit=submit>
            <p class="hint"><span aria-hidden="true" class="required">"*"</span>" means required"</p>
            <TextField
                field=Field::Name
                label="Name"
                hint="A worker must listen to exactly this name. Letters, numbers, spaces, dots, hyphens and underscores."
                after=view! { <Suggestions name form /> }.into_any()
                value=name
                form
            />
            <SelectField
                field=Field::Group
                label="Group"
                hint="Owns the queue and controls who may use it."
                value=group
                options
                form
            />
            <TextArea
                field=Field::Description
                label="Description"
                hint="What the queue is for: its machines, its users, its limits."
                value=description
                form
            />
            <SubmitRow form button="Create queue" sending="Creating the queue…">
                <a class="button" href=navigator.href(&Route::Queues(ListQuery::default()))>"Cancel"</a>
            </SubmitRow>
        </form>
        <UseFromCode queue=sketch intro="What the button sends, from your own code instead." />
        </div>
    }
}

/// The worker environments that Dioptra ships, and the one that was probably meant.
#[component]
fn Suggestions(name: RwSignal<String>, form: FormState) -> impl IntoView {
    let choose = move |environment: &'static str| {
        name.set(environment.to_owned());
        form.typed(Field::Name);
    };
    let meant = Memo::new(move |_| name.with(|name| near_miss(name)));
    let button = move |environment: &'static str| {
        view! { <button type="button" class="link" on:click=move |_| choose(environment)>{environment}</button> }
    };
    let environments: Vec<_> =
        WORKER_ENVIRONMENTS.into_iter().map(|name| view! { <li>{button(name)}</li> }).collect();
    view! {
        <p class="meant" role="status">
            {move || meant.get().map(|meant| view! { "Did you mean " {button(meant)} "?" })}
        </p>
        <p class="hint" id=Id::Environments.as_str()>"Worker environments that Dioptra ships:"</p>
        <ul class="chips" aria-labelledby=Id::Environments.as_str()>{environments}</ul>
    }
}

/// Sends the queue once. If the answer got lost, looks whether it is there.
async fn send(api: &Api, new: &NewQueue, user: u64, abort: &AbortSignal) -> Outcome {
    let asked = api.now();
    match api::queues::create(api, new, abort).await {
        Ok(queue) => Outcome::Created(queue),
        // Ours, perhaps: a browser sends a request again by itself when a connection that it had
        // used before is reset, and the second finds the queue that the first has made.
        Err(ApiError::Conflict { existing, .. }) => match look_up(api, new, user, asked).await {
            Ok(Some(outcome)) => outcome,
            _ => Outcome::Taken(existing),
        },
        Err(error) if !error.is_uncertain() => Outcome::Failed(error),
        Err(error) => match look_up(api, new, user, asked).await {
            Ok(Some(outcome)) => outcome,
            Ok(None) => Outcome::NotThere(error),
            Err(_) => Outcome::Unknown(error),
        },
    }
}

/// How long before we asked a queue may have been made and still be ours, in milliseconds: the
/// server's `Date` knows whole seconds only, and it may have come from another of its machines.
const SLACK: f64 = 5_000.0;

async fn look_up(
    api: &Api,
    new: &NewQueue,
    user: u64,
    asked: f64,
) -> Result<Option<Outcome>, ApiError> {
    // Of its own: the first may have been aborted.
    let abort = AbortController::new().map_err(|_| ApiError::Network)?;
    let found = api::queues::named(api, new.name.as_str(), new.group, &abort.signal()).await?;
    let ours = |queue: &&Queue| {
        queue.user.as_ref().is_some_and(|author| author.id == user)
            && queue.description.as_deref() == Some(&new.description)
            && js_sys::Date::parse(&queue.created_on) >= asked - SLACK
    };
    Ok(match (found.iter().find(ours), found.first()) {
        (Some(queue), _) => Some(Outcome::Created(queue.clone())),
        (None, other) => other.map(|other| Outcome::Taken(Some(other.id))),
    })
}

fn keep(key: Key, draft: &Draft) {
    let kept = draft.is_dirty().then(|| serde_json::to_string(draft).ok()).flatten();
    storage::write(key, kept.as_deref());
}
