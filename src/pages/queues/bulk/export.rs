//! Queues as a file: CSV or JSON, those that are selected or all that match.

use js_sys::Date;
use leptos::prelude::*;

use super::super::selection::Selection;
use crate::{
    api,
    context::Context,
    domain::{ListQuery, Queue, exchange, grouped},
    js::download,
    lazy,
    pages::explain,
    ui::{LatestRequest, Stage, live},
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
    let request = LatestRequest::new();
    let progress = RwSignal::new((0, 0));
    let problem = RwSignal::new(String::new());
    let save = move |(_, end, mime, write): Format, queues: &[Queue]| {
        let name = format!("dioptra-queues-{}.{end}", today());
        download(&name, mime, &write(queues));
        let what = if queues.len() == 1 { "queue" } else { "queues" };
        context.notify(format!("{} {what} exported to {name}", grouped(queues.len() as u64)));
    };
    let export = move |format: Format| {
        problem.set(String::new());
        if let Some(selection) = selection {
            save(format, &selection.queues.read_untracked());
            return;
        }
        let (api, list) = (context.api(), list.get_untracked());
        let pages = move |done, all| {
            progress.try_set((done, all));
        };
        request.run(
            async move |abort| api::queues::all(&api, &list, pages, &abort).await,
            move |found| match found {
                Ok(queues) => save(format, &queues),
                Err(error) => {
                    context.failed(&error);
                    problem.set(format!("Nothing was exported. {}", explain(&error)));
                }
            },
        );
    };
    let button = move |format: Format| {
        view! { <button part="button" type="button" on:click=move |_| export(format)>{format.0}</button> }
    };
    let fetching = move || {
        let (done, all) = progress.get();
        (request.stage() >= Stage::Slow).then(|| {
            view! {
                <div class="row">
                    <progress max=all.max(1).to_string() value=done.to_string() aria-label="Progress"></progress>
                    <span>{format!("{} of {}", grouped(done), grouped(all))}</span>
                    <button part="button" type="button" on:click=move |_| request.pending().cancel()>"Stop"</button>
                </div>
            }
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
