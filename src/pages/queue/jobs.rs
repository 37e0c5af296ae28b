//! The jobs of a queue: what they prove, what runs, waits and has ended, and what can be done.

use std::collections::BTreeMap;

use gloo_timers::callback::Interval;
use js_sys::Date;
use leptos::prelude::*;

use super::{
    job_outcomes::{note, tell, whose},
    move_jobs::{MoveDialog, ToMove},
};
use crate::{
    api::{
        self, ApiError,
        jobs::{JobOutcome, OfName},
    },
    context::Context,
    domain::{
        Job, JobPart, LogLine, Queue,
        time::span,
        verdict::{
            Count, Evidence, Proof, State, Taken, Trouble, Verdict, Worker, stranded, verdict,
        },
    },
    host::Change,
    js::Abort,
    pages::{
        error_text::explain,
        follow::{Follow, Seen},
    },
    storage::{self, Key},
    ui::{
        Dialog, Id, LatestRequest, Progress, Stage, WriteRequest, cell, column, effect, failure,
        level, live, stuck,
    },
};

/// What is known of the jobs of a queue.
#[derive(Clone, Debug, Default)]
struct Known {
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

impl Known {
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
    known: RwSignal<Option<Known>>,
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
    let known = RwSignal::new(None::<Known>);
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

/// The verdict, in sentences.
#[component]
fn Said(jobs: QueueJobs) -> impl IntoView {
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
    let looking = move || {
        let (done, all) = jobs.progress.get();
        (jobs.looking_back.stage() > Stage::Idle && all > 0).then(|| {
            format!("Looking whether jobs of this name were ever taken: {done} of {all} …")
        })
    };
    view! {
        {live(said)}
        <p role="status">{live(looking)}</p>
    }
}

/// Where there is proof: who listens to the name, and what they do.
#[component]
fn Workers(jobs: QueueJobs) -> impl IntoView {
    let name = jobs.queue.with_value(|queue| queue.name.clone());
    // Since when each is as it is, as far as this page has seen.
    let since = StoredValue::new(BTreeMap::<String, (bool, f64)>::new());
    live(move || {
        let now = jobs.now.get();
        let known = jobs.known.read();
        let proof = known.as_ref()?.seen.proof()?;
        let workers: Vec<_> = proof.listening(&name).cloned().collect();
        let busy = workers.iter().filter(|worker| worker.is_busy).count();
        // With what: if there is but one job and one worker that can run it.
        let running = known.as_ref().map(|known| known.running.jobs.as_slice());
        let job = match running {
            Some([job]) if busy == 1 => Some(job.id),
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

/// Running, waiting, recent.
#[component]
fn Tables(jobs: QueueJobs) -> impl IntoView {
    live(move || {
        let (of_name, _) = jobs.verdicts.get()?;
        let known = jobs.known.get()?;
        let now = jobs.now.get();
        let may = jobs.may_act();
        let waiting = known.waiting.jobs.clone();
        let total = known.waiting.total;
        let all = move |text: &'static str, act: Callback<Vec<Job>>| {
            let waiting = waiting.clone();
            view! {
                <button part="button" type="button" on:click=move |_| act.run(waiting.clone())>{text}</button>
            }
        };
        let cancel = Callback::new(move |all| jobs.to_cancel.set(Some(all)));
        let move_all = Callback::new(move |all| jobs.ask_to_move(all));
        Some(view! {
            {(!known.running.jobs.is_empty()).then(|| jobs.table("Running", "Running for", &known.running.jobs, &of_name, now))}
            {jobs.log_lines()}
            {(!known.waiting.jobs.is_empty()).then(|| view! {
                {jobs.table("Waiting", "Waiting for", &known.waiting.jobs, &of_name, now)}
                {(total > known.waiting.jobs.len() as u64).then(|| view! {
                    <p>{format!("The first {} of {total} are listed.", known.waiting.jobs.len())}</p>
                })}
                {may.then(|| view! {
                    <div class="row">{all("Cancel all waiting jobs", cancel)}{all("Move all waiting jobs", move_all)}</div>
                })}
            })}
            {(!known.ended.is_empty()).then(|| jobs.table("Recent", "Ended", &known.ended, &of_name, now))}
            {jobs.look_further(&known)}
        })
    })
}

/// The server's time, again every ten seconds and whenever something is known.
fn tick(context: Context, known: RwSignal<Option<Known>>) -> Signal<f64> {
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
            let mut known = Known { looked_at: 25, ..Known::default() };
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
        self.request.run(request, move |found: Result<Known, ApiError>| match found {
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

    /// Reads further back among those that have ended.
    fn look_further(self, known: &Known) -> Option<AnyView> {
        let (from, all) = (known.looked_at, known.all);
        let name = self.queue.with_value(|queue| queue.name.clone());
        let further = move |_| {
            let (api, name) = (self.context.api(), name.clone());
            self.looking_back.run(
                async move |abort| api::jobs::ended(&api, &name, from, &abort).await,
                move |found| match found {
                    Ok((more, all)) => self.known.update(|known| {
                        if let Some(known) = known {
                            known.ended.extend(more);
                            known.ended.truncate(MOST_ENDED);
                            known.looked_at = from + 25;
                            known.all = all;
                        }
                    }),
                    Err(error) => {
                        self.context.failed(&error);
                        self.done.set(vec![explain(&error)]);
                    }
                },
            );
        };
        let nothing = known.ended.is_empty();
        (all > from && known.ended.len() < MOST_ENDED).then(|| {
            view! {
                <p class="row">
                    {nothing.then(|| format!("The last job that was taken: none of the last {from} jobs of this Dioptra."))}
                    <button part="button" type="button" on:click=further>"Look further"</button>
                </p>
            }
            .into_any()
        })
    }

    fn table(
        self,
        caption: &'static str,
        time: &'static str,
        jobs: &[Job],
        verdict: &Verdict,
        now: f64,
    ) -> AnyView {
        let is_waiting = caption == "Waiting";
        let rows: Vec<_> = jobs
            .iter()
            .enumerate()
            .map(|(at, job)| {
                // In the list of the name that it was sent under.
                let list = |job: &Job| job.queue.as_ref().map(|queue| queue.name.clone());
                let before = jobs[..at].iter().filter(|other| list(other) == list(job)).count();
                let position = is_waiting.then(|| format!("{}. ", before + 1));
                self.row(job, position, caption, time, verdict, now)
            })
            .collect();
        view! {
            <table class="list" role="table">
                <caption>{caption}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        {["Job", "Experiment", "Entrypoint", "Sent by", time, "Actions"].map(column)}
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        }
        .into_any()
    }

    fn row(
        self,
        job: &Job,
        position: Option<String>,
        kind: &'static str,
        time: &'static str,
        verdict: &Verdict,
        now: f64,
    ) -> AnyView {
        let settings = self.context.settings();
        let link = |kind: &str, id: u64, text: String| {
            let text = view! { <bdi>{text}</bdi> };
            match settings.dashboard_url(kind, id) {
                Some(url) => view! { <a href=url>{text}</a> }.into_any(),
                None => text.into_any(),
            }
        };
        let part = |kind: &str, part: Option<&JobPart>| match part {
            Some(part) => link(kind, part.id, part.name.clone()),
            None => ().into_any(),
        };
        let since = if kind == "Waiting" { &job.created_on } else { &job.snapshot_created_on };
        let seconds = (now - Date::parse(since)) / 1_000.0;
        let ago = if kind == "Recent" {
            format!("{} ago, {}", span(seconds), job.status)
        } else {
            span(seconds)
        };
        let number = link("jobs", job.id, job.id.to_string());
        let author = job.user.as_ref().map(|user| user.username.clone()).unwrap_or_default();
        view! {
            <tr part="row" role="row">
                <th scope="row" role="rowheader" data-label="Job">{position}{number}</th>
                {cell("Experiment", part("experiments", job.experiment.as_ref()))}
                {cell("Entrypoint", part("entrypoints", job.entrypoint.as_ref()))}
                {cell("Sent by", view! { <bdi>{author}</bdi> }.into_any())}
                {cell(time, ago.into_any())}
                {cell("Actions", self.actions(job, kind, verdict))}
            </tr>
        }
        .into_any()
    }

    fn actions(self, job: &Job, kind: &'static str, verdict: &Verdict) -> AnyView {
        let button = |text: &'static str, label: String, act: Callback<Job>| {
            let job = job.clone();
            view! {
                <button part="button" type="button" aria-label=label on:click=move |_| act.run(job.clone())>{text}</button>
            }
        };
        let id = job.id;
        let cancel = Callback::new(move |job| self.to_cancel.set(Some(vec![job])));
        let to_move = Callback::new(move |job| self.ask_to_move(vec![job]));
        let again = Callback::new(move |job| self.send_again(job));
        let fail = Callback::new(move |job| self.mark_failed(job));
        let log = Callback::new(move |job: Job| self.show_log(job.id));
        let is_stuck = verdict.troubles.iter().any(|trouble| match trouble {
            Trouble::Overtaken(job) | Trouble::Reset(job) => *job == id,
            Trouble::NotInRedis(..) => kind == "Waiting",
            Trouble::Lost(..) | Trouble::Stranded(..) | Trouble::QueueDeleted(..) => false,
        });
        let is_lost =
            verdict.troubles.iter().any(|it| matches!(it, Trouble::Lost(job, ..) if *job == id));
        let may = self.may_act();
        view! {
            <div class="actions">
                {(may && kind == "Waiting").then(|| view! {
                    {button("Cancel", format!("Cancel job {id}"), cancel)}
                    {button("Move", format!("Move job {id}"), to_move)}
                })}
                {(may && (is_stuck || kind == "Recent")).then(|| button("Send again", format!("Send again job {id}"), again))}
                {(may && is_lost).then(|| button("Mark as failed", format!("Mark job {id} as failed"), fail))}
                {(kind == "Running").then(|| button("Log", format!("Show latest log lines of job {id}"), log))}
            </div>
        }
        .into_any()
    }

    fn ask_to_move(self, jobs: Vec<Job>) {
        self.done.set(Vec::new());
        let from = self.queue.with_value(|queue| queue.id);
        self.to_move.set(Some(ToMove { jobs, from }));
    }

    /// Cancels jobs, one by one.
    fn cancel(self, jobs: Vec<Job>) {
        let (api, user) = (self.context.api(), self.user);
        self.done.set(Vec::new());
        self.writing.run(
            async move |abort: Abort| {
                let mut lines = Vec::new();
                for job in jobs {
                    let outcome = api::jobs::cancel(&api, user, job.id, &abort).await;
                    lines.push((job.id, outcome));
                }
                lines
            },
            move |lines, is_on_screen| {
                let lines = lines.into_iter().map(|(job, outcome)| {
                    self.note(Change::JobCancelled, job, &outcome);
                    tell(job, &outcome, "cancelled", None)
                });
                self.told(lines.collect(), is_on_screen);
            },
        );
    }

    fn send_again(self, job: Job) {
        let (api, user) = (self.context.api(), self.user);
        let (queue, name) = self.queue.with_value(|queue| (queue.id, queue.name.clone()));
        self.done.set(Vec::new());
        let id = job.id;
        self.writing.run(
            async move |abort: Abort| api::jobs::send_copy(&api, user, &job, queue, &abort).await,
            move |outcome, is_on_screen| {
                self.note(Change::JobSent, id, &outcome);
                self.told(vec![tell(id, &outcome, "sent again", Some(&name))], is_on_screen);
            },
        );
    }

    fn mark_failed(self, job: Job) {
        let (api, user) = (self.context.api(), self.user);
        self.done.set(Vec::new());
        let id = job.id;
        self.writing.run(
            async move |abort: Abort| api::jobs::mark_failed(&api, user, &job, &abort).await,
            move |outcome, is_on_screen| {
                self.note(Change::JobFailed, id, &outcome);
                self.told(vec![tell(id, &outcome, "marked as failed", None)], is_on_screen);
            },
        );
    }

    /// Tells the host document what was done, or what went wrong.
    fn note(self, change: Change, job: u64, outcome: &JobOutcome) {
        note(self.context, change, job, outcome);
    }

    /// Says what became of each job: in the region, or by a notice if that is gone.
    fn told(self, lines: Vec<String>, is_on_screen: bool) {
        if is_on_screen {
            self.done.set(lines);
            self.load();
        } else {
            self.context.notify(lines.join(" "));
        }
    }

    fn show_log(self, job: u64) {
        let api = self.context.api();
        self.logging.run(
            async move |abort| api::jobs::log(&api, job, &abort).await,
            move |lines| self.log.set(Some((job, lines))),
        );
    }

    fn log_lines(self) -> AnyView {
        live(move || {
            let (job, lines) = self.log.get()?;
            let line = |line: LogLine| format!("{} {}", line.severity, line.message);
            let text = match lines {
                Ok(lines) if lines.is_empty() => {
                    "Its worker has sent no lines yet; it sends them by tens.".to_owned()
                }
                Ok(lines) => lines.into_iter().rev().map(line).collect::<Vec<_>>().join("\n"),
                Err(error) => explain(&error),
            };
            Some(view! {
                <div class="log">
                    <h3 {..level(3)}>{format!("Latest log lines of job {job}")}</h3>
                    <pre tabindex="0">{text}</pre>
                </div>
            })
        })
    }
}

/// Asks before jobs are cancelled.
#[component]
fn CancelDialog(jobs: QueueJobs) -> impl IntoView {
    let asked = jobs.to_cancel;
    let title = move || match &*asked.read() {
        Some(all) if all.len() == 1 => format!("Cancel job {}?", all[0].id),
        Some(all) => format!("Cancel {} waiting jobs?", all.len()),
        None => String::new(),
    };
    let close = Callback::new(move |()| asked.set(None));
    let cancel = move |_| {
        if let Some(all) = asked.get_untracked() {
            asked.set(None);
            jobs.cancel(all);
        }
    };
    view! {
        <Dialog
            open=Signal::derive(move || asked.read().is_some())
            id=Id::CancelDialog
            title=Signal::derive(title)
            role="alertdialog"
            close
        >
            {move || {
                let Some(all) = asked.get() else { return ().into_any() };
                let (yes, no) = if all.len() == 1 { ("Cancel job", "Keep job") } else { ("Cancel jobs", "Keep jobs") };
                view! {
                    <p>{whose(&all)}</p>
                    <p>"A job that a worker takes meanwhile stays."</p>
                    <div class="row">
                        <button part="button" type="button" class="danger" on:click=cancel>{yes}</button>
                        <button part="button" type="button" autofocus on:click=move |_| close.run(())>{no}</button>
                    </div>
                }
                .into_any()
            }}
        </Dialog>
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
