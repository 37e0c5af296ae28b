//! Whether a hand is on something that must not move under it.

use gloo_timers::callback::Timeout;
use js_sys::Date;
use leptos::{leptos_dom::helpers::WindowListenerHandle, prelude::*};

use crate::context::Context;

/// So long after the last touch a hand still counts, in milliseconds.
const TOUCH_MS: f64 = 2_000.0;
/// So often it is looked whether it has gone, in milliseconds.
const AGAIN_MS: u32 = 500;

/// A hand: a pointer that moved or a key that was pressed a moment ago, over or in some part of the app.
#[derive(Clone, Copy)]
pub struct Hand {
    context: Context,
    part: &'static str,
    touched: StoredValue<f64>,
    again: RwSignal<()>,
    later: StoredValue<Option<Timeout>, LocalStorage>,
}

impl Hand {
    /// On a part of the app, by a selector.
    pub fn new(context: Context, part: &'static str) -> Self {
        let this = Self {
            context,
            part,
            touched: StoredValue::new(0.0),
            again: RwSignal::new(()),
            later: StoredValue::new_local(None),
        };
        let touch = move |_| {
            this.touched.try_set_value(Date::now());
        };
        let listeners = ["pointermove", "pointerdown", "keydown"]
            .map(|event| window_event_listener_untyped(event, touch));
        on_cleanup(move || listeners.into_iter().for_each(WindowListenerHandle::remove));
        this
    }

    /// No hand is on it. Tracked: while one is, the effect that asks runs again until it has gone.
    pub fn is_off(self) -> bool {
        self.again.track();
        let part = self.part;
        let is_on = Date::now() - self.touched.get_value() < TOUCH_MS
            && self.context.main_has(&format!("{part}:hover, {part}:focus-within"));
        // Runs only while something waits for the hand to go.
        self.later.set_value(is_on.then(|| {
            Timeout::new(AGAIN_MS, move || {
                self.again.try_set(());
            })
        }));
        !is_on
    }
}
