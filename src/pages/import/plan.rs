//! The plan of an import, and how it is applied.

use leptos::prelude::*;

use super::{apply::apply, importing::Importing};
use crate::{
    domain::grouped,
    forms::import::{PlanRow, Step},
    pages::bulk::progress,
    ui::{cell, column, live},
};

/// So many rows show at first, and so many more each time: ten thousand at once would freeze the page.
const ROWS: usize = 200;

#[component]
pub fn PlanView(it: Importing) -> impl IntoView {
    let (shown, only_problems) = (RwSignal::new(ROWS), RwSignal::new(false));
    let status = move || {
        let is_applying = it.applying.read().is_some();
        it.plan.read().as_ref().filter(|_| !is_applying).map(|plan| summary(plan))
    };
    let rows = move || {
        it.plan.with(|plan| {
            let meant =
                |row: &&PlanRow| !only_problems.get() || matches!(row.step, Step::Problem(_));
            let all: Vec<_> = plan.iter().flatten().filter(meant).collect();
            let rows: Vec<_> = all.iter().take(shown.get()).map(|it| row(it)).collect();
            (rows, all.len().saturating_sub(shown.get()))
        })
    };
    let has_plan = Memo::new(move |_| it.plan.read().as_ref().is_some_and(|plan| !plan.is_empty()));
    view! {
        <p role="status">{live(status)}</p>
        {live(move || match it.applying.get() {
            Some(bulk) => progress(&bulk, Callback::new(move |()| it.check())).into_any(),
            None => view! { <ApplyButton it /> }.into_any(),
        })}
        {live(move || has_plan.get().then(|| {
            let (rows, more) = rows();
            view! {
                <label class="check">
                    <input part="input" type="checkbox" prop:checked=only_problems
                        on:change=move |event| only_problems.set(event_target_checked(&event)) />
                    "Problems only"
                </label>
                <table class="list plan" role="table">
                    <caption>"Plan"</caption>
                    <thead role="rowgroup">
                        <tr role="row">{["Line", "What", "Name", "Group", "Details"].map(column)}</tr>
                    </thead>
                    <tbody role="rowgroup">{rows}</tbody>
                </table>
                {(more > 0).then(|| view! {
                    <p class="row">
                        {if more == 1 { "1 more line.".to_owned() } else { format!("{} more lines.", grouped(more as u64)) }}
                        <button part="button" type="button" on:click=move |_| *shown.write() += ROWS>"Show more"</button>
                    </p>
                })}
            }
        }))}
    }
}

#[component]
fn ApplyButton(it: Importing) -> impl IntoView {
    live(move || {
        let count = it.plan.with(|plan| plan.iter().flatten().filter(|row| row.acts()).count());
        (count > 0).then(|| {
            let changes = if count == 1 { "1 change".to_owned() } else { format!("{} changes", grouped(count as u64)) };
            view! {
                <button part="button" type="button" class="primary" on:click=move |_| apply(it)>{format!("Apply {changes}")}</button>
            }
        })
    })
}

/// How many lines would do what.
fn summary(plan: &[PlanRow]) -> String {
    let count = |word: &str| plan.iter().filter(|row| row.word() == word).count() as u64;
    let parts = [
        (count("Create"), "to create"),
        (count("Change"), "to change"),
        (count("Same"), "the same"),
        (count("Problem"), "with a problem"),
    ];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<_> = parts.map(|(count, what)| format!("{} {what}", grouped(count))).collect();
    let parts = parts.join(", ");
    if plan.iter().any(PlanRow::acts) || !plan.iter().any(|row| row.step == Step::Same) {
        parts
    } else if plan.iter().all(|row| row.step == Step::Same) {
        "Nothing to do".to_owned()
    } else {
        format!("Nothing to do: {parts}")
    }
}

fn row(row: &PlanRow) -> AnyView {
    let class = match row.step {
        Step::Problem(_) => "said alert",
        _ => "said",
    };
    view! {
        <tr role="row">
            {cell("Line", row.line.into_any())}
            {cell("What", view! { <strong class=class>{row.word()}</strong> }.into_any())}
            <th scope="row" role="rowheader" data-label="Name"><bdi>{row.name.clone()}</bdi></th>
            {cell("Group", view! { <bdi>{row.group.clone()}</bdi> }.into_any())}
            {cell("Details", row.words().into_any())}
        </tr>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_summed_up() {
        let row = |step| PlanRow {
            line: 1,
            name: String::new(),
            group: String::new(),
            step,
            add: Vec::new(),
            remove: Vec::new(),
            new_tags: Vec::new(),
        };
        let problem = || row(Step::Problem("x".to_owned()));
        assert_eq!(summary(&[row(Step::Same), row(Step::Same)]), "Nothing to do");
        assert_eq!(
            summary(&[row(Step::Same), problem(), problem()]),
            "Nothing to do: 1 the same, 2 with a problem"
        );
        assert_eq!(summary(&[problem()]), "1 with a problem");
    }
}
