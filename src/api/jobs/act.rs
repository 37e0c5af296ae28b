//! What is done to jobs, and how it ended.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use js_sys::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{PAGE, jobs, versions};
use crate::{
    api::{Api, ApiError, entrypoints, http::rows, session},
    domain::{Job, Page},
    js::Abort,
};

/// How an action on a job ended.
#[derive(Clone, Debug, PartialEq)]
pub enum JobOutcome {
    /// It is done; for a copy, its id.
    Done(Option<u64>),
    /// Somebody else has cancelled or moved the job before.
    Gone,
    /// A worker had taken the job before, and it stays as it is.
    AlreadyTaken,
    /// A worker took it in the same moment: it runs, was deleted, and will fail at its end; for a move
    /// the copy stays.
    TakenMeanwhile(Option<u64>),
    /// Somebody else cancelled or moved the job in the same moment; the copy of this id waits.
    GoneMeanwhile(u64),
    /// Its entrypoint is not linked to the queue any more.
    NotLinked,
    /// Both run: the job, and the copy of this id.
    Both(u64),
    /// The copy of this id is in the other queue; it is not known whether the job still waits in the
    /// first one, or whether the copy could be taken back.
    PerhapsInBoth(u64, ApiError),
    /// Nothing was done.
    Failed(ApiError),
    /// It is not known whether it was done.
    Indeterminate(ApiError),
}

#[derive(Deserialize)]
struct JobState {
    status: String,
}

/// Cancels a job that waits: the worker that takes it later finds that it is gone.
pub async fn cancel(api: &Api, user: u64, job: u64, abort: &Abort) -> JobOutcome {
    if let Err(error) = session::confirm(api, user, &abort.signal()).await {
        return JobOutcome::Failed(error);
    }
    match is_waiting(api, job, abort).await {
        Ok(true) => {}
        Ok(false) => return JobOutcome::AlreadyTaken,
        Err(ApiError::NotFound) => return JobOutcome::Gone,
        Err(error) => return JobOutcome::Failed(error),
    }
    match remove(api, job, abort).await {
        Ok(Removed::Waiting | Removed::Before) => JobOutcome::Done(None),
        Ok(Removed::Taken) => JobOutcome::TakenMeanwhile(None),
        Err(outcome) => outcome,
    }
}

/// A job is deleted now.
#[derive(PartialEq, Eq)]
enum Removed {
    /// It waited until then.
    Waiting,
    /// A worker had taken it.
    Taken,
    /// It was gone when the deletion reached the server, which nobody there tells apart: somebody else
    /// was faster, or the browser has sent this one twice.
    Before,
}

async fn is_waiting(api: &Api, job: u64, abort: &Abort) -> Result<bool, ApiError> {
    let JobState { status } = api.get(&format!("/jobs/{job}"), &abort.signal()).await?;
    Ok(status == "queued")
}

/// Deletes a job.
async fn remove(api: &Api, job: u64, abort: &Abort) -> Result<Removed, JobOutcome> {
    let deleted = api.delete(&format!("/jobs/{job}"), &abort.signal()).await;
    let was_gone = deleted == Err(ApiError::NotFound);
    match deleted {
        Err(error) if error.is_uncertain() => match is_waiting(api, job, abort).await {
            Err(ApiError::NotFound) => {}
            Ok(_) if !error.may_still_run() => return Err(JobOutcome::Failed(error)),
            _ => return Err(JobOutcome::Indeterminate(error)),
        },
        Err(ApiError::NotFound) | Ok(()) => {}
        Err(error) => return Err(JobOutcome::Failed(error)),
    }
    // Its history stays readable, and its end tells whether a worker was faster. If it can't be read,
    // nothing tells that one was.
    let versions = versions(api, job, &abort.signal()).await.unwrap_or_default();
    let last = versions.last();
    Ok(match last.is_none_or(|version| version.status == "queued") {
        false => Removed::Taken,
        true if was_gone => Removed::Before,
        true => Removed::Waiting,
    })
}

/// What this page knows of the copies that it has sent.
struct Copies {
    /// Of which it is not known whether they were made, the newest job before each, and whether it would
    /// never run: by the URL of the API, the user, the job and the queue. Whoever tries again gets that copy
    /// if it is there by then, and no second one.
    unsettled: BTreeMap<(String, u64, u64, u64), (u64, bool)>,
    /// Of which it is known what they are copies of, by the URL of the API: none of them is taken for that
    /// of another job.
    settled: BTreeSet<(String, u64)>,
}

thread_local! {
    static COPIES: RefCell<Copies> =
        const { RefCell::new(Copies { unsettled: BTreeMap::new(), settled: BTreeSet::new() }) };
}

/// Sends copies of jobs, one after the other. It knows which jobs were there before, so that none of
/// them is taken for a copy whose response was lost.
#[derive(Debug, Default)]
pub struct Copying {
    /// The newest job before the next copy, once it was asked for.
    newest: Option<u64>,
}

/// Among so many of the newest jobs a copy is found that was made a moment ago.
const MOST_SINCE: u64 = 5;

const LAST_ID_FIRST: &str = "&sortBy=id&descending=true";

async fn newest_ids(api: &Api, count: u64, abort: &Abort) -> Result<Vec<Job>, ApiError> {
    let page: Page<Job> = rows(api, &jobs(LAST_ID_FIRST), 0, count, &abort.signal()).await?;
    Ok(page.data)
}

/// Sends a copy of a job to a queue: the same experiment, version of the entrypoint, values, artifacts,
/// swaps, time limit and description.
pub async fn send_copy(
    api: &Api,
    user: u64,
    job: &Job,
    queue: u64,
    copying: &mut Copying,
    abort: &Abort,
) -> JobOutcome {
    if let Err(error) = session::confirm(api, user, &abort.signal()).await {
        return JobOutcome::Failed(error);
    }
    let (Some(experiment), Some(entrypoint)) = (&job.experiment, &job.entrypoint) else {
        return JobOutcome::Failed(ApiError::Unreadable);
    };
    let mut body = json!({
        "description": job.description.as_deref().unwrap_or_default(),
        "queue": queue,
        "entrypoint": entrypoint.id,
        "values": object_or_empty(&job.values),
        "timeout": job.timeout.as_deref().unwrap_or("24h"),
    });
    if let Some(snapshot) = entrypoint.snapshot_id {
        body["entrypointSnapshot"] = snapshot.into();
    }
    if job.artifact_values.as_object().is_some_and(|values| !values.is_empty()) {
        body["artifactValues"] = job.artifact_values.clone();
    }
    if job.swaps.as_array().is_some_and(|swaps| !swaps.is_empty()) {
        body["swaps"] = job.swaps.clone();
    }
    // Without Redis a job is saved and the response is 500: it never runs.
    let never_runs = |error: &ApiError| matches!(error, ApiError::Status(500));
    // A copy that was made is among the newest ones.
    let of_api = |job: u64| (api.base().to_owned(), job);
    let is_copy = |other: &Job, newest: u64| {
        other.id > newest
            && COPIES.with_borrow(|copies| !copies.settled.contains(&of_api(other.id)))
            && other.queue.as_ref().is_some_and(|at| at.id == queue)
            && other.user.as_ref().is_some_and(|author| author.id == user)
            && other.does_the_same(job)
    };
    let key = (api.base().to_owned(), user, job.id, queue);
    let settle = |copying: &mut Copying, copy: u64| {
        COPIES.with_borrow_mut(|copies| {
            copies.unsettled.remove(&key);
            copies.settled.insert(of_api(copy));
        });
        copying.newest = copying.newest.map(|newest| newest.max(copy));
        JobOutcome::Done(Some(copy))
    };
    let earlier = COPIES.with_borrow(|copies| copies.unsettled.get(&key).copied());
    if let Some((before, is_dead)) = earlier {
        match newest_ids(api, PAGE, abort).await {
            Ok(jobs) => match jobs.iter().find(|other| is_copy(other, before)) {
                Some(copy) if is_dead => match remove(api, copy.id, abort).await {
                    Ok(_) => {}
                    Err(outcome) => return outcome,
                },
                Some(copy) => return settle(copying, copy.id),
                None => {}
            },
            Err(error) => return JobOutcome::Indeterminate(error),
        }
    }
    let newest = match copying.newest {
        Some(newest) => newest,
        None => match newest_ids(api, 1, abort).await {
            Ok(jobs) => jobs.first().map_or(0, |job| job.id),
            Err(error) => return JobOutcome::Failed(error),
        },
    };
    copying.newest = Some(newest);
    let path = format!("/experiments/{}/jobs", experiment.id);
    let error = match api.post::<Job>(&path, &body, &abort.signal()).await {
        Ok(copy) => {
            // Also after a response there may be two: a browser sends again by itself what it has sent over
            // a connection that was reset, and hears of the second. Whatever else is like it somebody means
            // to run.
            let all = newest_ids(api, MOST_SINCE, abort).await.unwrap_or_default();
            let others: Vec<_> =
                all.iter().filter(|it| it.id != copy.id && is_copy(it, newest)).collect();
            if let [twin] = others[..]
                && twin.id + 1 == copy.id
                && is_waiting(api, twin.id, abort).await == Ok(true)
                && let Err(JobOutcome::Failed(error) | JobOutcome::Indeterminate(error)) =
                    remove(api, twin.id, abort).await
            {
                COPIES.with_borrow_mut(|copies| copies.unsettled.insert(key, (newest, false)));
                return JobOutcome::Indeterminate(error);
            }
            return settle(copying, copy.id);
        }
        Err(error) if error.is_uncertain() => error,
        Err(error) => return JobOutcome::Failed(error),
    };
    let outcome = match newest_ids(api, PAGE, abort).await {
        Ok(jobs) => match jobs.iter().find(|other| is_copy(other, newest)) {
            Some(copy) if !never_runs(&error) => settle(copying, copy.id),
            Some(copy) => match remove(api, copy.id, abort).await {
                Ok(_) => JobOutcome::Failed(error.clone()),
                Err(outcome) => outcome,
            },
            None if !error.may_still_run() => JobOutcome::Failed(error.clone()),
            None => JobOutcome::Indeterminate(error.clone()),
        },
        Err(_) => JobOutcome::Indeterminate(error.clone()),
    };
    if matches!(outcome, JobOutcome::Indeterminate(_)) {
        // Of several tries the first one tells.
        COPIES.with_borrow_mut(|copies| {
            copies.unsettled.entry(key).or_insert((newest, never_runs(&error)));
        });
    }
    outcome
}

/// Sends a copy of a job to the queue that it was sent to, if its own entrypoint is linked to that: the
/// server asks for any entrypoint of the experiment (`_validate_queue` in
/// `dioptra/restapi/v1/jobs/service.py`).
pub async fn send_again(api: &Api, user: u64, job: &Job, queue: u64, abort: &Abort) -> JobOutcome {
    if let Some(entrypoint) = &job.entrypoint {
        match entrypoints::is_linked(api, entrypoint.id, queue, &abort.signal()).await {
            Ok(true) => {}
            Ok(false) => return JobOutcome::NotLinked,
            Err(error) => return JobOutcome::Failed(error),
        }
    }
    send_copy(api, user, job, queue, &mut Copying::default(), abort).await
}

fn object_or_empty(value: &Value) -> Value {
    if value.is_object() { value.clone() } else { json!({}) }
}

/// Moves a job that waits to another queue: a copy there, then the deletion of this one, if it still
/// waits; otherwise the copy is taken back. Never in two queues unsaid.
pub async fn move_to(
    api: &Api,
    user: u64,
    job: &Job,
    queue: u64,
    copying: &mut Copying,
    abort: &Abort,
) -> JobOutcome {
    let copy = match send_copy(api, user, job, queue, copying, abort).await {
        JobOutcome::Done(Some(copy)) => copy,
        outcome => return outcome,
    };
    let mut asked = Date::now();
    match is_waiting(api, job.id, abort).await {
        Ok(true) => {
            if let Err(error) = session::confirm_again(api, user, &mut asked, &abort.signal()).await
            {
                return JobOutcome::PerhapsInBoth(copy, error);
            }
            match remove(api, job.id, abort).await {
                Ok(Removed::Waiting) => JobOutcome::Done(Some(copy)),
                // It fails at its end, so the copy has to run.
                Ok(Removed::Taken) => JobOutcome::TakenMeanwhile(Some(copy)),
                Ok(Removed::Before) => JobOutcome::GoneMeanwhile(copy),
                // It is not known which of the two stays.
                Err(JobOutcome::Indeterminate(error)) => JobOutcome::PerhapsInBoth(copy, error),
                Err(outcome) => take_back(api, copy, outcome, abort).await,
            }
        }
        Ok(false) => take_back(api, copy, JobOutcome::AlreadyTaken, abort).await,
        Err(ApiError::NotFound) => take_back(api, copy, JobOutcome::Gone, abort).await,
        Err(error) => take_back(api, copy, JobOutcome::Failed(error), abort).await,
    }
}

/// Takes a copy back, unless a worker has taken it already.
async fn take_back(api: &Api, copy: u64, outcome: JobOutcome, abort: &Abort) -> JobOutcome {
    match is_waiting(api, copy, abort).await {
        Ok(true) => match remove(api, copy, abort).await {
            // It runs, and fails at its end.
            Ok(Removed::Taken) if outcome == JobOutcome::AlreadyTaken => JobOutcome::Both(copy),
            Ok(_) => outcome,
            Err(JobOutcome::Failed(error) | JobOutcome::Indeterminate(error)) => {
                JobOutcome::PerhapsInBoth(copy, error)
            }
            Err(other) => other,
        },
        Ok(false) => match outcome {
            JobOutcome::AlreadyTaken => JobOutcome::Both(copy),
            JobOutcome::Failed(error) => JobOutcome::PerhapsInBoth(copy, error),
            // The job is gone, and its copy runs.
            _ => JobOutcome::Done(Some(copy)),
        },
        Err(ApiError::NotFound) => outcome,
        Err(error) => JobOutcome::PerhapsInBoth(copy, error),
    }
}

/// Marks a job as failed whose worker is gone.
pub async fn mark_failed(api: &Api, user: u64, job: &Job, abort: &Abort) -> JobOutcome {
    if let Err(error) = session::confirm(api, user, &abort.signal()).await {
        return JobOutcome::Failed(error);
    }
    let Some(experiment) = &job.experiment else {
        return JobOutcome::Failed(ApiError::Unreadable);
    };
    let path = format!("/experiments/{}/jobs/{}/status", experiment.id, job.id);
    let body = json!({"status": "failed"});
    match api.put::<Value>(&path, &body, &abort.signal()).await {
        Ok(_) => JobOutcome::Done(None),
        // Where the browser has sent it twice, the second one is refused.
        Err(error) => {
            let now: Result<JobState, _> =
                api.get(&format!("/jobs/{}", job.id), &abort.signal()).await;
            match now {
                Ok(JobState { status }) if status == "failed" => JobOutcome::Done(None),
                Ok(_) if !error.may_still_run() => JobOutcome::Failed(error),
                _ if !error.is_uncertain() => JobOutcome::Failed(error),
                _ => JobOutcome::Indeterminate(error),
            }
        }
    }
}
