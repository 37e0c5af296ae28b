//! A queue as code: Python, curl, JSON.

use leptos::prelude::*;

use crate::{
    context::Context,
    domain::snippet::{self, Sketch},
    ui::{CodeBlock, Id, level},
};

/// The queue as code, three ways.
#[component]
pub fn UseFromCode(
    /// The queue, live.
    #[prop(into)]
    queue: Signal<Sketch>,
    /// What the code does.
    intro: &'static str,
) -> impl IntoView {
    let context = Context::get();
    let (origin, api) = context.api_url();
    let block = move |title, button, code: Signal<String>| {
        let copy = move |text| context.copy(title, text);
        view! { <CodeBlock title button code copy /> }
    };
    view! {
        <section class="code-blocks" aria-labelledby=Id::Code.as_str()>
            <h2 {..level(2)} id=Id::Code.as_str()>"Use from code"</h2>
            <p>{intro}</p>
            {block("Python client", "Copy Python", Signal::derive(move || queue.with(|queue| snippet::python(queue, &origin))))}
            {block("curl", "Copy curl", Signal::derive(move || queue.with(|queue| snippet::curl(queue, &api))))}
            {block("JSON", "Copy JSON", Signal::derive(move || queue.with(snippet::json)))}
        </section>
    }
}
