//! What can be done with jobs: cancel, move, send again, mark as failed, look at the log.

use leptos::prelude::*;

use super::{
    move_jobs::ToMove,
    outcomes::{note, of_others, tell, whose},
    state::QueueJobs,
};
use crate::{
    api::{self, jobs::JobOutcome},
    domain::{Job, LogLine},
    host::Change,
    js::Abort,
    pages::error_text::{BUSY, explain},
    ui::{Id, asking, level, live},
};

impl QueueJobs {
    /// No action is under way; otherwise says so.
    fn may_begin(self) -> bool {
        let may = !self.writing.is_busy();
        if may {
            self.done.set(Vec::new());
        } else {
            self.context.notify(BUSY);
        }
        may
    }

    pub fn ask_to_move(self, jobs: Vec<Job>) {
        self.done.set(Vec::new());
        let from = self.queue.with_value(|queue| queue.id);
        self.to_move.set(Some(ToMove { jobs, from }));
    }

    /// Cancels jobs, one by one.
    pub fn cancel(self, jobs: Vec<Job>) {
        if !self.may_begin() {
            return;
        }
        let (api, user) = (self.context.api(), self.user);
        self.writing.run(
            async move |abort: Abort| {
                let mut lines = Vec::new();
                for job in jobs {
                    let outcome = api::jobs::cancel(&api, user, job.id, &abort).await;
                    lines.push((job.id, outcome));
                }
                lines
            },
            move |lines, is_on_screen| {
                let lines = lines.into_iter().map(|(job, outcome)| {
                    self.note(Change::JobCancelled, job, &outcome);
                    tell(job, &outcome, "cancelled", None)
                });
                self.told(lines.collect(), is_on_screen);
            },
        );
    }

    pub fn send_again(self, job: Job) {
        if !self.may_begin() {
            return;
        }
        let (api, user) = (self.context.api(), self.user);
        let (queue, name) = self.queue.with_value(|queue| (queue.id, queue.name.clone()));
        let id = job.id;
        self.writing.run(
            async move |abort: Abort| api::jobs::send_again(&api, user, &job, queue, &abort).await,
            move |outcome, is_on_screen| {
                self.note(Change::JobSent, id, &outcome);
                self.told(vec![tell(id, &outcome, "sent again", Some(&name))], is_on_screen);
            },
        );
    }

    pub fn mark_failed(self, job: Job) {
        if !self.may_begin() {
            return;
        }
        let (api, user) = (self.context.api(), self.user);
        let id = job.id;
        self.writing.run(
            async move |abort: Abort| api::jobs::mark_failed(&api, user, &job, &abort).await,
            move |outcome, is_on_screen| {
                self.note(Change::JobFailed, id, &outcome);
                self.told(vec![tell(id, &outcome, "marked as failed", None)], is_on_screen);
            },
        );
    }

    /// Tells the host document what was done, or what went wrong.
    fn note(self, change: Change, job: u64, outcome: &JobOutcome) {
        note(self.context, change, job, outcome);
    }

    /// Says what became of each job: in the region, or by a notice if that is gone.
    fn told(self, lines: Vec<String>, is_on_screen: bool) {
        if is_on_screen {
            self.done.set(lines);
            self.load();
        } else {
            self.context.notify(lines.join(" "));
        }
    }

    pub fn show_log(self, job: u64) {
        let api = self.context.api();
        self.logging.run(
            async move |abort| api::jobs::log(&api, job, &abort).await,
            move |lines| {
                if let Err(error) = &lines {
                    self.context.failed(error);
                }
                self.log.set(Some((job, lines)));
            },
        );
    }

    pub fn log_lines(self) -> AnyView {
        live(move || {
            let (job, lines) = self.log.get()?;
            let line = |line: LogLine| format!("{} {}", line.severity, line.message);
            let text = match lines {
                Ok(lines) if lines.is_empty() => {
                    "Its worker has sent no lines yet; it sends them by tens.".to_owned()
                }
                Ok(lines) => lines.into_iter().rev().map(line).collect::<Vec<_>>().join("\n"),
                Err(error) => explain(&error),
            };
            Some(view! {
                <div class="log">
                    <h3 {..level(3)}>{format!("Latest log lines of job {job}")}</h3>
                    <pre tabindex="0">{text}</pre>
                </div>
            })
        })
    }
}

/// Asks before jobs are cancelled.
#[component]
pub fn CancelDialog(jobs: QueueJobs) -> impl IntoView {
    let asked = jobs.to_cancel;
    let title = |all: &Vec<Job>| match &all[..] {
        [job] => format!("Cancel job {}?", job.id),
        all => format!("Cancel {} waiting jobs?", all.len()),
    };
    let close = Callback::new(move |()| asked.set(None));
    let content = move |all: Vec<Job>| {
        let (yes, no) =
            if all.len() == 1 { ("Cancel job", "Keep job") } else { ("Cancel jobs", "Keep jobs") };
        let (whose, of_others) = (whose(&all), of_others(&all, jobs.queue.with_value(|it| it.id)));
        let problem = RwSignal::new("");
        let cancel = move |_| {
            if jobs.writing.is_busy() {
                return problem.set(BUSY);
            }
            close.run(());
            jobs.cancel(all.clone());
        };
        view! {
            <p>{whose}</p>
            {of_others.map(|others| view! { <p>{others}</p> })}
            <p>"A job that a worker takes meanwhile stays."</p>
            <p class="problem" role="alert">{problem}</p>
            <div class="row">
                <button part="button" type="button" class="danger" on:click=cancel>{yes}</button>
                <button part="button" type="button" autofocus on:click=move |_| close.run(())>{no}</button>
            </div>
        }
        .into_any()
    };
    asking(asked, Id::CancelDialog, "alertdialog", title, close, content)
}
