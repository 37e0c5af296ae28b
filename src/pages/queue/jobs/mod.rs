//! The jobs of a queue: what they prove, what runs, waits and has ended, and what can be done.

mod act;
mod move_jobs;
mod outcomes;
mod said;
mod state;
mod tables;

use leptos::prelude::*;

use self::{
    act::CancelDialog,
    move_jobs::MoveDialog,
    said::{Said, Workers},
    state::{KnownJobs, QueueJobs},
    tables::Tables,
};
use crate::{
    context::Context,
    domain::Queue,
    pages::{
        error_text::explain,
        follow::{Follow, Seen},
        hand::Hand,
    },
    storage::{self, Key},
    ui::{Id, LatestRequest, Progress, WriteRequest, effect, failure, level, live, stuck},
};

/// The region "Jobs".
#[component]
pub fn JobsRegion(
    user: u64,
    queue: Queue,
    /// Hears whether somebody's worker listens to the name, or that nothing can be known of it.
    has_worker: RwSignal<Option<bool>>,
) -> impl IntoView {
    let (context, queue) = (Context::get(), StoredValue::new(queue));
    let known = RwSignal::new(None::<KnownJobs>);
    // The server's time when the jobs were last known to be so: nothing ages but by a look.
    let now = RwSignal::new(context.api().now());
    effect(move || {
        known.track();
        now.set(context.api().now());
    });
    let verdicts = Memo::new(move |_| {
        let now = now.get();
        known.with(|known| {
            known.as_ref().map(|it| queue.with_value(|queue| it.verdicts(queue, now)))
        })
    });
    let jobs = QueueJobs {
        context,
        user,
        queue,
        known,
        now: now.into(),
        verdicts,
        error: RwSignal::new(None),
        request: LatestRequest::new(),
        looking_back: LatestRequest::new(),
        has_looked_back: StoredValue::new(false),
        next_look_back: StoredValue::new(0.0),
        progress: RwSignal::new((0, 0)),
        follow: StoredValue::new(None),
        to_cancel: RwSignal::new(None),
        to_move: RwSignal::new(None),
        writing: WriteRequest::new(),
        done: RwSignal::new(Vec::new()),
        log: RwSignal::new(None),
        logging: LatestRequest::new(),
    };
    effect(move || {
        let has = known.with(|known| {
            let known = known.as_ref()?;
            Some(queue.with_value(|queue| known.has_worker(&queue.name)))
        });
        let has = has.or_else(|| jobs.error.read().as_ref().map(|_| false));
        if has.is_some() && has != has_worker.get_untracked() {
            has_worker.set(has);
        }
    });
    // What was just sent may come to wait too long while one looks.
    effect(move || {
        verdicts.track();
        jobs.look_back();
    });
    // No row moves under a hand.
    let (hand, has_changed) = (Hand::new(context, ".queue-jobs table"), RwSignal::new(false));
    effect(move || {
        if has_changed.get() && hand.is_off() {
            has_changed.set(false);
            jobs.load();
        }
    });
    let seen = Callback::new(move |(_, is_other): (Seen, bool)| {
        if is_other {
            has_changed.set(true);
        } else if !has_changed.get_untracked() {
            now.set(context.api().now());
        }
    });
    let is_live = RwSignal::new(storage::read(Key::NotLive).is_none());
    jobs.follow.set_value(Some(Follow::new(is_live, seen)));
    jobs.load();
    jobs.context.session.on_reload(move || jobs.load());
    let why = Memo::new(move |_| jobs.error.get().map(|error| explain(&error)));
    view! {
        <section class="queue-jobs" aria-labelledby=Id::Jobs.as_str()>
            <h2 {..level(2)} id=Id::Jobs.as_str()>"Jobs"</h2>
            {live(move || why.get().map(|why| {
                // What was known before stays below.
                let is_unknown = jobs.known.read_untracked().is_none();
                view! {
                    {is_unknown.then(|| view! { <p>"Unknown"</p> })}
                    {failure("The jobs could not be read", why, move || jobs.load(), None)}
                }
            }))}
            <Said jobs />
            <Workers jobs />
            {live(move || jobs.known.read().is_none().then(|| view! {
                <Progress pending=jobs.request.pending() text="Loading the jobs…" />
            }))}
            <Progress pending=jobs.logging.pending() text="Loading the log lines…" />
            {stuck(vec![jobs.looking_back.pending()])}
            <Progress pending=jobs.writing.pending() text="Working…" />
            <div class="outcomes" role="status">
                {live(move || jobs.done.get().into_iter().map(|line| view! { <p>{line}</p> }).collect::<Vec<_>>())}
            </div>
            <Tables jobs />
        </section>
        <CancelDialog jobs />
        <MoveDialog
            user
            asked=jobs.to_move
            moving=jobs.writing
            told=Callback::new(move |line| jobs.done.update(|done| done.push(line)))
            done=Callback::new(move |()| jobs.load())
        />
    }
}
