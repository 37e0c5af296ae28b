//! One file per screen; the only place where the API and the parts of a screen meet.

mod explain;
mod new_queue;
mod not_found;
mod queue;
mod queues;
mod sign_in;
mod sign_up;
mod use_from_code;

pub use explain::explain;
pub use new_queue::NewQueuePage;
pub use not_found::NotFoundPage;
pub use queue::QueuePage;
pub use queues::QueuesPage;
pub use sign_in::{SignInForm, SignInPage, use_sign_in};
pub use sign_up::SignUpPage;

use leptos::prelude::*;

/// Sets the document's title to the screen's.
fn set_title(title: &str) {
    document().set_title(&format!("{title} – Dioptra"));
}

/// The title of a form's screen, which says so when something is wrong.
fn form_title(title: &'static str, form: crate::ui::FormState) {
    let problems = form.problems();
    let wrong = Memo::new(move |_| !problems.read().is_empty());
    Effect::new(move |_| {
        set_title(&format!("{}{title}", if wrong.get() { "Error: " } else { "" }));
    });
}
