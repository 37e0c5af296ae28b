//! Applies a plan: two lines at a time, each as the forms would.

use leptos::prelude::*;

use super::importing::{Importing, forget};
use crate::{
    api::{
        self, Api, ChangeState, CreateState, SaveOutcome,
        tags::{TagChoice, TagIds},
    },
    domain::Queue,
    forms::import::{PlanRow, Step},
    host::Change,
    js::Abort,
    pages::{
        bulk::{Bulk, Why, Writing},
        error_text::{error_of, explain_outcome},
    },
};

/// A line, and what is done of it already.
struct ImportItem {
    row: PlanRow,
    create: CreateState,
    change: Option<ChangeState>,
    /// The queue, once it has the content of the line.
    saved: Option<u64>,
    tags: Vec<TagChoice>,
}

pub fn apply(it: Importing) {
    let Importing { context, user, .. } = it;
    if !it.may_begin() {
        return;
    }
    // What an earlier one has left is in this plan.
    context.dismiss();
    let rows = it.plan.with_untracked(|plan| {
        plan.iter().flatten().filter(|row| row.acts()).cloned().collect::<Vec<_>>()
    });
    let items = rows.into_iter().map(|row| (row.name.clone(), item(row))).collect();
    let applied = it.text.get_untracked();
    let api = context.api_for_many();
    let ids = TagIds::from(it.known.with_value(|known| known.tags.clone()));
    let act = move |mut item: ImportItem, abort: Abort| -> Writing<ImportItem> {
        let (api, ids) = (api.clone(), ids.clone());
        Box::pin(async move {
            let before = item.saved;
            let result = save(&api, user, &mut item, &ids, &abort).await;
            if let Some(id) = item.saved.filter(|_| before.is_none()) {
                let is_new = matches!(item.row.step, Step::Create(_));
                context.changed(if is_new { Change::Created } else { Change::Modified }, id);
            }
            (item, result)
        })
    };
    // The app may be gone by then.
    let url = context.api_url().1;
    let bulk = Bulk::start(context, items, act, move |bulk, tally| {
        bulk.tell_anybody(context, tally, format!("Import: {}", tally.sentence()));
        if !tally.is_incomplete() {
            forget(&url, bulk);
        }
    });
    it.begun(bulk, applied);
}

fn item(row: PlanRow) -> ImportItem {
    let own = match &row.step {
        Step::Change(queue, _) => queue.tags.clone(),
        _ => Vec::new(),
    };
    let choice = |name: &String, is_on: bool| TagChoice {
        id: own.iter().find(|tag| tag.name == *name).map(|tag| tag.id),
        name: name.clone(),
        is_on,
        was_on: !is_on,
        ..TagChoice::default()
    };
    let add = row.add.iter().map(|name| choice(name, true));
    let tags = add.chain(row.remove.iter().map(|name| choice(name, false))).collect();
    ImportItem { row, create: CreateState::default(), change: None, saved: None, tags }
}

async fn save(
    api: &Api,
    user: u64,
    item: &mut ImportItem,
    ids: &TagIds,
    abort: &Abort,
) -> Result<(), Why> {
    let ImportItem { row, create, change, saved, tags } = item;
    let (new, queue) = match &row.step {
        Step::Create(new) => (new, None),
        Step::Change(queue, new) => (new, Some(queue)),
        Step::Same | Step::Problem(_) => return Ok(()),
    };
    if saved.is_none() {
        let outcome = match queue {
            None => api::save::create(api, new, user, create, abort).await,
            Some(queue) if new.content.description() == queue.description.as_deref() => {
                SaveOutcome::Saved(queue.id)
            }
            Some(queue) => {
                let state = change.get_or_insert_with(|| ChangeState::new((**queue).clone(), None));
                api::save::change(api, &new.content, user, state, abort).await
            }
        };
        match outcome {
            SaveOutcome::Saved(id) => *saved = Some(id),
            outcome => {
                let text = explain_outcome(&outcome, &row.name, &row.group, "saved");
                return Err(Why { text, error: error_of(&outcome).cloned() });
            }
        }
    }
    let id = saved.unwrap_or_default();
    if tags.is_empty() {
        return Ok(());
    }
    let mut queue = Queue { id, name: row.name.clone(), ..Queue::default() };
    queue.group.id = new.group;
    api::tags::save(api, &queue, user, tags, ids, abort).await.map_err(Why::from)
}
