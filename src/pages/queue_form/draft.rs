//! The form with a draft: "Create queue" for a new queue, "Edit queue" for a change of one.

use leptos::prelude::*;

use super::{
    create::{CreateForm, CreateFormProps},
    edit::{ChangeForm, ChangeFormProps, HEADING},
};
use crate::{
    api,
    context::Context,
    domain::{Queue, SavedDraft},
    forms::queue::QueueFormValues,
    lazy,
    pages::loader::{Loader, Texts},
    routes::Route,
    storage::Key,
    ui::{Heading, live},
};

lazy! {
    /// The form with a draft: whose it is, and the draft's id.
    #[wasm_split(rest)]
    pub static DRAFT: |user: u64, id: u64| view! { <DraftScreen user id /> };
}

const TEXTS: Texts = Texts {
    loading: "Loading the draft…",
    failed: "The draft could not be loaded",
    missing: Some((
        "Draft not found",
        "You have no such draft. It may have been saved or discarded.",
    )),
};

#[component]
fn DraftScreen(user: u64, id: u64) -> impl IntoView {
    let context = Context::get();
    let navigator = context.navigator;
    context.set_title("Draft");
    let loaded = Loader::once(move |api, abort| async move {
        let draft = api::drafts::get(&api, id, &abort).await?;
        let queue = match draft.resource {
            Some(queue) => Some(api::queues::get(&api, queue, &abort).await?),
            None => None,
        };
        Ok((draft, queue))
    });
    let drafts = navigator.href(&Route::Drafts(0));
    let heading = move || {
        let is_new = loaded.value().with(|value| value.as_ref().map(|(_, queue)| queue.is_none()));
        let text = match is_new {
            Some(true) => "Create queue",
            Some(false) => HEADING,
            // Of which kind it is could not be read.
            None => loaded.has_failed().then_some("Draft")?,
        };
        Some(view! { <Heading text focus=navigator.has_moved() /> })
    };
    let head = move || {
        let drafts = drafts.clone();
        view! { <p class="crumb"><a href=drafts>"Drafts"</a></p> {live(heading)} }.into_any()
    };
    let content = move || match loaded.value().get_untracked() {
        Some((draft, queue)) => form(user, draft, queue),
        None => ().into_any(),
    };
    loaded.screen(TEXTS, head, content)
}

fn form(user: u64, draft: SavedDraft, queue: Option<Queue>) -> AnyView {
    if let Some(queue) = queue {
        let props = ChangeFormProps { user, queue, draft: Some(draft), offered: None };
        return ChangeForm(props).into_any();
    }
    let start = QueueFormValues {
        name: draft.payload.name.clone(),
        group: draft.group.id.to_string(),
        description: draft.description_or_empty().to_owned(),
    };
    let key = Key::Draft(user, draft.id);
    CreateForm(CreateFormProps { user, start, key, draft: Some(draft) }).into_any()
}
