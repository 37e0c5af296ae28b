//! The words for what became of jobs, and whose they are.

use std::collections::BTreeMap;

use crate::{
    api::jobs::JobOutcome, context::Context, domain::Job, host::Change, pages::error_text::explain,
};

/// Who has sent how many of them.
pub fn whose(jobs: &[Job]) -> String {
    let mut authors = BTreeMap::<&str, usize>::new();
    for job in jobs {
        *authors.entry(job.user.as_ref().map_or("nobody", |user| &user.username)).or_default() += 1;
    }
    let authors: Vec<_> = match authors.len() {
        1 => authors.keys().map(|name| (*name).to_owned()).collect(),
        _ => authors.iter().map(|(name, count)| format!("{name} ({count})")).collect(),
    };
    format!("Sent by {}.", authors.join(", "))
}

/// How many of them were sent to another queue that has the same name, if some were: one worker takes
/// them all.
pub fn of_others(jobs: &[Job], queue: u64) -> Option<String> {
    let is_other = |job: &&Job| job.queue.as_ref().is_some_and(|it| it.id != queue);
    match (jobs.iter().filter(is_other).count(), jobs.len()) {
        (0, _) => None,
        (1, 1) => Some("It was sent to another queue of this name.".to_owned()),
        (1, _) => Some("1 of them was sent to another queue of this name.".to_owned()),
        (others, _) => Some(format!("{others} of them were sent to another queue of this name.")),
    }
}

/// Tells the host document what was done with a job, or what went wrong.
pub fn note(context: Context, change: Change, job: u64, outcome: &JobOutcome) {
    match outcome {
        JobOutcome::Done(_) | JobOutcome::TakenMeanwhile(_) | JobOutcome::GoneMeanwhile(_) => {
            context.job_changed(change, job);
        }
        JobOutcome::Failed(error)
        | JobOutcome::Indeterminate(error)
        | JobOutcome::PerhapsInBoth(_, error) => context.failed(error),
        JobOutcome::Gone
        | JobOutcome::NotLinked
        | JobOutcome::AlreadyTaken
        | JobOutcome::Both(_) => {}
    }
}

/// What became of a job, in a sentence. `done` is what was meant, `to` the name of a queue.
pub fn tell(job: u64, outcome: &JobOutcome, done: &str, to: Option<&str>) -> String {
    let to = to.map(|name| format!(" to “{name}”")).unwrap_or_default();
    match outcome {
        JobOutcome::Done(Some(copy)) => format!("Job {job} was {done}{to}, as job {copy}."),
        JobOutcome::Done(None) => format!("Job {job} was {done}."),
        JobOutcome::Gone => format!("Job {job} is not there any more."),
        JobOutcome::AlreadyTaken => {
            format!(
                "Job {job} was already taken by a worker. It was not {done}, and stays as it is."
            )
        }
        JobOutcome::TakenMeanwhile(None) => format!(
            "A worker took job {job} in the same moment: it runs, and fails at its end, because it was deleted."
        ),
        JobOutcome::TakenMeanwhile(Some(copy)) => format!(
            "Job {job} was {done}{to}, as job {copy}. A worker took job {job} in the same moment: that run fails at its end, because it was deleted."
        ),
        JobOutcome::GoneMeanwhile(copy) => format!(
            "Job {job} was copied{to}, as job {copy}. Somebody else had cancelled or moved job {job} in the same moment: cancel job {copy} if it is not meant to run."
        ),
        JobOutcome::NotLinked => format!(
            "Job {job} was not {done}: its entrypoint is not linked to this queue. Link it first."
        ),
        JobOutcome::Both(copy) => format!(
            "Job {job} was already taken, and its copy{to}, job {copy}, too: both run. Cancel one of them if that is not meant."
        ),
        JobOutcome::PerhapsInBoth(copy, error) => format!(
            "{} Its copy{to}, job {copy}, was made, and job {job} may still be in this queue too: look at both before you go on.",
            explain(error)
        ),
        JobOutcome::Failed(error) => format!("Job {job} was not {done}. {}", explain(error)),
        JobOutcome::Indeterminate(error) => format!(
            "{} It is not known whether job {job} was {done}: look at the jobs before you try again.",
            explain(error)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::ApiError;

    #[test]
    fn every_outcome_is_told() {
        let said = |outcome| tell(12, &outcome, "moved", Some("gpu"));
        assert_eq!(said(JobOutcome::Done(Some(15))), "Job 12 was moved to “gpu”, as job 15.");
        assert_eq!(tell(12, &JobOutcome::Done(None), "cancelled", None), "Job 12 was cancelled.");
        assert!(said(JobOutcome::AlreadyTaken).contains("was already taken by a worker"));
        assert!(said(JobOutcome::TakenMeanwhile(Some(15))).contains("fails at its end"));
        assert!(said(JobOutcome::Both(15)).contains("both run"));
        assert!(said(JobOutcome::GoneMeanwhile(15)).contains("cancel job 15 if it is not meant"));
        assert!(said(JobOutcome::NotLinked).contains("Link it first"));
        let perhaps = said(JobOutcome::PerhapsInBoth(15, ApiError::Network));
        assert!(
            perhaps.contains("copy to “gpu”, job 15, was made, and job 12 may still"),
            "{perhaps}"
        );
        assert!(said(JobOutcome::Failed(ApiError::Network)).starts_with("Job 12 was not moved."));
        assert!(said(JobOutcome::Indeterminate(ApiError::Network)).contains("It is not known"));
    }

    #[test]
    fn it_is_said_which_jobs_are_of_another_queue() {
        let of = |queue: u64| {
            let text = format!("{{\"id\": 1, \"queue\": {{\"id\": {queue}, \"name\": \"gpu\"}}}}");
            serde_json::from_str::<Job>(&text).unwrap()
        };
        let said =
            |jobs: &[u64]| of_others(&jobs.iter().map(|queue| of(*queue)).collect::<Vec<_>>(), 1);
        assert_eq!(said(&[1, 1]), None);
        assert_eq!(said(&[2]).unwrap(), "It was sent to another queue of this name.");
        assert!(said(&[1, 2]).unwrap().starts_with("1 of them was sent"));
        assert!(said(&[2, 1, 2]).unwrap().starts_with("2 of them were sent"));
    }

    #[test]
    fn it_is_said_whose_jobs_these_are() {
        let by = |name: &str| {
            let text = format!("{{\"id\": 1, \"user\": {{\"id\": 1, \"username\": \"{name}\"}}}}");
            serde_json::from_str::<Job>(&text).unwrap()
        };
        assert_eq!(whose(&[by("ana")]), "Sent by ana.");
        assert_eq!(whose(&[by("ana"), by("ben"), by("ana")]), "Sent by ana (2), ben (1).");
    }
}
