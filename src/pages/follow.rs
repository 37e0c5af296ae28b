//! Looks by itself whether jobs or queues have changed, so seldom that the server does not notice, and
//! once for all tabs of a browser.

use gloo_timers::callback::Timeout;
use js_sys::{Date, Math};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{BroadcastChannel, MessageEvent};

use crate::{
    api::{self, ApiError, jobs::Signature},
    context::Context,
    domain::{Page, Queue, metrics, verdict::Proof},
    ui::LatestRequest,
};

/// Between two looks that nobody asked for pass at least so many times what the last one took the
/// server: one per cent of one worker.
pub const SHARE: f64 = 100.0;
/// And so many milliseconds.
const PAUSE: f64 = 10_000.0;
/// While nothing changes for long, or the server errs, at most so many, unless the server is slow.
const LONGEST_PAUSE: f64 = 120_000.0;
/// After so many milliseconds without a change the pauses grow.
const QUIET: f64 = 300_000.0;

/// How many queues there are, the newest one, and its version.
pub type NewestQueue = (u64, u64, u64);

/// What one look has seen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// The jobs that wait and that run.
    pub jobs: Signature,
    /// The queues, if they were looked at.
    pub queues: Option<NewestQueue>,
    /// What the program that knows Redis says, as it came.
    pub workers: Option<String>,
    /// What it took the server, in milliseconds.
    pub cost: f64,
}

impl Seen {
    /// What Redis says.
    pub fn proof(&self) -> Option<Proof> {
        metrics::parse(self.workers.as_deref()?)
    }
}

#[derive(Default)]
struct Memory {
    seen: Option<Seen>,
    /// In milliseconds.
    cost: f64,
    /// When something has changed last, in the browser's time.
    changed: f64,
    /// When this tab or another one has looked last, in the browser's time.
    looked: f64,
    failures: i32,
    /// What has changed is being read.
    is_reading: bool,
    timer: Option<Timeout>,
}

/// What other tabs say, and what hears it.
type JobsChannel = (BroadcastChannel, Closure<dyn FnMut(MessageEvent)>);

/// Follows the jobs while a view is there.
#[derive(Clone, Copy)]
pub struct Follow {
    context: Context,
    is_live: RwSignal<bool>,
    /// Hears what was seen, and whether the jobs are others than before.
    on_seen: Callback<(Seen, bool)>,
    request: LatestRequest,
    memory: StoredValue<Memory, LocalStorage>,
    channel: StoredValue<Option<JobsChannel>, LocalStorage>,
}

impl Follow {
    /// Begins once [`Follow::looked`] is called.
    pub fn new(is_live: RwSignal<bool>, on_seen: Callback<(Seen, bool)>) -> Self {
        let context = Context::get();
        let now = Date::now();
        let memory = Memory { changed: now, looked: now, ..Memory::default() };
        let this = Self {
            context,
            is_live,
            on_seen,
            request: LatestRequest::new(),
            memory: StoredValue::new_local(memory),
            channel: StoredValue::new_local(None),
        };
        this.share();
        let shown = window_event_listener_untyped("visibilitychange", move |_| this.plan());
        let online = window_event_listener_untyped("online", move |_| this.plan());
        on_cleanup(move || {
            shown.remove();
            online.remove();
            // No look begins any more.
            this.memory.try_update_value(|memory| memory.timer = None);
            this.channel.try_update_value(|channel| {
                if let Some((channel, _)) = channel.take() {
                    channel.close();
                }
            });
        });
        this
    }

    /// Hears what other tabs have seen, so that they look in turn.
    fn share(self) {
        let name = format!("dioptra-queues.jobs.{}", self.context.api().base());
        let Ok(channel) = BroadcastChannel::new(&name) else { return };
        let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let text = event.data().as_string().unwrap_or_default();
            if self.may_look() {
                self.memory.try_update_value(|memory| memory.looked = Date::now());
                // Anything else: another tab is looking now.
                if let Ok(seen) = serde_json::from_str(&text) {
                    self.compare(seen);
                }
            }
            self.plan();
        });
        channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        self.channel.set_value(Some((channel, heard)));
    }

    fn tell(self, text: &str) {
        self.channel.try_with_value(|channel| {
            let _ = channel.as_ref().map(|(it, _)| it.post_message(&JsValue::from_str(text)));
        });
    }

    /// All was read anew, or that has failed. What somebody asked for costs what it costs; what was
    /// read because a look has seen a change is part of that look.
    pub fn looked(self, seen: Option<Seen>) {
        self.memory.try_update_value(|memory| {
            memory.looked = Date::now();
            if let Some(seen) = seen {
                if std::mem::take(&mut memory.is_reading) {
                    memory.cost += seen.cost;
                }
                memory.changed = Date::now();
                memory.failures = 0;
                memory.seen = Some(seen);
            } else {
                memory.failures += 1;
                // What a look has seen may not have been read: the next one reads it.
                memory.seen = None;
            }
        });
        self.plan();
    }

    /// Not while nobody sees it.
    fn may_look(self) -> bool {
        self.is_live.try_get_untracked() == Some(true)
            && !self.context.session.is_asked()
            && !document().hidden()
            && window().navigator().on_line()
    }

    /// When to look next: whoever comes back to the tab after that time sees at once what is so now.
    pub fn plan(self) {
        let can = self.may_look();
        self.memory.try_update_value(|memory| {
            let usual = PAUSE.max(memory.cost * SHARE);
            let quiet = ((Date::now() - memory.changed) / QUIET).floor() as i32;
            let grown = usual * f64::from(1_u32 << memory.failures.max(quiet).clamp(0, 4));
            let pause = usual.max(grown.min(LONGEST_PAUSE)) + Math::random() * 1_000.0;
            let rest = (memory.looked + pause - Date::now()).clamp(0.0, pause);
            memory.timer = can.then(|| Timeout::new(rest as u32, move || self.look()));
        });
    }

    /// Looks whether anything has changed.
    fn look(self) {
        // Since it was planned, the session may have ended.
        if !self.may_look() {
            return;
        }
        self.memory.try_update_value(|memory| memory.looked = Date::now());
        self.tell("looking");
        let (api, workers) = (self.context.api(), self.context.host.workers());
        let request = async move |abort: web_sys::AbortSignal| {
            let start = api.waited_ms();
            let jobs = api::jobs::glance(&api, &abort).await?;
            let queues = Some(newest(&api::queues::newest(&api, &abort).await?));
            let cost = api.waited_ms() - start;
            let workers = api::workers::metrics(&api, workers).await;
            Ok(Seen { jobs, queues, workers, cost })
        };
        self.request.run(request, move |seen: Result<Seen, ApiError>| match seen {
            Ok(seen) => {
                if let Ok(text) = serde_json::to_string(&seen) {
                    self.tell(&text);
                }
                self.compare(seen);
                self.plan();
            }
            Err(error) => {
                self.context.failed(&error);
                self.looked(None);
            }
        });
    }

    /// Takes up what a look of this tab or of another has seen.
    fn compare(self, seen: Seen) {
        let is_other = self.memory.try_update_value(|memory| {
            let is_other = memory
                .seen
                .as_ref()
                .is_none_or(|last| last.jobs != seen.jobs || last.proof() != seen.proof());
            memory.looked = Date::now();
            memory.cost = seen.cost;
            if !is_other {
                memory.failures = 0;
            }
            memory.is_reading = is_other;
            if is_other {
                memory.changed = Date::now();
            }
            memory.seen = Some(seen.clone());
            is_other
        });
        if let Some(is_other) = is_other {
            self.on_seen.try_run((seen, is_other));
        }
    }
}

/// The newest queue of a list that begins with it; of an empty one no queue has these numbers.
pub fn newest(page: &Page<Queue>) -> NewestQueue {
    let (id, snapshot) = page.data.first().map_or((0, 0), |first| (first.id, first.snapshot));
    (page.total_num_results, id, snapshot)
}
