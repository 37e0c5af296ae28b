//! CSV as RFC 4180 has it. By hand: the crate for it would be a tenth of the largest chunk, and split the
//! others into more files.

/// A record, and the line that it begins in, counted from 1.
pub type Record = (u64, Vec<String>);

/// The records of a text; empty lines are left out. Quotes inside a cell that does not begin with one stand
/// for themselves.
///
/// # Errors
/// The line in which a quote begins that never ends.
pub fn read(text: &str, delimiter: char) -> Result<Vec<Record>, u64> {
    let mut records = Vec::new();
    let (mut line, mut begun, mut quoted_since) = (1, 1, None);
    let (mut record, mut cell) = (Vec::new(), String::new());
    // A cell has begun, perhaps with a quote and nothing in it.
    let mut has_begun = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\n' || (c == '\r' && chars.peek() != Some(&'\n')) {
            line += 1;
        }
        if quoted_since.is_some() {
            match c {
                '"' if chars.peek() == Some(&'"') => {
                    chars.next();
                    cell.push('"');
                }
                '"' => quoted_since = None,
                c => cell.push(c),
            }
            continue;
        }
        match c {
            '"' if !has_begun => {
                (has_begun, quoted_since) = (true, Some(line));
            }
            c if c == delimiter => {
                record.push(std::mem::take(&mut cell));
                has_begun = false;
            }
            '\r' | '\n' => {
                if has_begun || !record.is_empty() {
                    record.push(std::mem::take(&mut cell));
                    records.push((begun, std::mem::take(&mut record)));
                }
                (has_begun, begun) = (false, line);
            }
            c => {
                has_begun = true;
                cell.push(c);
            }
        }
    }
    if let Some(since) = quoted_since {
        return Err(since);
    }
    if has_begun || !record.is_empty() {
        record.push(cell);
        records.push((begun, record));
    }
    Ok(records)
}

/// Adds a record with its end of line.
pub fn write<'a>(to: &mut String, cells: impl IntoIterator<Item = &'a str>) {
    for (at, cell) in cells.into_iter().enumerate() {
        if at > 0 {
            to.push(',');
        }
        if cell.contains(['"', ',', '\r', '\n']) {
            to.push('"');
            to.push_str(&cell.replace('"', "\"\""));
            to.push('"');
        } else {
            to.push_str(cell);
        }
    }
    to.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        read(text, ',').unwrap().into_iter().map(|(_, record)| record).collect()
    }

    #[test]
    fn records_are_read_as_the_rfc_says() {
        for (text, expected) in [
            ("", vec![]),
            ("a", vec![vec!["a"]]),
            ("a,b\r\nc,d\r\n", vec![vec!["a", "b"], vec!["c", "d"]]),
            ("a,\n,b\n", vec![vec!["a", ""], vec!["", "b"]]),
            ("\"a,\"\"b\"\"\r\nc\",d", vec![vec!["a,\"b\"\r\nc", "d"]]),
            ("a\n\n\r\nb\rc", vec![vec!["a"], vec!["b"], vec!["c"]]),
            ("a \"b\", \"c\"", vec![vec!["a \"b\"", " \"c\""]]),
            ("\"a\"b,c", vec![vec!["ab", "c"]]),
            ("\"\"", vec![vec![""]]),
            ("\"\"\n", vec![vec![""]]),
        ] {
            assert_eq!(cells(text), expected, "{text:?}");
        }
    }

    #[test]
    fn lines_are_counted_and_a_quote_that_never_ends_is_told() {
        let lines =
            |text| read(text, ',').map(|all| all.iter().map(|(line, _)| *line).collect::<Vec<_>>());
        assert_eq!(lines("a\n\nb\r\n\"c\nd\"\ne\rf").unwrap(), [1, 3, 4, 6, 7]);
        assert_eq!(lines("a\nb,\"c\nd"), Err(2));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(records in proptest::collection::vec(
            proptest::collection::vec(any::<String>(), 2..5), 0..5,
        )) {
            let mut text = String::new();
            for record in &records {
                write(&mut text, record.iter().map(String::as_str));
            }
            prop_assert_eq!(cells(&text), records);
        }

        #[test]
        fn any_text_is_read_or_refused(odd in "[\",\\r\\na\\t]*", delimiter in prop_oneof![Just(','), Just('\t')]) {
            let _ = read(&odd, delimiter);
        }
    }
}
