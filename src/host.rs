//! The page around the app: what it decides, and what it hears. The stand-alone app has one too,
//! which decides nothing and hears nothing.

use js_sys::{Function, Object};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

use crate::{domain::PageSize, js::object};

/// Whose page it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Ours: the header, the document's title and the screens for signing in are the app's.
    Page,
    /// Ours, but it is a frame in another page, which has a header of its own.
    Frame,
    /// Somebody else's. The app is a region of it and leaves all else alone.
    Element,
}

/// What the page decides; it may change its mind while the app runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Only queues of this group are shown and made.
    pub group: Option<u64>,
    /// Rows on a page until the person chooses.
    pub page_size: PageSize,
    /// Nothing can be changed.
    pub readonly: bool,
    /// The heading of the table and the name of the region.
    pub label: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            group: None,
            page_size: PageSize::default(),
            readonly: false,
            label: "Queues".to_owned(),
        }
    }
}

/// What became of a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Created,
    /// It has a new version.
    Modified,
    /// It is gone.
    Deleted,
    /// Its tags are others.
    Tagged,
}

/// What the page hears.
#[derive(Clone, Debug)]
pub enum Event {
    /// Another screen shows; with `replace` it took the place of the one before.
    Route {
        /// As [`Route`](crate::routes::Route) prints it.
        path: String,
        /// "Back" does not lead to the screen before.
        replace: bool,
    },
    /// A queue has changed.
    Change {
        /// How.
        change: Change,
        /// The queue.
        id: u64,
        /// Its newest version, if the server said which that is.
        snapshot: Option<u64>,
    },
    /// There is unsaved text, or none any more.
    Dirty(bool),
    /// The person was told of an error.
    Error {
        /// What kind, as [`ApiError::code`](crate::api::ApiError::code) names it, or "file": a part
        /// of the app is missing.
        code: &'static str,
        /// The HTTP status, if that was all that the answer said.
        status: Option<u16>,
    },
    /// Nobody is signed in. To be answered by calling the function once somebody is.
    AuthRequired(Function),
}

impl Event {
    /// Its name without `dq-`, and its detail.
    fn into_js(self) -> (&'static str, Object) {
        match self {
            Self::Route { path, replace } => {
                ("route", object(&[("path", path.into()), ("replace", replace.into())]))
            }
            Self::Change { change, id, snapshot } => {
                let kind = match change {
                    Change::Created => "created",
                    Change::Modified => "modified",
                    Change::Deleted => "deleted",
                    Change::Tagged => "tagged",
                };
                // Every id that SQL hands out is exact as a JavaScript number.
                let number = |id: u64| JsValue::from_f64(id as f64);
                let snapshot = snapshot.map_or(JsValue::NULL, number);
                let detail = [("kind", kind.into()), ("id", number(id)), ("snapshot", snapshot)];
                ("change", object(&detail))
            }
            Self::Dirty(dirty) => ("dirty", object(&[("dirty", dirty.into())])),
            Self::Error { code, status } => {
                let status = status.map_or(JsValue::NULL, JsValue::from);
                let detail = [("code", code.into()), ("status", status), ("fatal", false.into())];
                ("error", object(&detail))
            }
            Self::AuthRequired(retry) => ("auth-required", object(&[("retry", retry.into())])),
        }
    }
}

/// The page around the app.
#[derive(Clone, Copy, Debug)]
pub struct Host {
    /// Whose it is.
    pub place: Place,
    settings: RwSignal<Settings>,
    emit: StoredValue<Option<Function>, LocalStorage>,
}

impl Host {
    /// A page that hears of events through `emit(name, detail)`, which answers `false` if the page
    /// takes care of the matter itself.
    #[must_use]
    pub fn new(place: Place, settings: Settings, emit: Option<Function>) -> Self {
        Self { place, settings: RwSignal::new(settings), emit: StoredValue::new_local(emit) }
    }

    /// It is somebody else's page: nothing of it is ours but a region.
    #[must_use]
    pub fn is_foreign(self) -> bool {
        self.place == Place::Element
    }

    /// What the page decides.
    #[must_use]
    pub fn settings(self) -> RwSignal<Settings> {
        self.settings
    }

    /// Somebody hears.
    #[must_use]
    pub fn listens(self) -> bool {
        self.emit.try_with_value(Option::is_some).unwrap_or_default()
    }

    /// Tells the page. `false`: it takes care of the matter itself.
    #[allow(clippy::must_use_candidate)]
    pub fn tell(self, event: Event) -> bool {
        let Some(emit) = self.emit.try_get_value().flatten() else { return true };
        let (name, detail) = event.into_js();
        let answer = emit.call2(&JsValue::NULL, &JsValue::from_str(name), detail.unchecked_ref());
        // A listener that throws is the page's own trouble, and the browser reports it.
        answer.map_or(true, |answer| !answer.is_falsy())
    }
}
