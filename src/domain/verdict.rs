//! Why the jobs of a name wait: what their traces prove, and no more than that.
//!
//! Dioptra has no endpoint that lists workers. A worker that listens to a name takes a waiting job
//! within a second or so, oldest first; so jobs that were taken prove that one listened, and jobs that
//! wait prove that none has. Where the deployment lets us read what Redis knows, that is proof.

use super::time::span;

/// Where a job is in its life, as Dioptra says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobStatus {
    /// It waits.
    Queued,
    /// A worker has taken it.
    Started,
    /// It waits for something else than a worker.
    Deferred,
    /// It has ended well.
    Finished,
    /// It has ended badly.
    Failed,
}

impl JobStatus {
    /// As the API says it; what is unknown is `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "queued" => Self::Queued,
            "started" => Self::Started,
            "deferred" => Self::Deferred,
            "finished" => Self::Finished,
            "failed" => Self::Failed,
            _ => return None,
        })
    }
}

/// What a job leaves as evidence. Times are milliseconds since 1970.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// Of the job.
    pub id: u64,
    /// Now.
    pub status: JobStatus,
    /// The name of its queue when it was sent: Redis knows no other.
    pub name: String,
    /// Its queue.
    pub queue: u64,
    /// The queue was deleted.
    pub is_deleted: bool,
    /// When it was sent.
    pub sent: f64,
    /// When its status changed last.
    pub changed: f64,
    /// How long it may run, in seconds.
    pub limit: Option<f64>,
}

impl Trace {
    /// A worker has taken it.
    #[must_use]
    pub fn was_taken(&self) -> bool {
        matches!(self.status, JobStatus::Started | JobStatus::Finished | JobStatus::Failed)
    }

    /// Its status was set back: Dioptra does not send it to Redis again.
    fn was_reset(&self) -> bool {
        // Both are written in one request.
        const SLACK: f64 = 1_000.0;
        self.changed > self.sent + SLACK
    }
}

/// A worker that Redis knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worker {
    /// As it calls itself.
    pub name: String,
    /// The names that it listens to.
    pub queues: Vec<String>,
    /// It runs a job.
    pub is_busy: bool,
}

/// What Redis says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    /// All workers.
    pub workers: Vec<Worker>,
    /// How many jobs wait under each name. A name without any may be missing.
    pub queued: Vec<(String, u64)>,
    /// How many jobs run under each name.
    pub started: Vec<(String, u64)>,
}

impl Proof {
    /// The workers that listen to a name.
    pub fn listening<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Worker> {
        self.workers.iter().filter(move |worker| worker.queues.iter().any(|it| it == name))
    }

    /// How many of so many waiting jobs of a name, or of all, are not in Redis; 0 if it holds them all, or if
    /// so few are missing that they may have been taken between two requests. One that a worker has just taken
    /// is started there before Dioptra says so.
    #[must_use]
    pub fn missing(&self, name: Option<&str>, waiting: u64) -> u64 {
        const IN_BETWEEN: u64 = 10;
        let held: u64 = match name {
            Some(name) => self.queued(name) + self.started(name),
            None => self.queued.iter().chain(&self.started).map(|(_, count)| count).sum(),
        };
        Some(waiting.saturating_sub(held))
            .filter(|missing| *missing > IN_BETWEEN)
            .unwrap_or_default()
    }

    fn queued(&self, name: &str) -> u64 {
        of(&self.queued, name)
    }

    fn started(&self, name: &str) -> u64 {
        of(&self.started, name)
    }
}

fn of(counts: &[(String, u64)], name: &str) -> u64 {
    counts.iter().find(|(queue, _)| queue == name).map_or(0, |(_, count)| *count)
}

/// Whether a job of a name was ever taken, as far as that was looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Taken {
    /// It was not looked for.
    #[default]
    NotAsked,
    /// None was.
    Never,
    /// The last one at this time, in milliseconds since 1970; `None`: longer ago than was looked.
    Last(Option<f64>),
}

/// What is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evidence {
    /// The jobs that were read, in any order.
    pub jobs: Vec<Trace>,
    /// The names that queues have now, by id, as far as they are known.
    pub names: Vec<(u64, String)>,
    /// All waiting jobs are among them.
    pub all_waiting: bool,
    /// All running jobs are among them.
    pub all_running: bool,
    /// What Redis says, where the deployment tells.
    pub proof: Option<Proof>,
    /// How many wait in all, where they are too many to read; and when the newest of them changed last.
    pub many: Option<(u64, f64)>,
    /// The server's time, in milliseconds since 1970.
    pub now: f64,
}

/// How many, as far as was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// So many were read.
    pub read: usize,
    /// There may be more.
    pub or_more: bool,
}

impl std::fmt::Display for Count {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", if self.or_more { "at least " } else { "" }, self.read)
    }
}

/// What happens under a name.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// What was read says nothing of it.
    Unknown,
    /// Nothing waits or runs.
    Idle,
    /// Redis holds nothing under the name; whether Dioptra says that something waits was not read.
    NothingInRedis,
    /// Something runs.
    Moving,
    /// Something waits for up to a minute, nothing runs.
    JustSent,
    /// Something waits; whether anything runs is not known yet.
    Waiting,
    /// Something waits longer, nothing runs.
    NotMoving,
    /// And no job of this name was ever taken.
    NeverTaken,
    /// And the last one was taken at this time, or longer ago than was looked.
    NotTaken(Option<f64>),
    /// Redis: no worker listens to the name, and something waits.
    NoWorker,
    /// Redis: so many workers listen, so many of them are busy, and something waits longer.
    Listening {
        /// So many.
        workers: usize,
        /// Of these.
        busy: usize,
    },
}

/// What is wrong with single jobs.
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    /// A later job of the name was taken.
    Overtaken(u64),
    /// It was set back to waiting.
    Reset(u64),
    /// It runs longer than it may: so long, of so long, in seconds.
    Lost(u64, f64, f64),
    /// So many wait under this name, which their queue had before.
    Stranded(usize, String),
    /// So many wait under this name, whose queue was deleted.
    QueueDeleted(usize, String),
    /// So many of so many are not in Redis.
    NotInRedis(u64, u64),
}

/// What can be said of a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// What happens.
    pub state: State,
    /// How many wait.
    pub waiting: Count,
    /// How many run.
    pub running: Count,
    /// How long the oldest one waits, in seconds; `None` if none does, or that was not read.
    pub oldest: Option<f64>,
    /// What is wrong with single jobs.
    pub troubles: Vec<Trouble>,
    /// When the last job was taken, if that is known, in milliseconds since 1970.
    last: Option<f64>,
    /// The time that it was said for.
    now: f64,
}

/// So many things a cell of the table says at most.
const MOST_IN_CELL: usize = 2;
/// So long a job may wait until it says something, in milliseconds: workers are quick.
const JUST_SENT: f64 = 60_000.0;
/// What may pass until a taken job is said to be taken, and until one that was sent is in Redis, in
/// milliseconds.
pub const RACE: f64 = 10_000.0;

/// What the evidence says of a name. `taken` counts on a queue's own page.
#[must_use]
pub fn verdict(name: &str, evidence: &Evidence, taken: Taken) -> Verdict {
    let Evidence { jobs, all_waiting, all_running, proof, now, .. } = evidence;
    let of_name = || jobs.iter().filter(|job| job.name == name);
    let waiting: Vec<_> = of_name().filter(|job| job.status == JobStatus::Queued).collect();
    let running = of_name().filter(|job| job.status == JobStatus::Started).count();
    let oldest = waiting.iter().map(|job| now - job.sent).reduce(f64::max);
    // They are many, so Redis was asked how many in place of reading them.
    if let Some(proof) = proof
        && (waiting.len(), running) == (0, 0)
        && !(*all_waiting && *all_running)
    {
        return by_redis(name, proof, *now);
    }
    let long = oldest.is_some_and(|oldest| oldest > JUST_SENT);
    // What was set back had ended before, though it counts as waiting now.
    let taken = match taken {
        Taken::Never if waiting.iter().any(|job| job.was_reset()) => Taken::NotAsked,
        taken => taken,
    };
    let state = match (waiting.len(), running) {
        (0, 0) if *all_waiting && *all_running => State::Idle,
        (0, 0) => State::Unknown,
        (1.., _) if proof.as_ref().is_some_and(|proof| proof.listening(name).next().is_none()) => {
            State::NoWorker
        }
        (_, 1..) => State::Moving,
        (_, 0) if !long => State::JustSent,
        (_, 0) => match (proof, taken) {
            (Some(proof), _) => State::Listening {
                workers: proof.listening(name).count(),
                busy: proof.listening(name).filter(|worker| worker.is_busy).count(),
            },
            (None, _) if !all_running => State::Waiting,
            (None, Taken::NotAsked) => State::NotMoving,
            (None, Taken::Never) => State::NeverTaken,
            (None, Taken::Last(at)) => State::NotTaken(at),
        },
    };
    Verdict {
        state,
        waiting: Count { read: waiting.len(), or_more: !all_waiting },
        running: Count { read: running, or_more: !all_running },
        oldest: oldest.map(|oldest| oldest / 1_000.0),
        troubles: troubles(name, evidence, &waiting),
        last: match taken {
            Taken::Last(at) => at,
            Taken::NotAsked | Taken::Never => None,
        },
        now: *now,
    }
}

/// What Redis alone says of a name. It counts cancelled jobs until a worker meets them.
fn by_redis(name: &str, proof: &Proof, now: f64) -> Verdict {
    let count = |count: u64| Count { read: count as usize, or_more: false };
    let (waiting, running) = (count(proof.queued(name)), count(proof.started(name)));
    let workers = proof.listening(name).count();
    let state = match (waiting.read, running.read) {
        (0, 0) => State::NothingInRedis,
        (0, _) => State::Moving,
        _ if workers == 0 => State::NoWorker,
        _ => {
            let busy = proof.listening(name).filter(|worker| worker.is_busy).count();
            State::Listening { workers, busy }
        }
    };
    Verdict { state, waiting, running, oldest: None, troubles: Vec::new(), last: None, now }
}

fn troubles(name: &str, evidence: &Evidence, waiting: &[&Trace]) -> Vec<Trouble> {
    let Evidence { jobs, names, all_waiting, proof, now, .. } = evidence;
    let of_name = || jobs.iter().filter(|job| job.name == name);
    let mut troubles = Vec::new();
    // Workers know names only: one of another queue that has the name takes them, too.
    let is_in_use =
        |job: &Trace| names.iter().any(|(queue, now)| *queue != job.queue && now == name);
    let deleted = waiting.iter().filter(|job| job.is_deleted && !is_in_use(job)).count();
    let was_renamed =
        |job: &Trace| names.iter().any(|(queue, now)| *queue == job.queue && *now != job.name);
    let stranded = waiting.iter().filter(|job| !job.is_deleted && was_renamed(job)).count();
    if deleted > 0 {
        troubles.push(Trouble::QueueDeleted(deleted, name.to_owned()));
    }
    if stranded > 0 {
        troubles.push(Trouble::Stranded(stranded, name.to_owned()));
    }
    let mut singles: Vec<_> = waiting
        .iter()
        .filter_map(|job| {
            let passes = |other: &Trace| {
                other.was_taken() && other.sent > job.sent + RACE && now - other.changed > RACE
            };
            if job.was_reset() {
                Some((job.id, Trouble::Reset(job.id)))
            } else if of_name().any(passes) {
                Some((job.id, Trouble::Overtaken(job.id)))
            } else {
                None
            }
        })
        .collect();
    singles.extend(of_name().filter(|job| job.status == JobStatus::Started).filter_map(|job| {
        let (ran, limit) = ((now - job.changed) / 1_000.0, job.limit?);
        (ran > limit).then_some((job.id, Trouble::Lost(job.id, ran, limit)))
    }));
    singles.sort_by_key(|(id, _)| *id);
    troubles.extend(singles.into_iter().map(|(_, trouble)| trouble));
    if let Some(proof) = proof
        && *all_waiting
    {
        // One that was sent a moment ago may be on its way.
        let sure = waiting.iter().filter(|job| now - job.sent > RACE).count() as u64;
        let running = of_name().filter(|job| job.status == JobStatus::Started).count() as u64;
        // One that a worker has just taken is started there before Dioptra says so.
        let queued = proof.queued(name) + proof.started(name).saturating_sub(running);
        let all = waiting.len() as u64;
        // More in Redis says nothing: it counts cancelled ones until a worker meets them.
        if queued < sure {
            troubles.push(Trouble::NotInRedis(sure - queued, all));
        }
    }
    troubles
}

/// Where too many wait to read them: that some of them are not in Redis.
#[must_use]
pub fn lost_of_many(evidence: &Evidence) -> Option<Trouble> {
    let (all, newest) = evidence.many?;
    let missing = evidence.proof.as_ref()?.missing(None, all);
    // The newest may be on its way.
    let missing = if evidence.now - newest > RACE { missing } else { 0 };
    (missing > 0).then_some(Trouble::NotInRedis(missing, all))
}

/// The jobs of a queue that wait under names that it had before: nobody who listens to its name of now
/// takes them.
#[must_use]
pub fn stranded(queue: u64, name: &str, evidence: &Evidence) -> Vec<Trouble> {
    let mut counts = std::collections::BTreeMap::<&str, usize>::new();
    for job in &evidence.jobs {
        if job.queue == queue && job.name != name && job.status == JobStatus::Queued {
            *counts.entry(&job.name).or_default() += 1;
        }
    }
    counts.into_iter().map(|(old, count)| Trouble::Stranded(count, old.to_owned())).collect()
}

impl Verdict {
    /// Somebody has to do something, or the jobs wait for ever.
    #[must_use]
    pub fn needs_attention(&self) -> bool {
        !self.troubles.is_empty()
            || match self.state {
                State::NotMoving | State::NeverTaken | State::NotTaken(_) | State::NoWorker => true,
                // An idle worker that listens would have taken what waits so long.
                State::Listening { workers, busy } => workers > busy && self.oldest.is_some(),
                State::Unknown
                | State::Idle
                | State::NothingInRedis
                | State::Moving
                | State::JustSent
                | State::Waiting => false,
            }
    }

    /// What a cell of a table says: the first sentence of the state, or of what is wrong with jobs.
    #[must_use]
    pub fn cell(&self) -> String {
        let troubles = self.troubles.iter().map(Trouble::first_sentence);
        let said: Vec<_> = [self.short()].into_iter().chain(troubles).take(MOST_IN_CELL).collect();
        said.join("; ")
    }

    /// The first sentence.
    #[must_use]
    pub fn short(&self) -> String {
        let Self { waiting, running, .. } = self;
        match &self.state {
            State::Unknown => "Not known yet".to_owned(),
            State::Idle => "Idle".to_owned(),
            State::NothingInRedis => "Nothing waits in Redis".to_owned(),
            State::Moving if waiting.read == 0 && waiting.or_more => {
                format!("{running} running; how many wait is not known")
            }
            State::Moving if waiting.read == 0 => format!("{running} running"),
            State::Moving => format!("{running} running, {waiting} waiting"),
            State::JustSent | State::Waiting | State::NeverTaken | State::NotTaken(_) => {
                self.waiting_for()
            }
            State::NotMoving => format!("{}, none running", self.waiting_for()),
            State::NoWorker => "No worker listens to this name".to_owned(),
            State::Listening { .. } => self.listening(),
        }
    }

    fn waiting_for(&self) -> String {
        let waiting = format!("{} waiting", self.waiting);
        match self.oldest {
            Some(oldest) => format!("{waiting} for {}", span(oldest)),
            None => format!("{waiting} in Redis"),
        }
    }

    fn listening(&self) -> String {
        let State::Listening { workers, busy } = self.state else { return String::new() };
        let (listen, how) = match (workers, busy) {
            (1, 1) => ("1 worker listens".to_owned(), "busy".to_owned()),
            (1, _) => ("1 worker listens".to_owned(), "idle".to_owned()),
            (all, 0) => (format!("{all} workers listen"), "all idle".to_owned()),
            (2, 2) => ("2 workers listen".to_owned(), "both busy".to_owned()),
            (all, busy) if all == busy => (format!("{all} workers listen"), "all busy".to_owned()),
            (all, busy) => (format!("{all} workers listen"), format!("{busy} busy")),
        };
        match self.oldest {
            Some(_) => format!("{listen}, {how}; {} ahead", self.waiting),
            None => format!("{listen}, {how}; {}", self.waiting_for()),
        }
    }

    /// All that is to be said, a sentence each.
    #[must_use]
    pub fn sentences(&self) -> Vec<String> {
        let first = match &self.state {
            State::Idle if let Some(last) = self.last => {
                format!("Idle, last job taken {} ago.", span((self.now - last) / 1_000.0))
            }
            State::Moving | State::Listening { .. } if let Some(oldest) = self.oldest => {
                format!("{}, the oldest for {}.", self.short(), span(oldest))
            }
            State::NoWorker => {
                format!("{}. No worker listens to this name.", self.waiting_for())
            }
            State::NeverTaken => {
                format!("{}. No worker has ever taken a job of this name.", self.short())
            }
            State::NotTaken(Some(at)) => format!(
                "{}. The last job was taken {} ago.",
                self.short(),
                span((self.now - at) / 1_000.0)
            ),
            State::NotTaken(None) => {
                format!("{}. Jobs of this name were taken before.", self.short())
            }
            State::Unknown
            | State::Idle
            | State::NothingInRedis
            | State::Moving
            | State::JustSent
            | State::Waiting
            | State::NotMoving
            | State::Listening { .. } => format!("{}.", self.short()),
        };
        [first].into_iter().chain(self.troubles.iter().map(Trouble::sentence)).collect()
    }
}

fn jobs(count: usize) -> String {
    if count == 1 { "1 job waits".to_owned() } else { format!("{count} jobs wait") }
}

impl Trouble {
    /// What comes first of its words, without a stop.
    #[must_use]
    pub fn first_sentence(&self) -> String {
        self.sentence().split(". ").next().unwrap_or_default().to_owned()
    }

    /// In words.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Overtaken(job) => format!(
                "Job {job} was passed over: a later job was taken. It was lost on its way and will not run. Send it again."
            ),
            Self::Reset(job) => format!(
                "Job {job} was reset. Dioptra does not send it to a worker again by itself."
            ),
            Self::Lost(job, ran, limit) => format!(
                "Job {job} has run for {}, its limit is {}. Its worker is probably gone.",
                span(*ran),
                span(*limit)
            ),
            Self::Stranded(count, name) => format!(
                "{} under the old name “{name}”. A worker of the new name won't take them.",
                jobs(*count)
            ),
            Self::QueueDeleted(count, name) => {
                format!("{} under the old name “{name}”, whose queue was deleted.", jobs(*count))
            }
            Self::NotInRedis(missing, all) => {
                let (is, it) = if *missing == 1 { ("is", "it") } else { ("are", "they") };
                let them = if *missing == 1 { "it" } else { "them" };
                let jobs = if *all == 1 { "job" } else { "jobs" };
                format!(
                    "{missing} of {all} waiting {jobs} {is} not in Redis: {it} will not run. Send {them} again."
                )
            }
        }
    }
}

/// How many seconds a time limit is, as Dioptra writes it: "24h", "30m", "45s", "2d", or seconds.
#[must_use]
pub fn limit(text: &str) -> Option<f64> {
    let text = text.trim();
    let (number, unit) = match text.char_indices().next_back()? {
        (_, last) if last.is_ascii_digit() => (text, 1.0),
        (at, 's') => (&text[..at], 1.0),
        (at, 'm') => (&text[..at], 60.0),
        (at, 'h') => (&text[..at], 3_600.0),
        (at, 'd') => (&text[..at], 86_400.0),
        _ => return None,
    };
    number.trim().parse::<u32>().ok().map(|number| f64::from(number) * unit)
}

#[cfg(test)]
mod tests;
