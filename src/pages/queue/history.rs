//! Every version of a queue.

use leptos::prelude::*;

use crate::{
    api::{self, ChangeState, SaveOutcome},
    context::Context,
    domain::{Queue, shortened},
    forms::{Field, queue::QueueContent},
    host::Change,
    lazy,
    pages::{
        error_text::{BUSY, error_of, explain, explain_outcome},
        loader::{Loader, QUEUE_TEXTS, Texts},
        rename::{Rename, RenameDialog},
    },
    routes::Route,
    ui::{
        Compared, Comparison, Heading, LatestRequest, Progress, WriteRequest, cell, column, effect,
        live,
    },
};

lazy! {
    /// The screen "History": which user looks at it, and the queue's id.
    #[wasm_split(rest)]
    pub static HISTORY: |user: u64, id: u64| view! { <History user id /> };
}

/// The most characters of a description that a row shows.
const MAX_CHARS: usize = 160;

const TEXTS: Texts = Texts {
    loading: "Loading the history…",
    failed: "The history could not be loaded",
    ..QUEUE_TEXTS
};

/// The queue as it is, how many versions it has, and the newest of them, newest first.
#[derive(Clone)]
struct Versions {
    queue: Queue,
    total: u64,
    newest: Vec<Queue>,
}

impl Versions {
    /// The versions with their numbers, newest first.
    fn numbered(&self) -> impl Iterator<Item = (u64, &Queue)> {
        (1..=self.total).rev().zip(&self.newest)
    }

    fn has_more(&self) -> bool {
        (self.newest.len() as u64) < self.total
    }
}

/// What the parts of the screen share.
#[derive(Clone, Copy)]
struct HistoryState {
    context: Context,
    user: u64,
    id: u64,
    versions: Loader<Versions>,
    /// The snapshots that are compared: the older stands on the left.
    left: RwSignal<Option<u64>>,
    right: RwSignal<Option<u64>>,
    /// Why nothing was restored, and a link.
    problem: RwSignal<Option<(String, Option<Route>)>>,
    restoring: WriteRequest,
    /// Of an earlier try it is not known what became.
    unsettled: StoredValue<Option<ChangeState>>,
    /// What is to be restored, over what, although that renames the queue while jobs wait in it.
    renaming: RwSignal<Option<(Rename, Callback<()>)>>,
}

/// All versions of a queue, any two of them compared, and each to be restored.
#[component]
fn History(user: u64, id: u64) -> impl IntoView {
    let context = Context::get();
    let navigator = context.navigator;
    let versions = Loader::new(move |api, abort| async move {
        let queue = api::queues::get(&api, id, &abort).await?;
        let (total, newest) = api::snapshots::newest(&api, id, 0, &abort).await?;
        Ok(Versions { queue, total, newest })
    });
    let state = HistoryState {
        context,
        user,
        id,
        versions,
        left: RwSignal::new(None),
        right: RwSignal::new(None),
        problem: RwSignal::new(None),
        restoring: WriteRequest::new(),
        unsettled: StoredValue::new(None),
        renaming: RwSignal::new(None),
    };
    // At first, what the last change has changed.
    effect(move || {
        versions.value().with(|versions| {
            let Some(versions) = versions else { return };
            let snapshot = |at: usize| versions.newest.get(at).map(|version| version.snapshot);
            if state.right.get_untracked().is_none() {
                state.right.set(snapshot(0));
                state.left.set(snapshot(1));
            }
        });
    });
    let name = Memo::new(move |_| {
        versions.value().with(|versions| {
            versions.as_ref().map_or(format!("queue {id}"), |versions| versions.queue.name.clone())
        })
    });
    effect(move || context.set_title(&format!("History of {}", name.read())));
    let head = move || {
        view! {
            <p class="crumb"><a href=navigator.href(&Route::Queue(id))><bdi>{name}</bdi></a></p>
            <Heading text="History" focus=navigator.has_moved() />
        }
        .into_any()
    };
    versions.screen(TEXTS, head, move || view! { <VersionList state /> }.into_any())
}

/// The table, what went wrong with restoring, and the comparison.
#[component]
fn VersionList(state: HistoryState) -> impl IntoView {
    let HistoryState { context, versions, .. } = state;
    let rows = move || {
        context.clock.track();
        versions.value().with(|versions| {
            versions.as_ref().map(|versions| {
                let may_change = context.session.may_change(&versions.queue);
                let row = |(number, version): (u64, &Queue)| {
                    let is_old = version.snapshot != versions.queue.snapshot;
                    let can_restore = is_old && may_change && !versions.queue.deleted;
                    version_row(state, version, number, can_restore)
                };
                versions.numbered().map(row).collect::<Vec<_>>()
            })
        })
    };
    let columns = ["Version", "Compare", "Saved on", "Saved by", "Name", "Description", "Actions"];
    view! {
        {live(move || state.problem.get().map(|(text, route)| view! {
            <div part="error" class="panel failed" role="alert">
                <p>{text} {route.map(|route| view! { " " <a href=context.navigator.href(&route)>"Open it"</a> })}</p>
            </div>
        }))}
        <Progress pending=state.restoring.pending() text="Restoring…" />
        <table part="table" role="table" class="list history">
            <caption>"Versions, newest first"</caption>
            <thead role="rowgroup"><tr role="row">{columns.map(column)}</tr></thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
        <OlderVersions state />
        <section aria-live="polite">{move || comparison(state)}</section>
        <RenameDialog asked=state.renaming />
    }
}

fn version_row(
    state: HistoryState,
    version: &Queue,
    number: u64,
    can_restore: bool,
) -> impl IntoView + use<> {
    let context = state.context;
    let snapshot = version.snapshot;
    let pick = move |which: RwSignal<Option<u64>>, name: &'static str| {
        view! {
            <input part="input"
                type="radio"
                name=name
                aria-label=format!("{name} version {number}")
                prop:checked=move || which.get() == Some(snapshot)
                on:change=move |_| which.set(Some(snapshot))
            />
        }
    };
    let description = shortened(version.description_or_empty(), MAX_CHARS);
    let who = version.user.as_ref().map(|user| user.username.clone()).unwrap_or_default();
    let when = context.clock.time(&version.snapshot_created_on, context.api().now());
    let this = version.clone();
    let id = format!("version-{number}");
    let button = can_restore.then(|| {
        view! {
            <button part="button"
                type="button"
                class="small"
                aria-describedby=id.clone()
                on:click=move |_| restore(state, this.clone())
            >"Restore this version"</button>
        }
    });
    view! {
        <tr part="row" role="row">
            <th scope="row" role="rowheader" data-label="Version"><span id=id>"Version "{number}</span></th>
            {cell("Compare", view! { {pick(state.left, "Compare")} {pick(state.right, "With")} }.into_any())}
            {cell("Saved on", when.into_any())}
            {cell("Saved by", view! { <bdi>{who}</bdi> }.into_any())}
            {cell("Name", view! { <bdi>{version.name.clone()}</bdi> }.into_any())}
            {cell("Description", view! { <div class="clamp" dir="auto">{description}</div> }.into_any())}
            {cell("Actions", button.into_any())}
        </tr>
    }
}

/// Saves an old version as a new one.
fn restore(state: HistoryState, version: Queue) {
    let HistoryState { context, versions, .. } = state;
    let Some(now) = versions
        .value()
        .with_untracked(|versions| versions.as_ref().map(|versions| versions.queue.clone()))
    else {
        return;
    };
    if state.restoring.is_busy() {
        return context.notify(BUSY);
    }
    state.problem.set(None);
    let content = QueueContent::of(&version);
    if content.is_in(&now) {
        context.notify("Nothing has changed: the queue says this already.");
        return;
    }
    if content.name() == now.name {
        return save(state, version, now);
    }
    // It renames the queue.
    let (api, id, name) = (context.api(), state.id, now.name.clone());
    state.restoring.run(
        async move |abort| Rename::look(&api, id, name, &abort.signal()).await,
        move |rename, is_on_screen| {
            if !is_on_screen {
                // Who leaves meanwhile restores nothing.
            } else if rename.is_harmless() {
                save(state, version, now);
            } else {
                let save = move |()| save(state, version.clone(), now.clone());
                state.renaming.set(Some((rename, Callback::new(save))));
            }
        },
    );
}

fn save(state: HistoryState, version: Queue, now: Queue) {
    let (api, user) = (state.context.api(), state.user);
    let content = QueueContent::of(&version);
    let earlier = state.unsettled.get_value();
    let mut save = earlier.unwrap_or_else(|| ChangeState::new(now, None));
    state.restoring.run(
        async move |abort| {
            let outcome = api::save::change(&api, &content, user, &mut save, &abort).await;
            (outcome, save)
        },
        move |(outcome, save), is_on_screen| {
            let is_unsettled = matches!(outcome, SaveOutcome::Indeterminate(_));
            state.unsettled.try_set_value(is_unsettled.then_some(save));
            restored(state, &version, outcome, is_on_screen);
        },
    );
}

/// Says how restoring ended: on the screen if it still shows, otherwise by a notice.
fn restored(state: HistoryState, version: &Queue, outcome: SaveOutcome, is_on_screen: bool) {
    let HistoryState { context, versions, left, right, .. } = state;
    if let Some(error) = error_of(&outcome) {
        context.failed(error);
    }
    if let SaveOutcome::Saved(id) = outcome {
        context.changed(Change::Modified, id);
        context.notify(format!("Version restored: queue “{}” saved", version.name));
        if is_on_screen {
            right.set(None);
            versions.load();
        }
        return;
    }
    let text = explain_outcome(&outcome, &version.name, &version.group.name, "restored");
    if !is_on_screen {
        context.notify(text);
        return;
    }
    let (text, link) = match outcome {
        SaveOutcome::Stale(theirs) => {
            left.set(Some(version.snapshot));
            right.set(Some(theirs.snapshot));
            versions.load();
            let who = theirs.user.map_or("Somebody".to_owned(), |user| user.username);
            let text = format!(
                "{who} saved another version meanwhile, so nothing was restored. It is compared \
                 below: restore yours again if it shall replace that one."
            );
            (text, None)
        }
        SaveOutcome::Deleted => {
            versions.load();
            (text, None)
        }
        SaveOutcome::DraftExists => {
            (format!("{text}: open it or discard it first."), Some(Route::EditQueue(state.id)))
        }
        SaveOutcome::NameTaken(other) => {
            (format!("{text}, so nothing was restored."), other.map(Route::Queue))
        }
        SaveOutcome::Indeterminate(_) => (format!("{text} Load this page again."), None),
        SaveOutcome::Saved(_)
        | SaveOutcome::CreatedBefore(_)
        | SaveOutcome::AtWork
        | SaveOutcome::DraftChanged
        | SaveOutcome::Failed(_)
        | SaveOutcome::NotApplied(_)
        | SaveOutcome::NotSent(_) => (text, None),
    };
    state.problem.set(Some((text, link)));
}

/// Loads more versions than the newest.
#[component]
fn OlderVersions(state: HistoryState) -> impl IntoView {
    let HistoryState { context, id, versions, .. } = state;
    let request = LatestRequest::new();
    let load = move |_| {
        let Some(skip) = versions.value().with_untracked(|versions| {
            versions.as_ref().map(|versions| versions.newest.len() as u64)
        }) else {
            return;
        };
        let api = context.api();
        request.run(
            async move |abort| api::snapshots::newest(&api, id, skip, &abort).await,
            move |found| match found {
                Ok((_, older)) => versions.value().update(|versions| {
                    if let Some(versions) = versions {
                        let oldest = versions.newest.last().map_or(u64::MAX, |last| last.snapshot);
                        // Somebody may have saved meanwhile, which moves the rows.
                        let older = older.into_iter().filter(|version| version.snapshot < oldest);
                        versions.newest.extend(older);
                    }
                }),
                Err(error) => {
                    context.failed(&error);
                    context.notify(explain(&error));
                }
            },
        );
    };
    let has_more =
        move || versions.value().with(|versions| versions.as_ref().is_some_and(Versions::has_more));
    live(move || {
        has_more().then(|| view! {
        <p><button part="button" type="button" on:click=load>"Show older versions"</button> <Progress pending=request.pending() text="Loading…" /></p>
    })
    })
}

/// The two versions that were picked, side by side.
fn comparison(state: HistoryState) -> Option<impl IntoView> {
    let (left, right) = (state.left.get()?, state.right.get()?);
    state.versions.value().with(|versions| {
        let versions = versions.as_ref()?;
        let find = |snapshot: u64| {
            let (number, version) =
                versions.numbered().find(|(_, version)| version.snapshot == snapshot)?;
            Some((format!("Version {number}"), version))
        };
        let ((left_title, left), (right_title, right)) = (find(left)?, find(right)?);
        let field = |field, label, text: fn(&Queue) -> &str| Compared {
            field,
            label,
            left: text(left).to_owned(),
            right: text(right).to_owned(),
        };
        let fields = vec![
            field(Field::Name, "Name", |queue| &queue.name),
            field(Field::Description, "Description", Queue::description_or_empty),
        ];
        let title = format!("{left_title} and {right_title}");
        Some(view! { <Comparison title versions=[left_title, right_title] fields /> })
    })
}
