/// At most `max` characters of a text, and how many were left out.
///
/// A description of a megabyte must not freeze a table: what can't be seen is not laid out.
#[must_use]
pub fn clamp(text: &str, max: usize) -> (&str, usize) {
    match text.char_indices().nth(max) {
        Some((end, _)) => (&text[..end], text[end..].chars().count()),
        None => (text, 0),
    }
}

/// A text for a row: at most `max` characters, and a sign if there are more.
#[must_use]
pub fn shortened(text: &str, max: usize) -> String {
    match clamp(text, max) {
        (text, 0) => text.to_owned(),
        (start, _) => format!("{start}…"),
    }
}

/// A number with a comma between thousands: "1,060".
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// The parts of a name for a row that shows at most `max` characters: its start, what is left out, its end.
/// It is cut in the middle, since the ends of names tell them apart.
#[must_use]
pub fn cut(text: &str, max: usize) -> Option<(&str, &str, &str)> {
    let place = |at: usize| text.char_indices().nth(at).map(|(place, _)| place);
    let end = max / 3;
    // Only a text that is longer has so many.
    place(max)?;
    let count = text.chars().count();
    let (from, to) = (place(max - end - 1)?, place(count - end)?);
    Some((&text[..from], &text[from..to], &text[to..]))
}

/// Percent-encodes all but the unreserved characters of RFC 3986, for one part of a URL.
#[must_use]
pub fn encode(text: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(byte as char);
        } else {
            out.push('%');
            out.push(HEX[usize::from(byte >> 4)] as char);
            out.push(HEX[usize::from(byte & 15)] as char);
        }
    }
    out
}

/// The other way round, with `+` for a space as forms write it. What is no encoding stays as it
/// stands; what is no UTF-8 becomes U+FFFD.
pub(crate) fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = |offset: usize| {
            bytes.get(at + offset).and_then(|b| (*b as char).to_digit(16)).map(|d| d as u8)
        };
        match (bytes[at], hex(1), hex(2)) {
            (b'%', Some(high), Some(low)) => {
                out.push(high * 16 + low);
                at += 3;
            }
            (b'+', ..) => {
                out.push(b' ');
                at += 1;
            }
            (byte, ..) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_clamped_text_says_how_much_is_missing() {
        assert_eq!(clamp("añb", 2), ("añ", 1));
        assert_eq!(clamp("añb", 3), ("añb", 0));
    }

    #[test]
    fn a_number_has_a_comma_between_thousands() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1_060, "1,060"),
            (61_000, "61,000"),
            (123_456, "123,456"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn a_long_name_is_cut_in_the_middle_between_characters() {
        assert_eq!(cut("abcdefghij", 10), None);
        assert_eq!(cut("abcdefghijk", 10), Some(("abcdef", "gh", "ijk")));
        assert_eq!(cut("äbcdéfghijü", 10), Some(("äbcdéf", "gh", "ijü")));
        assert_eq!(cut("abcdefghijklmnop", 10), Some(("abcdef", "ghijklm", "nop")));
    }

    #[test]
    fn broken_percent_encodings_stay_as_they_stand() {
        assert_eq!(decode("100%"), "100%");
        assert_eq!(decode("%zz%4"), "%zz%4");
        assert_eq!(decode("%ff"), "\u{fffd}");
        assert_eq!(decode("a+b%20c"), "a b c");
    }

    proptest! {
        #[test]
        fn decoding_undoes_encoding(text in any::<String>()) {
            prop_assert_eq!(decode(&encode(&text)), text);
        }
    }
}
