//! The same queue as code: Dioptra's Python client, its REST API with curl, JSON. Ready to paste
//! for every name and text: a test runs what these functions give.

use std::fmt::Write as _;

/// What a snippet makes a queue from. Also while it is still being typed, so nothing is checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sketch {
    /// The queue's name.
    pub name: String,
    /// The group's id, if one is chosen.
    pub group: Option<u64>,
    /// The queue's description.
    pub description: String,
}

/// The variables that a worker can't start without, with an example for each.
const WORKER_VARIABLES: [(&str, &str); 4] = [
    ("DIOPTRA_WORKER_USERNAME", "'<username>'"),
    ("DIOPTRA_WORKER_PASSWORD", "'<password>'"),
    ("MLFLOW_TRACKING_URI", "'<tracking server>'"),
    ("MLFLOW_S3_ENDPOINT_URL", "'<artifact store>'"),
];

/// Where Redis is; the address is Dioptra's own setting `RQ_REDIS_URI`.
const REDIS: &str = "'redis://<host>:6379/0'";

/// The body of the request.
#[must_use]
pub fn json(queue: &Sketch) -> String {
    let Sketch { name, description, .. } = queue;
    let (name, group, description) = (literal(name), group(queue, "null"), literal(description));
    format!("{{\"name\": {name}, \"group\": {group}, \"description\": {description}}}")
}

/// A script with Dioptra's Python client. It asks for username and password unless the
/// environment has them.
#[must_use]
pub fn python(queue: &Sketch, origin: &str) -> String {
    let Sketch { name, description, .. } = queue;
    format!(
        "import os\n\
         from getpass import getpass\n\
         from dioptra.client import connect_json_dioptra_client\n\
         \n\
         client = connect_json_dioptra_client({address})\n\
         client.auth.login(\n    \
             username=os.environ.get(\"DIOPTRA_USERNAME\") or input(\"Username: \"),\n    \
             password=os.environ.get(\"DIOPTRA_PASSWORD\") or getpass(),\n\
         )\n\
         queue = client.queues.create(\n    \
             group_id={group},\n    \
             name={name},\n    \
             description={description},\n\
         )\n\
         print(queue)\n",
        address = literal(origin),
        group = group(queue, "None"),
        name = literal(name),
        description = literal(description),
    )
}

/// Two requests with curl: sign in, create. Username and password come from the environment.
#[must_use]
pub fn curl(queue: &Sketch, api: &str) -> String {
    format!(
        "# Set DIOPTRA_USERNAME and DIOPTRA_PASSWORD first.\n\
         text() {{ printf '%s' \"$1\" | sed 's/[\\\\\"]/\\\\&/g'; }}\n\
         curl --fail-with-body --silent --show-error --cookie-jar dioptra.cookies \\\n  \
         --header 'Content-Type: application/json' --data @- {login} <<END &&\n\
         {{\"username\": \"$(text \"$DIOPTRA_USERNAME\")\", \"password\": \"$(text \"$DIOPTRA_PASSWORD\")\"}}\n\
         END\n\
         curl --fail-with-body --silent --show-error --cookie dioptra.cookies \\\n  \
         --header 'Content-Type: application/json' {queues} \\\n  \
         --data {body}\n",
        login = shell(&format!("{api}/auth/login")),
        queues = shell(&format!("{api}/queues/")),
        body = shell(&json(queue)),
    )
}

/// The command that starts a worker for this queue, with what it needs in its environment.
#[must_use]
pub fn worker(name: &str, origin: &str) -> String {
    let mut out = format!("export DIOPTRA_API={}\n", shell(origin));
    for (variable, example) in WORKER_VARIABLES {
        // Writing to a String never fails.
        let _ = writeln!(out, "export {variable}={example}");
    }
    // Without --url a worker listens to its own localhost: rq reads RQ_REDIS_URL, and only Dioptra's
    // API reads RQ_REDIS_URI. Behind `--` a name may begin with a hyphen.
    out + &format!("dioptra-worker-v1 --url {REDIS} -- {}\n", shell(name))
}

/// The command that lists the workers that listen to this name.
#[must_use]
pub fn listeners(name: &str) -> String {
    format!("rq info --url {REDIS} --only-workers --by-queue -- {}\n", shell(name))
}

fn group(queue: &Sketch, none: &str) -> String {
    queue.group.map_or_else(|| none.to_owned(), |id| id.to_string())
}

/// A string literal that JSON and Python read alike.
///
/// JSON's escapes all exist in Python. Whatever is invisible or turns the direction of text is
/// written as an escape, so that the code on the screen is the code that runs.
fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_invisible(c) => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Control characters, zero width ones, line and paragraph separators, and those of bidirectional
/// text: all of the basic plane, so four digits name each.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// One word for a POSIX shell.
fn shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sketch(name: &str, description: &str) -> Sketch {
        Sketch { name: name.into(), group: Some(1), description: description.into() }
    }

    proptest! {
        #[test]
        fn any_text_comes_back_out_of_the_json(name in any::<String>(), description in any::<String>()) {
            let value: serde_json::Value = serde_json::from_str(&json(&sketch(&name, &description))).unwrap();
            prop_assert_eq!(&value["name"], &serde_json::Value::from(name));
            prop_assert_eq!(&value["description"], &serde_json::Value::from(description));
        }
    }

    #[test]
    fn a_shell_reads_one_word() {
        assert_eq!(shell("it's"), r"'it'\''s'");
    }

    #[test]
    fn text_that_turns_around_is_written_as_an_escape() {
        assert_eq!(literal("a\u{202e}b\0"), "\"a\\u202eb\\u0000\"");
    }

    #[test]
    fn the_worker_listens_to_the_name_and_is_told_what_it_must_know() {
        let command = worker("my queue", "http://h");
        let start = "dioptra-worker-v1 --url 'redis://<host>:6379/0' -- 'my queue'\n";
        assert!(command.ends_with(start));
        for variable in [
            "DIOPTRA_API",
            "DIOPTRA_WORKER_USERNAME",
            "DIOPTRA_WORKER_PASSWORD",
            "MLFLOW_TRACKING_URI",
            "MLFLOW_S3_ENDPOINT_URL",
        ] {
            assert!(command.contains(&format!("export {variable}=")), "{variable}");
        }
    }

    #[test]
    fn curl_signs_in_and_creates_with_what_the_shell_reads_as_one_word_each() {
        let lines = curl(&sketch("it's", "d"), "http://h/api/v1");
        assert!(lines.contains("--data @- 'http://h/api/v1/auth/login' <<END"), "{lines}");
        assert!(lines.contains("'Content-Type: application/json' 'http://h/api/v1/queues/'"));
        assert!(lines.contains(&shell(&json(&sketch("it's", "d")))));
    }

    #[test]
    fn who_listens_is_listed_for_a_name_that_may_begin_with_a_hyphen() {
        let expected =
            "rq info --url 'redis://<host>:6379/0' --only-workers --by-queue -- '-my queue'\n";
        assert_eq!(listeners("-my queue"), expected);
    }

    #[test]
    fn a_group_that_is_not_chosen_is_nothing() {
        let queue = Sketch { group: None, ..sketch("q", "d") };
        assert!(json(&queue).contains("\"group\": null"));
        assert!(python(&queue, "http://h").contains("group_id=None"));
    }
}
