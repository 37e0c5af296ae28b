//! The entrypoints whose jobs can be sent to a queue.

use leptos::{ev, prelude::*};

use crate::{
    api::{self, ApiError},
    context::Context,
    domain::{Entrypoint, Queue},
    host::Change,
    js::Abort,
    pages::error_text::{BUSY, explain},
    ui::{Dialog, Id, LatestRequest, Progress, Stage, WriteRequest, failure, level, live, stuck},
};

/// The most entrypoints that are listed at once; the filter finds the others.
const MOST: usize = 200;

#[derive(Clone, Copy)]
struct EntrypointsState {
    context: Context,
    user: u64,
    queue: StoredValue<Queue>,
    all: RwSignal<Option<Vec<Entrypoint>>>,
    error: RwSignal<Option<ApiError>>,
    request: LatestRequest,
    writing: WriteRequest,
    problem: RwSignal<String>,
    is_linking: RwSignal<bool>,
}

/// The region "Entrypoints".
#[component]
pub fn EntrypointsRegion(user: u64, queue: Queue) -> impl IntoView {
    let context = Context::get();
    let state = EntrypointsState {
        context,
        user,
        queue: StoredValue::new(queue),
        all: RwSignal::new(None),
        error: RwSignal::new(None),
        request: LatestRequest::new(),
        writing: WriteRequest::new(),
        problem: RwSignal::new(String::new()),
        is_linking: RwSignal::new(false),
    };
    state.load();
    context.session.on_reload(move || state.load());
    let may = state.queue.with_value(|queue| context.session.may_change(queue));
    let why = Memo::new(move |_| state.error.get().map(|error| explain(&error)));
    view! {
        <section aria-labelledby=Id::Entrypoints.as_str()>
            <h2 {..level(2)} id=Id::Entrypoints.as_str()>"Entrypoints"</h2>
            {live(move || why.get().map(|why| {
                failure("The entrypoints could not be read", why, move || state.load(), None)
            }))}
            {live(move || (state.request.stage() >= Stage::Slow && state.all.read().is_none()).then(|| view! {
                <p role="status">"Looking for entrypoints…"</p>
            }))}
            {stuck(vec![state.request.pending()])}
            {live(move || state.list(may))}
            <p class="problem" role="alert">{state.problem}</p>
            <Progress pending=state.writing.pending() text="Saving…" />
            {may.then(|| view! {
                <button part="button" type="button" on:click=move |_| state.show(true)>"Link entrypoints"</button>
            })}
        </section>
        <Dialog
            open=state.is_linking
            id=Id::LinkDialog
            title="Link entrypoints".to_owned()
            role="dialog"
            close=Callback::new(move |()| state.show(false))
        >
            <LinkForm state />
        </Dialog>
    }
}

impl EntrypointsState {
    /// Opens or closes the dialog; what it said before is out of date.
    fn show(self, is_linking: bool) {
        self.problem.set(String::new());
        self.is_linking.set(is_linking);
    }

    fn load(self) {
        let api = self.context.api();
        self.request.run(
            async move |abort| api::entrypoints::all(&api, |_, _| {}, &abort).await,
            move |found| match found {
                Ok(all) => {
                    self.error.set(None);
                    self.all.set(Some(all));
                }
                Err(error) => {
                    self.context.failed(&error);
                    self.error.set(Some(error));
                }
            },
        );
    }

    fn is_linked(self, entrypoint: &Entrypoint) -> bool {
        let id = self.queue.with_value(|queue| queue.id);
        entrypoint.queues.iter().any(|queue| queue.id == id)
    }

    fn list(self, may: bool) -> Option<AnyView> {
        let all = self.all.get()?;
        let linked: Vec<_> = all.into_iter().filter(|it| self.is_linked(it)).collect();
        if linked.is_empty() {
            return Some(view! { <p>"No entrypoint sends jobs here yet."</p> }.into_any());
        }
        let settings = self.context.settings();
        let item = move |entrypoint: Entrypoint| {
            let Entrypoint { id, name, .. } = entrypoint;
            let label = format!("Unlink {name}");
            let text = view! { <bdi>{name.clone()}</bdi> };
            let link = match settings.dashboard_url("entrypoints", id) {
                Some(url) => view! { <a href=url rel="external">{text}</a> }.into_any(),
                None => text.into_any(),
            };
            let unlink = move |_| self.unlink(id, name.clone());
            view! {
                <li>
                    {link}
                    {may.then(|| view! {
                        <button part="button" type="button" aria-label=label on:click=unlink>"Unlink"</button>
                    })}
                </li>
            }
        };
        Some(
            view! { <ul class="entrypoints">{linked.into_iter().map(item).collect::<Vec<_>>()}</ul> }
                .into_any(),
        )
    }

    fn unlink(self, entrypoint: u64, name: String) {
        if self.writing.is_busy() {
            return self.context.notify(BUSY);
        }
        let (api, user) = (self.context.api(), self.user);
        let queue = self.queue.with_value(|queue| queue.id);
        self.writing.run(
            async move |abort: Abort| {
                api::session::confirm(&api, user, &abort.signal()).await?;
                api::entrypoints::unlink(&api, entrypoint, queue, &abort.signal()).await
            },
            move |result, is_on_screen| {
                let changed = usize::from(result.is_ok());
                let done = format!("Entrypoint “{name}” unlinked");
                self.told(queue, changed, result, done, is_on_screen);
            },
        );
    }

    /// Says how a write has ended, which has changed so many links of this queue; what is linked is looked
    /// up again, whatever the response said.
    fn told(
        self,
        queue: u64,
        changed: usize,
        result: Result<(), ApiError>,
        done: String,
        is_on_screen: bool,
    ) {
        if changed > 0 {
            self.context.changed(Change::Modified, queue);
        }
        match result {
            Ok(()) => {
                self.context.notify(done);
                if is_on_screen {
                    self.problem.set(String::new());
                    self.context.focus_main();
                }
            }
            Err(error) => {
                self.context.failed(&error);
                let text = format!("{} Look at the list before you try again.", explain(&error));
                if is_on_screen {
                    self.problem.set(text);
                } else {
                    self.context.notify(text);
                }
            }
        }
        if is_on_screen {
            self.load();
        }
    }
}

/// A list to choose from, and one save.
#[component]
fn LinkForm(state: EntrypointsState) -> impl IntoView {
    let filter = RwSignal::new(String::new());
    let chosen = RwSignal::new(Vec::<u64>::new());
    let choose = move |id: u64, is_on: bool| {
        chosen.update(|chosen| {
            chosen.retain(|it| *it != id);
            if is_on {
                chosen.push(id);
            }
        });
    };
    let choices = move || {
        let all = state.all.get()?;
        let typed = filter.read().trim().to_lowercase();
        let others: Vec<_> = all.into_iter().filter(|it| !state.is_linked(it)).collect();
        let none = others.is_empty();
        let found = others.into_iter().filter(|it| it.name.to_lowercase().contains(&typed));
        let item = move |entrypoint: Entrypoint| {
            let id = entrypoint.id;
            view! {
                <li>
                    <label class="check">
                        <input part="input"
                            type="checkbox"
                            prop:checked=move || chosen.read().contains(&id)
                            on:change=move |event| choose(id, event_target_checked(&event))
                        />
                        <bdi>{entrypoint.name}</bdi>
                    </label>
                </li>
            }
        };
        let items: Vec<_> = found.take(MOST).map(item).collect();
        Some(view! {
            {none.then(|| view! { <p>"There is no entrypoint that is not linked yet."</p> })}
            <ul class="choices">{items}</ul>
        })
    };
    let why_not = move || {
        let error = state.error.get().filter(|_| state.all.read().is_none())?;
        Some(failure(
            "The entrypoints could not be read",
            explain(&error),
            move || state.load(),
            None,
        ))
    };
    let save = move |_| {
        let ids = chosen.get_untracked();
        if state.writing.is_busy() {
            return state.problem.set(BUSY.to_owned());
        }
        if ids.is_empty() {
            return state.problem.set("Select an entrypoint".to_owned());
        }
        state.problem.set(String::new());
        let (api, user) = (state.context.api(), state.user);
        let queue = state.queue.with_value(|queue| queue.id);
        let count = ids.len();
        state.writing.run(
            async move |abort: Abort| {
                let mut linked = 0;
                let link_all = async {
                    for id in ids {
                        api::session::confirm(&api, user, &abort.signal()).await?;
                        api::entrypoints::link(&api, id, queue, &abort.signal()).await?;
                        linked += 1;
                    }
                    Ok::<_, ApiError>(())
                };
                let result = link_all.await;
                (linked, result)
            },
            move |(linked, result), is_on_screen| {
                if is_on_screen && result.is_ok() {
                    state.is_linking.set(false);
                }
                let noun = if count == 1 { "entrypoint" } else { "entrypoints" };
                state.told(queue, linked, result, format!("{count} {noun} linked"), is_on_screen);
            },
        );
    };
    view! {
        <label>
            "Filter "
            <input part="input" type="text" prop:value=filter on:input=move |event: ev::Event| filter.set(event_target_value(&event)) />
        </label>
        {live(choices)}
        {live(why_not)}
        <Progress pending=state.request.pending() text="Looking for entrypoints…" />
        <p class="problem" role="alert">{state.problem}</p>
        <div class="row">
            <button part="button" type="button" class="primary" on:click=save>"Save links"</button>
            <button part="button" type="button" on:click=move |_| state.show(false)>"Cancel"</button>
            <Progress pending=state.writing.pending() text="Saving…" />
        </div>
    }
}
