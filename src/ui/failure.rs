use leptos::prelude::*;

use super::{Pending, Stage, live};

/// Something did not work: what, why, and a way to try again; more ways may follow.
pub fn failure(
    what: &'static str,
    why: String,
    retry: impl Fn() + 'static,
    more: Option<AnyView>,
) -> AnyView {
    view! {
        <div part="error" class="panel failed" role="alert">
            <p><strong>{what}</strong></p>
            <p>{why}</p>
            <button part="button" type="button" on:click=move |_| retry()>"Try again"</button>
            {more}
        </div>
    }
    .into_any()
}

/// After 10 s: Dioptra does not respond, and a way to cancel these requests.
pub fn stuck(requests: Vec<Pending>) -> AnyView {
    live(move || {
        requests.iter().any(|request| request.stage() == Stage::Stuck).then(|| {
            let requests = requests.clone();
            let cancel = move |_| requests.iter().for_each(|request| request.cancel());
            view! {
                <div class="panel" role="status">
                    <p>"Dioptra has not answered for more than 10 seconds."</p>
                    <button part="button" type="button" on:click=cancel>"Cancel"</button>
                </div>
            }
        })
    })
}
