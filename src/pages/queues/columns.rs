//! The columns of the table. All that there is to know of a column is in its definition here.

use std::cell::OnceCell;

use js_sys::JsString;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::Element;

use super::action::RowAction;
use crate::{
    context::Context,
    domain::{ListQuery, Queue, SortBy, cut, shortened, with_tag},
    routes::Route,
};

/// The most characters of a description that a row shows.
const MAX_CHARS: usize = 160;

/// The most characters of a name that a row shows.
const MAX_NAME: usize = 40;

/// A column.
pub struct Column {
    /// Its header; on small screens it stands beside each cell.
    pub label: &'static str,
    /// How the server sorts by it; none: it does not.
    pub sort: Option<SortBy>,
    /// How wide it is.
    pub width: Width,
    /// The class of a table without this column, see `style/table.css`; empty: it stays.
    pub off: &'static str,
    /// Its cells are the headers of their rows.
    pub is_header: bool,
    /// What a cell holds in every row. The parameter: nothing can be changed here.
    pub blank: fn(bool) -> AnyView,
    /// Fills in a cell that holds that.
    pub fill: fn(&Element, &Row),
    /// It changes while the queue does not: a time grows older, jobs come and go.
    pub is_live: bool,
}

/// How wide a column is.
pub enum Width {
    /// A track of `grid-template-columns`.
    Fixed(&'static str),
    /// As wide as the longest of so many characters, between these; no place if all have none.
    Content(&'static str, usize, fn(&Queue) -> usize),
}

impl Width {
    /// Adds the track of `grid-template-columns` for these queues.
    pub fn add_track(&self, queues: &[Queue], to: &mut String) {
        match self {
            Self::Fixed(track) => to.push_str(track),
            Self::Content(least, most, characters) => {
                let longest = queues.iter().map(characters).max().unwrap_or(1);
                if longest == 0 {
                    to.push_str("0 ");
                    return;
                }
                for part in ["minmax(", least, ",max(", least, ","] {
                    to.push_str(part);
                }
                to.push_str(&(longest + 2).min(*most).to_string());
                to.push_str("ch))");
            }
        }
        to.push(' ');
    }
}

/// What the cell "Jobs" of a row says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobsCell {
    /// In words.
    pub text: String,
    /// For the eye; the words say the same.
    pub sign: Sign,
}

/// What stands before the words of the cell "Jobs", see `style/signs.css`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sign {
    /// None: nothing goes on.
    #[default]
    Quiet,
    /// Something runs.
    Runs,
    /// Something waits, as it should.
    Waits,
    /// Somebody has to do something.
    Alert,
}

impl Sign {
    fn class(self) -> &'static str {
        match self {
            Self::Quiet => "said quiet",
            Self::Runs => "said runs",
            Self::Waits => "said waits",
            Self::Alert => "said alert",
        }
    }
}

/// What a row shows.
pub struct Row<'a> {
    pub context: Context,
    pub readonly: bool,
    /// The server's time, in milliseconds since 1970.
    pub now: f64,
    pub queue: &'a Queue,
    /// Its name, once it was needed: to hand a text to the browser anew each time costs more than all else.
    pub name: OnceCell<JsString>,
    /// The user's draft of the queue.
    pub draft: Option<u64>,
    /// What is said of its jobs; nothing until that is known.
    pub said: Option<&'a JobsCell>,
    /// The user may change the queue.
    pub may_change: bool,
    /// It is selected.
    pub is_selected: bool,
}

/// The columns, in their order.
pub const COLUMNS: [Column; 10] =
    [SELECT, NAME, DESCRIPTION, GROUP, TAGS, JOBS, CREATED_ON, LAST_MODIFIED_ON, ID, ACTIONS];

const SELECT: Column = Column {
    label: "",
    sort: None,
    width: Width::Fixed("2.25rem"),
    off: "",
    is_header: false,
    blank: |_| {
        let select = RowAction::Select;
        view! { <input part="input" type="checkbox" data-action=select.as_str() aria-label=select.label() /> }
            .into_any()
    },
    fill: |cell, row| {
        let [checkbox] = children(cell);
        if row.queue.deleted {
            checkbox.remove();
            return;
        }
        row.add_name(&checkbox);
        checkbox.set_checked(row.is_selected);
    },
    is_live: false,
};

const NAME: Column = Column {
    label: "Name",
    sort: Some(SortBy::Name),
    width: Width::Content("9rem", 42, |queue| queue.name.chars().count().min(MAX_NAME)),
    off: "",
    is_header: true,
    blank: |_| view! { <a dir="auto"></a> }.into_any(),
    fill: |cell, row| {
        let [link] = children(cell);
        link.set_href(&row.href(&Route::Queue(row.queue.id)));
        if let Some((start, middle, end)) = cut(&row.queue.name, MAX_NAME) {
            // All of it is there, for those who listen and who copy; the middle has no size.
            link.set_text(start);
            add(&link, "span", middle).set_class_name("cut");
            let _ = link.append_with_str_1(end);
            link.set_title(&row.queue.name);
        } else {
            link.set_words(row.name());
        }
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
                draft.set_label(&JsString::from("Draft of ").concat(row.name()));
            }
        }
    },
    is_live: false,
};

const DESCRIPTION: Column = Column {
    label: "Description",
    sort: Some(SortBy::Description),
    width: Width::Fixed("minmax(7rem,1fr)"),
    off: "no-description",
    is_header: false,
    blank: |_| view! { <div class="clamp" dir="auto"></div> }.into_any(),
    fill: |cell, row| {
        let [clamp] = children(cell);
        let text = JsString::from(&*shortened(row.queue.description_or_empty(), MAX_CHARS));
        clamp.set_words(&text);
        clamp.set_title_words(&text);
    },
    is_live: false,
};

const GROUP: Column = Column {
    label: "Group",
    sort: None,
    width: Width::Content("4rem", 20, |queue| queue.group.name.chars().count()),
    off: "no-group",
    is_header: false,
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
    width: Width::Content("4.5rem", 24, |queue| {
        queue.tags.iter().map(|tag| tag.name.chars().count() + 3).sum()
    }),
    off: "no-tags",
    is_header: false,
    blank: |_| ().into_any(),
    fill: |cell, row| {
        if row.queue.tags.is_empty() {
            return;
        }
        let list = add(cell, "ul", "");
        list.set_class_name("chips");
        for tag in &row.queue.tags {
            let search = with_tag(&tag.name);
            let link = add(&add(&list, "li", ""), "a", &tag.name);
            link.set_dir("auto");
            let with_it = ListQuery { search, ..ListQuery::default() };
            link.set_href(&row.href(&Route::Queues(with_it)));
        }
    },
    is_live: false,
};

const JOBS: Column = Column {
    label: "Jobs",
    sort: None,
    width: Width::Fixed("minmax(11rem,.6fr)"),
    off: "no-jobs",
    is_header: false,
    blank: |_| view! { <span></span> }.into_any(),
    fill: |cell, row| {
        let [text] = children(cell);
        let (words, class) = row.said.map_or(("", ""), |said| (&*said.text, said.sign.class()));
        if text.text_content().as_deref() != Some(words) {
            text.set_text(words);
            text.set_title(words);
        }
        text.set_class_name(class);
    },
    is_live: true,
};

const CREATED_ON: Column = Column {
    label: "Created on",
    sort: Some(SortBy::CreatedOn),
    width: Width::Fixed("minmax(6.75rem,7.75rem)"),
    off: "no-created",
    is_header: false,
    blank: |_| blank_time(),
    fill: |cell, row| fill_time(cell, &row.queue.created_on, row),
    is_live: true,
};

const LAST_MODIFIED_ON: Column = Column {
    label: "Last modified on",
    sort: Some(SortBy::LastModifiedOn),
    width: Width::Fixed("minmax(6.75rem,var(--modified))"),
    off: "no-modified",
    is_header: false,
    blank: |_| blank_time(),
    fill: |cell, row| fill_time(cell, &row.queue.last_modified_on, row),
    is_live: true,
};

const ID: Column = Column {
    label: "ID",
    sort: None,
    width: Width::Content("3rem", 20, |queue| queue.id.to_string().len()),
    off: "no-id",
    is_header: false,
    blank: |_| ().into_any(),
    fill: |cell, row| cell.set_text_content(Some(&row.queue.id.to_string())),
    is_live: false,
};

const ACTIONS: Column = Column {
    label: "Actions",
    sort: None,
    width: Width::Fixed("var(--actions)"),
    off: "",
    is_header: false,
    blank: |readonly| {
        let button = |action: RowAction| {
            let is_open = (action == RowAction::Menu).then_some("false");
            view! { <button part="button" type="button" class="act" data-action=action.as_str() title=action.title() aria-label=action.label() aria-expanded=is_open></button> }
        };
        if readonly {
            return button(RowAction::CopyName).into_any();
        }
        let link = |action: RowAction| {
            view! { <a class="act" data-action=action.as_str() title=action.title() aria-label=action.label()></a> }
        };
        view! {
            {button(RowAction::Menu)}
            {link(RowAction::Edit)}
            {button(RowAction::EditTags)}
            {link(RowAction::Duplicate)}
            {button(RowAction::CopyName)}
            {button(RowAction::Delete)}
        }
        .into_any()
    },
    fill: |cell, row| {
        let id = row.queue.id;
        let duplicate_href = row.href(&Route::NewQueue(Some(id)));
        if row.readonly {
            let [copy] = children(cell);
            row.add_name(&copy);
        } else if row.queue.deleted {
            // All that can be done with it is to create it again.
            cell.set_text_content(None);
            let (again, action) = (add(cell, "a", ""), RowAction::Recreate);
            again.set_class_name("act");
            let _ = again.set_attribute("data-action", action.as_str());
            again.set_title(action.title());
            again.set_href(&duplicate_href);
            again.set_label(&JsString::from(action.label()).concat(row.name()));
        } else {
            let actions: [RowPart; 6] = children(cell);
            for action in &actions {
                row.add_name(action);
            }
            let [_, edit, tags, duplicate, _, delete] = &actions;
            edit.set_href(&row.href(&Route::EditQueue(id)));
            duplicate.set_href(&duplicate_href);
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

    fn name(&self) -> &JsString {
        self.name.get_or_init(|| JsString::from(&*self.queue.name))
    }

    /// Adds the queue's name to the accessible name of a part.
    fn add_name(&self, part: &RowPart) {
        part.set_label(&part.label().concat(self.name()));
    }
}

#[wasm_bindgen]
extern "C" {
    /// A part of a row, with the properties that differ from row to row. To set a property costs half
    /// of what an attribute does, whose name the browser has to be told too.
    #[wasm_bindgen(extends = Element)]
    pub type RowPart;
    #[wasm_bindgen(method, setter, js_name = textContent)]
    fn set_text(this: &RowPart, text: &str);
    #[wasm_bindgen(method, setter)]
    fn set_href(this: &RowPart, url: &str);
    #[wasm_bindgen(method, setter)]
    fn set_title(this: &RowPart, text: &str);
    #[wasm_bindgen(method, setter)]
    fn set_dir(this: &RowPart, direction: &str);
    #[wasm_bindgen(method, setter, js_name = dateTime)]
    fn set_date_time(this: &RowPart, iso: &str);
    #[wasm_bindgen(method, setter, js_name = textContent)]
    fn set_words(this: &RowPart, text: &JsString);
    #[wasm_bindgen(method, getter, js_name = textContent)]
    fn words(this: &RowPart) -> JsString;
    #[wasm_bindgen(method, setter, js_name = title)]
    fn set_title_words(this: &RowPart, text: &JsString);
    #[wasm_bindgen(method, getter, js_name = ariaLabel)]
    fn label(this: &RowPart) -> JsString;
    #[wasm_bindgen(method, setter, js_name = ariaLabel)]
    fn set_label(this: &RowPart, text: &JsString);
    #[wasm_bindgen(method, setter)]
    pub fn set_checked(this: &RowPart, checked: bool);
}

fn blank_time() -> AnyView {
    view! { <time tabindex="-1"></time> }.into_any()
}

fn fill_time(cell: &Element, iso: &str, row: &Row) {
    let [time] = children(cell);
    let (text, full) = row.context.clock.say(iso, row.now);
    if time.words() != text {
        time.set_date_time(iso);
        time.set_title_words(&full);
        time.set_words(&text);
    }
}

/// The first children of a part of a row, which has at least so many: see `blank` of its column.
fn children<const N: usize>(parent: &Element) -> [RowPart; N] {
    let mut next = parent.first_element_child();
    std::array::from_fn(|_| {
        let child = next.take().expect("a part as the blank row has it");
        next = child.next_element_sibling();
        child.unchecked_into()
    })
}

fn add(parent: &Element, name: &str, text: &str) -> RowPart {
    // It fails only for names that no element can have; ours are written above.
    let element: RowPart = document().create_element(name).expect("an element").unchecked_into();
    if !text.is_empty() {
        element.set_text(text);
    }
    let _ = parent.append_child(&element);
    element
}

#[cfg(test)]
mod tests {
    use super::COLUMNS;

    #[test]
    fn the_style_sheet_hides_each_column_that_can_be_switched_off() {
        let css = include_str!("../../../style/table.css");
        for column in COLUMNS.iter().filter(|column| !column.off.is_empty()) {
            let rule = format!(".{} [data-label=\"{}\"]", column.off, column.label);
            assert!(css.contains(&rule), "style/table.css has no {rule}");
        }
    }
}
