use leptos::prelude::*;

/// First, previous, next and last page. The buttons stay where they are at the ends of the list:
/// one that vanished would take the focus with it.
#[component]
pub fn Pager(
    /// Counted from 0.
    #[prop(into)]
    page: Signal<u64>,
    /// Counted from 0.
    #[prop(into)]
    last: Signal<u64>,
    /// Goes to a page.
    #[prop(into)]
    go: Callback<u64>,
) -> impl IntoView {
    let button = move |name: &'static str, sign: &'static str, to: fn(u64, u64) -> u64| {
        let target = Memo::new(move |_| {
            let target = to(page.get(), last.get());
            (target != page.get() && target <= last.get()).then_some(target)
        });
        view! {
            <button part="button"
                type="button"
                class="icon"
                data-sign=sign
                aria-label=name
                title=name
                aria-disabled=move || target.get().is_none().then_some("true")
                on:click=move |_| if let Some(target) = target.get_untracked() { go.run(target) }
            ></button>
        }
    };
    view! {
        <nav aria-label="Pagination">
            {button("First page", "first", |_, _| 0)}
            {button("Previous page", "previous", |page, _| page.saturating_sub(1))}
            {button("Next page", "next", |page, _| page + 1)}
            {button("Last page", "last", |_, last| last)}
        </nav>
    }
}
