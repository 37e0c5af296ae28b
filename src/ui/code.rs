use leptos::prelude::*;

use super::level;
use crate::domain::clamp;

/// The most characters of a block that are shown; all are copied.
const MAX_CHARS: usize = 4_000;

/// Code to read and to copy.
#[component]
pub fn CodeBlock(
    /// What it is written in.
    title: &'static str,
    /// The name of the button that copies it.
    button: &'static str,
    /// The code.
    #[prop(into)]
    code: Signal<String>,
    /// Copies the text.
    #[prop(into)]
    copy: Callback<String>,
) -> impl IntoView {
    let current = move || code.with(|code| clamped(code));
    view! {
        <div class="code">
            <div class="code-head">
                <h3 {..level(3)}>{title}</h3>
                <button part="button" type="button" on:click=move |_| copy.run(code.get_untracked())>{button}</button>
            </div>
            <pre tabindex="0" role="group" aria-label=title><code>{current}</code></pre>
        </div>
    }
}

/// Code as it is shown: a description of a megabyte must not freeze the page.
#[must_use]
pub fn clamped(code: &str) -> String {
    match clamp(code, MAX_CHARS) {
        (code, 0) => code.to_owned(),
        (start, more) => format!("{start}…\n({more} more characters; the button copies all)"),
    }
}
