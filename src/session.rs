//! Who is signed in, for the whole app.

use leptos::prelude::*;

use crate::{
    api::{self, Api, ApiError},
    domain::User,
    ui::Waiting,
};

/// What is known of the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Person {
    /// Nothing yet.
    Unknown,
    /// Not even that, and why.
    Failed(ApiError),
    /// Nobody is signed in.
    Nobody,
    /// This person is.
    User(User),
}

/// The session: a cookie that scripts can't see, so we know of it what the server tells.
#[derive(Clone, Copy, Debug)]
pub struct Session {
    api: StoredValue<Api>,
    person: RwSignal<Person>,
    ended: RwSignal<bool>,
    waiting: Waiting,
}

impl Session {
    /// Nothing known; [`Session::check`] asks.
    #[must_use]
    pub fn new(api: StoredValue<Api>) -> Self {
        Self {
            api,
            person: RwSignal::new(Person::Unknown),
            ended: RwSignal::new(false),
            waiting: Waiting::new(),
        }
    }

    /// What is known.
    #[must_use]
    pub fn person(self) -> Signal<Person> {
        self.person.into()
    }

    /// The signed-in person.
    #[must_use]
    pub fn user(self) -> Option<User> {
        match self.person.get() {
            Person::User(user) => Some(user),
            _ => None,
        }
    }

    /// Asks the server who is signed in; then calls `done`.
    pub fn check(self, done: impl FnOnce() + 'static) {
        let api = self.api.get_value();
        let question = async move |abort| api::session::current(&api, &abort).await;
        self.waiting.ask(question, move |answer| {
            match (answer, self.user_id()) {
                (Ok(user), _) => self.know(Person::User(user)),
                // Somebody is at work here: let them sign in again over their work.
                (Err(ApiError::Unauthorized), Some(_)) => self.end(),
                (Err(ApiError::Unauthorized), None) => self.know(Person::Nobody),
                // A hiccup; whoever is at work will see the next answer.
                (Err(_), Some(_)) => {}
                (Err(error), None) => self.know(Person::Failed(error)),
            }
            done();
        });
    }

    /// An answer said that the session has ended, in the middle of something.
    pub fn end(self) {
        self.ended.set(true);
    }

    /// The session has ended and the person may sign in over the page.
    #[must_use]
    pub fn has_ended(self) -> bool {
        self.ended.get()
    }

    /// The person closed the dialog, or signed in.
    pub fn close_dialog(self) {
        self.ended.set(false);
    }

    /// The person signed out.
    pub fn forget(self) {
        self.know(Person::Nobody);
    }

    /// Who is signed in, not tracked.
    #[must_use]
    pub fn user_id(self) -> Option<u64> {
        self.person.with_untracked(|person| match person {
            Person::User(user) => Some(user.id),
            _ => None,
        })
    }

    fn know(self, person: Person) {
        if self.person.with_untracked(|known| *known != person) {
            self.person.set(person);
        }
    }
}
