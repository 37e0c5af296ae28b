//! What rq-exporter says of Redis, in the text format of Prometheus: one line a value, like
//! `rq_workers{name="w",queues="a,b",state="idle"} 1.0`.

use super::verdict::{Proof, Worker};

/// Workers, and how many jobs wait under each name. `None`: the text is something else.
#[must_use]
pub fn parse(text: &str) -> Option<Proof> {
    // The exporter says so also while there is no worker and no job.
    if !text.contains("rq_workers") {
        return None;
    }
    let mut proof = Proof::default();
    for line in text.lines() {
        let Some((metric, labels, value)) = sample(line) else { continue };
        let label = |name: &str| {
            labels.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
        };
        match metric {
            // One line for each state that a worker has been in; the one that counts is 1.
            "rq_workers" if value > 0 => proof.workers.push(Worker {
                name: label("name")?.to_owned(),
                queues: label("queues")?.split(',').map(ToOwned::to_owned).collect(),
                is_busy: label("state")? == "busy",
            }),
            "rq_jobs" if label("status") == Some("queued") => {
                proof.queued.push((label("queue")?.to_owned(), value));
            }
            "rq_jobs" if label("status") == Some("started") => {
                proof.started.push((label("queue")?.to_owned(), value));
            }
            _ => {}
        }
    }
    Some(proof)
}

type Sample<'a> = (&'a str, Vec<(String, String)>, u64);

/// The name of a metric, its labels, and its value.
fn sample(line: &str) -> Option<Sample<'_>> {
    let (metric, mut rest) = line.split_once('{')?;
    if metric.starts_with('#') {
        return None;
    }
    let mut labels = Vec::new();
    loop {
        rest = rest.trim_start_matches([',', ' ']);
        if let Some(value) = rest.strip_prefix('}') {
            // Counts, which the exporter writes as "3.0".
            let value = value.split_whitespace().next()?.split('.').next()?.parse().ok()?;
            return Some((metric, labels, value));
        }
        let (name, quoted) = rest.split_once("=\"")?;
        let (value, length) = unquoted(quoted)?;
        labels.push((name.to_owned(), value));
        rest = &quoted[length..];
    }
}

/// What stands before the closing quote, without escapes, and how many bytes that is with the quote.
fn unquoted(text: &str) -> Option<(String, usize)> {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((value, at + 1)),
            '\\' => match chars.next()?.1 {
                'n' => value.push('\n'),
                c => value.push(c),
            },
            c => value.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn workers_and_waiting_jobs_are_read_and_the_rest_is_left() {
        let text = "# HELP rq_workers RQ workers\n# TYPE rq_workers gauge\n\
            rq_workers{name=\"w1\",queues=\"tensorflow-cpu\",state=\"idle\"} 1.0\n\
            rq_workers{name=\"w2\",queues=\"a,b \\\"c\\\"\",state=\"busy\"} 1.0\n\
            rq_workers{name=\"w3\",queues=\"a\",state=\"busy\"} 0.0\n\
            rq_jobs{queue=\"tensorflow-cpu\",status=\"queued\"} 3.0\n\
            rq_jobs{queue=\"tensorflow-cpu\",status=\"started\"} 2.0\n\
            rq_jobs{queue=\"tensorflow-cpu\",status=\"finished\"} 7.0\n\
            python_info{version=\"3\"} 1.0\nrq_workers_success_total{name=\"w1\"} 2.0\n";
        let proof = parse(text).unwrap();
        let names: Vec<_> = proof.workers.iter().map(|worker| &*worker.name).collect();
        assert_eq!(names, ["w1", "w2"]);
        assert_eq!(proof.workers[1].queues, ["a", "b \"c\""]);
        assert!(proof.workers[1].is_busy && !proof.workers[0].is_busy);
        assert_eq!(proof.queued, [("tensorflow-cpu".to_owned(), 3)]);
        assert_eq!(proof.started, [("tensorflow-cpu".to_owned(), 2)]);
    }

    #[test]
    fn what_is_no_exporter_says_nothing() {
        for text in ["", "<html>nginx</html>", "up 1", "{\"error\": \"x\"}"] {
            assert_eq!(parse(text), None, "{text}");
        }
        // Nobody works, and nothing waits.
        let empty = "# HELP rq_workers RQ workers\n# TYPE rq_workers gauge\n";
        assert_eq!(parse(empty), Some(Proof::default()));
        // A line that is cut off must not hide a worker.
        assert_eq!(parse("rq_workers{name=\"w\"} 1.0"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in any::<String>(), odd in "rq_workers[{}\",=\\\\ a-z0-9.\\n]*") {
            let _ = parse(&text);
            let _ = parse(&odd);
        }

        #[test]
        fn any_name_comes_back(name in "[^\\n]*") {
            let quoted = name.replace('\\', "\\\\").replace('"', "\\\"");
            let line = format!("rq_workers{{name=\"{quoted}\",queues=\"q\",state=\"idle\"}} 1.0");
            prop_assert_eq!(&parse(&line).unwrap().workers[0].name, &name);
        }
    }
}
