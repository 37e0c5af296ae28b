//! What is said of the jobs of a name, and of the workers that listen to it.

use std::collections::BTreeMap;

use leptos::prelude::*;

use super::state::QueueJobs;
use crate::{
    domain::{time::span, verdict::Worker},
    ui::{Stage, live},
};

/// The verdict, in sentences.
#[component]
pub fn Said(jobs: QueueJobs) -> impl IntoView {
    let said = move || {
        let (of_name, old) = jobs.verdicts.get()?;
        let attention = of_name.needs_attention() || !old.is_empty();
        let sentences = of_name.sentences().into_iter().chain(old);
        Some(view! {
            <div class:verdict=true class:alert=attention>
                {sentences.map(|text| view! { <p>{text}</p> }).collect::<Vec<_>>()}
            </div>
        })
    };
    // Said once; the numbers are for the eyes.
    let is_looking =
        Memo::new(move |_| jobs.looking_back.stage() >= Stage::Slow && jobs.progress.read().1 > 0);
    let looking =
        move || is_looking.get().then_some("Looking whether jobs of this name were ever taken: ");
    let so_far = move || {
        let (done, all) = jobs.progress.get();
        is_looking.get().then(|| format!("{done} of {all} …"))
    };
    view! {
        {live(said)}
        <p><span role="status">{live(looking)}</span>{live(so_far)}</p>
    }
}

/// Where there is proof: who listens to the name, and what they do.
#[component]
pub fn Workers(jobs: QueueJobs) -> impl IntoView {
    let name = jobs.queue.with_value(|queue| queue.name.clone());
    // Since when each is as it is, as far as this page has seen.
    let since = StoredValue::new(BTreeMap::<String, (bool, f64)>::new());
    live(move || {
        let now = jobs.now.get();
        let known = jobs.known.read();
        let known = known.as_ref()?;
        let proof = known.proof.as_ref()?;
        let workers: Vec<_> = proof.listening(&name).cloned().collect();
        // The verdict says so already.
        if workers.is_empty() && !known.waiting.jobs.is_empty() {
            return None;
        }
        let busy = workers.iter().filter(|worker| worker.is_busy).count();
        // With what: if there is but one job and one worker that can run it.
        let job = match &known.running.jobs[..] {
            [job] if busy == 1 => Some(job.id),
            _ => None,
        };
        let item = |worker: Worker| {
            let job = job.filter(|_| worker.is_busy && worker.queues.len() == 1);
            let state = match job {
                Some(job) => format!("busy with job {job}"),
                None => if worker.is_busy { "busy" } else { "idle" }.to_owned(),
            };
            let from = since.try_update_value(|since| {
                let entry = since.entry(worker.name.clone()).or_insert((worker.is_busy, now));
                if entry.0 != worker.is_busy {
                    *entry = (worker.is_busy, now);
                }
                entry.1
            });
            let seconds = (now - from.unwrap_or(now)) / 1_000.0;
            let long = (seconds >= 60.0).then(|| format!(", for at least {}", span(seconds)));
            view! { <li><bdi>{worker.name}</bdi>": "{state}{long}</li> }
        };
        let count = listening(workers.len(), busy);
        Some(view! {
            <div class="workers">
                <p>{count}</p>
                <ul>{workers.into_iter().map(item).collect::<Vec<_>>()}</ul>
            </div>
        })
    })
}

/// "2 workers listen to this name, 1 of them busy"
fn listening(workers: usize, busy: usize) -> String {
    match (workers, busy) {
        (0, _) => "No worker listens to this name.".to_owned(),
        (1, 0) => "1 worker listens to this name, idle".to_owned(),
        (1, _) => "1 worker listens to this name, busy".to_owned(),
        (all, 0) => format!("{all} workers listen to this name, none of them busy"),
        (all, busy) => format!("{all} workers listen to this name, {busy} of them busy"),
    }
}

#[cfg(test)]
mod tests {
    use super::listening;

    #[test]
    fn it_is_said_how_many_listen_and_how_many_are_busy() {
        assert_eq!(listening(2, 1), "2 workers listen to this name, 1 of them busy");
        assert_eq!(listening(1, 0), "1 worker listens to this name, idle");
        assert_eq!(listening(0, 0), "No worker listens to this name.");
    }
}
