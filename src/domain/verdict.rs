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
    /// The time that it was said for.
    now: f64,
}

/// So long a job may wait until it says something, in milliseconds: workers are quick.
const JUST_SENT: f64 = 60_000.0;
/// What may pass until a taken job is said to be taken, in milliseconds.
const RACE: f64 = 10_000.0;

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
    Verdict { state, waiting, running, oldest: None, troubles: Vec::new(), now }
}

fn troubles(name: &str, evidence: &Evidence, waiting: &[&Trace]) -> Vec<Trouble> {
    let Evidence { jobs, names, all_waiting, proof, now, .. } = evidence;
    let of_name = || jobs.iter().filter(|job| job.name == name);
    let mut troubles = Vec::new();
    let deleted = waiting.iter().filter(|job| job.is_deleted).count();
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
        let (all, queued) = (waiting.len() as u64, proof.queued(name));
        // More in Redis says nothing: it counts cancelled ones until a worker meets them.
        if queued < sure {
            troubles.push(Trouble::NotInRedis(sure - queued, all));
        }
    }
    troubles
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

    /// The first sentence, for a cell of a table.
    #[must_use]
    pub fn short(&self) -> String {
        let Self { waiting, running, .. } = self;
        match &self.state {
            State::Unknown => "Not known yet".to_owned(),
            State::Idle => "Idle".to_owned(),
            State::NothingInRedis => "Nothing waits in Redis".to_owned(),
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
        format!("{listen}, {how}; {}", self.waiting_for())
    }

    /// All that is to be said, a sentence each.
    #[must_use]
    pub fn sentences(&self) -> Vec<String> {
        let first = match &self.state {
            State::Moving if let Some(oldest) = self.oldest => {
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
                format!("{} under the name “{name}”, whose queue was deleted.", jobs(*count))
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
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: f64 = 1_800_000_000_000.0;

    /// A job of the name "q", sent and changed so many seconds ago.
    fn job(id: u64, status: JobStatus, sent: f64, changed: f64) -> Trace {
        Trace {
            id,
            status,
            name: "q".to_owned(),
            queue: 1,
            is_deleted: false,
            sent: NOW - sent * 1_000.0,
            changed: NOW - changed * 1_000.0,
            limit: Some(3_600.0),
        }
    }

    fn waits(id: u64, seconds: f64) -> Trace {
        job(id, JobStatus::Queued, seconds, seconds)
    }

    fn all(jobs: Vec<Trace>) -> Evidence {
        Evidence {
            jobs,
            names: vec![(1, "q".to_owned()), (2, "new".to_owned())],
            all_waiting: true,
            all_running: true,
            proof: None,
            now: NOW,
        }
    }

    fn said(evidence: &Evidence, taken: Taken) -> Vec<String> {
        verdict("q", evidence, taken).sentences()
    }

    fn workers(states: &[bool], queued: u64) -> Proof {
        let worker = |is_busy: &bool| Worker {
            name: "w".to_owned(),
            queues: vec!["q".to_owned()],
            is_busy: *is_busy,
        };
        Proof {
            workers: states.iter().map(worker).collect(),
            queued: vec![("q".to_owned(), queued)],
            started: Vec::new(),
        }
    }

    #[test]
    fn each_row_of_the_table_of_verdicts_is_said_in_its_words() {
        use JobStatus::{Finished, Queued, Started};
        let started = |id, ago| job(id, Started, ago + 1.0, ago);
        let hours = 7_200.0;
        for (jobs, taken, words, attention) in [
            (vec![], Taken::NotAsked, vec!["Idle."], false),
            (
                vec![started(1, 300.0), started(2, 300.0), waits(3, 240.0), waits(4, 5.0)],
                Taken::NotAsked,
                vec!["2 running, 2 waiting, the oldest for 4 minutes."],
                false,
            ),
            (vec![started(1, 30.0)], Taken::NotAsked, vec!["1 running."], false),
            (vec![waits(1, 20.0)], Taken::NotAsked, vec!["1 waiting for 20 seconds."], false),
            (vec![waits(1, 60.0)], Taken::NotAsked, vec!["1 waiting for 1 minute."], false),
            (
                vec![waits(1, hours), waits(2, 9.0), waits(3, 8.0)],
                Taken::NotAsked,
                vec!["3 waiting for 2 hours, none running."],
                true,
            ),
            (
                vec![waits(1, hours)],
                Taken::Never,
                vec!["1 waiting for 2 hours. No worker has ever taken a job of this name."],
                true,
            ),
            (
                vec![waits(1, hours)],
                Taken::Last(Some(NOW - 259_200_000.0)),
                vec!["1 waiting for 2 hours. The last job was taken 3 days ago."],
                true,
            ),
            (
                vec![waits(12, hours), job(13, Finished, 3_600.0, 3_500.0)],
                Taken::NotAsked,
                vec![
                    "1 waiting for 2 hours, none running.",
                    "Job 12 was passed over: a later job was taken. It was lost on its way and will not run. Send it again.",
                ],
                true,
            ),
            (
                vec![job(12, Queued, hours, 60.0)],
                Taken::NotAsked,
                vec![
                    "1 waiting for 2 hours, none running.",
                    "Job 12 was reset. Dioptra does not send it to a worker again by itself.",
                ],
                true,
            ),
            (
                vec![job(9, Started, 93_700.0, 93_600.0)],
                Taken::NotAsked,
                vec![
                    "1 running.",
                    "Job 9 has run for 26 hours, its limit is 1 hour. Its worker is probably gone.",
                ],
                true,
            ),
            (
                vec![Trace { queue: 2, ..waits(1, 20.0) }],
                Taken::NotAsked,
                vec![
                    "1 waiting for 20 seconds.",
                    "1 job waits under the old name “q”. A worker of the new name won't take them.",
                ],
                true,
            ),
            (
                vec![Trace { is_deleted: true, ..waits(1, 20.0) }],
                Taken::NotAsked,
                vec![
                    "1 waiting for 20 seconds.",
                    "1 job waits under the name “q”, whose queue was deleted.",
                ],
                true,
            ),
        ] {
            let evidence = all(jobs);
            assert_eq!(said(&evidence, taken), words);
            let verdict = verdict("q", &evidence, taken);
            assert_eq!(verdict.needs_attention(), attention, "{words:?}");
        }
    }

    #[test]
    fn with_proof_it_is_said_who_listens_and_nothing_is_guessed() {
        let two = vec![waits(1, 7_200.0), waits(2, 7_000.0)];
        for (jobs, proof, words, attention) in [
            (
                two.clone(),
                workers(&[], 2),
                vec!["2 waiting for 2 hours. No worker listens to this name."],
                true,
            ),
            (
                two.clone(),
                workers(&[true, true], 2),
                vec!["2 workers listen, both busy; 2 waiting for 2 hours."],
                false,
            ),
            (
                two.clone(),
                workers(&[true], 1),
                vec![
                    "1 worker listens, busy; 2 waiting for 2 hours.",
                    "1 of 2 waiting jobs is not in Redis: it will not run. Send it again.",
                ],
                true,
            ),
            (
                two,
                workers(&[false], 2),
                vec!["1 worker listens, idle; 2 waiting for 2 hours."],
                true,
            ),
            // Cancelled ones are counted there still.
            (vec![], workers(&[], 3), vec!["Idle."], false),
            // On its way.
            (vec![waits(1, 5.0)], workers(&[false], 0), vec!["1 waiting for 5 seconds."], false),
        ] {
            let evidence = Evidence { proof: Some(proof), ..all(jobs) };
            assert_eq!(said(&evidence, Taken::NotAsked), words);
            let verdict = verdict("q", &evidence, Taken::NotAsked);
            assert_eq!(verdict.needs_attention(), attention, "{words:?}");
        }
    }

    #[test]
    fn what_was_not_read_is_not_called_idle_and_counts_are_called_incomplete() {
        let some = Evidence { all_waiting: false, ..all(vec![waits(1, 20.0)]) };
        assert_eq!(said(&some, Taken::NotAsked), ["at least 1 waiting for 20 seconds."]);
        let other = verdict("other", &some, Taken::NotAsked);
        assert_eq!((other.state.clone(), other.short()), (State::Unknown, "Not known yet".into()));
        // Whether one runs is not known: nothing is claimed.
        let old = Evidence { all_running: false, ..all(vec![waits(1, 7_200.0)]) };
        assert_eq!(said(&old, Taken::NotAsked), ["1 waiting for 2 hours."]);
    }

    #[test]
    fn where_too_many_wait_to_be_read_the_numbers_come_from_redis() {
        for (states, queued, started, words, attention) in [
            (&[][..], 7, 0, "7 waiting in Redis. No worker listens to this name.", true),
            (&[true, true], 7, 2, "2 workers listen, both busy; 7 waiting in Redis.", false),
            (&[false], 1, 0, "1 worker listens, idle; 1 waiting in Redis.", false),
            (&[true], 0, 1, "1 running.", false),
            (&[false], 0, 0, "Nothing waits in Redis.", false),
        ] {
            let started = vec![("q".to_owned(), started)];
            let proof = Some(Proof { started, ..workers(states, queued) });
            let some = Evidence { all_waiting: false, all_running: false, proof, ..all(vec![]) };
            assert_eq!(said(&some, Taken::NotAsked), [words]);
            assert_eq!(
                verdict("q", &some, Taken::NotAsked).needs_attention(),
                attention,
                "{words}"
            );
        }
    }

    #[test]
    fn jobs_under_a_name_that_the_queue_had_before_are_stranded() {
        let old = |id| Trace { name: "old".to_owned(), ..waits(id, 20.0) };
        let evidence = all(vec![old(1), old(2), waits(3, 20.0), Trace { queue: 2, ..old(4) }]);
        assert_eq!(stranded(1, "q", &evidence), [Trouble::Stranded(2, "old".to_owned())]);
        assert_eq!(
            stranded(1, "q", &evidence)[0].sentence(),
            "2 jobs wait under the old name “old”. A worker of the new name won't take them."
        );
        assert_eq!(stranded(3, "q", &evidence), []);
    }

    #[test]
    fn a_time_limit_is_read_as_dioptra_writes_it() {
        for (text, seconds) in [
            ("24h", Some(86_400.0)),
            ("30m", Some(1_800.0)),
            ("45s", Some(45.0)),
            ("2d", Some(172_800.0)),
            ("90", Some(90.0)),
            ("", None),
            ("h", None),
            ("x", None),
            ("é", None),
        ] {
            assert_eq!(limit(text), seconds, "{text}");
        }
    }

    fn any_trace() -> impl Strategy<Value = Trace> {
        let status = prop_oneof![
            Just(JobStatus::Queued),
            Just(JobStatus::Started),
            Just(JobStatus::Finished),
            Just(JobStatus::Failed),
            Just(JobStatus::Deferred),
        ];
        (any::<u16>(), status, "[qr]", 1..3_u64, any::<bool>(), 0.0..20_000.0, 0.0..1.0).prop_map(
            |(id, status, name, queue, is_deleted, sent, part)| Trace {
                name,
                queue,
                is_deleted,
                ..job(id.into(), status, sent, sent * part)
            },
        )
    }

    fn any_evidence() -> impl Strategy<Value = Evidence> {
        let jobs = proptest::collection::vec(any_trace(), 0..12);
        let proof = proptest::option::of(
            (proptest::collection::vec(any::<bool>(), 0..3), 0..5_u64)
                .prop_map(|(states, queued)| workers(&states, queued)),
        );
        (jobs, any::<bool>(), any::<bool>(), proof).prop_map(
            |(jobs, all_waiting, all_running, proof)| Evidence {
                all_waiting,
                all_running,
                proof,
                ..all(jobs)
            },
        )
    }

    proptest! {
        #[test]
        fn it_is_never_idle_while_something_waits_or_runs(evidence in any_evidence()) {
            let busy = evidence.jobs.iter().any(|job| {
                job.name == "q" && matches!(job.status, JobStatus::Queued | JobStatus::Started)
            });
            let verdict = verdict("q", &evidence, Taken::NotAsked);
            prop_assert!(!(busy && verdict.state == State::Idle));
            // What only Redis knows may be anything, but not idle.
            prop_assert!(busy || evidence.proof.is_some() && verdict.state != State::Idle
                || matches!(verdict.state, State::Idle | State::Unknown));
        }

        #[test]
        fn the_order_of_what_is_read_does_not_matter(evidence in any_evidence(), turn in 0..12_usize) {
            let mut turned = evidence.clone();
            let turn = turn % turned.jobs.len().max(1);
            turned.jobs.rotate_left(turn);
            turned.jobs.reverse();
            let of = |evidence| verdict("q", evidence, Taken::NotAsked);
            prop_assert_eq!(of(&evidence), of(&turned));
        }

        #[test]
        fn more_evidence_never_contradicts_what_less_has_claimed(
            evidence in any_evidence(),
            read in 0..12_usize,
        ) {
            let whole = Evidence { all_waiting: true, all_running: true, ..evidence };
            let read = read.min(whole.jobs.len());
            // Rows come by status, so each kind is either whole or not.
            let some = Evidence {
                jobs: whole.jobs[..read].to_vec(),
                all_waiting: whole.jobs[read..].iter().all(|job| job.status != JobStatus::Queued),
                all_running: whole.jobs[read..].iter().all(|job| job.status != JobStatus::Started),
                ..whole.clone()
            };
            let less = verdict("q", &some, Taken::NotAsked);
            let more = verdict("q", &whole, Taken::NotAsked);
            let from_redis = whole.proof.is_some() && less.oldest.is_none();
            match less.state {
                // Redis counts what Dioptra does not know any more.
                _ if from_redis => {}
                State::Idle => prop_assert_eq!(&more.state, &State::Idle),
                // Of those who wait more may turn up, and older ones.
                State::Moving => prop_assert!(
                    matches!(more.state, State::Moving | State::NoWorker), "{:?}", more.state
                ),
                State::NotMoving | State::NoWorker | State::Listening { .. } => {
                    prop_assert!(more.state != State::Idle);
                    if less.state == State::NotMoving {
                        prop_assert_eq!(&more.state, &State::NotMoving);
                    }
                }
                State::Unknown | State::NothingInRedis | State::JustSent | State::Waiting => {}
                State::NeverTaken | State::NotTaken(_) => prop_assert!(false, "not asked"),
            }
            if !from_redis {
                prop_assert!(more.waiting.read >= less.waiting.read);
                prop_assert!(more.running.read >= less.running.read);
            }
            // What was said of a single job stays so.
            for trouble in &less.troubles {
                if matches!(trouble, Trouble::Overtaken(_) | Trouble::Reset(_) | Trouble::Lost(..)) {
                    prop_assert!(more.troubles.contains(trouble), "{:?}", trouble);
                }
            }
        }

        #[test]
        fn any_time_limit_is_read_or_left_alone(text in any::<String>()) {
            let _ = limit(&text);
        }
    }
}
