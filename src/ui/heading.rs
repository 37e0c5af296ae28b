use super::effect;
use leptos::{
    attr::{Attribute, custom::custom_attribute},
    html,
    prelude::*,
};

/// The level, 1 to 6, of a screen's heading in the page around the app; the others lie below it.
#[derive(Clone, Copy, Debug)]
pub struct TopLevel(pub u8);

/// The attribute of an `<h1>`, `<h2>` or `<h3>` that tells assistive technology its level, where
/// that differs from what the name of the element says.
pub fn level(element: u8) -> impl Attribute {
    let TopLevel(top) = use_context().unwrap_or(TopLevel(1));
    custom_attribute("aria-level", (top > 1).then(|| (top + element - 1).to_string()))
}

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
    effect(move || {
        if let Some(heading) = node.get().filter(|_| focus) {
            let _ = heading.focus();
        }
    });
    view! { <h1 {..level(1)} tabindex="-1" node_ref=node><bdi>{text}</bdi></h1> }
}
