//! The tables "Running", "Waiting" and "Recent".

use js_sys::Date;
use leptos::prelude::*;

use super::state::{KnownJobs, MOST_ENDED, QueueJobs};
use crate::{
    api,
    domain::{
        Job, JobPart,
        time::span,
        verdict::{Trouble, Verdict},
    },
    pages::error_text::explain,
    ui::{cell, column, live},
};

/// Running, waiting, recent.
#[component]
pub fn Tables(jobs: QueueJobs) -> impl IntoView {
    live(move || {
        let (of_name, _) = jobs.verdicts.get()?;
        let known = jobs.known.get()?;
        let now = jobs.now.get();
        let may = jobs.may_act();
        let waiting = known.waiting.jobs.clone();
        let total = known.waiting.total;
        let all = move |text: &'static str, act: Callback<Vec<Job>>| {
            let waiting = waiting.clone();
            view! {
                <button part="button" type="button" on:click=move |_| act.run(waiting.clone())>{text}</button>
            }
        };
        let cancel = Callback::new(move |all| jobs.to_cancel.set(Some(all)));
        let move_all = Callback::new(move |all| jobs.ask_to_move(all));
        Some(view! {
            {(!known.running.jobs.is_empty()).then(|| jobs.table("Running", "Running for", &known.running.jobs, &of_name, now))}
            {jobs.log_lines()}
            {(!known.waiting.jobs.is_empty()).then(|| view! {
                {jobs.table("Waiting", "Waiting for", &known.waiting.jobs, &of_name, now)}
                {(total > known.waiting.jobs.len() as u64).then(|| view! {
                    <p>{format!("The first {} of {total} are listed.", known.waiting.jobs.len())}</p>
                })}
                {may.then(|| view! {
                    <div class="row">{all("Cancel all waiting jobs", cancel)}{all("Move all waiting jobs", move_all)}</div>
                })}
            })}
            {(!known.ended.is_empty()).then(|| jobs.table("Recent", "Ended", &known.ended, &of_name, now))}
            {jobs.look_further(&known)}
        })
    })
}

impl QueueJobs {
    /// Reads further back among those that have ended.
    fn look_further(self, known: &KnownJobs) -> Option<AnyView> {
        let (from, all) = (known.looked_at, known.all);
        let name = self.queue.with_value(|queue| queue.name.clone());
        let further = move |_| {
            let (api, name) = (self.context.api(), name.clone());
            self.looking_back.run(
                async move |abort| api::jobs::ended(&api, &name, from, &abort).await,
                move |found| match found {
                    Ok((more, all)) => self.known.update(|known| {
                        if let Some(known) = known {
                            known.ended.extend(more);
                            known.ended.truncate(MOST_ENDED);
                            known.looked_at = from + 25;
                            known.all = all;
                        }
                    }),
                    Err(error) => {
                        self.context.failed(&error);
                        self.done.set(vec![explain(&error)]);
                    }
                },
            );
        };
        let nothing = known.ended.is_empty();
        (all > from && known.ended.len() < MOST_ENDED).then(|| {
            view! {
                <p class="row">
                    {nothing.then(|| format!("The last job that was taken: none of the last {from} jobs of this Dioptra."))}
                    <button part="button" type="button" on:click=further>"Look further"</button>
                </p>
            }
            .into_any()
        })
    }

    fn table(
        self,
        caption: &'static str,
        time: &'static str,
        jobs: &[Job],
        verdict: &Verdict,
        now: f64,
    ) -> AnyView {
        let is_waiting = caption == "Waiting";
        let rows: Vec<_> = jobs
            .iter()
            .enumerate()
            .map(|(at, job)| {
                // In the list of the name that it was sent under.
                let list = |job: &Job| job.queue.as_ref().map(|queue| queue.name.clone());
                let before = jobs[..at].iter().filter(|other| list(other) == list(job)).count();
                let position = is_waiting.then(|| format!("{}. ", before + 1));
                self.row(job, position, caption, time, verdict, now)
            })
            .collect();
        view! {
            <table class="list" role="table">
                <caption>{caption}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        {["Job", "Experiment", "Entrypoint", "Sent by", time, "Actions"].map(column)}
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        }
        .into_any()
    }

    fn row(
        self,
        job: &Job,
        position: Option<String>,
        kind: &'static str,
        time: &'static str,
        verdict: &Verdict,
        now: f64,
    ) -> AnyView {
        let settings = self.context.settings();
        let link = |kind: &str, id: u64, text: String| {
            let text = view! { <bdi>{text}</bdi> };
            match settings.dashboard_url(kind, id) {
                Some(url) => view! { <a href=url>{text}</a> }.into_any(),
                None => text.into_any(),
            }
        };
        let part = |kind: &str, part: Option<&JobPart>| match part {
            Some(part) => link(kind, part.id, part.name.clone()),
            None => ().into_any(),
        };
        let since = if kind == "Waiting" { &job.created_on } else { &job.snapshot_created_on };
        let seconds = (now - Date::parse(since)) / 1_000.0;
        let ago = if kind == "Recent" {
            format!("{} ago, {}", span(seconds), job.status)
        } else {
            span(seconds)
        };
        let number = link("jobs", job.id, job.id.to_string());
        let author = job.user.as_ref().map(|user| user.username.clone()).unwrap_or_default();
        view! {
            <tr part="row" role="row">
                <th scope="row" role="rowheader" data-label="Job">{position}{number}</th>
                {cell("Experiment", part("experiments", job.experiment.as_ref()))}
                {cell("Entrypoint", part("entrypoints", job.entrypoint.as_ref()))}
                {cell("Sent by", view! { <bdi>{author}</bdi> }.into_any())}
                {cell(time, ago.into_any())}
                {cell("Actions", self.actions(job, kind, verdict))}
            </tr>
        }
        .into_any()
    }

    fn actions(self, job: &Job, kind: &'static str, verdict: &Verdict) -> AnyView {
        let button = |text: &'static str, label: String, act: Callback<Job>| {
            let job = job.clone();
            view! {
                <button part="button" type="button" aria-label=label on:click=move |_| act.run(job.clone())>{text}</button>
            }
        };
        let id = job.id;
        let cancel = Callback::new(move |job| self.to_cancel.set(Some(vec![job])));
        let to_move = Callback::new(move |job| self.ask_to_move(vec![job]));
        let again = Callback::new(move |job| self.send_again(job));
        let fail = Callback::new(move |job| self.mark_failed(job));
        let log = Callback::new(move |job: Job| self.show_log(job.id));
        let is_stuck = verdict.troubles.iter().any(|trouble| match trouble {
            Trouble::Overtaken(job) | Trouble::Reset(job) => *job == id,
            Trouble::NotInRedis(..) => kind == "Waiting",
            Trouble::Lost(..) | Trouble::Stranded(..) | Trouble::QueueDeleted(..) => false,
        });
        let is_lost =
            verdict.troubles.iter().any(|it| matches!(it, Trouble::Lost(job, ..) if *job == id));
        let may = self.may_act();
        view! {
            <div class="actions">
                {(may && kind == "Waiting").then(|| view! {
                    {button("Cancel", format!("Cancel job {id}"), cancel)}
                    {button("Move", format!("Move job {id}"), to_move)}
                })}
                {(may && (is_stuck || kind == "Recent")).then(|| button("Send again", format!("Send again job {id}"), again))}
                {(may && is_lost).then(|| button("Mark as failed", format!("Mark job {id} as failed"), fail))}
                {(kind == "Running").then(|| button("Log", format!("Show latest log lines of job {id}"), log))}
            </div>
        }
        .into_any()
    }
}
