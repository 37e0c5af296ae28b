//! What chooses the rows: search, group, deleted ones.

use gloo_timers::callback::Timeout;
use leptos::{ev, prelude::*};

use super::loaded::Rows;
use crate::{
    api::ApiError,
    context::Context,
    domain::{Group, ListQuery},
    ui::{Id, effect, live},
};

/// Search, group, deleted ones.
#[component]
pub fn Toolbar(list: Memo<ListQuery>, rows: Rows) -> impl IntoView {
    let context = Context::get();
    let refine = move |change: &dyn Fn(&mut ListQuery), replace: bool| {
        let mut next = list.get_untracked().from_the_start();
        change(&mut next);
        if next != list.get_untracked() {
            context.show_list(next, replace);
        }
    };
    let typed = RwSignal::new(String::new());
    // It stops when it is dropped.
    let timer = StoredValue::new_local(None::<Timeout>);
    // The first change in a visit to the box is a step for "back"; the others refine it.
    let step = StoredValue::new(true);
    let search_now = move || {
        timer.try_set_value(None);
        // A box that goes away may lose the focus by that.
        let Some(text) = typed.try_get_untracked() else { return };
        if text != list.read_untracked().search {
            refine(&|list| list.search.clone_from(&text), !step.get_value());
            step.set_value(false);
        }
    };
    // "Back", "Clear search" and links change the box too.
    effect(move || {
        let search = list.read().search.clone();
        if search != typed.get_untracked() {
            timer.set_value(None);
            typed.set(search);
            step.set_value(true);
        }
    });
    let input = move |event: ev::Event| {
        typed.set(event_target_value(&event));
        timer.set_value(Some(Timeout::new(250, search_now)));
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        search_now();
    };
    let reason = Memo::new(move |_| match rows.error() {
        Some(ApiError::Search(reason)) => Some(reason),
        _ => None,
    });
    let problem = Id::SearchProblem.as_str();
    view! {
        <form part="toolbar" class="toolbar" role="search" on:submit=submit>
            <div class="search">
                <input part="input"
                    type="search"
                    aria-label="Search queues"
                    placeholder="Search queues"
                    autocapitalize="none"
                    autocomplete="off"
                    spellcheck="false"
                    aria-invalid=move || reason.read().is_some().then_some("true")
                    aria-describedby=move || reason.read().is_some().then_some(problem)
                    prop:value=typed
                    on:input=input
                    on:focus=move |_| step.set_value(true)
                    // Whoever uses another control has finished typing.
                    on:blur=move |_| search_now()
                />
                <button part="button" type="button" class="icon" data-sign="help" aria-label="Search help" title="Search help" popovertarget=Id::SearchHelp.as_str()></button>
                <SearchHelp />
            </div>
            <GroupFilter list refine=Callback::new(move |group| {
                refine(&|list: &mut ListQuery| list.group = group, false);
            }) />
            <label class="check">
                <input part="input"
                    type="checkbox"
                    prop:checked=move || list.read().deleted
                    on:change=move |event| {
                        let deleted = event_target_checked(&event);
                        refine(&|list| list.deleted = deleted, false);
                    }
                />
                "Show deleted"
            </label>
            {live(move || reason.get().map(|reason| view! {
                <p class="problem" id=problem role="alert">"This search can't be read: " {reason}</p>
            }))}
        </form>
    }
}

/// Chooses a group, unless the host document fixes one.
#[component]
fn GroupFilter(list: Memo<ListQuery>, refine: Callback<Option<u64>>) -> impl IntoView {
    let context = Context::get();
    let options = Memo::new(move |_| {
        let mut options = vec![(None, "All groups".to_owned())];
        let pair = |group: Group| (Some(group.id), group.name);
        options.extend(context.session.groups().into_iter().map(pair));
        // A link may name a group that the user is not in.
        let chosen = list.read().group;
        if !options.iter().any(|(id, _)| *id == chosen) {
            options.push((chosen, format!("Group {}", chosen.unwrap_or_default())));
        }
        options
    });
    let option = move |(id, name): (Option<u64>, String)| {
        view! {
            <option
                value=id.map(|id| id.to_string()).unwrap_or_default()
                prop:selected=move || list.read().group == id
            >{name}</option>
        }
    };
    context.settings().group.is_none().then(|| {
        view! {
            <label>
                "Group "
                <select part="input" on:change=move |event| refine.run(event_target_value(&event).parse().ok())>
                    {live(move || options.get().into_iter().map(option).collect::<Vec<_>>())}
                </select>
            </label>
        }
    })
}

/// The search language by example.
#[component]
fn SearchHelp() -> impl IntoView {
    const EXAMPLES: [(&str, &str); 6] = [
        ("gpu", "“gpu” in the name, the description or a tag"),
        ("gpu, lab", "both"),
        ("name:*cpu*", "“cpu” inside the name"),
        ("name:tensorflow-cpu", "exactly this name"),
        ("tag:nightly", "with this tag"),
        ("\"red team\"", "words with a space between, as they stand"),
    ];
    let example = |(query, means): (&'static str, &'static str)| {
        view! { <div><dt><code>{query}</code></dt><dd>{means}</dd></div> }
    };
    view! {
        <div class="popover" popover="auto" id=Id::SearchHelp.as_str() role="group" aria-label="How to search">
            <dl>{EXAMPLES.map(example).collect_view()}</dl>
            <p><code>"*"</code>" stands for any text, "<code>"?"</code>" for one character."</p>
            <p class="about">{Context::get().host.about()}</p>
        </div>
    }
}
