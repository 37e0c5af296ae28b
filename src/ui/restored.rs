use leptos::prelude::*;

use super::live;

/// Says that the text of an earlier visit was restored, and discards it on request.
#[component]
pub fn RestoredNote(
    /// It was, and nobody has discarded it since.
    was_restored: RwSignal<bool>,
    /// Puts back what would stand there without it.
    discard: Callback<()>,
) -> impl IntoView {
    let discard = move |_| {
        discard.run(());
        was_restored.set(false);
    };
    live(move || {
        was_restored.get().then(|| {
            view! {
                <div class="panel" role="status">
                    <p>"Your unsaved text was brought back."</p>
                    <button part="button" type="button" on:click=discard>"Discard it"</button>
                </div>
            }
        })
    })
}
