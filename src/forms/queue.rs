//! The form that makes a queue.

use serde::{Deserialize, Serialize};

use super::{Field, Problem};
use crate::domain::{NameError, QueueName};

/// The form as it stands on the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// As typed.
    pub name: String,
    /// The id of the chosen group as the `<select>` holds it; empty: none.
    pub group: String,
    /// As typed.
    pub description: String,
}

/// A queue that may be sent to the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewQueue {
    /// Holds the server's rule.
    pub name: QueueName,
    /// The group's id.
    pub group: u64,
    /// Not empty, without spaces around.
    pub description: String,
}

impl Draft {
    /// Checks every field.
    ///
    /// # Errors
    /// All problems at once, in the order of the fields on the screen.
    pub fn validate(&self) -> Result<NewQueue, Vec<Problem>> {
        let mut problems = Vec::new();
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
        let description = self.description.trim().to_owned();
        if description.is_empty() {
            problems.push(Problem::field(Field::Description, "Enter a description"));
        }
        match (name, group) {
            (Some(name), Some(group)) if problems.is_empty() => {
                Ok(NewQueue { name, group, description })
            }
            _ => Err(problems),
        }
    }

    /// Something was typed that would be lost. A group alone is no work.
    #[must_use]
    pub fn is_dirty(&self) -> bool {
        !self.name.is_empty() || !self.description.is_empty()
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

    fn draft(name: &str, group: &str, description: &str) -> Draft {
        Draft { name: name.into(), group: group.into(), description: description.into() }
    }

    #[test]
    fn an_empty_form_has_three_problems_in_the_order_of_its_fields() {
        let texts: Vec<String> = Draft::default()
            .validate()
            .unwrap_err()
            .iter()
            .map(|problem| problem.text().to_owned())
            .collect();
        assert_eq!(texts, ["Enter a queue name", "Select a group", "Enter a description"]);
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
        assert_eq!((queue.name.as_str(), queue.group), ("q", 7));
        assert_eq!(queue.description, "one\ntwo");
    }

    #[test]
    fn a_group_that_is_no_number_is_no_group() {
        let problems = draft("q", "public", "d").validate().unwrap_err();
        assert_eq!(problems, [Problem::field(Field::Group, "Select a group")]);
    }

    proptest! {
        #[test]
        fn whatever_is_typed_either_may_be_sent_or_says_why_not(
            name in any::<String>(), group in any::<String>(), description in any::<String>()
        ) {
            match draft(&name, &group, &description).validate() {
                Ok(queue) => {
                    prop_assert!(!queue.description.is_empty());
                    prop_assert_eq!(queue.name.as_str(), name.trim());
                }
                Err(problems) => prop_assert!((1..=3).contains(&problems.len())),
            }
        }
    }
}
