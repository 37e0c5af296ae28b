//! One file per screen, where the API and the parts of a screen meet.

mod account;
mod bulk;
mod drafts;
mod error_text;
mod follow;
mod hand;
mod import;
mod loader;
mod not_found;
mod queue;
mod queue_form;
mod queues;
mod rename;

pub use account::{SIGN_OUT, SignInDialog};
pub use error_text::explain;
pub use not_found::NotFound;
pub use queues::{QueuesHeading, QueuesSkeleton};

use leptos::prelude::*;

use crate::{domain::ListQuery, lazy::Chunk, routes::Route};

/// The screen of a route, for this signed-in user. `list` is what the table shows, as the URL says.
pub fn screen(route: Route, user: u64, list: Memo<ListQuery>) -> AnyView {
    match route {
        Route::Queues(_) => view! { <queues::Queues list user /> }.into_any(),
        Route::NewQueue(from) => queue_form::CREATE.view((user, from)),
        Route::Queue(id) => queue::QUEUE.view((user, id)),
        Route::EditQueue(id) => queue_form::EDIT.view((user, id)),
        Route::History(id) => queue::HISTORY.view((user, id)),
        Route::Drafts(page) => drafts::DRAFTS.view((user, page)),
        Route::Draft(id) => queue_form::DRAFT.view((user, id)),
        Route::Import => import::IMPORT.view((user,)),
        Route::SignIn(_) | Route::SignUp(_) | Route::NotFound => signed_out_screen(route),
    }
}

/// The screen of a route, for somebody who is not signed in.
pub fn signed_out_screen(route: Route) -> AnyView {
    match route {
        Route::SignIn(next) => account::SIGN_IN.view((next,)),
        Route::SignUp(next) => account::SIGN_UP.view((next,)),
        // On the way to signing in.
        Route::Queues(_)
        | Route::NewQueue(_)
        | Route::Queue(_)
        | Route::EditQueue(_)
        | Route::History(_)
        | Route::Drafts(_)
        | Route::Draft(_)
        | Route::Import => ().into_any(),
        Route::NotFound => {
            let why = "The address may be mistyped.";
            view! { <NotFound what="Page not found" why /> }.into_any()
        }
    }
}

/// The chunk of a screen, to be fetched before it is known who is signed in.
pub fn chunk_of(route: &Route) -> Option<&'static Chunk> {
    Some(match route {
        Route::Queues(_) | Route::NotFound => return None,
        Route::NewQueue(_) => &queue_form::CREATE.chunk,
        Route::Queue(_) => &queue::QUEUE.chunk,
        Route::EditQueue(_) => &queue_form::EDIT.chunk,
        Route::History(_) => &queue::HISTORY.chunk,
        Route::Drafts(_) => &drafts::DRAFTS.chunk,
        Route::Draft(_) => &queue_form::DRAFT.chunk,
        Route::Import => &import::IMPORT.chunk,
        Route::SignIn(_) => &account::SIGN_IN.chunk,
        Route::SignUp(_) => &account::SIGN_UP.chunk,
    })
}

/// Fetches the chunks of all screens, as somebody is there who may need them soon.
pub fn prefetch() {
    queue_form::CREATE.chunk.prefetch();
    queue::QUEUE.chunk.prefetch();
}
