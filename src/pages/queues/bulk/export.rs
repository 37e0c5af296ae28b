//! Queues as a file: CSV or JSON, those that are selected or all that match.

use js_sys::Date;
use leptos::prelude::*;

use super::{super::selection::Selection, fetch::FetchAll};
use crate::{
    context::Context,
    domain::{ListQuery, Queue, exchange, grouped},
    js::download,
    lazy,
    ui::{Id, live},
};

lazy! {
    /// The choice of a format. Without a selection all that match are meant.
    #[wasm_split(rest)]
    pub static EXPORT: |list: Memo<ListQuery>, selection: Option<Selection>| view! {
        <Export list selection />
    };
}

/// How queues are written: what the button says, how the file ends, its type, its content.
type Format = (&'static str, &'static str, &'static str, fn(&[Queue]) -> String);

const FORMATS: [Format; 2] = [
    ("CSV", "csv", "text/csv;charset=utf-8", exchange::to_csv),
    ("JSON", "json", "application/json", exchange::to_json),
];

#[component]
pub fn Export(list: Memo<ListQuery>, selection: Option<Selection>) -> impl IntoView {
    let context = Context::get();
    let fetch = FetchAll::new();
    let problem = RwSignal::new(String::new());
    let save = move |(_, end, mime, write): Format, queues: &[Queue]| {
        let name = format!("dioptra-queues-{}.{end}", today());
        download(&name, mime, &write(queues));
        let what = if queues.len() == 1 { "queue" } else { "queues" };
        context.notify(format!("{} {what} exported to {name}", grouped(queues.len() as u64)));
        context.close_menu(if selection.is_some() { Id::ExportSelected } else { Id::ExportMenu });
    };
    let export = move |format: Format| {
        problem.set(String::new());
        if let Some(selection) = selection {
            save(format, &selection.queues.read_untracked());
            return;
        }
        let failed = move |why| problem.set(format!("Nothing was exported. {why}"));
        let all = move |mut queues: Vec<Queue>| {
            // A file does not say which were deleted, and an import would create them again.
            queues.retain(|queue| !queue.deleted);
            save(format, &queues);
        };
        fetch.run(list.get_untracked(), all, failed);
    };
    let button = move |format: Format| {
        view! { <button part="button" type="button" on:click=move |_| export(format)>{format.0}</button> }
    };
    let fetching = move || {
        let (done, all, words) = fetch.so_far()?;
        Some(view! {
            <div class="row">
                <progress max=all.max(1).to_string() value=done.to_string() aria-label="Progress"></progress>
                <span>{words}</span>
                <button part="button" type="button" on:click=move |_| fetch.stop()>"Stop"</button>
            </div>
        })
    };
    view! {
        <div class="row">{FORMATS.map(button)}</div>
        {live(fetching)}
        <p class="problem" role="alert">{problem}</p>
    }
}

/// The day of the user, as `YYYY-MM-DD`.
fn today() -> String {
    let now = Date::new_0();
    format!("{}-{:02}-{:02}", now.get_full_year(), now.get_month() + 1, now.get_date())
}
