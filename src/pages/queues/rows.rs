//! The rows of the table. They are copies of one row, filled in: a thousand of them cost a thousand
//! copies, and no view, listener or effect of their own.

use std::collections::HashMap;

use leptos::{
    prelude::*,
    tachys::view::{Mountable, Render},
};
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, Node};

use crate::{
    context::Context,
    domain::{ListQuery, Queue, shortened, with_tag},
    routes::Route,
};

/// Characters of a description that a row can show.
const SHOWN: usize = 160;

/// What the buttons of a row do, as their class says.
pub const TAGS: &str = "tags";
pub const DELETE: &str = "delete";
pub const COPY: &str = "name";

#[wasm_bindgen]
extern "C" {
    /// A part of a row, with the properties that differ from row to row. A property costs half of
    /// what an attribute does, whose name the browser has to be told too.
    #[wasm_bindgen(extends = Element)]
    type Part;
    #[wasm_bindgen(method, setter, js_name = textContent)]
    fn set_text(this: &Part, text: &str);
    #[wasm_bindgen(method, setter)]
    fn set_href(this: &Part, url: &str);
    #[wasm_bindgen(method, setter)]
    fn set_title(this: &Part, text: &str);
    #[wasm_bindgen(method, setter, js_name = dateTime)]
    fn set_date_time(this: &Part, iso: &str);
    #[wasm_bindgen(method, setter, js_name = ariaLabel)]
    fn set_label(this: &Part, text: &str);
}

/// The rows that are shown, in an element that holds nothing else.
pub struct Body {
    context: Context,
    readonly: bool,
    body: Element,
    /// A row without any queue.
    blank: Element,
    /// What each row shows, and the draft that it links to.
    shown: Vec<(Queue, Option<u64>)>,
}

impl Body {
    pub fn new(context: Context, body: Element) -> Self {
        let parent = body.clone_node().expect("a copy").unchecked_into::<Element>();
        let readonly = context.settings().readonly;
        blank_row(readonly).build().mount(&parent, None);
        let blank = parent.first_element_child().expect("the row that was mounted");
        strip(&blank);
        Self { context, readonly, body, blank, shown: Vec::new() }
    }

    /// Shows these queues. A row that shows its queue already stays, and with it what has the
    /// focus; only its times are said anew.
    pub fn show(&mut self, queues: &[Queue], drafts: &HashMap<u64, u64>) {
        let now = self.context.api().now();
        let mut next = self.body.first_element_child();
        for (at, queue) in queues.iter().enumerate() {
            let draft = drafts.get(&queue.id).copied();
            let here = next.clone();
            next = here.as_ref().and_then(Element::next_element_sibling);
            let is_same =
                self.shown.get(at).is_some_and(|(old, link)| old == queue && *link == draft);
            match here {
                Some(row) if is_same => {
                    let [_, _, _, _, _, created, modified] = children(&row);
                    self.say_times(&created, &modified, queue, now);
                }
                here => self.put(here.as_ref(), &self.row(queue, draft, now)),
            }
        }
        while let Some(row) = next {
            next = row.next_element_sibling();
            row.remove();
        }
        let link = |queue: &Queue| drafts.get(&queue.id).copied();
        self.shown = queues.iter().map(|queue| (queue.clone(), link(queue))).collect();
    }

    /// Puts a row in the place of another one, which hands the focus on.
    fn put(&self, old: Option<&Element>, new: &Element) {
        let Some(old) = old else {
            let _ = self.body.append_child(new);
            return;
        };
        let focused = old.query_selector(":focus").ok().flatten();
        let _ = old.replace_with_with_node_1(new);
        let same = focused.and_then(|focused| {
            let class = focused.class_name().replace(' ', ".");
            let selector = format!(
                "{}{}{class}",
                focused.local_name(),
                if class.is_empty() { "" } else { "." }
            );
            new.query_selector(&selector).ok().flatten()
        });
        if let Some(same) = same.and_then(|same| same.dyn_into::<HtmlElement>().ok()) {
            let _ = same.focus();
        }
    }

    /// The cells stand in the order of [`blank_row`].
    fn row(&self, queue: &Queue, draft: Option<u64>, now: f64) -> Element {
        let Queue { id, name, .. } = queue;
        let href = |route: &Route| self.context.navigator.href(route);
        let row =
            self.blank.clone_node_with_deep(true).expect("a copy").unchecked_into::<Element>();
        let [head, description, group, tags, draft_cell, created, modified, number, actions] =
            children(&row);
        self.say_times(&created, &modified, queue, now);
        if queue.deleted {
            row.set_class_name("deleted");
            let _ = head.append_with_str_1(" ");
            add(&head, "span", "Deleted").set_class_name("badge");
        }
        let [link] = children(&head);
        link.set_href(&href(&Route::Queue(*id)));
        let [shown_name] = children(&link);
        shown_name.set_text(name);
        let [clamp] = children(&description);
        clamp.set_text(&shortened(queue.text(), SHOWN));
        let [group] = children(&group);
        group.set_text(&queue.group.name);
        if !queue.tags.is_empty() {
            let list = add(&tags, "ul", "");
            list.set_class_name("chips");
            for tag in &queue.tags {
                let search = with_tag(&tag.name);
                let list_of = Route::Queues(ListQuery { search, ..ListQuery::default() });
                let link = add(&add(&list, "li", ""), "a", "");
                link.set_href(&href(&list_of));
                add(&link, "bdi", &tag.name);
            }
        }
        if queue.has_draft && !self.readonly {
            match draft {
                Some(draft) => {
                    let link = add(&draft_cell, "a", "Draft");
                    link.set_href(&href(&Route::Draft(draft)));
                    link.set_label(&format!("Draft of {name}"));
                }
                None => draft_cell.set_text("Draft"),
            }
        }
        number.set_text(&id.to_string());
        let label = |act: &Part, what| act.set_label(&format!("{what} {name}"));
        let copied = href(&Route::NewQueue(Some(*id)));
        if self.readonly {
            let [copy] = children(&actions);
            label(&copy, "Copy name");
        } else if queue.deleted {
            // All that can be done with it is to make it again.
            actions.set_text("");
            let again = add(&actions, "a", "");
            again.set_class_name("act again");
            again.set_title("Recreate");
            again.set_href(&copied);
            label(&again, "Recreate");
        } else {
            let [edit, tags, duplicate, copy, delete] = children(&actions);
            edit.set_href(&href(&Route::EditQueue(*id)));
            label(&edit, "Edit");
            label(&tags, "Edit tags of");
            duplicate.set_href(&copied);
            label(&duplicate, "Duplicate");
            label(&copy, "Copy name");
            label(&delete, "Delete");
        }
        row
    }

    fn say_times(&self, created: &Element, modified: &Element, queue: &Queue, now: f64) {
        let (first_time, last_time) = (&queue.created_on, &queue.last_modified_on);
        let said = self.context.clock.say(first_time, now);
        show_time(created, first_time, &said);
        // A queue that nobody has changed: within the same second, which costs no second saying.
        const SECOND: usize = "2026-01-02T03:04:05".len();
        let is_same = first_time.get(..SECOND).is_some()
            && first_time.get(..SECOND) == last_time.get(..SECOND);
        let said = if is_same { said } else { self.context.clock.say(last_time, now) };
        show_time(modified, last_time, &said);
    }
}

fn show_time(cell: &Element, iso: &str, (text, full): &(String, String)) {
    let [time] = children(cell);
    if time.text_content().as_deref() != Some(text) {
        time.set_date_time(iso);
        time.set_title(full);
        time.set_text(text);
    }
}

/// A row as every queue has it. In a page that lets nothing be changed, names can be copied.
fn blank_row(readonly: bool) -> AnyView {
    let act = |class: &'static str, title: &'static str| {
        view! { <button part="button" type="button" class=format!("act {class}") title=title></button> }
    };
    let actions = if readonly {
        act(COPY, "Copy name").into_any()
    } else {
        view! {
            <a class="act edit" title="Edit"></a>
            {act(TAGS, "Edit tags")}
            <a class="act copy" title="Duplicate"></a>
            {act(COPY, "Copy name")}
            {act(DELETE, "Delete")}
        }
        .into_any()
    };
    view! {
        <tr part="row" role="row">
            <th scope="row" role="rowheader" data-label="Name"><a><bdi></bdi></a></th>
            <td role="cell" data-label="Description"><div class="clamp" dir="auto"></div></td>
            <td role="cell" data-label="Group"><bdi></bdi></td>
            <td role="cell" data-label="Tags"></td>
            <td role="cell" data-label="Draft"></td>
            <td role="cell" data-label="Created on"><time tabindex="-1"></time></td>
            <td role="cell" data-label="Last modified on"><time tabindex="-1"></time></td>
            <td role="cell" data-label="ID"></td>
            <td role="cell" data-label="Actions">{actions}</td>
        </tr>
    }
    .into_any()
}

/// Takes the comments out that the framework marks places with: nothing of a row is replaced by it.
fn strip(node: &Node) {
    let mut next = node.first_child();
    while let Some(child) = next {
        next = child.next_sibling();
        if child.node_type() == Node::COMMENT_NODE {
            let _ = node.remove_child(&child);
        } else {
            strip(&child);
        }
    }
}

/// The first children of a part of a row, which has at least so many: see [`blank_row`].
fn children<const N: usize>(parent: &Element) -> [Part; N] {
    let mut next = parent.first_element_child();
    std::array::from_fn(|_| {
        let child = next.take().expect("a part as the blank row has it");
        next = child.next_element_sibling();
        child.unchecked_into()
    })
}

fn add(parent: &Element, name: &str, text: &str) -> Part {
    // It fails only for names that no element can have; ours are written above.
    let element: Part = document().create_element(name).expect("an element").unchecked_into();
    if !text.is_empty() {
        element.set_text(text);
    }
    let _ = parent.append_child(&element);
    element
}
