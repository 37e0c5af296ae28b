//! Many writes, two at a time: how they go, how they are stopped, and what became of each. They run to
//! their end whatever is closed meanwhile.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    pin::Pin,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use futures_util::future::join;
use gloo_timers::future::TimeoutFuture;
use js_sys::Date;
use leptos::{ev, prelude::*};
use send_wrapper::SendWrapper;

use super::explain;
use crate::{
    api::{self, Api, ApiError},
    context::Context,
    js::{Abort, never_abort},
    ui::{live, write_detached},
};

/// Why one of them was not done, or that this is not known.
#[derive(Clone, Debug, PartialEq)]
pub struct Why {
    /// In words.
    pub text: String,
    /// What the request said, if it was one.
    pub error: Option<ApiError>,
}

impl From<ApiError> for Why {
    fn from(error: ApiError) -> Self {
        Self { text: explain(&error), error: Some(error) }
    }
}

/// How they go.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// So many are meant.
    pub all: usize,
    /// So many are done.
    pub done: usize,
    /// The place, the name, and why it was not done.
    pub failed: Vec<(usize, String, String)>,
    /// So many were not begun when they were stopped.
    pub not_begun: usize,
    /// Nothing is under way any more.
    pub is_over: bool,
    /// Nothing new begins.
    pub is_stopping: bool,
    /// Somebody else is signed in by now, whom the names are nothing to.
    pub is_of_other: bool,
}

impl Tally {
    /// "57 done, 2 failed, 1 not begun".
    pub fn words(&self) -> String {
        format!("{} done, {} failed, {} not begun", self.done, self.failed.len(), self.not_begun)
    }

    /// The same as a sentence, with the first reasons of those that have failed: for whoever has left the
    /// dialog.
    pub fn sentence(&self) -> String {
        format!("{}.{}", self.words(), self.reasons())
    }

    /// The first reasons, a sentence each with a space before it.
    pub fn reasons(&self) -> String {
        const MOST: usize = 3;
        let mut text = String::new();
        if self.is_of_other {
            return text;
        }
        for (_, name, why) in self.failed.iter().take(MOST) {
            text += &format!(" “{name}”: {why}");
        }
        if self.failed.len() > MOST {
            text += &format!(" And {} more.", self.failed.len() - MOST);
        }
        text
    }

    /// Something is left to be tried again.
    pub fn is_incomplete(&self) -> bool {
        !self.failed.is_empty() || self.not_begun > 0
    }
}

/// A write under way.
pub type Writing<T> = Pin<Box<dyn Future<Output = (T, Result<(), Why>)>>>;

/// What is done to each: gives it back, with what it has learnt, and how it ended.
type Act<T> = dyn Fn(T, Abort) -> Writing<T>;

/// How often their progress is shown, in milliseconds.
const SHOWN_EVERY_MS: f64 = 100.0;

/// Hears how it went.
type Over = dyn Fn(&Bulk, &Tally);

/// Many writes. It lives as long as somebody holds it.
#[derive(Clone)]
pub struct Bulk {
    tally: ArcRwSignal<Tally>,
    stop: Arc<AtomicBool>,
    begin: Arc<SendWrapper<Box<Begin>>>,
}

/// Begins what is left.
type Begin = dyn Fn(Rest);

/// What begins once all is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rest {
    /// Those that have failed, once more.
    Failed,
    /// Those that were not begun.
    NotBegun,
}

/// What the writes share.
struct BulkWork<T> {
    context: Context,
    /// Who began them.
    user: Option<u64>,
    api: Api,
    /// Each with its name; none while it is under way.
    items: RefCell<Vec<(String, Option<T>)>>,
    waiting: RefCell<VecDeque<usize>>,
    /// Not begun, nor meant to be while the failed are tried again.
    aside: RefCell<VecDeque<usize>>,
    act: Box<Act<T>>,
    tally: ArcRwSignal<Tally>,
    /// When the tally was shown last, in milliseconds since 1970.
    shown: Cell<f64>,
    stop: Arc<AtomicBool>,
    over: Box<Over>,
}

impl Bulk {
    /// Begins at once. `over` hears how it went, each time that nothing is under way any more.
    pub fn start<T: 'static>(
        context: Context,
        items: Vec<(String, T)>,
        act: impl Fn(T, Abort) -> Writing<T> + 'static,
        over: impl Fn(&Self, &Tally) + 'static,
    ) -> Self {
        let tally = ArcRwSignal::new(Tally { all: items.len(), ..Tally::default() });
        let work = Rc::new(BulkWork {
            context,
            user: context.session.user_id(),
            api: context.api(),
            waiting: RefCell::new((0..items.len()).collect()),
            aside: RefCell::default(),
            items: RefCell::new(items.into_iter().map(|(name, item)| (name, Some(item))).collect()),
            act: Box::new(act),
            tally,
            shown: Cell::new(0.0),
            stop: Arc::new(AtomicBool::new(false)),
            over: Box::new(over),
        });
        work.clone().run();
        work.handle()
    }

    /// How they go.
    pub fn tally(&self) -> Tally {
        self.tally.get()
    }

    /// These are the same writes.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.stop, &other.stop)
    }

    /// They have not ended yet.
    pub fn is_under_way(&self) -> bool {
        !self.tally.read_untracked().is_over
    }

    /// What is under way ends, nothing new begins.
    pub fn stop(&self) {
        self.stop.store(true, Relaxed);
        self.tally.update(|tally| tally.is_stopping = true);
    }

    /// Says by a notice that they go on without their dialog or screen, where they can be stopped; it
    /// stays over screens while they do.
    pub fn tell_that_it_goes_on(&self, context: Context, text: &str) {
        let (stopped, this) = (self.clone(), self.clone());
        let stop = move || stopped.stop();
        context.notify_while(text.to_owned(), "Stop", stop, move || this.is_under_way());
    }

    /// Tells how it went by a notice, as [`Self::tell`], to whoever is there.
    pub fn tell_anybody(&self, context: Context, tally: &Tally, text: String) {
        // Names are left out where they are nothing to who is there.
        self.tell(context.of_anybody(), tally, text);
    }

    /// Tells how it went by a notice; what is left can be tried again there, or begun.
    pub fn tell(&self, context: Context, tally: &Tally, text: String) {
        let bulk = self.clone();
        if tally.not_begun > 0 {
            // What has failed is offered after that.
            context.notify_with_action(text, "Go on", move || bulk.go_on());
        } else if !tally.failed.is_empty() {
            context.notify_with_action(text, "Try again", move || bulk.again());
        } else {
            context.notify(text);
        }
    }

    /// Tries those again that have failed.
    pub fn again(&self) {
        (self.begin)(Rest::Failed);
    }

    /// Begins those that were not begun.
    pub fn go_on(&self) {
        (self.begin)(Rest::NotBegun);
    }
}

impl<T: 'static> BulkWork<T> {
    fn handle(self: &Rc<Self>) -> Bulk {
        let this = self.clone();
        let begin: Box<Begin> = Box::new(move |rest| this.clone().begin(rest));
        Bulk {
            tally: self.tally.clone(),
            stop: self.stop.clone(),
            begin: Arc::new(SendWrapper::new(begin)),
        }
    }

    fn run(self: Rc<Self>) {
        // The browser asks before it closes the page.
        let asks = window_event_listener(ev::beforeunload, |event| event.prevent_default());
        let this = self.clone();
        let write = async move |abort: Abort| {
            join(this.clone().work(abort.clone()), this.work(abort)).await;
        };
        write_detached(write, move |()| {
            asks.remove();
            let mut waiting = self.waiting.borrow_mut();
            waiting.append(&mut self.aside.borrow_mut());
            let not_begun = waiting.len();
            drop(waiting);
            self.tally.update(|tally| {
                tally.not_begun = not_begun;
                tally.is_over = true;
                tally.is_of_other = self.context.session.user_id() != self.user;
            });
            (self.over)(&self.handle(), &self.tally.get_untracked());
        });
    }

    fn begin(self: Rc<Self>, rest: Rest) {
        if !self.tally.read_untracked().is_over {
            return;
        }
        self.stop.store(false, Relaxed);
        self.tally.update(|tally| {
            if rest == Rest::Failed {
                let failed = std::mem::take(&mut tally.failed).into_iter().map(|(at, ..)| at);
                *self.aside.borrow_mut() = self.waiting.replace(failed.collect());
            }
            tally.not_begun = 0;
            tally.is_over = false;
            tally.is_stopping = false;
        });
        self.run();
    }

    /// One after the other, until none is left.
    async fn work(self: Rc<Self>, abort: Abort) {
        while !self.stop.load(Relaxed) {
            let Some(at) = self.waiting.borrow_mut().pop_front() else { return };
            let Some(mut item) = self.items.borrow_mut()[at].1.take() else { continue };
            let result = loop {
                let (after, result) = (self.act)(item, abort.clone()).await;
                item = after;
                match result {
                    // Once somebody has signed in again it goes on.
                    Err(Why { error: Some(ApiError::Unauthorized), .. })
                        if self.signed_in().await => {}
                    result => break result,
                }
            };
            let name = {
                let mut items = self.items.borrow_mut();
                items[at].1 = Some(item);
                items[at].0.clone()
            };
            if let Err(Why {
                error: Some(error @ (ApiError::OtherUser(_) | ApiError::Unauthorized)),
                ..
            }) = &result
            {
                // Nothing is sent in somebody else's name, nor in nobody's.
                self.stop.store(true, Relaxed);
                if *error != ApiError::Unauthorized {
                    self.context.failed(error);
                }
            }
            match result {
                Ok(()) => self.tally.write_untracked().done += 1,
                Err(why) => self.tally.write_untracked().failed.push((at, name, why.text)),
            }
            // To show each one would take the time of a few.
            let now = Date::now();
            if now - self.shown.get() > SHOWN_EVERY_MS {
                self.shown.set(now);
                self.tally.notify();
            }
        }
    }

    /// Asks to sign in, and waits until somebody has; false if it was stopped meanwhile, or if the app
    /// is gone.
    async fn signed_in(&self) -> bool {
        self.context.failed(&ApiError::Unauthorized);
        loop {
            // The host document may see to it, and says so to views only.
            TimeoutFuture::new(1_000).await;
            if self.stop.load(Relaxed) || self.context.session.is_gone() {
                return false;
            }
            if !self.context.session.is_ended()
                && self.context.session.user_id().is_some()
                && api::session::current(&self.api, &never_abort()).await.is_ok()
            {
                return true;
            }
        }
    }
}

/// How they go, for a dialog: progress and "Stop", then what became of them.
pub fn progress(bulk: &Bulk, close: Callback<()>) -> AnyView {
    let all = bulk.tally.read_untracked().all;
    let of = |bulk: &Bulk| {
        let bulk = bulk.clone();
        move || bulk.tally()
    };
    let (tally, is_over) = (of(bulk), of(bulk));
    // What shows is built anew only when all is over, or begins again.
    let is_over = Memo::new(move |_| is_over().is_over);
    let over = {
        let (bulk, tally) = (bulk.clone(), tally.clone());
        move || ended(&bulk, tally(), close)
    };
    let running = {
        let bulk = bulk.clone();
        move || under_way(&bulk, all)
    };
    view! {
        <p role="status">{live(move || Some(tally()).filter(|tally| tally.is_over).map(|tally| tally.words()))}</p>
        {live(move || if is_over.get() { untrack(&over) } else { running() })}
    }
    .into_any()
}

fn under_way(bulk: &Bulk, all: usize) -> AnyView {
    let (so_far, counted, stopping, stopped) =
        (bulk.clone(), bulk.clone(), bulk.clone(), bulk.clone());
    let so_far = move || {
        let tally = so_far.tally();
        (tally.done + tally.failed.len()).to_string()
    };
    let counted = move || {
        let tally = counted.tally();
        format!("{} of {all}", tally.done + tally.failed.len())
    };
    view! {
        <div class="row bulk">
            <progress max=all.to_string() value=so_far aria-label="Progress"></progress>
            <span>{counted}</span>
            <button part="button" type="button" on:click=move |_| stopped.stop()>
                {move || if stopping.tally().is_stopping { "Stopping…" } else { "Stop" }}
            </button>
        </div>
    }
    .into_any()
}

fn ended(bulk: &Bulk, tally: Tally, close: Callback<()>) -> AnyView {
    let Tally { failed, not_begun, .. } = tally;
    let (again, rest) = (bulk.clone(), bulk.clone());
    let has_failed = !failed.is_empty();
    let line = |(_, name, why): (usize, String, String)| {
        view! { <li><bdi>{name}</bdi>": "{why}</li> }
    };
    view! {
        {has_failed.then(|| view! {
            // It scrolls, also by keys.
            <div class="failures" role="group" aria-label="Failed" tabindex="0">
                <ul>{failed.into_iter().map(line).collect::<Vec<_>>()}</ul>
            </div>
        })}
        <div class="row">
            {has_failed.then(|| view! {
                <button part="button" type="button" on:click=move |_| again.again()>"Try the failed again"</button>
            })}
            {(not_begun > 0).then(|| view! {
                <button part="button" type="button" on:click=move |_| rest.go_on()>"Go on"</button>
            })}
            <button part="button" type="button" autofocus on:click=move |_| close.run(())>"Close"</button>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_became_of_all_is_said_with_the_first_reasons() {
        let failed = vec![(0, "a".to_owned(), "x".to_owned()); 2];
        let tally = Tally { all: 60, done: 57, failed, not_begun: 1, ..Tally::default() };
        assert_eq!(tally.words(), "57 done, 2 failed, 1 not begun");
        assert_eq!(tally.sentence(), "57 done, 2 failed, 1 not begun. “a”: x “a”: x");
        assert_eq!(
            Tally { is_of_other: true, ..tally.clone() }.sentence(),
            "57 done, 2 failed, 1 not begun."
        );
        let many = Tally { failed: vec![(0, "a".to_owned(), "x.".to_owned()); 5], ..tally };
        assert!(many.sentence().ends_with("“a”: x. “a”: x. “a”: x. And 2 more."));
    }
}
