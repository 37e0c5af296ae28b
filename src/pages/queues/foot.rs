//! Below the table: which rows show, how many on a page, and the pages.

use leptos::{ev, prelude::*};

use super::loaded::Rows;
use crate::{
    context::Context,
    domain::{ListQuery, Page, PageSize, Queue},
    ui::Pager,
};

#[component]
pub fn Foot(list: Memo<ListQuery>, rows: Rows) -> impl IntoView {
    let context = Context::get();
    let refine = move |change: &dyn Fn(&mut ListQuery)| {
        let mut list = list.get_untracked();
        change(&mut list);
        context.show_list(list, false);
    };
    let total = Memo::new(move |_| {
        rows.value().with(|page| page.as_ref().map(|page| page.total_num_results))
    });
    let last = Memo::new(move |_| total.get().map_or(0, |total| list.read().last_page(total)));
    let range = move || rows.value().with(|page| page.as_ref().and_then(range));
    let resize = move |event: ev::Event| {
        let rows = event_target_value(&event).parse().ok().and_then(PageSize::of);
        refine(&|list| {
            // Stay where one is: the first row of now is on the new page.
            let index = list.index();
            list.rows = rows;
            list.page = index / list.rows().get();
        });
    };
    let size = move |size: PageSize| {
        view! { <option prop:selected=move || list.read().rows() == size>{size.get()}</option> }
    };
    view! {
        <div class="foot" hidden=move || total.get().is_none() && rows.error().is_none()>
            <p role="status">{range}</p>
            <label>
                "Rows per page "
                <select part="input" on:change=resize>{PageSize::ALL.map(size)}</select>
            </label>
            <Pager
                page=Signal::derive(move || list.read().page)
                last
                go=Callback::new(move |page| refine(&|list| list.page = page))
            />
        </div>
    }
}

/// "1–25 of 61 queues"; nothing if there are none.
fn range(page: &Page<Queue>) -> Option<String> {
    let (first, total) = (page.index + 1, page.total_num_results);
    let last = page.index + page.data.len() as u64;
    let noun = if total == 1 { "queue" } else { "queues" };
    (!page.data.is_empty()).then(|| format!("{first}–{last} of {total} {noun}"))
}
