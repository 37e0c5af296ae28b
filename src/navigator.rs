//! How pages move between screens, and what holds them back. Pages know nothing of the address
//! bar: they ask the [`Navigator`].

use leptos::{ev, prelude::*};
use leptos_router::location::{BrowserUrl, LocationProvider};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlAnchorElement, MouseEvent};

use crate::routes::Route;

/// Where we are, and the ways to go elsewhere. One gate holds all of them, links, code and the
/// browser's back button: if there is unsaved text, the person is asked first.
#[derive(Clone, Copy, Debug)]
pub struct Navigator {
    base: StoredValue<String>,
    route: RwSignal<Route>,
    moved: RwSignal<bool>,
    unsaved: RwSignal<bool>,
    held: RwSignal<Option<Callback<()>>>,
}

impl Navigator {
    /// The navigator of the stand-alone app: the screen is in the browser's address bar.
    ///
    /// `base` is the path that the app is served from, with a slash at both ends.
    #[must_use]
    pub fn in_browser(base: String) -> Self {
        // Reads window.location; a page without one can't have loaded us.
        let location = BrowserUrl::new().expect("a location");
        location.init(Some(base.clone().into()));
        let url = location.as_url().clone();
        let here = {
            let base = base.clone();
            move || {
                let url = url.read();
                let path = url.path().strip_prefix(&*base).unwrap_or(url.path());
                Route::parse(&format!("{path}?{}", url.search()))
            }
        };
        let navigator = Self {
            route: RwSignal::new(untrack(&here)),
            base: StoredValue::new(base),
            moved: RwSignal::new(false),
            unsaved: RwSignal::new(false),
            held: RwSignal::new(None),
        };
        // Runs first for the URL that we start from, then after each "back" and "forward".
        Effect::new(move |_| navigator.arrived(here()));
        let handle = window_event_listener(ev::beforeunload, move |event| {
            if navigator.unsaved.get_untracked() {
                event.prevent_default();
            }
        });
        on_cleanup(move || handle.remove());
        navigator
    }

    /// The screen that shows.
    #[must_use]
    pub fn route(self) -> Signal<Route> {
        self.route.into()
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
        self.leave_then(move || self.commit(to.clone(), false));
    }

    /// Goes to a screen that takes this one's place in the history.
    pub fn replace(self, to: Route) {
        self.leave_then(move || self.commit(to.clone(), true));
    }

    /// Shows the same list in another way; never asks, because the screen stays.
    pub fn refine(self, to: Route, replace: bool) {
        self.commit(to, replace);
    }

    /// Says whether the screen holds text that leaving would lose.
    pub fn set_unsaved(self, unsaved: bool) {
        if self.unsaved.get_untracked() != unsaved {
            self.unsaved.set(unsaved);
        }
    }

    /// The screen holds text that leaving would lose; not tracked.
    #[must_use]
    pub fn is_unsaved(self) -> bool {
        self.unsaved.get_untracked()
    }

    /// Does what leaves the screen, after asking if text would be lost.
    pub fn leave_then(self, leave: impl Fn() + Send + Sync + 'static) {
        if self.unsaved.get_untracked() {
            self.held.set(Some(Callback::new(move |()| leave())));
        } else {
            leave();
        }
    }

    /// The person is being asked whether to leave.
    #[must_use]
    pub fn is_held(self) -> bool {
        self.held.read().is_some()
    }

    /// The answer to the question.
    pub fn answer(self, leave: bool) {
        let held = self.held.try_update(Option::take).flatten();
        if let Some(held) = held.filter(|_| leave) {
            self.set_unsaved(false);
            held.run(());
        }
    }

    /// A click anywhere in the app: plain clicks on links to our screens stay in the app; all
    /// others (middle button, Ctrl, other sites) are the browser's.
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
            if let Some(route) = ours.filter(|_| link.target().is_empty()) {
                event.prevent_default();
                self.go(route);
            }
        }
    }

    fn arrived(self, to: Route) {
        let from = self.route.get_untracked();
        if to == from {
        } else if self.unsaved.get_untracked() {
            // The address bar has moved already: put it back, then ask.
            self.write(&from, false);
            self.go(to);
        } else {
            self.show(to);
        }
    }

    fn commit(self, to: Route, replace: bool) {
        self.write(&to, replace);
        self.show(to);
    }

    fn show(self, to: Route) {
        self.moved.set(true);
        self.route.set(to);
    }

    fn write(self, route: &Route, replace: bool) {
        let url = self.href(route);
        // Fails only for a foreign origin or after hundreds of calls a second; the screen is right
        // all the same.
        let _ = window().history().and_then(|history| {
            if replace {
                history.replace_state_with_url(&JsValue::NULL, "", Some(&url))
            } else {
                history.push_state_with_url(&JsValue::NULL, "", Some(&url))
            }
        });
    }
}
