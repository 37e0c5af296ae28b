//! The host document: what it decides, and what it hears. The stand-alone app has one too, which
//! decides nothing and hears nothing.

use js_sys::{Function, Object};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

use crate::{domain::PageSize, js::object};

/// How the app stands in the host document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// The document is the app's: so are the header, the title and the screens for signing in.
    Standalone,
    /// The document is the app's, but it is an iframe in another one, which has its own header.
    Iframe,
    /// The app is an element of another document: a region of it that leaves all else alone.
    Element,
}

/// What the host document decides; it may change its mind while the app runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Only queues of this group are shown and created.
    pub group: Option<u64>,
    /// Rows on a page until the user chooses.
    pub page_size: PageSize,
    /// Nothing can be changed.
    pub readonly: bool,
    /// The heading of the table and the name of the region.
    pub label: String,
    /// The table shows its heading; the document may have one of its own.
    pub has_heading: bool,
    /// URL of a job in the dashboard, with `{id}` in it, like "/jobs/{id}": for another thing its kind
    /// stands in place of "jobs". Without `{id}` it is the dashboard's own URL.
    pub dashboard: Option<String>,
    /// URL of the dashboard itself, for a link in the app's own header.
    pub home: Option<String>,
}

impl Settings {
    /// URL of a thing in the dashboard, if the deployment says where that is: of a "jobs",
    /// "entrypoints" or "experiments".
    #[must_use]
    pub fn dashboard_url(&self, kind: &str, id: u64) -> Option<String> {
        let template = self.dashboard.as_deref()?;
        Some(if template.contains("{id}") {
            template.replace("/jobs", &format!("/{kind}")).replace("{id}", &id.to_string())
        } else {
            format!("{}/{kind}/{id}", template.trim_end_matches('/'))
        })
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            group: None,
            page_size: PageSize::default(),
            readonly: false,
            label: "Queues".to_owned(),
            has_heading: true,
            dashboard: None,
            home: None,
        }
    }
}

/// How a queue, or a job, has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It was created.
    Created,
    /// It has a new version.
    Modified,
    /// It was deleted.
    Deleted,
    /// Its tags have changed.
    Tagged,
    /// A job of it was cancelled: the id is the job's, here and below.
    JobCancelled,
    /// A job of it was moved to another queue.
    JobMoved,
    /// A copy of a job was sent.
    JobSent,
    /// A job was marked as failed.
    JobFailed,
}

/// What the host document hears.
#[derive(Clone, Debug)]
pub enum Event {
    /// Another screen shows; with `replace` it took the place of the one before.
    Route {
        /// As [`Route`](crate::routes::Route) prints it.
        path: String,
        /// "Back" does not lead to the screen before.
        replace: bool,
    },
    /// A queue, or a job, has changed.
    Change {
        /// How.
        change: Change,
        /// The queue, or the job.
        id: u64,
        /// Its newest version, if the server said which that is.
        snapshot: Option<u64>,
    },
    /// There is unsaved text, or none any more.
    Dirty(bool),
    /// An error was shown.
    Error {
        /// What kind, as [`ApiError::code`](crate::api::ApiError::code) names it, or "file": a chunk
        /// of the app is missing.
        code: &'static str,
        /// The HTTP status, if that was all that the response said.
        status: Option<u16>,
    },
    /// Nobody is signed in. The document calls the function once somebody is.
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
                    Change::JobCancelled => "job-cancelled",
                    Change::JobMoved => "job-moved",
                    Change::JobSent => "job-sent",
                    Change::JobFailed => "job-failed",
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

/// What is as it was when the app was mounted.
#[derive(Clone, Debug, Default)]
pub struct Deployment {
    /// URL of what rq-exporter says of the workers, where the deployment has one.
    pub workers: Option<String>,
    /// What this build is, in words.
    pub about: String,
}

/// The host document.
#[derive(Clone, Copy, Debug)]
pub struct Host {
    /// How the app stands in it.
    pub placement: Placement,
    settings: RwSignal<Settings>,
    deployment: StoredValue<Deployment>,
    emit: StoredValue<Option<Function>, LocalStorage>,
}

impl Host {
    /// A host document that hears of events through `emit(name, detail)`, which returns `false` if it
    /// handles the matter itself.
    #[must_use]
    pub fn new(
        placement: Placement,
        settings: Settings,
        deployment: Deployment,
        emit: Option<Function>,
    ) -> Self {
        Self {
            placement,
            settings: RwSignal::new(settings),
            deployment: StoredValue::new(deployment),
            emit: StoredValue::new_local(emit),
        }
    }

    /// The document is not the app's: nothing of it is ours but a region.
    #[must_use]
    pub fn is_element(self) -> bool {
        self.placement == Placement::Element
    }

    /// What the document decides.
    #[must_use]
    pub fn settings(self) -> RwSignal<Settings> {
        self.settings
    }

    /// What this build is, in words.
    #[must_use]
    pub fn about(self) -> String {
        self.deployment.with_value(|deployment| deployment.about.clone())
    }

    /// URL of what rq-exporter says of the workers.
    #[must_use]
    pub fn workers(self) -> Option<String> {
        self.deployment.with_value(|deployment| deployment.workers.clone())
    }

    /// Somebody listens.
    #[must_use]
    pub fn listens(self) -> bool {
        self.emit.try_with_value(Option::is_some).unwrap_or_default()
    }

    /// Tells the document. `false`: it handles the matter itself.
    #[allow(clippy::must_use_candidate)]
    pub fn tell(self, event: Event) -> bool {
        let Some(emit) = self.emit.try_get_value().flatten() else { return true };
        let (name, detail) = event.into_js();
        let result = emit.call2(&JsValue::NULL, &JsValue::from_str(name), detail.unchecked_ref());
        // A listener that throws is the document's own trouble, and the browser reports it.
        result.map_or(true, |result| !result.is_falsy())
    }
}
