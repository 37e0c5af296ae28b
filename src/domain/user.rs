use serde::Deserialize;

use super::Queue;

/// A group of users; it owns queues and controls access to them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Group {
    /// Set by the system.
    pub id: u64,
    /// As the group's owner named it.
    pub name: String,
}

/// The user who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct User {
    /// Set by the system.
    pub id: u64,
    /// What the user signs in with.
    pub username: String,
    /// The groups that the user is a member of. The server always says them; without them a response
    /// is about something else, and signs nobody in.
    pub groups: Vec<Group>,
}

impl User {
    /// Members of its group may change a queue. Dioptra 1.2.2 lets everybody (it asks for membership
    /// only when something is created, see `create` in `dioptra/restapi/v1/queues/service.py`), but
    /// then only members could undo it.
    #[must_use]
    pub fn may_change(&self, queue: &Queue) -> bool {
        self.groups.iter().any(|group| group.id == queue.group.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_members_of_its_group_may_change_a_queue() {
        let group = |id| Group { id, name: format!("group {id}") };
        let user = User { id: 1, username: "ana".into(), groups: vec![group(1), group(2)] };
        let queue = |id| Queue { group: group(id), ..Queue::default() };
        assert!(user.may_change(&queue(2)));
        assert!(!user.may_change(&queue(3)));
    }
}
