//! The one runner for requests: reads that end with their view, and writes that outlive it.

use std::{future::Future, pin::Pin};

use gloo_timers::callback::Timeout;
use leptos::{prelude::*, reactive::owner::WeakOwner, task::spawn_local};
use web_sys::AbortSignal;

use super::live;
use crate::js::Abort;

/// How long a request has been under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Nothing is under way.
    Idle,
    /// Up to 300 ms: too short to be worth a word.
    Busy,
    /// Over 300 ms: show that something happens.
    Slow,
    /// Over 10 s: offer to stop waiting.
    Stuck,
}

/// How a request goes, for the view that waits for it.
#[derive(Clone, Copy, Debug)]
pub struct Pending {
    stage: RwSignal<Stage>,
    running: StoredValue<Option<Running>, LocalStorage>,
    owner: StoredValue<Option<WeakOwner>>,
}

struct Running {
    abort: Abort,
    /// They stop when they are dropped.
    _timers: [Timeout; 2],
}

/// What is done with a response; its parameter is whether the view is still there.
type Done = Box<dyn FnOnce(bool)>;

impl Pending {
    fn new() -> Self {
        Self {
            stage: RwSignal::new(Stage::Idle),
            running: StoredValue::new_local(None),
            owner: StoredValue::new(Owner::current().map(|owner| owner.downgrade())),
        }
    }

    /// How long the request has been under way.
    #[must_use]
    pub fn stage(self) -> Stage {
        self.stage.get()
    }

    /// A request is under way; not tracked.
    #[must_use]
    pub fn is_busy(self) -> bool {
        self.stage.get_untracked() != Stage::Idle
    }

    /// Stops waiting: what is under way ends as aborted. A write then looks up what became of it,
    /// which can be stopped in its turn.
    pub fn cancel(self) {
        if let Some(abort) = self.abort() {
            self.watch(abort.clone());
            abort.abort();
        }
    }

    fn abort(self) -> Option<Abort> {
        let running = self
            .running
            .try_with_value(|running| running.as_ref().map(|running| running.abort.clone()));
        running.flatten()
    }

    /// The stages of what is aborted by this, from now on.
    fn watch(self, abort: Abort) {
        let after = |milliseconds, stage| {
            Timeout::new(milliseconds, move || {
                self.stage.try_set(stage);
            })
        };
        let timers = [after(300, Stage::Slow), after(10_000, Stage::Stuck)];
        self.running.set_value(Some(Running { abort, _timers: timers }));
        self.stage.set(Stage::Busy);
    }

    /// Runs a request. One function for all kinds: each kind of its own costs kilobytes.
    fn spawn(
        self,
        request: Pin<Box<dyn Future<Output = Done>>>,
        is_current: impl Fn() -> bool + 'static,
    ) {
        let owner = self.owner.get_value();
        spawn_local(async move {
            let done = request.await;
            if !is_current() {
                return;
            }
            self.stage.try_set(Stage::Idle);
            let is_on_screen = self.running.try_set_value(None).is_none();
            match owner.and_then(|owner| owner.upgrade()).filter(|_| is_on_screen) {
                // What is made in there ends with the view.
                Some(owner) => owner.with(|| done(true)),
                None => done(is_on_screen),
            }
        });
    }
}

/// Reads: a new one aborts the previous one, stale responses are dropped, and none outlives its
/// view.
#[derive(Clone, Copy, Debug)]
pub struct LatestRequest {
    pending: Pending,
    count: StoredValue<u64>,
}

impl LatestRequest {
    /// Nothing requested yet. What is under way is aborted with the view that makes this.
    #[must_use]
    pub fn new() -> Self {
        let pending = Pending::new();
        on_cleanup(move || {
            if let Some(abort) = pending.abort() {
                abort.abort();
            }
        });
        Self { pending, count: StoredValue::new(0) }
    }

    /// Sends a request and aborts the previous one. `done` gets the response, unless another request
    /// was made meanwhile or the view is gone.
    pub fn run<T: 'static, F: Future<Output = T> + 'static>(
        self,
        request: impl FnOnce(AbortSignal) -> F,
        done: impl FnOnce(T) + 'static,
    ) {
        if let Some(previous) = self.pending.abort() {
            previous.abort();
        }
        let abort = Abort::new();
        let request = request(abort.signal());
        self.pending.watch(abort);
        self.count.update_value(|count| *count += 1);
        let this = self.count.get_value();
        let request = async move {
            let response = request.await;
            Box::new(move |_| done(response)) as Done
        };
        self.pending.spawn(Box::pin(request), move || self.count.try_get_value() == Some(this));
    }

    /// How it goes.
    #[must_use]
    pub fn pending(self) -> Pending {
        self.pending
    }

    /// How long the request has been under way.
    #[must_use]
    pub fn stage(self) -> Stage {
        self.pending.stage()
    }
}

impl Default for LatestRequest {
    fn default() -> Self {
        Self::new()
    }
}

/// A write: one at a time, and it runs to its end whatever is closed meanwhile.
#[derive(Clone, Copy, Debug)]
pub struct WriteRequest(Pending);

impl WriteRequest {
    /// Nothing sent yet.
    #[must_use]
    pub fn new() -> Self {
        Self(Pending::new())
    }

    /// Sends a write, unless one is under way. `done` gets its outcome, and whether the view is still
    /// there to tell it.
    pub fn run<T: 'static, F: Future<Output = T> + 'static>(
        self,
        write: impl FnOnce(Abort) -> F,
        done: impl FnOnce(T, bool) + 'static,
    ) {
        if self.0.is_busy() {
            return;
        }
        let abort = Abort::new();
        let write = write(abort.clone());
        self.0.watch(abort);
        let write = async move {
            let outcome = write.await;
            Box::new(move |is_on_screen| done(outcome, is_on_screen)) as Done
        };
        self.0.spawn(Box::pin(write), || true);
    }

    /// How it goes.
    #[must_use]
    pub fn pending(self) -> Pending {
        self.0
    }

    /// It is under way; not tracked.
    #[must_use]
    pub fn is_busy(self) -> bool {
        self.0.is_busy()
    }
}

impl Default for WriteRequest {
    fn default() -> Self {
        Self::new()
    }
}

/// A write that no view waits for: it runs to its end, and `done` gets its outcome.
pub fn write_detached<T: 'static, F: Future<Output = T> + 'static>(
    write: impl FnOnce(Abort) -> F,
    done: impl FnOnce(T) + 'static,
) {
    // Nobody stops it.
    let write = write(Abort::new());
    spawn_local(async move { done(write.await) });
}

/// Says that one is waiting, after 300 ms, and offers to stop waiting after 10 s.
#[component]
pub fn Progress(
    /// For what.
    pending: Pending,
    /// In words.
    #[prop(into)]
    text: Signal<&'static str>,
) -> impl IntoView {
    view! {
        <span role="status">{live(move || (pending.stage() >= Stage::Slow).then(|| text.get()))}</span>
        {live(move || (pending.stage() == Stage::Stuck).then(|| view! {
            <button part="button" type="button" on:click=move |_| pending.cancel()>"Stop waiting"</button>
        }))}
    }
}
