//! What differs between two texts, word by word.

use imara_diff::{Algorithm, Diff, InternedInput};

/// A stretch of two texts that were compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// In both.
    Same(String),
    /// In the first only.
    Removed(String),
    /// In the second only.
    Added(String),
}

/// Compares two texts. The stretches, in order, without the added ones give the first text, and
/// without the removed ones the second.
#[must_use]
pub fn compare(before: &str, after: &str) -> Vec<Part> {
    let (old, new) = (tokens(before), tokens(after));
    let mut input = InternedInput::default();
    input.update_before(old.iter().copied());
    input.update_after(new.iter().copied());
    let diff = Diff::compute(Algorithm::Myers, &input);
    let mut parts = Vec::new();
    let mut push = |part: fn(String) -> Part, tokens: &[&str]| {
        if !tokens.is_empty() {
            parts.push(part(tokens.concat()));
        }
    };
    let mut at = 0;
    for hunk in diff.hunks() {
        let [old_start, old_end, new_start, new_end] =
            [hunk.before.start, hunk.before.end, hunk.after.start, hunk.after.end]
                .map(|index| index as usize);
        push(Part::Same, &old[at..old_start]);
        push(Part::Removed, &old[old_start..old_end]);
        push(Part::Added, &new[new_start..new_end]);
        at = old_end;
    }
    push(Part::Same, &old[at..]);
    parts
}

/// Words and the white space between them; together they are the text.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut start = 0;
    let mut was_space = None;
    for (at, c) in text.char_indices() {
        let is_space = c.is_whitespace();
        if was_space.is_some_and(|was| was != is_space) {
            tokens.push(&text[start..at]);
            start = at;
        }
        was_space = Some(is_space);
    }
    if start < text.len() {
        tokens.push(&text[start..]);
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_that_were_replaced_stand_beside_each_other() {
        let same = |text: &str| Part::Same(text.into());
        assert_eq!(
            compare("two hours at most", "three hours at most"),
            [Part::Removed("two".into()), Part::Added("three".into()), same(" hours at most")]
        );
        assert_eq!(compare("a", "a"), [same("a")]);
        assert_eq!(compare("", "a"), [Part::Added("a".into())]);
        assert_eq!(compare("", ""), []);
    }

    #[test]
    fn as_much_as_is_shown_is_compared_at_once_even_if_all_of_it_changed() {
        let words = |step: u64| {
            (0..6_000_u64).map(|n| format!("{} ", n * step % 6_007)).collect::<String>()
        };
        let start = std::time::Instant::now();
        assert!(compare(&words(7), &words(11)).len() > 100);
        assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
    }

    proptest! {
        #[test]
        fn both_texts_come_back_out_of_the_parts(before in "[ab \n]{0,40}", after in any::<String>()) {
            let parts = compare(&before, &after);
            let text = |without: fn(&Part) -> bool| {
                parts.iter().filter(|part| !without(part)).map(|part| match part {
                    Part::Same(text) | Part::Removed(text) | Part::Added(text) => text.as_str(),
                }).collect::<String>()
            };
            prop_assert_eq!(text(|part| matches!(part, Part::Added(_))), before);
            prop_assert_eq!(text(|part| matches!(part, Part::Removed(_))), after);
        }
    }
}
