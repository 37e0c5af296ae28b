use leptos::{html, prelude::*};

/// The heading of a screen, which takes the focus after a navigation so that a screen reader says
/// where one is.
#[component]
pub fn Heading(
    /// The words.
    #[prop(into)]
    text: Signal<String>,
    /// Take the focus as it appears.
    focus: bool,
) -> impl IntoView {
    let node = NodeRef::<html::H1>::new();
    Effect::new(move |_| {
        if let Some(heading) = node.get().filter(|_| focus) {
            let _ = heading.focus();
        }
    });
    view! { <h1 tabindex="-1" node_ref=node><bdi>{text}</bdi></h1> }
}
