use std::{future::Future, pin::Pin};

use gloo_timers::callback::Timeout;
use leptos::{prelude::*, task::spawn_local};
use web_sys::{AbortController, AbortSignal};

use super::live;

/// How long one has been waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Nothing is under way.
    Idle,
    /// Too short to be worth a word.
    Busy,
    /// Over 300 ms: show that something happens.
    Slow,
    /// Over 10 s: offer to give up.
    Stuck,
}

/// One question under way at a time. A newer one aborts the older, and the last answer counts
/// only if it answers the last question.
#[derive(Clone, Copy, Debug)]
pub struct Waiting {
    stage: RwSignal<Stage>,
    running: StoredValue<Option<Running>, LocalStorage>,
    questions: StoredValue<u64>,
}

/// What is done with an answer that counts.
type Done = Box<dyn FnOnce()>;
/// An answer to come.
type Answer = Pin<Box<dyn Future<Output = Done>>>;

struct Running {
    abort: AbortController,
    /// They stop when they are dropped.
    _timers: [Timeout; 2],
}

impl Drop for Running {
    fn drop(&mut self) {
        self.abort.abort();
    }
}

impl Waiting {
    /// Nothing asked yet. What is under way ends with the screen that asked.
    #[must_use]
    pub fn new() -> Self {
        let waiting = Self {
            stage: RwSignal::new(Stage::Idle),
            running: StoredValue::new_local(None),
            questions: StoredValue::new(0),
        };
        on_cleanup(move || {
            waiting.running.try_set_value(None);
        });
        waiting
    }

    /// How long the question under way has been waiting for its answer.
    #[must_use]
    pub fn stage(self) -> Stage {
        self.stage.get()
    }

    /// A question is under way; not tracked.
    #[must_use]
    pub fn is_busy(self) -> bool {
        self.stage.get_untracked() != Stage::Idle
    }

    /// Asks; `done` gets the answer unless something newer was asked or the screen is gone.
    pub fn ask<T: 'static, F: Future<Output = T> + 'static>(
        self,
        question: impl FnOnce(AbortSignal) -> F,
        done: impl FnOnce(T) + 'static,
    ) {
        let (number, signal) = self.begin();
        let question = question(signal);
        let answer = async move {
            let answer = question.await;
            Box::new(move || done(answer)) as Done
        };
        self.wait(number, Box::pin(answer));
    }

    /// One for all kinds of questions: each kind of its own costs kilobytes.
    fn wait(self, number: u64, answer: Answer) {
        spawn_local(async move {
            let done = answer.await;
            if self.questions.try_get_value() == Some(number) && self.end() {
                done();
            }
        });
    }

    /// Gives up; the question ends as aborted.
    pub fn cancel(self) {
        self.running.with_value(|running| {
            if let Some(running) = running {
                running.abort.abort();
            }
        });
    }

    fn begin(self) -> (u64, AbortSignal) {
        // The constructor has no way to fail in any browser that runs WebAssembly.
        let abort = AbortController::new().expect("AbortController");
        let signal = abort.signal();
        let after = |milliseconds, stage| {
            Timeout::new(milliseconds, move || {
                self.stage.try_set(stage);
            })
        };
        let timers = [after(300, Stage::Slow), after(10_000, Stage::Stuck)];
        self.running.set_value(Some(Running { abort, _timers: timers }));
        self.stage.set(Stage::Busy);
        self.questions.update_value(|number| *number += 1);
        (self.questions.get_value(), signal)
    }

    fn end(self) -> bool {
        self.stage.try_set(Stage::Idle);
        self.running.try_set_value(None).is_none()
    }
}

impl Default for Waiting {
    fn default() -> Self {
        Self::new()
    }
}

/// Says that one is waiting, after 300 ms, and offers to give up after 10 s.
#[component]
pub fn Progress(
    /// For what.
    waiting: Waiting,
    /// In words.
    #[prop(into)]
    text: Signal<&'static str>,
) -> impl IntoView {
    view! {
        <span role="status">{live(move || (waiting.stage() >= Stage::Slow).then(|| text.get()))}</span>
        {live(move || (waiting.stage() == Stage::Stuck).then(|| view! {
            <button part="button" type="button" on:click=move |_| waiting.cancel()>"Stop waiting"</button>
        }))}
    }
}
