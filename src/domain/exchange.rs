//! Queues as text, to be taken elsewhere and back: CSV as RFC 4180 has it, JSON, and plain lines.

use serde_json::{Value, json};

use super::{Queue, csv};

/// The fields, as the header of CSV and the keys of JSON name them.
const FIELDS: [&str; 8] =
    ["id", "name", "group", "description", "tags", "created", "modified", "by"];

/// What one line says of a queue. Which id and times it had elsewhere does not matter here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Where it stands in the text, counted from 1: its first line; in JSON its place in the list.
    pub number: u64,
    /// As it stands.
    pub name: String,
    /// The name of the group; empty: it names none.
    pub group: String,
    /// As it stands.
    pub description: String,
    /// The names of all its tags; `None`: nothing is said of them.
    pub tags: Option<Vec<String>>,
}

/// Why a text can't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It begins like JSON and is none: the line of it, and why.
    Json(usize, String),
    /// It is JSON, but no list of objects that each have a name.
    NoList,
    /// The line in which a quote begins that never ends.
    Quote(u64),
}

/// The queues as CSV, with a byte order mark, so that spreadsheets take it for UTF-8.
#[must_use]
pub fn to_csv(queues: &[Queue]) -> String {
    let mut text = "\u{feff}".to_owned();
    csv::write(&mut text, FIELDS);
    for queue in queues {
        let tags: Vec<_> = queue.tags.iter().map(|tag| tag.name.as_str()).collect();
        let author = queue.user.as_ref().map_or("", |user| &user.username);
        let cells = [
            &queue.id.to_string(),
            &queue.name,
            &queue.group.name,
            queue.description_or_empty(),
            &tags.join(", "),
            &queue.created_on,
            &queue.last_modified_on,
            author,
        ];
        csv::write(&mut text, cells.map(guarded).iter().map(String::as_str));
    }
    text
}

/// The queues as JSON: a list of objects.
#[must_use]
pub fn to_json(queues: &[Queue]) -> String {
    let object = |queue: &Queue| {
        json!({
            "id": queue.id,
            "name": queue.name,
            "group": queue.group.name,
            "description": queue.description,
            "tags": queue.tags.iter().map(|tag| tag.name.as_str()).collect::<Vec<_>>(),
            "created": queue.created_on,
            "modified": queue.last_modified_on,
            "by": queue.user.as_ref().map(|user| &user.username),
        })
    };
    // One queue a line: changes can be seen line by line.
    let lines: Vec<_> = queues.iter().map(|queue| object(queue).to_string()).collect();
    format!("[\n{}\n]\n", lines.join(",\n"))
}

/// Begins, behind any number of `'`, with a character that a spreadsheet takes for a formula.
fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// A cell that no spreadsheet runs.
fn guarded(text: &str) -> String {
    if is_formula(text) { format!("'{text}") } else { text.to_owned() }
}

/// The other way round.
fn unguarded(text: &str) -> &str {
    text.strip_prefix('\'').filter(|_| is_formula(text)).unwrap_or(text)
}

/// What a text says: CSV or JSON as exported, cells as they come from a spreadsheet, or plain lines
/// like `name, description`.
///
/// # Errors
/// If it can't be read as what it begins like.
pub fn read(text: &str) -> Result<Vec<Line>, Unreadable> {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with(['[', '{']) {
        return read_json(text);
    }
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let delimiter = if first.contains('\t') { '\t' } else { ',' };
    let is_header = first
        .split(delimiter)
        .any(|cell| cell.trim().trim_matches('"').eq_ignore_ascii_case("name"));
    if is_header { read_csv(text, delimiter) } else { Ok(read_lines(text, delimiter)) }
}

fn read_csv(text: &str, delimiter: char) -> Result<Vec<Line>, Unreadable> {
    let mut records = csv::read(text, delimiter).map_err(Unreadable::Quote)?.into_iter();
    let Some((_, header)) = records.next() else { return Ok(Vec::new()) };
    let places = ["name", "group", "description", "tags"]
        .map(|field| header.iter().position(|cell| cell.trim().eq_ignore_ascii_case(field)));
    let line = |(number, record): (u64, Vec<String>)| {
        let [name, group, description, tags] = places
            .map(|place| place.and_then(|place| record.get(place)).map(|cell| unguarded(cell)));
        Line {
            number,
            name: name.unwrap_or_default().to_owned(),
            group: group.unwrap_or_default().trim().to_owned(),
            description: description.unwrap_or_default().to_owned(),
            tags: tags.map(split_tags),
        }
    };
    let is_empty = |record: &[String]| record.iter().all(|cell| cell.trim().is_empty());
    Ok(records.filter(|(_, record)| !is_empty(record)).map(line).collect())
}

fn split_tags(text: &str) -> Vec<String> {
    // Names of tags have no commas in them.
    text.split([',', ';'])
        .map(str::trim)
        .filter(|tag| !tag.is_empty())
        .map(ToOwned::to_owned)
        .collect()
}

fn read_lines(text: &str, delimiter: char) -> Vec<Line> {
    let line = |(at, line): (usize, &str)| {
        let (name, description) = line.split_once(delimiter).unwrap_or((line, ""));
        Line {
            number: at as u64 + 1,
            name: name.trim().to_owned(),
            description: description.trim().to_owned(),
            ..Line::default()
        }
    };
    text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(line).collect()
}

fn read_json(text: &str) -> Result<Vec<Line>, Unreadable> {
    let value: Value = serde_json::from_str(text)
        .map_err(|error| Unreadable::Json(error.line(), error.to_string()))?;
    // One object is a list of one.
    let list = match value {
        Value::Array(list) => list,
        object => vec![object],
    };
    let line = |(at, value): (usize, Value)| {
        let object = value.as_object().ok_or(Unreadable::NoList)?;
        let text = |field: &str| match object.get(field) {
            Some(Value::String(text)) => Some(text.clone()),
            // As Dioptra's own API has groups and tags.
            Some(Value::Object(object)) => object.get("name")?.as_str().map(ToOwned::to_owned),
            _ => None,
        };
        let name = |tag: &Value| {
            let name = tag.as_str().or_else(|| tag.get("name")?.as_str())?.trim();
            Some(name.to_owned()).filter(|name| !name.is_empty())
        };
        let tags = match object.get("tags") {
            Some(Value::Array(tags)) => Some(tags.iter().filter_map(name).collect()),
            Some(Value::String(tags)) => Some(split_tags(tags)),
            _ => None,
        };
        Ok(Line {
            number: at as u64 + 1,
            name: text("name").ok_or(Unreadable::NoList)?,
            group: text("group").unwrap_or_default(),
            description: text("description").unwrap_or_default(),
            tags,
        })
    };
    list.into_iter().enumerate().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Group, Tag, UserRef};
    use proptest::prelude::*;

    fn queue(name: &str, description: &str, tags: &[&str]) -> Queue {
        let tag = |name: &&str| Tag { id: 1, name: (*name).to_owned(), group: None };
        Queue {
            id: 7,
            name: name.to_owned(),
            description: Some(description.to_owned()),
            group: Group { id: 1, name: "public".to_owned() },
            user: Some(UserRef { id: 1, username: "ann".to_owned() }),
            created_on: "2026-01-01T00:00:00+00:00".to_owned(),
            last_modified_on: "2026-01-02T00:00:00+00:00".to_owned(),
            tags: tags.iter().map(tag).collect(),
            ..Queue::default()
        }
    }

    fn line(number: u64, name: &str, description: &str, tags: Option<&[&str]>) -> Line {
        Line {
            number,
            name: name.to_owned(),
            group: if tags.is_some() { "public".to_owned() } else { String::new() },
            description: description.to_owned(),
            tags: tags.map(|tags| tags.iter().map(|tag| (*tag).to_owned()).collect()),
        }
    }

    #[test]
    fn csv_is_as_the_rfc_and_spreadsheets_want_it() {
        let csv = to_csv(&[queue("-b", "says \"hi\",\nthen goes", &["gpu", "lab"])]);
        assert_eq!(
            csv,
            "\u{feff}id,name,group,description,tags,created,modified,by\r\n\
             7,'-b,public,\"says \"\"hi\"\",\nthen goes\",\"gpu, lab\",\
             2026-01-01T00:00:00+00:00,2026-01-02T00:00:00+00:00,ann\r\n"
        );
    }

    #[test]
    fn no_cell_is_a_formula() {
        for text in ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "'=x", "''@"] {
            assert!(guarded(text).starts_with('\''), "{text}");
            assert_eq!(unguarded(&guarded(text)), text);
        }
        for text in ["", "x", "'x", "a=b", "'"] {
            assert_eq!(guarded(text), text);
            assert_eq!(unguarded(text), text);
        }
    }

    #[test]
    fn plain_lines_have_a_name_and_a_description() {
        let text = "gpu-lab, for training, at night\n\n  cpu  ,\nalone\n";
        let expected = [
            line(1, "gpu-lab", "for training, at night", None),
            line(3, "cpu", "", None),
            line(4, "alone", "", None),
        ];
        assert_eq!(read(text).unwrap(), expected);
    }

    #[test]
    fn columns_may_come_in_any_order_and_from_a_spreadsheet() {
        let text = "Description\tName\nfor tests\tq\n\n";
        assert_eq!(read(text).unwrap(), [line(2, "q", "for tests", None)]);
        let text = "\"name\",tags\nq,\"a; b\"\n";
        let found = read(text).unwrap();
        assert_eq!(found[0].tags.as_ref().unwrap(), &["a", "b"]);
    }

    #[test]
    fn json_may_be_ours_or_dioptras() {
        let text = r#"[{"name": "q", "group": {"name": "public"}, "description": "d",
            "tags": [{"name": "a"}, " b ", " "]}, {"name": "r"},
            {"name": "s", "group": "public", "tags": "a, b"}]"#;
        let tags: Option<&[&str]> = Some(&["a", "b"]);
        let expected = [line(1, "q", "d", tags), line(2, "r", "", None), line(3, "s", "", tags)];
        assert_eq!(read(text).unwrap(), expected);
    }

    #[test]
    fn what_can_not_be_read_says_where() {
        assert!(matches!(read("[\n{]"), Err(Unreadable::Json(2, _))));
        assert_eq!(read("[1]"), Err(Unreadable::NoList));
        assert_eq!(read("{\"x\": 1}"), Err(Unreadable::NoList));
        assert_eq!(read("name,description\nq,\"never ends\nr,d\n"), Err(Unreadable::Quote(2)));
        assert_eq!(read("").unwrap(), []);
    }

    fn any_queue() -> impl Strategy<Value = Queue> {
        let tags = proptest::collection::vec("[a-zA-Z0-9][a-zA-Z0-9 ._-]{0,5}[a-z0-9]", 0..3);
        ("[a-zA-Z0-9._-]{1,12}", any::<String>(), tags).prop_map(|(name, description, tags)| {
            queue(&name, &description, &tags.iter().map(String::as_str).collect::<Vec<_>>())
        })
    }

    fn as_lines(queues: &[Queue]) -> Vec<Line> {
        let tags = |queue: &Queue| queue.tags.iter().map(|tag| tag.name.clone()).collect();
        let line = |queue: &Queue| Line {
            number: 0,
            name: queue.name.clone(),
            group: queue.group.name.clone(),
            description: queue.description_or_empty().to_owned(),
            tags: Some(tags(queue)),
        };
        queues.iter().map(line).collect()
    }

    proptest! {
        #[test]
        fn what_was_exported_is_read_as_it_was(queues in proptest::collection::vec(any_queue(), 1..5)) {
            for text in [to_csv(&queues), to_json(&queues)] {
                let mut lines = read(&text).unwrap();
                for line in &mut lines {
                    line.number = 0;
                }
                prop_assert_eq!(lines, as_lines(&queues));
            }
        }

        #[test]
        fn any_text_is_read_or_refused(text in any::<String>(), odd in "[\\[\\]{}:,\"'=\\na-z\\t]*") {
            let _ = read(&text);
            let _ = read(&odd);
            let _ = read(&format!("name,description\n{odd}"));
        }
    }
}
