use leptos::{ev, html, prelude::*};

use super::{Id, effect, level, live};

/// A modal dialog. The browser keeps the focus inside and gives it back.
#[component]
pub fn Dialog(
    /// It shows.
    #[prop(into)]
    open: Signal<bool>,
    /// The heading's own id: one dialog may open over another.
    id: Id,
    /// Its accessible name and heading.
    #[prop(into)]
    title: Signal<String>,
    /// "dialog", or "alertdialog" if the user must decide.
    role: &'static str,
    /// Called on Escape.
    #[prop(into)]
    close: Callback<()>,
    /// What is in it; created each time it opens.
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    effect(move || {
        if let Some(dialog) = node.get() {
            if open.get() && !dialog.open() {
                let _ = dialog.show_modal();
            } else if !open.get() && dialog.open() {
                dialog.close();
            }
        }
    });
    let cancel = move |event: ev::Event| {
        event.prevent_default();
        close.run(());
    };
    view! {
        <dialog part="dialog" node_ref=node role=role aria-labelledby=id.as_str() on:cancel=cancel>
            {live(move || open.get().then(|| view! {
                <h2 {..level(2)} id=id.as_str()><bdi>{title}</bdi></h2>
                {children()}
            }))}
        </dialog>
    }
}
