//! The form that makes a queue or changes one.

use super::{Field, Problem};
use crate::domain::{NameError, Payload, Queue, QueueName};

/// The values of the fields as they stand on the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueFormValues {
    /// As typed.
    pub name: String,
    /// The id of the chosen group as the `<select>` holds it; empty: none.
    pub group: String,
    /// As typed.
    pub description: String,
}

/// Name and description as the server may be given them. Only what was checked here, or was taken
/// from the server itself, can be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueContent {
    name: String,
    description: Option<String>,
}

/// A queue that may be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewQueue {
    /// The group's id.
    pub group: u64,
    /// The name holds the server's rule, the description is not empty.
    pub content: QueueContent,
}

/// A draft of a new queue that may be kept on the server: of its text, only the name must be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDraft {
    /// The group's id.
    pub group: u64,
    /// The name holds the server's rule.
    pub content: QueueContent,
}

impl QueueContent {
    /// Content of a version that the server has accepted before, to the letter.
    #[must_use]
    pub fn of(queue: &Queue) -> Self {
        Self { name: queue.name.clone(), description: queue.description.clone() }
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The description, if there is one.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// This is what the queue says.
    #[must_use]
    pub fn is_in(&self, queue: &Queue) -> bool {
        self.name == queue.name && self.description == queue.description
    }

    /// This is what the draft holds.
    #[must_use]
    pub fn is_drafted(&self, payload: &Payload) -> bool {
        self.name == payload.name && self.description == payload.description
    }
}

impl NewQueue {
    /// A queue like the one that the server had.
    #[must_use]
    pub fn like(queue: &Queue) -> Self {
        Self { group: queue.group.id, content: QueueContent::of(queue) }
    }
}

impl QueueFormValues {
    /// Checks every field.
    ///
    /// # Errors
    /// All problems at once, in the order of the fields on the screen.
    pub fn validate(&self) -> Result<NewQueue, Vec<Problem>> {
        let mut problems = Vec::new();
        let checked = self.check(&mut problems);
        if self.description.trim().is_empty() {
            problems.push(Problem::field(Field::Description, "Enter a description"));
        }
        match checked {
            Some((group, content)) if problems.is_empty() => Ok(NewQueue { group, content }),
            _ => Err(problems),
        }
    }

    /// Checks what a draft must have: it may lack a description.
    ///
    /// # Errors
    /// As for [`QueueFormValues::validate`].
    pub fn validate_draft(&self) -> Result<NewDraft, Vec<Problem>> {
        let mut problems = Vec::new();
        let checked = self.check(&mut problems);
        checked.map(|(group, content)| NewDraft { group, content }).ok_or(problems)
    }

    /// Name and group.
    fn check(&self, problems: &mut Vec<Problem>) -> Option<(u64, QueueContent)> {
        let name = QueueName::parse(&self.name)
            .map_err(|error| {
                let text = match error {
                    NameError::Empty => "Enter a queue name",
                    NameError::Characters => {
                        "Queue name must only include letters, numbers, spaces, dots, hyphens \
                         and underscores"
                    }
                };
                problems.push(Problem::field(Field::Name, text));
            })
            .ok();
        let group = self.group.parse().ok();
        if group.is_none() {
            problems.push(Problem::field(Field::Group, "Select a group"));
        }
        let description = Some(self.description.trim().to_owned());
        Some((group?, QueueContent { name: name?.as_str().to_owned(), description }))
    }

    /// Something was typed that would be lost. A group alone is no work.
    #[must_use]
    pub fn is_dirty(&self) -> bool {
        !self.name.is_empty() || !self.description.is_empty()
    }

    /// Both say the same. Spaces around don't count: they are never sent.
    #[must_use]
    pub fn says(&self, name: &str, description: &str) -> bool {
        self.name.trim() == name.trim() && self.description.trim() == description.trim()
    }
}

/// What the field says when the server has a queue of this name.
#[must_use]
pub fn name_taken(name: &str, group: &str) -> Problem {
    let text = format!("A queue named “{name}” already exists in group “{group}”");
    Problem::Field(Field::Name, text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn draft(name: &str, group: &str, description: &str) -> QueueFormValues {
        QueueFormValues { name: name.into(), group: group.into(), description: description.into() }
    }

    #[test]
    fn an_empty_form_has_three_problems_in_the_order_of_its_fields() {
        let texts: Vec<String> = QueueFormValues::default()
            .validate()
            .unwrap_err()
            .iter()
            .map(|problem| problem.text().to_owned())
            .collect();
        assert_eq!(texts, ["Enter a queue name", "Select a group", "Enter a description"]);
    }

    #[test]
    fn content_is_in_a_queue_or_a_draft_that_has_both_its_name_and_its_description() {
        let content = draft("q", "1", "d").validate().unwrap().content;
        for (name, description, is_it) in [
            ("q", Some("d"), true),
            ("r", Some("d"), false),
            ("q", Some("e"), false),
            ("q", None, false),
            ("r", None, false),
        ] {
            let (name, description) = (name.to_owned(), description.map(ToOwned::to_owned));
            let payload = Payload { name: name.clone(), description: description.clone() };
            let queue = Queue { name, description, ..Queue::default() };
            assert_eq!(content.is_in(&queue), is_it, "{queue:?}");
            assert_eq!(content.is_drafted(&payload), is_it, "{queue:?}");
        }
    }

    #[test]
    fn a_name_or_a_description_would_be_lost_and_a_group_would_not() {
        for (values, is_dirty) in [
            (draft("", "1", ""), false),
            (draft("q", "", ""), true),
            (draft("", "", "d"), true),
            (draft("q", "1", "d"), true),
        ] {
            assert_eq!(values.is_dirty(), is_dirty, "{values:?}");
        }
    }

    #[test]
    fn a_name_with_other_characters_is_told_which_are_allowed() {
        let problems = draft("a/b", "1", "d").validate().unwrap_err();
        assert_eq!(
            problems,
            [Problem::field(
                Field::Name,
                "Queue name must only include letters, numbers, spaces, dots, hyphens and \
                 underscores"
            )]
        );
    }

    #[test]
    fn spaces_around_are_trimmed_on_the_way_out_and_line_breaks_inside_are_kept() {
        let queue = draft(" q ", "7", "\n one\ntwo  ").validate().unwrap();
        assert_eq!((queue.content.name(), queue.group), ("q", 7));
        assert_eq!(queue.content.description(), Some("one\ntwo"));
    }

    #[test]
    fn a_group_that_is_no_number_is_no_group() {
        let problems = draft("q", "public", "d").validate().unwrap_err();
        assert_eq!(problems, [Problem::field(Field::Group, "Select a group")]);
    }

    #[test]
    fn a_draft_may_lack_a_description_but_not_a_name_nor_a_group() {
        assert!(draft("q", "7", "").validate_draft().is_ok());
        let problems = draft("a/b", "", "d").validate_draft().unwrap_err();
        assert_eq!(problems.len(), 2);
    }

    #[test]
    fn spaces_around_make_no_other_text() {
        assert!(draft(" q", "7", "d\n").says("q ", "d"));
        assert!(!draft("q", "7", "d").says("q", "e"));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_either_may_be_sent_or_says_why_not(
            name in any::<String>(), group in any::<String>(), description in any::<String>()
        ) {
            match draft(&name, &group, &description).validate() {
                Ok(queue) => {
                    prop_assert!(queue.content.description().is_some_and(|text| !text.is_empty()));
                    prop_assert_eq!(queue.content.name(), name.trim());
                }
                Err(problems) => prop_assert!((1..=3).contains(&problems.len())),
            }
        }
    }
}
