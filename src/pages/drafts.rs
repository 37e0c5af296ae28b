//! The person's drafts.

use std::collections::HashMap;

use leptos::prelude::*;

use super::{discard::DiscardDialog, explain, explain_all};
use crate::{
    api::{self, ApiError, Sent},
    context::Context,
    domain::{Page, Queue, SavedDraft, User},
    forms::queue::Draft,
    host::Change,
    routes::Route,
    ui::{Heading, Loadable, Pager, Progress, Waiting, cell, column, level, live},
};

/// Drafts on a page.
const ROWS: u64 = 25;

/// What the screen shows: the drafts, and the queues that they change.
#[derive(Clone)]
struct Drafts {
    page: Page<SavedDraft>,
    queues: HashMap<u64, Queue>,
}

/// The screen "Drafts".
#[component]
pub fn DraftsPage(
    /// Whose they are.
    user: User,
    /// Counted from 0.
    page: u64,
) -> impl IntoView {
    let context = Context::get();
    let navigator = context.navigator;
    context.set_title("Drafts");
    let drafts = Loadable::<Drafts, ApiError>::new();
    let load = move || {
        let api = context.api();
        let group = context.settings().group;
        drafts.load(
            async move |abort| {
                let page = api::drafts::list(&api, group, page * ROWS, ROWS, &abort).await?;
                let mut queues = HashMap::new();
                for id in page.data.iter().filter_map(|draft| draft.resource) {
                    match api::queues::get(&api, id, &abort).await {
                        Ok(queue) => drop(queues.insert(id, queue)),
                        Err(ApiError::NotFound) => {}
                        Err(error) => return Err(error),
                    }
                }
                Ok(Drafts { page, queues })
            },
            move |error| context.failed(error),
        );
    };
    load();
    context.session.when_again(load);
    let total = Memo::new(move |_| {
        drafts.value().with(|drafts| drafts.as_ref().map(|drafts| drafts.page.total_num_results))
    });
    let last = Memo::new(move |_| total.get().unwrap_or_default().saturating_sub(1) / ROWS);
    // The last draft of the last page is gone.
    Effect::new(move |_| {
        if total.get().is_some() && page > last.get() {
            navigator.replace(Route::Drafts(last.get_untracked()));
        }
    });
    let doomed = RwSignal::new(None);
    let gone = move |()| {
        context.focus_main();
        load();
    };
    let committing = Waiting::new();
    let commit = move |draft: SavedDraft, queue: Option<Queue>| {
        if committing.is_busy() {
            return;
        }
        let group = draft.group.id.to_string();
        let (name, description) = (draft.payload.name.clone(), draft.text().to_owned());
        // What is not whole yet is finished in the form, which says what is missing.
        let open = Route::Draft(draft.id);
        let Ok(new) = (Draft { name, group, description }).validate() else {
            context.say("This draft is not complete yet.");
            context.and_there();
            return navigator.go(open);
        };
        let api = context.api();
        let (name, user) = (new.text.name().to_owned(), user.id);
        let is_new = draft.resource.is_none();
        if !is_new && queue.is_none() {
            return navigator.go(open);
        }
        committing.ask(
            async move |abort| match queue {
                None => api::save::create_from_draft(&api, &draft, &new, user, &abort).await,
                Some(mut queue) => {
                    // The version that the draft began from: a newer one is for the person to see.
                    queue.snapshot = draft.resource_snapshot.unwrap_or_default();
                    api::save::change(&api, &queue, &new.text, Some(&draft), user, &abort).await
                }
            },
            move |sent| match sent {
                Sent::Done(id) => {
                    let what = if is_new { "created" } else { "saved" };
                    context.changed(if is_new { Change::Created } else { Change::Modified }, id);
                    context.say(format!("Queue “{name}” {what}"));
                    context.and_there();
                    navigator.go(Route::Queue(id));
                }
                Sent::Failed(error) | Sent::NotThere(error) | Sent::Unknown(error) => {
                    context.failed(&error);
                    context.say(format!("“{name}” was not saved. {}", explain(&error)));
                    load();
                }
                Sent::DraftMoved => {
                    context.say("This draft was changed or discarded elsewhere. Look again.");
                    load();
                }
                Sent::Taken(_) => {
                    context.say(format!("A queue named “{name}” already exists in its group."));
                    context.and_there();
                    navigator.go(open);
                }
                // The form shows both versions, or that the queue is gone.
                Sent::Stale(_) | Sent::Deleted | Sent::HasDraft => navigator.go(open),
            },
        );
    };
    let commit = StoredValue::new_local(commit);
    let row = move |draft: &SavedDraft, queue: Option<&Queue>| {
        let id = format!("draft-{}", draft.id);
        let name = draft.payload.name.clone();
        let (kind, button) = match (draft.resource, queue) {
            (None, _) => ("New queue".into_any(), "Create queue"),
            (Some(id), queue) => {
                let name = queue.map_or_else(|| format!("queue {id}"), |queue| queue.name.clone());
                let href = navigator.href(&Route::Queue(id));
                let deleted = queue.is_none_or(|queue| queue.deleted).then(|| {
                    view! { " " <span class="badge">"Deleted"</span> }
                });
                let kind = view! { "Change of " <a href=href><bdi>{name}</bdi></a> {deleted} };
                (kind.into_any(), "Save changes")
            }
        };
        let changed = context.clock.time(&draft.last_modified_on, context.api().now());
        let (here, discarded, queue) = (draft.clone(), draft.clone(), queue.cloned());
        let save = move |_| commit.with_value(|commit| commit(here.clone(), queue.clone()));
        view! {
            <tr part="row" role="row">
                <th scope="row" role="rowheader" data-label="Name">
                    <a id=id.clone() href=navigator.href(&Route::Draft(draft.id))><bdi>{name.clone()}</bdi></a>
                </th>
                {cell("Group", view! { <bdi>{draft.group.name.clone()}</bdi> }.into_any())}
                {cell("Kind", kind)}
                {cell("Changed on", changed.into_any())}
                {cell("Actions", view! {
                    <div class="actions">
                        <button part="button" type="button" class="small" aria-describedby=id on:click=save>{button}</button>
                        <button part="button"
                            type="button"
                            class="small danger"
                            aria-label=format!("Discard draft {name}")
                            on:click=move |_| doomed.set(Some(discarded.clone()))
                        >"Discard"</button>
                    </div>
                }.into_any())}
            </tr>
        }
    };
    let rows = move || {
        context.clock.track();
        drafts.value().with(|drafts| {
            drafts.as_ref().map(|Drafts { page, queues }| {
                let queue = |draft: &SavedDraft| draft.resource.and_then(|id| queues.get(&id));
                page.data.iter().map(|draft| row(draft, queue(draft))).collect::<Vec<_>>()
            })
        })
    };
    view! {
        <p class="crumb"><a href=navigator.href(&Route::Queues(Default::default()))>"Queues"</a></p>
        <Heading text="Drafts" focus=navigator.has_moved() />
        <p>"Drafts are yours alone. A queue, or a change of one, begins to exist when you save its draft."</p>
        {drafts.status("The drafts could not be loaded", explain_all, load)}
        {live(move || drafts.is_slow_start().then(|| view! { <div class="skeleton" role="status">"Loading the drafts…"</div> }))}
        {live(move || (total.get() == Some(0)).then(|| view! {
            <div class="panel empty"><h2 {..level(2)}>"No drafts"</h2>
            <p>"“Save as draft” in a form keeps a text here."</p></div>
        }))}
        <Progress waiting=committing text="Saving…" />
        <table part="table" role="table" class="list drafts" hidden=move || total.get().unwrap_or_default() == 0>
            <caption>"Drafts"</caption>
            <thead role="rowgroup">
                <tr role="row">
                    {["Name", "Group", "Kind", "Changed on", "Actions"].map(column)}
                </tr>
            </thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
        {live(move || (last.get() > 0).then(|| view! {
            <div class="foot">
                <Pager page=Signal::stored(page) last go=Callback::new(move |page| navigator.go(Route::Drafts(page))) />
            </div>
        }))}
        <DiscardDialog asked=doomed done=Callback::new(gone) />
    }
}
