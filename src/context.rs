//! What every page may ask for.

use leptos::prelude::*;

use crate::{
    api::Api,
    navigator::Navigator,
    session::Session,
    ui::{Clock, copy},
};

/// The app around a page.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    api: StoredValue<Api>,
    /// Where we are, and the ways to go elsewhere.
    pub navigator: Navigator,
    /// Who is signed in.
    pub session: Session,
    /// Writes times.
    pub clock: Clock,
    notice: RwSignal<String>,
    notice_waits: StoredValue<bool>,
    again: RwSignal<u32>,
}

impl Context {
    /// The context of a whole app.
    #[must_use]
    pub fn new(api: Api, navigator: Navigator) -> Self {
        let api = StoredValue::new(api);
        Self {
            api,
            navigator,
            session: Session::new(api),
            clock: Clock::new(),
            notice: RwSignal::new(String::new()),
            notice_waits: StoredValue::new(false),
            again: RwSignal::new(0),
        }
    }

    /// The context of the app that this page is in.
    #[must_use]
    pub fn get() -> Self {
        // The app provides it before it makes any page.
        use_context().expect("a context")
    }

    /// The door to the server.
    #[must_use]
    pub fn api(self) -> Api {
        self.api.get_value()
    }

    /// Where the API is, with its origin: what code outside of the browser needs.
    #[must_use]
    pub fn api_url(self) -> (String, String) {
        let origin = window().location().origin().unwrap_or_default();
        let url = self.api.with_value(|api| format!("{origin}{}", api.base()));
        (origin, url)
    }

    /// A short message, read out; it stays until the next screen or message.
    pub fn say(self, text: impl Into<String>) {
        self.notice.set(text.into());
    }

    /// A short message for the screen that one is about to arrive at.
    pub fn say_there(self, text: impl Into<String>) {
        self.notice_waits.set_value(true);
        self.say(text);
    }

    /// Another screen shows: the message was about the last one, unless it waited for this one.
    pub fn arrived(self) {
        if !self.notice_waits.get_value() {
            self.notice.set(String::new());
        }
        self.notice_waits.set_value(false);
    }

    /// The message.
    #[must_use]
    pub fn notice(self) -> RwSignal<String> {
        self.notice
    }

    /// Puts a text on the clipboard and says so.
    pub fn copy(self, what: &'static str, text: String) {
        copy(text, move |copied| {
            self.say(if copied {
                format!("{what} copied")
            } else {
                format!("{what} could not be copied: select the text and copy it by hand")
            });
        });
    }

    /// Whoever shows what was loaded calls this, to load again when there is a reason to: signed
    /// in again, back online.
    pub fn track_again(self) {
        self.again.track();
    }

    /// There is a reason to load again.
    pub fn load_again(self) {
        self.again.update(|times| *times += 1);
    }
}
