use leptos::prelude::*;

use super::asked::Asked;
use crate::{
    context::Context,
    pages::bulk::{Bulk, progress},
    ui::{Id, asking, live},
};

/// A dialog about the selected queues: first what it asks, then how the writes go. They go on when it is
/// closed, which `goes_on` says.
pub fn bulk_dialog(
    asked: RwSignal<Option<Asked>>,
    id: Id,
    role: &'static str,
    title: fn(&str) -> String,
    goes_on: &'static str,
    closed: impl Fn() + Send + Sync + 'static,
    content: impl Fn(Asked, RwSignal<Option<Bulk>>, Callback<()>) -> AnyView
    + Clone
    + Send
    + Sync
    + 'static,
) -> impl IntoView {
    let context = Context::get();
    let running = RwSignal::new(None::<Bulk>);
    let close = Callback::new(move |()| {
        let bulk = running.get_untracked();
        asked.set(None);
        running.set(None);
        if let Some(bulk) = bulk {
            if !bulk.tally().is_over {
                context.notify(goes_on);
            }
            closed();
        }
    });
    let content = move |asked: Asked| {
        let content = content.clone();
        live(move || match running.get() {
            Some(bulk) => progress(&bulk, close),
            None => content(asked.clone(), running, close),
        })
    };
    asking(asked, id, role, move |asked| title(&asked.words()), close, content)
}
