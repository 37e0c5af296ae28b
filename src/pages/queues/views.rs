//! Views of the table that a user has given a name: links to its URL.

use leptos::prelude::*;
use serde_json::{Map, Value};

use crate::{
    context::Context,
    domain::ListQuery,
    routes::Route,
    storage::{self, Key},
    ui::{Dialog, Id, live},
};

/// A name, and what the table shows, as its URL says.
type SavedView = (String, String);

/// The views of a user, in the order of their names; other Dioptras have others.
fn read(user: u64, api: &str) -> Vec<SavedView> {
    let all: Map<String, Value> = stored(user);
    let of_api = all.get(api).and_then(Value::as_object).cloned().unwrap_or_default();
    let view = |(name, query): (String, Value)| Some((name, query.as_str()?.to_owned()));
    let mut views: Vec<_> = of_api.into_iter().filter_map(view).collect();
    views.sort_by_cached_key(|(name, _)| name.to_lowercase());
    views
}

fn stored(user: u64) -> Map<String, Value> {
    let stored = storage::read(Key::Views(user)).unwrap_or_default();
    serde_json::from_str(&stored).unwrap_or_default()
}

fn write(user: u64, api: &str, views: &[SavedView]) {
    let mut all = stored(user);
    let of_api: Map<_, _> =
        views.iter().map(|(name, query)| (name.clone(), Value::from(query.as_str()))).collect();
    all.insert(api.to_owned(), Value::Object(of_api));
    storage::write(Key::Views(user), Some(&Value::Object(all).to_string()));
}

/// Changes the views.
type ChangeViews = Box<dyn FnOnce(&mut Vec<SavedView>) + Send + Sync>;

/// What the dialog asks a name for.
#[derive(Clone, Debug, PartialEq)]
enum Naming {
    /// What the table shows now.
    New,
    /// This view gets another name.
    Rename(String),
}

/// The menu "Views", and "Save view".
#[component]
pub fn Views(user: u64, list: Memo<ListQuery>) -> impl IntoView {
    let context = Context::get();
    let api = StoredValue::new(context.api_url().1);
    // As they are now: another tab saves and deletes some, too.
    let now = move || api.with_value(|api| read(user, api));
    let views = RwSignal::new(now());
    let change = Callback::new(move |change: ChangeViews| {
        let mut changed = now();
        change(&mut changed);
        api.with_value(|api| write(user, api, &changed));
        views.set(now());
    });
    let naming = RwSignal::new(None::<Naming>);
    let item = move |(name, query): SavedView| {
        let Ok(to) = query.parse::<ListQuery>();
        let (renamed, deleted) = (name.clone(), name.clone());
        let delete = move |_| {
            let gone = deleted.clone();
            change.run(Box::new(move |views| views.retain(|(name, _)| *name != gone)));
            context.notify(format!("View “{deleted}” deleted"));
            let menu = Id::ViewsMenu.as_str();
            context.focus_first([format!("#{menu} a"), format!("[popovertarget={menu}]")]);
        };
        view! {
            <li class="row">
                <a href=context.navigator.href(&Route::Queues(to)) on:click=move |_| context.close_menu(Id::ViewsMenu)>
                    <bdi>{name.clone()}</bdi>
                </a>
                <button part="button" type="button" class="small" aria-label=format!("Rename {name}")
                    on:click=move |_| naming.set(Some(Naming::Rename(renamed.clone())))>"Rename"</button>
                <button part="button" type="button" class="small" aria-label=format!("Delete {name}")
                    on:click=delete>"Delete"</button>
            </li>
        }
    };
    view! {
        <button part="button" type="button" popovertarget=Id::ViewsMenu.as_str() on:click=move |_| views.set(now())>"Views"</button>
        <div class="popover menu" popover="auto" id=Id::ViewsMenu.as_str() role="group" aria-label="Views">
            {live(move || {
                let views = views.get();
                if views.is_empty() {
                    view! { <p>"No saved views yet. “Save view” keeps the search, the filters and the order of the table."</p> }.into_any()
                } else {
                    view! { <ul>{views.into_iter().map(item).collect::<Vec<_>>()}</ul> }.into_any()
                }
            })}
        </div>
        <button part="button" type="button" on:click=move |_| naming.set(Some(Naming::New))>"Save view"</button>
        <NameDialog naming list change />
    }
}

/// Asks for the name of a view.
#[component]
fn NameDialog(
    naming: RwSignal<Option<Naming>>,
    list: Memo<ListQuery>,
    change: Callback<ChangeViews>,
) -> impl IntoView {
    let context = Context::get();
    let (name, problem) = (RwSignal::new(String::new()), RwSignal::new(""));
    let close = Callback::new(move |()| {
        // What opened it may be in a menu that has closed.
        if let Some(Naming::Rename(_)) = naming.get_untracked() {
            context.focus_first([format!("[popovertarget={}]", Id::ViewsMenu.as_str())]);
        }
        naming.set(None);
    });
    let title = move || match &*naming.read() {
        Some(Naming::Rename(name)) => format!("Rename view “{name}”"),
        _ => "Save view".to_owned(),
    };
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let new = name.get_untracked().trim().to_owned();
        if new.is_empty() {
            problem.set("Enter a name");
            return;
        }
        // Not the page: rows come and go.
        let list = list.get_untracked();
        let usual = context.settings().page_size;
        let rows = list.rows.filter(|rows| *rows != usual);
        let shown = ListQuery { page: 0, rows, ..list }.to_string();
        let (named, to) = (naming.get_untracked(), new.clone());
        change.run(Box::new(move |views| {
            let query = match named {
                // Somebody may have deleted it in another tab.
                Some(Naming::Rename(old)) => {
                    let at = views.iter().position(|(name, _)| *name == old);
                    at.map_or(shown, |at| views.remove(at).1)
                }
                _ => shown,
            };
            views.retain(|(name, _)| *name != to);
            views.push((to, query));
        }));
        close.run(());
        context.notify(format!("View “{new}” saved"));
    };
    view! {
        <Dialog open=Signal::derive(move || naming.read().is_some()) id=Id::ViewDialog title=Signal::derive(title) role="dialog" close>
            {
                let start = match naming.get_untracked() {
                    Some(Naming::Rename(old)) => old,
                    _ => String::new(),
                };
                name.set(start);
                problem.set("");
                let id = Id::ViewName.as_str();
                let problem_id = format!("{id}-problem");
                view! {
                    <form on:submit=save novalidate>
                        <div class="field">
                            <label for=id>"Name"</label>
                            <p class="problem" id=problem_id role="alert">{problem}</p>
                            <input part="input" id=id type="text" autocomplete="off" autofocus
                                aria-describedby=format!("{id}-problem")
                                aria-invalid=move || (!problem.read().is_empty()).then_some("true")
                                prop:value=name
                                on:input=move |event| {
                                    name.set(event_target_value(&event));
                                    problem.set("");
                                } />
                        </div>
                        <div class="row">
                            <button part="button" type="submit" class="primary">"Save"</button>
                            <button part="button" type="button" on:click=move |_| close.run(())>"Cancel"</button>
                        </div>
                    </form>
                }
            }
        </Dialog>
    }
}
