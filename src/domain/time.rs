//! How long ago something was, in the words of `Intl.RelativeTimeFormat`.

/// The unit and the number that say a span of time best.
///
/// `seconds` is how long ago it was. What the server wrote down is past: a negative span (a clock
/// that runs late) counts as now, so nobody reads "in 3 hours". Units are those of
/// `Intl.RelativeTimeFormat`, the number is negative for the past, as it wants it. It has words of its
/// own for one day, week, month and year, like "yesterday", which are wrong for what was 40 hours ago:
/// so of these there must be two.
#[must_use]
pub fn relative(seconds: f64) -> (f64, &'static str) {
    const UNITS: [(f64, &str, f64); 6] = [
        (31_557_600.0, "year", 2.0),
        (2_629_800.0, "month", 2.0),
        (604_800.0, "week", 2.0),
        (86_400.0, "day", 2.0),
        (3_600.0, "hour", 1.0),
        (60.0, "minute", 1.0),
    ];
    let (length, unit, _) = UNITS
        .into_iter()
        .find(|(length, _, least)| seconds >= length * least)
        .unwrap_or((1.0, "second", 0.0));
    (-(seconds.max(0.0) / length).floor(), unit)
}

/// A span of time in words, like "4 minutes": the unit that says it best.
#[must_use]
pub fn span(seconds: f64) -> String {
    let (number, unit) = relative(seconds);
    let number = -number as u64;
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_unit_that_fits_is_chosen() {
        for (seconds, expected) in [
            (0.0, (-0.0, "second")),
            (59.9, (-59.0, "second")),
            (60.0, (-1.0, "minute")),
            (7_300.0, (-2.0, "hour")),
            (90_000.0, (-25.0, "hour")),
            (144_000.0, (-40.0, "hour")),
            (172_800.0, (-2.0, "day")),
            (1_000_000.0, (-11.0, "day")),
            (40_000_000.0, (-15.0, "month")),
            (70_000_000.0, (-2.0, "year")),
        ] {
            assert_eq!(relative(seconds), expected);
        }
    }

    #[test]
    fn a_span_is_said_in_words() {
        for (seconds, words) in [
            (-5.0, "0 seconds"),
            (1.0, "1 second"),
            (59.9, "59 seconds"),
            (240.0, "4 minutes"),
            (93_600.0, "26 hours"),
            (259_200.0, "3 days"),
        ] {
            assert_eq!(span(seconds), words);
        }
    }

    #[test]
    fn what_seems_to_lie_ahead_is_now() {
        assert_eq!(relative(-10_800.0), (0.0, "second"));
    }
}
