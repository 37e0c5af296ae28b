//! The shell: header, notices, dialogs, and which screen a route shows to whom.

use leptos::{ev, prelude::*};

use crate::{
    api::ApiError,
    context::{Action, Context},
    domain::ListQuery,
    host::Placement,
    pages::{
        NotFound, QueuesHeading, QueuesSkeleton, SIGN_OUT, SignInDialog, chunk_of, explain,
        prefetch, screen, signed_out_screen,
    },
    routes::Route,
    session::{Identity, Session},
    storage::{self, Key},
    ui::{Dialog, Id, Stage, effect, failure, live, stuck},
};

/// What shows. The screen is remounted when this changes: the route, the user, and what the host
/// document decides. What a list shows is not part of it, nor are a user's details.
#[derive(Clone, PartialEq)]
enum View {
    /// It is not known who is signed in.
    Unknown(Route),
    Failed(ApiError),
    Screen {
        route: Route,
        user: u64,
        group: Option<u64>,
        readonly: bool,
    },
    /// A screen for those who are not signed in.
    Public(Route),
    /// In a host document that is not the app's, which may see to it.
    SignedOut,
    /// The host document lets nothing be changed.
    ReadOnly,
}

/// The whole app.
#[component]
pub fn App(
    /// What every screen of it may ask for.
    context: Context,
) -> impl IntoView {
    provide_context(context);
    let Context { navigator, session, host, .. } = context;
    if let Some(chunk) = navigator.route().with_untracked(chunk_of) {
        chunk.prefetch();
    }
    session.check();
    follow_session(context);
    let current = Memo::new(move |_| current_view(context));
    let before = StoredValue::new(None::<View>);
    effect(move || {
        let view = current.get();
        let is_other = before.with_value(|before| before.as_ref().is_some_and(|it| *it != view));
        if is_other {
            context.on_screen_changed();
        }
        before.set_value(Some(view));
    });
    let label = move || host.settings().read().label.clone();
    let content = live(move || content(context, current.get()));
    // Whoever moves the pointer or uses the keyboard may soon want more than the table.
    let has_moved = StoredValue::new(false);
    let somebody_is_here = move || {
        if !has_moved.get_value() {
            has_moved.set_value(true);
            prefetch();
        }
    };
    view! {
        <div
            class="app"
            on:click=move |event| navigator.clicked(&event)
            on:pointermove=move |_| somebody_is_here()
            on:pointerdown=move |_| somebody_is_here()
            on:keyup=move |_| somebody_is_here()
        >
            {(host.placement == Placement::Standalone).then(|| view! { <Header /> })}
            <Offline />
            <div
                class="main"
                role=if host.is_element() { "region" } else { "main" }
                aria-label=host.is_element().then_some(label)
                id=Id::Main.as_str()
                tabindex="-1"
                node_ref=context.main
            >
                <NoticeBar />
                {content}
            </div>
            <LeaveDialog />
            <SignInDialog />
        </div>
    }
}

/// Looks again who is signed in when there is a reason, and navigates those who are not, or who are
/// by now.
fn follow_session(context: Context) {
    let Context { navigator, session, host, .. } = context;
    let (route, identity) = (navigator.route(), session.identity());
    session.listen();
    let before = StoredValue::new(None::<u64>);
    effect(move || {
        if let Identity::SignedIn(user) = identity.get() {
            if before.get_value().is_some_and(|before| before != user.id) {
                context.notify(format!(
                    "{} is signed in now. What somebody else has typed here waits for them.",
                    user.username
                ));
                context.keep_notice();
            }
            before.set_value(Some(user.id));
        }
    });
    effect(move || match (identity.get(), route.get()) {
        (Identity::SignedOut, route) if !host.is_element() && !route.needs_no_sign_in() => {
            navigator.replace(Route::SignIn(route.as_next()));
        }
        (Identity::SignedIn(_), Route::SignIn(next) | Route::SignUp(next)) => {
            let to = next.map_or_else(|| Route::Queues(ListQuery::default()), |next| *next);
            navigator.replace(to);
        }
        (Identity::Unknown | Identity::Failed(_) | Identity::SignedOut, _)
        | (
            Identity::SignedIn(_),
            Route::Queues(_)
            | Route::NewQueue(_)
            | Route::Queue(_)
            | Route::EditQueue(_)
            | Route::History(_)
            | Route::Drafts(_)
            | Route::Draft(_)
            | Route::Import
            | Route::NotFound,
        ) => {}
    });
}

fn current_view(context: Context) -> View {
    let Context { navigator, session, host, .. } = context;
    let route = navigator.route().with(Route::screen);
    let settings = host.settings();
    match session.identity().get() {
        _ if route == Route::NotFound => View::Public(route),
        Identity::Unknown => View::Unknown(route),
        Identity::Failed(error) => View::Failed(error),
        Identity::SignedOut if host.is_element() => View::SignedOut,
        Identity::SignedOut => View::Public(route),
        Identity::SignedIn(_) if settings.read().readonly && route.changes_something() => {
            View::ReadOnly
        }
        Identity::SignedIn(user) => {
            let settings = settings.read();
            let (group, readonly) = (settings.group, settings.readonly);
            View::Screen { route, user: user.id, group, readonly }
        }
    }
}

fn content(context: Context, view: View) -> AnyView {
    let Context { session, .. } = context;
    match view {
        View::Unknown(route) => unknown(session, &route),
        View::Failed(error) => view! {
            <QueuesHeading />
            {failure(
                "Dioptra could not be reached",
                explain(&error),
                move || session.check(),
                None,
            )}
            {progress(session, false)}
        }
        .into_any(),
        View::Screen { route, user, .. } => {
            provide_context(context.of_user(user));
            screen(route, user, current_list(context))
        }
        View::Public(route) => signed_out_screen(route),
        View::SignedOut => view! {
            <QueuesHeading />
            <div class="panel">
                <p>"You are signed out. Sign in to see the queues."</p>
                <button part="button" type="button" on:click=move |_| session.refresh_after_sign_in()>
                    "Sign in"
                </button>
            </div>
        }
        .into_any(),
        View::ReadOnly => {
            let why = "In this page queues can be looked at, but not changed.";
            view! { <NotFound what="Nothing can be changed here" why /> }.into_any()
        }
    }
}

/// Until it is known who is signed in: the skeleton of the table, and how long it takes.
fn unknown(session: Session, route: &Route) -> AnyView {
    let is_table = matches!(route, Route::Queues(_));
    view! {
        {is_table.then(|| view! { <QueuesSkeleton /> })}
        {progress(session, is_table)}
    }
    .into_any()
}

/// How long it takes to know who is signed in, and a way out. Where there is a skeleton that is not shown.
fn progress(session: Session, is_table: bool) -> AnyView {
    let pending = session.request().pending();
    view! {
        {live(move || (pending.stage() >= Stage::Slow).then(|| view! {
            <p role="status" class:visually-hidden=is_table>"Loading…"</p>
        }))}
        {stuck(vec![pending])}
    }
    .into_any()
}

/// What the table shows. A memo of the screen's own: what listens to it goes with it.
fn current_list(context: Context) -> Memo<ListQuery> {
    let (route, settings) = (context.navigator.route(), context.host.settings());
    Memo::new(move |last: Option<&ListQuery>| {
        let Route::Queues(mut list) = route.get() else {
            // The screen is about to go; what it shows need not change before.
            return last.cloned().unwrap_or_default();
        };
        let settings = settings.read();
        list.group = settings.group.or(list.group);
        list.rows = list.rows.or(Some(settings.page_size));
        list
    })
}

#[component]
fn Header() -> impl IntoView {
    let context = Context::get();
    let (navigator, session) = (context.navigator, context.session);
    let is_signing_out = RwSignal::new(false);
    let sign_out = move || {
        if !is_signing_out.get_untracked() {
            is_signing_out.set(true);
        }
    };
    let user = move || {
        session.user().map(|user| view! {
            <span class="user"><span>"Signed in as "</span><bdi>{user.username}</bdi></span>
            <button part="button" type="button" on:click=move |_| navigator.leave_then(sign_out)>"Sign out"</button>
        })
    };
    let home = move || {
        let url = context.host.settings().read().home.clone();
        url.map(|url| view! { <a class="home" href=url rel="external">"Dashboard"</a> })
    };
    let skip = move |event: ev::MouseEvent| {
        event.prevent_default();
        context.focus_main();
    };
    view! {
        <a class="skip" href=format!("#{}", Id::Main.as_str()) on:click=skip>"Skip to content"</a>
        <header>
            <a class="brand" href=navigator.href(&Route::Queues(ListQuery::default()))>"Dioptra queues"</a>
            {home}
            // Before what has its place already, which must not move when this appears.
            {user}
            {live(move || is_signing_out.get().then(|| SIGN_OUT.view((is_signing_out,))))}
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
    let act = move |(name, action): (&'static str, Action)| {
        view! { <button part="button" type="button" on:click=move |_| action()>{name}</button> }
    };
    view! {
        <div class="notice" class:shown=move || !notice.read().text.is_empty()>
            <p role="status"><bdi>{live(move || notice.read().text.clone())}</bdi></p>
            {live(move || notice.read().action.clone().map(act))}
            {live(move || (!notice.read().text.is_empty()).then(|| view! {
                <button part="button" type="button" class="icon" data-sign="dismiss" aria-label="Dismiss" title="Dismiss" on:click=move |_| context.dismiss()></button>
            }))}
        </div>
    }
}

/// Says that the network is gone; when it is back, what shows is loaded again.
#[component]
fn Offline() -> impl IntoView {
    let context = Context::get();
    let online = RwSignal::new(window().navigator().on_line());
    let gone = window_event_listener(ev::offline, move |_| online.set(false));
    let back = window_event_listener(ev::online, move |_| {
        online.set(true);
        context.session.check();
        context.session.reload();
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
            close=Callback::new(move |()| navigator.decide(false))
        >
            <p>"What you typed on this page has not been saved. If you leave, it is gone."</p>
            <div class="row">
                <button part="button" type="button" class="primary" on:click=move |_| navigator.decide(false)>"Keep editing"</button>
                <button part="button" type="button" class="danger" on:click=move |_| navigator.decide(true)>"Leave"</button>
            </div>
        </Dialog>
    }
}
