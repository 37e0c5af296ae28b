use leptos::prelude::*;

/// The header of a column that can't be sorted.
pub fn column(name: &'static str) -> impl IntoView {
    view! { <th scope="col" role="columnheader">{name}</th> }
}

/// A cell. On small screens a row is a card, where the label stands beside the content.
pub fn cell(label: &'static str, content: AnyView) -> impl IntoView {
    view! { <td role="cell" data-label=label>{content}</td> }
}
