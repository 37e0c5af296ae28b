use leptos::prelude::*;

use crate::{
    domain::Queue,
    lazy::{Chunk, when_chunk_ready},
    ui::{Dialog, Id},
};

/// A dialog about a queue. `title` says it with the queue's name; `content` is created each time it
/// opens, from the queue and what closes the dialog. It opens once its chunk is loaded.
pub fn queue_dialog(
    asked: RwSignal<Option<Queue>>,
    id: Id,
    role: &'static str,
    title: fn(&str) -> String,
    chunk: &'static Chunk,
    content: impl Fn(Queue, Callback<()>) -> Option<AnyView> + Send + Sync + 'static,
) -> impl IntoView {
    let title = move || asked.with(|queue| title(queue.as_ref().map_or("", |queue| &queue.name)));
    let close = Callback::new(move |()| asked.set(None));
    view! {
        <Dialog
            open=when_chunk_ready(chunk, move || asked.read().is_some())
            id
            title=Signal::derive(title)
            role
            close
        >
            {asked.get_untracked().and_then(|queue| content(queue, close))}
        </Dialog>
    }
}
