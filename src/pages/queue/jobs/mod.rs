//! The jobs of a queue: what they prove, what runs, waits and has ended, and what can be done.

mod act;
mod move_jobs;
mod outcomes;
mod said;
mod tables;

use gloo_timers::callback::Interval;
use js_sys::Date;
use leptos::prelude::*;

use self::{
    act::CancelDialog,
    move_jobs::{MoveDialog, ToMove},
    said::{Said, Workers},
    tables::Tables,
};
use crate::{
    api::{self, ApiError, jobs::OfName},
    context::Context,
    domain::{
        Job, LogLine, Queue,
        verdict::{Count, Evidence, Proof, State, Taken, Trouble, Verdict, stranded, verdict},
    },
    pages::{
        error_text::explain,
        follow::{Follow, Seen},
    },
    storage::{self, Key},
    ui::{Id, LatestRequest, Progress, WriteRequest, effect, failure, level, live, stuck},
};

/// What is known of the jobs of a queue.
#[derive(Clone, Debug, Default)]
struct KnownJobs {
    waiting: OfName,
    running: OfName,
    /// The newest of those that have ended, and how many jobs of all were looked through for them.
    ended: Vec<Job>,
    looked_at: u64,
    /// How many jobs this Dioptra has.
    all: u64,
    taken: Taken,
    seen: Seen,
}

/// So many ended jobs are listed at most.
const MOST_ENDED: usize = 25;

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
            proof: self.seen.proof(),
            now,
        }
    }

    /// Somebody's worker listens to the name, as far as this tells.
    fn has_worker(&self, name: &str) -> bool {
        let listens = |proof: Proof| proof.listening(name).next().is_some();
        !self.running.jobs.is_empty()
            || !self.ended.is_empty()
            || matches!(self.taken, Taken::Last(_))
            || self.seen.proof().is_some_and(listens)
    }

    /// What is to be said: of the queue's name, and of the names that it had before.
    fn verdicts(&self, queue: &Queue, now: f64) -> (Verdict, Vec<String>) {
        let evidence = self.evidence(queue, now);
        let mut taken = self.taken;
        if let Some(last) =
            self.ended.iter().map(|job| Date::parse(&job.snapshot_created_on)).reduce(f64::max)
        {
            taken = Taken::Last(Some(last));
        }
        let mut of_name = verdict(&queue.name, &evidence, taken);
        // Where they are too many to read, it is known all the same how many they are.
        for (count, all) in
            [(&mut of_name.waiting, &self.waiting), (&mut of_name.running, &self.running)]
        {
            if all.is_known && all.total > all.jobs.len() as u64 {
                *count = Count { read: all.total as usize, or_more: false };
            }
        }
        let old = stranded(queue.id, &queue.name, &evidence);
        (of_name, old.iter().map(Trouble::sentence).collect())
    }
}

/// Of which job, and its newest lines.
type Log = (u64, Result<Vec<LogLine>, ApiError>);

/// The jobs of one queue, and what is done with them.
#[derive(Clone, Copy)]
pub struct QueueJobs {
    context: Context,
    user: u64,
    queue: StoredValue<Queue>,
    known: RwSignal<Option<KnownJobs>>,
    /// The server's time, again every ten seconds and whenever something is known.
    now: Signal<f64>,
    /// What is said now: of the queue's name, and of the names that it had before.
    verdicts: Memo<Option<(Verdict, Vec<String>)>>,
    error: RwSignal<Option<ApiError>>,
    request: LatestRequest,
    /// Whether jobs of the name were ever taken.
    looking_back: LatestRequest,
    /// It was asked since all was read.
    has_looked_back: StoredValue<bool>,
    progress: RwSignal<(u64, u64)>,
    follow: StoredValue<Option<Follow>>,
    /// Those that the user is asked about.
    to_cancel: RwSignal<Option<Vec<Job>>>,
    to_move: RwSignal<Option<ToMove>>,
    writing: WriteRequest,
    /// What was done, a line for each job.
    done: RwSignal<Vec<String>>,
    log: RwSignal<Option<Log>>,
    logging: LatestRequest,
}

/// The region "Jobs".
#[component]
pub fn JobsRegion(
    user: u64,
    queue: Queue,
    /// Hears whether somebody's worker listens to the name.
    has_worker: RwSignal<bool>,
) -> impl IntoView {
    let (context, queue) = (Context::get(), StoredValue::new(queue));
    let known = RwSignal::new(None::<KnownJobs>);
    let now = tick(context, known);
    let verdicts = Memo::new(move |_| {
        let now = now.get();
        known.with(|known| {
            known.as_ref().map(|it| queue.with_value(|queue| it.verdicts(queue, now)))
        })
    });
    let jobs = QueueJobs {
        context,
        user,
        queue,
        known,
        now,
        verdicts,
        error: RwSignal::new(None),
        request: LatestRequest::new(),
        looking_back: LatestRequest::new(),
        has_looked_back: StoredValue::new(false),
        progress: RwSignal::new((0, 0)),
        follow: StoredValue::new(None),
        to_cancel: RwSignal::new(None),
        to_move: RwSignal::new(None),
        writing: WriteRequest::new(),
        done: RwSignal::new(Vec::new()),
        log: RwSignal::new(None),
        logging: LatestRequest::new(),
    };
    effect(move || {
        let has = known.with(|known| {
            let known = known.as_ref()?;
            Some(queue.with_value(|queue| known.has_worker(&queue.name)))
        });
        if let Some(has) = has.filter(|has| *has != has_worker.get_untracked()) {
            has_worker.set(has);
        }
    });
    // What was just sent may come to wait too long while one looks.
    effect(move || {
        verdicts.track();
        jobs.look_back();
    });
    let seen = Callback::new(move |(_, is_other): (Seen, bool)| {
        if is_other {
            jobs.load();
        }
    });
    let is_live = RwSignal::new(storage::read(Key::NotLive).is_none());
    jobs.follow.set_value(Some(Follow::new(is_live, seen)));
    jobs.load();
    jobs.context.session.on_reload(move || jobs.load());
    let why = Memo::new(move |_| jobs.error.get().map(|error| explain(&error)));
    view! {
        <section class="queue-jobs" aria-labelledby=Id::Jobs.as_str()>
            <h2 {..level(2)} id=Id::Jobs.as_str()>"Jobs"</h2>
            {live(move || why.get().map(|why| {
                view! {
                    <p>"Unknown"</p>
                    {failure("The jobs could not be read", why, move || jobs.load(), None)}
                }
            }))}
            <Said jobs />
            <Workers jobs />
            {live(move || jobs.known.read().is_none().then(|| view! {
                <Progress pending=jobs.request.pending() text="Loading the jobs…" />
            }))}
            <Progress pending=jobs.logging.pending() text="Loading the log lines…" />
            {stuck(vec![jobs.looking_back.pending()])}
            <Progress pending=jobs.writing.pending() text="Working…" />
            <div class="outcomes" role="status">
                {live(move || jobs.done.get().into_iter().map(|line| view! { <p>{line}</p> }).collect::<Vec<_>>())}
            </div>
            <Tables jobs />
        </section>
        <CancelDialog jobs />
        <MoveDialog
            user
            asked=jobs.to_move
            told=Callback::new(move |line| jobs.done.update(|done| done.push(line)))
            done=Callback::new(move |()| jobs.load())
        />
    }
}

/// The server's time, again every ten seconds and whenever something is known.
fn tick(context: Context, known: RwSignal<Option<KnownJobs>>) -> Signal<f64> {
    let time = RwSignal::new(context.api().now());
    let tick = Interval::new(10_000, move || {
        time.try_set(context.api().now());
    });
    StoredValue::new_local(tick);
    effect(move || {
        known.track();
        time.set(context.api().now());
    });
    time.into()
}

impl QueueJobs {
    fn may_act(self) -> bool {
        self.queue.with_value(|queue| self.context.session.may_change(queue))
    }

    /// Reads all anew.
    fn load(self) {
        let (api, workers) = (self.context.api(), self.context.host.workers());
        let queue = self.queue.get_value();
        let request = async move |abort: web_sys::AbortSignal| {
            let start = api.waited_ms();
            let name = queue.name.as_str();
            let jobs = api::jobs::glance(&api, &abort).await?;
            let workers = api::jobs::workers(&api, workers, &abort).await;
            let mut known = KnownJobs { looked_at: 25, ..KnownJobs::default() };
            if jobs[0].total > 0 {
                known.waiting = api::jobs::of_queue(&api, "queued", queue.id, name, &abort).await?;
            } else {
                known.waiting.is_known = true;
            }
            if jobs[1].total > 0 {
                known.running = api::jobs::of_name(&api, "started", name, &abort).await?;
            } else {
                known.running.is_known = true;
            }
            let (ended, all) = api::jobs::ended(&api, name, 0, &abort).await?;
            (known.ended, known.all) = (ended, all);
            known.seen = Seen { jobs, workers, cost: api.waited_ms() - start, queues: None };
            Ok(known)
        };
        self.request.run(request, move |found: Result<KnownJobs, ApiError>| match found {
            Ok(mut known) => {
                self.error.set(None);
                // What was found further back stays.
                if let Some(before) = self.known.get_untracked() {
                    for job in before.ended {
                        if !known.ended.iter().any(|it| it.id == job.id) {
                            known.ended.push(job);
                        }
                    }
                    known.ended.truncate(MOST_ENDED);
                    known.looked_at = known.looked_at.max(before.looked_at);
                    known.taken = before.taken;
                }
                let seen = known.seen.clone();
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
    fn look_back(self) {
        let queue = self.queue.get_value();
        let is_asked = self.known.with_untracked(|known| {
            known.as_ref().is_some_and(|known| {
                let verdict = verdict(
                    &queue.name,
                    &known.evidence(&queue, self.context.api().now()),
                    Taken::NotAsked,
                );
                verdict.state == State::NotMoving
                    && known.ended.is_empty()
                    && known.taken == Taken::NotAsked
            })
        });
        if !is_asked || self.has_looked_back.get_value() {
            return;
        }
        self.has_looked_back.set_value(true);
        let api = self.context.api();
        self.looking_back.run(
            async move |abort| {
                let progress = move |done, all| {
                    self.progress.try_set((done, all));
                };
                api::jobs::taken(&api, &queue.name, progress, &abort).await
            },
            move |found| {
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
