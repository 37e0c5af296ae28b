//! The tables "Running", "Waiting" and "Recent".

use js_sys::Date;
use leptos::prelude::*;

use super::state::{KnownJobs, MOST_ENDED, QueueJobs};
use crate::{
    api,
    domain::{Job, JobPart, time::span, verdict::Trouble},
    pages::error_text::explain,
    ui::{cell, column, live},
};

/// Running, waiting, recent.
#[component]
pub fn Tables(jobs: QueueJobs) -> impl IntoView {
    let list = |of: fn(&KnownJobs) -> &Vec<Job>| {
        Memo::new(move |_| {
            jobs.known
                .with(|known| known.as_ref().map(|known| of(known).clone()))
                .unwrap_or_default()
        })
    };
    let (running, waiting) = (list(|known| &known.running.jobs), list(|known| &known.waiting.jobs));
    let ended = list(|known| &known.ended);
    let all = move |text: &'static str, act: Callback<Vec<Job>>| {
        view! {
            <button part="button" type="button" on:click=move |_| act.run(waiting.get_untracked())>{text}</button>
        }
    };
    let cancel = Callback::new(move |all| jobs.to_cancel.set(Some(all)));
    let move_all = Callback::new(move |all| jobs.ask_to_move(all));
    let not_listed = move || {
        let (total, listed) = (jobs.known.read().as_ref()?.waiting.total, waiting.read().len());
        (total > listed as u64).then(|| {
            view! { <p>{format!("The first {listed} of {total} are listed.")}</p> }
        })
    };
    view! {
        {jobs.table("Running", "Running for", running)}
        {jobs.log_lines()}
        {jobs.table("Waiting", "Waiting for", waiting)}
        {live(not_listed)}
        {when_any(waiting, move || jobs.may_act().then(|| view! {
            <div class="row">{all("Cancel all waiting jobs", cancel)}{all("Move all waiting jobs", move_all)}</div>
        }))}
        {jobs.table("Recent", "Ended", ended)}
        {live(move || jobs.known.read().as_ref().map(|known| jobs.look_further(known)))}
    }
}

/// A view that is there while the list has something in it.
fn when_any<V: IntoView + 'static>(
    list: Memo<Vec<Job>>,
    view: impl Fn() -> V + Send + Sync + 'static,
) -> AnyView {
    let has_some = Memo::new(move |_| !list.read().is_empty());
    live(move || has_some.get().then(|| untrack(&view)))
}

impl QueueJobs {
    /// Reads further back among those that have ended.
    fn look_further(self, known: &KnownJobs) -> Option<AnyView> {
        let (from, all) = (known.looked_at, known.all);
        let name = self.queue.with_value(|queue| queue.name.clone());
        let further = move |_| {
            let (api, name) = (self.context.api(), name.clone());
            let Some((mut ended, mut taken_at)) = self.known.with_untracked(|known| {
                known.as_ref().map(|known| (known.ended.clone(), known.taken_at.clone()))
            }) else {
                return;
            };
            self.looking_back.run(
                async move |abort| {
                    let (more, all, _) = api::jobs::ended(&api, &name, from, &abort).await?;
                    // What has changed meanwhile moves others to the next page.
                    for job in more {
                        if !ended.iter().any(|it| it.id == job.id) {
                            ended.push(job);
                        }
                    }
                    ended.truncate(MOST_ENDED);
                    api::jobs::learn_taken(&api, &ended, &mut taken_at, &abort).await?;
                    Ok((ended, taken_at, all))
                },
                move |found| match found {
                    Ok((ended, taken_at, all)) => self.known.update(|known| {
                        if let Some(known) = known {
                            // What was read meanwhile stays.
                            for job in ended {
                                if !known.ended.iter().any(|it| it.id == job.id) {
                                    known.ended.push(job);
                                }
                            }
                            known.ended.truncate(MOST_ENDED);
                            known.taken_at.extend(taken_at);
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

    fn table(self, caption: &'static str, time: &'static str, jobs: Memo<Vec<Job>>) -> AnyView {
        when_any(jobs, move || {
            // By the job: a row, and the focus in it, stays with its job when others come or go.
            let rows = move || jobs.get();
            let key = |job: &Job| (job.id, job.snapshot_created_on.clone());
            view! {
                <table class="list" role="table">
                    <caption>{caption}</caption>
                    <thead role="rowgroup">
                        <tr role="row">
                            {["Job", "Experiment", "Entrypoint", "Sent by", time, "Actions"].map(column)}
                        </tr>
                    </thead>
                    <tbody role="rowgroup">
                        <For each=rows key=key children=move |job| self.row(&job, caption, time, jobs) />
                    </tbody>
                </table>
            }
        })
    }

    fn row(
        self,
        job: &Job,
        kind: &'static str,
        time: &'static str,
        jobs: Memo<Vec<Job>>,
    ) -> AnyView {
        let settings = self.context.settings();
        let link = |kind: &str, id: u64, text: String| {
            let text = view! { <bdi>{text}</bdi> };
            match settings.dashboard_url(kind, id) {
                Some(url) => view! { <a href=url rel="external">{text}</a> }.into_any(),
                None => text.into_any(),
            }
        };
        let part = |kind: &str, part: Option<&JobPart>| match part {
            Some(part) => link(kind, part.id, part.name.clone()),
            None => ().into_any(),
        };
        let since =
            Date::parse(if kind == "Waiting" { &job.created_on } else { &job.snapshot_created_on });
        let status = job.status.clone();
        let ago = move || {
            if kind == "Recent" {
                // How long ago one has ended needs no look.
                self.context.clock.track();
                let seconds = (self.context.api().now() - since) / 1_000.0;
                return format!("{} ago, {status}", span(seconds));
            }
            span((self.now.get() - since) / 1_000.0)
        };
        let number = link("jobs", job.id, job.id.to_string());
        let author = job.user.as_ref().map(|user| user.username.clone()).unwrap_or_default();
        let id = job.id;
        let position = (kind == "Waiting").then(|| {
            let position = Memo::new(move |_| position(&jobs.read(), id));
            move || position.get()
        });
        let job_of_actions = job.clone();
        view! {
            <tr part="row" role="row">
                <th scope="row" role="rowheader" data-label="Job">{position}{number}</th>
                {cell("Experiment", part("experiments", job.experiment.as_ref()))}
                {cell("Entrypoint", part("entrypoints", job.entrypoint.as_ref()))}
                {cell("Sent by", view! { <bdi>{author}</bdi> }.into_any())}
                {cell(time, ago.into_any())}
                {cell("Actions", self.actions(job_of_actions, kind))}
            </tr>
        }
        .into_any()
    }

    fn actions(self, job: Job, kind: &'static str) -> AnyView {
        let id = job.id;
        // What is wrong with it: it is stuck, its worker is gone.
        let trouble = Memo::new(move |_| {
            self.verdicts.with(|verdicts| {
                let troubles = verdicts.iter().flat_map(|(of_name, _)| &of_name.troubles);
                let is_stuck = |it: &Trouble| match it {
                    Trouble::Overtaken(job) | Trouble::Reset(job) => *job == id,
                    Trouble::NotInRedis(..) => kind == "Waiting",
                    Trouble::Lost(..) | Trouble::Stranded(..) | Trouble::QueueDeleted(..) => false,
                };
                let is_lost = |it: &Trouble| matches!(it, Trouble::Lost(job, ..) if *job == id);
                (troubles.clone().any(is_stuck), troubles.clone().any(is_lost))
            })
        });
        let job = StoredValue::new(job);
        let button = move |text: &'static str, label: String, act: Callback<Job>| {
            view! {
                <button part="button" type="button" aria-label=label on:click=move |_| act.run(job.get_value())>{text}</button>
            }
        };
        let cancel = Callback::new(move |job| self.to_cancel.set(Some(vec![job])));
        let to_move = Callback::new(move |job| self.ask_to_move(vec![job]));
        let again = Callback::new(move |job| self.send_again(job));
        let fail = Callback::new(move |job| self.mark_failed(job));
        let log = Callback::new(move |job: Job| self.show_log(job.id));
        let may = self.may_act();
        view! {
            <div class="actions">
                {(may && kind == "Waiting").then(|| view! {
                    {button("Cancel", format!("Cancel job {id}"), cancel)}
                    {button("Move", format!("Move job {id}"), to_move)}
                })}
                {live(move || (may && (trouble.get().0 || kind == "Recent"))
                    .then(|| button("Send again", format!("Send again job {id}"), again)))}
                {live(move || (may && trouble.get().1)
                    .then(|| button("Mark as failed", format!("Mark job {id} as failed"), fail)))}
                {(kind == "Running").then(|| button("Log", format!("Show latest log lines of job {id}"), log))}
            </div>
        }
        .into_any()
    }
}

/// Its place in the list of the name that it was sent under.
fn position(jobs: &[Job], id: u64) -> String {
    let name = |job: &Job| job.queue.as_ref().map(|queue| queue.name.clone());
    let Some(at) = jobs.iter().position(|job| job.id == id) else { return String::new() };
    let before = jobs[..at].iter().filter(|other| name(other) == name(&jobs[at])).count();
    format!("{}. ", before + 1)
}
