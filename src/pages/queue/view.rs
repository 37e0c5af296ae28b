//! A queue's own page.

use leptos::prelude::*;

use super::{
    DeleteDialog, TagsDialog, UseFromCode, entrypoints::EntrypointsRegion, jobs::JobsRegion,
};
use crate::{
    api,
    context::Context,
    domain::{
        ListQuery, Queue, clamp,
        snippet::{self, Sketch},
        with_tag,
    },
    lazy,
    pages::loader::{Loader, QUEUE_TEXTS},
    routes::Route,
    ui::{CodeBlock, Heading, Id, effect, level, live},
};

lazy! {
    /// The page of a queue: which user looks at it, and the queue's id.
    #[wasm_split(rest)]
    pub static QUEUE: |user: u64, id: u64| view! { <QueueView user id /> };
}

/// The most characters of a description that are laid out at first.
const MAX_CHARS: usize = 2_000;

/// The dialogs of a queue's page: each is open for the queue that it holds.
#[derive(Clone, Copy)]
struct Dialogs {
    tags: RwSignal<Option<Queue>>,
    delete: RwSignal<Option<Queue>>,
}

/// One queue: what it is, what to do next, and the same from code.
#[component]
fn QueueView(user: u64, id: u64) -> impl IntoView {
    let context = Context::get();
    let navigator = context.navigator;
    let queue =
        Loader::new(move |api, abort| async move { api::queues::get(&api, id, &abort).await });
    let title = Memo::new(move |_| {
        queue
            .value()
            .with(|queue| queue.as_ref().map_or(format!("Queue {id}"), |queue| queue.name.clone()))
    });
    effect(move || context.set_title(&title.read()));
    let dialogs = Dialogs { tags: RwSignal::new(None), delete: RwSignal::new(None) };
    let deleted = move |_| {
        context.keep_notice();
        navigator.go(Route::Queues(ListQuery::default()));
    };
    let head = move || {
        let table = navigator.href(&Route::Queues(ListQuery::default()));
        view! {
            <p class="crumb"><a href=table>"Queues"</a></p>
            <Heading text=title focus=navigator.has_moved() />
        }
        .into_any()
    };
    // The regions read their own: as long as these stay, so do they, with their dialogs and what is
    // chosen in them.
    let work = Memo::new(move |_| {
        queue.value().with(|queue| {
            let queue = queue.as_ref()?;
            Some((queue.name.clone(), queue.deleted, context.session.may_change(queue)))
        })
    });
    let content = move || {
        view! {
            {live(move || queue.value().get().map(|queue| view! {
                <Actions queue=queue.clone() dialogs />
                <Attributes queue />
            }))}
            {live(move || work.get().and_then(|_| queue.value().get_untracked()).map(|queue| view! {
                <QueueWork user queue />
            }))}
            {live(move || queue.value().get().map(|queue| view! {
                <UseFromCode
                    queue=Signal::stored(Sketch {
                        name: queue.name,
                        group: Some(queue.group.id),
                        description: queue.description.unwrap_or_default(),
                    })
                    intro="Creates a queue like this one. Change the name first: it is taken in this group."
                />
            }))}
        }
        .into_any()
    };
    view! {
        {queue.screen(QUEUE_TEXTS, head, content)}
        <TagsDialog user asked=dialogs.tags done=Callback::new(move |()| queue.load()) />
        <DeleteDialog user asked=dialogs.delete done=Callback::new(deleted) />
    }
}

/// Its jobs, what sends them, and what it takes that they run: first, unless somebody has a worker. Until
/// that is known it has no place, and comes with the jobs.
#[component]
fn QueueWork(user: u64, queue: Queue) -> impl IntoView {
    let has_worker = RwSignal::new(None);
    let (name, is_there) = (StoredValue::new(queue.name.clone()), !queue.deleted);
    let steps = move |below: bool| {
        live(move || {
            let shows = is_there && has_worker.get() == Some(below);
            shows.then(|| view! { <NextSteps name=name.get_value() /> })
        })
    };
    view! {
        {steps(false)}
        <JobsRegion user queue=queue.clone() has_worker />
        {is_there.then(|| view! { <EntrypointsRegion user queue /> })}
        {steps(true)}
    }
}

/// What can be done with the queue.
#[component]
fn Actions(queue: Queue, dialogs: Dialogs) -> impl IntoView {
    let context = Context::get();
    let navigator = context.navigator;
    let link = move |route: Route, text: &'static str, name: String| {
        let class = if text == "Edit" { "button primary" } else { "button" };
        view! { <a part="button" class=class href=navigator.href(&route) aria-label=name>{text}</a> }
    };
    let Queue { id, name, deleted, .. } = queue.clone();
    let may_change = context.session.may_change(&queue);
    let (copied_name, copied_id) = (name.clone(), id.to_string());
    let (to_tag, to_delete) = (queue.clone(), queue);
    let duplicate = move |text: &'static str, name: String| {
        (!context.settings().readonly).then(|| link(Route::NewQueue(Some(id)), text, name))
    };
    view! {
        {deleted.then(|| view! {
            <div part="error" class="panel failed">
                <p>"This queue was deleted. Jobs can no longer be sent to it."</p>
                {duplicate("Recreate", "Recreate".to_owned())}
            </div>
        })}
        <div class="row">
            {(may_change && !deleted).then(|| view! {
                {link(Route::EditQueue(id), "Edit", format!("Edit {name}"))}
                <button part="button"
                    type="button"
                    aria-label=format!("Edit tags of {name}")
                    on:click=move |_| dialogs.tags.set(Some(to_tag.clone()))
                >"Edit tags"</button>
            })}
            {(!deleted).then(|| duplicate("Duplicate", format!("Duplicate {name}")))}
            {link(Route::History(id), "History", "History".to_owned())}
            <button part="button" type="button" on:click=move |_| context.copy("Name", copied_name.clone())>"Copy name"</button>
            <button part="button" type="button" on:click=move |_| context.copy("ID", copied_id.clone())>"Copy ID"</button>
            {(may_change && !deleted).then(|| view! {
                <button part="button"
                    type="button"
                    class="danger apart"
                    aria-label=format!("Delete {name}")
                    on:click=move |_| dialogs.delete.set(Some(to_delete.clone()))
                >"Delete"</button>
            })}
        </div>
    }
}

/// All that the server knows of the queue.
#[component]
fn Attributes(queue: Queue) -> impl IntoView {
    let context = Context::get();
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
    let draft = if queue.has_draft && !context.settings().readonly {
        let href = context.navigator.href(&Route::EditQueue(queue.id));
        view! { "You have a draft of a change: " <a href=href>"see it"</a> }.into_any()
    } else {
        "None".into_any()
    };
    let tags = tags(context, &queue);
    view! {
        <dl class="attributes">
            {row("Description", view! { <Description text=queue.description.unwrap_or_default() /> }.into_any())}
            {row("Group", text(queue.group.name))}
            {row("Tags", tags)}
            {row("Created on", time(&queue.created_on))}
            {row("Last modified on", time(&queue.last_modified_on))}
            {row("Saved by", text(queue.user.map(|user| user.username).unwrap_or_default()))}
            {row("Draft", draft)}
            {row("ID", queue.id.into_any())}
        </dl>
    }
}

/// The tags of a queue, each a search for the queues that have it.
fn tags(context: Context, queue: &Queue) -> AnyView {
    let chip = |name: &String| {
        let list = ListQuery { search: with_tag(name), ..ListQuery::default() };
        let href = context.navigator.href(&Route::Queues(list));
        view! { <li><a href=href><bdi>{name.clone()}</bdi></a></li> }
    };
    if queue.tags.is_empty() {
        return "None".into_any();
    }
    let chips: Vec<_> = queue.tags.iter().map(|tag| chip(&tag.name)).collect();
    view! { <ul class="chips">{chips}</ul> }.into_any()
}

/// How jobs get into the queue, and out of it.
#[component]
fn NextSteps(name: String) -> impl IntoView {
    let context = Context::get();
    let (origin, _) = context.api_url();
    let worker = snippet::worker(&name, &origin);
    let listeners = snippet::listeners(&name);
    view! {
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
                    <CodeBlock
                        title="Who listens"
                        button="Copy command that lists workers"
                        code=Signal::stored(listeners)
                        copy=move |text| context.copy("Command", text)
                    />
                </li>
                <li>
                    <p>
                        "Link the queue to an entrypoint, under “Entrypoints”, so that jobs of that \
                         entrypoint can be sent to it."
                    </p>
                </li>
            </ol>
        </section>
    }
}

/// A text of any length: its start at first, all of it on request.
#[component]
fn Description(text: String) -> impl IntoView {
    let all = RwSignal::new(false);
    let text = StoredValue::new(text);
    move || {
        text.with_value(|text| {
            let (start, more) = if all.get() { (text.as_str(), 0) } else { clamp(text, MAX_CHARS) };
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
