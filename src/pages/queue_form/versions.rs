//! A form whose queue has changed on the server: both versions, or that the queue was deleted.

use leptos::prelude::*;

use super::fields::QueueForm;
use crate::{
    domain::Queue,
    forms::{Field, queue::QueueFormValues},
    ui::{Compared, Comparison, live},
};

/// The text of the form beside what somebody else has saved.
#[component]
pub fn TwoVersions(
    /// With the user's version.
    fields: QueueForm,
    /// The saved version, if the user has not seen it before.
    theirs: RwSignal<Option<Queue>>,
) -> impl IntoView {
    let take = move |field: Field| {
        let Some(theirs) = theirs.get_untracked() else { return };
        let QueueFormValues { name, description, .. } = untrack(|| fields.typed());
        if field == Field::Name {
            fields.fill(&theirs.name, &description);
        } else {
            fields.fill(&name, theirs.description_or_empty());
        }
    };
    let take_all = move |_| {
        if let Some(theirs) = theirs.get_untracked() {
            fields.fill(&theirs.name, theirs.description_or_empty());
        }
    };
    live(move || {
        theirs.get().map(|now| {
            let who = now.user.as_ref().map_or("Somebody", |user| user.username.as_str());
            let title = "Two versions of this queue".to_owned();
            let versions = ["Your version".to_owned(), format!("Saved by {who}")];
            view! {
                <section class="panel">
                    <Comparison title versions fields=compared(fields, now) take=Callback::new(take) />
                    <p>
                        "Saving now saves your version, as it stands in the form. The other stays \
                         in the history."
                    </p>
                    <button part="button" type="button" on:click=take_all>"Use the saved version"</button>
                </section>
            }
        })
    })
}

fn compared(fields: QueueForm, theirs: Queue) -> Vec<Compared> {
    let QueueFormValues { name, description, .. } = fields.typed();
    let text = theirs.description_or_empty().to_owned();
    vec![
        Compared { field: Field::Name, label: "Name", left: name, right: theirs.name },
        Compared {
            field: Field::Description,
            label: "Description",
            left: description,
            right: text,
        },
    ]
}

/// The queue is deleted, but the text is not: it can be copied, or become a queue of its own.
#[component]
pub fn Deleted(
    /// With the text.
    fields: QueueForm,
    /// The queue is deleted.
    is_deleted: RwSignal<bool>,
    /// Creates a queue of the text.
    save_as_new: Callback<()>,
) -> impl IntoView {
    let copy = move |_| {
        let QueueFormValues { name, description, .. } = untrack(|| fields.typed());
        fields.context.copy("Text", format!("{name}\n\n{description}"));
    };
    live(move || {
        is_deleted.get().then(|| {
            view! {
                <div part="error" class="panel failed">
                    <p>"This queue was deleted. Your text can be copied, or saved as a new queue."</p>
                    <div class="row">
                        <button part="button" type="button" class="primary" on:click=move |_| save_as_new.run(())>"Save as new queue"</button>
                        <button part="button" type="button" on:click=copy>"Copy text"</button>
                    </div>
                </div>
            }
        })
    })
}
