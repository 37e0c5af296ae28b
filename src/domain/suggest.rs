/// The worker environments that Dioptra ships: a queue of such a name finds its worker. `web/form.ts` has them too.
pub const WORKER_ENVIRONMENTS: [&str; 4] =
    ["tensorflow-cpu", "tensorflow-gpu", "pytorch-cpu", "pytorch-gpu"];

/// The name that somebody who typed `text` probably meant, if it is not one of these already.
///
/// Case and separators don't count; beyond that, two slips of the keyboard are forgiven, but not
/// so many that `cpu` could stand for `gpu`.
#[must_use]
pub fn near_miss(text: &str, names: &[String]) -> Option<String> {
    let text = text.trim();
    // Nothing this long is a slip; and the comparison grows with the square of the length.
    if text.len() > 32 || names.iter().any(|name| name == text) {
        return None;
    }
    let typed = essence(text);
    names
        .iter()
        // In a short name two slips are another name.
        .map(|name| (edits(&typed, &essence(name)), name.len().min(10) / 5, name))
        .filter(|(edits, forgiven, _)| edits <= forgiven)
        .min_by_key(|(edits, ..)| *edits)
        .map(|(.., name)| name.clone())
}

/// Letters and digits only, in lower case.
fn essence(text: &str) -> Vec<u8> {
    text.bytes().filter(u8::is_ascii_alphanumeric).map(|b| b.to_ascii_lowercase()).collect()
}

/// How many letters must be added, left out or replaced (Levenshtein).
fn edits(a: &[u8], b: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_miss_is_recognised() {
        let names = WORKER_ENVIRONMENTS.map(ToOwned::to_owned);
        for (typed, meant) in [
            ("Tensorflow_CPU", "tensorflow-cpu"),
            ("tensorflow cpu", "tensorflow-cpu"),
            ("TensorFlow-GPU", "tensorflow-gpu"),
            ("pytorchcpu", "pytorch-cpu"),
            ("pytroch-gpu", "pytorch-gpu"),
            (" tensorflow-cpu2", "tensorflow-cpu"),
        ] {
            assert_eq!(near_miss(typed, &names).as_deref(), Some(meant), "{typed}");
        }
    }

    #[test]
    fn an_exact_name_and_a_name_of_its_own_are_left_alone() {
        let names = WORKER_ENVIRONMENTS.map(ToOwned::to_owned);
        for typed in ["tensorflow-cpu", " pytorch-gpu ", "lab-queue", "", "tensorflow", "cpu"] {
            assert_eq!(near_miss(typed, &names), None, "{typed}");
        }
        assert_eq!(near_miss(&"x".repeat(1_000_000), &names), None);
        // One slip makes another short name.
        assert_eq!(near_miss("lab2", &["lab1".to_owned()]), None);
        assert_eq!(near_miss("Lab_1", &["lab-1".to_owned()]).as_deref(), Some("lab-1"));
    }

    #[test]
    fn only_what_is_longer_than_32_characters_is_no_slip() {
        for (length, is_slip) in [(31, true), (32, true), (33, false)] {
            let name = format!("{}y", "x".repeat(length - 1));
            let found = near_miss(&"x".repeat(length), std::slice::from_ref(&name));
            assert_eq!(found.is_some(), is_slip, "{length}");
        }
    }

    #[test]
    fn each_letter_that_is_added_left_out_or_replaced_counts() {
        for (a, b, expected) in [
            ("", "abc", 3),
            ("abc", "", 3),
            ("abc", "bc", 1),
            ("bc", "abc", 1),
            ("abcd", "d", 3),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(edits(a.as_bytes(), b.as_bytes()), expected, "{a} {b}");
        }
    }
}
