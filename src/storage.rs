//! What the browser stores for us. Storage may be full, blocked or broken: everything works without
//! it.

use std::cell::Cell;

use js_sys::{Date, Function, JSON, Math, Promise, Reflect};
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Storage;

/// Everything that is stored, each under its own key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// "light" or "dark"; absent: as the system.
    Theme,
    /// The table does not follow the jobs by itself; absent: it does.
    NotLive,
    /// The height of "Needs attention" when it was seen last, in CSS pixels; absent: it was not there.
    Attention,
    /// How the table looks, for a user: see `pages/queues/look.rs`.
    Look(u64),
    /// The views that a user has saved: see `pages/queues/views.rs`.
    Views(u64),
    /// Keyboard shortcuts are off; absent: on.
    NoShortcuts,
    /// What a user wants to import.
    Import(u64),
    /// Input of the form "Create queue": of which user, and like which queue it began.
    NewQueue(u64, Option<u64>),
    /// Input of a change: of which user, to which queue.
    Change(u64, u64),
    /// The same in the user's draft of the queue.
    ChangeDraft(u64, u64),
    /// Input in a draft of a new queue: of which user, in which draft.
    Draft(u64, u64),
}

impl Key {
    fn name(self) -> String {
        let (form, user, id) = match self {
            // web/first.ts reads these two before the app runs, web/rows.ts the look of the table, and
            // web/form.ts stores what was typed for a new queue.
            Self::Theme => return "dioptra-queues.theme".to_owned(),
            Self::Attention => return "dioptra-queues.attention".to_owned(),
            Self::NotLive => return "dioptra-queues.not-live".to_owned(),
            Self::NoShortcuts => return "dioptra-queues.no-shortcuts".to_owned(),
            Self::Look(user) => ("look", user, 0),
            Self::Views(user) => ("views", user, 0),
            Self::Import(user) => ("import", user, 0),
            Self::NewQueue(user, from) => ("new-queue", user, from.unwrap_or_default()),
            Self::Change(user, id) => ("change", user, id),
            Self::ChangeDraft(user, id) => ("change-draft", user, id),
            Self::Draft(user, id) => ("draft", user, id),
        };
        format!("dioptra-queues.{form}.{user}.{id}")
    }
}

fn storage() -> Option<Storage> {
    leptos::prelude::window().local_storage().ok().flatten()
}

/// What is stored under the key, if it can be read.
#[must_use]
pub fn read(key: Key) -> Option<String> {
    storage()?.get_item(&key.name()).ok().flatten()
}

/// Stores the value, or removes it.
pub fn write(key: Key, value: Option<&str>) {
    // Without storage a reload loses input; nothing else.
    let _ = storage().map(|storage| match value {
        Some(value) => storage.set_item(&key.name(), value),
        None => storage.remove_item(&key.name()),
    });
}

/// Milliseconds after which a form in which nobody has typed is not taken for open any more: its tab
/// has crashed.
const ALIVE_MS: u64 = 86_400_000;

/// Where one form stores its input. Each form of each tab has a place of its own, so that none
/// overwrites another's; a form that opens takes over what a tab that was closed or reloaded has left.
#[derive(Clone, Debug)]
pub struct InputStore {
    /// Of the same form of the same user in the same Dioptra.
    key: String,
    id: String,
    /// The last one of this tab.
    own: Option<String>,
    /// Gives the lock back.
    release: SendWrapper<Option<Function>>,
}

thread_local! {
    /// How many forms are open in this page.
    static OPEN: Cell<u32> = const { Cell::new(0) };
}

impl InputStore {
    /// A place for a form that opens now, and the input that an earlier one has left.
    #[must_use]
    pub fn open(api: &str, key: Key) -> (Self, Option<String>) {
        let key = format!("{}.{api}#", key.name());
        let id = ((Math::random() * 1e15) as u64).to_string();
        // As long as the page and the form are there: what has a mark and no lock has crashed.
        let mut release = None;
        let held = Promise::new(&mut |resolve, _| release = Some(resolve));
        let held = Closure::once_into_js(move || held);
        let _ = lock(&open_mark(&id), &held);
        // After a reload of this tab its own input comes first, to each of its forms.
        let place = format!("{key}{}", OPEN.replace(OPEN.get() + 1));
        let own = session().and_then(|session| session.get_item(&place).ok().flatten());
        let this = Self { key, id, own, release: SendWrapper::new(release) };
        let input = this.take_over();
        this.write(input.as_deref());
        let _ = session().map(|session| session.set_item(&place, &this.id));
        (this, input)
    }

    /// The place of a form whose tab has crashed, if the browser can tell: see [`Self::take`].
    pub async fn find_crashed(self) -> Option<String> {
        let locks = JsFuture::from(query_locks().ok()?).await.ok()?;
        let held = JSON::stringify(&locks).ok()?.as_string()?;
        let is_open = |id: &String| held.contains(&format!("\"{}\"", open_mark(id)));
        let ids = self.ids();
        // This tab's own one comes first.
        let own = self.own.clone().filter(|own| ids.contains(own));
        own.into_iter().chain(ids).find(|id| *id != self.id && !is_open(id))
    }

    /// Takes over what is stored at another place.
    pub fn take(&self, id: &str) -> Option<String> {
        let storage = storage()?;
        let input = storage.get_item(&self.entry(id)).ok().flatten();
        let _ = storage.remove_item(&self.entry(id));
        let _ = storage.remove_item(&open_mark(id));
        input
    }

    /// Stores the input, or removes it.
    pub fn write(&self, input: Option<&str>) {
        let mark = format!("{} {}", Date::now() as u64, page());
        let _ = storage().map(|storage| {
            let _ = storage.set_item(&open_mark(&self.id), &mark);
            match input {
                Some(input) => storage.set_item(&self.entry(&self.id), input),
                None => storage.remove_item(&self.entry(&self.id)),
            }
        });
    }

    /// The form is gone; what it has stored may be taken over.
    pub fn close(&self) {
        OPEN.set(OPEN.get().saturating_sub(1));
        if let Some(release) = &*self.release {
            let _ = release.call0(&JsValue::NULL);
        }
        let _ = storage().map(|storage| storage.remove_item(&open_mark(&self.id)));
    }

    fn entry(&self, id: &str) -> String {
        format!("{}{id}", self.key)
    }

    /// The places of this form where something is stored.
    fn ids(&self) -> Vec<String> {
        let Some(storage) = storage() else { return Vec::new() };
        let all = 0..storage.length().unwrap_or_default();
        let names = all.filter_map(|at| storage.key(at).ok().flatten());
        names.filter_map(|name| name.strip_prefix(&self.key).map(ToOwned::to_owned)).collect()
    }

    fn take_over(&self) -> Option<String> {
        let (storage, own) = (storage()?, &self.own);
        let ids = self.ids();
        let can_tell = query_locks().is_ok();
        let is_left = |id: &&String| {
            let mark = storage.get_item(&open_mark(id)).ok().flatten().unwrap_or_default();
            let (time, its_page) = mark.split_once(' ').unwrap_or_default();
            // Where the browser can tell which forms are open, it is asked: see `find_crashed`.
            let is_old = !can_tell
                && time
                    .parse()
                    .is_ok_and(|time: u64| (Date::now() as u64).saturating_sub(time) > ALIVE_MS);
            // A tab has one page at a time: an earlier one has crashed. But the copy of a tab begins with
            // what the other one knows, which is open still; a restored one may look the same.
            let is_again = ["reload", if can_tell { "reload" } else { "back_forward" }];
            let was_this_tabs = own.as_ref() == Some(*id)
                && its_page != page()
                && is_again.contains(&&*visit_type());
            mark.is_empty() || is_old || was_this_tabs
        };
        let mut left = ids.iter().filter(is_left);
        let own_first = ids.iter().find(|id| own.as_ref() == Some(*id) && is_left(id));
        let id = own_first.or_else(|| left.next())?;
        // What may be open still in the tab that this one is a copy of stays there, too.
        let may_be_open = storage.get_item(&open_mark(id)).ok().flatten().is_some();
        if may_be_open && own.as_ref() == Some(id) && visit_type() == "back_forward" {
            return storage.get_item(&self.entry(id)).ok().flatten();
        }
        self.take(id)
    }
}

/// The form with this id is open: since when, and in which page.
fn open_mark(id: &str) -> String {
    format!("dioptra-queues.open.{id}")
}

/// How this page came into this tab: "navigate", "reload", or "`back_forward`".
fn visit_type() -> String {
    let performance = leptos::prelude::window().performance();
    let visits = performance.map(|it| it.get_entries_by_type("navigation"));
    let kind = visits.and_then(|it| Reflect::get(&it.get(0), &"type".into()).ok());
    kind.and_then(|kind| kind.as_string()).unwrap_or_default()
}

/// Tells the page from others that this tab has shown.
fn page() -> String {
    let performance = leptos::prelude::window().performance();
    // In whole numbers: to print others takes 20 kB.
    performance
        .map(|performance| ((performance.time_origin() * 1e3) as u64).to_string())
        .unwrap_or_default()
}

#[wasm_bindgen]
extern "C" {
    // They fail where a page is not secure: there is nothing like that there.
    #[wasm_bindgen(js_namespace = ["navigator", "locks"], js_name = request, catch)]
    fn lock(name: &str, held: &JsValue) -> Result<Promise, JsValue>;
    #[wasm_bindgen(js_namespace = ["navigator", "locks"], js_name = query, catch)]
    fn query_locks() -> Result<Promise, JsValue>;
}

fn session() -> Option<Storage> {
    leptos::prelude::window().session_storage().ok().flatten()
}
