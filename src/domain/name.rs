/// The name of a queue, as the server takes it.
///
/// The rule is the server's own, `\A(?! +\Z)[A-Za-z0-9_. -]+\Z` in
/// `dioptra/restapi/utils.py` of dioptra-platform 1.2.2: ASCII letters, digits, spaces, dots,
/// hyphens and underscores, and not only spaces. Spaces around a name are never meant,
/// so they are trimmed here, though the server would keep them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueName(String);

/// Why a text is no queue name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameError {
    /// Nothing but spaces.
    Empty,
    /// A character that the server refuses.
    Characters,
}

impl QueueName {
    /// Trims the text and holds it to the server's rule.
    ///
    /// # Errors
    /// [`NameError`] says which part of the rule is broken.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(NameError::Empty);
        }
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-' | b' ');
        if text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NameError::Characters)
        }
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spaces_around_a_name_are_trimmed_and_spaces_inside_are_kept() {
        assert_eq!(QueueName::parse("  my queue ").unwrap().as_str(), "my queue");
    }

    #[test]
    fn a_name_of_nothing_but_white_space_is_empty() {
        for text in ["", " ", "   ", "\n", "\t \n"] {
            assert_eq!(QueueName::parse(text), Err(NameError::Empty), "{text:?}");
        }
    }

    #[test]
    fn characters_that_the_server_refuses_are_refused() {
        for text in ["a/b", "a:b", "é", "a\nb", "a\0b", "名前", "a,b", "it's", "a\u{a0}b"] {
            assert_eq!(QueueName::parse(text), Err(NameError::Characters), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn every_text_that_matches_the_servers_rule_is_a_name(text in "[A-Za-z0-9_.-][A-Za-z0-9_. -]{0,40}[A-Za-z0-9_.-]") {
            let name = QueueName::parse(&text).unwrap();
            prop_assert_eq!(name.as_str(), text);
        }

        #[test]
        fn no_accepted_name_breaks_the_servers_rule(text in any::<String>()) {
            if let Ok(name) = QueueName::parse(&text) {
                prop_assert!(name.as_str().chars().all(|c| c.is_ascii_alphanumeric() || "_. -".contains(c)));
                prop_assert!(!name.as_str().trim().is_empty());
            }
        }
    }
}
