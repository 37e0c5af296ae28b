use leptos::prelude::*;

use crate::{
    context::Context,
    ui::{Heading, live},
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
    // The host document may change its mind, which takes no focus.
    let has_heading = Memo::new(move |_| settings.read().has_heading);
    let focus = StoredValue::new(focus);
    live(move || {
        let focus = focus.try_update_value(std::mem::take).unwrap_or_default();
        if has_heading.get() {
            return Some(view! { <Heading text focus /> });
        }
        if focus {
            context.focus_main();
        }
        None
    })
}
