use leptos::prelude::*;

use super::{
    NotFoundPage, delete::DeleteDialog, explain_unless_missing, tags::TagsDialog,
    use_from_code::UseFromCode,
};
use crate::{
    api::{self, ApiError},
    context::Context,
    domain::{
        ListQuery, Queue, User, clamp,
        snippet::{self, Sketch},
        with_tag,
    },
    routes::Route,
    ui::{CodeBlock, Heading, Id, Loadable, level, live},
};

/// The most characters of a description that are laid out at first.
const SHOWN: usize = 2_000;

/// One queue: what it is, what to do next, and the same from code.
#[component]
pub fn QueuePage(
    /// Who looks at it.
    user: User,
    /// Set by the system.
    id: u64,
) -> impl IntoView {
    let context = Context::get();
    let queue = Loadable::<Queue, ApiError>::new();
    let load = move || {
        let api = context.api();
        queue.load(
            async move |abort| api::queues::get(&api, id, &abort).await,
            move |error| context.failed(error),
        );
    };
    load();
    context.session.when_again(load);
    let title = Memo::new(move |_| {
        queue
            .value()
            .with(|queue| queue.as_ref().map_or(format!("Queue {id}"), |queue| queue.name.clone()))
    });
    let missing = Memo::new(move |_| queue.error() == Some(ApiError::NotFound));
    Effect::new(move |_| context.set_title(&title.read()));
    let (tagging, deleting) = (RwSignal::new(None), RwSignal::new(None));
    let deleted = move |()| {
        context.and_there();
        context.navigator.go(Route::Queues(ListQuery::default()));
    };
    move || {
        if missing.get() {
            let why = "Dioptra has no queue with this ID. The link may be mistyped.";
            return view! { <NotFoundPage what="Queue not found" why /> }.into_any();
        }
        view! {
            <p class="crumb"><a href=context.navigator.href(&Route::Queues(ListQuery::default()))>"Queues"</a></p>
            <Heading text=title focus=context.navigator.has_moved() />
            {queue.status("The queue could not be loaded", explain_unless_missing, load)}
            {live(move || queue.is_slow_start().then(|| view! { <div class="skeleton" role="status">"Loading the queue…"</div> }))}
            {live(move || queue.value().get().map(|queue| details(context, queue, tagging, deleting)))}
            <TagsDialog asked=tagging done=Callback::new(move |()| load()) />
            <DeleteDialog user=user.clone() asked=deleting done=Callback::new(deleted) />
        }
        .into_any()
    }
}

fn details(
    context: Context,
    queue: Queue,
    tagging: RwSignal<Option<Queue>>,
    deleting: RwSignal<Option<Queue>>,
) -> impl IntoView {
    let navigator = context.navigator;
    let row = |name: &'static str, value: AnyView| {
        view! { <div><dt>{name}</dt><dd>{value}</dd></div> }
    };
    let text = |text: String| view! { <bdi>{text}</bdi> }.into_any();
    let time = |iso: &str| {
        let iso = iso.to_owned();
        (move || {
            context.clock.track();
            context.clock.time(&iso, context.api().now())
        })
        .into_any()
    };
    let Queue { id, name, .. } = queue.clone();
    let (copied_id, copied_name) = (id.to_string(), name.clone());
    let sketch = Sketch {
        name: name.clone(),
        group: Some(queue.group.id),
        description: queue.description.clone().unwrap_or_default(),
    };
    let (origin, _) = context.api_url();
    let worker = snippet::worker(&name, &origin);
    let tags = chips(context, &queue);
    let link = |route: Route, text: &'static str, name: String| {
        view! { <a part="button" class="button" href=navigator.href(&route) aria-label=name>{text}</a> }
    };
    let again = link(Route::NewQueue(Some(id)), "Recreate", "Recreate".to_owned());
    let (to_tag, to_delete) = (queue.clone(), queue.clone());
    let may_change = !context.settings().readonly;
    let changes = (!queue.deleted && may_change).then(|| {
        view! {
            {link(Route::EditQueue(id), "Edit", format!("Edit {name}"))}
            <button part="button"
                type="button"
                aria-label=format!("Edit tags of {name}")
                on:click=move |_| tagging.set(Some(to_tag.clone()))
            >"Edit tags"</button>
            {link(Route::NewQueue(Some(id)), "Duplicate", format!("Duplicate {name}"))}
            <button part="button"
                type="button"
                class="danger"
                aria-label=format!("Delete {name}")
                on:click=move |_| deleting.set(Some(to_delete.clone()))
            >"Delete"</button>
        }
    });
    view! {
        {queue.deleted.then(|| view! {
            <div part="error" class="panel failed">
                <p>"This queue was deleted. Jobs can no longer be sent to it."</p>
                {may_change.then_some(again)}
            </div>
        })}
        <div class="row">
            {changes}
            {link(Route::History(id), "History", "History".to_owned())}
            <button part="button" type="button" on:click=move |_| context.copy("Name", copied_name.clone())>"Copy name"</button>
            <button part="button" type="button" on:click=move |_| context.copy("ID", copied_id.clone())>"Copy ID"</button>
        </div>
        <dl class="attributes">
            {row("Description", view! { <Description text=queue.description.unwrap_or_default() /> }.into_any())}
            {row("Group", text(queue.group.name))}
            {row("Tags", tags.unwrap_or_else(|| "None".into_any()))}
            {row("Created on", time(&queue.created_on))}
            {row("Last modified on", time(&queue.last_modified_on))}
            {row("Last changed by", text(queue.user.map(|user| user.username).unwrap_or_default()))}
            {row("Draft", if queue.has_draft && may_change {
                let href = navigator.href(&Route::EditQueue(id));
                view! { "You have a draft of a change: " <a href=href>"see it"</a> }.into_any()
            } else {
                "None".into_any()
            })}
            {row("ID", id.into_any())}
        </dl>
        <section aria-labelledby=Id::Next.as_str()>
            <h2 {..level(2)} id=Id::Next.as_str()>"What next"</h2>
            <ol>
                <li>
                    <p>
                        "Start a worker that listens to exactly this name: a queue whose name no \
                         worker uses makes its jobs wait for ever. Put your own values in place of \
                         the <…> ones."
                    </p>
                    <CodeBlock
                        title="Worker"
                        button="Copy worker command"
                        code=Signal::stored(worker)
                        copy=move |text| context.copy("Worker command", text)
                    />
                </li>
                <li>
                    <p>
                        "Link the queue to an entrypoint, so that jobs of that entrypoint can be \
                         sent to it: in Dioptra, open the entrypoint and add the queue there."
                    </p>
                </li>
            </ol>
        </section>
        <UseFromCode
            queue=Signal::stored(sketch)
            intro="Creates a queue like this one. Change the name first: it is taken in this group."
        />
    }
}

/// The tags of a queue, each a search for the queues that have it.
pub fn chips(context: Context, queue: &Queue) -> Option<AnyView> {
    let chip = |name: &String| {
        let list = ListQuery { search: with_tag(name), ..ListQuery::default() };
        let href = context.navigator.href(&Route::Queues(list));
        view! { <li><a href=href><bdi>{name.clone()}</bdi></a></li> }
    };
    let tags: Vec<_> = queue.tags.iter().map(|tag| chip(&tag.name)).collect();
    (!tags.is_empty()).then(|| view! { <ul class="chips">{tags}</ul> }.into_any())
}

/// A text of any length: its start at first, all of it if asked for.
#[component]
fn Description(text: String) -> impl IntoView {
    let all = RwSignal::new(false);
    let text = StoredValue::new(text);
    move || {
        text.with_value(|text| {
            let (start, more) = if all.get() { (text.as_str(), 0) } else { clamp(text, SHOWN) };
            view! {
                <div class="text" dir="auto">{start.to_owned()}</div>
                {(more > 0).then(|| view! {
                    <button part="button" type="button" on:click=move |_| all.set(true)>
                        {format!("Show {more} more characters")}
                    </button>
                })}
            }
        })
    }
}
