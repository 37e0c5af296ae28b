//! The rows, and what can be done to each.

use std::collections::HashMap;

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

use super::Rows;
use crate::{
    api,
    context::Context,
    domain::{ListQuery, Queue, SavedDraft, Sort, SortBy, shortened},
    pages::queue::chips,
    routes::Route,
    ui::{Waiting, cell, column},
};

/// Characters of a description that a row can show.
const SHOWN: usize = 160;

/// The table itself. One effect makes all rows, so a thousand of them cost a thousand rows and
/// nothing beside.
#[component]
pub fn Table(
    list: Memo<ListQuery>,
    rows: Rows,
    tagging: RwSignal<Option<Queue>>,
    deleting: RwSignal<Option<Queue>>,
) -> impl IntoView {
    let context = Context::get();
    let drafts = drafts_of(context, rows);
    // One listener for the buttons of all rows.
    let clicked = move |event: ev::MouseEvent| {
        let Some((action, index)) = pressed(&event) else { return };
        let queue = rows.value().with_untracked(|page| page.as_ref()?.data.get(index).cloned());
        match action.as_str() {
            TAGS => tagging.set(queue),
            DELETE => deleting.set(queue),
            COPY => {
                if let Some(queue) = queue {
                    context.copy("Name", queue.name);
                }
            }
            _ => {}
        }
    };
    let header = move |by: SortBy, name: &'static str| {
        let direction = move || {
            let sort = list.read().sort;
            (sort.by == by).then_some(if sort.descending { "descending" } else { "ascending" })
        };
        let press = move |_| {
            let mut list = list.get_untracked().from_the_start();
            list.sort = Sort::pressed(list.sort, by);
            context.show_list(list, false);
        };
        view! {
            <th scope="col" role="columnheader" aria-sort=direction>
                <button part="button" type="button" on:click=press>{name}</button>
            </th>
        }
    };
    let body = move || {
        context.clock.track();
        let now = context.api().now();
        rows.value().with(|page| {
            page.as_ref().map(|page| {
                page.data.iter().map(|queue| row(context, queue, now, drafts)).collect::<Vec<_>>()
            })
        })
    };
    let skeleton = move || {
        rows.is_slow_start().then(|| {
            (0..8).map(|_| view! { <tr class="skeleton" role="row"><td role="cell" colspan="9"></td></tr> }).collect::<Vec<_>>()
        })
    };
    let hidden = move || {
        !rows.is_slow_start()
            && rows.value().with(|page| page.as_ref().is_none_or(|page| page.data.is_empty()))
    };
    view! {
        <p role="status" class="visually-hidden">{move || rows.is_slow().then_some("Loading the queues…")}</p>
        <table part="table" role="table" class="list queues" hidden=hidden aria-busy=move || if rows.is_busy() { "true" } else { "false" }>
            <caption>"Queues"</caption>
            <thead role="rowgroup">
                <tr role="row">
                    {header(SortBy::Name, "Name")}
                    {header(SortBy::Description, "Description")}
                    {column("Group")}
                    {column("Tags")}
                    {column("Draft")}
                    {header(SortBy::CreatedOn, "Created on")}
                    {header(SortBy::LastModifiedOn, "Last modified on")}
                    {column("ID")}
                    {column("Actions")}
                </tr>
            </thead>
            <tbody role="rowgroup" on:click=clicked>{body}{skeleton}</tbody>
        </table>
    }
}

/// What the buttons of a row do, as their class says.
const TAGS: &str = "tags";
const DELETE: &str = "delete";
const COPY: &str = "name";

/// The button of a row that was pressed: what it does, and the number of its row.
fn pressed(event: &ev::MouseEvent) -> Option<(String, usize)> {
    let button = event.target()?.dyn_into::<web_sys::Element>().ok()?.closest("button").ok()??;
    let row = button.closest("tr").ok()??.dyn_into::<web_sys::HtmlTableRowElement>().ok()?;
    let action = button.class_name().split(' ').next_back()?.to_owned();
    Some((action, row.section_row_index().try_into().ok()?))
}

/// The drafts of the queues that are shown, by the queue's id: asked for once a row has one.
fn drafts_of(context: Context, rows: Rows) -> RwSignal<HashMap<u64, u64>> {
    let drafts = RwSignal::new(HashMap::new());
    let loading = Waiting::new();
    Effect::new(move |_| {
        let has_some = rows.value().with(|page| {
            page.as_ref().is_some_and(|page| page.data.iter().any(|queue| queue.has_draft))
        });
        if has_some {
            let api = context.api();
            loading.ask(
                async move |abort| api::drafts::changes(&api, &abort).await,
                move |answer| {
                    // Without an answer the rows still say that there is a draft.
                    if let Ok(all) = answer {
                        let pair = |draft: SavedDraft| Some((draft.resource?, draft.id));
                        drafts.set(all.into_iter().filter_map(pair).collect());
                    }
                },
            );
        }
    });
    drafts
}

fn row(
    context: Context,
    queue: &Queue,
    now: f64,
    drafts: RwSignal<HashMap<u64, u64>>,
) -> impl IntoView + use<> {
    let navigator = context.navigator;
    let description = shortened(queue.text(), SHOWN);
    let (id, name) = (queue.id, &queue.name);
    let may_change = !context.settings().readonly;
    let draft = (queue.has_draft && may_change).then(|| {
        let name = format!("Draft of {name}");
        move || match drafts.read().get(&id) {
            Some(draft) => {
                let href = navigator.href(&Route::Draft(*draft));
                view! { <a href=href aria-label=name.clone()>"Draft"</a> }.into_any()
            }
            None => "Draft".into_any(),
        }
    });
    let link = |route: Route, class: &'static str, title: &'static str| {
        let name = format!("{title} {name}");
        view! { <a class=class href=navigator.href(&route) aria-label=name title=title></a> }
    };
    let button = |class: String, title: &'static str, name: String| {
        view! { <button part="button" type="button" class=class aria-label=name title=title></button> }
    };
    let copy = || button(format!("act {COPY}"), "Copy name", format!("Copy name {name}"));
    let actions = if !may_change {
        copy().into_any()
    } else if queue.deleted {
        link(Route::NewQueue(Some(id)), "act again", "Recreate").into_any()
    } else {
        view! {
            {link(Route::EditQueue(id), "act edit", "Edit")}
            {button(format!("act {TAGS}"), "Edit tags", format!("Edit tags of {name}"))}
            {link(Route::NewQueue(Some(id)), "act copy", "Duplicate")}
            {copy()}
            {button(format!("act {DELETE}"), "Delete", format!("Delete {name}"))}
        }
        .into_any()
    };
    let class = queue.deleted.then_some("deleted");
    view! {
        <tr part="row" role="row" class=class>
            <th scope="row" role="rowheader" data-label="Name">
                <a href=navigator.href(&Route::Queue(id))><bdi>{name.clone()}</bdi></a>
                {queue.deleted.then(|| view! { " " <span class="badge">"Deleted"</span> })}
            </th>
            {cell("Description", view! { <div class="clamp" dir="auto">{description}</div> }.into_any())}
            {cell("Group", view! { <bdi>{queue.group.name.clone()}</bdi> }.into_any())}
            {cell("Tags", chips(context, queue).into_any())}
            {cell("Draft", draft.into_any())}
            {cell("Created on", context.clock.time(&queue.created_on, now).into_any())}
            {cell("Last modified on", context.clock.time(&queue.last_modified_on, now).into_any())}
            {cell("ID", id.into_any())}
            {cell("Actions", actions)}
        </tr>
    }
}
