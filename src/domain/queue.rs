use serde::Deserialize;

use super::Group;

/// The author of a version of a queue.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct UserRef {
    /// Set by the system.
    pub id: u64,
    /// What the user signs in with.
    pub username: String,
}

/// A word that people put on a queue to find it again.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Tag {
    /// Set by the system.
    pub id: u64,
    /// The word.
    pub name: String,
    /// Who owns the word.
    #[serde(default)]
    pub group: Option<Group>,
}

/// A queue: where jobs wait until a worker that listens to its name takes them.
///
/// Only what the page can't do without must be in a response; a server that leaves the rest out
/// is still understood. Times are ISO 8601 with microseconds, as the server sends them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Queue {
    /// Set by the system, never reused.
    pub id: u64,
    /// The name that workers listen to.
    pub name: String,
    /// The version that this is: a queue has one for each time it was saved. Grows with time.
    #[serde(default)]
    pub snapshot: u64,
    /// What it is for; the server takes queues without one.
    #[serde(default)]
    pub description: Option<String>,
    /// The owner.
    pub group: Group,
    /// Who made this version.
    #[serde(default)]
    pub user: Option<UserRef>,
    /// When the queue was made.
    #[serde(default)]
    pub created_on: String,
    /// When this version was made.
    #[serde(default)]
    pub snapshot_created_on: String,
    /// When it was changed last.
    #[serde(default)]
    pub last_modified_on: String,
    /// The signed-in user has a draft of a change of this queue.
    #[serde(default)]
    pub has_draft: bool,
    /// Deleted queues stay readable.
    #[serde(default)]
    pub deleted: bool,
    /// Words to find it by.
    #[serde(default)]
    pub tags: Vec<Tag>,
}

impl Queue {
    /// Its description; none counts as empty.
    #[must_use]
    pub fn description_or_empty(&self) -> &str {
        self.description.as_deref().unwrap_or_default()
    }
}
