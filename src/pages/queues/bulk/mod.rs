//! What can be done with the selected queues.

mod asked;
mod delete;
mod dialog;
mod export;
mod fetch;
mod select;
mod tags;

pub use export::EXPORT;

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

use self::{
    asked::Asked, delete::BulkDeleteDialog, export::Export, fetch::FetchAll, tags::BulkTagsDialog,
};
use super::{loaded::Rows, selection::Selection};
use crate::{
    context::Context,
    domain::{ListQuery, Queue, grouped},
    lazy,
    ui::{Dialog, Id, effect, live},
};

lazy! {
    /// The toolbar "Selected queues", and what it opens.
    #[wasm_split(rest)]
    pub static SELECTED: |
        user: u64,
        list: Memo<ListQuery>,
        rows: Rows,
        selection: Selection,
        reload: Callback<()>,
    | view! { <Selected user list rows selection reload /> };
}

#[component]
fn Selected(
    user: u64,
    list: Memo<ListQuery>,
    rows: Rows,
    selection: Selection,
    /// Loads the rows again.
    reload: Callback<()>,
) -> impl IntoView {
    let context = Context::get();
    select::take_up(rows, selection);
    let (deleting, tagging) = (RwSignal::new(None), RwSignal::new(None));
    let is_there = Memo::new(move |_| selection.count() > 0);
    let clear = move || {
        selection.queues.set(Vec::new());
        context.focus_main();
    };
    // Only what the user may change.
    let mine = move || {
        let queues = selection.queues.get_untracked();
        let (mine, others): (Vec<_>, Vec<_>) =
            queues.into_iter().partition(|queue| context.session.may_change(queue));
        Asked { queues: mine, others: others.len() }
    };
    // Where nothing is the user's, nothing is offered but export.
    let has_mine = Memo::new(move |_| {
        let queues = selection.queues.read();
        queues.iter().any(|queue| context.session.may_change(queue))
    });
    view! {
        <div class="selected" hidden=move || !is_there.get()>
            <p role="status">{live(move || is_there.get().then(|| format!("{} selected", grouped(selection.count() as u64))))}</p>
            <div part="toolbar" role="toolbar" aria-label="Selected queues" on:keydown=arrows>
                <AllThatMatch list rows selection />
                <button part="button" type="button" on:click=move |_| clear()>"Clear selection"</button>
                {live(move || has_mine.get().then(|| view! {
                    <button part="button" type="button" on:click=move |_| tagging.set(Some(mine()))>"Edit tags"</button>
                    <button part="button" type="button" class="danger" on:click=move |_| deleting.set(Some(mine()))>"Delete"</button>
                }))}
                <button part="button" type="button" popovertarget=Id::ExportSelected.as_str()>"Export"</button>
            </div>
            <div class="popover menu" popover="auto" id=Id::ExportSelected.as_str() role="group" aria-label="Export">
                <p>"The selected queues, as a file:"</p>
                <Export list selection=Some(selection) />
            </div>
        </div>
        <BulkTagsDialog user asked=tagging selection reload />
        <BulkDeleteDialog user asked=deleting selection reload />
        <OtherSearch list selection />
    }
}

/// The arrow keys lead from button to button of a toolbar.
fn arrows(event: ev::KeyboardEvent) {
    let key = event.key();
    if !matches!(key.as_str(), "ArrowRight" | "ArrowLeft") {
        return;
    }
    let target = event.target().and_then(|it| it.dyn_into::<web_sys::Element>().ok());
    let bar = target.as_ref().and_then(|it| it.closest("[role=toolbar]").ok().flatten());
    let (Some(target), Some(bar)) = (target, bar) else { return };
    let Ok(buttons) = bar.query_selector_all("button") else { return };
    let all: Vec<_> = (0..buttons.length()).filter_map(|at| buttons.get(at)).collect();
    let Some(here) = all.iter().position(|button| button.is_same_node(Some(&target))) else {
        return;
    };
    let next = here + if key == "ArrowRight" { 1 } else { all.len() - 1 };
    if let Some(button) = all[next % all.len()].dyn_ref::<web_sys::HtmlElement>() {
        event.prevent_default();
        let _ = button.focus();
    }
}

/// Selects what is on other pages too, once all of this page is selected.
#[component]
fn AllThatMatch(list: Memo<ListQuery>, rows: Rows, selection: Selection) -> impl IntoView {
    let context = Context::get();
    let fetch = FetchAll::new();
    // Of what all were selected, and how many that were: deleted ones match too, but can't be selected.
    let done = RwSignal::new(None::<(ListQuery, usize)>);
    let all_pages = move |list: ListQuery| ListQuery { page: 0, ..list };
    let more = Memo::new(move |_| {
        rows.value().with(|page| {
            let page = page.as_ref()?;
            let (all, selected) = select::counts(&selection.queues.read(), &page.data);
            let is_offered = all == selected
                && all > 0
                && page.total_num_results > selection.count() as u64
                && done.get() != Some((all_pages(list.get()), selection.count()));
            is_offered.then_some(page.total_num_results)
        })
    });
    // Whoever clears the selection wants none of them.
    effect(move || {
        if selection.queues.read().is_empty() {
            fetch.stop();
        }
    });
    let select = move |_| {
        let all = move |queues: Vec<Queue>| {
            selection.queues.update(|all| {
                select::set(all, queues.iter().filter(|queue| select::can_be(queue)), true);
            });
            let count = selection.queues.read_untracked().len();
            done.set(Some((all_pages(list.get_untracked()), count)));
        };
        let failed = move |why| context.notify(format!("Not all could be selected. {why}"));
        fetch.run(list.get_untracked(), all, failed);
    };
    view! {
        {live(move || more.get().filter(|_| fetch.is_idle()).map(|all| view! {
            <button part="button" type="button" on:click=select>{format!("Select all {} that match", grouped(all))}</button>
        }))}
        {live(move || fetch.so_far().map(|(.., words)| view! {
            <span>{format!("Selecting: {words} …")}</span>
            <button part="button" type="button" on:click=move |_| fetch.stop()>"Stop"</button>
        }))}
    }
}

/// Another search finds other queues: asks whether those that are selected stay so.
#[component]
fn OtherSearch(list: Memo<ListQuery>, selection: Selection) -> impl IntoView {
    let asks = RwSignal::new(false);
    let filter = Memo::new(move |_| {
        let list = list.read();
        (list.search.clone(), list.group, list.deleted)
    });
    let last = StoredValue::new(filter.get_untracked());
    effect(move || {
        let now = filter.get();
        if last.get_value() != now {
            last.set_value(now);
            asks.set(!selection.queues.read_untracked().is_empty());
        }
    });
    let close = Callback::new(move |()| asks.set(false));
    let clear = move |_| {
        selection.queues.set(Vec::new());
        asks.set(false);
    };
    view! {
        <Dialog open=asks id=Id::SelectionDialog title="Keep the selection?".to_owned() role="alertdialog" close>
            <p>{move || format!("{} selected. They may not be among the queues that show now.", grouped(selection.count() as u64))}</p>
            <div class="row">
                <button part="button" type="button" on:click=clear>"Clear selection"</button>
                <button part="button" type="button" autofocus on:click=move |_| close.run(())>"Keep selection"</button>
            </div>
        </Dialog>
    }
}
