//! One file per screen; the only place where the API and the parts of a screen meet.

mod delete;
mod discard;
mod draft;
mod drafts;
mod edit_queue;
mod explain;
mod history;
mod late;
mod new_queue;
mod not_found;
mod queue;
mod queue_form;
mod queues;
mod sign_in;
mod sign_up;
mod tags;
mod use_from_code;

pub use explain::explain;
pub use late::{Late, late, prefetch};
pub use not_found::NotFoundPage;
pub use queues::QueuesPage;
pub use sign_in::SignInDialog;

use leptos::prelude::*;

use crate::{api::ApiError, context::Context, ui::Loadable};

/// The title of a form's screen, which says so when something is wrong.
fn form_title(context: Context, title: &'static str, form: crate::ui::FormState) {
    let problems = form.problems();
    let wrong = Memo::new(move |_| !problems.read().is_empty());
    Effect::new(move |_| {
        context.set_title(&format!("{}{title}", if wrong.get() { "Error: " } else { "" }));
    });
}

/// Loads, and again whenever there is a reason to, until it is there: a form must not be made anew
/// under the hands of its author.
fn load_once<T: Send + Sync + 'static>(
    context: Context,
    what: Loadable<T, ApiError>,
    load: impl Fn() + Copy + Send + Sync + 'static,
) {
    load();
    context.session.when_again(move || {
        if what.value().with_untracked(Option::is_none) {
            load();
        }
    });
}

/// Every error is explained above what could not be loaded.
fn explain_all(error: &ApiError) -> Option<String> {
    Some(explain(error))
}

/// Every error but that there is no such thing, which has a page of its own.
fn explain_unless_missing(error: &ApiError) -> Option<String> {
    (*error != ApiError::NotFound).then(|| explain(error))
}
