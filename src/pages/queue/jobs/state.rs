//! What is known of the jobs of a queue, and how it is read.

use std::collections::BTreeMap;

use js_sys::Date;
use leptos::prelude::*;

use super::move_jobs::ToMove;
use crate::{
    api::{self, ApiError, jobs::OfName},
    context::Context,
    domain::{
        Job, LogLine, Queue,
        verdict::{
            Count, Evidence, Proof, RACE, State, Taken, Trouble, Verdict, stranded, verdict,
        },
    },
    pages::follow::{Follow, SHARE, Seen},
    ui::{LatestRequest, WriteRequest},
};

/// What is known of the jobs of a queue.
#[derive(Clone, Debug, Default)]
pub struct KnownJobs {
    pub waiting: OfName,
    pub running: OfName,
    /// The newest of those that have ended, and how many jobs of all were looked through for them.
    pub ended: Vec<Job>,
    pub looked_at: u64,
    /// How many jobs this Dioptra has.
    pub all: u64,
    /// When those that have ended were taken, as far as that was asked, in milliseconds since 1970; none
    /// was if it was called failed without that.
    pub taken_at: BTreeMap<u64, Option<f64>>,
    /// When the waiting job of this Dioptra changed that changed last, in milliseconds since 1970.
    pub newest_waiting: f64,
    pub taken: Taken,
    /// What Redis says.
    pub proof: Option<Proof>,
}

/// So many ended jobs are listed at most.
pub const MOST_ENDED: usize = 25;

impl KnownJobs {
    fn evidence(&self, queue: &Queue, now: f64) -> Evidence {
        let jobs = self.waiting.jobs.iter().chain(&self.running.jobs).chain(&self.ended);
        Evidence {
            jobs: jobs.filter_map(api::jobs::trace).collect(),
            names: vec![(queue.id, queue.name.clone())],
            all_waiting: self.waiting.is_known
                && self.waiting.total == self.waiting.jobs.len() as u64,
            all_running: self.running.is_known
                && self.running.total == self.running.jobs.len() as u64,
            proof: self.proof.clone(),
            many: None,
            now,
        }
    }

    /// Somebody's worker listens to the name, as far as this tells.
    pub fn has_worker(&self, name: &str) -> bool {
        let listens = |proof: &Proof| proof.listening(name).next().is_some();
        !self.running.jobs.is_empty()
            || self.taken_at.values().any(Option::is_some)
            || matches!(self.taken, Taken::Last(_))
            || self.proof.as_ref().is_some_and(listens)
    }

    /// What is to be said: of the queue's name, and of the names that it had before.
    pub fn verdicts(&self, queue: &Queue, now: f64) -> (Verdict, Vec<String>) {
        let evidence = self.evidence(queue, now);
        let running = self.running.jobs.iter().map(|job| Date::parse(&job.snapshot_created_on));
        let ended = self.taken_at.values().flatten().copied();
        let taken = match running.chain(ended).reduce(f64::max) {
            Some(last) => Taken::Last(Some(last)),
            None => self.taken,
        };
        let mut of_name = verdict(&queue.name, &evidence, taken);
        // Where they are too many to read, it is known all the same how many they are.
        for (count, all) in
            [(&mut of_name.waiting, &self.waiting), (&mut of_name.running, &self.running)]
        {
            if all.is_known && all.total > all.jobs.len() as u64 {
                *count = Count { read: all.total as usize, or_more: false };
            }
        }
        // Nor is it then whether they are all in Redis.
        let is_of_name = |job: &Job| job.queue.as_ref().is_some_and(|it| it.name == queue.name);
        if let Some(proof) = &self.proof
            && now - self.newest_waiting > RACE
            && of_name.waiting.read > self.waiting.jobs.len()
            && self.waiting.jobs.iter().all(is_of_name)
        {
            let all = self.waiting.total;
            let missing = proof.missing(Some(&queue.name), all);
            if missing > 0 {
                of_name.troubles.push(Trouble::NotInRedis(missing, all));
            }
        }
        let old = stranded(queue.id, &queue.name, &evidence);
        (of_name, old.iter().map(Trouble::sentence).collect())
    }
}

/// Of which job, and its newest lines.
pub type Log = (u64, Result<Vec<LogLine>, ApiError>);

/// The jobs of one queue, and what is done with them.
#[derive(Clone, Copy)]
pub struct QueueJobs {
    pub context: Context,
    pub user: u64,
    pub queue: StoredValue<Queue>,
    pub known: RwSignal<Option<KnownJobs>>,
    /// The server's time when the jobs were last known to be so.
    pub now: Signal<f64>,
    /// What is said now: of the queue's name, and of the names that it had before.
    pub verdicts: Memo<Option<(Verdict, Vec<String>)>>,
    pub error: RwSignal<Option<ApiError>>,
    pub request: LatestRequest,
    /// Whether jobs of the name were ever taken.
    pub looking_back: LatestRequest,
    /// It was asked since all was read.
    pub has_looked_back: StoredValue<bool>,
    /// Until when it is not asked again, in milliseconds since 1970: it is to cost the server no more than
    /// one per cent of a worker.
    pub next_look_back: StoredValue<f64>,
    pub progress: RwSignal<(u64, u64)>,
    pub follow: StoredValue<Option<Follow>>,
    /// Those that the user is asked about.
    pub to_cancel: RwSignal<Option<Vec<Job>>>,
    pub to_move: RwSignal<Option<ToMove>>,
    pub writing: WriteRequest,
    /// What was done, a line for each job.
    pub done: RwSignal<Vec<String>>,
    pub log: RwSignal<Option<Log>>,
    pub logging: LatestRequest,
}

impl QueueJobs {
    pub fn may_act(self) -> bool {
        self.queue.with_value(|queue| self.context.session.may_change(queue))
    }

    /// Reads all anew.
    pub fn load(self) {
        let (api, workers) = (self.context.api(), self.context.host.workers());
        let queue = self.queue.get_value();
        let before = self.known.with_untracked(|known| {
            known.as_ref().map(|known| known.taken_at.clone()).unwrap_or_default()
        });
        let request = async move |abort: web_sys::AbortSignal| {
            let taken_at = before;
            let start = api.waited_ms();
            let name = queue.name.as_str();
            let jobs = api::jobs::glance(&api, &abort).await?;
            let workers = api::workers::metrics(&api, workers).await;
            let mut known = KnownJobs { looked_at: 25, ..KnownJobs::default() };
            if jobs[0].total > 0 {
                known.waiting = api::jobs::of_queue(&api, "queued", queue.id, name, &abort).await?;
            } else {
                known.waiting.is_known = true;
            }
            // What waited a moment ago may run by now.
            if jobs[0].total + jobs[1].total > 0 {
                known.running = api::jobs::of_name(&api, "started", name, &abort).await?;
            } else {
                known.running.is_known = true;
            }
            let is_in = |jobs: &[Job], job: &Job| jobs.iter().any(|it| it.id == job.id);
            let (waiting, running) = (&mut known.waiting, &known.running);
            let before = waiting.jobs.len();
            waiting.jobs.retain(|job| !is_in(&running.jobs, job));
            waiting.total -= (before - waiting.jobs.len()) as u64;
            let (ended, all, oldest) = api::jobs::ended(&api, name, 0, &abort).await?;
            (known.ended, known.all) = (ended, all);
            known.newest_waiting = jobs[0].changed();
            known.taken_at = taken_at;
            // Without it, it is not said when.
            let _ = api::jobs::learn_taken(&api, &known.ended, &mut known.taken_at, &abort).await;
            let seen = Seen { jobs, workers, cost: api.waited_ms() - start, queues: None };
            known.proof = seen.proof();
            Ok((known, seen, oldest))
        };
        self.request.run(request, move |found: Result<_, ApiError>| match found {
            Ok((mut known, seen, oldest)) => {
                self.error.set(None);
                if let Some(before) = self.known.get_untracked() {
                    // What was found further back stays, unless it waits or runs again. What would be
                    // among those that were read now, and is not, is gone.
                    let is_older = |job: &Job| Date::parse(&job.snapshot_created_on) < oldest;
                    for job in before.ended.into_iter().filter(is_older) {
                        let now = known.ended.iter().chain(&known.waiting.jobs);
                        if now.chain(&known.running.jobs).all(|it| it.id != job.id) {
                            known.ended.push(job);
                        }
                    }
                    known.ended.truncate(MOST_ENDED);
                    known.looked_at = known.looked_at.max(before.looked_at);
                    known.taken = before.taken;
                }
                self.has_looked_back.set_value(false);
                self.known.set(Some(known));
                if let Some(follow) = self.follow.get_value() {
                    follow.looked(Some(seen));
                }
            }
            Err(error) => {
                self.context.failed(&error);
                // A reload that somebody has stopped leaves what is known.
                if error != ApiError::Aborted || self.known.read_untracked().is_none() {
                    self.error.set(Some(error));
                }
                if let Some(follow) = self.follow.get_value() {
                    follow.looked(None);
                }
            }
        });
    }

    /// Whether jobs of the name were ever taken, where that is the question: something waits over a
    /// minute, nothing runs, and nothing else tells.
    pub fn look_back(self) {
        let is_asked = self.verdicts.with_untracked(|verdicts| {
            // One may have been taken since it was asked.
            let is_open = |state: &State| matches!(state, State::NotMoving | State::NeverTaken);
            verdicts.as_ref().is_some_and(|(of_name, _)| is_open(&of_name.state))
        });
        let is_too_soon = Date::now() < self.next_look_back.get_value();
        if !is_asked
            || self.has_looked_back.get_value()
            || is_too_soon
            || self.looking_back.pending().is_busy()
        {
            return;
        }
        self.has_looked_back.set_value(true);
        let (api, name) = (self.context.api(), self.queue.with_value(|queue| queue.name.clone()));
        self.looking_back.run(
            async move |abort| {
                let progress = move |done, all| {
                    self.progress.try_set((done, all));
                };
                let start = api.waited_ms();
                let taken = api::jobs::taken(&api, &name, progress, &abort).await;
                (taken, api.waited_ms() - start)
            },
            move |(found, cost)| {
                self.next_look_back.set_value(Date::now() + cost * SHARE);
                if let Ok(taken) = found {
                    self.known.update(|known| {
                        if let Some(known) = known {
                            known.taken = taken;
                        }
                    });
                }
            },
        );
    }
}
