//! Moving jobs that wait to another queue.

use leptos::{ev, prelude::*};

use super::outcomes::{note, of_others, tell};
use crate::{
    api::{
        self, ApiError,
        jobs::{Copying, JobOutcome},
    },
    context::Context,
    domain::{
        Job, QueueRef, metrics,
        verdict::{Taken, verdict},
    },
    host::Change,
    js::Abort,
    pages::error_text::{BUSY, explain},
    ui::{Id, LatestRequest, Progress, WriteRequest, asking, failure, live},
};

/// What is to be moved, and from which queue.
#[derive(Clone, Debug)]
pub struct ToMove {
    pub jobs: Vec<Job>,
    pub from: u64,
}

/// Where it may go, and what is said of that queue.
type Target = (QueueRef, String);

/// The dialog: which queue the jobs go to.
#[component]
pub fn MoveDialog(
    /// Who moves them.
    user: u64,
    /// The jobs; none: the dialog is closed.
    asked: RwSignal<Option<ToMove>>,
    /// Of all that is done with jobs one thing is done at a time.
    moving: WriteRequest,
    /// Hears what became of each job.
    told: Callback<String>,
    /// All is done.
    done: Callback<()>,
) -> impl IntoView {
    let title = |asked: &ToMove| match &asked.jobs[..] {
        [job] => format!("Move job {}", job.id),
        jobs => format!("Move {} waiting jobs", jobs.len()),
    };
    let close = Callback::new(move |()| asked.set(None));
    let content =
        move |to_move| view! { <MoveForm user to_move moving close told done /> }.into_any();
    asking(asked, Id::MoveDialog, "dialog", title, close, content)
}

#[component]
fn MoveForm(
    user: u64,
    to_move: ToMove,
    moving: WriteRequest,
    close: Callback<()>,
    told: Callback<String>,
    done: Callback<()>,
) -> impl IntoView {
    let context = Context::get();
    let loading = LatestRequest::new();
    let targets = RwSignal::new(None::<Result<Vec<Target>, ApiError>>);
    let to_move = StoredValue::new(to_move);
    let load = move || {
        let (api, to_move) = (context.api(), to_move.get_value());
        let workers = context.host.workers();
        loading.run(
            async move |abort| find_targets(&api, &to_move, workers, &abort).await,
            move |found| {
                if let Err(error) = &found {
                    context.failed(error);
                }
                targets.set(Some(found));
            },
        );
    };
    load();
    context.session.on_reload(load);
    let chosen = RwSignal::new(None::<u64>);
    let problem = RwSignal::new("");
    let start = move |_| {
        if moving.is_busy() {
            return problem.set(BUSY);
        }
        let Some(target) = target(targets, chosen.get_untracked()) else {
            return problem.set("Select a queue");
        };
        problem.set("");
        let (api, jobs) = (context.api(), to_move.with_value(|it| it.jobs.clone()));
        let name = target.name.clone();
        moving.run(
            async move |abort: Abort| {
                let mut outcomes: Vec<(u64, JobOutcome)> = Vec::new();
                let mut copying = Copying::default();
                for job in jobs {
                    let outcome =
                        api::jobs::move_to(&api, user, &job, target.id, &mut copying, &abort).await;
                    outcomes.push((job.id, outcome));
                }
                outcomes
            },
            move |outcomes, _| {
                for (job, outcome) in &outcomes {
                    note(context, Change::JobMoved, *job, outcome);
                }
                let lines: Vec<_> = outcomes
                    .iter()
                    .map(|(job, outcome)| tell(*job, outcome, "moved", Some(&name)))
                    .collect();
                // The dialog may be closed by now, or open for others.
                if to_move.try_with_value(|_| ()).is_some() {
                    close.run(());
                }
                // The queue's page may be gone, and what hears of it with it.
                if done.try_run(()).is_none() {
                    context.notify(lines.join(" "));
                } else {
                    for line in lines {
                        told.try_run(line);
                    }
                }
            },
        );
    };
    let choose = move |event: ev::Event| {
        chosen.set(event_target_value(&event).parse().ok());
        problem.set("");
    };
    let content = move || {
        match targets.get()? {
        Err(error) => {
            Some(failure("The queues could not be loaded", explain(&error), load, None))
        }
        Ok(all) if all.is_empty() => Some(
            view! { <p>"No other queue is linked to the entrypoint of all these jobs. Link one first."</p> }
                .into_any(),
        ),
        Ok(all) => {
            let option = |(queue, said): Target| {
                view! { <option value=queue.id.to_string()>{format!("{} – {said}", queue.name)}</option> }
            };
            Some(
                view! {
                    <label>
                        "Queue "
                        <select part="input" on:change=choose>
                            <option value="">"Select a queue"</option>
                            {all.into_iter().map(option).collect::<Vec<_>>()}
                        </select>
                    </label>
                }
                .into_any(),
            )
        }
    }
    };
    let of_others = to_move.with_value(|it| of_others(&it.jobs, it.from));
    view! {
        <p>"Each job is copied into the other queue, and deleted here if it still waits."</p>
        {of_others.map(|others| view! { <p>{others}</p> })}
        {live(content)}
        <Progress pending=loading.pending() text="Loading the queues…" />
        <p class="problem" role="alert">{problem}</p>
        <div class="row">
            <button part="button" type="button" class="primary" on:click=start>"Move"</button>
            <button part="button" type="button" on:click=move |_| close.run(())>"Cancel"</button>
            <Progress pending=moving.pending() text="Moving…" />
        </div>
    }
}

fn target(
    targets: RwSignal<Option<Result<Vec<Target>, ApiError>>>,
    chosen: Option<u64>,
) -> Option<QueueRef> {
    let targets = targets.get_untracked()?.ok()?;
    targets.into_iter().map(|(queue, _)| queue).find(|queue| Some(queue.id) == chosen)
}

/// The queues that are linked to the entrypoints of all the jobs; those whose jobs move come first.
async fn find_targets(
    api: &api::Api,
    to_move: &ToMove,
    workers: Option<String>,
    abort: &web_sys::AbortSignal,
) -> Result<Vec<Target>, ApiError> {
    let all = api::entrypoints::all(api, |_, _| {}, abort).await?;
    let mut shared: Option<Vec<QueueRef>> = None;
    for job in &to_move.jobs {
        let id = job.entrypoint.as_ref().map(|entrypoint| entrypoint.id);
        let linked = all.iter().find(|entrypoint| Some(entrypoint.id) == id);
        let linked = linked.map(|entrypoint| entrypoint.queues.clone()).unwrap_or_default();
        shared = Some(match shared {
            Some(mut shared) => {
                shared.retain(|queue| linked.contains(queue));
                shared
            }
            None => linked,
        });
    }
    let mut queues = shared.unwrap_or_default();
    // Those that wait under an earlier name may go to the same queue under its name of now.
    let is_old = |name: &str| {
        to_move.jobs.iter().all(|job| job.queue.as_ref().is_some_and(|it| it.name != name))
    };
    queues.retain(|queue| queue.id != to_move.from || is_old(&queue.name));
    let signature = api::jobs::glance(api, abort).await?;
    let proof = api::workers::metrics(api, workers).await;
    let proof = proof.and_then(|text| metrics::parse(&text));
    let evidence = api::jobs::read(api, &signature, proof, |_| {}, abort).await?;
    let said = |queue: QueueRef| {
        let verdict = verdict(&queue.name, &evidence, Taken::NotAsked);
        (verdict.running.read == 0, queue, verdict.short())
    };
    let mut targets: Vec<_> = queues.into_iter().map(said).collect();
    targets.sort_by(|a, b| (a.0, &a.1.name).cmp(&(b.0, &b.1.name)));
    Ok(targets.into_iter().map(|(_, queue, said)| (queue, said)).collect())
}
