//! What every screen may ask for.

use std::sync::Arc;

use leptos::{html, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;

use crate::{
    api::{self, Api, ApiError},
    domain::ListQuery,
    host::{Change, Event, Host, Settings},
    js::never_abort,
    navigator::Navigator,
    routes::Route,
    session::Session,
    ui::{Clock, FormState, Id, copy, effect},
};

/// What the button of a notice does.
pub type Action = Arc<dyn Fn() + Send + Sync>;

/// A short message, and what one can do about it.
#[derive(Clone, Default)]
pub struct Notice {
    /// Empty: there is none.
    pub text: String,
    /// The name of a button, and what it does.
    pub action: Option<(&'static str, Action)>,
    /// It stays over screens while this holds.
    stays: Option<Arc<dyn Fn() -> bool + Send + Sync>>,
}

/// The app around a screen. What a write calls when it ends works although the view, or the whole
/// app, is gone by then.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    api: StoredValue<Api>,
    /// The current route, and the ways to another.
    pub navigator: Navigator,
    /// The host document.
    pub host: Host,
    /// Who is signed in.
    pub session: Session,
    /// Writes times.
    pub clock: Clock,
    /// What changes with the screen; takes the focus when what had it is gone.
    pub main: NodeRef<html::Div>,
    notice: RwSignal<Notice>,
    keeps_notice: StoredValue<bool>,
    /// Whom its notices are for; none: whoever is there.
    reader: Option<u64>,
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
            keeps_notice: StoredValue::new(false),
            reader: None,
        }
    }

    /// The context of the app that this view is in.
    #[must_use]
    pub fn get() -> Self {
        // The app provides it before it makes any view.
        use_context().expect("a context")
    }

    /// The same for the screens of this user: what they have to say is nothing to anybody who signs in
    /// later.
    #[must_use]
    pub fn of_user(self, user: u64) -> Self {
        Self { reader: Some(user), ..self }
    }

    /// The same for what is said without names, to whoever is there.
    #[must_use]
    pub fn of_anybody(self) -> Self {
        Self { reader: None, ..self }
    }

    /// The door to the server. For views: it panics once the app is gone.
    #[must_use]
    pub fn api(self) -> Api {
        self.api.get_value()
    }

    /// The same for many writes, see [`Api::for_many`]. Beside an element its host document may sign in
    /// somebody else, and needs no focus for that: there each write asks.
    #[must_use]
    pub fn api_for_many(self) -> Api {
        let api = self.api();
        if self.host.is_element() { api } else { api.for_many() }
    }

    /// Where Dioptra is, as its own client wants it, which adds the path of the API; and where the API
    /// is. For code outside of the browser.
    #[must_use]
    pub fn api_url(self) -> (String, String) {
        let url = self.api.with_value(|api| api.base().to_owned());
        let address = url.strip_suffix("/api/v1").unwrap_or(&url).to_owned();
        (address, url)
    }

    /// Names the screen in the document's title, if the document is ours.
    pub fn set_title(self, title: &str) {
        if !self.host.is_element() {
            document().set_title(&format!("{title} – Dioptra"));
        }
    }

    /// Names the screen of a form, whose title says when something is wrong.
    pub fn set_form_title(self, title: String, form: FormState) {
        let problems = form.problems();
        let is_wrong = Memo::new(move |_| !problems.read().is_empty());
        effect(move || {
            self.set_title(&format!("{}{title}", if is_wrong.get() { "Error: " } else { "" }));
        });
    }

    /// Tells the host document that a queue has changed, once it is known which version of it is the
    /// newest.
    pub fn changed(self, change: Change, id: u64) {
        let Some(api) = self.api.try_get_value().filter(|_| self.host.listens()) else { return };
        spawn_local(async move {
            let newest = api::queues::get(&api, id, &never_abort()).await;
            let snapshot = newest.ok().map(|queue| queue.snapshot);
            self.host.tell(Event::Change { change, id, snapshot });
        });
    }

    /// Tells the host document that a job has changed.
    pub fn job_changed(self, change: Change, job: u64) {
        self.host.tell(Event::Change { change, id: job, snapshot: None });
    }

    /// What the host document decides. A screen is remounted when its group or `readonly` changes.
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
    pub fn notify(self, text: impl Into<String>) {
        self.show(Notice { text: text.into(), ..Notice::default() });
    }

    fn show(self, notice: Notice) {
        if self.reader.is_none_or(|reader| self.session.user_id() == Some(reader)) {
            self.notice.set(notice);
        }
    }

    /// A short message with a button.
    pub fn notify_with_action(
        self,
        text: String,
        name: &'static str,
        action: impl Fn() + Send + Sync + 'static,
    ) {
        self.show(Notice { text, action: Some((name, Arc::new(action))), ..Notice::default() });
    }

    /// A short message with a button about what goes on: it stays over screens while `stays` holds.
    pub fn notify_while(
        self,
        text: String,
        name: &'static str,
        action: impl Fn() + Send + Sync + 'static,
        stays: impl Fn() -> bool + Send + Sync + 'static,
    ) {
        let (action, stays) =
            (Some((name, Arc::new(action) as Action)), Some(Arc::new(stays) as _));
        self.show(Notice { text, action, stays });
    }

    /// Keeps the notice over the navigation that follows.
    pub fn keep_notice(self) {
        self.keeps_notice.try_set_value(true);
    }

    /// Another screen shows: the notice was about the previous one, unless it was kept or is about what
    /// goes on.
    pub fn on_screen_changed(self) {
        let stays =
            self.notice.with_untracked(|notice| notice.stays.as_ref().is_some_and(|it| it()));
        if !stays && !self.keeps_notice.get_value() {
            self.dismiss();
        }
        self.keeps_notice.set_value(false);
    }

    /// The notice.
    #[must_use]
    pub fn notice(self) -> RwSignal<Notice> {
        self.notice
    }

    /// No notice.
    pub fn dismiss(self) {
        self.notice.set(Notice::default());
    }

    /// A request has failed. If nobody is signed in, the user may sign in over the page; of all else
    /// the host document hears.
    pub fn failed(self, error: &ApiError) {
        match error {
            ApiError::Unauthorized => self.session.end(),
            ApiError::OtherUser(_) => self.session.check(),
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

    /// Gives the focus to the name in a row of the table, or in the last one, or to the heading: what
    /// had it is gone. Once the view shows what has changed.
    pub fn focus_row(self, index: usize) {
        let this = format!("tbody tr:nth-child({}) th a", index + 1);
        self.focus_first([this, "tbody tr:last-child th a".to_owned(), "h1".to_owned()]);
    }

    /// Gives the focus to the first of these that is there, once the view shows what has changed.
    pub fn focus_first<const N: usize>(self, selectors: [String; N]) {
        request_animation_frame(move || {
            let Some(main) = self.main.try_get_untracked().flatten() else { return };
            let found =
                selectors.iter().find_map(|selector| main.query_selector(selector).ok().flatten());
            if let Some(element) = found {
                let _ = element.unchecked_into::<web_sys::HtmlElement>().focus();
            }
        });
    }

    /// Whether something on the screen is as the selector says.
    pub fn main_has(self, selector: &str) -> bool {
        let main = self.main.try_get_untracked().flatten();
        main.is_some_and(|main| main.query_selector(selector).is_ok_and(|found| found.is_some()))
    }

    /// Closes a menu in which something was chosen.
    pub fn close_menu(self, id: Id) {
        let menu = self.main.try_get_untracked().flatten().and_then(|main| {
            main.query_selector(&format!("#{}:popover-open", id.as_str())).ok().flatten()
        });
        let _ = menu.map(|menu| menu.unchecked_into::<web_sys::HtmlElement>().hide_popover());
    }

    /// A dialog or a popover lies over the screen.
    pub fn is_covered(self) -> bool {
        let app = self.main.try_get_untracked().flatten().and_then(|main| main.parent_element());
        let open = app.and_then(|app| app.query_selector("dialog[open], :popover-open").ok());
        open.flatten().is_some()
    }

    /// Somebody is at work beside rows and dialogs: what has ended meanwhile leaves the focus there.
    pub fn has_focus_elsewhere(self) -> bool {
        self.main_has(":focus:not(tbody *, dialog *)")
    }

    /// Puts a text on the clipboard and says so.
    pub fn copy(self, what: &'static str, text: String) {
        copy(text, move |copied| {
            self.notify(if copied {
                format!("{what} copied")
            } else {
                format!("{what} could not be copied: select the text and copy it by hand")
            });
        });
    }
}
