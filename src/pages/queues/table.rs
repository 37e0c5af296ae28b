//! The table: its header, its rows, and what the buttons of a row do.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

use super::{
    action::RowAction,
    columns::{COLUMNS, Column, JobsCell},
    heading::QueuesHeading,
    loaded::Rows,
    look::Look,
    rows::TableBody,
    selection::Selection,
};
use crate::{
    context::Context,
    domain::{ListQuery, Queue, Sort, SortBy},
    ui::{effect, live},
};

/// Rows that show while the first load takes long. `index.html` has as many.
const SKELETON_ROWS: usize = 8;

/// The table itself.
#[component]
pub fn Table(
    list: Memo<ListQuery>,
    rows: Rows,
    /// What is said of the jobs of each row's queue, by its id.
    said: RwSignal<Vec<(u64, JobsCell)>>,
    /// The queues that show and the user's drafts of them, by their ids.
    drafts: RwSignal<Vec<(u64, u64)>>,
    selection: Selection,
    look: Look,
    /// The queue whose tags are asked for.
    tagging: RwSignal<Option<Queue>>,
    /// The queue that is asked to be deleted.
    deleting: RwSignal<Option<Queue>>,
) -> impl IntoView {
    let context = Context::get();
    // One listener for the buttons of all rows.
    let clicked = move |event: ev::MouseEvent| {
        let Some((action, index, control)) = pressed(&event) else { return };
        let queue = rows.value().with_untracked(|page| page.as_ref()?.data.get(index).cloned());
        match action {
            RowAction::Select => {
                if let Some(queue) = queue {
                    selection.press(
                        Some(queue.id),
                        event_target_checked(&event),
                        event.shift_key(),
                    );
                }
            }
            RowAction::Menu => open_menu(&control),
            RowAction::EditTags => tagging.set(queue),
            RowAction::Delete => deleting.set(queue),
            RowAction::CopyName => {
                if let Some(queue) = queue {
                    context.copy("Name", queue.name);
                }
            }
            // Links.
            RowAction::Edit | RowAction::Duplicate | RowAction::Recreate => {}
        }
    };
    let table = NodeRef::<html::Table>::new();
    effect(move || {
        if let Some(table) = table.get() {
            rows.value().with(|page| {
                set_widths(&table, look, page.as_ref().map_or(&[][..], |page| &page.data));
            });
        }
    });
    let body = NodeRef::<html::Tbody>::new();
    let current = StoredValue::new_local(None::<TableBody>);
    effect(move || {
        let Some(body) = body.get() else { return };
        context.clock.track();
        let (drafts, said) = (drafts.read(), said.read());
        rows.value().with(|page| {
            let queues = page.as_ref().map_or(&[][..], |page| &page.data);
            current.update_value(|current| {
                let body = current.get_or_insert_with(|| TableBody::new(context, body.into()));
                body.show(queues, &drafts, &said, &selection.queues.read_untracked());
            });
        });
    });
    effect(move || {
        let selected = selection.queues.read();
        current.with_value(|current| {
            if let Some(body) = current {
                body.mark(&selected);
            }
        });
    });
    // The first screen begins with a skeleton, which the HTML has shown already; later ones show it
    // once the load takes long.
    let is_first = !context.navigator.has_moved();
    let shows_skeleton = Memo::new(move |_| {
        let is_empty = rows.value().with(Option::is_none) && rows.error().is_none();
        is_empty && (is_first || rows.is_slow())
    });
    let has_rows = Memo::new(move |_| rows.value().with(Option::is_some));
    let headers = move || {
        COLUMNS.iter().map(|column| header(context, list, selection, column)).collect::<Vec<_>>()
    };
    let hidden = move || {
        !shows_skeleton.get()
            && rows.value().with(|page| page.as_ref().is_none_or(|page| page.data.is_empty()))
    };
    view! {
        <p role="status" class="visually-hidden">{live(move || rows.is_slow().then_some("Loading the queues…"))}</p>
        <table
            part="table"
            role="table"
            class=move || look.classes()
            hidden=hidden
            aria-busy=move || if rows.is_busy() { "true" } else { "false" }
            node_ref=table
        >
            <caption>"Queues"</caption>
            <thead role="rowgroup" aria-hidden=move || (!has_rows.get()).then_some("true")>
                // Once it is known how wide they are.
                <tr role="row">{live(move || has_rows.get().then(headers))}</tr>
            </thead>
            <tbody role="rowgroup" node_ref=body on:click=clicked></tbody>
            <tbody role="rowgroup">{live(move || shows_skeleton.get().then(skeleton_rows))}</tbody>
        </table>
    }
}

/// The header of a column.
fn header(context: Context, list: Memo<ListQuery>, selection: Selection, of: &Column) -> AnyView {
    match of.sort {
        Some(by) => sortable_column(context, list, by, of.label).into_any(),
        None if of.label.is_empty() => select_all(selection),
        None => view! { <th scope="col" role="columnheader" data-label=of.label>{of.label}</th> }
            .into_any(),
    }
}

/// Selects all rows of the page; mixed, if some are selected.
fn select_all(selection: Selection) -> AnyView {
    let on_page = selection.on_page;
    view! {
        <th scope="col" role="columnheader">
            <input part="input"
                type="checkbox"
                aria-label="Select all on this page"
                prop:checked=move || on_page.get().0
                prop:indeterminate=move || on_page.get().1
                on:change=move |event| selection.press(None, event_target_checked(&event), false)
            />
        </th>
    }
    .into_any()
}

fn sortable_column(
    context: Context,
    list: Memo<ListQuery>,
    by: SortBy,
    name: &'static str,
) -> impl IntoView {
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
        <th scope="col" role="columnheader" data-label=name aria-sort=direction>
            <button part="button" type="button" on:click=press>{name}</button>
        </th>
    }
}

/// The style sheet takes the widths of the columns from here.
fn set_widths(table: &web_sys::HtmlTableElement, look: Look, queues: &[Queue]) {
    let mut tracks = String::new();
    for column in COLUMNS.iter().filter(|column| !look.has(column.off)) {
        column.width.add_track(queues, &mut tracks);
    }
    // A declaration by script, which the content policy allows.
    let _ = web_sys::HtmlElement::style(table).set_property("--columns", &tracks);
}

/// Shows or hides the actions of a row, where there is no room for them beside it.
fn open_menu(button: &web_sys::Element) {
    let is_open = button.get_attribute("aria-expanded").as_deref() == Some("true");
    let _ = button.set_attribute("aria-expanded", if is_open { "false" } else { "true" });
}

fn skeleton_rows() -> Vec<impl IntoView> {
    (0..SKELETON_ROWS)
        .map(|_| view! { <tr class="skeleton" role="row"><td role="cell"></td></tr> })
        .collect()
}

/// What shows of the table before it is known who is signed in: what `index.html` shows until the
/// app runs.
#[component]
pub fn QueuesSkeleton() -> impl IntoView {
    view! {
        <div class="frame">
            <div class="title"><QueuesHeading /></div>
            <div class="toolbar"></div>
            <div class="jobs"></div>
            <table class="list queues" aria-hidden="true">
                <thead><tr></tr></thead>
                <tbody>{skeleton_rows()}</tbody>
            </table>
        </div>
    }
}

/// What was pressed in a row: what it does, the number of its row, and the control.
fn pressed(event: &ev::MouseEvent) -> Option<(RowAction, usize, web_sys::Element)> {
    let target = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    let control = target.closest("button, input").ok()??;
    let row = control.closest("tr").ok()??.dyn_into::<web_sys::HtmlTableRowElement>().ok()?;
    let action = RowAction::parse(&control.get_attribute("data-action")?)?;
    Some((action, row.section_row_index().try_into().ok()?, control))
}
