use leptos::prelude::*;

use super::{Id, level};
use crate::{
    domain::{Part, clamp, compare},
    forms::Field,
};

/// The most characters of a text that are compared and shown.
const MAX_CHARS: usize = 20_000;

/// One field of two versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// Which.
    pub field: Field,
    /// Its name.
    pub label: &'static str,
    /// In the first version.
    pub left: String,
    /// In the second version.
    pub right: String,
}

/// Two versions side by side, field by field, with the words that differ marked. The marks are
/// said too: "removed" in the first, "added" in the second.
#[component]
pub fn Comparison(
    /// The heading.
    #[prop(into)]
    title: String,
    /// What the two versions are.
    versions: [String; 2],
    /// What is in them.
    fields: Vec<Compared>,
    /// Called to take a field from the second version.
    #[prop(optional)]
    take: Option<Callback<Field>>,
) -> impl IntoView {
    let [left, right] = versions;
    let rows: Vec<_> = fields.into_iter().map(|field| row(field, &left, &right, take)).collect();
    view! {
        <h2 {..level(2)} id=Id::Versions.as_str()>{title}</h2>
        <table part="table" role="table" class="versions" aria-labelledby=Id::Versions.as_str()>
            <thead role="rowgroup">
                <tr role="row">
                    <td role="cell"></td>
                    <th role="columnheader" scope="col"><bdi>{left}</bdi></th>
                    <th role="columnheader" scope="col"><bdi>{right}</bdi></th>
                </tr>
            </thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
    }
}

fn row(
    Compared { field, label, left, right }: Compared,
    left_title: &str,
    right_title: &str,
    take: Option<Callback<Field>>,
) -> impl IntoView + use<> {
    let differs = left != right;
    let ((start_left, more_left), (start_right, more_right)) =
        (clamp(&left, MAX_CHARS), clamp(&right, MAX_CHARS));
    let parts = compare(start_left, start_right);
    let rest = |more: usize| {
        (more > 0).then(|| view! { <p class="hint">{format!("({more} more characters)")}</p> })
    };
    let side = |is_left: bool| {
        parts
            .iter()
            .filter_map(|part| match part {
                Part::Same(text) => Some(text.clone().into_any()),
                Part::Removed(text) if is_left => Some(marked("removed", text)),
                Part::Added(text) if !is_left => Some(marked("added", text)),
                _ => None,
            })
            .collect::<Vec<_>>()
    };
    let button = take.filter(|_| differs).map(|take| {
        let name = format!("Use this {}", label.to_lowercase());
        view! { <button part="button" type="button" class="small" on:click=move |_| take.run(field)>{name}</button> }
    });
    view! {
        <tr role="row" class:differs=differs>
            <th role="rowheader" scope="row">
                {label}" "<span class="badge">{if differs { "Differs" } else { "Same" }}</span>
            </th>
            <td role="cell" data-label=left_title.to_owned()>
                <div class="text" dir="auto">{side(true)}</div>{rest(more_left)}
            </td>
            <td role="cell" data-label=right_title.to_owned()>
                <div class="text" dir="auto">{side(false)}</div>{rest(more_right)}{button}
            </td>
        </tr>
    }
}

fn marked(how: &'static str, text: &str) -> AnyView {
    let text = text.to_owned();
    let said = |words: String| view! { <span class="visually-hidden">{words}</span> };
    let (start, end) = (said(format!("[{how}: ")), said("]".to_owned()));
    if how == "added" {
        view! { <ins>{start}{text}{end}</ins> }.into_any()
    } else {
        view! { <del>{start}{text}{end}</del> }.into_any()
    }
}
