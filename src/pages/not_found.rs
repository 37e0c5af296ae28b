use leptos::prelude::*;

use crate::{context::Context, domain::ListQuery, routes::Route, ui::Heading};

/// There is no such screen, or no such queue.
#[component]
pub fn NotFound(
    /// What was not found.
    what: &'static str,
    /// Why that may be.
    why: &'static str,
) -> impl IntoView {
    let context = Context::get();
    let navigator = context.navigator;
    context.set_title(what);
    view! {
        <Heading text=what focus=navigator.has_moved() />
        <p>{why}</p>
        <p><a href=navigator.href(&Route::Queues(ListQuery::default()))>"Go to the queues"</a></p>
    }
}
