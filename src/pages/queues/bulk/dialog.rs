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
    content: impl Fn(Asked, Callback<Bulk>, Callback<()>) -> AnyView + Clone + Send + Sync + 'static,
) -> impl IntoView {
    let context = Context::get();
    // With what it was begun for.
    let running = RwSignal::new(None::<(Asked, Bulk)>);
    let close = Callback::new(move |()| {
        asked.set(None);
        if let Some((_, bulk)) = running.get_untracked() {
            // Whoever asks for the same again meanwhile sees how it goes.
            if bulk.is_under_way() {
                bulk.tell_that_it_goes_on(context, goes_on);
            } else {
                running.set(None);
            }
            closed();
        }
    });
    effect(move || {
        let tally = running.with(|running| running.as_ref().map(|(_, bulk)| bulk.tally()));
        let Some(tally) = tally.filter(|tally| tally.is_over) else { return };
        let is_meant = running.with_untracked(|running| {
            let meant = running.as_ref().map(|(meant, _)| meant);
            asked.read_untracked().as_ref() == meant
        });
        // Whoever asks for others by now is asked about those.
        if !is_meant {
            running.set(None);
        } else if !tally.is_incomplete() {
            close.run(());
        }
    });
    let content = move |asked: Asked| {
        let content = content.clone();
        live(move || {
            if let Some((_, bulk)) = running.get() {
                return progress(&bulk, close);
            }
            let meant = asked.clone();
            let begun = move |bulk| running.set(Some((meant.clone(), bulk)));
            content(asked.clone(), Callback::new(begun), close)
        })
    };
    let title = move |asked: &Asked| {
        running.with(|running| title(&running.as_ref().map_or(asked, |(meant, _)| meant).words()))
    };
    asking(asked, id, role, title, close, content)
}
