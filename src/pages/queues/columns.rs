//! The columns of the table. All that there is to know of a column is in its definition here.

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::Element;

use super::action::RowAction;
use crate::{
    context::Context,
    domain::{ListQuery, Queue, SortBy, shortened, with_tag},
    routes::Route,
};

/// The most characters of a description that a row shows.
const MAX_CHARS: usize = 160;

/// A column. The first one holds the header of each row.
pub struct Column {
    /// Its header; on small screens it stands beside each cell.
    pub label: &'static str,
    /// How the server sorts by it; none: it does not.
    pub sort: Option<SortBy>,
    /// A track of `grid-template-columns`.
    pub width: &'static str,
    /// What a cell holds in every row. The parameter: nothing can be changed here.
    pub blank: fn(bool) -> AnyView,
    /// Fills in a cell that holds that.
    pub fill: fn(&Element, &Row),
    /// It changes while the queue does not: a time grows older, jobs come and go.
    pub is_live: bool,
}

/// What the cell "Jobs" of a row says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// In words.
    pub text: String,
    /// Somebody has to do something.
    pub needs_attention: bool,
}

/// What a row shows.
pub struct Row<'a> {
    pub context: Context,
    pub readonly: bool,
    /// The server's time, in milliseconds since 1970.
    pub now: f64,
    pub queue: &'a Queue,
    /// The user's draft of the queue.
    pub draft: Option<u64>,
    /// What is said of its jobs; nothing until that is known.
    pub said: Option<&'a Said>,
    /// The user may change the queue.
    pub may_change: bool,
}

/// The columns, in their order.
pub const COLUMNS: [Column; 9] =
    [NAME, DESCRIPTION, GROUP, TAGS, JOBS, CREATED_ON, LAST_MODIFIED_ON, ID, ACTIONS];

const NAME: Column = Column {
    label: "Name",
    sort: Some(SortBy::Name),
    width: "17%",
    blank: |_| view! { <a><bdi></bdi></a> }.into_any(),
    fill: |cell, row| {
        let [link] = children(cell);
        link.set_href(&row.href(&Route::Queue(row.queue.id)));
        let [name] = children(&link);
        name.set_text(&row.queue.name);
        if row.queue.deleted {
            let _ = cell.append_with_str_1(" ");
            add(cell, "span", "Deleted").set_class_name("badge");
        }
        if row.queue.has_draft && !row.readonly {
            let _ = cell.append_with_str_1(" ");
            let draft = add(cell, if row.draft.is_some() { "a" } else { "span" }, "Draft");
            draft.set_class_name("badge");
            if let Some(id) = row.draft {
                draft.set_href(&row.href(&Route::Draft(id)));
                draft.set_label(&format!("Draft of {}", row.queue.name));
            }
        }
    },
    is_live: false,
};

const DESCRIPTION: Column = Column {
    label: "Description",
    sort: Some(SortBy::Description),
    width: "minmax(7rem, 1fr)",
    blank: |_| view! { <div class="clamp" dir="auto"></div> }.into_any(),
    fill: |cell, row| {
        let [clamp] = children(cell);
        clamp.set_text(&shortened(row.queue.description_or_empty(), MAX_CHARS));
    },
    is_live: false,
};

const GROUP: Column = Column {
    label: "Group",
    sort: None,
    width: "5.25rem",
    blank: |_| view! { <bdi></bdi> }.into_any(),
    fill: |cell, row| {
        let [name] = children(cell);
        name.set_text(&row.queue.group.name);
    },
    is_live: false,
};

const TAGS: Column = Column {
    label: "Tags",
    sort: None,
    width: "5.5rem",
    blank: |_| ().into_any(),
    fill: |cell, row| {
        if row.queue.tags.is_empty() {
            return;
        }
        let list = add(cell, "ul", "");
        list.set_class_name("chips");
        for tag in &row.queue.tags {
            let search = with_tag(&tag.name);
            let link = add(&add(&list, "li", ""), "a", "");
            let with_it = ListQuery { search, ..ListQuery::default() };
            link.set_href(&row.href(&Route::Queues(with_it)));
            add(&link, "bdi", &tag.name);
        }
    },
    is_live: false,
};

const JOBS: Column = Column {
    label: "Jobs",
    sort: None,
    width: "8.5rem",
    blank: |_| view! { <span></span> }.into_any(),
    fill: |cell, row| {
        let [text] = children(cell);
        let (words, class) = match row.said {
            Some(Said { text, needs_attention: true }) => (text.as_str(), "said alert"),
            Some(Said { text, .. }) => (text.as_str(), "said"),
            None => ("", ""),
        };
        if text.text_content().as_deref() != Some(words) {
            text.set_text(words);
        }
        text.set_class_name(class);
    },
    is_live: true,
};

const CREATED_ON: Column = Column {
    label: "Created on",
    sort: Some(SortBy::CreatedOn),
    width: "8rem",
    blank: |_| blank_time(),
    fill: |cell, row| fill_time(cell, &row.queue.created_on, row),
    is_live: true,
};

const LAST_MODIFIED_ON: Column = Column {
    label: "Last modified on",
    sort: Some(SortBy::LastModifiedOn),
    width: "8rem",
    blank: |_| blank_time(),
    fill: |cell, row| fill_time(cell, &row.queue.last_modified_on, row),
    is_live: true,
};

const ID: Column = Column {
    label: "ID",
    sort: None,
    width: "3.5rem",
    blank: |_| ().into_any(),
    fill: |cell, row| cell.set_text_content(Some(&row.queue.id.to_string())),
    is_live: false,
};

const ACTIONS: Column = Column {
    label: "Actions",
    sort: None,
    width: "9.75rem",
    blank: |readonly| {
        let button = |action: RowAction| {
            view! { <button part="button" type="button" class="act" data-action=action.as_str() title=action.title()></button> }
        };
        if readonly {
            return button(RowAction::CopyName).into_any();
        }
        let link = |action: RowAction| {
            view! { <a class="act" data-action=action.as_str() title=action.title()></a> }
        };
        view! {
            {link(RowAction::Edit)}
            {button(RowAction::EditTags)}
            {link(RowAction::Duplicate)}
            {button(RowAction::CopyName)}
            {button(RowAction::Delete)}
        }
        .into_any()
    },
    fill: |cell, row| {
        let Queue { id, name, .. } = row.queue;
        let label = |part: &Part, action: RowAction| part.set_label(&action.label(name));
        let duplicate_href = row.href(&Route::NewQueue(Some(*id)));
        if row.readonly {
            let [copy] = children(cell);
            label(&copy, RowAction::CopyName);
        } else if row.queue.deleted {
            // All that can be done with it is to create it again.
            cell.set_text_content(None);
            let again = add(cell, "a", "");
            again.set_class_name("act");
            let _ = again.set_attribute("data-action", RowAction::Recreate.as_str());
            again.set_title(RowAction::Recreate.title());
            again.set_href(&duplicate_href);
            label(&again, RowAction::Recreate);
        } else {
            let [edit, tags, duplicate, copy, delete] = children(cell);
            edit.set_href(&row.href(&Route::EditQueue(*id)));
            label(&edit, RowAction::Edit);
            label(&tags, RowAction::EditTags);
            duplicate.set_href(&duplicate_href);
            label(&duplicate, RowAction::Duplicate);
            label(&copy, RowAction::CopyName);
            label(&delete, RowAction::Delete);
            if !row.may_change {
                for not_offered in [edit, tags, delete] {
                    not_offered.remove();
                }
            }
        }
    },
    is_live: false,
};

impl Row<'_> {
    fn href(&self, route: &Route) -> String {
        self.context.navigator.href(route)
    }
}

#[wasm_bindgen]
extern "C" {
    /// A part of a row, with the properties that differ from row to row. To set a property costs half
    /// of what an attribute does, whose name the browser has to be told too.
    #[wasm_bindgen(extends = Element)]
    pub type Part;
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

fn blank_time() -> AnyView {
    view! { <time tabindex="-1"></time> }.into_any()
}

fn fill_time(cell: &Element, iso: &str, row: &Row) {
    let [time] = children(cell);
    let (text, full) = row.context.clock.say(iso, row.now);
    if time.text_content().as_deref() != Some(&text) {
        time.set_date_time(iso);
        time.set_title(&full);
        time.set_text(&text);
    }
}

/// The first children of a part of a row, which has at least so many: see `blank` of its column.
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
