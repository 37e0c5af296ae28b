//! The tags of a queue: put on, taken off, created, all in one save.

use leptos::{ev, prelude::*};

use super::dialog::queue_dialog;
use crate::{
    api::{
        self, ApiError,
        tags::{TagChoice, TagIds},
    },
    context::Context,
    domain::{Queue, Tag},
    forms::{Field, tag::validate},
    host::Change,
    lazy,
    pages::explain,
    ui::{Id, LatestRequest, Progress, Stage, WriteRequest, failure, live, stuck},
};

lazy! {
    /// The content of the dialog: which user changes the tags of which queue; closes the dialog; the tags have changed.
    #[wasm_split(rest)]
    pub static TAGS_FORM: |user: u64, queue: Queue, close: Callback<()>, done: Callback<()>| {
        view! { <TagsForm user queue close done /> }
    };
}

/// The most tags that are listed at once; the filter finds the others.
const MAX_TAGS: usize = 200;

/// Changes the tags of a queue.
#[component]
pub fn TagsDialog(
    /// Who changes them.
    user: u64,
    /// The queue; none: the dialog is closed.
    asked: RwSignal<Option<Queue>>,
    /// They have changed.
    done: Callback<()>,
) -> impl IntoView {
    queue_dialog(
        asked,
        Id::TagsDialog,
        "dialog",
        |name| format!("Tags of “{name}”"),
        &TAGS_FORM.chunk,
        move |queue, close| TAGS_FORM.try_build((user, queue, close, done)),
    )
}

/// What the dialog holds.
#[derive(Clone, Copy)]
struct TagsState {
    choices: RwSignal<Vec<TagChoice>>,
    /// Finds tags, and names a new one.
    filter: RwSignal<String>,
    /// What is wrong with the name of a new one.
    at_field: RwSignal<String>,
    /// Why the tags could not be saved.
    problem: RwSignal<String>,
    /// Why they could not be loaded.
    not_loaded: RwSignal<Option<ApiError>>,
    loading: LatestRequest,
    load: Callback<()>,
}

impl TagsState {
    /// Loads the tags that the queue may have.
    fn load(context: Context, queue: &Queue) -> Self {
        let loading = LatestRequest::new();
        let choices = RwSignal::new(Vec::new());
        let not_loaded = RwSignal::new(None);
        let (group, of) = (queue.group.id, queue.clone());
        let load = Callback::new(move |()| {
            let (api, of) = (context.api(), of.clone());
            loading.run(
                async move |abort| api::tags::of_group(&api, group, &abort).await,
                move |found| match found {
                    Ok(all) => {
                        not_loaded.set(None);
                        let chosen = choices.get_untracked();
                        choices.set(merged(choices_of(&of, all), chosen));
                    }
                    Err(error) => {
                        context.failed(&error);
                        not_loaded.set(Some(error));
                    }
                },
            );
        });
        load.run(());
        context.session.on_reload(move || load.run(()));
        Self {
            choices,
            filter: RwSignal::new(String::new()),
            at_field: RwSignal::new(String::new()),
            problem: RwSignal::new(String::new()),
            not_loaded,
            loading,
            load,
        }
    }

    /// Puts the tag of this very name on the queue; a new one if there is none.
    fn take(self) {
        let name = match untrack(|| self.filter.with(|typed| validate(typed))) {
            Ok(name) => name.as_str().to_owned(),
            Err(problem) => return self.at_field.set(problem.text().to_owned()),
        };
        self.at_field.set(String::new());
        let new = TagChoice { name, is_on: true, ..TagChoice::default() };
        self.choices.set(merged(self.choices.get_untracked(), vec![new]));
        self.filter.set(String::new());
    }

    /// The names of those that the filter finds.
    fn matching(self) -> Vec<String> {
        let typed = self.filter.read().trim().to_lowercase();
        let all = self.choices.read();
        let matching = all.iter().filter(|choice| choice.name.to_lowercase().contains(&typed));
        matching.take(MAX_TAGS).map(|choice| choice.name.clone()).collect()
    }

    /// How many there are, in words.
    fn count(self) -> String {
        let (all, count) = (self.choices.read().len(), self.matching().len());
        if self.loading.stage() > Stage::Idle {
            "Loading the tags…".to_owned()
        } else if count < all {
            format!("{count} of {all} tags shown")
        } else if all == 0 && self.not_loaded.read().is_none() {
            "No tags yet: type a name to create one.".to_owned()
        } else {
            String::new()
        }
    }
}

/// The content of the dialog.
#[component]
fn TagsForm(user: u64, queue: Queue, close: Callback<()>, done: Callback<()>) -> impl IntoView {
    let context = Context::get();
    let state = TagsState::load(context, &queue);
    let TagsState { choices, problem, .. } = state;
    let saving = WriteRequest::new();
    let save = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if !state.filter.read_untracked().trim().is_empty() {
            let text = "Create this tag or clear the field, then save";
            return state.at_field.set(text.to_owned());
        }
        if choices.read_untracked().iter().all(|choice| !choice.differs()) {
            close.run(());
            return context.notify("Nothing has changed, so there is nothing to save.");
        }
        problem.set(String::new());
        let (api, mut now, queue) = (context.api(), choices.get_untracked(), queue.clone());
        let ids = TagIds::default();
        saving.run(
            async move |abort| {
                let saved = api::tags::save(&api, &queue, user, &mut now, &ids, &abort).await;
                (queue, now, saved)
            },
            move |(queue, now, saved), is_on_screen| {
                let Err(error) = saved else {
                    if is_on_screen {
                        close.run(());
                    }
                    context.changed(Change::Tagged, queue.id);
                    context.notify(format!("Tags of “{}” saved", queue.name));
                    done.try_run(());
                    return;
                };
                context.failed(&error);
                let text = explain_unsaved(&error);
                if is_on_screen {
                    // What has been done is not done again.
                    let loaded = choices.get_untracked();
                    choices.set(merged(loaded, now));
                    problem.set(text);
                } else {
                    context.notify(format!("Tags of “{}”: {text}", queue.name));
                    done.try_run(());
                }
            },
        );
    };
    let is_saving = move || (saving.pending().stage() > Stage::Idle).then_some("true");
    view! {
        <form novalidate on:submit=save>
            <TagField state />
            <TagList state />
            {live(move || state.not_loaded.get().map(|error| {
                let load = move || state.load.run(());
                failure("The tags could not be loaded", explain(&error), load, None)
            }))}
            {stuck(vec![state.loading.pending()])}
            <p class="problem" role="alert">{problem}</p>
            <div class="row">
                <button part="button" type="submit" class="primary" aria-disabled=is_saving>"Save tags"</button>
                <button part="button" type="button" on:click=move |_| close.run(())>"Cancel"</button>
                <Progress pending=saving.pending() text="Saving…" />
            </div>
        </form>
    }
}

fn explain_unsaved(error: &ApiError) -> String {
    match error {
        ApiError::NotFound => {
            "The queue or a tag was deleted meanwhile. Close this and look again.".to_owned()
        }
        error if error.is_uncertain() => {
            format!("{} It is not known whether all of it was saved.", explain(error))
        }
        error => format!("Not all of it was saved. {}", explain(error)),
    }
}

/// Finds tags, and names a new one.
#[component]
fn TagField(state: TagsState) -> impl IntoView {
    let TagsState { choices, filter, at_field, .. } = state;
    let key = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter" && !filter.read_untracked().trim().is_empty() {
            event.prevent_default();
            state.take();
        }
    };
    let new_name = Memo::new(move |_| {
        let typed = filter.read().trim().to_owned();
        let exists = choices.read().iter().any(|choice| choice.name == typed);
        (!typed.is_empty() && !exists).then_some(typed)
    });
    let field = Field::Tag.as_str();
    let at_field_id = format!("{field}-problem");
    view! {
        <div class="field">
            <label for=field>"Find or create a tag"</label>
            <p class="problem" id=at_field_id.clone()>{at_field}</p>
            <input part="input"
                id=field
                type="text"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                aria-invalid=move || (!at_field.read().is_empty()).then_some("true")
                aria-describedby=at_field_id.clone()
                prop:value=filter
                on:input=move |event| {
                    filter.set(event_target_value(&event));
                    at_field.set(String::new());
                }
                on:keydown=key
            />
            {live(move || new_name.get().map(|name| view! {
                <button part="button" type="button" class="link" on:click=move |_| state.take()>{format!("Create tag “{name}”")}</button>
            }))}
        </div>
    }
}

/// The tags that the filter finds, to be put on and taken off.
#[component]
fn TagList(state: TagsState) -> impl IntoView {
    let choices = state.choices;
    let item = move |name: String| {
        let is_on = {
            let name = name.clone();
            move || choices.read().iter().any(|choice| choice.name == name && choice.is_on)
        };
        let change = {
            let name = name.clone();
            move |event: ev::Event| {
                let on = event_target_checked(&event);
                choices.update(|choices| {
                    if let Some(choice) = choices.iter_mut().find(|choice| choice.name == name) {
                        choice.is_on = on;
                    }
                });
            }
        };
        view! {
            <li><label class="check"><input part="input" type="checkbox" prop:checked=is_on on:change=change /><bdi>{name}</bdi></label></li>
        }
    };
    view! {
        <ul class="choices" aria-label="Tags">
            {live(move || state.matching().into_iter().map(item).collect::<Vec<_>>())}
        </ul>
        <p class="hint" role="status">{live(move || state.count())}</p>
    }
}

/// The queue's own tags first, whatever their group, then the others of its group.
fn choices_of(queue: &Queue, all: Vec<Tag>) -> Vec<TagChoice> {
    let choice = |tag: Tag, on| TagChoice {
        id: Some(tag.id),
        name: tag.name,
        is_on: on,
        was_on: on,
        ..TagChoice::default()
    };
    let others = all.into_iter().filter(|tag| queue.tags.iter().all(|own| own.id != tag.id));
    let own = queue.tags.iter().cloned().map(|tag| choice(tag, true));
    own.chain(others.map(|tag| choice(tag, false))).collect()
}

/// The choices with newer ones of their names. What has no id yet is only a wish, and leaves what
/// is known of the tag as it is.
fn merged(mut choices: Vec<TagChoice>, newer: Vec<TagChoice>) -> Vec<TagChoice> {
    for new in newer {
        match choices.iter_mut().find(|choice| choice.name == new.name) {
            Some(choice) if new.id.is_none() => choice.is_on = new.is_on,
            Some(choice) => *choice = new,
            None => choices.insert(0, new),
        }
    }
    choices
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queues_own_tags_come_first_and_are_on() {
        let tag = |id: u64, name: &str| Tag { id, name: name.into(), group: None };
        let queue = Queue { tags: vec![tag(3, "z")], ..Queue::default() };
        let choices = choices_of(&queue, vec![tag(1, "a"), tag(3, "z")]);
        let seen: Vec<_> =
            choices.iter().map(|choice| (choice.name.as_str(), choice.is_on)).collect();
        assert_eq!(seen, [("z", true), ("a", false)]);
    }

    #[test]
    fn what_was_chosen_while_the_tags_were_loaded_stays() {
        let choice = |id, name: &str, is_on, was_on| TagChoice {
            id,
            name: name.into(),
            is_on,
            was_on,
            ..TagChoice::default()
        };
        let loaded = vec![choice(Some(1), "a", false, false), choice(Some(2), "b", true, true)];
        let made = vec![
            choice(None, "a", true, false),
            choice(None, "b", false, false),
            choice(None, "new", true, false),
            choice(Some(4), "saved", true, true),
        ];
        let expected = [
            choice(Some(4), "saved", true, true),
            choice(None, "new", true, false),
            choice(Some(1), "a", true, false),
            choice(Some(2), "b", false, true),
        ];
        assert_eq!(merged(loaded, made), expected);
    }
}
