use std::cell::OnceCell;

use gloo_timers::callback::Interval;
use js_sys::{
    Array, Date, Function,
    Intl::{DateTimeFormat, RelativeTimeFormat},
    JsString,
};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

use crate::{domain::time::relative, js::object};

/// Writes times in the browser's language and time zone.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    intl: StoredValue<OnceCell<(RelativeTimeFormat, Function)>, LocalStorage>,
    minute: RwSignal<u32>,
    /// The last time that was said: as ISO, the `now` that it was said for, and the words.
    last: StoredValue<(String, f64, Option<TimeWords>), LocalStorage>,
}

/// A time in words: relative, and in full. They stay on the side of JavaScript, which has written them
/// and will show them.
pub type TimeWords = (JsString, JsString);

/// Up to the second, an ISO time has as many characters.
const SECOND: usize = "2026-01-02T03:04:05".len();

impl Clock {
    /// One for the whole app: the formats are costly to create, so that is done once, for the first time
    /// that is said. It ticks every minute, so that "1
    /// minute ago" does not stay for an hour.
    #[must_use]
    pub fn new() -> Self {
        let minute = RwSignal::new(0_u32);
        let tick = move || {
            minute.try_update(|minute| *minute = minute.wrapping_add(1));
        };
        // It ends with the app, which owns it.
        StoredValue::new_local(Interval::new(60_000, tick));
        let (intl, last) = (OnceCell::new(), (String::new(), 0.0, None));
        Self { intl: StoredValue::new_local(intl), minute, last: StoredValue::new_local(last) }
    }

    /// Whoever shows relative times calls this, to be called again when they have changed.
    pub fn track(self) {
        self.minute.track();
    }

    /// A time in words. `now` is the server's time in milliseconds since 1970. A time that can't be
    /// read is said as it came.
    #[must_use]
    pub fn say(self, iso: &str, now: f64) -> TimeWords {
        let said = self.last.try_update_value(|(known, at, said)| {
            // Both times of a queue that nobody has changed are the same.
            let is_same = at.to_bits() == now.to_bits() && known.get(..SECOND) == iso.get(..SECOND);
            if let Some(said) = said.as_ref().filter(|_| is_same && iso.len() >= SECOND) {
                return said.clone();
            }
            iso.clone_into(known);
            *at = now;
            said.insert(self.format(iso, now)).clone()
        });
        said.unwrap_or_else(|| (iso.into(), "".into()))
    }

    fn format(self, iso: &str, now: f64) -> TimeWords {
        let at = Date::parse(iso);
        if !at.is_finite() {
            return (iso.into(), "".into());
        }
        let (number, unit) = relative((now - at) / 1000.0);
        self.intl.with_value(|intl| {
            let (relative, full) = intl.get_or_init(formats);
            let full = full.call1(&JsValue::NULL, &JsValue::from_f64(at)).unwrap_or_default();
            (relative.format(number, unit), full.unchecked_into())
        })
    }

    /// A `<time>`: relative text, the full local time on hover and on focus.
    pub fn time(self, iso: &str, now: f64) -> impl IntoView + use<> {
        let (text, full) = self.say(iso, now);
        let (text, full) = (String::from(text), String::from(full));
        view! { <time datetime=iso.to_owned() title=full tabindex="-1">{text}</time> }
    }
}

fn formats() -> (RelativeTimeFormat, Function) {
    let locales = Array::new();
    let relative = RelativeTimeFormat::new(&locales, &object(&[("numeric", "auto".into())]));
    let full = object(&[("dateStyle", "medium".into()), ("timeStyle", "long".into())]);
    (relative, DateTimeFormat::new(&locales, &full).format())
}

impl Default for Clock {
    fn default() -> Self {
        Self::new()
    }
}
