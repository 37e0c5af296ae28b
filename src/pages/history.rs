//! Every version of a queue.

use leptos::prelude::*;

use super::{NotFoundPage, explain, explain_unless_missing};
use crate::{
    api::{self, ApiError, Sent},
    context::Context,
    domain::{Queue, User, shortened},
    forms::{Field, queue::Text},
    host::Change,
    routes::Route,
    ui::{Compared, Comparison, Heading, Loadable, Progress, Waiting, cell, column, live},
};

/// Characters of a description that a row can show.
const SHOWN: usize = 160;

/// The queue as it is, how many versions it has, and the newest of them, newest first.
#[derive(Clone)]
struct Versions {
    queue: Queue,
    total: u64,
    newest: Vec<Queue>,
}

/// The screen "History".
#[component]
pub fn HistoryPage(
    /// Who looks at it.
    user: User,
    /// Of which queue.
    id: u64,
) -> impl IntoView {
    let context = Context::get();
    let navigator = context.navigator;
    let versions = Loadable::<Versions, ApiError>::new();
    // The snapshots that are compared: the older stands on the left.
    let (left, right) = (RwSignal::new(None::<u64>), RwSignal::new(None::<u64>));
    let problem = RwSignal::new(None::<(String, Option<Route>)>);
    let load = move || {
        let api = context.api();
        versions.load(
            async move |abort| {
                let queue = api::queues::get(&api, id, &abort).await?;
                let (total, newest) = api::snapshots::newest(&api, id, 0, &abort).await?;
                Ok(Versions { queue, total, newest })
            },
            move |error| context.failed(error),
        );
    };
    load();
    context.session.when_again(load);
    // At first, what the last change has changed.
    Effect::new(move |_| {
        versions.value().with(|versions| {
            let Some(versions) = versions else { return };
            let snapshot = |at: usize| versions.newest.get(at).map(|version| version.snapshot);
            if right.get_untracked().is_none() {
                right.set(snapshot(0));
                left.set(snapshot(1));
            }
        });
    });
    let more = Waiting::new();
    let load_more = move |_| {
        let Some(skip) = versions.value().with_untracked(|versions| {
            versions.as_ref().map(|versions| versions.newest.len() as u64)
        }) else {
            return;
        };
        let api = context.api();
        more.ask(
            async move |abort| api::snapshots::newest(&api, id, skip, &abort).await,
            move |answer| match answer {
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
                    context.say(explain(&error));
                }
            },
        );
    };
    let restoring = Waiting::new();
    let restore = move |version: Queue| {
        let Some(now) = versions
            .value()
            .with_untracked(|versions| versions.as_ref().map(|versions| versions.queue.clone()))
        else {
            return;
        };
        if restoring.is_busy() {
            return;
        }
        problem.set(None);
        let text = Text::of(&version);
        if text.is_in(&now) {
            context.say("Nothing has changed: the queue says this already.");
            return;
        }
        let (api, user) = (context.api(), user.id);
        restoring.ask(
            async move |abort| api::save::change(&api, &now, &text, None, user, &abort).await,
            move |sent| {
                let (text, link) = match sent {
                    Sent::Done(id) => {
                        context.changed(Change::Modified, id);
                        context.say(format!("Version restored: queue “{}” saved", version.name));
                        right.set(None);
                        load();
                        return;
                    }
                    Sent::Stale(theirs) => {
                        left.set(Some(version.snapshot));
                        right.set(Some(theirs.snapshot));
                        load();
                        let who = theirs.user.map_or("Somebody".to_owned(), |user| user.username);
                        let text = format!(
                            "{who} saved another version meanwhile, so nothing was restored. It is \
                             compared below: restore yours again if it shall replace that one."
                        );
                        (text, None)
                    }
                    Sent::Deleted => {
                        load();
                        let text = "This queue was deleted meanwhile, so nothing was restored.";
                        (text.to_owned(), None)
                    }
                    Sent::HasDraft => {
                        let text = "You have a draft of this queue, so nothing was restored: open \
                                    it or discard it first.";
                        (text.to_owned(), Some(Route::EditQueue(id)))
                    }
                    Sent::Taken(other) => {
                        let text = format!(
                            "A queue named “{}” already exists in group “{}”, so nothing was \
                             restored.",
                            version.name, version.group.name
                        );
                        (text, other.map(Route::Queue))
                    }
                    Sent::Unknown(error) => {
                        let text = "It is not known whether it was restored: load this page again.";
                        (format!("{} {text}", explain(&error)), None)
                    }
                    Sent::Failed(error) | Sent::NotThere(error) => {
                        context.failed(&error);
                        (format!("{} Nothing was restored.", explain(&error)), None)
                    }
                    Sent::DraftMoved => ("Nothing was restored. Try again.".to_owned(), None),
                };
                problem.set(Some((text, link)));
            },
        );
    };
    let restore = StoredValue::new_local(restore);

    let pick =
        move |which: RwSignal<Option<u64>>, name: &'static str, version: &Queue, number: u64| {
            let snapshot = version.snapshot;
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
    let row = move |version: &Queue, number: u64, can_restore: bool| {
        let description = shortened(version.text(), SHOWN);
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
                    on:click=move |_| restore.with_value(|restore| restore(this.clone()))
                >"Restore this version"</button>
            }
        });
        view! {
            <tr part="row" role="row">
                <th scope="row" role="rowheader" data-label="Version"><span id=id>"Version "{number}</span></th>
                {cell("Compare", view! { {pick(left, "Compare", version, number)} {pick(right, "With", version, number)} }.into_any())}
                {cell("Saved on", when.into_any())}
                {cell("Saved by", view! { <bdi>{who}</bdi> }.into_any())}
                {cell("Name", view! { <bdi>{version.name.clone()}</bdi> }.into_any())}
                {cell("Description", view! { <div class="clamp" dir="auto">{description}</div> }.into_any())}
                {cell("Actions", button.into_any())}
            </tr>
        }
    };
    let rows = move || {
        context.clock.track();
        versions.value().with(|versions| {
            versions.as_ref().map(|Versions { queue, total, newest }| {
                let numbers = (1..=*total).rev();
                let rows = newest.iter().zip(numbers);
                rows.map(|(version, number)| {
                    let is_old = version.snapshot != queue.snapshot;
                    row(version, number, is_old && !queue.deleted && !context.settings().readonly)
                })
                .collect::<Vec<_>>()
            })
        })
    };
    let comparison = move || {
        let (left, right) = (left.get()?, right.get()?);
        versions.value().with(|versions| {
            let Versions { total, newest, .. } = versions.as_ref()?;
            let find = |snapshot: u64| {
                let (version, number) = newest
                    .iter()
                    .zip((1..=*total).rev())
                    .find(|(version, _)| version.snapshot == snapshot)?;
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
                field(Field::Description, "Description", Queue::text),
            ];
            let title = format!("{left_title} and {right_title}");
            Some(view! { <Comparison title versions=[left_title, right_title] fields /> })
        })
    };
    let missing = Memo::new(move |_| versions.error() == Some(ApiError::NotFound));
    let name = Memo::new(move |_| {
        versions.value().with(|versions| {
            versions.as_ref().map_or(format!("queue {id}"), |versions| versions.queue.name.clone())
        })
    });
    Effect::new(move |_| context.set_title(&format!("History of {}", name.read())));
    let has_more = move || {
        versions.value().with(|versions| {
            versions.as_ref().is_some_and(|all| (all.newest.len() as u64) < all.total)
        })
    };
    move || {
        if missing.get() {
            let why = "Dioptra has no queue with this ID. The link may be mistyped.";
            return view! { <NotFoundPage what="Queue not found" why /> }.into_any();
        }
        let columns =
            ["Version", "Compare", "Saved on", "Saved by", "Name", "Description", "Actions"];
        view! {
            <p class="crumb"><a href=navigator.href(&Route::Queue(id))><bdi>{name}</bdi></a></p>
            <Heading text="History" focus=navigator.has_moved() />
            {versions.status("The history could not be loaded", explain_unless_missing, load)}
            {live(move || versions.is_slow_start().then(|| view! { <div class="skeleton" role="status">"Loading the history…"</div> }))}
            {live(move || problem.get().map(|(text, route)| view! {
                <div part="error" class="panel failed" role="alert">
                    <p>{text} {route.map(|route| view! { " " <a href=navigator.href(&route)>"Open it"</a> })}</p>
                </div>
            }))}
            <Progress waiting=restoring text="Restoring…" />
            <table part="table" role="table" class="list history" hidden=move || versions.value().with(Option::is_none)>
                <caption>"Versions, newest first"</caption>
                <thead role="rowgroup"><tr role="row">{columns.map(column)}</tr></thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
            {live(move || has_more().then(|| view! {
                <p><button part="button" type="button" on:click=load_more>"Show older versions"</button> <Progress waiting=more text="Loading…" /></p>
            }))}
            <section aria-live="polite">{comparison}</section>
        }
        .into_any()
    }
}
