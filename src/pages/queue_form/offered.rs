use leptos::prelude::*;

use crate::{
    context::Context, domain::SavedDraft, pages::drafts::DiscardDialog, routes::Route, ui::live,
};

/// The draft that the user has beside the text of this form: to open, or to discard.
#[component]
pub fn OfferedDraft(user: u64, offered: RwSignal<Option<SavedDraft>>) -> impl IntoView {
    let context = Context::get();
    let asked = RwSignal::new(None);
    let discarded = move |_| {
        offered.set(None);
        // What opened the dialog is gone.
        context.focus_first(["h1".to_owned()]);
    };
    view! {
        {live(move || offered.get().map(|draft| {
            let href = context.navigator.href(&Route::Draft(draft.id));
            let changed = context.clock.time(&draft.last_modified_on, context.api().now());
            let to_discard = draft.clone();
            view! {
                <div class="panel">
                    <p>
                        "You have a draft of this queue, named “"<bdi>{draft.payload.name}</bdi>
                        "”, changed "{changed}". Dioptra keeps one draft of a queue for you: open \
                        it or discard it before you save."
                    </p>
                    <div class="row">
                        <a part="button" class="button" href=href>"Open draft"</a>
                        <button part="button" type="button" class="danger" on:click=move |_| asked.set(Some(to_discard.clone()))>"Discard draft"</button>
                    </div>
                </div>
            }
        }))}
        <DiscardDialog user asked done=Callback::new(discarded) />
    }
}
