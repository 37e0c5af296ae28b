//! The frame: header, messages, dialogs, and which page a route shows to whom.

use leptos::{ev, prelude::*};

use crate::{
    api::{self, Api, ApiError},
    context::Context,
    domain::{ListQuery, User},
    navigator::Navigator,
    pages::{
        DraftPage, DraftsPage, EditQueuePage, HistoryPage, NewQueuePage, NotFoundPage, QueuePage,
        QueuesPage, SignInForm, SignInPage, SignUpPage, explain, use_sign_in,
    },
    routes::{Next, Route},
    session::Person,
    storage::{self, Key},
    ui::{Dialog, Id},
};

/// What shows: all that needs a new page when it changes. What a list shows is not part of it, nor
/// are a person's details.
#[derive(Clone, PartialEq)]
enum Screen {
    Waiting,
    Failed(ApiError),
    Queues(User),
    NewQueue(User, Option<u64>),
    Queue(User, u64),
    EditQueue(User, u64),
    History(User, u64),
    Drafts(User, u64),
    Draft(User, u64),
    SignIn(Next),
    SignUp(Next),
    NotFound,
}

/// The whole app, with the API at `api_base` and the screens under `base` (a slash at both ends).
#[component]
pub fn App(
    /// Path or URL of the API, without a slash at the end.
    api_base: String,
    /// Path that the app is served from.
    base: String,
) -> impl IntoView {
    let navigator = Navigator::in_browser(base);
    let context = Context::new(Api::new(&api_base), navigator);
    provide_context(context);
    let session = context.session;
    let (route, person) = (navigator.route(), session.person());
    session.check(|| {});
    // Another tab may have signed out meanwhile, or signed in somebody else.
    let looked_at = window_event_listener_untyped("visibilitychange", move |_| {
        if !document().hidden() && session.user_id().is_some() {
            session.check(|| {});
        }
    });
    on_cleanup(move || looked_at.remove());

    let screen = Memo::new(move |_| match (person.get(), route.get()) {
        (_, Route::NotFound) => Screen::NotFound,
        (Person::Failed(error), _) => Screen::Failed(error),
        (Person::Nobody, Route::SignIn(next)) => Screen::SignIn(next),
        (Person::Nobody, Route::SignUp(next)) => Screen::SignUp(next),
        (Person::User(user), Route::Queues(_)) => Screen::Queues(user),
        (Person::User(user), Route::NewQueue(from)) => Screen::NewQueue(user, from),
        (Person::User(user), Route::Queue(id)) => Screen::Queue(user, id),
        (Person::User(user), Route::EditQueue(id)) => Screen::EditQueue(user, id),
        (Person::User(user), Route::History(id)) => Screen::History(user, id),
        (Person::User(user), Route::Drafts(page)) => Screen::Drafts(user, page),
        (Person::User(user), Route::Draft(id)) => Screen::Draft(user, id),
        // On the way: the effect below sends signed-in people on and others to sign in.
        (Person::Unknown | Person::Nobody | Person::User(_), _) => Screen::Waiting,
    });
    Effect::new(move |_| match (person.get(), route.get()) {
        (Person::Nobody, route) if !route.is_public() && route != Route::NotFound => {
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

    let list = Memo::new(move |last: Option<&ListQuery>| match route.get() {
        Route::Queues(list) => list,
        // The page is about to go; what it showed need not change before.
        _ => last.cloned().unwrap_or_default(),
    });
    let page = move || match screen.get() {
        Screen::Waiting => ().into_any(),
        Screen::Failed(error) => view! {
            <h1>"Queues"</h1>
            <div class="panel failed" role="alert">
                <p><strong>"Dioptra could not be reached"</strong></p>
                <p>{explain(&error)}</p>
                <button type="button" on:click=move |_| session.check(|| {})>"Try again"</button>
            </div>
        }
        .into_any(),
        Screen::Queues(user) => view! { <QueuesPage list user /> }.into_any(),
        Screen::NewQueue(user, from) => view! { <NewQueuePage user from /> }.into_any(),
        Screen::Queue(user, id) => view! { <QueuePage user id /> }.into_any(),
        Screen::EditQueue(user, id) => view! { <EditQueuePage user id /> }.into_any(),
        Screen::History(user, id) => view! { <HistoryPage user id /> }.into_any(),
        Screen::Drafts(user, page) => view! { <DraftsPage user page /> }.into_any(),
        Screen::Draft(user, id) => view! { <DraftPage user id /> }.into_any(),
        Screen::SignIn(next) => view! { <SignInPage next /> }.into_any(),
        Screen::SignUp(next) => view! { <SignUpPage next /> }.into_any(),
        Screen::NotFound => {
            let why = "The address may be mistyped.";
            view! { <NotFoundPage what="Page not found" why /> }.into_any()
        }
    };
    view! {
        <div class="app" on:click=move |event| navigator.clicked(&event)>
            <Header />
            <Offline />
            <main id=Id::Main.as_str() tabindex="-1" node_ref=context.main>
                <NoticeBar />
                {page}
            </main>
            <LeaveDialog />
            <SignInDialog />
        </div>
    }
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
            <button type="button" on:click=move |_| navigator.leave_then(sign_out)>"Sign out"</button>
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
            <ThemeChoice />
            {user}
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
            <select on:change=change>
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
        view! { <button type="button" on:click=move |_| action.run(())>{name}</button> }
    };
    view! {
        <div class="notice" class:shown=move || !notice.read().text.is_empty()>
            <p role="status"><bdi>{move || notice.read().text.clone()}</bdi></p>
            {move || notice.read().action.map(act)}
            {move || (!notice.read().text.is_empty()).then(|| view! {
                <button type="button" class="icon" aria-label="Dismiss" on:click=move |_| context.dismiss()>"×"</button>
            })}
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
        context.session.check(|| {});
        context.load_again();
    });
    on_cleanup(move || {
        gone.remove();
        back.remove();
    });
    view! {
        <div class="offline" role="status">
            {move || (!online.get()).then_some("You are offline. What you typed stays here; this goes on when you are back online.")}
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
                <button type="button" class="primary" on:click=move |_| navigator.answer(false)>"Keep editing"</button>
                <button type="button" class="danger" on:click=move |_| navigator.answer(true)>"Leave"</button>
            </div>
        </Dialog>
    }
}

/// Lets a person sign in again over the page, in the middle of something.
#[component]
fn SignInDialog() -> impl IntoView {
    let context = Context::get();
    let session = context.session;
    let close = move |_| session.close_dialog();
    // The same person goes on where they were. Somebody else gets pages of their own: the frame
    // makes them anew for another id.
    let done = move |()| {
        session.check(move || {
            session.close_dialog();
            context.load_again();
        });
    };
    view! {
        <Dialog
            open=Signal::derive(move || session.has_ended())
            id=Id::SignInDialog
            title="Sign in to continue"
            role="dialog"
            close=Callback::new(move |()| session.close_dialog())
        >
            <p>"Your session has ended. Nothing on this page is lost."</p>
            {
                let (form, fields) = use_sign_in();
                view! {
                    <SignInForm form fields done=Callback::new(done)>
                        <button type="button" on:click=close>"Not now"</button>
                    </SignInForm>
                }
            }
        </Dialog>
    }
}
