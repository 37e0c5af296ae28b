//! The table of queues: what it shows is in the URL, and the server pages, sorts and searches.

use std::collections::HashMap;

use leptos::{ev, leptos_dom::helpers::TimeoutHandle, prelude::*};
use wasm_bindgen::JsCast;

use super::{delete::DeleteDialog, explain, queue::chips, set_title, tags::TagsDialog};
use crate::{
    api::{self, ApiError},
    context::Context,
    domain::{Group, ListQuery, Page, PageSize, Queue, SavedDraft, Sort, SortBy, User, clamp},
    routes::Route,
    ui::{Heading, Id, Loadable, Pager, Waiting},
};

/// Characters of a description that a row can show.
const SHOWN: usize = 160;

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
    set_title("Queues");
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
        context.track_again();
        load();
    });
    // Somebody deleted the rows that this page was to show.
    Effect::new(move |_| {
        let past = rows.value().with(|page| {
            page.as_ref().filter(|page| page.is_past_the_end()).map(|page| page.total_num_results)
        });
        if let Some(total) = past {
            let mut list = list.get_untracked();
            list.page = list.last_page(total);
            navigator.refine(Route::Queues(list), true);
            context.say("The list has become shorter. This is its last page.");
        }
    });
    let refine = move |change: &dyn Fn(&mut ListQuery)| {
        let mut list = list.get_untracked();
        change(&mut list);
        navigator.refine(Route::Queues(list), false);
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
            <a class="button primary" href=navigator.href(&Route::NewQueue(None))>"Create queue"</a>
        }
    };
    view! {
        <div class="title">
            <Heading text="Queues" focus=navigator.has_moved() />
            <div class="row">
                <a class="button" href=navigator.href(&Route::Drafts(0))>"Drafts"</a>
                {create()}
            </div>
        </div>
        <Toolbar list groups=user.groups.clone() rows />
        {rows.status("The queues could not be loaded", explain_above, load)}
        {move || (empty.get() && rows.error().is_none()).then(|| {
            if list.read().search.is_empty() {
                view! {
                    <div class="panel empty"><h2>"No queues yet"</h2>
                    <p>"A queue is where jobs wait for a worker."</p>{create()}</div>
                }.into_any()
            } else {
                view! {
                    <div class="panel empty"><h2>"No queues match"</h2>
                    <button type="button" on:click=clear>"Clear search"</button></div>
                }.into_any()
            }
        })}
        <Table list rows tagging deleting />
        <TagsDialog asked=tagging done=Callback::new(move |()| load()) />
        <DeleteDialog user asked=deleting done=Callback::new(deleted) />
        <div class="foot">
            <p role="status">{shown}</p>
            <label>
                "Rows per page "
                <select on:change=move |event| {
                    let rows = event_target_value(&event).parse().ok().and_then(PageSize::of);
                    refine(&|list| {
                        // Stay where one is: the first row of now is on the new page.
                        let index = list.index();
                        list.rows = rows.unwrap_or_default();
                        list.page = index / list.rows.get();
                    });
                }>
                    {PageSize::ALL.into_iter().map(|size| view! {
                        <option prop:selected=move || list.read().rows == size>{size.get()}</option>
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

/// Search, group, deleted ones.
#[component]
fn Toolbar(list: Memo<ListQuery>, groups: Vec<Group>, rows: Rows) -> impl IntoView {
    let navigator = Context::get().navigator;
    let refine = move |change: &dyn Fn(&mut ListQuery), replace: bool| {
        let mut next = list.get_untracked().from_the_start();
        change(&mut next);
        if next != list.get_untracked() {
            navigator.refine(Route::Queues(next), replace);
        }
    };
    let typed = RwSignal::new(String::new());
    let timer = StoredValue::new(None::<TimeoutHandle>);
    // The first change in a visit to the box is a step for "back"; the others refine it.
    let step = StoredValue::new(true);
    let stop_timer = move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    };
    on_cleanup(stop_timer);
    let search_now = move || {
        stop_timer();
        let text = typed.get_untracked();
        if text != list.read_untracked().search {
            refine(&|list| list.search.clone_from(&text), !step.get_value());
            step.set_value(false);
        }
    };
    // "Back", "Clear search" and links change the box too.
    Effect::new(move |_| {
        let search = list.read().search.clone();
        if search != typed.get_untracked() {
            stop_timer();
            typed.set(search);
        }
    });
    let input = move |event: ev::Event| {
        typed.set(event_target_value(&event));
        stop_timer();
        let wait = std::time::Duration::from_millis(250);
        timer.set_value(set_timeout_with_handle(search_now, wait).ok());
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        search_now();
    };
    let reason = Memo::new(move |_| match rows.error() {
        Some(ApiError::Search(reason)) => Some(reason),
        _ => None,
    });
    let problem = Id::SearchProblem.as_str();
    let mut options = vec![(None, "All groups".to_owned())];
    options.extend(groups.into_iter().map(|group| (Some(group.id), group.name)));
    // A link may name a group that the person is not in.
    let chosen = list.get_untracked().group;
    if !options.iter().any(|(id, _)| *id == chosen) {
        options.push((chosen, format!("Group {}", chosen.unwrap_or_default())));
    }
    view! {
        <form class="toolbar" role="search" on:submit=submit>
            <div class="search">
                <input
                    type="search"
                    aria-label="Search queues"
                    placeholder="Search queues"
                    autocapitalize="none"
                    autocomplete="off"
                    spellcheck="false"
                    aria-invalid=move || reason.read().is_some().then_some("true")
                    aria-describedby=move || reason.read().is_some().then_some(problem)
                    prop:value=typed
                    on:input=input
                    on:focus=move |_| step.set_value(true)
                />
                <button type="button" class="icon" aria-label="Search help" popovertarget=Id::SearchHelp.as_str()>"?"</button>
                <SearchHelp />
            </div>
            <label>
                "Group "
                <select on:change=move |event| {
                    let group = event_target_value(&event).parse().ok();
                    refine(&|list| list.group = group, false);
                }>
                    {options.into_iter().map(|(id, name)| view! {
                        <option
                            value=id.map(|id| id.to_string()).unwrap_or_default()
                            prop:selected=move || list.read().group == id
                        >{name}</option>
                    }).collect_view()}
                </select>
            </label>
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=move || list.read().deleted
                    on:change=move |event| {
                        let deleted = event_target_checked(&event);
                        refine(&|list| list.deleted = deleted, false);
                    }
                />
                "Show deleted"
            </label>
            {move || reason.get().map(|reason| view! {
                <p class="problem" id=problem role="alert">"This search can't be read: " {reason}</p>
            })}
        </form>
    }
}

/// The search language by example.
#[component]
fn SearchHelp() -> impl IntoView {
    const EXAMPLES: [(&str, &str); 6] = [
        ("gpu", "“gpu” in the name, the description or a tag"),
        ("gpu, lab", "both"),
        ("name:*cpu*", "“cpu” inside the name"),
        ("name:tensorflow-cpu", "exactly this name"),
        ("tag:nightly", "with this tag"),
        ("\"red team\"", "words with a space between, as they stand"),
    ];
    let example = |(query, means): (&'static str, &'static str)| {
        view! { <div><dt><code>{query}</code></dt><dd>{means}</dd></div> }
    };
    view! {
        <div class="popover" popover="auto" id=Id::SearchHelp.as_str() role="group" aria-label="How to search">
            <dl>{EXAMPLES.map(example).collect_view()}</dl>
            <p><code>"*"</code>" stands for any text, "<code>"?"</code>" for one character."</p>
        </div>
    }
}

/// The table itself. One effect makes all rows, so a thousand of them cost a thousand rows and
/// nothing beside.
#[component]
fn Table(
    list: Memo<ListQuery>,
    rows: Rows,
    tagging: RwSignal<Option<Queue>>,
    deleting: RwSignal<Option<Queue>>,
) -> impl IntoView {
    let context = Context::get();
    let drafts = drafts_of(context, rows);
    // One listener for the buttons of all rows.
    let clicked = move |event: ev::MouseEvent| {
        let Some((action, index)) = pressed(&event) else { return };
        let queue = rows.value().with_untracked(|page| page.as_ref()?.data.get(index).cloned());
        match action.as_str() {
            TAGS => tagging.set(queue),
            DELETE => deleting.set(queue),
            COPY => {
                if let Some(queue) = queue {
                    context.copy("Name", queue.name);
                }
            }
            _ => {}
        }
    };
    let header = move |by: SortBy, name: &'static str| {
        let direction = move || {
            let sort = list.read().sort;
            (sort.by == by).then_some(if sort.descending { "descending" } else { "ascending" })
        };
        let press = move |_| {
            let mut list = list.get_untracked().from_the_start();
            list.sort = Sort::pressed(list.sort, by);
            context.navigator.refine(Route::Queues(list), false);
        };
        view! {
            <th scope="col" role="columnheader" aria-sort=direction>
                <button type="button" on:click=press>{name}</button>
            </th>
        }
    };
    let plain = |name: &'static str| view! { <th scope="col" role="columnheader">{name}</th> };
    let body = move || {
        context.clock.track();
        let now = context.api().now();
        rows.value().with(|page| {
            page.as_ref().map(|page| {
                page.data.iter().map(|queue| row(context, queue, now, drafts)).collect::<Vec<_>>()
            })
        })
    };
    let skeleton = move || {
        rows.is_slow_start().then(|| {
            (0..8).map(|_| view! { <tr class="skeleton" role="row"><td role="cell" colspan="9"></td></tr> }).collect::<Vec<_>>()
        })
    };
    let hidden = move || {
        !rows.is_slow_start()
            && rows.value().with(|page| page.as_ref().is_none_or(|page| page.data.is_empty()))
    };
    view! {
        <p role="status" class="visually-hidden">{move || rows.is_slow().then_some("Loading the queues…")}</p>
        <table role="table" class="list queues" hidden=hidden aria-busy=move || if rows.is_busy() { "true" } else { "false" }>
            <caption>"Queues"</caption>
            <thead role="rowgroup">
                <tr role="row">
                    {header(SortBy::Name, "Name")}
                    {header(SortBy::Description, "Description")}
                    {plain("Group")}
                    {plain("Tags")}
                    {plain("Draft")}
                    {header(SortBy::CreatedOn, "Created on")}
                    {header(SortBy::LastModifiedOn, "Last modified on")}
                    {plain("ID")}
                    {plain("Actions")}
                </tr>
            </thead>
            <tbody role="rowgroup" on:click=clicked>{body}{skeleton}</tbody>
        </table>
    }
}

/// What the buttons of a row do, as their class says.
const TAGS: &str = "tags";
const DELETE: &str = "delete";
const COPY: &str = "name";

/// The button of a row that was pressed: what it does, and the number of its row.
fn pressed(event: &ev::MouseEvent) -> Option<(String, usize)> {
    let button = event.target()?.dyn_into::<web_sys::Element>().ok()?.closest("button").ok()??;
    let row = button.closest("tr").ok()??.dyn_into::<web_sys::HtmlTableRowElement>().ok()?;
    let action = button.class_name().split(' ').next_back()?.to_owned();
    Some((action, row.section_row_index().try_into().ok()?))
}

/// The drafts of the queues that are shown, by the queue's id: asked for once a row has one.
fn drafts_of(context: Context, rows: Rows) -> RwSignal<HashMap<u64, u64>> {
    let drafts = RwSignal::new(HashMap::new());
    let loading = Waiting::new();
    Effect::new(move |_| {
        let has_some = rows.value().with(|page| {
            page.as_ref().is_some_and(|page| page.data.iter().any(|queue| queue.has_draft))
        });
        if has_some {
            let api = context.api();
            loading.ask(
                async move |abort| api::drafts::changes(&api, &abort).await,
                move |answer| {
                    // Without an answer the rows still say that there is a draft.
                    if let Ok(all) = answer {
                        let pair = |draft: SavedDraft| Some((draft.resource?, draft.id));
                        drafts.set(all.into_iter().filter_map(pair).collect());
                    }
                },
            );
        }
    });
    drafts
}

fn row(
    context: Context,
    queue: &Queue,
    now: f64,
    drafts: RwSignal<HashMap<u64, u64>>,
) -> impl IntoView + use<> {
    let navigator = context.navigator;
    let cell = |label: &'static str, content: AnyView| {
        view! { <td role="cell" data-label=label>{content}</td> }
    };
    let (description, more) = clamp(queue.text(), SHOWN);
    let mut description = description.to_owned();
    if more > 0 {
        description.push('…');
    }
    let (id, name) = (queue.id, &queue.name);
    let draft = queue.has_draft.then(|| {
        let name = format!("Draft of {name}");
        move || match drafts.read().get(&id) {
            Some(draft) => {
                let href = navigator.href(&Route::Draft(*draft));
                view! { <a href=href aria-label=name.clone()>"Draft"</a> }.into_any()
            }
            None => "Draft".into_any(),
        }
    });
    let link = |route: Route, class: &'static str, title: &'static str| {
        let name = format!("{title} {name}");
        view! { <a class=class href=navigator.href(&route) aria-label=name title=title></a> }
    };
    let button = |class: String, title: &'static str, name: String| {
        view! { <button type="button" class=class aria-label=name title=title></button> }
    };
    let actions = if queue.deleted {
        link(Route::NewQueue(Some(id)), "act again", "Recreate").into_any()
    } else {
        view! {
            {link(Route::EditQueue(id), "act edit", "Edit")}
            {button(format!("act {TAGS}"), "Edit tags", format!("Edit tags of {name}"))}
            {link(Route::NewQueue(Some(id)), "act copy", "Duplicate")}
            {button(format!("act {COPY}"), "Copy name", format!("Copy name {name}"))}
            {button(format!("act {DELETE}"), "Delete", format!("Delete {name}"))}
        }
        .into_any()
    };
    let class = queue.deleted.then_some("deleted");
    view! {
        <tr role="row" class=class>
            <th scope="row" role="rowheader" data-label="Name">
                <a href=navigator.href(&Route::Queue(id))><bdi>{name.clone()}</bdi></a>
                {queue.deleted.then(|| view! { " " <span class="badge">"Deleted"</span> })}
            </th>
            {cell("Description", view! { <div class="clamp" dir="auto">{description}</div> }.into_any())}
            {cell("Group", view! { <bdi>{queue.group.name.clone()}</bdi> }.into_any())}
            {cell("Tags", chips(context, queue).into_any())}
            {cell("Draft", draft.into_any())}
            {cell("Created on", context.clock.time(&queue.created_on, now).into_any())}
            {cell("Last modified on", context.clock.time(&queue.last_modified_on, now).into_any())}
            {cell("ID", id.into_any())}
            {cell("Actions", actions)}
        </tr>
    }
}
