//! Deleting a queue, and bringing it back.

use std::future::Future;

use leptos::prelude::*;
use web_sys::AbortSignal;

use super::dialog::queue_dialog;
use crate::{
    api::{
        self, ApiError, SaveOutcome,
        deletion::{DeleteOutcome, UndoState, Undone},
        jobs::OfName,
    },
    context::Context,
    domain::{Entrypoint, Queue},
    host::Change,
    js::Abort,
    lazy,
    pages::error_text::{error_of, explain, explain_outcome},
    ui::{Id, LatestRequest, Progress, WriteRequest, stuck, write_detached},
};

lazy! {
    /// The content of the dialog: which user deletes which queue; closes the dialog; the queue is
    /// deleted.
    #[wasm_split(rest)]
    pub static DELETE_FORM: |user: u64, queue: Queue, close: Callback<()>, done: Callback<u64>| {
        view! { <DeleteForm user queue close done /> }
    };
}

/// What is known of one thing that a deletion touches.
#[derive(Clone, Debug, PartialEq)]
enum Impact<T> {
    /// Looked at so many of so many.
    Counting(u64, u64),
    Known(T),
    Unknown(ApiError),
}

/// Asks before a queue is deleted, and first says what that touches; then offers an undo.
#[component]
pub fn DeleteDialog(
    /// Who deletes it.
    user: u64,
    /// The queue to delete; none: the dialog is closed.
    asked: RwSignal<Option<Queue>>,
    /// The queue with this id is deleted.
    done: Callback<u64>,
) -> impl IntoView {
    queue_dialog(
        asked,
        Id::DeleteDialog,
        "alertdialog",
        |name| format!("Delete queue “{name}”?"),
        &DELETE_FORM.chunk,
        move |queue, close| DELETE_FORM.try_build((user, queue, close, done)),
    )
}

/// What a deletion touches, as far as it is known.
#[derive(Clone, Copy)]
struct Touched {
    entrypoints: RwSignal<Impact<Vec<Entrypoint>>>,
    jobs: RwSignal<Impact<OfName>>,
    requests: [LatestRequest; 2],
}

impl Touched {
    /// Counts; again when there is a reason to, if something is unknown.
    fn count(context: Context, id: u64, name: &str) -> Self {
        let this = Self {
            entrypoints: RwSignal::new(Impact::Unknown(ApiError::Aborted)),
            jobs: RwSignal::new(Impact::Unknown(ApiError::Aborted)),
            requests: [LatestRequest::new(), LatestRequest::new()],
        };
        let name = name.to_owned();
        this.count_unknown(context, id, &name);
        context.session.on_reload(move || this.count_unknown(context, id, &name));
        this
    }

    fn count_unknown(self, context: Context, id: u64, name: &str) {
        let Self { entrypoints, jobs, requests: [of_entrypoints, of_jobs] } = self;
        let failed = move |error: &ApiError| context.failed(error);
        let api = context.api();
        count(of_entrypoints, entrypoints, failed, async move |abort| {
            let progress = |done, all| drop(entrypoints.try_set(Impact::Counting(done, all)));
            api::entrypoints::of_queue(&api, id, progress, &abort).await
        });
        let (api, name) = (context.api(), name.to_owned());
        count(of_jobs, jobs, failed, async move |abort| {
            api::jobs::waiting_in(&api, id, &name, &abort).await
        });
    }

    fn is_counting(self) -> bool {
        matches!(*self.entrypoints.read_untracked(), Impact::Counting(..))
            || matches!(*self.jobs.read_untracked(), Impact::Counting(..))
    }
}

/// Counts one thing, if it is unknown.
fn count<T: Send + Sync + 'static, F: Future<Output = Result<T, ApiError>> + 'static>(
    request: LatestRequest,
    count: RwSignal<Impact<T>>,
    failed: impl Fn(&ApiError) + 'static,
    load: impl FnOnce(AbortSignal) -> F,
) {
    if !matches!(*count.read_untracked(), Impact::Unknown(_)) {
        return;
    }
    count.set(Impact::Counting(0, 0));
    request.run(load, move |found| {
        if let Err(error) = &found {
            failed(error);
        }
        count.set(found.map_or_else(Impact::Unknown, Impact::Known));
    });
}

/// The content of the dialog.
#[component]
fn DeleteForm(user: u64, queue: Queue, close: Callback<()>, done: Callback<u64>) -> impl IntoView {
    let context = Context::get();
    let touched = Touched::count(context, queue.id, &queue.name);
    let Touched { entrypoints, jobs, requests } = touched;
    let deleting = WriteRequest::new();
    let problem = RwSignal::new(String::new());
    // What became of an earlier try is not known.
    let is_unsettled = StoredValue::new(false);
    let delete = move |_| {
        let linked = entrypoints.get_untracked();
        if touched.is_counting() {
            problem.set("Wait until it is known what this touches, or keep the queue.".to_owned());
            return;
        }
        problem.set(String::new());
        let (api, queue, name) = (context.api(), queue.clone(), queue.name.clone());
        deleting.run(
            async move |abort| {
                let unsettled = is_unsettled.try_get_value().unwrap_or_default();
                api::deletion::delete(&api, &queue, user, unsettled, &abort).await
            },
            move |outcome, is_on_screen| {
                let is_indeterminate = matches!(outcome, DeleteOutcome::Indeterminate(_));
                is_unsettled.try_set_value(is_indeterminate);
                let error = match outcome {
                    DeleteOutcome::Deleted { queue, is_last } => {
                        if is_on_screen {
                            close.run(());
                        }
                        let state = UndoState::new(is_last);
                        deleted(context, Undo { queue: *queue, linked, user, state }, done);
                        return;
                    }
                    DeleteOutcome::Failed(error) => {
                        context.failed(&error);
                        format!("{} The queue was not deleted.", explain(&error))
                    }
                    DeleteOutcome::Indeterminate(error) => {
                        context.failed(&error);
                        format!(
                            "{} It is not known whether the queue was deleted.",
                            explain(&error)
                        )
                    }
                };
                if is_on_screen {
                    problem.set(error);
                } else {
                    context.notify(format!("Queue “{name}”: {error}"));
                }
            },
        );
    };
    view! {
        <div role="status">
            <ul class="touches">
                <li><bdi>{move || entrypoints.with(links_text)}</bdi></li>
                <li>{move || jobs.with(jobs_text)}</li>
            </ul>
        </div>
        {stuck(requests.map(LatestRequest::pending).to_vec())}
        <p>"Its page and its history stay readable. The name becomes free."</p>
        <p class="problem" role="alert">{problem}</p>
        <div class="row">
            <button part="button" type="button" class="danger" on:click=delete>"Delete queue"</button>
            <button part="button" type="button" autofocus on:click=move |_| close.run(())>"Keep queue"</button>
            <Progress pending=deleting.pending() text="Deleting…" />
        </div>
    }
}

/// The queue is deleted: says so, and offers an undo.
fn deleted(context: Context, undo: Undo, done: Callback<u64>) {
    let id = undo.queue.id;
    context.changed(Change::Deleted, id);
    let text = format!("Queue “{}” deleted", undo.queue.name);
    context.notify_with_action(text, "Undo", move || undo.clone().run(context));
    // The list, or the queue's page, if it still shows.
    done.try_run(id);
}

fn links_text(count: &Impact<Vec<Entrypoint>>) -> String {
    match count {
        Impact::Counting(done, all) => {
            progress("Entrypoints that would lose this queue", *done, *all)
        }
        Impact::Unknown(error) => {
            format!("Entrypoints that would lose this queue: unknown. {}", explain(error))
        }
        Impact::Known(all) if all.is_empty() => "No entrypoint would lose this queue.".to_owned(),
        Impact::Known(all) => {
            let names: Vec<_> = all.iter().map(|entrypoint| entrypoint.name.as_str()).collect();
            format!("Entrypoints that would lose this queue: {}", names.join(", "))
        }
    }
}

fn jobs_text(count: &Impact<OfName>) -> String {
    match count {
        Impact::Counting(done, all) => progress("Jobs waiting in it", *done, *all),
        Impact::Unknown(error) => format!("Jobs waiting in it: unknown. {}", explain(error)),
        Impact::Known(OfName { total: 0, is_known: true, .. }) => {
            "No jobs are waiting in it.".to_owned()
        }
        Impact::Known(OfName { total, is_known, .. }) => {
            let least = if *is_known { "" } else { "at least " };
            format!(
                "Jobs waiting in it: {least}{total}. They will keep waiting for a worker of its name."
            )
        }
    }
}

fn progress(what: &str, done: u64, all: u64) -> String {
    if all == 0 {
        format!("{what}: looking …")
    } else {
        format!("{what}: looking, {done} of {all} …")
    }
}

/// All that it takes to bring a deleted queue back.
#[derive(Clone)]
struct Undo {
    /// As it was deleted.
    queue: Queue,
    linked: Impact<Vec<Entrypoint>>,
    user: u64,
    /// What earlier tries have left.
    state: UndoState,
}

impl Undo {
    /// Creates the queue anew, and says what of it is back.
    fn run(mut self, context: Context) {
        // Once: the offer is gone while it is taken.
        context.notify(format!("Bringing back “{}” …", self.queue.name));
        let api = context.api();
        // By an earlier try, which has told so.
        let had_queue = self.state.has_queue();
        let write = async move |abort: Abort| {
            let (entrypoints, all_known) = match &self.linked {
                Impact::Known(entrypoints) => (entrypoints.as_slice(), true),
                _ => (&[][..], false),
            };
            let state = &mut self.state;
            let undone =
                api::deletion::undo(&api, &self.queue, entrypoints, self.user, state, &abort).await;
            (self, undone, all_known)
        };
        write_detached(write, move |(undo, undone, all_known)| {
            let text = report(&undo.queue, &undone, all_known);
            if let SaveOutcome::Saved(id) = undone.outcome {
                context.changed(if had_queue { Change::Modified } else { Change::Created }, id);
                context.session.reload();
            }
            if let Some(error) = undone.unfinished.as_ref().or(error_of(&undone.outcome)) {
                context.failed(error);
                context.notify_with_action(text, "Try again", move || undo.clone().run(context));
                return;
            }
            context.notify(text);
        });
    }
}

/// What is back, under which ID, and what is not.
fn report(queue: &Queue, undone: &Undone, all_known: bool) -> String {
    let name = &queue.name;
    let why = match &undone.outcome {
        SaveOutcome::Saved(id) => {
            let mut text = format!(
                "Queue “{name}” is back. Its ID changed from {} to {id}; its earlier versions stay \
                 with the old ID.",
                queue.id
            );
            let mut lost: Vec<String> = Vec::new();
            lost.extend(undone.tags.iter().map(|tag| format!("the tag “{tag}”")));
            lost.extend(
                undone.entrypoints.iter().map(|name| format!("the link to entrypoint “{name}”")),
            );
            if !all_known {
                lost.push("its links to entrypoints, which were unknown".to_owned());
            }
            if !lost.is_empty() {
                text += &format!(" Not brought back: {}.", lost.join(", "));
            }
            if let Some(error) = &undone.unfinished {
                text += &format!(" Its tags and links are not all back. {}", explain(error));
            }
            return text;
        }
        SaveOutcome::NameTaken(_) => "Another queue has this name by now.".to_owned(),
        outcome => explain_outcome(outcome, name, &queue.group.name, "brought back"),
    };
    format!("Queue “{name}” could not be brought back. {why}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Group;

    #[test]
    fn the_report_says_the_new_id_and_what_is_not_back() {
        let queue = Queue {
            id: 7,
            name: "q".into(),
            group: Group { id: 1, name: "public".into() },
            ..Queue::default()
        };
        let undone = Undone {
            outcome: SaveOutcome::Saved(9),
            tags: vec!["gpu".into()],
            entrypoints: vec!["train".into()],
            unfinished: None,
        };
        assert_eq!(
            report(&queue, &undone, true),
            "Queue “q” is back. Its ID changed from 7 to 9; its earlier versions stay with the old \
             ID. Not brought back: the tag “gpu”, the link to entrypoint “train”."
        );
        let unknown = Undone { tags: vec![], entrypoints: vec![], ..undone.clone() };
        assert!(report(&queue, &unknown, false).contains("which were unknown"));
        let unfinished = Undone { unfinished: Some(ApiError::Network), ..unknown.clone() };
        assert!(report(&queue, &unfinished, true).contains("are not all back"));
        let taken = Undone { outcome: SaveOutcome::NameTaken(None), ..unknown };
        assert!(report(&queue, &taken, true).contains("Another queue has this name"));
    }
}
