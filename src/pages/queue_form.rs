//! What the forms that make and change queues have in common: their fields, the text that is kept
//! while it is typed, and the words for what became of it.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    explain::{as_problems, explain},
    use_from_code::UseFromCode,
};
use crate::{
    api::{ApiError, Sent},
    context::Context,
    domain::{Group, WORKER_ENVIRONMENTS, near_miss, snippet::Sketch},
    forms::{
        Field, Problem,
        queue::{Draft, name_taken},
    },
    routes::Route,
    storage::{self, Key},
    ui::{FormState, Id, SelectField, TextArea, TextField, live},
};

/// The text of a form, kept for when the page is loaded anew.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    typed: Draft,
    /// What the text began from.
    base: String,
}

/// The fields of a queue on the screen.
#[derive(Clone, Copy)]
pub struct QueueForm {
    context: Context,
    pub name: RwSignal<String>,
    pub group: RwSignal<String>,
    pub description: RwSignal<String>,
    pub form: FormState,
    /// What the server has; the text is unsaved while it says something else.
    base: RwSignal<Draft>,
    /// What the text began from. It stays when the queue moves on, so that a page that is loaded
    /// anew shows both versions again.
    version: StoredValue<String>,
    brought_back: RwSignal<bool>,
    is_done: StoredValue<bool>,
    key: Key,
}

impl QueueForm {
    /// A form that begins from `start`. If there is a text of an earlier visit under the key, it is
    /// brought back; `version` is then what that text began from. `accept` says whether that may be.
    pub fn new(start: Draft, version: String, key: Key, accept: impl Fn(&str) -> bool) -> Self {
        let kept = storage::read(key)
            .and_then(|kept| serde_json::from_str::<Kept>(&kept).ok())
            .filter(|kept| accept(&kept.base) && kept.typed.is_dirty())
            .filter(|kept| !kept.typed.says(&start.name, &start.description));
        let brought_back = RwSignal::new(kept.is_some());
        let (typed, version) =
            kept.map_or_else(|| (start.clone(), version), |kept| (kept.typed, kept.base));
        let name = RwSignal::new(typed.name);
        let group = RwSignal::new(typed.group);
        let description = RwSignal::new(typed.description);
        let form = FormState::new(move || {
            let typed =
                Draft { name: name.get(), group: group.get(), description: description.get() };
            typed.validate().err().unwrap_or_default()
        });
        let this = Self {
            context: Context::get(),
            name,
            group,
            description,
            form,
            base: RwSignal::new(start),
            version: StoredValue::new(version),
            brought_back,
            is_done: StoredValue::new(false),
            key,
        };
        this.keep();
        this
    }

    /// Keeps the text while it is typed; gives it up only on purpose, or once it is on the server.
    fn keep(self) {
        let navigator = self.context.navigator;
        Effect::new(move |_| {
            let kept = Kept { typed: self.typed(), base: self.version.get_value() };
            let base = self.base.read();
            let is_unsaved = !kept.typed.says(&base.name, &base.description);
            if !self.is_done.get_value() {
                let kept = is_unsaved.then(|| serde_json::to_string(&kept).ok()).flatten();
                storage::write(self.key, kept.as_deref());
                navigator.set_unsaved(is_unsaved);
            }
        });
        on_cleanup(move || {
            // Left on purpose. (Somebody else signed in: the text waits for its author.)
            if !navigator.is_unsaved() {
                storage::write(self.key, None);
            }
            navigator.set_unsaved(false);
        });
    }

    /// The text as it stands.
    pub fn typed(self) -> Draft {
        Draft {
            name: self.name.get(),
            group: self.group.get(),
            description: self.description.get(),
        }
    }

    /// What the text began from.
    pub fn version(self) -> String {
        self.version.get_value()
    }

    /// Puts a text into the fields.
    pub fn fill(self, name: &str, description: &str) {
        self.name.set(name.to_owned());
        self.description.set(description.to_owned());
        self.form.typed(Field::Name);
        self.form.typed(Field::Description);
    }

    /// The server has this by now.
    pub fn now_there(self, start: Draft) {
        self.base.set(start);
    }

    /// The text is on the server, so nothing is left to keep or to lose: goes to the screen, and
    /// says there what was done.
    pub fn finish(self, done: String, to: Route) {
        self.is_done.set_value(true);
        storage::write(self.key, None);
        self.context.navigator.set_unsaved(false);
        self.context.say(done);
        self.context.and_there();
        self.context.navigator.go(to);
    }

    /// Says in the form why nothing was saved; `button` is the one that sent it, and `not` says that
    /// it is not there. What only one kind of form can answer comes back.
    pub fn tell(
        self,
        sent: Sent,
        name: &str,
        group: &str,
        button: &'static str,
        not: &'static str,
    ) -> Option<Sent> {
        let context = self.context;
        if let Sent::Failed(error) | Sent::NotThere(error) | Sent::Unknown(error) = &sent {
            context.failed(error);
        }
        let problems = match sent {
            Sent::Taken(existing) => {
                self.form.fail(vec![name_taken(name, group)]);
                if let Some(id) = existing {
                    let href = context.navigator.href(&Route::Queue(id));
                    self.form.set_way_out(Field::Name, "Open it", href);
                }
                return None;
            }
            Sent::Failed(ApiError::Unauthorized) => {
                let text = format!(
                    "Your session has ended, and nothing was sent. Sign in, then press “{button}” \
                     again."
                );
                vec![Problem::Form(text)]
            }
            Sent::Failed(ApiError::NotFound) => {
                let text = "Dioptra has this group no more: select another one";
                vec![Problem::Field(Field::Group, text.to_owned())]
            }
            Sent::Failed(error) => {
                as_problems(&error, &[Field::Name, Field::Group, Field::Description])
            }
            Sent::NotThere(error) => vec![Problem::Form(format!(
                "{} {not} Your text is still here: press “{button}” to send it again.",
                explain(&error)
            ))],
            Sent::Unknown(error) => vec![Problem::Form(format!(
                "{} It is not known whether it was saved. Your text is still here: press \
                 “{button}” again, and Dioptra will say if it has it already.",
                explain(&error)
            ))],
            other => return Some(other),
        };
        self.form.fail(problems);
        None
    }

    /// Says that the text is one of an earlier visit, and takes it away if that is wanted.
    pub fn note(self) -> impl IntoView {
        let discard = move |_| {
            let base = self.base.get_untracked();
            self.fill(&base.name, &base.description);
            self.brought_back.set(false);
        };
        move || {
            self.brought_back.get().then(|| {
                view! {
                    <div class="panel" role="status">
                        <p>"Your unsaved text was brought back."</p>
                        <button part="button" type="button" on:click=discard>"Discard it"</button>
                    </div>
                }
            })
        }
    }

    /// The fields. Of several groups one is chosen; one alone stands fixed.
    pub fn fields(self, groups: &[Group], is_fixed: bool) -> impl IntoView + use<> {
        let Self { name, group, description, form, .. } = self;
        let group = if is_fixed {
            let name = groups.iter().map(|group| group.name.clone()).collect::<String>();
            view! {
                <div class="field">
                    <span class="label">"Group"</span>
                    <span class="hint">"Owns the queue. Dioptra can't move a queue to another group."</span>
                    <bdi>{name}</bdi>
                </div>
            }
            .into_any()
        } else {
            let options =
                groups.iter().map(|group| (group.id.to_string(), group.name.clone())).collect();
            view! {
                <SelectField
                    field=Field::Group
                    label="Group"
                    hint="Owns the queue and controls who may use it."
                    value=group
                    options
                    form
                />
            }
            .into_any()
        };
        view! {
            <p class="hint"><span aria-hidden="true" class="required">"*"</span>" means required"</p>
            <TextField
                field=Field::Name
                label="Name"
                hint="A worker must listen to exactly this name. Letters, numbers, spaces, dots, hyphens and underscores."
                after=view! { <Suggestions name form /> }.into_any()
                value=name
                form
            />
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
            let Draft { name, group, description } = self.typed();
            Sketch {
                name: name.trim().to_owned(),
                group: group.parse().ok(),
                description: description.trim().to_owned(),
            }
        });
        view! { <UseFromCode queue=sketch intro /> }
    }
}

/// The worker environments that Dioptra ships, and the one that was probably meant.
#[component]
fn Suggestions(name: RwSignal<String>, form: FormState) -> impl IntoView {
    let choose = move |environment: &'static str| {
        name.set(environment.to_owned());
        form.typed(Field::Name);
    };
    let meant = Memo::new(move |_| name.with(|name| near_miss(name)));
    let button = move |environment: &'static str| {
        view! { <button part="button" type="button" class="link" on:click=move |_| choose(environment)>{environment}</button> }
    };
    let environments: Vec<_> =
        WORKER_ENVIRONMENTS.into_iter().map(|name| view! { <li>{button(name)}</li> }).collect();
    view! {
        <p class="meant" role="status">
            {live(move || meant.get().map(|meant| view! { "Did you mean " {button(meant)} "?" }))}
        </p>
        <p class="hint" id=Id::Environments.as_str()>"Worker environments that Dioptra ships:"</p>
        <ul class="chips" aria-labelledby=Id::Environments.as_str()>{environments}</ul>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_stored_text_is_brought_back_or_ignored(text in any::<String>(), odd in "[\\[\\]{}:,\"a-z0-9]*") {
            for text in [text, odd] {
                let _ = serde_json::from_str::<Kept>(&text).map(|kept| kept.typed.is_dirty());
            }
        }

        #[test]
        fn what_is_stored_comes_back(name in any::<String>(), description in any::<String>(), base in any::<String>()) {
            let kept = Kept { typed: Draft { name, description, ..Draft::default() }, base };
            let text = serde_json::to_string(&kept).unwrap();
            let back: Kept = serde_json::from_str(&text).unwrap();
            prop_assert_eq!((back.typed, back.base), (kept.typed, kept.base));
        }
    }
}
