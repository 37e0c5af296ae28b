use leptos::prelude::*;

use super::{
    explain,
    late::{Late, about_queue},
};
use crate::{
    api::{self, ApiError, Sent, deletion::Undone},
    context::Context,
    domain::{Entrypoint, Queue, User},
    host::Change,
    ui::{Id, Progress, Waiting},
};

/// What is known of one thing that a deletion touches.
#[derive(Clone, Debug, PartialEq)]
enum Count<T> {
    /// Looked at so many of so many.
    Counting(u64, u64),
    Known(T),
    Unknown(ApiError),
}

/// Asks before a queue is deleted, and first says what that touches; then offers the way back.
#[component]
pub fn DeleteDialog(
    /// Who deletes it.
    user: User,
    /// The queue that is to go; none: nobody wants it.
    asked: RwSignal<Option<Queue>>,
    /// It is gone.
    done: Callback<()>,
) -> impl IntoView {
    let form = move |queue, close| Late::Delete { user: user.clone(), queue, close, done };
    about_queue(
        asked,
        Id::DeleteDialog,
        "alertdialog",
        |name| format!("Delete queue “{name}”?"),
        form,
    )
}

/// What is in the dialog.
#[component]
pub fn DeleteForm(
    /// Who deletes it.
    user: User,
    /// The queue that is to go.
    queue: Queue,
    /// The person is through with it.
    close: Callback<()>,
    /// The queue is gone.
    done: Callback<()>,
) -> impl IntoView {
    let context = Context::get();
    let entrypoints = RwSignal::new(Count::<Vec<Entrypoint>>::Counting(0, 0));
    let jobs = RwSignal::new(Count::<usize>::Counting(0, 0));
    let (looking, counting, deleting) = (Waiting::new(), Waiting::new(), Waiting::new());
    let problem = RwSignal::new(String::new());
    let id = queue.id;
    let api = context.api();
    looking.ask(
        async move |abort| {
            let progress = |done, all| drop(entrypoints.try_set(Count::Counting(done, all)));
            api::deletion::entrypoints(&api, id, progress, &abort).await
        },
        move |answer| entrypoints.set(answer.map_or_else(Count::Unknown, Count::Known)),
    );
    let api = context.api();
    counting.ask(
        async move |abort| {
            let progress = |done, all| drop(jobs.try_set(Count::Counting(done, all)));
            api::deletion::waiting_jobs(&api, id, progress, &abort).await
        },
        move |answer| jobs.set(answer.map_or_else(Count::Unknown, Count::Known)),
    );
    let user_id = user.id;
    let delete = move |_| {
        if deleting.is_busy() {
            return;
        }
        let linked = entrypoints.get_untracked();
        if matches!(linked, Count::Counting(..))
            || matches!(jobs.get_untracked(), Count::Counting(..))
        {
            problem.set("Wait until it is known what this touches, or keep the queue.".to_owned());
            return;
        }
        problem.set(String::new());
        let (api, queue) = (context.api(), queue.clone());
        deleting.ask(
            async move |abort| api::deletion::delete(&api, id, &abort).await,
            move |answer| match answer {
                Ok(()) => {
                    close.run(());
                    context.changed(Change::Deleted, id);
                    let text = format!("Queue “{}” deleted", queue.name);
                    let undo = move |()| undo(context, queue.clone(), linked.clone(), user_id);
                    context.offer(text, "Undo", Callback::new(undo));
                    done.run(());
                }
                Err(error) => {
                    context.failed(&error);
                    problem.set(format!("{} The queue was not deleted.", explain(&error)));
                }
            },
        );
    };
    let links = move || match entrypoints.get() {
        Count::Counting(done, all) => progress("Entrypoints that would lose this queue", done, all),
        Count::Unknown(error) => {
            format!("Entrypoints that would lose this queue: unknown. {}", explain(&error))
        }
        Count::Known(all) if all.is_empty() => "No entrypoint would lose this queue.".to_owned(),
        Count::Known(all) => {
            let names: Vec<_> = all.iter().map(|entrypoint| entrypoint.name.as_str()).collect();
            format!("Entrypoints that would lose this queue: {}", names.join(", "))
        }
    };
    let waiting = move || match jobs.get() {
        Count::Counting(done, all) => progress("Jobs waiting in it", done, all),
        Count::Unknown(error) => format!("Jobs waiting in it: unknown. {}", explain(&error)),
        Count::Known(0) => "No jobs are waiting in it.".to_owned(),
        Count::Known(count) => {
            format!("Jobs waiting in it: {count}. They will keep waiting for a worker of its name.")
        }
    };
    view! {
        <div role="status">
            <ul class="touches">
                <li><bdi>{links}</bdi></li>
                <li>{waiting}</li>
            </ul>
        </div>
        <p>"Its page and its history stay readable. The name becomes free."</p>
        <p class="problem" role="alert">{problem}</p>
        <div class="row">
            <button part="button" type="button" class="danger" on:click=delete>"Delete queue"</button>
            <button part="button" type="button" autofocus on:click=move |_| close.run(())>"Keep queue"</button>
            <Progress waiting=deleting text="Deleting…" />
        </div>
    }
}

fn progress(what: &str, done: u64, all: u64) -> String {
    if all == 0 {
        format!("{what}: looking …")
    } else {
        format!("{what}: looking, {done} of {all} …")
    }
}

/// Makes the queue anew, and says what of it is back.
fn undo(context: Context, queue: Queue, linked: Count<Vec<Entrypoint>>, user: u64) {
    // Once: the offer is gone while it is taken.
    context.say(format!("Bringing back “{}” …", queue.name));
    let api = context.api();
    leptos::task::spawn_local(async move {
        let Ok(abort) = web_sys::AbortController::new() else { return };
        let (entrypoints, all_known) = match linked {
            Count::Known(entrypoints) => (entrypoints, true),
            _ => (Vec::new(), false),
        };
        let undone = api::deletion::undo(&api, &queue, &entrypoints, user, &abort.signal()).await;
        if let Sent::Failed(error) = &undone.sent {
            context.failed(error);
        }
        context.say(report(&queue, &undone, all_known));
        if let Sent::Done(id) = undone.sent {
            context.changed(Change::Created, id);
            context.session.load_again();
        }
    });
}

/// What is back, under which ID, and what is not.
fn report(queue: &Queue, undone: &Undone, all_known: bool) -> String {
    let name = &queue.name;
    let why = match &undone.sent {
        Sent::Done(id) => {
            let mut text = format!(
                "Queue “{name}” is back. Its ID changed from {} to {id}; its earlier versions stay \
                 with the old ID.",
                queue.id
            );
            let mut lost: Vec<String> = Vec::new();
            lost.extend(undone.tags.iter().map(|tag| format!("the tag “{tag}”")));
            lost.extend(
                undone.entrypoints.iter().map(|name| format!("the link to entrypoint “{name}”")),
            );
            if !all_known {
                lost.push("its links to entrypoints, which were unknown".to_owned());
            }
            if !lost.is_empty() {
                text += &format!(" Not brought back: {}.", lost.join(", "));
            }
            return text;
        }
        Sent::Taken(_) => "Another queue has this name by now.".to_owned(),
        Sent::Failed(error) | Sent::NotThere(error) | Sent::Unknown(error) => explain(error),
        _ => "Try “Recreate” on its page.".to_owned(),
    };
    format!("Queue “{name}” could not be brought back. {why}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Group;

    #[test]
    fn the_report_says_the_new_id_and_what_is_not_back() {
        let queue = Queue {
            id: 7,
            name: "q".into(),
            group: Group { id: 1, name: "public".into() },
            ..Queue::default()
        };
        let undone = Undone {
            sent: Sent::Done(9),
            tags: vec!["gpu".into()],
            entrypoints: vec!["train".into()],
        };
        assert_eq!(
            report(&queue, &undone, true),
            "Queue “q” is back. Its ID changed from 7 to 9; its earlier versions stay with the old \
             ID. Not brought back: the tag “gpu”, the link to entrypoint “train”."
        );
        let unknown = Undone { tags: vec![], entrypoints: vec![], ..undone.clone() };
        assert!(report(&queue, &unknown, false).contains("which were unknown"));
        let taken = Undone { sent: Sent::Taken(None), ..unknown };
        assert!(report(&queue, &taken, true).contains("Another queue has this name"));
    }
}
