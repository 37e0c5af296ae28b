//! The table of queues: what it shows is in the URL, and the server pages, sorts and searches.

mod action;
mod bulk;
mod columns;
mod drafts;
mod foot;
mod heading;
mod jobs;
mod loaded;
mod look;
mod more;
mod rows;
mod selection;
mod table;
mod toolbar;
mod views;

use leptos::prelude::*;

use self::{
    bulk::SELECTED, foot::Foot, jobs::JOBS, loaded::Rows, look::Look, selection::Selection,
    table::Table, toolbar::Toolbar,
};
pub use self::{heading::QueuesHeading, table::QueuesSkeleton};
use super::{
    explain,
    queue::{DeleteDialog, TagsDialog},
};
use crate::{
    api::{self, ApiError},
    context::Context,
    domain::ListQuery,
    routes::Route,
    ui::{effect, level, live},
};

/// The screen "Queues".
#[component]
pub fn Queues(
    /// What it shows, as the URL says.
    list: Memo<ListQuery>,
    /// Who looks at it.
    user: u64,
) -> impl IntoView {
    let context = Context::get();
    let label = move || context.host.settings().read().label.clone();
    effect(move || context.set_title(&label()));
    let rows = Rows::new();
    let load = move || {
        let (api, list) = (context.api(), list.get_untracked());
        rows.load(
            async move |abort| api::queues::list(&api, &list, &abort).await,
            move |error| context.failed(error),
        );
    };
    effect(move || {
        list.track();
        load();
    });
    context.session.on_reload(load);
    stay_within(context, list, rows);
    let (tagging, deleting) = (RwSignal::new(None), RwSignal::new(None));
    let (selection, look) = (Selection::new(), Look::of(user));
    let (said, drafts) = (RwSignal::new(Vec::new()), RwSignal::new(Vec::new()));
    // Once there are rows: what they need comes first.
    let has_rows = Memo::new(move |_| rows.value().with(Option::is_some));
    let reload = Callback::new(move |()| load());
    let jobs = move || {
        has_rows.get().then(|| JOBS.view((user, list, rows, said, drafts, reload, look, selection)))
    };
    // From the first press on a checkbox on.
    let was_selected = Memo::new(move |was: Option<&bool>| {
        was == Some(&true) || !selection.presses.read().is_empty()
    });
    let selected =
        move || was_selected.get().then(|| SELECTED.view((user, list, rows, selection, reload)));
    let deleted = focus_after_deletion(context, rows, selection, load);
    // A search that can't be parsed is explained at the box, all else above the rows.
    let explain_above = |error: &ApiError| match error {
        ApiError::Search(_) => None,
        ApiError::NotFound => Some("Dioptra has no such group. Choose another one.".to_owned()),
        error => Some(explain(error)),
    };
    view! {
        <div class="title">
            <QueuesHeading focus=context.navigator.has_moved() />
            <TitleActions />
        </div>
        <Toolbar list rows />
        <div class="jobs">{live(jobs)}</div>
        {rows.status("The queues could not be loaded", explain_above, load)}
        <Empty list rows />
        <Table list rows said drafts selection look tagging deleting />
        <TagsDialog user asked=tagging done=Callback::new(move |()| load()) />
        <DeleteDialog user asked=deleting done=deleted />
        {live(selected)}
        <Foot list rows />
    }
}

/// Loads the rows without a deleted queue, and gives the focus to the next row.
fn focus_after_deletion(
    context: Context,
    rows: Rows,
    selection: Selection,
    load: impl Fn() + Send + Sync + 'static,
) -> Callback<u64> {
    // The row that is gone, and the queue that it showed.
    let gone = StoredValue::new(None::<(usize, u64)>);
    effect(move || {
        let next = rows.value().with(|page| {
            let (index, id) = gone.get_value()?;
            // Deleted queues may show too: then its row is still there.
            let stays = page.as_ref()?.data.get(index).is_some_and(|queue| queue.id == id);
            Some(index + usize::from(stays))
        });
        if let Some(index) = next {
            gone.set_value(None);
            context.focus_row(index);
        }
    });
    Callback::new(move |id| {
        let index = rows
            .value()
            .with_untracked(|page| page.as_ref()?.data.iter().position(|queue| queue.id == id));
        // Whoever has closed the dialog and does something else meanwhile goes on with that.
        if !context.has_focus_elsewhere() {
            gone.set_value(index.map(|index| (index, id)));
            context.focus_main();
        }
        selection.forget(id);
        load();
    })
}

/// Somebody may delete the rows that this page was to show: then it shows the last page.
fn stay_within(context: Context, list: Memo<ListQuery>, rows: Rows) {
    effect(move || {
        let past = rows.value().with(|page| {
            page.as_ref().filter(|page| page.is_past_the_end()).map(|page| page.total_num_results)
        });
        if let Some(total) = past {
            let mut list = list.get_untracked();
            list.page = list.last_page(total);
            context.show_list(list, true);
            context.notify("The list has become shorter. This is its last page.");
        }
    });
}

/// What can be done beside looking at queues.
#[component]
fn TitleActions() -> impl IntoView {
    let context = Context::get();
    (!context.settings().readonly).then(|| {
        view! {
            <div class="row">
                <a part="button" class="button" href=context.navigator.href(&Route::Drafts(0))>"Drafts"</a>
                <a part="button" class="button" href=context.navigator.href(&Route::Import)>"Import"</a>
                {create_link(context)}
            </div>
        }
    })
}

fn create_link(context: Context) -> impl IntoView {
    let href = context.navigator.href(&Route::NewQueue(None));
    view! { <a part="button" class="button primary" href=href>"Create queue"</a> }
}

/// What shows in place of rows when there are none.
#[component]
fn Empty(list: Memo<ListQuery>, rows: Rows) -> impl IntoView {
    let context = Context::get();
    // Nothing there, and whether a search says so; as it was while other rows are on their way.
    let is_empty = Memo::new(move |last: Option<&Option<bool>>| {
        if rows.is_busy() {
            return last.copied().flatten();
        }
        let is_empty =
            rows.value().with(|page| page.as_ref().is_some_and(|page| page.total_num_results == 0));
        (is_empty && rows.error().is_none()).then(|| {
            let list = list.read_untracked();
            // A group that the host document fixes is no search.
            let has_group = list.group.is_some() && context.settings().group.is_none();
            !list.search.is_empty() || has_group
        })
    });
    let clear = move |_| {
        let list = ListQuery { search: String::new(), group: None, ..list.get_untracked() };
        context.show_list(list.from_the_start(), false);
    };
    live(move || {
        is_empty.get().map(|is_search| {
            if is_search {
                view! {
                    <div class="panel empty"><h2 {..level(2)}>"No queues match"</h2>
                    <button part="button" type="button" on:click=clear>"Clear search"</button></div>
                }
                .into_any()
            } else {
                let create = (!context.settings().readonly).then(|| create_link(context));
                view! {
                    <div class="panel empty"><h2 {..level(2)}>"No queues yet"</h2>
                    <p>"A queue is where jobs wait for a worker."</p>{create}</div>
                }
                .into_any()
            }
        })
    })
}
