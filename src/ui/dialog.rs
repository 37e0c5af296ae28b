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
    // What is in it, and what was typed there, stays until it closes.
    let open = Memo::new(move |_| open.get());
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

/// A dialog about what somebody has asked for: open as long as that is there. `title` and `content` get it;
/// `content` is created each time it opens.
pub fn asking<T: Clone + Send + Sync + 'static>(
    asked: RwSignal<Option<T>>,
    id: Id,
    role: &'static str,
    title: impl Fn(&T) -> String + Send + Sync + 'static,
    close: Callback<()>,
    content: impl Fn(T) -> AnyView + Send + Sync + 'static,
) -> impl IntoView {
    let title = move || asked.with(|asked| asked.as_ref().map(&title)).unwrap_or_default();
    view! {
        <Dialog
            open=Signal::derive(move || asked.read().is_some())
            id
            title=Signal::derive(title)
            role
            close
        >
            {asked.get_untracked().map(&content)}
        </Dialog>
    }
}
