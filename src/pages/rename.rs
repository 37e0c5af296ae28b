//! Asks before a queue is renamed while jobs wait under its name.

use leptos::prelude::*;
use web_sys::AbortSignal;

use super::explain;
use crate::{
    api::{self, Api, ApiError, jobs::OfName},
    domain::Job,
    ui::{Id, asking},
};

/// A queue is about to lose its name.
#[derive(Clone, Debug)]
pub struct Rename {
    /// The name of now.
    name: String,
    /// The jobs that wait under it, or why that is not known.
    waiting: Result<OfName, ApiError>,
}

impl Rename {
    /// Looks what waits in the queue under its name of now. Jobs of an earlier name wait for a worker of
    /// that: they may be the reason to go back to it.
    pub async fn look(api: &Api, id: u64, name: String, abort: &AbortSignal) -> Self {
        let mut waiting = api::jobs::waiting_in(api, id, &name, abort).await;
        if let Ok(found) = &mut waiting {
            let is_of_name = |job: &Job| job.queue.as_ref().is_some_and(|it| it.name == name);
            let others = found.jobs.iter().filter(|job| !is_of_name(job)).count();
            found.total -= others as u64;
            found.jobs.retain(is_of_name);
        }
        Self { name, waiting }
    }

    /// Nobody has to be asked: nothing waits. (Who is signed out is told so by what comes next.)
    pub fn is_harmless(&self) -> bool {
        match &self.waiting {
            Ok(waiting) => waiting.total == 0 && waiting.is_known,
            Err(error) => *error == ApiError::Unauthorized,
        }
    }

    fn title(&self) -> String {
        match &self.waiting {
            Ok(OfName { total: 1, is_known: true, .. }) => "Rename with 1 job waiting?".to_owned(),
            Ok(OfName { total, is_known: true, .. }) => {
                format!("Rename with {total} jobs waiting?")
            }
            Ok(OfName { total: 0, .. }) | Err(_) => "Rename while jobs may be waiting?".to_owned(),
            Ok(OfName { total, .. }) => format!("Rename with at least {total} jobs waiting?"),
        }
    }

    /// What is not known, and why.
    fn doubt(&self) -> Option<String> {
        let why = match &self.waiting {
            Ok(OfName { is_known: true, .. }) => return None,
            Ok(_) => "There are too many to look through.".to_owned(),
            Err(error) => explain(error),
        };
        Some(format!("How many jobs wait is not known. {why}"))
    }
}

/// The dialog.
#[component]
pub fn RenameDialog(
    /// What it is about, and what is done if somebody wants it all the same; none: it is closed.
    asked: RwSignal<Option<(Rename, Callback<()>)>>,
) -> impl IntoView {
    let close = Callback::new(move |()| asked.set(None));
    let content = move |(rename, go_on): (Rename, Callback<()>)| {
        let yes = move |_| {
            close.run(());
            go_on.run(());
        };
        let (before, after) = if matches!(
            &rename.waiting,
            Ok(OfName { total: 1, is_known: true, .. })
        ) {
            (
                "It waits under the name “",
                "”. A worker that listens to the new name won't take it: it \
              waits until a worker of the old name comes, or until it is moved or cancelled on the \
              queue's page.",
            )
        } else {
            (
                "They wait under the name “",
                "”. A worker that listens to the new name won't take them: \
              they wait until a worker of the old name comes, or until they are moved or cancelled on \
              the queue's page.",
            )
        };
        view! {
            {rename.doubt().map(|doubt| view! { <p>{doubt}</p> })}
            <p>{before}<bdi>{rename.name}</bdi>{after}</p>
            <div class="row">
                <button part="button" type="button" class="danger" on:click=yes>"Rename"</button>
                <button part="button" type="button" autofocus on:click=move |_| close.run(())>"Keep the name"</button>
            </div>
        }
        .into_any()
    };
    let title = |(rename, _): &(Rename, Callback<()>)| rename.title();
    asking(asked, Id::RenameDialog, "alertdialog", title, close, content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_asked_about_too() {
        let rename = |waiting| Rename { name: "q".to_owned(), waiting };
        let of = |total, is_known| rename(Ok(OfName { total, is_known, jobs: Vec::new() }));
        assert!(of(0, true).is_harmless());
        for (rename, title) in [
            (of(1, true), "Rename with 1 job waiting?"),
            (of(4, true), "Rename with 4 jobs waiting?"),
            (of(4, false), "Rename with at least 4 jobs waiting?"),
            (of(0, false), "Rename while jobs may be waiting?"),
            (rename(Err(ApiError::Network)), "Rename while jobs may be waiting?"),
        ] {
            assert!(!rename.is_harmless());
            assert_eq!(rename.title(), title);
        }
    }
}
