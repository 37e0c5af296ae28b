//! The rows, and what can be done to each.

use std::collections::HashMap;

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

use super::{
    Rows,
    rows::{Body, COPY, DELETE, TAGS},
};
use crate::{
    api,
    context::Context,
    domain::{ListQuery, Queue, SavedDraft, Sort, SortBy},
    ui::{Waiting, column, live},
};

/// The table itself.
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
    let body = NodeRef::<html::Tbody>::new();
    let shown = StoredValue::new_local(None::<Body>);
    Effect::new(move |_| {
        let Some(body) = body.get() else { return };
        context.clock.track();
        let drafts = drafts.read();
        rows.value().with(|page| {
            let queues = page.as_ref().map_or(&[][..], |page| &page.data);
            shown.update_value(|shown| {
                shown.get_or_insert_with(|| Body::new(context, body.into())).show(queues, &drafts);
            });
        });
    });
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
        <p role="status" class="visually-hidden">{live(move || rows.is_slow().then_some("Loading the queues…"))}</p>
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
            <tbody role="rowgroup" node_ref=body on:click=clicked></tbody>
            <tbody role="rowgroup">{skeleton}</tbody>
        </table>
    }
}

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
