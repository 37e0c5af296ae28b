//! Navigation between screens, and the guard of unsaved text. Pages know nothing of the address
//! bar: they call the [`Navigator`].

use std::sync::Arc;

use leptos::{ev, prelude::*};
use leptos_router::location::{BrowserUrl, LocationProvider};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlAnchorElement, MouseEvent};

use crate::{
    host::{Event, Host},
    routes::Route,
};

/// Where the current route is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoutingMode {
    /// In the path of the address bar: the document is ours.
    Path,
    /// In the fragment of the address bar; the rest of it is the host document's.
    Hash,
    /// Nowhere: the address bar is the host document's.
    Memory,
}

/// What is told whether the screen may be left. It outlives the view that asks.
type Leave = Arc<dyn Fn(bool) + Send + Sync>;

/// The current route, and the ways to another. One guard holds all of them, links, code and the
/// browser's back button: if there is unsaved text, the user is asked first.
#[derive(Clone, Copy, Debug)]
pub struct Navigator {
    mode: RoutingMode,
    base: StoredValue<String>,
    route: RwSignal<Route>,
    moved: RwSignal<bool>,
    unsaved: RwSignal<bool>,
    held: RwSignal<Option<Leave>>,
    stayed: Trigger,
    host: Host,
}

impl Navigator {
    /// A navigator that begins at the screen in the address bar, or else at `start`.
    ///
    /// `base` is where the stand-alone app is served from, with a slash at the end: a path for
    /// [`RoutingMode::Path`]; for [`RoutingMode::Memory`] also a URL, where a link leads that is opened in
    /// another tab.
    #[must_use]
    pub fn new(mode: RoutingMode, start: Route, base: String, host: Host) -> Self {
        let base = if mode == RoutingMode::Hash { here_without_fragment() } else { base };
        let navigator = Self {
            mode,
            route: RwSignal::new(start),
            base: StoredValue::new(base),
            moved: RwSignal::new(false),
            unsaved: RwSignal::new(false),
            held: RwSignal::new(None),
            stayed: Trigger::new(),
            host,
        };
        match mode {
            RoutingMode::Path => navigator.follow_path(),
            RoutingMode::Hash => navigator.follow_hash(),
            RoutingMode::Memory => {}
        }
        let handle = window_event_listener(ev::beforeunload, move |event| {
            if navigator.unsaved.get_untracked() {
                event.prevent_default();
            }
        });
        on_cleanup(move || handle.remove());
        navigator
    }

    fn follow_path(self) {
        let base = self.base.get_value();
        let here = move || {
            // Reads window.location; a document without one can't have loaded us.
            let url = BrowserUrl::current().expect("a location");
            let path = url.path().strip_prefix(&*base).unwrap_or(url.path());
            // The document's own name is the root.
            let path = path.strip_suffix("index.html").unwrap_or(path);
            Route::parse(&format!("{path}?{}", url.search()))
        };
        self.route.set(here());
        // After "back" and "forward".
        let handle = window_event_listener(ev::popstate, move |_| self.on_popped(here()));
        on_cleanup(move || handle.remove());
    }

    fn follow_hash(self) {
        let start = self.route.get_untracked();
        let here = move || {
            let hash = window().location().hash().unwrap_or_default();
            match hash.strip_prefix('#') {
                None | Some("") => Some(start.clone()),
                // A fragment that is no screen of ours is the host document's own business.
                Some(path) => Some(Route::parse(path)).filter(|route| *route != Route::NotFound),
            }
        };
        if let Some(route) = here() {
            self.route.set(route);
        }
        let handle = window_event_listener(ev::hashchange, move |_| {
            if let Some(route) = here() {
                self.on_popped(route);
            }
        });
        on_cleanup(move || handle.remove());
    }

    /// The current route.
    #[must_use]
    pub fn route(self) -> ReadSignal<Route> {
        self.route.read_only()
    }

    /// This is not the screen that we started with, so focus should follow.
    #[must_use]
    pub fn has_moved(self) -> bool {
        self.moved.get_untracked()
    }

    /// The address of a screen, for a real link.
    #[must_use]
    pub fn href(self, route: &Route) -> String {
        self.base.with_value(|base| format!("{base}{route}"))
    }

    /// Goes to a screen; "back" returns here.
    pub fn go(self, to: Route) {
        self.lead(to, false);
    }

    /// Goes to a screen that replaces this one in the history.
    pub fn replace(self, to: Route) {
        self.lead(to, true);
    }

    /// To the screen that shows already nothing leads.
    fn lead(self, to: Route, replace: bool) {
        if self.route.with_untracked(|route| *route != to) {
            self.leave_then(move || self.commit(to.clone(), replace));
        }
    }

    /// Shows the same list in another way; never asks, because the screen stays.
    pub fn refine(self, to: Route, replace: bool) {
        self.commit(to, replace);
    }

    /// Says whether the screen holds text that leaving would lose.
    pub fn set_unsaved(self, unsaved: bool) {
        // What outlives the app may say so.
        if self.unsaved.try_get_untracked().is_some_and(|it| it != unsaved) {
            self.unsaved.set(unsaved);
            self.host.tell(Event::Dirty(unsaved));
            // Nothing is left to ask about.
            if !unsaved && let Some(held) = self.held.try_update(Option::take).flatten() {
                held(false);
            }
        }
    }

    /// Somebody wanted to leave, and stays all the same: what [`Navigator::follow_stays`] follows says
    /// anew whether there is unsaved text.
    pub fn stay(self) {
        self.stayed.notify();
    }

    /// Tracks [`Navigator::stay`].
    pub fn follow_stays(self) {
        self.stayed.track();
    }

    /// The screen holds text that leaving would lose; not tracked.
    #[must_use]
    pub fn is_unsaved(self) -> bool {
        self.unsaved.get_untracked()
    }

    /// Does what leaves the screen, after asking if text would be lost.
    pub fn leave_then(self, leave: impl Fn() + Send + Sync + 'static) {
        self.may_leave(move |may| {
            if may {
                leave();
            }
        });
    }

    /// Calls `then` with whether the screen may be left: at once if nothing would be lost,
    /// otherwise with what the user decides.
    pub fn may_leave(self, then: impl Fn(bool) + Send + Sync + 'static) {
        if !self.unsaved.get_untracked() {
            return then(true);
        }
        let then: Leave = Arc::new(then);
        if let Some(before) = self.held.try_update(|held| held.replace(then)).flatten() {
            before(false);
        }
    }

    /// The user is being asked whether to leave.
    #[must_use]
    pub fn is_held(self) -> bool {
        self.held.read().is_some()
    }

    /// The user has decided.
    pub fn decide(self, leave: bool) {
        if let Some(held) = self.held.try_update(Option::take).flatten() {
            if leave {
                self.set_unsaved(false);
            }
            held(leave);
        }
    }

    /// A click anywhere in the app: plain clicks on links to our screens stay in the app; all
    /// others (middle button, Ctrl, other sites, `rel="external"`) are the browser's.
    pub fn clicked(self, event: &MouseEvent) {
        let other = event.default_prevented()
            || event.button() != 0
            || event.meta_key()
            || event.ctrl_key()
            || event.shift_key()
            || event.alt_key();
        let link = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .and_then(|element| element.closest("a[href]").ok().flatten())
            .and_then(|element| element.dyn_into::<HtmlAnchorElement>().ok());
        if let (false, Some(link)) = (other, link) {
            let href = link.get_attribute("href").unwrap_or_default();
            let ours =
                self.base.with_value(|base| href.strip_prefix(base.as_str()).map(Route::parse));
            // The dashboard may be served from the same place.
            let stays = link.target().is_empty() && !link.has_attribute("rel");
            if let Some(route) = ours.filter(|_| stays) {
                event.prevent_default();
                self.go(route);
            }
        }
    }

    fn on_popped(self, to: Route) {
        let from = self.route.get_untracked();
        if to == from {
            // Where we are already.
        } else if self.unsaved.get_untracked() {
            // The address bar has moved already: put it back, then ask. Whoever leaves goes on to
            // where it had moved to, which is the entry before the one that put it back.
            self.write(&from, false);
            self.leave_then(|| {
                let _ = window().history().and_then(|history| history.back());
            });
        } else {
            let path = to.to_string();
            self.show(to);
            self.host.tell(Event::Route { path, replace: false });
        }
    }

    fn commit(self, to: Route, replace: bool) {
        self.write(&to, replace);
        let path = to.to_string();
        self.show(to);
        self.host.tell(Event::Route { path, replace });
    }

    fn show(self, to: Route) {
        self.moved.set(true);
        self.route.set(to);
    }

    fn write(self, route: &Route, replace: bool) {
        if self.mode == RoutingMode::Memory {
            return;
        }
        let url = Some(match self.mode {
            // The rest may have changed meanwhile: it is the host document's.
            RoutingMode::Hash => format!("{}{route}", here_without_fragment()),
            _ => self.href(route),
        });
        // Fails only for a foreign origin or after hundreds of calls a second; the screen is right
        // all the same.
        let _ = window().history().and_then(|history| {
            // What a router of the host document keeps with this entry stays with it.
            let state = history.state().unwrap_or(JsValue::NULL);
            if replace {
                history.replace_state_with_url(&state, "", url.as_deref())
            } else {
                history.push_state_with_url(&state, "", url.as_deref())
            }
        });
    }
}

/// The address up to its fragment: a fragment alone would be one of the `<base>` of the page.
fn here_without_fragment() -> String {
    let location = window().location();
    let part = |part: Result<String, JsValue>| part.unwrap_or_default();
    format!("{}{}#", part(location.pathname()), part(location.search()))
}
