//! What the forms that create and change queues share: their fields, and the input that is stored
//! while it is typed. `web/form.ts` shows the same fields before the app runs.

use leptos::prelude::*;
use serde_json::{Value, json};

use super::taken::{TAKEN, suggestion};
use crate::{
    context::Context,
    domain::{Group, WORKER_ENVIRONMENTS, near_miss, snippet::Sketch},
    forms::{Field, queue::QueueFormValues},
    pages::queue::UseFromCodeLater,
    routes::Route,
    storage::{InputStore, Key},
    ui::{
        FormState, Id, LatestRequest, RestoredNote, SelectField, TextArea, TextField, effect, live,
    },
};

/// The input of a form, stored so that it survives a reload.
#[derive(Clone, Debug, Default, PartialEq)]
struct StoredInput {
    typed: QueueFormValues,
    /// What the input began from.
    base: String,
}

impl StoredInput {
    /// As JSON. By hand: what serde derives for this costs a kilobyte.
    fn to_json(&self) -> String {
        let QueueFormValues { name, group, description } = &self.typed;
        json!({"name": name, "group": group, "description": description, "base": self.base})
            .to_string()
    }

    /// Whatever is missing counts as empty.
    fn from_json(json: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(json).ok()?;
        let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
        let typed = QueueFormValues {
            name: text("name"),
            group: text("group"),
            description: text("description"),
        };
        Some(Self { typed, base: text("base") })
    }
}

/// The fields of a queue on the screen.
#[derive(Clone, Copy)]
pub struct QueueForm {
    pub context: Context,
    pub name: RwSignal<String>,
    pub group: RwSignal<String>,
    pub description: RwSignal<String>,
    pub form: FormState,
    /// What the server has; the input is unsaved while it says something else.
    base: RwSignal<QueueFormValues>,
    /// What the input began from. It stays when the queue moves on, so that a reload shows both
    /// versions again.
    version: RwSignal<String>,
    /// The group can't be chosen.
    is_group_fixed: StoredValue<bool>,
    was_restored: RwSignal<bool>,
    is_done: StoredValue<bool>,
    store: StoredValue<InputStore>,
}

impl QueueForm {
    /// A form that begins with `start`. Input of an earlier visit that is stored under the key is
    /// restored, if `accept` takes what it began from; `version` is that of `start`.
    pub fn new(
        start: QueueFormValues,
        version: String,
        key: Key,
        accept: impl Fn(&str) -> bool + 'static,
    ) -> Self {
        let context = Context::get();
        let (store, stored) = InputStore::open(&context.api_url().1, key);
        let first = start.clone();
        let usable = move |stored: &str| {
            StoredInput::from_json(stored)
                .filter(|stored| accept(&stored.base) && stored.typed.is_dirty())
                .filter(|stored| !stored.typed.says(&first.name, &first.description))
        };
        let stored = stored.and_then(|stored| usable(&stored));
        let was_restored = RwSignal::new(stored.is_some());
        let (typed, version) =
            stored.map_or_else(|| (start.clone(), version), |stored| (stored.typed, stored.base));
        let name = RwSignal::new(typed.name);
        let group = RwSignal::new(typed.group);
        let description = RwSignal::new(typed.description);
        let form = FormState::new(move || {
            let typed = QueueFormValues {
                name: name.get(),
                group: group.get(),
                description: description.get(),
            };
            typed.validate().err().unwrap_or_default()
        });
        let this = Self {
            context,
            name,
            group,
            description,
            form,
            base: RwSignal::new(start),
            version: RwSignal::new(version),
            is_group_fixed: StoredValue::new(false),
            was_restored,
            is_done: StoredValue::new(false),
            store: StoredValue::new(store),
        };
        this.store_input();
        if !was_restored.get_untracked() {
            this.look_for_crashed(usable);
        }
        this
    }

    /// Restores the input of a tab that has crashed, unless somebody has typed meanwhile.
    fn look_for_crashed(self, usable: impl Fn(&str) -> Option<StoredInput> + 'static) {
        let store = self.store.get_value();
        let found = move |crashed: Option<String>| {
            let base = self.base.get_untracked();
            let is_same = untrack(|| self.typed()).says(&base.name, &base.description);
            if let (Some(id), true) = (crashed, is_same)
                && let Some(stored) = store.take(&id).and_then(|stored| usable(&stored))
            {
                self.version.set(stored.base);
                let group = stored.typed.group;
                let groups = untrack(|| self.context.session.groups());
                // What is sent is what the form shows.
                if !self.is_group_fixed.get_value()
                    && groups.iter().any(|known| known.id.to_string() == group)
                {
                    self.group.set(group);
                }
                self.fill(&stored.typed.name, &stored.typed.description);
                self.was_restored.set(true);
            }
        };
        let store = self.store.get_value();
        LatestRequest::new().run(async move |_| store.find_crashed().await, found);
    }

    /// Stores the input while it is typed; removes it only on purpose, or once it is on the server.
    fn store_input(self) {
        let navigator = self.context.navigator;
        effect(move || {
            navigator.follow_stays();
            let input = StoredInput { typed: self.typed(), base: self.version.get() };
            let base = self.base.read();
            let is_unsaved = !input.typed.says(&base.name, &base.description);
            if !self.is_done.get_value() {
                let input = is_unsaved.then(|| input.to_json());
                self.write(input.as_deref());
                navigator.set_unsaved(is_unsaved);
            }
        });
        on_cleanup(move || {
            // Left on purpose. (If somebody else signed in, the input waits for its author.)
            if !navigator.is_unsaved() {
                self.write(None);
            }
            self.store.with_value(InputStore::close);
            navigator.set_unsaved(false);
        });
        // A reload, or a tab that is closed.
        let hidden = window_event_listener_untyped("pagehide", move |_| {
            self.store.with_value(InputStore::close);
        });
        on_cleanup(move || hidden.remove());
    }

    fn write(self, input: Option<&str>) {
        self.store.with_value(|store| store.write(input));
    }

    /// The values as they stand.
    pub fn typed(self) -> QueueFormValues {
        QueueFormValues {
            name: self.name.get(),
            group: self.group.get(),
            description: self.description.get(),
        }
    }

    /// What the input began from; tracked, because that of a crashed tab is found late.
    pub fn version(self) -> String {
        self.version.get()
    }

    /// Puts values into the fields.
    pub fn fill(self, name: &str, description: &str) {
        self.name.set(name.to_owned());
        self.description.set(description.to_owned());
        self.form.typed(Field::Name);
        self.form.typed(Field::Description);
    }

    /// The server has these values by now.
    pub fn set_base(self, base: QueueFormValues) {
        self.base.set(base);
    }

    /// The input is on the server, so nothing is left to store or to lose: says what was done, and
    /// navigates if the form still shows.
    pub fn finish(self, done: String, to: Route, is_on_screen: bool) {
        self.context.notify(done);
        if is_on_screen {
            self.is_done.set_value(true);
            self.write(None);
            self.context.navigator.set_unsaved(false);
            self.context.keep_notice();
            self.context.navigator.go(to);
        }
    }

    /// Says that the input of an earlier visit was restored, and discards it on request.
    pub fn restored_note(self) -> impl IntoView {
        let discard = Callback::new(move |()| {
            if untrack(|| self.form.is_sending()) {
                return;
            }
            let base = self.base.get_untracked();
            self.fill(&base.name, &base.description);
        });
        view! { <RestoredNote was_restored=self.was_restored discard /> }
    }

    /// The fields, with the group that can't be changed.
    pub fn fields_of_group(self, group: Group) -> impl IntoView + use<> {
        self.is_group_fixed.set_value(true);
        let group = view! {
            <div class="field">
                <span class="label">"Group"</span>
                <span class="hint">"Owns the queue. Dioptra can't move a queue to another group."</span>
                <bdi>{group.name}</bdi>
            </div>
        };
        self.fields(group.into_any())
    }

    /// The fields, with a choice of groups. The choice changes with them, the form stays.
    pub fn fields_with_groups(self, groups: Signal<Vec<Group>>) -> impl IntoView + use<> {
        let options = Signal::derive(move || {
            let pair = |group: Group| (group.id.to_string(), group.name);
            groups.get().into_iter().map(pair).collect::<Vec<_>>()
        });
        let group = view! {
            <SelectField
                field=Field::Group
                label="Group"
                hint="Owns the queue and controls who may use it."
                value=self.group
                options
                form=self.form
            />
        };
        self.fields(group.into_any())
    }

    fn fields(self, group: AnyView) -> impl IntoView + use<> {
        let Self { name, description, form, .. } = self;
        // Asked for once somebody is there, and once only.
        let is_there = RwSignal::new(false);
        let wanted = Memo::new(move |_| is_there.get());
        view! {
            <p class="hint"><span aria-hidden="true" class="required">"*"</span>" means required"</p>
            <div on:focusin=move |_| is_there.set(true)>
                <TextField
                    field=Field::Name
                    label="Name"
                    hint="A worker must listen to exactly this name. Letters, numbers, spaces, dots, hyphens and underscores."
                    after=view! { <Suggestions name form wanted /> }.into_any()
                    value=name
                    form
                />
            </div>
            {group}
            <TextArea
                field=Field::Description
                label="Description"
                hint="What the queue is for: its machines, its users, its limits."
                value=description
                form
            />
        }
    }

    /// The same from code, live.
    pub fn code(self, intro: &'static str) -> impl IntoView {
        let sketch = Signal::derive(move || {
            let QueueFormValues { name, group, description } = self.typed();
            Sketch {
                name: name.trim().to_owned(),
                group: group.parse().ok(),
                description: description.trim().to_owned(),
            }
        });
        view! { <UseFromCodeLater queue=sketch intro /> }
    }
}

/// Names that workers listen to, those whose jobs were taken lately before the worker environments that
/// Dioptra ships, and the one that was probably meant.
#[component]
fn Suggestions(name: RwSignal<String>, form: FormState, wanted: Memo<bool>) -> impl IntoView {
    let choose = Callback::new(move |chosen: String| {
        if untrack(|| form.is_sending()) {
            return;
        }
        name.set(chosen);
        form.typed(Field::Name);
    });
    let names = RwSignal::new(WORKER_ENVIRONMENTS.map(ToOwned::to_owned).to_vec());
    let meant = Memo::new(move |_| name.with(|name| near_miss(name, &names.read())));
    let button = move |name: String| suggestion(name.clone(), name, choose);
    let environments: Vec<_> = WORKER_ENVIRONMENTS
        .into_iter()
        .map(|name| view! { <li>{button(name.to_owned())}</li> })
        .collect();
    view! {
        <p class="meant" role="status">
            {live(move || meant.get().map(|meant| view! { "Did you mean " {button(meant)} "?" }))}
        </p>
        <div class="suggestions">
            {live(move || wanted.get().then(|| TAKEN.view((names, choose))))}
            <p class="hint" id=Id::Environments.as_str()>"Worker environments that Dioptra ships:"</p>
            <ul class="chips" aria-labelledby=Id::Environments.as_str()>{environments}</ul>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_stored_input_is_restored_or_ignored(text in any::<String>(), odd in "[\\[\\]{}:,\"a-z0-9]*") {
            for text in [text, odd] {
                let _ = StoredInput::from_json(&text).map(|stored| stored.typed.is_dirty());
            }
        }

        #[test]
        fn what_is_stored_comes_back(name in any::<String>(), description in any::<String>(), base in any::<String>()) {
            let stored = StoredInput { typed: QueueFormValues { name, description, ..QueueFormValues::default() }, base };
            prop_assert_eq!(StoredInput::from_json(&stored.to_json()), Some(stored));
        }
    }
}
