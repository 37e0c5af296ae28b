//! What the table does not need, and what comes in a second file, the first time it is needed: all
//! other screens, and what is in dialogs. Releases have these two files (the feature `split`);
//! everywhere else all is in one.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use leptos::{prelude::*, task::spawn_local};

use super::{
    delete::DeleteForm,
    draft::DraftPage,
    drafts::DraftsPage,
    edit_queue::EditQueuePage,
    history::HistoryPage,
    new_queue::NewQueuePage,
    queue::QueuePage,
    sign_in::{SignInAgain, SignInPage},
    sign_up::SignUpPage,
    tags::TagsForm,
};
use crate::{
    context::Context,
    domain::{Queue, User},
    host::Event,
    routes::Next,
    ui::{Dialog, Id, Stage, Waiting, failure, live},
};

/// A screen, or what is in a dialog, with what it is made of.
#[derive(Clone)]
#[expect(missing_docs, reason = "they are named as the components that they make")]
pub enum Late {
    NewQueue(User, Option<u64>),
    Queue(User, u64),
    EditQueue(User, u64),
    History(User, u64),
    Drafts(User, u64),
    Draft(User, u64),
    SignIn(Next),
    SignUp(Next),
    SignInAgain,
    Tags { queue: Queue, close: Callback<()>, done: Callback<()> },
    Delete { user: User, queue: Queue, close: Callback<()>, done: Callback<()> },
}

fn make(part: Late) -> AnyView {
    match part {
        Late::NewQueue(user, from) => view! { <NewQueuePage user from /> }.into_any(),
        Late::Queue(user, id) => view! { <QueuePage user id /> }.into_any(),
        Late::EditQueue(user, id) => view! { <EditQueuePage user id /> }.into_any(),
        Late::History(user, id) => view! { <HistoryPage user id /> }.into_any(),
        Late::Drafts(user, page) => view! { <DraftsPage user page /> }.into_any(),
        Late::Draft(user, id) => view! { <DraftPage user id /> }.into_any(),
        Late::SignIn(next) => view! { <SignInPage next /> }.into_any(),
        Late::SignUp(next) => view! { <SignUpPage next /> }.into_any(),
        Late::SignInAgain => view! { <SignInAgain /> }.into_any(),
        Late::Tags { queue, close, done } => view! { <TagsForm queue close done /> }.into_any(),
        Late::Delete { user, queue, close, done } => {
            view! { <DeleteForm user queue close done /> }.into_any()
        }
    }
}

#[cfg(feature = "split")]
mod file {
    use std::{
        future::Future,
        pin::pin,
        task::{Context, Poll, Waker},
    };

    use leptos::prelude::AnyView;
    use wasm_split_helpers::{SplitLoaderError, wasm_split};

    use super::Late;

    /// Everything that only this calls is in the other file; so only this calls `make`.
    #[wasm_split(late, fallible, preload(fetch_it))]
    fn make(part: Box<Late>) -> Result<AnyView, SplitLoaderError> {
        Ok(super::make(*part))
    }

    pub async fn fetch() -> Result<(), SplitLoaderError> {
        fetch_it().await
    }

    /// None: the file is not here.
    pub fn made(part: Late) -> Option<AnyView> {
        let made = pin!(make(Box::new(part)));
        match made.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(view)) => Some(view),
            _ => None,
        }
    }
}

#[cfg(not(feature = "split"))]
mod file {
    use std::convert::Infallible;

    #[expect(clippy::unused_async, reason = "it waits where there are two files")]
    pub async fn fetch() -> Result<(), Infallible> {
        Ok(())
    }

    #[expect(clippy::unnecessary_wraps, reason = "nothing is missing where there is one file")]
    pub fn made(part: super::Late) -> Option<leptos::prelude::AnyView> {
        Some(super::make(part))
    }
}

/// The file is here. One for all apps of a page, as is the WebAssembly.
static HERE: AtomicBool = AtomicBool::new(cfg!(not(feature = "split")));

async fn fetch() -> bool {
    let is_here = file::fetch().await.is_ok();
    HERE.fetch_or(is_here, Relaxed);
    is_here
}

/// Fetches the file, as somebody is there who may need it soon.
pub fn prefetch() {
    if !HERE.load(Relaxed) {
        spawn_local(async {
            // If it fails, whoever needs it tries again.
            fetch().await;
        });
    }
}

/// Makes a part at once if its file is here: nothing otherwise.
pub fn made(part: Late) -> Option<AnyView> {
    if HERE.load(Relaxed) { file::made(part) } else { None }
}

/// Asks for the file. If it is missing, the page around the app hears what the person is told.
fn ask(context: Context, waiting: Waiting, done: impl FnOnce(bool) + 'static) {
    waiting.ask(
        |_| fetch(),
        move |is_here| {
            if !is_here {
                context.host.tell(Event::Error { code: "file", status: None });
            }
            done(is_here);
        },
    );
}

const MISSING: &str = "A part of the app could not be loaded";
const WHY: &str = "The network may be gone, or a new version may have been deployed. Try again; if that does not help, reload the page.";

/// Shows a screen once its file is here, and until then how that goes.
pub fn late(part: Late) -> AnyView {
    if let Some(view) = made(part.clone()) {
        return view;
    }
    // None: it is on its way, the first time.
    let fetched = RwSignal::new(None);
    let waiting = Waiting::new();
    let context = Context::get();
    let load = move || ask(context, waiting, move |is_here| fetched.set(Some(is_here)));
    load();
    let reload = move |_| drop(window().location().reload());
    // The button stays while one tries again, and the focus on it.
    let fetched = Memo::new(move |_| fetched.get());
    let failed = move || {
        let more = (!context.host.is_foreign()).then(|| {
            view! { <button part="button" type="button" on:click=reload>"Reload"</button> }
                .into_any()
        });
        failure(MISSING, WHY.to_owned(), load, more)
    };
    view! {
        {live(move || (waiting.stage() >= Stage::Slow).then(|| view! {
            <div class="skeleton" role="status">"Loading…"</div>
        }))}
        {live(move || (fetched.get() == Some(false)).then(failed))}
        {live(move || (fetched.get() == Some(true)).then(|| made(part.clone())))}
    }
    .into_any()
}

/// A dialog about a queue. `title` says it with the queue's name; `form` is what is in it, made anew
/// each time it opens, and closes it.
pub fn about_queue(
    asked: RwSignal<Option<Queue>>,
    id: Id,
    role: &'static str,
    title: fn(&str) -> String,
    form: impl Fn(Queue, Callback<()>) -> Late + Send + Sync + 'static,
) -> impl IntoView {
    let title = move || asked.with(|queue| title(queue.as_ref().map_or("", |queue| &queue.name)));
    let close = Callback::new(move |()| asked.set(None));
    view! {
        <Dialog
            open=with_file(move || asked.read().is_some())
            id
            title=Signal::derive(title)
            role
            close
        >
            {asked.get_untracked().and_then(|queue| made(form(queue, close)))}
        </Dialog>
    }
}

/// True once a dialog is wanted and what is in it is here. How that goes is said at the top; each
/// time that `wanted` changes is another try.
pub fn with_file(wanted: impl Fn() -> bool + Send + Sync + 'static) -> Signal<bool> {
    let context = Context::get();
    let wanted = Signal::derive(wanted);
    let is_here = RwSignal::new(HERE.load(Relaxed));
    let tries = RwSignal::new(0);
    let waiting = Waiting::new();
    Effect::new(move |_| {
        tries.track();
        if !wanted.get() || is_here.get_untracked() {
            return;
        }
        ask(context, waiting, move |fetched| {
            if fetched {
                context.dismiss();
                is_here.set(true);
            } else {
                let again = Callback::new(move |()| *tries.write() += 1);
                context.offer(format!("{MISSING}. {WHY}"), "Try again", again);
            }
        });
    });
    Effect::new(move |_| {
        if waiting.stage() == Stage::Slow {
            context.say("Loading…");
        }
    });
    Signal::derive(move || wanted.get() && is_here.get())
}
