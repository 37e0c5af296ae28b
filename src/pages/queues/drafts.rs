//! The drafts of the queues that show: requested once a row has one.

use leptos::prelude::*;

use super::loaded::Rows;
use crate::{
    api,
    context::Context,
    domain::SavedDraft,
    ui::{LatestRequest, effect},
};

/// Fills `drafts` with the queues that have one and the drafts of them, by their ids.
pub fn load(context: Context, rows: Rows, drafts: RwSignal<Vec<(u64, u64)>>) {
    let request = LatestRequest::new();
    effect(move || {
        let has_some = rows.value().with(|page| {
            page.as_ref().is_some_and(|page| page.data.iter().any(|queue| queue.has_draft))
        });
        if has_some {
            let api = context.api();
            request.run(
                async move |abort| api::drafts::changes(&api, &abort).await,
                move |found| {
                    // Without a response the rows still say that there is a draft.
                    if let Ok(all) = found {
                        let pair = |draft: SavedDraft| Some((draft.resource?, draft.id));
                        drafts.set(all.into_iter().filter_map(pair).collect());
                    }
                },
            );
        }
    });
}
