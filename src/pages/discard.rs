use leptos::prelude::*;

use super::explain;
use crate::{
    api::{self, ApiError},
    context::Context,
    domain::SavedDraft,
    ui::{Dialog, Id, Progress, Waiting},
};

/// Asks before a draft is discarded.
#[component]
pub fn DiscardDialog(
    /// The draft that is to go; none: nobody wants it.
    asked: RwSignal<Option<SavedDraft>>,
    /// It is gone.
    done: Callback<()>,
) -> impl IntoView {
    let context = Context::get();
    let problem = RwSignal::new(String::new());
    let waiting = Waiting::new();
    let close = move || {
        waiting.cancel();
        problem.set(String::new());
        asked.set(None);
    };
    let discard = move |_| {
        let Some(draft) = asked.get_untracked().filter(|_| !waiting.is_busy()) else { return };
        let api = context.api();
        let name = draft.payload.name.clone();
        waiting.ask(
            async move |abort| api::drafts::discard(&api, &draft, &abort).await,
            move |answer| match answer {
                // Gone is gone.
                Ok(()) | Err(ApiError::NotFound) => {
                    close();
                    context.say(format!("Draft “{name}” discarded"));
                    done.run(());
                }
                Err(error) => {
                    context.failed(&error);
                    problem.set(explain(&error));
                }
            },
        );
    };
    let title = Signal::derive(move || {
        asked.with(|draft| {
            let name = draft.as_ref().map_or("", |draft| draft.payload.name.as_str());
            format!("Discard draft “{name}”?")
        })
    });
    view! {
        <Dialog
            open=Signal::derive(move || asked.read().is_some())
            id=Id::DiscardDialog
            title
            role="alertdialog"
            close=Callback::new(move |()| close())
        >
            <p>"Its text is gone then. The queue itself stays as it is."</p>
            <p class="problem" role="alert">{problem}</p>
            <div class="row">
                <button part="button" type="button" class="danger" on:click=discard>"Discard draft"</button>
                <button part="button" type="button" autofocus on:click=move |_| close()>"Keep draft"</button>
                <Progress waiting text="Discarding…" />
            </div>
        </Dialog>
    }
}
