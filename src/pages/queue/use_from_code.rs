//! A queue as code: Python, curl, JSON.

use gloo_timers::callback::Timeout;
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

use crate::{
    context::Context,
    domain::snippet::{self, Sketch},
    lazy,
    ui::{Id, clamped, level, live},
};

lazy! {
    /// The code, of a queue that may change.
    #[wasm_split(rest)]
    static CODE: |queue: Signal<Sketch>| view! { <Code queue /> };
}

/// The queue as code, three ways.
#[component]
pub fn UseFromCode(
    /// The queue.
    #[prop(into)]
    queue: Signal<Sketch>,
    /// What the code does.
    intro: &'static str,
) -> impl IntoView {
    section(intro, view! { <Code queue /> }.into_any())
}

/// How long the form has for itself, in milliseconds.
const LATER_MS: u32 = 3_000;

/// The same below a form, live. The code itself is fetched once somebody does something, or has been there for
/// a while: the form comes first.
#[component]
pub fn UseFromCodeLater(
    /// The queue as it is typed.
    #[prop(into)]
    queue: Signal<Sketch>,
    /// What the code does.
    intro: &'static str,
) -> impl IntoView {
    let is_there = RwSignal::new(false);
    let wanted = Memo::new(move |_| is_there.get());
    let listeners = ["pointermove", "keydown", "scroll", "focusin", "input"].map(|event| {
        window_event_listener_untyped(event, move |_| {
            is_there.try_set(true);
        })
    });
    let timer = Timeout::new(LATER_MS, move || {
        is_there.try_set(true);
    });
    StoredValue::new_local(timer);
    on_cleanup(move || {
        for listener in listeners {
            listener.remove();
        }
    });
    section(intro, live(move || wanted.get().then(|| CODE.view((queue,)))))
}

fn section(intro: &'static str, code: AnyView) -> AnyView {
    view! {
        <section class="code-blocks" aria-labelledby=Id::Code.as_str()>
            <h2 {..level(2)} id=Id::Code.as_str()>"Use from code"</h2>
            <p>{intro}</p>
            {code}
        </section>
    }
    .into_any()
}

/// The languages, each with the name of the button that copies it.
const LANGUAGES: [(&str, &str); 3] =
    [("Python client", "Copy Python"), ("curl", "Copy curl"), ("JSON", "Copy JSON")];

/// A language a tab.
#[component]
fn Code(queue: Signal<Sketch>) -> impl IntoView {
    let context = Context::get();
    let (origin, api) = context.api_url();
    let current = RwSignal::new(0);
    let code = move |at: usize| {
        queue.with(|queue| match at {
            0 => snippet::python(queue, &origin),
            1 => snippet::curl(queue, &api),
            _ => snippet::json(queue),
        })
    };
    let code = StoredValue::new(code);
    let code = move |at: usize| code.with_value(|code| code(at));
    let id = |what: Id, at: usize| format!("{}-{at}", what.as_str());
    let key = move |event: ev::KeyboardEvent| {
        let last = LANGUAGES.len() - 1;
        let next = match event.key().as_str() {
            "ArrowRight" => current.get_untracked() + 1,
            "ArrowLeft" => current.get_untracked() + last,
            "Home" => 0,
            "End" => last,
            _ => return,
        } % LANGUAGES.len();
        event.prevent_default();
        current.set(next);
        let tab = event.current_target().and_then(|it| it.dyn_into::<web_sys::Element>().ok());
        let tab = tab.and_then(|list| list.children().item(next as u32));
        if let Some(tab) = tab.and_then(|tab| tab.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = tab.focus();
        }
    };
    let tab = move |at: usize| {
        let is_current = move || current.get() == at;
        view! {
            <button part="button" type="button" role="tab"
                id=id(Id::CodeTab, at)
                aria-controls=id(Id::CodePanel, at)
                aria-selected=move || if is_current() { "true" } else { "false" }
                tabindex=move || if is_current() { "0" } else { "-1" }
                on:click=move |_| current.set(at)
            >{LANGUAGES[at].0}</button>
        }
    };
    let copy = move |at: usize| {
        let (language, button) = LANGUAGES[at];
        view! {
            <button part="button" type="button" on:click=move |_| context.copy(language, code(at))>{button}</button>
        }
    };
    let panel = move |at: usize| {
        view! {
            <div role="tabpanel" id=id(Id::CodePanel, at) aria-labelledby=id(Id::CodeTab, at) hidden=move || current.get() != at>
                <pre tabindex="0" role="group" aria-label=LANGUAGES[at].0><code>{move || clamped(&code(at))}</code></pre>
            </div>
        }
    };
    let all = || 0..LANGUAGES.len();
    view! {
        <div class="code">
            <div class="code-head">
                <div role="tablist" aria-labelledby=Id::Code.as_str() on:keydown=key>{all().map(tab).collect::<Vec<_>>()}</div>
                <div class="row">{all().map(copy).collect::<Vec<_>>()}</div>
            </div>
            {all().map(panel).collect::<Vec<_>>()}
        </div>
    }
}
