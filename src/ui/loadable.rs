use std::future::Future;

use leptos::prelude::*;
use web_sys::AbortSignal;

use super::{LatestRequest, Stage, failure, stuck};

/// Something that is loaded from the server. A failed load is never an empty value: what was there
/// stays, and the error stands beside it.
#[derive(Debug)]
pub struct Loadable<T: 'static, E: 'static> {
    value: RwSignal<Option<T>>,
    error: RwSignal<Option<E>>,
    request: LatestRequest,
}

impl<T, E> Clone for Loadable<T, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, E> Copy for Loadable<T, E> {}

impl<T, E> Loadable<T, E>
where
    T: Send + Sync + 'static,
    E: Send + Sync + Clone + 'static,
{
    /// Nothing loaded yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            value: RwSignal::new(None),
            error: RwSignal::new(None),
            request: LatestRequest::new(),
        }
    }

    /// Loads anew; `failed` hears of an error before it shows.
    pub fn load<F: Future<Output = Result<T, E>> + 'static>(
        self,
        request: impl FnOnce(AbortSignal) -> F,
        failed: impl FnOnce(&E) + 'static,
    ) {
        self.request.run(request, move |response| match response {
            Ok(value) => {
                self.error.set(None);
                self.value.set(Some(value));
            }
            Err(error) => {
                failed(&error);
                self.error.set(Some(error));
            }
        });
    }

    /// What was loaded last.
    #[must_use]
    pub fn value(self) -> RwSignal<Option<T>> {
        self.value
    }

    /// Why the last load failed.
    #[must_use]
    pub fn error(self) -> Option<E> {
        self.error.get()
    }

    /// A load is under way.
    #[must_use]
    pub fn is_busy(self) -> bool {
        self.request.stage() > Stage::Idle
    }

    /// A load takes long enough to be worth a word.
    #[must_use]
    pub fn is_slow(self) -> bool {
        self.request.stage() >= Stage::Slow
    }

    /// Progress and failure of the load, beside whatever value there is: after 10 s a way to cancel;
    /// what failed, why, and a way to try again.
    pub fn status(
        self,
        what: &'static str,
        explain: impl Fn(&E) -> Option<String> + Send + Sync + 'static,
        retry: impl Fn() + Clone + Send + Sync + 'static,
    ) -> impl IntoView {
        // It stays while one tries again: a button that vanished would take the focus with it.
        let why = Memo::new(move |_| self.error.with(|error| error.as_ref().and_then(&explain)));
        let failed = move || {
            let retry = retry.clone();
            why.get().map(|why| failure(what, why, retry, None))
        };
        view! {
            {failed}
            {stuck(vec![self.request.pending()])}
        }
    }

    /// Nothing is there yet, and it takes long enough to be worth a skeleton.
    #[must_use]
    pub fn is_slow_start(self) -> bool {
        self.request.stage() >= Stage::Slow && self.value.with(Option::is_none)
    }
}

impl<T, E> Default for Loadable<T, E>
where
    T: Send + Sync + 'static,
    E: Send + Sync + Clone + 'static,
{
    fn default() -> Self {
        Self::new()
    }
}
