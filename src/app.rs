//! The frame: header, messages, dialogs, and which page a route shows to whom.

use leptos::{ev, prelude::*};

use crate::{
    api::{self, ApiError},
    context::Context,
    domain::{Group, ListQuery, User},
    host::{Place, Settings},
    pages::{Late, NotFoundPage, QueuesPage, SignInDialog, explain, late, prefetch},
    routes::{Next, Route},
    session::Person,
    storage::{self, Key},
    ui::{Dialog, Id, failure, level, live},
};

/// What shows: all that needs a new page when it changes. What a list shows is not part of it, nor
/// are a person's details.
#[derive(Clone, PartialEq)]
enum Screen {
    Waiting,
    Failed(ApiError),
    Queues(User, Settings),
    NewQueue(User, Option<u64>),
    Queue(User, u64, Settings),
    EditQueue(User, u64),
    History(User, u64, Settings),
    Drafts(User, u64),
    Draft(User, u64),
    SignIn(Next),
    SignUp(Next),
    /// In somebody else's page, which may see to it.
    SignedOut,
    /// The page lets nothing be changed.
    ReadOnly,
    NotFound,
}

/// The whole app.
#[component]
pub fn App(
    /// What every page of it may ask for.
    context: Context,
) -> impl IntoView {
    provide_context(context);
    let Context { navigator, session, host, .. } = context;
    let (route, person, settings) = (navigator.route(), session.person(), host.settings());
    session.check();
    // Another tab may have signed out meanwhile, or signed in somebody else.
    let looked_at = window_event_listener_untyped("visibilitychange", move |_| {
        if !document().hidden() && session.user_id().is_some() {
            session.check();
        }
    });
    on_cleanup(move || looked_at.remove());

    let screen = Memo::new(move |_| match (person.get(), route.get()) {
        (_, Route::NotFound) => Screen::NotFound,
        (Person::Failed(error), _) => Screen::Failed(error),
        (Person::Nobody, _) if host.is_foreign() => Screen::SignedOut,
        (Person::Nobody, Route::SignIn(next)) => Screen::SignIn(next),
        (Person::Nobody, Route::SignUp(next)) => Screen::SignUp(next),
        (Person::User(_), route) if settings.read().readonly && route.changes_something() => {
            Screen::ReadOnly
        }
        (Person::User(user), Route::Queues(_)) => Screen::Queues(user, settings.get()),
        (Person::User(user), Route::NewQueue(from)) => Screen::NewQueue(user, from),
        (Person::User(user), Route::Queue(id)) => Screen::Queue(user, id, settings.get()),
        (Person::User(user), Route::EditQueue(id)) => Screen::EditQueue(user, id),
        (Person::User(user), Route::History(id)) => Screen::History(user, id, settings.get()),
        (Person::User(user), Route::Drafts(page)) => Screen::Drafts(user, page),
        (Person::User(user), Route::Draft(id)) => Screen::Draft(user, id),
        // On the way: the effect below sends signed-in people on and others to sign in.
        (Person::Unknown | Person::Nobody | Person::User(_), _) => Screen::Waiting,
    });
    Effect::new(move |_| match (person.get(), route.get()) {
        (Person::Nobody, route)
            if !host.is_foreign() && !route.is_public() && route != Route::NotFound =>
        {
            navigator.replace(Route::SignIn(route.as_next()));
        }
        (Person::User(_), Route::SignIn(next) | Route::SignUp(next)) => {
            let to = next.map_or_else(|| Route::Queues(ListQuery::default()), |next| *next);
            navigator.replace(to);
        }
        _ => {}
    });
    Effect::new(move |before: Option<Screen>| {
        let screen = screen.get();
        if before.is_some_and(|before| before != screen) {
            context.arrived();
        }
        screen
    });

    // In a page that fixes the group, the person has that one alone.
    let in_group = move |mut user: User| {
        if let Some(id) = settings.read_untracked().group {
            user.groups.retain(|group| group.id == id);
            if user.groups.is_empty() {
                user.groups.push(Group { id, name: format!("Group {id}") });
            }
        }
        user
    };
    let label = move || settings.read().label.clone();
    let page = move || match screen.get() {
        Screen::Waiting => ().into_any(),
        Screen::Failed(error) => view! {
            <h1 {..level(1)}>{label}</h1>
            {failure(
                "Dioptra could not be reached",
                explain(&error),
                move || session.check(),
                None,
            )}
        }
        .into_any(),
        Screen::SignedOut => view! {
            <h1 {..level(1)}>{label}</h1>
            <div class="panel">
                <p>"You are signed out. Sign in to see the queues."</p>
                <button part="button" type="button" on:click=move |_| session.check_again()>
                    "Sign in"
                </button>
            </div>
        }
        .into_any(),
        Screen::ReadOnly => {
            let why = "In this page queues can be looked at, but not changed.";
            view! { <NotFoundPage what="Nothing can be changed here" why /> }.into_any()
        }
        Screen::Queues(user, settings) => {
            let list = shown_list(route, &settings);
            view! { <QueuesPage list user=in_group(user) /> }.into_any()
        }
        Screen::NewQueue(user, from) => late(Late::NewQueue(in_group(user), from)),
        Screen::Queue(user, id, _) => late(Late::Queue(user, id)),
        Screen::EditQueue(user, id) => late(Late::EditQueue(user, id)),
        Screen::History(user, id, _) => late(Late::History(user, id)),
        Screen::Drafts(user, page) => late(Late::Drafts(user, page)),
        Screen::Draft(user, id) => late(Late::Draft(user, id)),
        Screen::SignIn(next) => late(Late::SignIn(next)),
        Screen::SignUp(next) => late(Late::SignUp(next)),
        Screen::NotFound => {
            let why = "The address may be mistyped.";
            view! { <NotFoundPage what="Page not found" why /> }.into_any()
        }
    };
    // Whoever moves the pointer or the focus may soon want more than the table.
    let moved = StoredValue::new(false);
    let somebody_is_here = move || {
        if !moved.get_value() {
            moved.set_value(true);
            prefetch();
        }
    };
    let is_region = host.is_foreign().then_some(label);
    view! {
        <div
            class="app"
            on:click=move |event| navigator.clicked(&event)
            on:pointermove=move |_| somebody_is_here()
            on:pointerdown=move |_| somebody_is_here()
            on:focusin=move |_| somebody_is_here()
        >
            {(host.place == Place::Page).then(|| view! { <Header /> })}
            <Offline />
            <div
                class="main"
                role=if host.is_foreign() { "region" } else { "main" }
                aria-label=is_region
                id=Id::Main.as_str()
                tabindex="-1"
                node_ref=context.main
            >
                <NoticeBar />
                {page}
            </div>
            <LeaveDialog />
            <SignInDialog />
        </div>
    }
}

/// The rows that the table shows. A memo of the page's own: what listens to it goes with it.
fn shown_list(route: Signal<Route>, settings: &Settings) -> Memo<ListQuery> {
    let Settings { group, page_size, .. } = *settings;
    Memo::new(move |last: Option<&ListQuery>| match route.get() {
        Route::Queues(mut list) => {
            list.group = group.or(list.group);
            list.rows = list.rows.or(Some(page_size));
            list
        }
        // The page is about to go; what it showed need not change before.
        _ => last.cloned().unwrap_or_default(),
    })
}

#[component]
fn Header() -> impl IntoView {
    let context = Context::get();
    let (navigator, session) = (context.navigator, context.session);
    let sign_out = move || {
        let abort = web_sys::AbortController::new();
        let api = context.api();
        leptos::task::spawn_local(async move {
            let Ok(abort) = abort else { return };
            match api::session::sign_out(&api, &abort.signal()).await {
                Ok(()) | Err(ApiError::Unauthorized) => {
                    session.forget();
                    navigator.replace(Route::SignIn(None));
                }
                Err(error) => context.say(format!("You are still signed in. {}", explain(&error))),
            }
        });
    };
    let user = move || {
        session.user().map(|user| view! {
            <span class="user"><span>"Signed in as "</span><bdi>{user.username}</bdi></span>
            <button part="button" type="button" on:click=move |_| navigator.leave_then(sign_out)>"Sign out"</button>
        })
    };
    let skip = move |event: ev::MouseEvent| {
        event.prevent_default();
        context.focus_main();
    };
    view! {
        <a class="skip" href=format!("#{}", Id::Main.as_str()) on:click=skip>"Skip to content"</a>
        <header>
            <a class="brand" href=navigator.href(&Route::Queues(ListQuery::default()))>"Dioptra queues"</a>
            // Before what has its place already, which must not move when this appears.
            {user}
            <ThemeChoice />
        </header>
    }
}

/// System, light or dark.
#[component]
fn ThemeChoice() -> impl IntoView {
    const THEMES: [(&str, &str); 3] = [("", "System"), ("light", "Light"), ("dark", "Dark")];
    // Whatever else is stored counts as none.
    let known = |stored: &String| THEMES.iter().any(|(value, _)| value == stored);
    let theme = RwSignal::new(storage::read(Key::Theme).filter(known).unwrap_or_default());
    let change = move |event: ev::Event| {
        let chosen = event_target_value(&event);
        let root = document().document_element();
        let _ = root.map(|root| root.set_attribute("data-theme", &chosen));
        storage::write(Key::Theme, Some(chosen.as_str()).filter(|chosen| !chosen.is_empty()));
        theme.set(chosen);
    };
    view! {
        <label class="theme">
            <span>"Theme "</span>
            <select part="input" on:change=change>
                {THEMES.map(|(value, name)| view! {
                    <option value=value prop:selected=move || *theme.read() == value>{name}</option>
                }).collect_view()}
            </select>
        </label>
    }
}

/// The short message, where a screen reader hears it.
#[component]
fn NoticeBar() -> impl IntoView {
    let context = Context::get();
    let notice = context.notice();
    let act = move |(name, action): (&'static str, Callback<()>)| {
        view! { <button part="button" type="button" on:click=move |_| action.run(())>{name}</button> }
    };
    view! {
        <div class="notice" class:shown=move || !notice.read().text.is_empty()>
            <p role="status"><bdi>{live(move || notice.read().text.clone())}</bdi></p>
            {live(move || notice.read().action.map(act))}
            {live(move || (!notice.read().text.is_empty()).then(|| view! {
                <button part="button" type="button" class="icon" aria-label="Dismiss" on:click=move |_| context.dismiss()>"×"</button>
            }))}
        </div>
    }
}

/// Says that the network is gone; when it is back, what failed is asked for again.
#[component]
fn Offline() -> impl IntoView {
    let context = Context::get();
    let online = RwSignal::new(window().navigator().on_line());
    let gone = window_event_listener(ev::offline, move |_| online.set(false));
    let back = window_event_listener(ev::online, move |_| {
        online.set(true);
        context.session.check();
        context.session.load_again();
    });
    on_cleanup(move || {
        gone.remove();
        back.remove();
    });
    view! {
        <div class="offline" role="status">
            {live(move || (!online.get()).then_some("You are offline. What you typed stays here; this goes on when you are back online."))}
        </div>
    }
}

/// Asks before unsaved text is left behind.
#[component]
fn LeaveDialog() -> impl IntoView {
    let navigator = Context::get().navigator;
    view! {
        <Dialog
            open=Signal::derive(move || navigator.is_held())
            id=Id::LeaveDialog
            title="Leave without saving?"
            role="alertdialog"
            close=Callback::new(move |()| navigator.answer(false))
        >
            <p>"What you typed on this page has not been saved. If you leave, it is gone."</p>
            <div class="row">
                <button part="button" type="button" class="primary" on:click=move |_| navigator.answer(false)>"Keep editing"</button>
                <button part="button" type="button" class="danger" on:click=move |_| navigator.answer(true)>"Leave"</button>
            </div>
        </Dialog>
    }
}
