//! The rows of the table. They are copies of one row, filled in: a thousand of them cost a thousand
//! copies, and no view, listener or effect of their own.

use std::cell::OnceCell;

use leptos::{
    prelude::*,
    tachys::view::{Mountable, Render},
};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, Node};

use super::{
    action::RowAction,
    columns::{COLUMNS, Column, JobsCell, Row, RowPart},
    selection,
};
use crate::{context::Context, domain::Queue};

/// The rows that show, in an element that holds nothing else.
pub struct TableBody {
    context: Context,
    readonly: bool,
    body: Element,
    /// A row without any queue.
    blank: Element,
    /// What each row shows, and the draft that it links to.
    current: Vec<(Queue, Option<u64>)>,
}

impl TableBody {
    pub fn new(context: Context, body: Element) -> Self {
        let parent = body.clone_node().expect("a copy").unchecked_into::<Element>();
        let readonly = context.settings().readonly;
        blank_row(readonly).build().mount(&parent, None);
        let blank = parent.first_element_child().expect("the row that was mounted");
        strip_comments(&blank);
        Self { context, readonly, body, blank, current: Vec::new() }
    }

    /// Shows these queues. A row that shows its queue already stays, and with it what has the
    /// focus; only its times and its jobs are said anew.
    pub fn show(
        &mut self,
        queues: &[Queue],
        drafts: &[(u64, u64)],
        said: &[(u64, JobsCell)],
        selected: &[Queue],
    ) {
        let now = self.context.api().now();
        let draft =
            |queue: &Queue| drafts.iter().find(|(id, _)| *id == queue.id).map(|(_, draft)| *draft);
        let mut next = self.body.first_element_child();
        // Rows beyond those that are there come all at once: each visit to the document has its price.
        let more = document().create_document_fragment();
        for (at, queue) in queues.iter().enumerate() {
            let row = Row {
                context: self.context,
                readonly: self.readonly,
                now,
                queue,
                name: OnceCell::new(),
                draft: draft(queue),
                // In the order of the rows that they are of.
                said: said.get(at).filter(|(id, _)| *id == queue.id).map(|(_, said)| said),
                may_change: self.context.session.may_change(queue),
                is_selected: selection::has(selected, queue.id),
            };
            let here = next.clone();
            next = here.as_ref().and_then(Element::next_element_sibling);
            let is_same = self
                .current
                .get(at)
                .is_some_and(|(old, draft)| old == queue && *draft == row.draft);
            match here {
                Some(element) if is_same => fill(&element, &row, |column| column.is_live),
                Some(element) => {
                    let is_of_same =
                        self.current.get(at).is_some_and(|(old, _)| old.id == queue.id);
                    put(&element, &self.element(&row), is_of_same);
                }
                None => drop(more.append_child(&self.element(&row))),
            }
        }
        let _ = self.body.append_child(&more);
        while let Some(row) = next {
            next = row.next_element_sibling();
            row.remove();
        }
        self.current = queues.iter().map(|queue| (queue.clone(), draft(queue))).collect();
    }

    /// Ticks the rows of the queues that are selected.
    pub fn mark(&self, selected: &[Queue]) {
        let mut next = self.body.first_element_child();
        for (queue, _) in &self.current {
            let Some(row) = next else { return };
            // The checkbox is alone in the first cell; deleted queues have none.
            let cell = row.first_element_child();
            if let Some(checkbox) = cell.and_then(|cell| cell.first_element_child()) {
                let is_selected = selection::has(selected, queue.id);
                checkbox.unchecked_into::<RowPart>().set_checked(is_selected);
            }
            next = row.next_element_sibling();
        }
    }

    fn element(&self, row: &Row) -> Element {
        let element =
            self.blank.clone_node_with_deep(true).expect("a copy").unchecked_into::<Element>();
        if row.queue.deleted {
            element.set_class_name("deleted");
        }
        fill(&element, row, |_| true);
        element
    }
}

/// Puts a row in the place of another one, which hands the focus on.
fn put(old: &Element, new: &Element, is_of_same_queue: bool) {
    let focused = old.query_selector(":focus").ok().flatten();
    // What was open stays so: the focus may be in it.
    if is_of_same_queue
        && old.query_selector("[aria-expanded=true]").is_ok_and(|open| open.is_some())
        && let Ok(Some(menu)) =
            new.query_selector(&format!("[data-action={}]", RowAction::Menu.as_str()))
    {
        let _ = menu.set_attribute("aria-expanded", "true");
    }
    let _ = old.replace_with_with_node_1(new);
    let same = focused.and_then(|focused| {
        let selector = match focused.get_attribute("data-action") {
            Some(action) => format!("[data-action={action}]"),
            None => focused.local_name(),
        };
        new.query_selector(&selector).ok().flatten()
    });
    if let Some(same) = same.and_then(|same| same.dyn_into::<HtmlElement>().ok()) {
        let _ = same.focus();
    }
}

/// Fills in the cells of those columns.
fn fill(element: &Element, row: &Row, is_meant: impl Fn(&Column) -> bool) {
    let mut next = element.first_element_child();
    for column in &COLUMNS {
        let Some(cell) = next else { return };
        if is_meant(column) {
            (column.fill)(&cell, row);
        }
        next = cell.next_element_sibling();
    }
}

/// A row as every queue has it.
fn blank_row(readonly: bool) -> AnyView {
    let cell = |column: &Column| {
        let content = (column.blank)(readonly);
        if column.is_header {
            view! { <th scope="row" role="rowheader" data-label=column.label>{content}</th> }
                .into_any()
        } else {
            view! { <td role="cell" data-label=column.label>{content}</td> }.into_any()
        }
    };
    view! { <tr part="row" role="row">{COLUMNS.iter().map(cell).collect::<Vec<_>>()}</tr> }
        .into_any()
}

/// Removes the comments that the framework marks places with: it replaces nothing in a row.
fn strip_comments(node: &Node) {
    let mut next = node.first_child();
    while let Some(child) = next {
        next = child.next_sibling();
        if child.node_type() == Node::COMMENT_NODE {
            let _ = node.remove_child(&child);
        } else {
            strip_comments(&child);
        }
    }
}
