//! `/jobs/`. A row costs the server some 9 ms, a count a few: as few rows are read as can be. What is done to
//! jobs is in `act.rs`.

mod act;

pub use act::{Copying, JobOutcome, cancel, mark_failed, move_to, send_again};

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use js_sys::Date;
use serde::{Deserialize, Serialize};
use web_sys::AbortSignal;

use super::{
    Api, ApiError,
    http::{List, rows},
    snapshots,
};
use crate::domain::{
    Job, LogLine, Page,
    verdict::{Evidence, JobStatus, Proof, Taken, Trace, limit},
};

/// So many waiting and so many running jobs are read at most.
const MOST: u64 = 100;
/// So many where the name of the queue does not lead to them.
const MOST_BEYOND: u64 = 1_000;
/// So many at a time.
const PAGE: u64 = 25;

/// What changed last comes first: the server sorts by the newest version.
const NEWEST_FIRST: &str = "&sortBy=createdOn&descending=true";
const OLDEST_FIRST: &str = "&sortBy=createdOn";
/// By the name that the queue had when the job was sent.
const BY_NAME: &str = "&sortBy=queue";

/// How many jobs have a status, and the one of them that changed last.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Glance {
    /// So many.
    pub total: u64,
    newest: Option<(u64, String)>,
}

impl Glance {
    /// When the one of them changed that changed last, in milliseconds since 1970.
    #[must_use]
    pub fn changed(&self) -> f64 {
        self.newest.as_ref().map_or(0.0, |(_, changed)| Date::parse(changed))
    }
}

/// What tells whether anything has changed since the last look.
pub type Signature = [Glance; 2];

/// Looks how many jobs wait and how many run: a row each.
///
/// # Errors
/// All that any read may say.
pub async fn glance(api: &Api, abort: &AbortSignal) -> Result<Signature, ApiError> {
    let one = async |status| -> Result<Glance, ApiError> {
        let list = of_status(status, NEWEST_FIRST);
        let page: Page<Job> = rows(api, &list, 0, 1, abort).await?;
        let newest = page.data.into_iter().next().map(|job| (job.id, job.snapshot_created_on));
        Ok(Glance { total: page.total_num_results, newest })
    };
    Ok([one("queued").await?, one("started").await?])
}

fn jobs(query: &str) -> List {
    List { path: "/jobs/".to_owned(), query: query.to_owned() }
}

fn of_status(status: &str, order: &str) -> List {
    jobs(&format!("&search=status:{status}{order}"))
}

/// Reads the jobs that wait and that run, oldest first; `part` gets what is there after each page.
/// What Redis says saves reading them if they are many.
///
/// # Errors
/// All that any read may say.
pub async fn read(
    api: &Api,
    [waiting, running]: &Signature,
    proof: Option<Proof>,
    part: impl Fn(Evidence),
    abort: &AbortSignal,
) -> Result<Evidence, ApiError> {
    let mut evidence = Evidence { proof, now: api.now(), ..Evidence::default() };
    // With proof the numbers come from Redis where too many jobs would have to be read.
    let is_proven = evidence.proof.is_some() && waiting.total.max(running.total) > MOST;
    evidence.many = is_proven.then(|| (waiting.total, waiting.changed()));
    // What waits may be taken meanwhile: those that run are read last, and not only if some ran before.
    let may_run = running.total.max(waiting.total.min(1));
    for (status, glanced) in [("queued", waiting.total), ("started", may_run)] {
        let list = of_status(status, OLDEST_FIRST);
        // How many there are is what the last page says. Once they have become fewer between two pages,
        // some are in neither.
        let (mut total, mut count, mut has_shrunk) = (glanced, 0, false);
        let most = |total: u64| if is_proven { 0 } else { MOST.min(total) };
        while count < most(total) {
            let length = PAGE.min(most(total) - count);
            let page: Page<Job> = rows(api, &list, count, length, abort).await?;
            has_shrunk |= count > 0 && page.total_num_results < total;
            total = page.total_num_results;
            if page.data.is_empty() {
                break;
            }
            count += page.data.len() as u64;
            evidence.jobs.retain(|known| page.data.iter().all(|job| job.id != known.id));
            evidence.jobs.extend(page.data.iter().filter_map(trace));
            evidence.now = api.now();
            part(evidence.clone());
        }
        let all = count >= total && !has_shrunk;
        if status == "started" {
            evidence.all_running = all;
        } else {
            evidence.all_waiting = all;
        }
    }
    evidence.now = api.now();
    Ok(evidence)
}

/// What a job leaves as evidence; `None` if a part of it can't be read.
#[must_use]
pub fn trace(job: &Job) -> Option<Trace> {
    let queue = job.queue.as_ref()?;
    let (sent, changed) = (Date::parse(&job.created_on), Date::parse(&job.snapshot_created_on));
    Some(Trace {
        id: job.id,
        status: JobStatus::parse(&job.status)?,
        name: queue.name.clone(),
        queue: queue.id,
        is_deleted: queue.deleted,
        sent: Some(sent).filter(|sent| sent.is_finite())?,
        changed: Some(changed).filter(|changed| changed.is_finite())?,
        limit: job.timeout.as_deref().and_then(limit),
    })
}

/// The jobs of a name with a status.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OfName {
    /// Those that were read, oldest first.
    pub jobs: Vec<Job>,
    /// How many there are.
    pub total: u64,
    /// There are no more than that.
    pub is_known: bool,
}

/// The jobs of a name that wait or run, oldest first.
///
/// # Errors
/// All that any read may say.
pub async fn of_name(
    api: &Api,
    status: &str,
    name: &str,
    abort: &AbortSignal,
) -> Result<OfName, ApiError> {
    let is_ours = |job: &Job| job.queue.as_ref().is_some_and(|queue| queue.name == name);
    matching(api, status, name, None, is_ours, abort).await
}

/// The jobs that wait in a queue, under an earlier name too.
///
/// # Errors
/// All that any read may say.
pub async fn waiting_in(
    api: &Api,
    queue: u64,
    name: &str,
    abort: &AbortSignal,
) -> Result<OfName, ApiError> {
    let is_ours = |job: &Job| job.queue.as_ref().is_some_and(|it| it.id == queue);
    matching(api, "queued", name, Some(queue), is_ours, abort).await
}

/// The jobs that wait in any of the queues, as far as the oldest ones of all tell.
///
/// # Errors
/// All that any read may say.
pub async fn waiting_in_any(
    api: &Api,
    queues: &BTreeSet<u64>,
    abort: &AbortSignal,
) -> Result<OfName, ApiError> {
    let list = of_status("queued", OLDEST_FIRST);
    let page: Page<Job> = rows(api, &list, 0, MOST, abort).await?;
    let is_known = page.data.len() as u64 >= page.total_num_results;
    let is_ours = |job: &Job| job.queue.as_ref().is_some_and(|it| queues.contains(&it.id));
    let jobs: Vec<_> = page.data.into_iter().filter(is_ours).collect();
    Ok(OfName { total: jobs.len() as u64, jobs, is_known })
}

/// The jobs that wait in a queue under its name or an earlier one, and those of other queues of the
/// same name: one worker takes them all.
///
/// # Errors
/// All that any read may say.
pub async fn of_queue(
    api: &Api,
    status: &str,
    queue: u64,
    name: &str,
    abort: &AbortSignal,
) -> Result<OfName, ApiError> {
    let is_ours =
        |job: &Job| job.queue.as_ref().is_some_and(|it| it.id == queue || it.name == name);
    matching(api, status, name, Some(queue), is_ours, abort).await
}

/// Those that are ours, if the server has few enough to read them all; otherwise those among the jobs of
/// the name, and of the names that the queue had before.
async fn matching(
    api: &Api,
    status: &str,
    name: &str,
    queue: Option<u64>,
    is_ours: impl Fn(&Job) -> bool,
    abort: &AbortSignal,
) -> Result<OfName, ApiError> {
    let list = of_status(status, OLDEST_FIRST);
    let first: Page<Job> = rows(api, &list, 0, PAGE, abort).await?;
    let total = first.total_num_results;
    let mut jobs = first.data;
    let is_all = total <= MOST;
    if is_all && total > PAGE {
        let more: Page<Job> = rows(api, &list, PAGE, total - PAGE, abort).await?;
        jobs.extend(more.data);
    }
    if !is_all {
        // Too many to read: those of a name stand together when they are sorted by it.
        let mut names = vec![name.to_owned()];
        if let Some(queue) = queue {
            let (_, versions) = snapshots::newest(api, queue, 0, abort).await?;
            for version in versions {
                if !names.contains(&version.name) {
                    names.push(version.name);
                }
            }
        }
        if let Some(found) = in_blocks(api, status, &names, &is_ours, abort).await? {
            return Ok(found);
        }
    }
    // That can't be told: then they are read all the same, up to a limit.
    while !is_all && (jobs.len() as u64) < total.min(MOST_BEYOND) {
        let more: Page<Job> = rows(api, &list, jobs.len() as u64, MOST, abort).await?;
        if more.data.is_empty() {
            break;
        }
        jobs.extend(more.data);
    }
    let is_known = jobs.len() as u64 >= total;
    jobs.retain(is_ours);
    Ok(OfName { total: jobs.len() as u64, jobs, is_known })
}

/// Those that are ours among the jobs of these names; `None` if their places can't be told.
async fn in_blocks(
    api: &Api,
    status: &str,
    names: &[String],
    is_ours: impl Fn(&Job) -> bool,
    abort: &AbortSignal,
) -> Result<Option<OfName>, ApiError> {
    let by_name = of_status(status, BY_NAME);
    let mut found = OfName { is_known: true, ..OfName::default() };
    for name in names {
        let Some((start, end)) = block(api, &by_name, name, |_, _| {}, abort).await? else {
            return Ok(None);
        };
        let all = end - start;
        if all == 0 {
            continue;
        }
        let mut jobs: Vec<Job> = rows(api, &by_name, start, MOST.min(all), abort).await?.data;
        let read = jobs.len() as u64;
        jobs.retain(&is_ours);
        let ours = jobs.len() as u64;
        // Where all that were read are ours, those that were not read are taken for ours too.
        found.total += if ours == read { all } else { ours };
        found.is_known &= ours == read || read >= all;
        found.jobs.extend(jobs);
    }
    found.jobs.sort_by(|a, b| a.created_on.cmp(&b.created_on));
    Ok(Some(found))
}

/// The jobs of a name that have ended, among so many that changed last of all; how many there are of all;
/// and when the last of these changed, in milliseconds since 1970.
///
/// # Errors
/// All that any read may say.
pub async fn ended(
    api: &Api,
    name: &str,
    index: u64,
    abort: &AbortSignal,
) -> Result<(Vec<Job>, u64, f64), ApiError> {
    let list = jobs(NEWEST_FIRST);
    let page: Page<Job> = rows(api, &list, index, PAGE, abort).await?;
    let has_ended = |job: &Job| {
        matches!(job.status.as_str(), "finished" | "failed")
            && job.queue.as_ref().is_some_and(|queue| queue.name == name)
    };
    let oldest = page.data.last().map_or(0.0, |job| Date::parse(&job.snapshot_created_on));
    Ok((page.data.into_iter().filter(has_ended).collect(), page.total_num_results, oldest))
}

/// A version of a job: a change of its status, and when that was.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Version {
    snapshot: u64,
    status: String,
    #[serde(default)]
    snapshot_created_on: String,
}

/// The changes of a job's status, the last one last; those of a deleted job too.
async fn versions(api: &Api, job: u64, abort: &AbortSignal) -> Result<Vec<Version>, ApiError> {
    let list = List { path: format!("/jobs/{job}/snapshots"), query: String::new() };
    let mut versions: Vec<Version> = rows(api, &list, 0, MOST, abort).await?.data;
    versions.sort_by_key(|version| version.snapshot);
    Ok(versions)
}

/// When a worker took a job, in milliseconds since 1970; `None` if none did: a job can be called failed
/// without that.
async fn taken_at(api: &Api, job: u64, abort: &AbortSignal) -> Result<Option<f64>, ApiError> {
    let versions = versions(api, job, abort).await?;
    let taken = versions.iter().rfind(|version| version.status == "started");
    Ok(taken.map(|version| Date::parse(&version.snapshot_created_on)))
}

/// Learns when the last of these jobs that have ended, newest first, was taken: asks for as few as can
/// be, and for none that is known already.
///
/// # Errors
/// All that any read may say.
pub async fn learn_taken(
    api: &Api,
    ended: &[Job],
    known: &mut BTreeMap<u64, Option<f64>>,
    abort: &AbortSignal,
) -> Result<(), ApiError> {
    for job in ended {
        let last = known.values().flatten().copied().reduce(f64::max);
        // It was taken before it ended, and so were those behind it.
        if last.is_some_and(|last| last >= Date::parse(&job.snapshot_created_on)) {
            break;
        }
        if let Entry::Vacant(place) = known.entry(job.id) {
            place.insert(taken_at(api, job.id, abort).await?);
        }
    }
    Ok(())
}

/// So many names whose jobs were taken lately are looked for.
const MOST_TAKEN_LATELY: usize = 4;

/// The names of the newest jobs that were taken, and when the last one of each was, in milliseconds since
/// 1970, as far as one page tells.
///
/// # Errors
/// All that any read may say.
pub async fn taken_lately(api: &Api, abort: &AbortSignal) -> Result<Vec<(String, f64)>, ApiError> {
    let page: Page<Job> = rows(api, &jobs(NEWEST_FIRST), 0, PAGE, abort).await?;
    let mut names = Vec::<(String, f64)>::new();
    for job in page.data.iter().filter_map(trace).filter(Trace::was_taken) {
        if names.len() == MOST_TAKEN_LATELY {
            break;
        }
        if names.iter().any(|(name, _)| *name == job.name) {
            continue;
        }
        let taken = match job.status {
            JobStatus::Started => Some(job.changed),
            _ => taken_at(api, job.id, abort).await?,
        };
        names.extend(taken.map(|taken| (job.name, taken)));
    }
    names.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    Ok(names)
}

/// Whether a job of this name was ever taken: one has ended. `progress` hears how many of so many are
/// looked through.
///
/// # Errors
/// All that any read may say.
pub async fn taken(
    api: &Api,
    name: &str,
    progress: impl Fn(u64, u64),
    abort: &AbortSignal,
) -> Result<Taken, ApiError> {
    let mut taken = Taken::Never;
    for status in ["finished", "failed"] {
        match block(api, &of_status(status, BY_NAME), name, &progress, abort).await? {
            Some((start, end)) if start < end => return Ok(Taken::Last(None)),
            Some(_) => {}
            None => taken = Taken::NotAsked,
        }
    }
    Ok(taken)
}

/// Where the rows of a name begin and end in a list that is sorted by it, a row a probe; `None` if that
/// can't be told, because the server sorts in another way than we compare.
async fn block(
    api: &Api,
    list: &List,
    name: &str,
    progress: impl Fn(u64, u64),
    abort: &AbortSignal,
) -> Result<Option<(u64, u64)>, ApiError> {
    // What was seen, by its place: names, and behind the last one none.
    let mut seen = BTreeMap::<u64, Option<String>>::new();
    let mut all = None;
    let mut edges = [0, 0];
    for (edge, goes_on) in [
        (0, (|found, name| found < name) as fn(&str, &str) -> bool),
        (1, |found, name| found <= name),
    ] {
        let (mut low, mut high) = (edges[0], all.unwrap_or(1));
        while low < high {
            let middle = low + (high - low) / 2;
            if let Entry::Vacant(place) = seen.entry(middle) {
                let page: Page<Job> = rows(api, list, middle, 1, abort).await?;
                if all.is_none() {
                    all = Some(page.total_num_results);
                    high = page.total_num_results;
                }
                let queue = page.data.into_iter().next().and_then(|job| job.queue);
                place.insert(queue.map(|queue| queue.name));
            }
            match seen.get(&middle) {
                Some(Some(found)) if goes_on(found, name) => low = middle + 1,
                _ => high = middle.min(high),
            }
            progress(
                all.unwrap_or_default().saturating_sub(high.saturating_sub(low)),
                all.unwrap_or_default(),
            );
        }
        edges[edge] = low;
    }
    let names: Vec<&str> = seen.values().flatten().map(String::as_str).collect();
    Ok(is_told(&names, name).then_some((edges[0], edges[1])))
}

/// Whether the place of a name among those that were seen, in the server's order, is what a comparison
/// of bytes says. `SQLite` compares bytes, and `PostgreSQL` with the locale C; a language's rules look at
/// letters and digits first.
fn is_told(seen: &[&str], name: &str) -> bool {
    let letters = |text: &str| -> String {
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
    };
    // Two that a language's rules would have the other way round.
    let are_bytes_compared = || seen.windows(2).any(|pair| letters(pair[0]) > letters(pair[1]));
    // Both orders have the name in the same place.
    let is_same = || {
        seen.iter().filter(|found| **found != name).all(|found| {
            let (found_letters, letters) = (letters(found), letters(name));
            found_letters != letters && (*found < name) == (found_letters < letters)
        })
    };
    seen.is_sorted() && (are_bytes_compared() || is_same())
}

/// The newest lines that a worker wrote for a job, newest first.
///
/// # Errors
/// All that any read may say.
pub async fn log(api: &Api, job: u64, abort: &AbortSignal) -> Result<Vec<LogLine>, ApiError> {
    let query = "&sortBy=created_on&descending=true".to_owned();
    let list = List { path: format!("/jobs/{job}/log"), query };
    let page: Page<LogLine> = rows(api, &list, 0, 20, abort).await?;
    Ok(page.data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_that_differs_by_the_order_of_the_server_is_not_told() {
        assert!(is_told(&[], "b"));
        assert!(is_told(&["a", "b", "b", "c"], "b"));
        assert!(is_told(&["pytorch-cpu", "tensorflow-gpu"], "tensorflow-cpu"));
        // Sorted by a language's rules: a "b" before "B" would not have been met.
        assert!(!is_told(&["B", "c"], "b"));
        assert!(!is_told(&["a", "B"], "b"));
        assert!(!is_told(&["a", "B", "c"], "c"));
        // Not in the order of bytes at all.
        assert!(!is_told(&["a", "B", "c"], "d"));
        assert!(!is_told(&["tensorflow_cpu"], "tensorflow-cpu"));
        // Other names tell that it does compare bytes.
        assert!(is_told(&["gpu-1-1", "gpu-10-0", "tensorflow_cpu"], "tensorflow-cpu"));
    }
}
