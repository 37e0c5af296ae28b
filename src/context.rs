//! What every page may ask for.

use leptos::{html, prelude::*, task::spawn_local};

use crate::{
    api::{self, Api, ApiError, unaborted},
    domain::ListQuery,
    host::{Change, Event, Host, Settings},
    navigator::Navigator,
    routes::Route,
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
    /// The page around the app.
    pub host: Host,
    /// Who is signed in.
    pub session: Session,
    /// Writes times.
    pub clock: Clock,
    /// What changes with the screen; takes the focus when what had it is gone.
    pub main: NodeRef<html::Div>,
    notice: RwSignal<Notice>,
    notice_waits: StoredValue<bool>,
}

impl Context {
    /// The context of a whole app.
    #[must_use]
    pub fn new(api: Api, navigator: Navigator, host: Host) -> Self {
        let api = StoredValue::new(api);
        Self {
            api,
            navigator,
            host,
            session: Session::new(api, host),
            clock: Clock::new(),
            main: NodeRef::new(),
            notice: RwSignal::new(Notice::default()),
            notice_waits: StoredValue::new(false),
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
        let url = self.api.with_value(|api| api.base().to_owned());
        let host = url.find("://").map_or(0, |at| at + 3);
        let end = url[host..].find('/').map_or(url.len(), |at| host + at);
        (url[..end].to_owned(), url)
    }

    /// Names the screen in the document's title, if the document is ours.
    pub fn set_title(self, title: &str) {
        if !self.host.is_foreign() {
            document().set_title(&format!("{title} – Dioptra"));
        }
    }

    /// Tells the page around the app that a queue has changed, once it is known which version of
    /// it is the newest.
    pub fn changed(self, change: Change, id: u64) {
        if !self.host.listens() {
            return;
        }
        let api = self.api();
        spawn_local(async move {
            let newest = match unaborted() {
                Ok(abort) => api::queues::get(&api, id, &abort).await,
                Err(error) => Err(error),
            };
            let snapshot = newest.ok().map(|queue| queue.snapshot);
            self.host.tell(Event::Change { change, id, snapshot });
        });
    }

    /// What the page around the app decides. The frame makes a screen anew when it changes.
    #[must_use]
    pub fn settings(self) -> Settings {
        self.host.settings().get_untracked()
    }

    /// Shows the list in another way.
    pub fn show_list(self, mut list: ListQuery, replace: bool) {
        let usual = self.settings().page_size;
        list.rows = list.rows.filter(|rows| *rows != usual);
        self.navigator.refine(Route::Queues(list), replace);
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
    /// in over the page; of all else the page around the app hears.
    pub fn failed(self, error: &ApiError) {
        match error {
            ApiError::Unauthorized => self.session.end(),
            ApiError::Aborted => {}
            error => {
                self.host.tell(Event::Error { code: error.code(), status: error.status() });
            }
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
}
