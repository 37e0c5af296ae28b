use leptos::prelude::*;

use crate::{
    api::{self, ApiError},
    context::Context,
    domain::SavedDraft,
    pages::error_text::{BUSY, explain},
    ui::{Id, Progress, WriteRequest, asking},
};

/// Asks before a draft is discarded.
#[component]
pub fn DiscardDialog(
    /// Who discards it.
    user: u64,
    /// The draft to discard; none: the dialog is closed.
    asked: RwSignal<Option<SavedDraft>>,
    /// The draft with this id is discarded.
    done: Callback<u64>,
) -> impl IntoView {
    let context = Context::get();
    let problem = RwSignal::new(String::new());
    let discarding = WriteRequest::new();
    let close = move || {
        problem.set(String::new());
        asked.set(None);
    };
    let discard = move |_| {
        let Some(draft) = asked.get_untracked() else { return };
        if discarding.is_busy() {
            return problem.set(BUSY.to_owned());
        }
        let api = context.api();
        let (id, name) = (draft.id, draft.payload.name.clone());
        discarding.run(
            async move |abort| {
                api::session::confirm(&api, user, &abort.signal()).await?;
                api::drafts::discard(&api, &draft, &abort.signal()).await
            },
            move |discarded, is_on_screen| {
                let shows = is_on_screen
                    && asked.with_untracked(|now| now.as_ref().is_some_and(|now| now.id == id));
                let error = match discarded {
                    // Gone is gone.
                    Ok(()) | Err(ApiError::NotFound) => {
                        if shows {
                            close();
                        }
                        context.notify(format!("Draft “{name}” discarded"));
                        done.try_run(id);
                        return;
                    }
                    Err(error) => error,
                };
                context.failed(&error);
                let what = if error.is_uncertain() {
                    "It is not known whether it was discarded."
                } else {
                    "It was not discarded."
                };
                let text = format!("{} {what}", explain(&error));
                if shows {
                    problem.set(text);
                } else {
                    context.notify(format!("Draft “{name}”: {text}"));
                }
            },
        );
    };
    let close = Callback::new(move |()| close());
    let content = move |_| {
        view! {
            <p>"Its text is gone then. The queue itself stays as it is."</p>
            <p class="problem" role="alert">{problem}</p>
            <div class="row">
                <button part="button" type="button" class="danger" on:click=discard>"Discard draft"</button>
                <button part="button" type="button" autofocus on:click=move |_| close.run(())>"Keep draft"</button>
                <Progress pending=discarding.pending() text="Discarding…" />
            </div>
        }
        .into_any()
    };
    let title = |draft: &SavedDraft| format!("Discard draft “{}”?", draft.payload.name);
    asking(asked, Id::DiscardDialog, "alertdialog", title, close, content)
}
