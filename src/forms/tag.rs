//! Naming a new tag.

use super::{Field, Problem};
use crate::domain::{NameError, QueueName};

/// A tag's name, by the server's rule, which is the one of queues.
///
/// # Errors
/// What to do about the name.
pub fn validate(name: &str) -> Result<QueueName, Problem> {
    QueueName::parse(name).map_err(|error| {
        let text = match error {
            NameError::Empty => "Enter a tag name",
            NameError::Characters => {
                "Tag name must only include letters, numbers, spaces, dots, hyphens and underscores"
            }
        };
        Problem::field(Field::Tag, text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_has_the_rule_of_a_queues_name() {
        assert_eq!(validate(" red team ").unwrap().as_str(), "red team");
        assert!(validate("a/b").unwrap_err().text().starts_with("Tag name must only include"));
        assert_eq!(validate(" ").unwrap_err().text(), "Enter a tag name");
    }
}
