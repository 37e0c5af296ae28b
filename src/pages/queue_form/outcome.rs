//! Sending a new queue from a form, and how a form says that its content was not saved.

use leptos::prelude::*;

use super::fields::QueueForm;
use crate::{
    api::{self, ApiError, CreateState, SaveOutcome},
    forms::{
        Field, Problem,
        queue::{NewQueue, name_taken},
    },
    host::Change,
    pages::error_text::{as_problems, error_of, explain, explain_outcome},
    routes::Route,
};

/// What was tried, for the words about it.
#[derive(Clone, Copy, Debug)]
pub struct Tried<'a> {
    /// The queue's name.
    pub name: &'a str,
    /// The group's name.
    pub group: &'a str,
    /// The button that sent it.
    pub button: &'static str,
    /// What a look-up has proven if it was not applied.
    pub not_applied: &'static str,
}

impl Tried<'_> {
    /// Of a queue that exists, and of drafts.
    pub const NOT_SAVED: &'static str = "Nothing was saved.";
    /// Of a new queue.
    pub const NOT_CREATED: &'static str =
        "Dioptra has no queue of this name, so it was not created.";
}

/// Says in the form why nothing was saved; by a notice if the form is gone.
pub fn tell(fields: QueueForm, outcome: &SaveOutcome, tried: Tried, is_on_screen: bool) {
    let context = fields.context;
    let Tried { name, group, button, not_applied } = tried;
    if let Some(error) = error_of(outcome) {
        context.failed(error);
    }
    let text = explain_outcome(outcome, name, group, "saved");
    if !is_on_screen {
        context.notify(format!("Queue “{name}”: {text}"));
        return;
    }
    let form = fields.form;
    let link = |id: u64| context.navigator.href(&Route::Queue(id));
    let problem = match outcome {
        SaveOutcome::Saved(_) => return,
        SaveOutcome::NameTaken(existing) => {
            form.fail(vec![name_taken(name, group)]);
            if let Some(id) = existing {
                form.set_field_link(Field::Name, "Open it", link(*id));
            }
            return;
        }
        SaveOutcome::CreatedBefore(queue) => {
            form.fail(vec![Problem::Field(Field::Name, text)]);
            form.set_field_link(Field::Name, "Open it", link(queue.id));
            return;
        }
        SaveOutcome::Failed(ApiError::Unauthorized) => format!(
            "Your session has ended, and nothing was sent. Sign in, then press “{button}” again."
        ),
        SaveOutcome::Failed(ApiError::NotFound) => {
            let text = "Dioptra has this group no more: select another one";
            form.fail(vec![Problem::Field(Field::Group, text.to_owned())]);
            return;
        }
        SaveOutcome::Failed(error) => {
            let fields = [Field::Name, Field::Group, Field::Description];
            let mut problems = as_problems(error, &fields);
            // A refusal speaks for itself.
            if let ([Problem::Form(why)], false) =
                (&mut problems[..], matches!(error, ApiError::Refused(_)))
            {
                *why += " Nothing was saved.";
            }
            form.fail(problems);
            return;
        }
        SaveOutcome::NotApplied(error) => format!(
            "{} {not_applied} Your text is still here: press “{button}” to send it again.",
            explain(error)
        ),
        SaveOutcome::NotSent(error) => format!(
            "{} Nothing was sent. Your text is still here: press “{button}” to try again.",
            explain(error)
        ),
        SaveOutcome::Indeterminate(_) => format!(
            "{text} Your text is still here: press “{button}” again, and Dioptra will say if it \
             has it already."
        ),
        SaveOutcome::Stale(_) => {
            format!("{text} Compare both versions, mix them as you like, and save again.")
        }
        SaveOutcome::AtWork => {
            format!("{text} Your text is still here: wait a minute, then press “{button}” again.")
        }
        SaveOutcome::Deleted => format!("{text} Your text is still here."),
        SaveOutcome::DraftExists => {
            format!("{text}: open the draft or discard it, then save again.")
        }
        SaveOutcome::DraftChanged => {
            format!("{text} Your text is still here: copy it, then open your drafts.")
        }
    };
    form.fail(vec![Problem::Form(problem)]);
}

/// Creates a queue of what the form holds. `failed` hears why it was not, and whether the form still
/// shows.
pub fn create(
    fields: QueueForm,
    user: u64,
    state: StoredValue<CreateState>,
    new: NewQueue,
    failed: impl FnOnce(SaveOutcome, bool) + 'static,
) {
    let (api, mut now) = (fields.context.api(), state.get_value());
    let name = new.content.name().to_owned();
    fields.form.send(
        "Creating the queue…",
        async move |abort| {
            let outcome = api::save::create(&api, &new, user, &mut now, &abort).await;
            (outcome, now)
        },
        move |(outcome, now), is_on_screen| {
            state.try_set_value(now);
            if let SaveOutcome::Saved(id) = outcome {
                fields.context.changed(Change::Created, id);
                fields.finish(format!("Queue “{name}” created"), Route::Queue(id), is_on_screen);
            } else {
                failed(outcome, is_on_screen);
            }
        },
    );
}
