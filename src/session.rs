//! Who is signed in, for the whole app.

use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};

use crate::{
    api::{self, Api, ApiError},
    domain::User,
    host::{Event, Host},
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
    host: Host,
    person: RwSignal<Person>,
    ended: RwSignal<bool>,
    again: StoredValue<Option<Arc<dyn Fn() + Send + Sync>>>,
    waiting: Waiting,
}

impl Session {
    /// Nothing known; [`Session::check`] asks.
    #[must_use]
    pub fn new(api: StoredValue<Api>, host: Host) -> Self {
        Self {
            api,
            host,
            person: RwSignal::new(Person::Unknown),
            ended: RwSignal::new(false),
            again: StoredValue::new(None),
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

    /// Asks the server who is signed in.
    pub fn check(self) {
        self.check_then(|| {});
    }

    /// Somebody has signed in, it seems: once that is known, what shows is loaded again.
    pub fn check_again(self) {
        self.check_then(move || {
            self.ended.set(false);
            self.load_again();
        });
    }

    fn check_then(self, signed_in: impl FnOnce() + 'static) {
        let api = self.api.get_value();
        let question = async move |abort| api::session::current(&api, &abort).await;
        self.waiting.ask(question, move |answer| {
            match (answer, self.user_id()) {
                (Ok(user), _) => {
                    self.know(Person::User(user));
                    signed_in();
                }
                // Somebody is at work here: let them sign in again over their work.
                (Err(ApiError::Unauthorized), Some(_)) => self.end(),
                (Err(ApiError::Unauthorized), None) => {
                    self.know(Person::Nobody);
                    // Our own page has a screen for that.
                    if self.host.is_foreign() {
                        self.end();
                    }
                }
                // A hiccup; whoever is at work will see the next answer.
                (Err(_), Some(_)) => {}
                (Err(error), None) => self.know(Person::Failed(error)),
            }
        });
    }

    /// Nobody is signed in, in the middle of something: asks the page around the app to see to it,
    /// or else the person, over what shows.
    pub fn end(self) {
        let retry = move || {
            // The page may remember this for longer than the app lives.
            if self.api.try_with_value(|_| ()).is_some() {
                self.check_again();
            }
        };
        let retry = Closure::<dyn FnMut()>::new(retry).into_js_value();
        if self.host.tell(Event::AuthRequired(retry.unchecked_into())) {
            self.ended.set(true);
        }
    }

    /// The screen that shows calls this with what loads it, to be loaded again when there is a
    /// reason to: signed in again, back online.
    pub fn when_again(self, load: impl Fn() + Send + Sync + 'static) {
        self.again.set_value(Some(Arc::new(load)));
        on_cleanup(move || {
            self.again.try_set_value(None);
        });
    }

    /// There is a reason to load again.
    pub fn load_again(self) {
        if let Some(load) = self.again.get_value() {
            load();
        }
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
