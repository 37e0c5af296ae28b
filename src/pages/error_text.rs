//! The words for errors and for the outcomes of writes.

use crate::{
    api::{ApiError, SaveOutcome},
    forms::{Field, Problem, queue::name_taken},
};

/// Said of what is pressed while the action before is under way, and is not done therefore.
pub const BUSY: &str =
    "The last action is still under way. Wait until it has ended, then try again.";

/// An error in words that say what to do.
#[must_use]
pub fn explain(error: &ApiError) -> String {
    let text = match error {
        ApiError::Network => "Dioptra did not answer. Check your connection, then try again.",
        ApiError::Aborted => "You stopped waiting for Dioptra's answer.",
        ApiError::Unauthorized => "You are signed out. Sign in, then try again.",
        ApiError::OtherUser(name) => {
            return format!("{name} is signed in by now, so nothing was sent in your name.");
        }
        ApiError::NoSession => {
            "Dioptra has let you in, but this browser did not keep the session: allow cookies for \
             this site."
        }
        ApiError::WrongCredentials => "The username or the password is wrong. Check both.",
        ApiError::NotFound => "Dioptra has no such thing. It may never have existed.",
        ApiError::Deleted => "It was deleted.",
        ApiError::Stale => "Somebody saved another version meanwhile. Load it, then try again.",
        ApiError::DraftExists => "You have a draft of this queue already. Open it or discard it.",
        ApiError::Conflict { .. } => "Something of this name exists already. Choose another name.",
        ApiError::Unreadable => {
            "Dioptra sent an unreadable answer. Try again; if that does not help, tell whoever \
             runs this Dioptra."
        }
        ApiError::Search(reason) => return format!("Dioptra can't read this search: {reason}"),
        ApiError::Refused(words) => return format!("Dioptra refused: {words}"),
        ApiError::Fields(fields) => {
            let all: Vec<String> =
                fields.iter().map(|(field, text)| format!("{field}: {text}")).collect();
            return format!("Dioptra refused: {}", all.join(" "));
        }
        ApiError::Status(status) => {
            let what = match status {
                413 => "What was sent is too large for the server. Shorten it, then try again",
                414 => "The search is too long for the server. Shorten it, then try again",
                500 => "Dioptra had an error of its own. Try again later",
                502..=504 => "Dioptra can't be reached behind its web server. Try again later",
                _ => "Dioptra gave an unexpected answer. Try again later",
            };
            return format!("{what} (status {status}).");
        }
    };
    text.to_owned()
}

/// Why nothing was saved, restored or brought back: `done` is that word. Nothing to say of what was
/// saved.
#[must_use]
pub fn explain_outcome(outcome: &SaveOutcome, name: &str, group: &str, done: &str) -> String {
    match outcome {
        SaveOutcome::Saved(_) => String::new(),
        SaveOutcome::CreatedBefore(queue) => format!(
            "An earlier try has created the queue “{}” after all, so nothing was sent now.",
            queue.name
        ),
        SaveOutcome::Stale(_) => {
            format!("Somebody else saved this queue meanwhile, so nothing of yours was {done}.")
        }
        SaveOutcome::AtWork => {
            "Your last try may still be at work, and would save this draft with it. Nothing was sent."
                .to_owned()
        }
        SaveOutcome::Deleted => {
            format!("This queue was deleted meanwhile, so nothing was {done}.")
        }
        SaveOutcome::DraftExists => {
            format!("You have a draft of this queue, so nothing was {done}")
        }
        SaveOutcome::DraftChanged => {
            format!("This draft was changed or discarded elsewhere, so nothing was {done}.")
        }
        SaveOutcome::NameTaken(_) => name_taken(name, group).text().to_owned(),
        SaveOutcome::Failed(error)
        | SaveOutcome::NotApplied(error)
        | SaveOutcome::NotSent(error) => {
            format!("{} Nothing was {done}.", explain(error))
        }
        SaveOutcome::Indeterminate(error) => {
            format!("{} It is not known whether it was {done}.", explain(error))
        }
    }
}

/// The error in an outcome, if it is one of the request.
#[must_use]
pub fn error_of(outcome: &SaveOutcome) -> Option<&ApiError> {
    match outcome {
        SaveOutcome::Failed(error)
        | SaveOutcome::NotApplied(error)
        | SaveOutcome::NotSent(error)
        | SaveOutcome::Indeterminate(error) => Some(error),
        SaveOutcome::Saved(_)
        | SaveOutcome::CreatedBefore(_)
        | SaveOutcome::Stale(_)
        | SaveOutcome::AtWork
        | SaveOutcome::Deleted
        | SaveOutcome::DraftExists
        | SaveOutcome::DraftChanged
        | SaveOutcome::NameTaken(_) => None,
    }
}

/// The problems of a form that the server refused: at the fields it named, if the form has them.
pub fn as_problems(error: &ApiError, fields_here: &[Field]) -> Vec<Problem> {
    match error {
        ApiError::Fields(fields) => fields
            .iter()
            .map(|(name, text)| {
                match Field::from_api(name).filter(|field| fields_here.contains(field)) {
                    Some(field) => Problem::Field(field, text.clone()),
                    None => Problem::Form(format!("Dioptra refused {name}: {text}")),
                }
            })
            .collect(),
        error => vec![Problem::Form(explain(error))],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Queue;

    #[test]
    fn a_refused_field_of_the_form_is_named_at_the_field_and_others_above_it() {
        let error = ApiError::Fields(vec![
            ("name".into(), "Too odd.".into()),
            ("ids".into(), "Unknown field.".into()),
        ]);
        assert_eq!(
            as_problems(&error, &[Field::Name]),
            [
                Problem::Field(Field::Name, "Too odd.".into()),
                Problem::Form("Dioptra refused ids: Unknown field.".into()),
            ]
        );
    }

    #[test]
    fn a_proxys_response_is_explained_with_its_status() {
        for (status, words) in [
            (413, "What was sent is too large"),
            (414, "The search is too long"),
            (500, "Dioptra had an error of its own"),
            (502, "Dioptra can't be reached"),
            (504, "Dioptra can't be reached"),
            (418, "Dioptra gave an unexpected answer"),
        ] {
            let text = explain(&ApiError::Status(status));
            assert!(text.starts_with(words), "{text}");
            assert!(text.ends_with(&format!("(status {status}).")), "{text}");
        }
    }

    #[test]
    fn each_outcome_says_what_became_of_what_was_sent_and_which_error_it_was() {
        let other = || Box::new(Queue { name: "other".to_owned(), ..Queue::default() });
        let error = ApiError::Status(502);
        let why = explain(&error);
        for (outcome, words, found) in [
            (SaveOutcome::Saved(1), String::new(), None),
            (
                SaveOutcome::CreatedBefore(other()),
                "An earlier try has created the queue “other” after all, so nothing was sent now."
                    .to_owned(),
                None,
            ),
            (
                SaveOutcome::Stale(other()),
                "Somebody else saved this queue meanwhile, so nothing of yours was saved."
                    .to_owned(),
                None,
            ),
            (
                SaveOutcome::NameTaken(None),
                "A queue named “q” already exists in group “g”".to_owned(),
                None,
            ),
            (
                SaveOutcome::NotApplied(error.clone()),
                format!("{why} Nothing was saved."),
                Some(&error),
            ),
            (
                SaveOutcome::Indeterminate(error.clone()),
                format!("{why} It is not known whether it was saved."),
                Some(&error),
            ),
        ] {
            assert_eq!(explain_outcome(&outcome, "q", "g", "saved"), words);
            assert_eq!(error_of(&outcome), found);
        }
    }
}
