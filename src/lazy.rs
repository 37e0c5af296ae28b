//! Views that live in chunks of WebAssembly, fetched when they are needed. This knows no view: each
//! declares itself with [`lazy!`](crate::lazy!). What Trunk builds has chunks (the feature
//! `split`); in tests all is one file, and all views are there.

use std::{
    future::Future,
    pin::{Pin, pin},
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    task::{Poll, Waker},
};

use leptos::{prelude::*, task::spawn_local};

use crate::{
    context::Context,
    forms::Problem,
    host::Event,
    ui::{FormState, LatestRequest, Stage, effect, failure, live},
};

/// What the function of a chunk gives.
#[cfg(feature = "split")]
pub type Built = Result<AnyView, wasm_split_helpers::SplitLoaderError>;
/// What the function of a chunk gives.
#[cfg(not(feature = "split"))]
pub type Built = Result<AnyView, std::convert::Infallible>;

/// A fetch of a chunk: whether it worked.
pub type Fetching = Pin<Box<dyn Future<Output = bool>>>;

/// A view in a chunk.
pub struct Lazy<A: 'static> {
    /// How its chunk is fetched.
    pub chunk: Chunk,
    /// Builds the view of what it is made of; the future is ready once the chunk is loaded.
    pub build: fn(A) -> Pin<Box<dyn Future<Output = Built>>>,
}

/// How the chunk of a view is fetched. Two views of one chunk share the file, not this.
#[derive(Debug)]
pub struct Chunk {
    chunk_loaded: AtomicBool,
    fetch: fn() -> Fetching,
}

impl<A> std::fmt::Debug for Lazy<A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lazy").field("chunk", &self.chunk).finish_non_exhaustive()
    }
}

/// Declares views that live in a chunk:
///
/// ```ignore
/// lazy! {
///     /// The screen "History".
///     #[wasm_split(rest)]
///     pub static HISTORY: |id: u64| view! { <History id /> };
/// }
/// ```
///
/// `HISTORY.view((7,))` is the view. All that only such views call is in the chunk of that name.
#[macro_export]
macro_rules! lazy {
    ($(
        $(#[doc = $doc:literal])*
        #[wasm_split($chunk:ident)]
        $vis:vis static $name:ident: |$($arg:ident: $type:ty),* $(,)?| $body:expr;
    )*) => {$(
        $(#[doc = $doc])*
        $vis static $name: $crate::lazy::Lazy<($($type,)*)> = {
            #[cfg_attr(
                feature = "split",
                ::wasm_split_helpers::wasm_split($chunk, fallible, preload(fetch))
            )]
            // A pointer crosses the border between two WebAssembly files. The name must be unique.
            #[allow(clippy::boxed_local, non_snake_case)]
            fn $name(arguments: ::std::boxed::Box<($($type,)*)>) -> $crate::lazy::Built {
                let ($($arg,)*) = *arguments;
                Ok(::leptos::prelude::IntoAny::into_any($body))
            }
            #[cfg(not(feature = "split"))]
            async fn fetch() -> Result<(), ::std::convert::Infallible> {
                Ok(())
            }
            $crate::lazy::Lazy {
                chunk: $crate::lazy::Chunk::new(|| Box::pin(async { fetch().await.is_ok() })),
                build: |arguments| {
                    let built = $name(Box::new(arguments));
                    #[cfg(not(feature = "split"))]
                    let built = ::std::future::ready(built);
                    Box::pin(built)
                },
            }
        };
    )*};
}

impl Chunk {
    /// A chunk that `fetch` fetches; its result is whether that worked.
    #[must_use]
    pub const fn new(fetch: fn() -> Fetching) -> Self {
        Self { chunk_loaded: AtomicBool::new(cfg!(not(feature = "split"))), fetch }
    }

    /// The view can be built.
    fn is_loaded(&self) -> bool {
        self.chunk_loaded.load(Relaxed)
    }

    async fn load(&'static self) -> bool {
        let is_loaded = self.is_loaded() || (self.fetch)().await;
        self.chunk_loaded.fetch_or(is_loaded, Relaxed);
        is_loaded
    }

    /// Fetches the chunk, as it may be needed soon.
    pub fn prefetch(&'static self) {
        if !self.is_loaded() {
            spawn_local(async {
                // If it fails, the view that needs it tries again.
                self.load().await;
            });
        }
    }

    /// Fetches the chunk for a view. If it is missing, the host document hears what the user is told.
    fn request(
        &'static self,
        context: Context,
        request: LatestRequest,
        done: Box<dyn FnOnce(bool)>,
    ) {
        request.run(
            |_| self.load(),
            move |is_loaded| {
                if !is_loaded {
                    context.host.tell(Event::Error { code: "file", status: None });
                }
                done(is_loaded);
            },
        );
    }
}

impl<A: 'static> Lazy<A> {
    /// The view, if its chunk is loaded.
    pub fn try_build(&'static self, arguments: A) -> Option<AnyView> {
        if !self.chunk.is_loaded() {
            return None;
        }
        let built = pin!((self.build)(arguments));
        match built.poll(&mut std::task::Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(view)) => Some(view),
            _ => None,
        }
    }
}

impl<A: Clone + Send + Sync + 'static> Lazy<A> {
    /// The view once its chunk is loaded, and until then how that goes.
    pub fn view(&'static self, arguments: A) -> AnyView {
        let build = move || self.try_build(arguments.clone());
        build().unwrap_or_else(|| loading(&self.chunk, Box::new(build)))
    }
}

impl<A: Clone + Send + Sync + 'static> Lazy<A> {
    /// Does what a form is sent for, which shows nothing of its own, once its chunk is loaded.
    pub fn send(&'static self, form: FormState, arguments: A) {
        if self.try_build(arguments.clone()).is_some() {
            return;
        }
        form.send(
            "Loading…",
            move |_| self.chunk.load(),
            move |_, is_on_screen| {
                if is_on_screen && self.try_build(arguments).is_none() {
                    form.fail(vec![Problem::Form(format!("Nothing was sent. {MISSING}. {WHY}"))]);
                }
            },
        );
    }
}

const MISSING: &str = "A part of the app could not be loaded";
const WHY: &str = "The network may be gone, or a new version may have been deployed. Try again; if that does not help, reload the page.";

fn reload() {
    let _ = window().location().reload();
}

/// One function for all views: each of its own costs kilobytes.
fn loading(
    chunk: &'static Chunk,
    build: Box<dyn Fn() -> Option<AnyView> + Send + Sync>,
) -> AnyView {
    let context = Context::get();
    let request = LatestRequest::new();
    // None: it is on its way, the first time.
    let fetched = RwSignal::new(None);
    let load = move || {
        chunk.request(context, request, Box::new(move |done| fetched.set(Some(done))));
    };
    load();
    // The button stays while one tries again, and the focus on it.
    let fetched = Memo::new(move |_| fetched.get());
    let failed = move || {
        let more = (!context.host.is_element()).then(|| {
            view! { <button part="button" type="button" on:click=|_| reload()>"Reload"</button> }
                .into_any()
        });
        failure(MISSING, WHY.to_owned(), load, more)
    };
    view! {
        {live(move || (request.stage() >= Stage::Slow).then(|| view! {
            <div class="skeleton" role="status">"Loading…"</div>
        }))}
        {live(move || (fetched.get() == Some(false)).then(failed))}
        {live(move || (fetched.get() == Some(true)).then(&build))}
    }
    .into_any()
}

/// True once a dialog is wanted and the chunk of what is in it is loaded. Progress and failure are
/// said by a notice; each time that `wanted` changes is another try.
pub fn when_chunk_ready(
    chunk: &'static Chunk,
    wanted: impl Fn() -> bool + Send + Sync + 'static,
) -> Signal<bool> {
    let context = Context::get();
    let wanted = Signal::derive(wanted);
    let is_ready = RwSignal::new(chunk.is_loaded());
    let tries = RwSignal::new(0_u32);
    let request = LatestRequest::new();
    // Only what was said here goes again: another notice may have "Undo".
    let has_said = StoredValue::new(false);
    effect(move || {
        tries.track();
        if !wanted.get() || is_ready.get_untracked() {
            return;
        }
        let done = move |is_loaded| {
            if is_loaded {
                if has_said.get_value() {
                    context.dismiss();
                }
                is_ready.set(true);
            } else {
                let reloads = tries.get_untracked() > 0 && !context.host.is_element();
                let label = if reloads { "Reload" } else { "Try again" };
                let act =
                    move || if reloads { reload() } else { tries.update(|tries| *tries += 1) };
                has_said.set_value(true);
                context.notify_with_action(format!("{MISSING}. {WHY}"), label, act);
            }
        };
        chunk.request(context, request, Box::new(done));
    });
    effect(move || {
        if request.stage() == Stage::Slow {
            has_said.set_value(true);
            context.notify("Loading…");
        }
    });
    Signal::derive(move || wanted.get() && is_ready.get())
}
