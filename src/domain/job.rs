use serde::Deserialize;

/// A job, as far as queues are concerned.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Job {
    /// Set by the system.
    pub id: u64,
    /// Where it waits, or waited.
    #[serde(default)]
    pub queue: Option<Reference>,
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
    pub queues: Vec<Reference>,
}

/// Something else, by its id.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Reference {
    /// Set by the system.
    pub id: u64,
}
