use leptos::{ev, prelude::*};
use web_sys::AbortSignal;

use super::{
    explain,
    late::{Late, about_queue},
};
use crate::{
    api::{self, Api, ApiError},
    context::Context,
    domain::{Queue, Tag},
    forms::{Field, tag::validate},
    host::Change,
    ui::{Id, Progress, Stage, Waiting, live},
};

/// The most tags that are listed at once; the filter finds the others.
const SHOWN: usize = 200;

/// A tag that the queue may have.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Choice {
    /// None: it does not exist yet.
    id: Option<u64>,
    name: String,
    /// It shall be on the queue.
    is_on: bool,
    /// It is on the queue.
    was_on: bool,
}

/// Puts tags on a queue and takes them off, all in one save.
#[component]
pub fn TagsDialog(
    /// The queue; none: nobody wants to change its tags.
    asked: RwSignal<Option<Queue>>,
    /// They have changed.
    done: Callback<()>,
) -> impl IntoView {
    let form = move |queue, close| Late::Tags { queue, close, done };
    about_queue(asked, Id::TagsDialog, "dialog", |name| format!("Tags of “{name}”"), form)
}

/// What is in the dialog.
#[component]
pub fn TagsForm(
    /// Whose tags.
    queue: Queue,
    /// The person is through with it.
    close: Callback<()>,
    /// The tags have changed.
    done: Callback<()>,
) -> impl IntoView {
    let context = Context::get();
    let choices = RwSignal::new(Vec::<Choice>::new());
    let filter = RwSignal::new(String::new());
    let (at_field, problem) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (loading, saving) = (Waiting::new(), Waiting::new());
    let (api, group, of) = (context.api(), queue.group.id, queue.clone());
    loading.ask(
        async move |abort| api::tags::of_group(&api, group, &abort).await,
        move |answer| match answer {
            Ok(all) => {
                let made = choices.get_untracked();
                choices.set(merged(choices_of(&of, all), made));
            }
            Err(error) => {
                context.failed(&error);
                problem.set(format!("The tags could not be loaded. {}", explain(&error)));
            }
        },
    );
    // Puts the tag of this very name on the queue; makes it if there is none.
    let take = move || {
        let name = match untrack(|| filter.with(|typed| validate(typed))) {
            Ok(name) => name.as_str().to_owned(),
            Err(problem) => return at_field.set(problem.text().to_owned()),
        };
        at_field.set(String::new());
        let new = Choice { id: None, name, is_on: true, was_on: false };
        choices.set(merged(choices.get_untracked(), vec![new]));
        filter.set(String::new());
    };
    let key = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter" && !filter.read_untracked().trim().is_empty() {
            event.prevent_default();
            take();
        }
    };
    let save = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if saving.is_busy() {
            return;
        }
        if !filter.read_untracked().trim().is_empty() {
            let text = "Create this tag or clear the field, then save";
            return at_field.set(text.to_owned());
        }
        if choices.read_untracked().iter().all(|choice| choice.is_on == choice.was_on) {
            close.run(());
            return context.say("Nothing has changed, so there is nothing to save.");
        }
        problem.set(String::new());
        let (api, now, queue) = (context.api(), choices.get_untracked(), queue.clone());
        saving.ask(
            async move |abort| write(&api, &queue, now, &abort).await.map(|()| queue),
            move |answer| match answer {
                Ok(Queue { id, name, .. }) => {
                    close.run(());
                    context.changed(Change::Tagged, id);
                    context.say(format!("Tags of “{name}” saved"));
                    done.run(());
                }
                Err((so_far, error)) => {
                    context.failed(&error);
                    // What has been done is not done again.
                    let loaded = choices.get_untracked();
                    choices.set(merged(loaded, so_far));
                    problem.set(match error {
                        ApiError::NotFound => {
                            "The queue or a tag was deleted meanwhile. Close this and look again."
                                .to_owned()
                        }
                        error => format!("Not all of it was saved. {}", explain(&error)),
                    });
                }
            },
        );
    };
    let shown = move || {
        let typed = filter.read().trim().to_lowercase();
        let all = choices.read();
        let matching = all.iter().filter(|choice| choice.name.to_lowercase().contains(&typed));
        matching.take(SHOWN).map(|choice| choice.name.clone()).collect::<Vec<_>>()
    };
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
    let new_name = Memo::new(move |_| {
        let typed = filter.read().trim().to_owned();
        let exists = choices.read().iter().any(|choice| choice.name == typed);
        (!typed.is_empty() && !exists).then_some(typed)
    });
    let field = Field::Tag.as_str();
    let at_field_id = format!("{field}-problem");
    view! {
        <form novalidate on:submit=save>
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
                    <button part="button" type="button" class="link" on:click=move |_| take()>{format!("Create tag “{name}”")}</button>
                }))}
            </div>
            <ul class="choices" aria-label="Tags">
                {live(move || shown().into_iter().map(item).collect::<Vec<_>>())}
            </ul>
            <p class="hint" role="status">
                {live(move || {
                    let (all, count) = (choices.read().len(), shown().len());
                    if loading.stage() > Stage::Idle {
                        "Loading the tags…".to_owned()
                    } else if count < all {
                        format!("{count} of {all} tags shown")
                    } else if all == 0 {
                        "No tags yet: type a name to create one.".to_owned()
                    } else {
                        String::new()
                    }
                })}
            </p>
            <p class="problem" role="alert">{problem}</p>
            <div class="row">
                <button part="button" type="submit" class="primary" aria-disabled=move || (saving.stage() > Stage::Idle).then_some("true")>"Save tags"</button>
                <button part="button" type="button" on:click=move |_| close.run(())>"Cancel"</button>
                <Progress waiting=saving text="Saving…" />
            </div>
        </form>
    }
}

/// The queue's own tags first, whatever their group, then the others of its group.
fn choices_of(queue: &Queue, all: Vec<Tag>) -> Vec<Choice> {
    let choice = |tag: Tag, on| Choice { id: Some(tag.id), name: tag.name, is_on: on, was_on: on };
    let others = all.into_iter().filter(|tag| queue.tags.iter().all(|own| own.id != tag.id));
    let own = queue.tags.iter().cloned().map(|tag| choice(tag, true));
    own.chain(others.map(|tag| choice(tag, false))).collect()
}

/// The choices with newer ones of their names. What has no id yet is only a wish, and leaves what
/// is known of the tag as it is.
fn merged(mut choices: Vec<Choice>, newer: Vec<Choice>) -> Vec<Choice> {
    for new in newer {
        match choices.iter_mut().find(|choice| choice.name == new.name) {
            Some(choice) if new.id.is_none() => choice.is_on = new.is_on,
            Some(choice) => *choice = new,
            None => choices.insert(0, new),
        }
    }
    choices
}

/// Makes what does not exist, puts on and takes off. Others may change the tags of this queue at
/// the same time: only what this person has changed is sent.
async fn write(
    api: &Api,
    queue: &Queue,
    mut choices: Vec<Choice>,
    abort: &AbortSignal,
) -> Result<(), (Vec<Choice>, ApiError)> {
    for at in 0..choices.len() {
        let Choice { id, name, is_on, was_on } = choices[at].clone();
        let result = match (is_on, was_on, id) {
            (true, false, id) => put_on(api, queue, id, &name, abort).await,
            (false, true, Some(id)) => {
                api::tags::remove(api, queue.id, id, abort).await.map(|()| Some(id))
            }
            _ => continue,
        };
        match result {
            Ok(id) => choices[at] = Choice { id, was_on: is_on, ..choices[at].clone() },
            Err(error) => return Err((choices, error)),
        }
    }
    Ok(())
}

async fn put_on(
    api: &Api,
    queue: &Queue,
    id: Option<u64>,
    name: &str,
    abort: &AbortSignal,
) -> Result<Option<u64>, ApiError> {
    let id = match (id, validate(name)) {
        (Some(id), _) => id,
        (None, Ok(name)) => api::tags::create(api, queue.group.id, &name, abort).await?.id,
        // Every new name went through the same check.
        (None, Err(problem)) => return Err(ApiError::Refused(problem.text().to_owned())),
    };
    api::tags::add(api, queue.id, &[id], abort).await?;
    Ok(Some(id))
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
        let choice =
            |id, name: &str, is_on, was_on| Choice { id, name: name.into(), is_on, was_on };
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
