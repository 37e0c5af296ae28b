//! The table of queues: what it shows is in the URL, and the server pages, sorts and searches.

mod rows;
mod table;
mod toolbar;

use leptos::prelude::*;

use self::{table::Table, toolbar::Toolbar};
use super::{delete::DeleteDialog, explain, tags::TagsDialog};
use crate::{
    api::{self, ApiError},
    context::Context,
    domain::{ListQuery, Page, PageSize, Queue, User},
    host::Settings,
    routes::Route,
    ui::{Heading, Loadable, Pager, level, live},
};

type Rows = Loadable<Page<Queue>, ApiError>;

/// The screen "Queues".
#[component]
pub fn QueuesPage(
    /// Which rows, as the URL says.
    list: Memo<ListQuery>,
    /// Who looks at it.
    user: User,
) -> impl IntoView {
    let context = Context::get();
    let navigator = context.navigator;
    let Settings { label, readonly, .. } = context.settings();
    context.set_title(&label);
    let rows = Rows::new();
    let load = move || {
        let (api, list) = (context.api(), list.get_untracked());
        rows.load(
            async move |abort| api::queues::list(&api, &list, &abort).await,
            move |error| context.failed(error),
        );
    };
    let (tagging, deleting) = (RwSignal::new(None), RwSignal::new(None));
    let deleted = move |()| {
        context.focus_main();
        load();
    };
    Effect::new(move |_| {
        list.track();
        load();
    });
    context.session.when_again(load);
    // Somebody deleted the rows that this page was to show.
    Effect::new(move |_| {
        let past = rows.value().with(|page| {
            page.as_ref().filter(|page| page.is_past_the_end()).map(|page| page.total_num_results)
        });
        if let Some(total) = past {
            let mut list = list.get_untracked();
            list.page = list.last_page(total);
            context.show_list(list, true);
            context.say("The list has become shorter. This is its last page.");
        }
    });
    let refine = move |change: &dyn Fn(&mut ListQuery)| {
        let mut list = list.get_untracked();
        change(&mut list);
        context.show_list(list, false);
    };
    let total = Memo::new(move |_| {
        rows.value().with(|page| page.as_ref().map(|page| page.total_num_results))
    });
    let last = Memo::new(move |_| total.get().map_or(0, |total| list.read().last_page(total)));
    // A search that can't be parsed is explained at the box, all else above the rows.
    let explain_above = |error: &ApiError| match error {
        ApiError::Search(_) => None,
        ApiError::NotFound => Some("Dioptra has no such group. Choose another one.".to_owned()),
        error => Some(explain(error)),
    };
    let shown = move || {
        rows.value().with(|page| {
            page.as_ref().filter(|page| !page.data.is_empty()).map(|page| {
                let (first, total) = (page.index + 1, page.total_num_results);
                let last = page.index + page.data.len() as u64;
                let noun = if total == 1 { "queue" } else { "queues" };
                format!("{first}–{last} of {total} {noun}")
            })
        })
    };
    let empty = Memo::new(move |_| {
        rows.value().with(|page| page.as_ref().is_some_and(|page| page.total_num_results == 0))
    });
    let clear = move |_| {
        refine(&|list| *list = ListQuery { search: String::new(), ..list.clone() }.from_the_start())
    };
    let create = move || {
        view! {
            <a part="button" class="button primary" href=navigator.href(&Route::NewQueue(None))>"Create queue"</a>
        }
    };
    view! {
        <div class="title">
            <Heading text=label focus=navigator.has_moved() />
            {(!readonly).then(|| view! {
                <div class="row">
                    <a part="button" class="button" href=navigator.href(&Route::Drafts(0))>"Drafts"</a>
                    {create()}
                </div>
            })}
        </div>
        <Toolbar list groups=user.groups.clone() rows />
        {rows.status("The queues could not be loaded", explain_above, load)}
        {live(move || (empty.get() && rows.error().is_none()).then(|| {
            if list.read().search.is_empty() {
                view! {
                    <div class="panel empty"><h2 {..level(2)}>"No queues yet"</h2>
                    <p>"A queue is where jobs wait for a worker."</p>{(!readonly).then(create)}</div>
                }.into_any()
            } else {
                view! {
                    <div class="panel empty"><h2 {..level(2)}>"No queues match"</h2>
                    <button part="button" type="button" on:click=clear>"Clear search"</button></div>
                }.into_any()
            }
        }))}
        <Table list rows tagging deleting />
        <TagsDialog asked=tagging done=Callback::new(move |()| load()) />
        <DeleteDialog user asked=deleting done=Callback::new(deleted) />
        <div class="foot" hidden=move || total.get().is_none() && rows.error().is_none()>
            <p role="status">{shown}</p>
            <label>
                "Rows per page "
                <select part="input" on:change=move |event| {
                    let rows = event_target_value(&event).parse().ok().and_then(PageSize::of);
                    refine(&|list| {
                        // Stay where one is: the first row of now is on the new page.
                        let index = list.index();
                        list.rows = rows;
                        list.page = index / list.rows().get();
                    });
                }>
                    {PageSize::ALL.into_iter().map(|size| view! {
                        <option prop:selected=move || list.read().rows() == size>{size.get()}</option>
                    }).collect_view()}
                </select>
            </label>
            <Pager
                page=Signal::derive(move || list.read().page)
                last
                go=Callback::new(move |page| refine(&|list| list.page = page))
            />
        </div>
    }
}
