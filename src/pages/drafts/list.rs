//! The list of the user's drafts.

use std::collections::HashMap;

use leptos::prelude::*;

use super::DiscardDialog;
use crate::{
    api::{self, Api, ApiError, ChangeState, CreateState, SaveOutcome},
    context::Context,
    domain::{ListQuery, Page, Queue, SavedDraft},
    forms::queue::QueueFormValues,
    host::Change,
    lazy,
    pages::{
        error_text::{BUSY, error_of, explain},
        loader::{Loader, Texts},
    },
    routes::Route,
    ui::{Heading, Pager, Progress, WriteRequest, cell, column, effect, level, live},
};

lazy! {
    /// The screen "Drafts": whose they are, and the page, counted from 0.
    #[wasm_split(rest)]
    pub static DRAFTS: |user: u64, page: u64| view! { <DraftsScreen user page /> };
}

/// Drafts on a page.
const ROWS: u64 = 25;

const TEXTS: Texts = Texts {
    loading: "Loading the drafts…",
    failed: "The drafts could not be loaded",
    missing: None,
};

/// A page of drafts, and the queues that they change.
struct Drafts {
    page: Page<SavedDraft>,
    queues: HashMap<u64, Queue>,
}

impl Drafts {
    async fn load(
        api: &Api,
        group: Option<u64>,
        page: u64,
        abort: &web_sys::AbortSignal,
    ) -> Result<Self, ApiError> {
        let page = api::drafts::list(api, group, page * ROWS, ROWS, abort).await?;
        let ids = page.data.iter().filter_map(|draft| draft.resource);
        let queues = api::queues::get_all(api, ids.collect(), abort).await?;
        Ok(Self { page, queues: queues.into_iter().map(|queue| (queue.id, queue)).collect() })
    }

    fn queue(&self, draft: &SavedDraft) -> Option<&Queue> {
        self.queues.get(&draft.resource?)
    }
}

/// What the parts of the screen share.
#[derive(Clone, Copy)]
struct DraftsState {
    context: Context,
    user: u64,
    drafts: Loader<Drafts>,
    committing: WriteRequest,
    /// Of each draft, by its id and when it was made, an earlier try of which it is not known what
    /// became.
    unsettled: StoredValue<HashMap<(u64, String), TryState>>,
    asked: RwSignal<Option<SavedDraft>>,
}

/// What a save of a draft knows of its earlier tries.
#[derive(Clone)]
enum TryState {
    Create(CreateState),
    Change(ChangeState),
}

#[component]
fn DraftsScreen(user: u64, page: u64) -> impl IntoView {
    let context = Context::get();
    let navigator = context.navigator;
    context.set_title("Drafts");
    let group = context.settings().group;
    let drafts =
        Loader::new(move |api, abort| async move { Drafts::load(&api, group, page, &abort).await });
    let state = DraftsState {
        context,
        user,
        drafts,
        committing: WriteRequest::new(),
        unsettled: StoredValue::new(HashMap::new()),
        asked: RwSignal::new(None),
    };
    let total = Memo::new(move |_| {
        drafts.value().with(|drafts| drafts.as_ref().map(|drafts| drafts.page.total_num_results))
    });
    let last = Memo::new(move |_| total.get().unwrap_or_default().saturating_sub(1) / ROWS);
    // The last draft of the last page is gone.
    effect(move || {
        if total.get().is_some() && page > last.get() {
            context.notify("The list has become shorter. This is its last page.");
            context.keep_notice();
            navigator.replace(Route::Drafts(last.get_untracked()));
        }
    });
    // The row of the draft that was discarded.
    let gone = StoredValue::new(None::<usize>);
    effect(move || {
        drafts.value().track();
        if let Some(index) = gone.get_value() {
            gone.set_value(None);
            context.focus_row(index);
        }
    });
    let discarded = move |id| {
        // Whoever does something else meanwhile goes on with that.
        if !context.has_focus_elsewhere() {
            gone.set_value(drafts.value().with_untracked(|drafts| {
                drafts.as_ref()?.page.data.iter().position(|draft| draft.id == id)
            }));
            context.focus_main();
        }
        drafts.load();
    };
    let head = move || {
        let table = navigator.href(&Route::Queues(ListQuery::default()));
        view! {
            <p class="crumb"><a href=table>"Queues"</a></p>
            <Heading text="Drafts" focus=navigator.has_moved() />
            <p>"Drafts are yours alone. A queue, or a change of one, begins to exist when you save its draft."</p>
        }
        .into_any()
    };
    let content = move || {
        view! {
            {live(move || (total.get() == Some(0)).then(|| view! {
                <div class="panel empty"><h2 {..level(2)}>"No drafts"</h2>
                <p>"“Save as draft” in a form keeps a text here."</p></div>
            }))}
            <Progress pending=state.committing.pending() text="Saving…" />
            <DraftTable state />
            {live(move || (last.get() > 0).then(|| view! {
                <div class="foot">
                    <Pager page=Signal::stored(page) last go=Callback::new(move |page| navigator.go(Route::Drafts(page))) />
                </div>
            }))}
        }
        .into_any()
    };
    view! {
        {drafts.screen(TEXTS, head, content)}
        <DiscardDialog user=state.user asked=state.asked done=Callback::new(discarded) />
    }
}

#[component]
fn DraftTable(state: DraftsState) -> impl IntoView {
    let DraftsState { context, drafts, .. } = state;
    let rows = move || {
        context.clock.track();
        drafts.value().with(|drafts| {
            drafts.as_ref().map(|drafts| {
                let row = |draft| draft_row(state, draft, drafts.queue(draft));
                drafts.page.data.iter().map(row).collect::<Vec<_>>()
            })
        })
    };
    let is_empty = move || {
        drafts
            .value()
            .with(|drafts| drafts.as_ref().is_none_or(|drafts| drafts.page.data.is_empty()))
    };
    view! {
        <table part="table" role="table" class="list drafts" hidden=is_empty>
            <caption>"Drafts"</caption>
            <thead role="rowgroup">
                <tr role="row">
                    {["Name", "Group", "Kind", "Changed on", "Actions"].map(column)}
                </tr>
            </thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
    }
}

fn draft_row(
    state: DraftsState,
    draft: &SavedDraft,
    queue: Option<&Queue>,
) -> impl IntoView + use<> {
    let context = state.context;
    let navigator = context.navigator;
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
    let may_save = queue.is_none_or(|queue| context.session.may_change(queue));
    let (this, to_discard, queue) = (draft.clone(), draft.clone(), queue.cloned());
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
                    {may_save.then(|| view! {
                        <button part="button" type="button" class="small" aria-describedby=id on:click=move |_| commit(state, this.clone(), queue.clone())>{button}</button>
                    })}
                    <button part="button"
                        type="button"
                        class="small danger"
                        aria-label=format!("Discard draft {name}")
                        on:click=move |_| state.asked.set(Some(to_discard.clone()))
                    >"Discard"</button>
                </div>
            }.into_any())}
        </tr>
    }
}

/// Saves a draft as what it is a draft of.
fn commit(state: DraftsState, draft: SavedDraft, queue: Option<Queue>) {
    let DraftsState { context, user, .. } = state;
    if state.committing.is_busy() {
        return context.notify(BUSY);
    }
    let group = draft.group.id.to_string();
    let (name, description) = (draft.payload.name.clone(), draft.description_or_empty().to_owned());
    let open = Route::Draft(draft.id);
    // What is not whole yet is finished in the form, which says what is missing.
    let Ok(new) = (QueueFormValues { name, group, description }).validate() else {
        context.notify("This draft is not complete yet.");
        context.keep_notice();
        return context.navigator.go(open);
    };
    let is_new = draft.resource.is_none();
    if !is_new && queue.is_none() {
        return context.navigator.go(open);
    }
    let (api, name) = (context.api(), new.content.name().to_owned());
    let key = (draft.id, draft.created_on.clone());
    let earlier = state.unsettled.with_value(|all| all.get(&key).cloned());
    let mut now = earlier.unwrap_or_else(|| TryState::of(draft, queue));
    state.committing.run(
        async move |abort| {
            let outcome = match &mut now {
                TryState::Create(state) => api::save::create(&api, &new, user, state, &abort).await,
                TryState::Change(state) => {
                    api::save::change(&api, &new.content, user, state, &abort).await
                }
            };
            (outcome, now)
        },
        move |(outcome, now), is_on_screen| {
            state.unsettled.try_update_value(|all| {
                if matches!(outcome, SaveOutcome::Indeterminate(_)) {
                    all.insert(key, now);
                } else {
                    all.remove(&key);
                }
            });
            committed(state, outcome, &name, is_new, open, is_on_screen);
        },
    );
}

impl TryState {
    /// Of a first try: of a new queue, or of a change of this one.
    fn of(draft: SavedDraft, queue: Option<Queue>) -> Self {
        let Some(mut queue) = queue else { return Self::Create(CreateState::of(draft)) };
        // The version that the draft began from: a newer one is for the user to see.
        queue.snapshot = draft.resource_snapshot.unwrap_or_default();
        Self::Change(ChangeState::new(queue, Some(draft)))
    }
}

/// Says how saving a draft ended. What takes a decision is for the form.
fn committed(
    state: DraftsState,
    outcome: SaveOutcome,
    name: &str,
    is_new: bool,
    open: Route,
    is_on_screen: bool,
) {
    let DraftsState { context, drafts, .. } = state;
    if let Some(error) = error_of(&outcome) {
        context.failed(error);
    }
    let go = |route| {
        if is_on_screen {
            context.keep_notice();
            context.navigator.go(route);
        }
    };
    let stay = |text: String| {
        context.notify(text);
        if is_on_screen {
            drafts.load();
        }
    };
    match outcome {
        SaveOutcome::Saved(id) => {
            let (done, change) =
                if is_new { ("created", Change::Created) } else { ("saved", Change::Modified) };
            context.changed(change, id);
            context.notify(format!("Queue “{name}” {done}"));
            go(Route::Queue(id));
        }
        SaveOutcome::Failed(error)
        | SaveOutcome::NotApplied(error)
        | SaveOutcome::NotSent(error) => {
            stay(format!("“{name}” was not saved. {}", explain(&error)));
        }
        SaveOutcome::Indeterminate(error) => {
            stay(format!("{} It is not known whether “{name}” was saved.", explain(&error)));
        }
        SaveOutcome::DraftChanged => {
            stay("This draft was changed or discarded elsewhere. Look again.".to_owned());
        }
        SaveOutcome::NameTaken(_) => {
            context.notify(format!("A queue named “{name}” already exists in its group."));
            go(open);
        }
        // The form shows both versions, or that the queue is deleted.
        SaveOutcome::Stale(_)
        | SaveOutcome::Deleted
        | SaveOutcome::DraftExists
        | SaveOutcome::CreatedBefore(_)
            if is_on_screen =>
        {
            context.navigator.go(open);
        }
        SaveOutcome::Stale(_)
        | SaveOutcome::Deleted
        | SaveOutcome::DraftExists
        | SaveOutcome::CreatedBefore(_)
        | SaveOutcome::AtWork => {
            context.notify(format!("“{name}” was not saved: open its draft."));
        }
    }
}
