use leptos::prelude::*;

use crate::{
    context::Context,
    ui::{Heading, effect},
};

/// The heading of the table, unless the host document has one of its own: then the region, which has
/// the same name, takes the focus.
#[component]
pub fn QueuesHeading(
    /// Take the focus as it appears.
    #[prop(optional)]
    focus: bool,
) -> impl IntoView {
    let context = Context::get();
    let settings = context.host.settings();
    let text = Signal::derive(move || settings.read().label.clone());
    if settings.read_untracked().has_heading {
        return view! { <Heading text focus /> }.into_any();
    }
    effect(move || {
        if focus {
            context.focus_main();
        }
    });
    ().into_any()
}
