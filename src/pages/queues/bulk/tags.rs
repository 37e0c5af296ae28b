//! Putting tags on many queues, and taking them off.

use std::collections::{BTreeMap, BTreeSet};

use leptos::{ev, prelude::*};

use super::{super::selection::Selection, asked::Asked, dialog::bulk_dialog};
use crate::{
    api::{
        self,
        tags::{TagChoice, TagIds},
    },
    context::Context,
    domain::{Queue, Tag},
    forms::{Field, tag::validate},
    host::Change,
    js::Abort,
    pages::{
        bulk::{Bulk, Why, Writing},
        explain,
    },
    ui::{Id, LatestRequest, Progress, live},
};

/// A tag as some of the queues have it.
#[derive(Clone, Debug, PartialEq)]
struct Choice {
    name: String,
    /// So many of the queues have it.
    on: usize,
    /// What the user wants; `None`: as it is.
    wanted: Option<bool>,
}

/// Asks which tags to put on and to take off.
#[component]
pub fn BulkTagsDialog(
    user: u64,
    asked: RwSignal<Option<Asked>>,
    selection: Selection,
    reload: Callback<()>,
) -> impl IntoView {
    bulk_dialog(
        asked,
        Id::TagsManyDialog,
        "dialog",
        |queues| format!("Edit tags of {queues}"),
        "Saving tags goes on. What became of it will be said here.",
        || {},
        move |asked, begun, close| {
            view! { <Choices user asked selection reload begun close /> }.into_any()
        },
    )
}

#[component]
fn Choices(
    user: u64,
    asked: Asked,
    selection: Selection,
    reload: Callback<()>,
    begun: Callback<Bulk>,
    close: Callback<()>,
) -> impl IntoView {
    let context = Context::get();
    let count = asked.queues.len();
    let choices = RwSignal::new(choices_of(&asked.queues));
    let (filter, problem) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let request = LatestRequest::new();
    // All tags of the groups of these queues, by group.
    let known = RwSignal::new(BTreeMap::<u64, Vec<Tag>>::new());
    let groups: BTreeSet<u64> = asked.queues.iter().map(|queue| queue.group.id).collect();
    let load = move || {
        let (api, groups) = (context.api(), groups.clone());
        let all = async move |abort: web_sys::AbortSignal| {
            let mut all = BTreeMap::new();
            for group in groups {
                all.insert(group, api::tags::of_group(&api, group, &abort).await?);
            }
            Ok(all)
        };
        request.run(all, move |found| match found {
            Ok(all) => {
                choices.update(|choices| add_names(choices, &all));
                known.set(all);
            }
            Err(error) => {
                context.failed(&error);
                problem.set(format!("The other tags could not be loaded. {}", explain(&error)));
            }
        });
    };
    load();
    context.session.on_reload(load);
    let take = move || {
        let typed = filter.get_untracked();
        match validate(&typed) {
            Ok(name) => {
                choices.update(|choices| want(choices, name.as_str()));
                filter.set(String::new());
            }
            Err(why) => problem.set(why.text().to_owned()),
        }
    };
    let key = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter" && !filter.read_untracked().trim().is_empty() {
            event.prevent_default();
            take();
        }
    };
    let new_name = Memo::new(move |_| {
        let typed = filter.read().trim().to_owned();
        let exists = choices.read().iter().any(|choice| choice.name == typed);
        (!typed.is_empty() && !exists).then_some(typed)
    });
    let others = asked.others();
    let save = move |_| {
        let changes: Vec<_> =
            choices.get_untracked().into_iter().filter(|it| it.wanted.is_some()).collect();
        if changes.is_empty() {
            problem.set("Nothing is changed: tick a tag or take a tick away.".to_owned());
            return;
        }
        let queues = asked.queues.clone();
        begun.run(save_all(
            context,
            user,
            queues,
            &changes,
            &known.get_untracked(),
            selection,
            reload,
        ));
    };
    let field = Field::Tag.as_str();
    let field_problem = format!("{field}-problem");
    view! {
        <div class="field">
            <label for=field>"Find or create a tag"</label>
            <p class="problem" id=field_problem.clone() role="alert">{problem}</p>
            <input part="input" id=field type="text" autocomplete="off" autocapitalize="none" spellcheck="false"
                aria-describedby=field_problem
                prop:value=filter
                on:input=move |event| {
                    filter.set(event_target_value(&event));
                    problem.set(String::new());
                }
                on:keydown=key
            />
            {live(move || new_name.get().map(|name| view! {
                <button part="button" type="button" class="link" on:click=move |_| take()>{format!("Create tag “{name}”")}</button>
            }))}
        </div>
        <ul class="choices" aria-label="Tags">
            <For
                each=move || {
                    let typed = filter.read().trim().to_lowercase();
                    let choices = choices.read();
                    let found = choices.iter().filter(|choice| choice.name.to_lowercase().contains(&typed));
                    found.map(|choice| choice.name.clone()).collect::<Vec<_>>()
                }
                key=Clone::clone
                children=move |name| item(name, count, choices)
            />
        </ul>
        <Progress pending=request.pending() text="Loading the tags…" />
        {others.map(|others| view! { <p>{others}</p> })}
        <div class="row">
            <button part="button" type="button" class="primary" on:click=save>"Save tags"</button>
            <button part="button" type="button" on:click=move |_| close.run(())>"Cancel"</button>
        </div>
    }
}

/// A tag: on all, on none, or mixed until somebody decides.
fn item(name: String, count: usize, choices: RwSignal<Vec<Choice>>) -> AnyView {
    let of = {
        let name = name.clone();
        move || {
            let choices = choices.read();
            let choice = choices.iter().find(|choice| choice.name == name);
            choice.map(|choice| (choice.on, choice.wanted)).unwrap_or_default()
        }
    };
    let is_on = {
        let of = of.clone();
        move || {
            let (on, wanted) = of();
            wanted.unwrap_or(on == count)
        }
    };
    let is_mixed = {
        let of = of.clone();
        move || matches!(of(), (on @ 1.., None) if on < count)
    };
    let some =
        move || Some(of()).filter(|(on, wanted)| wanted.is_none() && (1..count).contains(on));
    let change = {
        let name = name.clone();
        move |event: ev::Event| {
            let on = event_target_checked(&event);
            choices.update(|choices| {
                if let Some(choice) = choices.iter_mut().find(|choice| choice.name == name) {
                    choice.wanted = Some(on);
                }
            });
        }
    };
    view! {
        <li>
            <label class="check">
                <input part="input" type="checkbox"
                    prop:checked=is_on
                    prop:indeterminate=is_mixed
                    on:change=change
                />
                <bdi>{name}</bdi>
            </label>
            {live(move || some().map(|(on, _)| view! { <span class="hint">{format!("on {on} of {count}")}</span> }))}
        </li>
    }
    .into_any()
}

/// The tags that the queues have, those on most of them first.
fn choices_of(queues: &[Queue]) -> Vec<Choice> {
    let mut counts = BTreeMap::<&str, usize>::new();
    for tag in queues.iter().flat_map(|queue| &queue.tags) {
        *counts.entry(&tag.name).or_default() += 1;
    }
    let choice = |(name, on): (&str, usize)| Choice { name: name.to_owned(), on, wanted: None };
    let mut choices: Vec<_> = counts.into_iter().map(choice).collect();
    choices.sort_by_key(|choice| std::cmp::Reverse(choice.on));
    choices
}

/// Adds the tags that none of the queues has.
fn add_names(choices: &mut Vec<Choice>, all: &BTreeMap<u64, Vec<Tag>>) {
    for tag in all.values().flatten() {
        if choices.iter().all(|choice| choice.name != tag.name) {
            choices.push(Choice { name: tag.name.clone(), on: 0, wanted: None });
        }
    }
}

/// The tag shall be on all.
fn want(choices: &mut Vec<Choice>, name: &str) {
    match choices.iter_mut().find(|choice| choice.name == name) {
        Some(choice) => choice.wanted = Some(true),
        None => choices.insert(0, Choice { name: name.to_owned(), on: 0, wanted: Some(true) }),
    }
}

/// What is to be done with one queue.
type TagItem = (Queue, Vec<TagChoice>);

/// What the user wants of one queue: only what is not so already.
fn of_queue(queue: &Queue, changes: &[Choice]) -> Vec<TagChoice> {
    let choice = |change: &Choice| {
        let own = queue.tags.iter().find(|tag| tag.name == change.name);
        TagChoice {
            id: own.map(|tag| tag.id),
            name: change.name.clone(),
            is_on: change.wanted == Some(true),
            was_on: own.is_some(),
            ..TagChoice::default()
        }
    };
    changes.iter().map(choice).filter(TagChoice::differs).collect()
}

fn save_all(
    context: Context,
    user: u64,
    queues: Vec<Queue>,
    changes: &[Choice],
    known: &BTreeMap<u64, Vec<Tag>>,
    selection: Selection,
    reload: Callback<()>,
) -> Bulk {
    let pair = |group: u64, tag: &Tag| ((group, tag.name.clone()), tag.id);
    let pairs = known.iter().flat_map(|(group, tags)| tags.iter().map(|tag| pair(*group, tag)));
    let (api, ids) = (context.api_for_many(), TagIds::from(pairs.collect::<BTreeMap<_, _>>()));
    let item = |queue: Queue| {
        let choices = of_queue(&queue, changes);
        (queue.name.clone(), (queue, choices))
    };
    let items = queues.into_iter().map(item).collect();
    let act = move |(queue, mut choices): TagItem, abort: Abort| -> Writing<TagItem> {
        let (api, ids) = (api.clone(), ids.clone());
        Box::pin(async move {
            if choices.iter().all(|choice| !choice.differs()) {
                return ((queue, choices), Ok(()));
            }
            // What is done is noted in the choices: another try does the rest.
            let saved = api::tags::save(&api, &queue, user, &mut choices, &ids, &abort).await;
            selection.set_tags(queue.id, &choices);
            if saved.is_ok() {
                context.changed(Change::Tagged, queue.id);
            }
            ((queue, choices), saved.map_err(Why::from))
        })
    };
    Bulk::start(context, items, act, move |bulk, tally| {
        reload.try_run(());
        bulk.tell_anybody(context, tally, format!("Tags: {}", tally.sentence()));
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Group;

    fn queue(id: u64, tags: &[&str]) -> Queue {
        let tag =
            |name: &&str| Tag { id: name.len() as u64, name: (*name).to_owned(), group: None };
        Queue {
            id,
            group: Group { id: 1, name: "g".to_owned() },
            tags: tags.iter().map(tag).collect(),
            ..Queue::default()
        }
    }

    #[test]
    fn what_is_not_touched_stays_as_it_is_on_each() {
        let queues = [queue(1, &["a", "bb"]), queue(2, &["bb"]), queue(3, &[])];
        let mut choices = choices_of(&queues);
        let seen: Vec<_> = choices.iter().map(|choice| (choice.name.as_str(), choice.on)).collect();
        assert_eq!(seen, [("bb", 2), ("a", 1)]);
        want(&mut choices, "ccc");
        choices.iter_mut().find(|choice| choice.name == "a").unwrap().wanted = Some(false);
        let changes: Vec<_> = choices.into_iter().filter(|it| it.wanted.is_some()).collect();
        let of = |queue| -> Vec<_> {
            let choices = of_queue(queue, &changes);
            choices.into_iter().map(|choice| (choice.name, choice.is_on, choice.id)).collect()
        };
        let new = ("ccc".to_owned(), true, None);
        assert_eq!(of(&queues[0]), [new.clone(), ("a".to_owned(), false, Some(1))]);
        assert_eq!(of(&queues[1]), std::slice::from_ref(&new));
        assert_eq!(of(&queues[2]), [new]);
    }
}
