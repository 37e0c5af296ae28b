//! Why a job waits, on the table and on the queue's page, with real jobs and a real worker.

use serde_json::json;
use testkit::{
    dioptra::{Dioptra, Setup},
    redis::Redis,
};

use crate::{
    access::all_is_well,
    lab::{Lab, age, entrypoint_of, worker},
    visit::{Start, Visit, member, visit},
};

/// A Dioptra of its own, whose jobs are this test's alone.
pub async fn with_jobs(test: impl AsyncFnOnce(&Visit, &Dioptra, &Redis)) {
    let redis = Redis::start().await.unwrap();
    let setup = Setup { redis: Some(&redis), ..Setup::small() };
    let dioptra = Dioptra::temporary_with("jobs", &setup).await.unwrap();
    visit(Start::new(&dioptra.origin), true, async |v| test(v, &dioptra, &redis).await).await;
}

/// Waits until the cell "Jobs" of a queue's row says this.
pub async fn cell_says(v: &Visit, name: &str, words: &str) {
    let cell = "return deep('tbody tr').filter((row) => row.querySelector('th a')?.textContent === arguments[0])
        .map((row) => row.querySelector('[data-label=Jobs]').textContent)[0] ?? null";
    v.until(format!("{name}: {words}"), async || {
        v.script(cell, vec![json!(name)]).await.as_str().is_some_and(|said| said.contains(words))
    })
    .await;
}

pub async fn region_says(v: &Visit, region: &str, words: &str) {
    let element = v.see("region", region).await;
    v.until(format!("{region}: {words}"), async || {
        element.text().await.is_ok_and(|text| text.contains(words))
    })
    .await;
}

#[tokio::test]
async fn a_job_waits_is_taken_by_the_worker_whose_command_shows_and_ends_and_the_page_follows() {
    with_jobs(async |v, dioptra, redis| {
        let queue = v.queues(1).await[0];
        let name = format!("{}-00", v.mark);
        let lab = Lab::doing(v, &[queue], "time.sleep(25)").await;
        v.open("queues").await;
        cell_says(v, &name, "Idle").await;
        let job = lab.send(v, queue).await;
        v.click("button", "Refresh").await;
        cell_says(v, &name, "1 waiting for").await;
        v.open(&format!("queues/{queue}")).await;
        region_says(v, "Jobs", "1 waiting for").await;
        v.see("button", &format!("Cancel job {job}")).await;
        let first = "return deep('section h2')[0].innerText";
        assert_eq!(v.script(first, vec![]).await, json!("What next"));
        let running = worker(v, &redis.uri).await;
        // By itself.
        v.until_slowly("it runs", async || v.text().await.contains("1 running.")).await;
        v.see("button", &format!("Show latest log lines of job {job}")).await;
        v.until_slowly("it has ended", async || v.text().await.contains("ago, finished")).await;
        region_says(v, "Jobs", "Idle, last job taken").await;
        // Who has a worker needs no help to start one.
        let below = "const [jobs, next] = ['Jobs', 'What next'].map((name) => deep('h2').find((it) => it.innerText === name));
            return !!(jobs.compareDocumentPosition(next) & Node.DOCUMENT_POSITION_FOLLOWING)";
        assert_eq!(v.script(below, vec![]).await, json!(true));
        drop(running);
        // The next one waits: somebody took jobs of this name before.
        let next = lab.send(v, queue).await;
        age(&dioptra.database, next, 7_200);
        v.driver.refresh().await.unwrap();
        region_says(v, "Jobs", "1 waiting for 2 hours. The last job was taken").await;
        v.open("queues").await;
        cell_says(v, &name, "1 waiting for 2 hours, none running").await;
        region_says(v, "Needs attention", "1 waiting for 2 hours, none running.").await;
        v.click("link", &name).await;
        v.see("heading", &name).await;
        v.console().await;
    })
    .await;
}

#[tokio::test]
async fn what_traces_prove_is_said_on_the_table_and_on_the_queues_page() {
    with_jobs(async |v, dioptra, _| {
        let ids = v.queues(3).await;
        let [never, renamed, fresh] = [ids[0], ids[1], ids[2]];
        let lab = Lab::new(v, &ids).await;
        for queue in [never, never, renamed, fresh] {
            let job = lab.send(v, queue).await;
            if queue != fresh {
                age(&dioptra.database, job, 7_200);
            }
        }
        let old = format!("{}-01", v.mark);
        crate::edit::save(&v.caller, renamed, "renamed", "d").await;
        v.open("queues").await;
        cell_says(v, &format!("{}-00", v.mark), "2 waiting for 2 hours, none running").await;
        cell_says(v, &format!("{}-02", v.mark), "1 waiting for").await;
        cell_says(v, "renamed", "1 job waits under the old name").await;
        region_says(
            v,
            "Needs attention",
            &format!(
                "1 job waits under the old name “{old}”. A worker of the new name won't take them."
            ),
        )
        .await;
        all_is_well(v, "the table with jobs").await;
        v.open(&format!("queues/{never}")).await;
        region_says(
            v,
            "Jobs",
            "2 waiting for 2 hours. No worker has ever taken a job of this name.",
        )
        .await;
        all_is_well(v, "a queue's page with jobs").await;
        v.open(&format!("queues/{renamed}")).await;
        region_says(v, "Jobs", "under the old name").await;
    })
    .await;
}

#[tokio::test]
async fn waiting_jobs_are_cancelled_and_moved_and_each_is_told() {
    with_jobs(async |v, _, _| {
        let ids = v.queues(2).await;
        let lab = Lab::new(v, &ids).await;
        let mut jobs = Vec::new();
        for _ in 0..4 {
            jobs.push(lab.send(v, ids[0]).await);
        }
        let there = async |job: u64| {
            v.caller.api(testkit::Method::GET, &format!("/jobs/{job}"), None).await.ok()
        };
        v.open(&format!("queues/{}", ids[0])).await;
        v.click("button", &format!("Cancel job {}", jobs[0])).await;
        v.see("alertdialog", &format!("Cancel job {}?", jobs[0])).await;
        v.says(&format!("Sent by {}.", v.username)).await;
        v.click("button", "Keep job").await;
        v.click("button", &format!("Cancel job {}", jobs[0])).await;
        v.click_in_dialog("Cancel job").await;
        v.says(&format!("Job {} was cancelled.", jobs[0])).await;
        assert!(there(jobs[0]).await.is_none());

        v.click("button", &format!("Move job {}", jobs[1])).await;
        v.see("dialog", &format!("Move job {}", jobs[1])).await;
        v.click_in_dialog("Move").await;
        v.says("Select a queue").await;
        v.choose("Queue", &format!("{}-01 – Idle", v.mark)).await;
        v.click_in_dialog("Move").await;
        v.says(&format!("Job {} was moved to “{}-01”, as job", jobs[1], v.mark)).await;
        assert!(there(jobs[1]).await.is_none());

        region_says(v, "Jobs", "2 waiting for").await;
        v.click("button", "Cancel all waiting jobs").await;
        v.see("alertdialog", "Cancel 2 waiting jobs?").await;
        v.click_in_dialog("Cancel jobs").await;
        v.says(&format!("Job {} was cancelled.", jobs[3])).await;
        region_says(v, "Jobs", "Idle.").await;
        v.open(&format!("queues/{}", ids[1])).await;
        region_says(v, "Jobs", "1 waiting for").await;
    })
    .await;
}

#[tokio::test]
async fn entrypoints_are_linked_and_unlinked_on_the_queues_page() {
    with_jobs(async |v, _, _| {
        let ids = v.queues(2).await;
        entrypoint_of(v, "first", &[ids[0]], "pass").await;
        entrypoint_of(v, "second", &[ids[1]], "pass").await;
        let (first, second) = (format!("{}-first", v.mark), format!("{}-second", v.mark));
        v.open(&format!("queues/{}", ids[0])).await;
        region_says(v, "Entrypoints", &first).await;
        v.click("button", "Link entrypoints").await;
        v.see("dialog", "Link entrypoints").await;
        v.click("checkbox", &second).await;
        v.click_in_dialog("Save links").await;
        v.status("1 entrypoint linked").await;
        region_says(v, "Entrypoints", &second).await;
        v.click("button", &format!("Unlink {first}")).await;
        v.status(&format!("Entrypoint “{first}” unlinked")).await;
        v.gone("button", &format!("Unlink {first}")).await;
        v.click("button", &format!("Unlink {second}")).await;
        region_says(v, "Entrypoints", "No entrypoint sends jobs here yet.").await;
    })
    .await;
}

#[tokio::test]
async fn a_job_that_is_taken_during_a_look_is_not_taken_for_none() {
    with_jobs(async |v, _, _| {
        let queue = v.queues(1).await[0];
        let lab = Lab::new(v, &[queue]).await;
        let job = lab.send(v, queue).await;
        // The first such request counts, the second one reads.
        let waiting = "search=status:queued&sortBy=createdOn";
        let soon = std::time::Duration::from_millis(1);
        v.proxy.fault(testkit::Method::GET, waiting, 1, testkit::proxy::Fault::Delay(soon));
        v.proxy.fault(testkit::Method::GET, waiting, 1, testkit::proxy::Fault::Hold);
        v.open("queues").await;
        v.proxy.wait_for(&testkit::Method::GET, waiting, 2).await;
        // No later look mends it.
        v.click("checkbox", "Live").await;
        assert!(lab.set_status(&v.caller, job, "started").await);
        v.proxy.release();
        cell_says(v, &format!("{}-00", v.mark), "1 running").await;
    })
    .await;
}

#[tokio::test]
async fn renaming_while_jobs_wait_is_asked_about_first() {
    with_jobs(async |v, _, _| {
        let queue = v.queues(1).await[0];
        let lab = Lab::new(v, &[queue]).await;
        for _ in 0..2 {
            lab.send(v, queue).await;
        }
        v.open(&format!("queues/{queue}/edit")).await;
        v.until("the form is filled", async || v.value("textbox", "Name").await.ends_with("-00"))
            .await;
        v.paste("textbox", "Name", "another").await;
        v.click("button", "Save changes").await;
        v.see("alertdialog", "Rename with 2 jobs waiting?").await;
        v.click_in_dialog("Keep the name").await;
        assert_ne!(v.queue(queue).await["name"], json!("another"));
        v.click("button", "Save changes").await;
        v.click_in_dialog("Rename").await;
        v.status("Queue “another” saved").await;
        // They wait under the older name: only one of this name would be left behind.
        lab.send(v, queue).await;
        v.open(&format!("queues/{queue}/history")).await;
        v.click_in_row("Version 1", "Restore this version").await;
        v.see("alertdialog", "Rename with 1 job waiting?").await;
        v.says("It waits under the name “another”.").await;
        v.click_in_dialog("Rename").await;
        v.status(&format!("Version restored: queue “{}-00” saved", v.mark)).await;
    })
    .await;
}

#[tokio::test]
async fn renaming_while_it_is_not_known_whether_jobs_wait_is_asked_about_too() {
    member(async |v| {
        let queue = v.queues(1).await[0];
        v.open(&format!("queues/{queue}/edit")).await;
        v.until("the form is filled", async || v.value("textbox", "Name").await.ends_with("-00"))
            .await;
        let name = format!("{}-new", v.mark);
        v.paste("textbox", "Name", &name).await;
        // The names that the form suggests are from there, too.
        let failed = testkit::proxy::Fault::Replace(500, "text/html", String::new());
        v.proxy.fault(testkit::Method::GET, "search=status:queued", 1, failed);
        v.click("button", "Save changes").await;
        v.see("alertdialog", "Rename while jobs may be waiting?").await;
        v.says("How many jobs wait is not known. Dioptra had an error of its own").await;
        v.click_in_dialog("Rename").await;
        v.status(&format!("Queue “{name}” saved")).await;
    })
    .await;
}

#[tokio::test]
async fn jobs_that_cannot_be_read_are_unknown_and_never_idle() {
    with_jobs(async |v, _, _| {
        v.queues(1).await;
        let name = format!("{}-00", v.mark);
        let failed = testkit::proxy::Fault::Replace(500, "text/html", String::new());
        v.proxy.fault(testkit::Method::GET, "/api/v1/jobs/", 1, failed);
        v.open("queues").await;
        cell_says(v, &name, "Unknown").await;
        v.says("The jobs could not be read").await;
        v.click("button", "Try again").await;
        cell_says(v, &name, "Idle").await;
    })
    .await;
}
