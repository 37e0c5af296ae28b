//! The screen "Import queues": a text becomes a plan, and the plan is applied once somebody says so.

mod apply;
mod plan;

use std::collections::BTreeMap;

use gloo_timers::callback::Timeout;
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use self::plan::PlanView;
use crate::{
    api::{self, Api, ApiError},
    context::Context,
    domain::{
        Group, ListQuery,
        exchange::{self, Line, Unreadable},
    },
    forms::{
        Field,
        import::{Known, PlanRow, plan},
    },
    lazy,
    pages::{bulk::Bulk, explain},
    routes::Route,
    storage::{InputStore, Key},
    ui::{Heading, Id, LatestRequest, Progress, effect, live},
};

lazy! {
    /// The screen "Import queues", for this user.
    #[wasm_split(rest)]
    pub static IMPORT: |user: u64| view! { <Import user /> };
}

const TITLE: &str = "Import queues";

/// What the screen holds.
#[derive(Clone, Copy)]
struct Importing {
    context: Context,
    user: u64,
    text: RwSignal<String>,
    /// The group of lines that name none, as the `<select>` holds it.
    group: RwSignal<String>,
    problem: RwSignal<String>,
    /// What the server had when the plan was made.
    known: StoredValue<Known>,
    plan: RwSignal<Option<Vec<PlanRow>>>,
    applying: RwSignal<Option<Bulk>>,
    request: LatestRequest,
}

#[component]
fn Import(user: u64) -> impl IntoView {
    let context = Context::get();
    context.set_title(TITLE);
    let groups = untrack(|| context.session.groups());
    let only = match &groups[..] {
        [only] => only.id.to_string(),
        _ => String::new(),
    };
    let it = Importing {
        context,
        user,
        text: RwSignal::new(String::new()),
        group: RwSignal::new(only),
        problem: RwSignal::new(String::new()),
        known: StoredValue::new(Known::default()),
        plan: RwSignal::new(None),
        applying: RwSignal::new(None),
        request: LatestRequest::new(),
    };
    it.store_text();
    let check = move |event: ev::SubmitEvent| {
        event.prevent_default();
        it.check();
    };
    view! {
        <Heading text=TITLE focus=context.navigator.has_moved() />
        <form on:submit=check novalidate>
            <ImportTextField it />
            <FileField it />
            <GroupField it />
            <p class="problem" role="alert">{it.problem}</p>
            <div class="row">
                // Once there is a plan, to apply it is what comes next.
                <button part="button" type="submit" class:primary=move || it.plan.read().is_none()>"Check"</button>
                <a part="button" class="button" href=context.navigator.href(&Route::Queues(ListQuery::default()))>"Cancel"</a>
                <Progress pending=it.request.pending() text="Comparing with what Dioptra has…" />
            </div>
        </form>
        <PlanView it />
    }
}

/// The text itself.
#[component]
fn ImportTextField(it: Importing) -> impl IntoView {
    let id = Id::ImportText.as_str();
    let hint = format!("{id}-hint");
    let files = |event: &ev::DragEvent| {
        event.data_transfer().and_then(|data| data.files()).filter(|files| files.length() > 0)
    };
    let dropped = move |event: ev::DragEvent| {
        if let Some(file) = files(&event).and_then(|files| files.get(0)) {
            event.prevent_default();
            it.read_file(file);
        }
    };
    view! {
        <div class="field">
            <label for=id>"Queues"</label>
            <p class="hint" id=hint.clone()>
                "CSV or JSON as “Export” writes it, or a line for each queue: "<code>"name, description"</code>
                ". Nothing is sent before you have seen the plan."
            </p>
            <textarea part="input" id=id rows="10" spellcheck="false" aria-describedby=hint
                prop:value=it.text
                on:input=move |event| it.text.set(event_target_value(&event))
                on:dragover=|event: ev::DragEvent| event.prevent_default()
                on:drop=dropped
            ></textarea>
        </div>
    }
}

/// A file in place of a text.
#[component]
fn FileField(it: Importing) -> impl IntoView {
    let id = Id::ImportFile.as_str();
    let chosen = move |event: ev::Event| {
        let input = event.target().and_then(|it| it.dyn_into::<web_sys::HtmlInputElement>().ok());
        if let Some(file) = input.and_then(|input| input.files()).and_then(|files| files.get(0)) {
            it.read_file(file);
        }
    };
    view! {
        <div class="field">
            <label for=id>"Or a file"</label>
            <input part="input" id=id type="file" accept=".csv,.json,.txt,.tsv,text/*" on:change=chosen />
        </div>
    }
}

/// The group of lines that name none.
#[component]
fn GroupField(it: Importing) -> impl IntoView {
    let id = Field::Group.as_str();
    let hint = format!("{id}-hint");
    let option = move |group: Group| {
        let value = group.id.to_string();
        let same = value.clone();
        view! { <option value=value prop:selected=move || it.group.read() == same>{group.name}</option> }
    };
    view! {
        <div class="field">
            <label for=id>"Group"</label>
            <p class="hint" id=hint.clone()>"For lines that name none."</p>
            <select part="input" id=id aria-describedby=hint
                on:change=move |event| it.group.set(event_target_value(&event))>
                <option value="">"Select a group"</option>
                {live(move || it.context.session.groups().into_iter().map(option).collect::<Vec<_>>())}
            </select>
        </div>
    }
}

impl Importing {
    /// Keeps the text over a reload, and asks before it is left.
    fn store_text(self) {
        let (store, stored) = InputStore::open(&self.context.api_url().1, Key::Import(self.user));
        let store = StoredValue::new(store);
        self.text.set(stored.unwrap_or_default());
        let navigator = self.context.navigator;
        let write = move || {
            self.text.try_with_untracked(|text| {
                let text = Some(text.as_str()).filter(|text| !text.is_empty());
                store.try_with_value(|store| store.write(text));
            });
        };
        // A text of megabytes is not stored with every key.
        let timer = StoredValue::new_local(None::<Timeout>);
        effect(move || {
            navigator.set_unsaved(!self.text.read().trim().is_empty());
            timer.set_value(Some(Timeout::new(250, write)));
        });
        let hidden = window_event_listener_untyped("pagehide", move |_| {
            write();
            store.with_value(InputStore::close);
        });
        on_cleanup(move || {
            hidden.remove();
            // Left on purpose. (If somebody else signed in, the text waits for its author.)
            if navigator.is_unsaved() {
                write();
            } else {
                store.try_with_value(|store| store.write(None));
            }
            store.try_with_value(InputStore::close);
            navigator.set_unsaved(false);
        });
    }

    fn read_file(self, file: web_sys::File) {
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

    /// Makes the plan; sends nothing.
    pub fn check(self) {
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
        let (api, groups) = (self.context.api(), untrack(|| self.context.session.groups()));
        self.request.run(
            async move |abort| known(&api, groups, &abort).await,
            move |found| match found {
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
