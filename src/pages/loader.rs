use std::{future::Future, sync::Arc};

use leptos::prelude::*;
use web_sys::AbortSignal;

use super::{NotFound, explain};
use crate::{
    api::{Api, ApiError},
    context::Context,
    ui::{Loadable, live},
};

/// What a screen says while it loads, and when that fails.
#[derive(Clone, Copy, Debug)]
pub struct Texts {
    /// After 300 ms.
    pub loading: &'static str,
    /// Above the reason.
    pub failed: &'static str,
    /// Heading and explanation if there is no such thing. None: that is an error as others are.
    pub missing: Option<(&'static str, &'static str)>,
}

/// The texts for a queue.
pub const QUEUE_TEXTS: Texts = Texts {
    loading: "Loading the queue…",
    failed: "The queue could not be loaded",
    missing: Some((
        "Queue not found",
        "Dioptra has no queue with this ID. The link may be mistyped.",
    )),
};

/// What a screen loads to be shown.
pub struct Loader<T: Send + Sync + 'static> {
    loadable: Loadable<T, ApiError>,
    load: StoredValue<Arc<dyn Fn() + Send + Sync>>,
}

impl<T: Send + Sync + 'static> Clone for Loader<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Loader<T> {}

impl<T: Send + Sync + 'static> Loader<T> {
    /// Loads at once, and again when there is a reason to.
    pub fn new<F: Future<Output = Result<T, ApiError>> + 'static>(
        request: impl Fn(Api, AbortSignal) -> F + Copy + Send + Sync + 'static,
    ) -> Self {
        let this = Self::prepared(request);
        Context::get().session.on_reload(move || this.load());
        this.load();
        this
    }

    /// The same until it is there: a form must not be rebuilt while somebody types in it.
    pub fn once<F: Future<Output = Result<T, ApiError>> + 'static>(
        request: impl Fn(Api, AbortSignal) -> F + Copy + Send + Sync + 'static,
    ) -> Self {
        let this = Self::prepared(request);
        Context::get().session.on_reload(move || {
            if this.value().with_untracked(Option::is_none) {
                this.load();
            }
        });
        this.load();
        this
    }

    fn prepared<F: Future<Output = Result<T, ApiError>> + 'static>(
        request: impl Fn(Api, AbortSignal) -> F + Copy + Send + Sync + 'static,
    ) -> Self {
        let context = Context::get();
        let loadable = Loadable::new();
        let load = move || {
            let api = context.api();
            loadable.load(|abort| request(api, abort), move |error| context.failed(error));
        };
        Self { loadable, load: StoredValue::new(Arc::new(load)) }
    }

    /// Loads again.
    pub fn load(self) {
        if let Some(load) = self.load.try_get_value() {
            load();
        }
    }

    /// What was loaded last.
    pub fn value(self) -> RwSignal<Option<T>> {
        self.loadable.value()
    }

    /// The last load has failed.
    pub fn has_failed(self) -> bool {
        self.loadable.error().is_some()
    }

    /// The screen: its head at once, then progress, failure or, once there is a value, the content.
    /// What does not exist has a screen of its own.
    pub fn screen(
        self,
        texts: Texts,
        head: impl Fn() -> AnyView + Send + Sync + 'static,
        content: impl Fn() -> AnyView + Send + Sync + 'static,
    ) -> AnyView {
        let Texts { loading, failed, missing } = texts;
        let loadable = self.loadable;
        let value = self.value();
        let is_there = Memo::new(move |_| value.with(Option::is_some));
        let is_missing =
            Memo::new(move |_| loadable.error() == Some(ApiError::NotFound) && missing.is_some());
        let explain = move |error: &ApiError| {
            (missing.is_none() || *error != ApiError::NotFound).then(|| explain(error))
        };
        let content = Arc::new(content);
        live(move || {
            if let Some((what, why)) = missing.filter(|_| is_missing.get()) {
                return view! { <NotFound what why /> }.into_any();
            }
            let content = content.clone();
            view! {
                {head()}
                {loadable.status(failed, explain, move || self.load())}
                {live(move || loadable.is_slow_start().then(|| view! { <div class="skeleton" role="status">{loading}</div> }))}
                {live(move || is_there.get().then(|| content()))}
            }
            .into_any()
        })
    }
}
