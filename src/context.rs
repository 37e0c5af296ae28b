//! What every page may ask for.

use leptos::{html, prelude::*};

use crate::{
    api::{Api, ApiError},
    navigator::Navigator,
    session::Session,
    ui::{Clock, copy},
};

/// A short message, and what one can do about it.
#[derive(Clone, Debug, Default)]
pub struct Notice {
    /// Empty: there is none.
    pub text: String,
    /// The name of a button, and what it does.
    pub action: Option<(&'static str, Callback<()>)>,
}

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
    /// What changes with the screen; takes the focus when what had it is gone.
    pub main: NodeRef<html::Main>,
    notice: RwSignal<Notice>,
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
            main: NodeRef::new(),
            notice: RwSignal::new(Notice::default()),
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
        self.notice.set(Notice { text: text.into(), action: None });
    }

    /// A short message with a button.
    pub fn offer(self, text: String, name: &'static str, action: Callback<()>) {
        self.notice.set(Notice { text, action: Some((name, action)) });
    }

    /// Keeps the message over the screen that one is about to arrive at.
    pub fn and_there(self) {
        self.notice_waits.set_value(true);
    }

    /// Another screen shows: the message was about the last one, unless it waited for this one.
    pub fn arrived(self) {
        if !self.notice_waits.get_value() {
            self.dismiss();
        }
        self.notice_waits.set_value(false);
    }

    /// The message.
    #[must_use]
    pub fn notice(self) -> RwSignal<Notice> {
        self.notice
    }

    /// No message.
    pub fn dismiss(self) {
        self.notice.set(Notice::default());
    }

    /// Something was answered with an error. If it is that nobody is signed in, the person may sign
    /// in over the page.
    pub fn failed(self, error: &ApiError) {
        if *error == ApiError::Unauthorized {
            self.session.end();
        }
    }

    /// Gives the focus to the content: what had it is gone.
    pub fn focus_main(self) {
        if let Some(main) = self.main.get_untracked() {
            let _ = main.focus();
        }
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
