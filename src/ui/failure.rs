use leptos::prelude::*;

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
