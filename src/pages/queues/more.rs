//! Beside the table: how it looks, views that have a name, export, and keys.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

use super::{
    action::RowAction,
    bulk::EXPORT,
    columns::COLUMNS,
    look::{COMPACT, Look},
    selection::Selection,
    views::Views,
};
use crate::{
    context::Context,
    domain::ListQuery,
    routes::Route,
    storage::{self, Key},
    ui::{Dialog, Id, live},
};

/// The buttons "View", "Views", "Save view" and "Export".
#[component]
pub fn More(
    user: u64,
    list: Memo<ListQuery>,
    look: Look,
    selection: Selection,
    /// Loads rows and jobs again.
    refresh: Callback<()>,
) -> impl IntoView {
    let context = Context::get();
    let shortcuts = RwSignal::new(false);
    let are_on = RwSignal::new(storage::read(Key::NoShortcuts).is_none());
    listen(context, Keys { are_on, list: shortcuts, refresh });
    let is_nothing_selected = Memo::new(move |_| selection.count() == 0);
    view! {
        <div class="more">
            <button part="button" type="button" popovertarget=Id::ViewMenu.as_str()>"View"</button>
            <ViewMenu look shortcuts />
            <Views user list />
            // What is selected has a button of its own.
            {live(move || is_nothing_selected.get().then(|| view! { <ExportMenu list /> }))}
        </div>
        <Shortcuts open=shortcuts are_on />
    }
}

/// Which columns show, and how high the rows are.
#[component]
fn ViewMenu(look: Look, shortcuts: RwSignal<bool>) -> impl IntoView {
    let column = move |(label, off): (&'static str, &'static str)| {
        view! {
            <label class="check">
                <input part="input"
                    type="checkbox"
                    prop:checked=move || !look.has(off)
                    on:change=move |event| look.set(off, !event_target_checked(&event))
                />
                {label}
            </label>
        }
    };
    let columns = COLUMNS.iter().filter(|column| !column.off.is_empty());
    let columns: Vec<_> = columns.map(|it| column((it.label, it.off))).collect();
    let density = move |label: &'static str, is_compact: bool| {
        view! {
            <label class="check">
                <input part="input"
                    type="radio"
                    name="density"
                    prop:checked=move || look.has(COMPACT) == is_compact
                    on:change=move |_| look.set(COMPACT, is_compact)
                />
                {label}
            </label>
        }
    };
    view! {
        <div class="popover menu" popover="auto" id=Id::ViewMenu.as_str() role="group" aria-label="View">
            <fieldset><legend>"Columns"</legend>{columns}</fieldset>
            <fieldset>
                <legend>"Rows"</legend>
                {density("Comfortable", false)}
                {density("Compact", true)}
            </fieldset>
            <button part="button" type="button" on:click=move |_| shortcuts.set(true)>"Keyboard shortcuts"</button>
        </div>
    }
}

/// Exports all that match.
#[component]
fn ExportMenu(list: Memo<ListQuery>) -> impl IntoView {
    // What it needs is fetched once somebody wants it.
    let wanted = RwSignal::new(false);
    let wanted_once = Memo::new(move |_| wanted.get());
    view! {
        <button part="button"
            type="button"
            popovertarget=Id::ExportMenu.as_str()
            on:click=move |_| wanted.set(true)
        >"Export"</button>
        <div class="popover menu" popover="auto" id=Id::ExportMenu.as_str() role="group" aria-label="Export">
            <p>"All queues that match, as a file:"</p>
            {live(move || wanted_once.get().then(|| EXPORT.view((list, None))))}
        </div>
    }
}

/// The keys, and what each does.
const KEYS: [(&str, &str); 8] = [
    ("/", "Search queues"),
    ("c", "Create queue"),
    ("j", "Next row"),
    ("k", "Previous row"),
    ("x", "Select the row, or no longer"),
    ("e", "Edit the queue of the row"),
    ("r", "Refresh"),
    ("?", "This list"),
];

/// The list of keys, and the way to switch them off.
#[component]
fn Shortcuts(open: RwSignal<bool>, are_on: RwSignal<bool>) -> impl IntoView {
    let choose = move |event: ev::Event| {
        let on = event_target_checked(&event);
        storage::write(Key::NoShortcuts, (!on).then_some("1"));
        are_on.set(on);
    };
    let context = Context::get();
    let close = Callback::new(move |()| {
        open.set(false);
        // What opened it is in a menu that has closed.
        context.focus_first([format!("[popovertarget={}]", Id::ViewMenu.as_str())]);
    });
    view! {
        <Dialog open id=Id::Shortcuts title="Keyboard shortcuts".to_owned() role="dialog" close>
            <dl class="keys">
                {KEYS.map(|(key, does)| view! { <div><dt><kbd>{key}</kbd></dt><dd>{does}</dd></div> })}
            </dl>
            <p>"They work while no field has the focus."</p>
            <div class="row">
                <label class="check">
                    <input part="input" type="checkbox" prop:checked=are_on on:change=choose />
                    "Use keyboard shortcuts"
                </label>
                <button part="button" type="button" autofocus on:click=move |_| close.run(())>"Close"</button>
            </div>
        </Dialog>
    }
}

/// What keys need.
#[derive(Clone, Copy)]
struct Keys {
    are_on: RwSignal<bool>,
    /// Their list is open.
    list: RwSignal<bool>,
    refresh: Callback<()>,
}

/// Listens for keys: in an element only while the focus is inside it.
fn listen(context: Context, keys: Keys) {
    let pressed = move |event: ev::KeyboardEvent| {
        if keys.are_on.try_get_untracked() == Some(true) && is_free(context, &event) {
            keys.press(context, &event);
        }
    };
    if !context.host.is_element() {
        let listener = window_event_listener(ev::keydown, pressed);
        on_cleanup(move || listener.remove());
    } else if let Some(main) = context.main.get_untracked() {
        let pressed = wasm_bindgen::closure::Closure::<dyn FnMut(ev::KeyboardEvent)>::new(pressed);
        let _ = main.add_event_listener_with_callback("keydown", pressed.as_ref().unchecked_ref());
        let pressed = StoredValue::new_local(pressed);
        on_cleanup(move || {
            pressed.try_with_value(|pressed| {
                let listener = pressed.as_ref().unchecked_ref();
                let _ = main.remove_event_listener_with_callback("keydown", listener);
            });
        });
    }
}

/// Nobody types, and no dialog is open.
fn is_free(context: Context, event: &ev::KeyboardEvent) -> bool {
    const FIELDS: &str =
        "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])";
    let on_field = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .is_some_and(|element| element.matches(FIELDS) == Ok(true));
    let has_modifier = event.ctrl_key() || event.meta_key() || event.alt_key();
    !event.default_prevented() && !has_modifier && !on_field && !context.is_covered()
}

impl Keys {
    fn press(self, context: Context, event: &ev::KeyboardEvent) {
        let Some(main) = context.main.get_untracked() else { return };
        let find = |selector: &str| {
            let found = main.query_selector(selector).ok().flatten();
            found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok())
        };
        let row = find("tbody tr:focus-within");
        match event.key().as_str() {
            "/" => {
                if let Some(search) = find("input[type=search]") {
                    let _ = search.focus();
                }
            }
            "c" if !context.settings().readonly => context.navigator.go(Route::NewQueue(None)),
            key @ ("j" | "k") => {
                let next = match &row {
                    Some(row) if key == "j" => row.next_element_sibling(),
                    Some(row) => row.previous_element_sibling(),
                    None if key == "j" => find("tbody tr").map(Into::into),
                    None => find("tbody tr:last-child").map(Into::into),
                };
                let link = next.and_then(|row| row.query_selector("th a").ok().flatten());
                if let Some(link) = link.and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok()) {
                    let _ = link.focus();
                }
            }
            key @ ("x" | "e") => {
                let action = if key == "x" { RowAction::Select } else { RowAction::Edit };
                let action = action.as_str();
                let control = format!("tbody tr:focus-within [data-action={action}]");
                if let Some(control) = find(&control) {
                    control.click();
                }
            }
            "r" => self.refresh.run(()),
            "?" => self.list.set(true),
            _ => return,
        }
        event.prevent_default();
    }
}
