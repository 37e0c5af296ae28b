use leptos::prelude::*;

use super::{
    NotFoundPage,
    edit_queue::{ChangeForm, ChangeFormProps},
    explain_unless_missing, load_once,
    new_queue::{NewQueueForm, NewQueueFormProps},
};
use crate::{
    api::{self, ApiError},
    context::Context,
    domain::{Queue, SavedDraft, User},
    forms::queue::Draft,
    storage::Key,
    ui::{Loadable, live},
};

/// The form with a draft: "Create queue" for a new queue, "Edit queue" for a change of one.
#[component]
pub fn DraftPage(
    /// Whose it is.
    user: User,
    /// Which draft.
    id: u64,
) -> impl IntoView {
    let context = Context::get();
    let loaded = Loadable::<(SavedDraft, Option<Queue>), ApiError>::new();
    let load = move || {
        let api = context.api();
        loaded.load(
            async move |abort| {
                let draft = api::drafts::get(&api, id, &abort).await?;
                let queue = match draft.resource {
                    Some(queue) => Some(api::queues::get(&api, queue, &abort).await?),
                    None => None,
                };
                Ok((draft, queue))
            },
            move |error| context.failed(error),
        );
    };
    load_once(context, loaded, load);
    let missing = Memo::new(move |_| loaded.error() == Some(ApiError::NotFound));
    move || {
        if missing.get() {
            let why = "You have no such draft. It may have been saved or discarded.";
            return view! { <NotFoundPage what="Draft not found" why /> }.into_any();
        }
        let user = user.clone();
        let form = move |(draft, queue): (SavedDraft, Option<Queue>)| {
            let user = user.clone();
            match queue {
                Some(queue) => {
                    ChangeForm(ChangeFormProps { user, queue, draft: Some(draft), offered: None })
                        .into_any()
                }
                None => {
                    let start = Draft {
                        name: draft.payload.name.clone(),
                        group: draft.group.id.to_string(),
                        description: draft.text().to_owned(),
                    };
                    let key = Key::Draft(user.id, draft.id);
                    NewQueueForm(NewQueueFormProps { user, start, key, draft: Some(draft) })
                        .into_any()
                }
            }
        };
        view! {
            {loaded.status("The draft could not be loaded", explain_unless_missing, load)}
            {live(move || loaded.value().get().map(&form))}
        }
        .into_any()
    }
}
