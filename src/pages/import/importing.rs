//! What the screen holds, and how a text becomes a plan.

use std::{cell::RefCell, collections::BTreeMap};

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::{
    api::{self, Api, ApiError},
    context::Context,
    domain::{
        Group, ListQuery,
        exchange::{self, Line, Unreadable},
    },
    forms::import::{Known, PlanRow, plan},
    pages::{bulk::Bulk, explain},
    storage::{InputStore, Key},
    ui::{LatestRequest, effect},
};

thread_local! {
    /// The last import into each Dioptra, by the URL of its API; its screen may be gone by now.
    static IMPORTS: RefCell<BTreeMap<String, Begun>> = const { RefCell::new(BTreeMap::new()) };
}

/// An import that was begun.
struct Begun {
    by: u64,
    bulk: Bulk,
    /// What is imported.
    text: String,
    /// Where that is kept, once its screen was left: no other one takes it over.
    kept: Option<InputStore>,
}

/// A plan is being applied to the Dioptra of this API.
fn is_under_way(api: &str) -> bool {
    IMPORTS.with_borrow(|imports| imports.get(api).is_some_and(|it| it.bulk.is_under_way()))
}

/// This import was applied to its end: if its screen was left, nothing of it is kept any more.
pub fn forget(api: &str, bulk: &Bulk) {
    if let Some(store) = take_kept(api, bulk) {
        store.write(None);
        store.close();
    }
}

/// Keeps the text of this import while it goes on without its screen.
fn keep(api: String, bulk: Bulk, store: InputStore) {
    let not_kept = IMPORTS.with_borrow_mut(|imports| match imports.get_mut(&api) {
        Some(import) if import.bulk.is(&bulk) => import.kept.replace(store),
        // Another one was begun since, or it is kept already.
        _ => Some(store),
    });
    not_kept.as_ref().map(InputStore::close);
    // What is left of it then is for whoever comes next.
    window_event_listener_untyped("pagehide", move |_| {
        take_kept(&api, &bulk).as_ref().map(InputStore::close);
    });
}

fn take_kept(api: &str, bulk: &Bulk) -> Option<InputStore> {
    IMPORTS.with_borrow_mut(|imports| {
        imports.get_mut(api).filter(|import| import.bulk.is(bulk))?.kept.take()
    })
}

/// What the screen holds.
#[derive(Clone, Copy)]
pub struct Importing {
    pub context: Context,
    pub user: u64,
    pub text: RwSignal<String>,
    /// The text is of an earlier visit.
    pub was_restored: RwSignal<bool>,
    /// The group of lines that name none, as the `<select>` holds it.
    pub group: RwSignal<String>,
    pub problem: RwSignal<String>,
    /// What the server had when the plan was made.
    pub known: StoredValue<Known>,
    pub plan: RwSignal<Option<Vec<PlanRow>>>,
    pub applying: RwSignal<Option<Bulk>>,
    /// Where the text of an earlier visit is kept.
    kept: StoredValue<Option<InputStore>>,
    /// The last import of this visit, and what it imports.
    last: RwSignal<Option<(Bulk, String)>>,
    /// The text that shows is being applied, or was to its end: nobody loses it by leaving.
    applied: Memo<bool>,
    pub request: LatestRequest,
}

impl Importing {
    pub fn new(context: Context, user: u64) -> Self {
        let groups = untrack(|| context.session.groups());
        let only = match &groups[..] {
            [only] => only.id.to_string(),
            _ => String::new(),
        };
        // One of theirs that goes on since an earlier visit shows here, and can be stopped. So does what was
        // left of it.
        let own = IMPORTS.with_borrow_mut(|imports| {
            let own = imports.get_mut(&context.api_url().1).filter(|it| it.by == user)?;
            let kept = own.kept.take();
            let shows = kept.is_some() || own.bulk.is_under_way();
            shows.then(|| (own.bulk.clone(), own.text.clone(), kept))
        });
        let (own, kept) = own.map(|(bulk, text, kept)| ((bulk, text), kept)).unzip();
        let (text, last) = (RwSignal::new(String::new()), RwSignal::new(own.clone()));
        let applied = Memo::new(move |_| {
            let is_applied = |(bulk, applied): &(Bulk, String)| {
                let tally = bulk.tally();
                *text.read() == *applied && !(tally.is_over && tally.is_incomplete())
            };
            last.read().as_ref().is_some_and(is_applied)
        });
        Self {
            context,
            user,
            text,
            was_restored: RwSignal::new(false),
            group: RwSignal::new(only),
            problem: RwSignal::new(String::new()),
            known: StoredValue::new(Known::default()),
            plan: RwSignal::new(None),
            applying: RwSignal::new(own.map(|(bulk, _)| bulk)),
            kept: StoredValue::new(kept.flatten()),
            last,
            applied,
            request: LatestRequest::new(),
        }
    }

    /// Forgets the plan of another text or group than shows: what is applied is what was checked.
    pub fn forget_old_plans(self) {
        effect(move || {
            self.text.track();
            self.group.track();
            if self.plan.with_untracked(Option::is_some) {
                self.plan.set(None);
            }
        });
    }

    /// Keeps the text over a reload, and asks before it is left.
    pub fn store_text(self) {
        let api = self.context.api_url().1;
        let kept = self.kept.try_update_value(Option::take).flatten();
        let (store, stored) = match kept {
            Some(store) => (store, self.last.with_untracked(|it| it.clone().map(|(_, text)| text))),
            None => InputStore::open(&api, Key::Import(self.user)),
        };
        self.was_restored.set(stored.is_some());
        self.text.set(stored.unwrap_or_default());
        // Of a tab that has crashed, unless somebody has typed meanwhile.
        let (of_crashed, here) = (store.clone(), store.clone());
        let found = move |crashed: Option<String>| {
            let is_empty = self.text.with_untracked(String::is_empty);
            if let (Some(id), true) = (crashed, is_empty)
                && let Some(text) = here.take(&id)
            {
                self.text.set(text);
                self.was_restored.set(true);
            }
        };
        LatestRequest::new().run(async move |_| of_crashed.find_crashed().await, found);
        let store = StoredValue::new(store);
        let navigator = self.context.navigator;
        // While it is being applied it is kept: what fails of it is to be tried again.
        let write = move || {
            self.text.try_with_untracked(|text| {
                let is_left = self.applied.try_get_untracked() != Some(true) || self.is_under_way();
                let text = Some(text.as_str()).filter(|text| !text.is_empty() && is_left);
                store.try_with_value(|store| store.write(text));
            });
        };
        // A text of megabytes is not stored with every key.
        let timer = StoredValue::new_local(None::<Timeout>);
        effect(move || {
            navigator.follow_stays();
            let is_empty = self.text.with(|text| text.trim().is_empty());
            navigator.set_unsaved(!is_empty && !self.applied.get());
            timer.set_value(Some(Timeout::new(250, write)));
        });
        let hidden = window_event_listener_untyped("pagehide", move |_| {
            write();
            store.with_value(InputStore::close);
        });
        on_cleanup(move || {
            hidden.remove();
            // Left on purpose. (If somebody else signed in, the text waits for its author.)
            let is_for_later = navigator.is_unsaved();
            navigator.set_unsaved(false);
            let last = self.last.try_get_untracked().flatten();
            let running = last.filter(|(bulk, _)| !is_for_later && bulk.is_under_way());
            if let Some((bulk, text)) = running {
                let goes_on = "The import goes on. What became of it will be said here.";
                bulk.tell_that_it_goes_on(self.context, goes_on);
                if let Some(store) = store.try_get_value() {
                    store.write(Some(&text));
                    keep(api.clone(), bulk, store);
                }
                return;
            }
            if is_for_later {
                write();
            } else {
                store.try_with_value(|store| store.write(None));
            }
            store.try_with_value(InputStore::close);
        });
    }

    pub fn read_file(self, file: web_sys::File) {
        self.request.run(
            async move |_| JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string()),
            move |text| match text {
                Some(text) => {
                    self.text.set(text);
                    self.check();
                }
                None => self.problem.set("This file can't be read. Choose another one.".to_owned()),
            },
        );
    }

    /// No import is under way, which a second one would meet at the same names; otherwise says so.
    pub fn may_begin(self) -> bool {
        let may = !is_under_way(&self.context.api_url().1);
        if !may {
            self.problem.set("An import is under way. Stop it or let it end first.".to_owned());
        }
        may
    }

    /// Plans are being applied from now on.
    pub fn begun(self, bulk: Bulk, text: String) {
        let begun = Begun { by: self.user, bulk: bulk.clone(), text: text.clone(), kept: None };
        let before =
            IMPORTS.with_borrow_mut(|imports| imports.insert(self.context.api_url().1, begun));
        // What is left of that is for whoever comes next.
        before.and_then(|before| before.kept).as_ref().map(InputStore::close);
        self.last.set(Some((bulk.clone(), text)));
        self.applying.set(Some(bulk));
    }

    fn is_under_way(self) -> bool {
        let of =
            |last: &Option<(Bulk, String)>| last.as_ref().is_some_and(|(it, _)| it.is_under_way());
        self.last.try_with_untracked(of) == Some(true)
    }

    /// Makes the plan; sends nothing.
    pub fn check(self) {
        if !self.may_begin() {
            return;
        }
        self.problem.set(String::new());
        self.plan.set(None);
        self.applying.set(None);
        let text = self.text.get_untracked();
        if text.trim().is_empty() {
            self.problem.set("Paste the queues, or choose a file".to_owned());
            return;
        }
        let lines = match exchange::read(&text) {
            Ok(lines) => lines,
            Err(why) => {
                self.problem.set(unreadable(&why));
                return;
            }
        };
        if lines.is_empty() {
            self.problem.set("There are no queues in this list".to_owned());
            return;
        }
        let (api, groups) = (self.context.api(), untrack(|| self.context.session.groups()));
        self.request.run(
            async move |abort| known(&api, groups, &abort).await,
            move |found| match found {
                Ok(_) if self.text.with_untracked(|now| *now != text) => {
                    self.problem.set("The list has changed meanwhile. Check it again.".to_owned());
                }
                Ok(known) => self.plan(&lines, known),
                Err(error) => {
                    self.context.failed(&error);
                    self.problem.set(format!("There is no plan yet. {}", explain(&error)));
                }
            },
        );
    }

    fn plan(self, lines: &[Line], known: Known) {
        let group = self.group.read_untracked().parse().ok();
        self.plan.set(Some(plan(lines, &known, group)));
        self.known.set_value(known);
    }
}

/// What the server has in these groups.
async fn known(
    api: &Api,
    groups: Vec<Group>,
    abort: &web_sys::AbortSignal,
) -> Result<Known, ApiError> {
    let all = ListQuery::default();
    let mut queues = api::queues::all(api, &all, |_, _| {}, abort).await?;
    queues.retain(|queue| groups.iter().any(|group| group.id == queue.group.id));
    let mut tags = BTreeMap::new();
    for group in &groups {
        let of_group = api::tags::of_group(api, group.id, abort).await?;
        tags.extend(of_group.into_iter().map(|tag| ((group.id, tag.name), tag.id)));
    }
    Ok(Known { groups, queues, tags })
}

fn unreadable(why: &Unreadable) -> String {
    match why {
        Unreadable::Json(line, why) => {
            format!("This begins like JSON, but can't be read from line {line} on: {why}")
        }
        Unreadable::NoList => {
            "This is JSON, but no list of queues: each needs at least a name.".to_owned()
        }
        Unreadable::Quote(line) => format!("Line {line}: a quote begins that never ends"),
    }
}
