use serde::Deserialize;
use serde_json::Value;

use super::{Tag, UserRef};

/// A job, with all that another one can be made from.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    /// Set by the system.
    pub id: u64,
    /// "queued", "started", "deferred", "finished" or "failed".
    #[serde(default)]
    pub status: String,
    /// When it was sent.
    #[serde(default)]
    pub created_on: String,
    /// When its status has changed last.
    #[serde(default)]
    pub snapshot_created_on: String,
    /// How long it may run, like "24h".
    #[serde(default)]
    pub timeout: Option<String>,
    /// As its author described it.
    #[serde(default)]
    pub description: Option<String>,
    /// Who sent it.
    #[serde(default)]
    pub user: Option<UserRef>,
    /// Where it waits, or waited.
    #[serde(default)]
    pub queue: Option<JobQueue>,
    /// What it belongs to.
    #[serde(default)]
    pub experiment: Option<JobPart>,
    /// What it runs.
    #[serde(default)]
    pub entrypoint: Option<JobPart>,
    /// Values of the entrypoint's parameters.
    #[serde(default)]
    pub values: Value,
    /// Values of its artifact parameters, as the server wants them back.
    #[serde(default)]
    pub artifact_values: Value,
    /// Tasks in place of those of the entrypoint.
    #[serde(default)]
    pub swaps: Value,
    /// Labels.
    #[serde(default)]
    pub tags: Vec<Tag>,
}

impl Job {
    /// Both would run the same with the same, wherever they wait: one may be a copy of the other.
    #[must_use]
    pub fn does_the_same(&self, other: &Self) -> bool {
        let id = |part: &Option<JobPart>| part.as_ref().map(|part| part.id);
        let version = |job: &Self| job.entrypoint.as_ref().and_then(|part| part.snapshot_id);
        let words = |job: &Self| job.description.clone().unwrap_or_default();
        // The server writes nothing in more than one way.
        let is_nothing = |value: &Value| match value {
            Value::Object(map) => map.is_empty(),
            Value::Array(list) => list.is_empty(),
            other => other.is_null(),
        };
        let same = |a: &Value, b: &Value| a == b || is_nothing(a) && is_nothing(b);
        id(&self.experiment) == id(&other.experiment)
            && id(&self.entrypoint) == id(&other.entrypoint)
            && version(self) == version(other)
            && words(self) == words(other)
            && self.timeout == other.timeout
            && same(&self.values, &other.values)
            && same(&self.artifact_values, &other.artifact_values)
            && same(&self.swaps, &other.swaps)
    }
}

/// The queue of a job, as it was when the job was sent.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct JobQueue {
    /// Set by the system.
    pub id: u64,
    /// Its name then: the one under which the job waits in Redis.
    #[serde(default)]
    pub name: String,
    /// It was deleted since.
    #[serde(default)]
    pub deleted: bool,
}

/// What a job was made from, in the version that it was made from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JobPart {
    /// Set by the system.
    pub id: u64,
    /// That version.
    #[serde(default)]
    pub snapshot_id: Option<u64>,
    /// As its author named it.
    #[serde(default)]
    pub name: String,
}

/// A line that a worker wrote while it ran a job.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogLine {
    /// Like "INFO".
    #[serde(default)]
    pub severity: String,
    /// What it says.
    #[serde(default)]
    pub message: String,
    /// When it was written.
    #[serde(default)]
    pub created_on: String,
}

/// An entrypoint, as far as queues are concerned: jobs of it can be sent to its queues.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Entrypoint {
    /// Set by the system.
    pub id: u64,
    /// As its author named it.
    pub name: String,
    /// The queues that its jobs can be sent to.
    #[serde(default)]
    pub queues: Vec<QueueRef>,
}

/// A queue that an entrypoint is linked to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct QueueRef {
    /// Set by the system.
    pub id: u64,
    /// Its name.
    #[serde(default)]
    pub name: String,
}

#[cfg(test)]
mod tests {
    use super::Job;

    const PARTS: &str =
        r#""id": 1, "experiment": {"id": 3}, "entrypoint": {"id": 4, "snapshotId": 9}"#;

    fn of(fields: &str) -> Job {
        serde_json::from_str(&format!("{{{fields}}}")).unwrap()
    }

    fn job(more: &str) -> Job {
        of(&format!("{PARTS}{more}"))
    }

    #[test]
    fn jobs_of_a_sweep_do_not_the_same() {
        let first = job(r#", "description": "sweep", "values": {"seed": "1"}, "swaps": []"#);
        let copy = job(r#", "description": "sweep", "values": {"seed": "1"}, "swaps": {}"#);
        let second = job(r#", "description": "sweep", "values": {"seed": "2"}"#);
        assert!(first.does_the_same(&copy));
        assert!(!first.does_the_same(&second));
        assert!(job("").does_the_same(&job(r#", "values": {}, "description": """#)));
        assert!(job("").does_the_same(&job(r#", "artifactValues": {}, "swaps": []"#)));
        for more in [
            r#", "timeout": "1h""#,
            r#", "description": "other""#,
            r#", "values": {"seed": "1"}"#,
            r#", "artifactValues": {"model": 7}"#,
            r#", "swaps": {"step": "task"}"#,
            r#", "swaps": ["task"]"#,
        ] {
            let other = job(more);
            assert!(!job("").does_the_same(&other) && !other.does_the_same(&job("")), "{more}");
            assert!(other.does_the_same(&other), "{more}");
        }
        for part in [r#""id": 3"#, r#""id": 4"#, r#""snapshotId": 9"#] {
            let other = of(&PARTS.replace(part, &part.replace(": ", ": 1")));
            assert!(!job("").does_the_same(&other), "{part}");
        }
    }
}
