use leptos::prelude::*;

use super::asked::Asked;
use crate::{
    context::Context,
    pages::bulk::{Bulk, progress},
    ui::{Id, asking, effect, live},
};

/// A dialog about the selected queues: first what it asks, then how the writes go. They go on when it is
/// closed, which `goes_on` says. Once all is done it closes by itself: a notice says so, with what can
/// be done then.
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
    // What it was begun for.
    let begun = RwSignal::new(None::<Asked>);
    let close = Callback::new(move |()| {
        asked.set(None);
        if let Some(bulk) = running.get_untracked() {
            // Whoever asks for the same again meanwhile sees how it goes.
            if bulk.is_under_way() {
                context.notify_with_action(goes_on.to_owned(), "Stop", move || bulk.stop());
            } else {
                running.set(None);
            }
            closed();
        }
    });
    effect(move || {
        let tally = running.with(|bulk| bulk.as_ref().map(Bulk::tally));
        if tally.is_some() != begun.read_untracked().is_some() {
            begun.set(tally.as_ref().and_then(|_| asked.get_untracked()));
        }
        let Some(tally) = tally.filter(|tally| tally.is_over) else { return };
        // Whoever asks for others by now is asked about those.
        if asked.read_untracked().is_none() || asked.get_untracked() != begun.get_untracked() {
            running.set(None);
        } else if !tally.is_incomplete() {
            close.run(());
        }
    });
    let content = move |asked: Asked| {
        let content = content.clone();
        live(move || match running.get() {
            Some(bulk) => progress(&bulk, close),
            None => content(asked.clone(), running, close),
        })
    };
    let title =
        move |asked: &Asked| begun.with(|begun| title(&begun.as_ref().unwrap_or(asked).words()));
    asking(asked, id, role, title, close, content)
}
