use serde::Deserialize;

/// A group that a person belongs to; it owns queues and controls access to them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Group {
    /// Set by the system.
    pub id: u64,
    /// As the group's owner named it.
    pub name: String,
}

/// The person who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct User {
    /// Set by the system.
    pub id: u64,
    /// What the person signs in with.
    pub username: String,
    /// The groups of this person.
    #[serde(default)]
    pub groups: Vec<Group>,
}
