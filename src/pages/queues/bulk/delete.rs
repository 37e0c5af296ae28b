//! Deleting many queues, and bringing them back.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::{super::selection::Selection, asked::Asked, dialog::bulk_dialog, select};
use crate::{
    api::{
        self, ApiError, SaveOutcome,
        deletion::{DeleteOutcome, UndoState, Undone},
        jobs::OfName,
    },
    context::Context,
    domain::{Entrypoint, Queue, grouped},
    host::Change,
    js::Abort,
    pages::{
        bulk::{Bulk, Why, Writing},
        error_text::{error_of, explain, explain_outcome},
    },
    ui::{Id, LatestRequest, stuck},
};

/// From so many on one types the number.
const MANY: usize = 11;

/// What was found, or why not; `None`: it is being looked for.
type Lookup<T> = RwSignal<Option<Result<T, ApiError>>>;

/// Asks before queues are deleted, and first says what that touches; then offers an undo.
#[component]
pub fn BulkDeleteDialog(
    user: u64,
    asked: RwSignal<Option<Asked>>,
    selection: Selection,
    reload: Callback<()>,
) -> impl IntoView {
    let context = Context::get();
    bulk_dialog(
        asked,
        Id::DeleteManyDialog,
        "alertdialog",
        |queues| format!("Delete {queues}?"),
        "Deleting goes on. What became of it will be said here.",
        move || {
            // What opened it is there as long as something is selected.
            if selection.queues.read_untracked().is_empty() {
                context.focus_first(["h1".to_owned()]);
            }
        },
        move |asked, begun, close| {
            view! { <Question user asked selection reload begun close /> }.into_any()
        },
    )
}

#[component]
fn Question(
    user: u64,
    asked: Asked,
    selection: Selection,
    reload: Callback<()>,
    begun: Callback<Bulk>,
    close: Callback<()>,
) -> impl IntoView {
    let context = Context::get();
    let count = asked.queues.len();
    let entrypoints: Lookup<Vec<Entrypoint>> = RwSignal::new(None);
    let jobs: Lookup<OfName> = RwSignal::new(None);
    let requests = [LatestRequest::new(), LatestRequest::new()];
    let ids: BTreeSet<u64> = asked.queues.iter().map(|queue| queue.id).collect();
    let look = move || {
        let (api, of) = (context.api(), ids.clone());
        requests[0].run(
            async move |abort| api::entrypoints::of_queues(&api, &of, |_, _| {}, &abort).await,
            move |found| entrypoints.set(Some(heard(context, found))),
        );
        let (api, of) = (context.api(), ids.clone());
        requests[1].run(
            async move |abort| api::jobs::waiting_in_any(&api, &of, &abort).await,
            move |found| jobs.set(Some(heard(context, found))),
        );
    };
    look();
    context.session.on_reload(look);
    let (typed, problem) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let words = asked.words();
    let others = asked.others();
    let delete = move |_| {
        if entrypoints.read_untracked().is_none() || jobs.read_untracked().is_none() {
            problem.set("Wait until it is known what this touches, or keep the queues.".to_owned());
        } else if count >= MANY
            && typed.read_untracked().trim().replace(',', "") != count.to_string()
        {
            problem.set(format!("Type {count} to delete {count} queues"));
        } else {
            let linked = entrypoints.get_untracked().and_then(Result::ok);
            begun.run(delete_all(context, user, asked.queues.clone(), linked, selection, reload));
        }
    };
    let field = Id::HowMany.as_str();
    view! {
        <div role="status">
            <ul class="touches">
                <li>{move || entrypoints.with(|found| links_text(found.as_ref()))}</li>
                <li>{move || jobs.with(|found| jobs_text(found.as_ref()))}</li>
            </ul>
        </div>
        {stuck(requests.map(LatestRequest::pending).to_vec())}
        {others.map(|others| view! { <p>{others}</p> })}
        <p>"Their pages and their history stay readable. The names become free."</p>
        {(count >= MANY).then(|| view! {
            <div class="field">
                <label for=field>{format!("Type {count} to confirm")}</label>
                <input part="input" id=field type="text" inputmode="numeric" autocomplete="off"
                    prop:value=typed
                    on:input=move |event| typed.set(event_target_value(&event)) />
            </div>
        })}
        <p class="problem" role="alert">{problem}</p>
        <div class="row">
            <button part="button" type="button" class="danger" on:click=delete>{format!("Delete {words}")}</button>
            <button part="button" type="button" autofocus on:click=move |_| close.run(())>
                {if count == 1 { "Keep queue" } else { "Keep queues" }}
            </button>
        </div>
    }
}

fn heard<T>(context: Context, found: Result<T, ApiError>) -> Result<T, ApiError> {
    if let Err(error) = &found {
        context.failed(error);
    }
    found
}

fn links_text(found: Option<&Result<Vec<Entrypoint>, ApiError>>) -> String {
    const WHAT: &str = "Entrypoints that would lose a queue";
    match found {
        None => format!("{WHAT}: looking …"),
        Some(Err(error)) => format!("{WHAT}: unknown. {}", explain(error)),
        Some(Ok(all)) if all.is_empty() => "No entrypoint would lose a queue.".to_owned(),
        Some(Ok(all)) => {
            let names: Vec<_> = all.iter().map(|entrypoint| entrypoint.name.as_str()).collect();
            format!("{WHAT}: {}", names.join(", "))
        }
    }
}

fn jobs_text(found: Option<&Result<OfName, ApiError>>) -> String {
    match found {
        None => "Jobs waiting in them: looking …".to_owned(),
        Some(Err(error)) => format!("Jobs waiting in them: unknown. {}", explain(error)),
        Some(Ok(OfName { total: 0, is_known: true, .. })) => {
            "No jobs are waiting in them.".to_owned()
        }
        Some(Ok(OfName { total: 0, .. })) => {
            "Jobs waiting in them: none among the 100 that wait longest; more wait.".to_owned()
        }
        Some(Ok(OfName { total, is_known, .. })) => {
            let least = if *is_known { "" } else { "at least " };
            format!(
                "Jobs waiting in them: {least}{total}. They will keep waiting for workers of these names."
            )
        }
    }
}

/// All that it takes to bring a deleted queue back.
#[derive(Clone)]
struct Gone {
    queue: Queue,
    entrypoints: Vec<Entrypoint>,
    state: UndoState,
}

fn delete_all(
    context: Context,
    user: u64,
    queues: Vec<Queue>,
    linked: Option<Vec<Entrypoint>>,
    selection: Selection,
    reload: Callback<()>,
) -> Bulk {
    let api = context.api_for_many();
    let all_known = linked.is_some();
    let linked = linked.unwrap_or_default();
    // Survives the view: the offer to bring them back comes when all is over.
    let gone = ArcStoredValue::new(Vec::<Gone>::new());
    // Each with whether it is unknown what became of an earlier try.
    let items = queues.into_iter().map(|queue| (queue.name.clone(), (queue, false))).collect();
    let deleted = gone.clone();
    let act = move |(queue, unsettled): (Queue, bool), abort: Abort| -> Writing<(Queue, bool)> {
        let (api, deleted, linked) = (api.clone(), deleted.clone(), linked.clone());
        Box::pin(async move {
            let outcome = api::deletion::delete(&api, &queue, user, unsettled, &abort).await;
            let unsettled = matches!(outcome, DeleteOutcome::Indeterminate(_));
            let error = match outcome {
                DeleteOutcome::Deleted { queue: last, is_last } => {
                    context.changed(Change::Deleted, queue.id);
                    let of_it = |it: &Entrypoint| it.queues.iter().any(|at| at.id == queue.id);
                    let entrypoints = linked.into_iter().filter(of_it).collect();
                    deleted.update_value(|all| {
                        let state = UndoState::new(is_last);
                        all.push(Gone { queue: *last, entrypoints, state });
                    });
                    return ((queue, unsettled), Ok(()));
                }
                DeleteOutcome::Failed(error) => Why::from(error),
                DeleteOutcome::Indeterminate(error) => Why {
                    text: format!("{} It is not known whether it was deleted.", explain(&error)),
                    error: Some(error),
                },
            };
            ((queue, unsettled), Err(error))
        })
    };
    Bulk::start(context, items, act, move |bulk, tally| {
        let all = gone.get_value();
        // The table may be gone by then.
        selection.queues.try_update(|selected| {
            select::set(selected, all.iter().map(|gone| &gone.queue), false);
        });
        reload.try_run(());
        let mut text = tally.sentence();
        if !all_known {
            text += " Their links to entrypoints were unknown and can't be brought back.";
        }
        let queues = if all.len() == 1 { "queue" } else { "queues" };
        let text = format!("{} {queues} deleted. {text}", grouped(all.len() as u64));
        if all.is_empty() {
            bulk.tell(context, tally, text);
        } else {
            // Those that have failed are selected still.
            context
                .notify_with_action(text, "Undo", move || bring_back(context, user, all.clone()));
        }
    })
}

/// Creates the queues anew, and says what of them is back.
fn bring_back(context: Context, user: u64, all: Vec<Gone>) {
    let api = context.api_for_many();
    let count = all.len();
    let queues = if count == 1 { "queue" } else { "queues" };
    context.notify(format!("Bringing back {count} {queues} …"));
    let lost = ArcStoredValue::new(Vec::<String>::new());
    let items = all.into_iter().map(|gone| (gone.queue.name.clone(), gone)).collect();
    let not_back = lost.clone();
    let act = move |mut gone: Gone, abort: Abort| -> Writing<Gone> {
        let (api, lost) = (api.clone(), lost.clone());
        Box::pin(async move {
            let Gone { queue, entrypoints, state } = &mut gone;
            let Undone { outcome, tags, entrypoints, unfinished } =
                api::deletion::undo(&api, queue, entrypoints, user, state, &abort).await;
            let name = queue.name.clone();
            if let Some(error) = unfinished {
                let text =
                    format!("It is back, but not all of its tags and links. {}", explain(&error));
                return (gone, Err(Why { text, error: Some(error) }));
            }
            if let SaveOutcome::Saved(id) = outcome {
                context.changed(Change::Created, id);
                lost.update_value(|lost| {
                    lost.extend(tags.iter().map(|tag| format!("the tag “{tag}” of “{name}”")));
                    lost.extend(
                        entrypoints.iter().map(|it| format!("the link of “{name}” to “{it}”")),
                    );
                });
                return (gone, Ok(()));
            }
            let text = explain_outcome(&outcome, &name, &queue.group.name, "brought back");
            let error = error_of(&outcome).cloned();
            (gone, Err(Why { text, error }))
        })
    };
    Bulk::start(context, items, act, move |bulk, tally| {
        context.session.reload();
        let mut text = if count == 1 && tally.done == 1 {
            "1 queue is back. Its ID changed; its earlier versions stay with the old ID.".to_owned()
        } else {
            format!(
                "{} of {count} {queues} are back. Their IDs changed; their earlier versions stay with the old IDs.",
                tally.done
            )
        };
        let lost = not_back.get_value();
        if !lost.is_empty() {
            text += &format!(" Not brought back: {}.", lost.join(", "));
        }
        text += &tally.reasons();
        bulk.tell(context, tally, text);
    });
}
