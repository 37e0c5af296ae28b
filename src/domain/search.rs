//! Dioptra's search language, made forgiving.
//!
//! The grammar is in `dioptra/restapi/v1/shared/search_parser.py` of dioptra-platform 1.2.2. It
//! refuses `it's`, `a:b:c` and `name:my queue`, though everybody can see what is meant. Those are
//! quoted here; all else goes to the server as it was typed, so that its reasons are about what
//! the user sees.

/// The fields of a queue that the language knows.
const FIELDS: [&str; 3] = ["name", "description", "tag"];

/// What somebody typed, as the server understands it.
///
/// Terms are joined by commas. A term with an apostrophe or with a colon behind anything but a
/// field is quoted; so is the value of a field if it has either, or a space. `*` and `?` stay
/// wildcards. Quoted terms and those with a backslash or a double quote are left alone: whoever
/// writes these knows the language.
#[must_use]
pub fn to_server(typed: &str) -> String {
    terms(typed.trim()).into_iter().map(forgive).collect::<Vec<_>>().join(",")
}

/// A queue's name as the value of `name:`, to find exactly it. Names hold nothing that would have
/// to be escaped; see [`QueueName`](super::QueueName).
#[must_use]
pub fn quote_exact(name: &str) -> String {
    format!("\"{name}\"")
}

/// The search for all queues with this tag.
#[must_use]
pub fn with_tag(tag: &str) -> String {
    format!("tag:{}", quote_exact(tag))
}

fn forgive(term: &str) -> String {
    if let Some((field, value)) = field_and_value(term) {
        let value = value.trim();
        if !is_for_the_server(value) && value.contains([' ', '\'', ':']) {
            return format!("{field}:{}", quote(value));
        }
        // The server takes no space around the colon.
        if !value.is_empty()
            && term.contains([' '])
            && !term.trim().starts_with(&format!("{field}:{value}"))
        {
            return format!("{field}:{value}");
        }
    } else if !is_for_the_server(term.trim()) && term.contains(['\'', ':']) {
        return quote(term.trim());
    }
    term.to_owned()
}

fn field_and_value(term: &str) -> Option<(&str, &str)> {
    let (field, value) = term.split_once(':')?;
    FIELDS.contains(&field.trim()).then_some((field.trim(), value))
}

fn is_for_the_server(value: &str) -> bool {
    let in_apostrophes = value
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''))
        .is_some_and(|inside| !inside.contains('\''));
    in_apostrophes || value.contains(['"', '\\'])
}

fn quote(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        if matches!(c, '\'' | ':' | ',') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}

/// Cuts at the commas that stand outside of quotes.
fn terms(text: &str) -> Vec<&str> {
    let mut terms = Vec::new();
    let (mut start, mut quote, mut fresh, mut escaped) = (0, None, true, false);
    for (at, c) in text.char_indices() {
        if std::mem::take(&mut escaped) {
            continue;
        }
        match (quote, c) {
            (_, '\\') => escaped = true,
            (Some(open), c) if c == open => quote = None,
            (None, '"') => quote = Some('"'),
            // An apostrophe opens a quotation only where a value starts and if another closes it.
            (None, '\'') if fresh && text[at + 1..].contains('\'') => quote = Some('\''),
            (None, ',') => {
                terms.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
        fresh = matches!(c, ',' | ':') || (fresh && c == ' ');
    }
    terms.push(&text[start..]);
    terms
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_people_mean_is_quoted_for_them() {
        for (typed, sent) in [
            ("it's", r#""it\'s""#),
            ("a:b:c", r#""a\:b\:c""#),
            ("http://x", r#""http\://x""#),
            ("name:my queue", r#"name:"my queue""#),
            ("name:it's", r#"name:"it\'s""#),
            ("name: foo", "name:foo"),
            ("gpu, tag : nightly", "gpu,tag:nightly"),
            ("it's, gpu", r#""it\'s", gpu"#),
            (" it's* ", r#""it\'s*""#),
            ("it's, that's", r#""it\'s","that\'s""#),
            ("'tis, so", r#""\'tis", so"#),
            ("foo 'a, b'", r#""foo \'a","b\'""#),
            (r#""a", it's"#, r#""a","it\'s""#),
        ] {
            assert_eq!(to_server(typed), sent, "{typed}");
        }
    }

    #[test]
    fn the_language_itself_is_left_as_it_was_typed() {
        for typed in [
            "",
            "gpu",
            "foo bar",
            "foo, bar",
            "name:*x*",
            "name:\"my queue\", tag:gpu",
            "'it is, so'",
            "name:'a b'",
            "name:'a, b'",
            "gpu, 'a, b'",
            "\"a, it's, b\"",
            r"a\,b:c",
            "\"say: it's\"",
            r"it\'s",
            "name:",
            ",",
            "\"open",
            "héllo",
            "100%",
        ] {
            assert_eq!(to_server(typed), typed);
        }
    }

    #[test]
    fn a_name_and_a_tag_are_searched_exactly() {
        assert_eq!(quote_exact("my queue"), "\"my queue\"");
        assert_eq!(with_tag("red team"), "tag:\"red team\"");
    }

    proptest! {
        #[test]
        fn any_text_is_made_into_a_search(typed in any::<String>()) {
            let _ = to_server(&typed);
        }

        #[test]
        fn a_plain_word_with_apostrophes_and_colons_becomes_one_quoted_term(
            typed in "[a-z]{1,5}['][a-z:']{0,8}[a-z]"
        ) {
            let sent = to_server(&typed);
            prop_assert_eq!(sent.replace('\\', ""), format!("\"{typed}\""));
        }
    }
}
