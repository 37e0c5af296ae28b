use serde::Deserialize;

use super::Group;

/// A draft: a queue, or a change of one, that its author has not saved yet. Nobody else sees it.
///
/// A user has at most one draft for each queue, and any number of drafts of new queues. The
/// server gives the id of a draft that is gone to another one, so an id alone says nothing: see
/// [`SavedDraft::is_same`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SavedDraft {
    /// Set by the system; reused once the draft is gone.
    pub id: u64,
    /// The owner of the queue.
    pub group: Group,
    /// What it holds.
    pub payload: Payload,
    /// When the draft was made.
    #[serde(default)]
    pub created_on: String,
    /// When the draft was changed last.
    #[serde(default)]
    pub last_modified_on: String,
    /// The queue that it changes; none: it is to be a new queue.
    #[serde(default)]
    pub resource: Option<u64>,
    /// The version of the queue that the change began from.
    #[serde(default)]
    pub resource_snapshot: Option<u64>,
}

/// What a draft holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Payload {
    /// The name that the queue shall have.
    #[serde(default)]
    pub name: String,
    /// The description that it shall have.
    #[serde(default)]
    pub description: Option<String>,
}

impl SavedDraft {
    /// The description that the queue shall have; none counts as empty.
    #[must_use]
    pub fn description_or_empty(&self) -> &str {
        self.payload.description.as_deref().unwrap_or_default()
    }

    /// The other is this draft, whatever it holds now, and not one that was given its id later.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.id == other.id
            && self.resource == other.resource
            && self.group.id == other.group.id
            && self.created_on == other.created_on
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_that_was_given_the_id_of_another_is_not_the_same() {
        let draft = |created_on: &str, resource| SavedDraft {
            id: 1,
            group: Group { id: 1, name: "public".into() },
            payload: Payload::default(),
            created_on: created_on.into(),
            last_modified_on: String::new(),
            resource,
            resource_snapshot: None,
        };
        let one = draft("2026-01-01", None);
        let changed = SavedDraft {
            payload: Payload { name: "n".into(), description: None },
            last_modified_on: "2026-01-03".into(),
            ..one.clone()
        };
        assert!(one.is_same(&changed));
        assert!(!one.is_same(&draft("2026-01-02", None)));
        assert!(!one.is_same(&draft("2026-01-01", Some(7))));
    }
}
