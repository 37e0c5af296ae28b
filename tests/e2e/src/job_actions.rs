//! What can be done with single jobs, also against a worker that takes them in the same moment.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};
use testkit::{Method, proxy::Fault};

use crate::{
    jobs::{region_says, with_jobs},
    lab::{Lab, age, entrypoint_of, post, send_for, worker},
    visit::Visit,
};

#[tokio::test]
async fn a_job_that_ended_or_was_reset_is_sent_again_as_a_copy() {
    with_jobs(async |v, _, _| {
        let queue = v.queues(1).await[0];
        let lab = Lab::new(v, &[queue]).await;
        let job = lab.send(v, queue).await;
        lab.fail(v, job).await;
        v.open(&format!("queues/{queue}")).await;
        v.says("ago, failed").await;
        v.click("button", &format!("Send again job {job}")).await;
        v.says(&format!("Job {job} was sent again to “{}-00”, as job", v.mark)).await;
        region_says(v, "Jobs", "1 waiting for").await;
        let jobs = v.caller.api(Method::GET, "/jobs/", None).await.unwrap();
        let copy =
            &jobs["data"].as_array().unwrap().iter().find(|it| it["id"] != job).unwrap().clone();
        let of = v.caller.api(Method::GET, &format!("/jobs/{job}"), None).await.unwrap();
        for part in ["queue", "experiment", "entrypoint", "values", "timeout", "description"] {
            assert_eq!(copy[part], of[part], "{part}");
        }
        // Reset: Dioptra does not send it to a worker again.
        assert!(lab.set_status(&v.caller, job, "reset").await);
        v.driver.refresh().await.unwrap();
        let reset =
            format!("Job {job} was reset. Dioptra does not send it to a worker again by itself.");
        region_says(v, "Jobs", &reset).await;
        v.see("button", &format!("Send again job {job}")).await;
        // A worker had it before, but not now.
        v.click("button", &format!("Cancel job {job}")).await;
        v.click("button", "Cancel job").await;
        v.says(&format!("Job {job} was cancelled.")).await;
        // Its row is gone, and with it what opened the dialog.
        v.gone("button", &format!("Cancel job {job}")).await;
        v.keeps_focus().await;
    })
    .await;
}

#[tokio::test]
async fn a_job_that_runs_beyond_its_limit_is_marked_as_failed() {
    with_jobs(async |v, dioptra, _| {
        let queue = v.queues(1).await[0];
        let lab = Lab::new(v, &[queue]).await;
        let job = lab.send(v, queue).await;
        assert!(lab.set_status(&v.caller, job, "started").await);
        age(&dioptra.database, job, 93_600);
        v.open(&format!("queues/{queue}")).await;
        let lost = format!(
            "Job {job} has run for 26 hours, its limit is 1 hour. Its worker is probably gone."
        );
        region_says(v, "Jobs", &lost).await;
        v.click("button", &format!("Mark job {job} as failed")).await;
        v.says(&format!("Job {job} was marked as failed.")).await;
        // It ended now, and was taken long ago.
        region_says(v, "Jobs", "Idle, last job taken 26 hours ago").await;
        let now = v.caller.api(Method::GET, &format!("/jobs/{job}"), None).await.unwrap();
        assert_eq!(now["status"], "failed");
    })
    .await;
}

#[tokio::test]
async fn the_latest_log_lines_of_a_running_job_show_the_newest_last() {
    with_jobs(async |v, _, _| {
        let queue = v.queues(1).await[0];
        let lab = Lab::new(v, &[queue]).await;
        let job = lab.send(v, queue).await;
        assert!(lab.set_status(&v.caller, job, "started").await);
        v.open(&format!("queues/{queue}")).await;
        v.click("button", &format!("Show latest log lines of job {job}")).await;
        v.says("Its worker has sent no lines yet").await;
        for message in ["epoch 1", "epoch 2"] {
            let line = json!({"severity": "INFO", "loggerName": "train", "message": message});
            post(&v.caller, &format!("/jobs/{job}/log"), json!({"data": [line]})).await;
        }
        v.click("button", &format!("Show latest log lines of job {job}")).await;
        v.says("INFO epoch 1\nINFO epoch 2").await;
    })
    .await;
}

/// The jobs of the server that are not deleted, by id: status and queue.
async fn jobs(v: &Visit) -> Vec<(u64, String, u64)> {
    let page = v.caller.api(Method::GET, "/jobs/?pageLength=100", None).await.unwrap();
    let row = |job: &Value| {
        let status = job["status"].as_str().unwrap().to_owned();
        (job["id"].as_u64().unwrap(), status, job["queue"]["id"].as_u64().unwrap())
    };
    page["data"].as_array().unwrap().iter().map(row).collect()
}

/// What the page says of a job that was cancelled or moved is what the server has.
async fn is_true(v: &Visit, said: &str, job: u64, [from, to]: [u64; 2]) {
    let there = jobs(v).await;
    let here = there.iter().any(|(id, _, queue)| *id == job && *queue == from);
    let copies: Vec<_> = there.iter().filter(|(id, ..)| *id > job).collect();
    assert!(copies.iter().all(|(_, _, queue)| *queue == to), "{said}: {there:?}");
    let expected = if said.contains("both run") {
        (true, 1)
    } else if said.contains("was already taken") {
        (true, 0)
    } else if said.contains("was cancelled") || said.contains("it runs, and fails at its end") {
        (false, 0)
    } else if said.contains("was moved to") {
        (false, 1)
    } else {
        panic!("what does this mean: {said}")
    };
    assert_eq!((here, copies.len()), expected, "{said}: {there:?}");
}

/// Opens the page of the job's queue, and the dialog that asks whether to cancel or to move the job.
async fn begin(v: &Visit, job: u64, from: u64, is_move: bool) {
    v.open(&format!("queues/{from}")).await;
    v.click("button", &format!("{} job {job}", if is_move { "Move" } else { "Cancel" })).await;
    if is_move {
        v.choose("Queue", &format!("{}-01 – Idle", v.mark)).await;
    } else {
        v.see("alertdialog", &format!("Cancel job {job}?")).await;
    }
}

/// Presses the dialog's button. What is told then is what the server has, once `taken`; it, without
/// numbers.
async fn confirm(v: &Visit, job: u64, ids: [u64; 2], is_move: bool, taken: impl Future) -> String {
    v.click_in_dialog(if is_move { "Move" } else { "Cancel job" }).await;
    let line = "return deep('.outcomes p').map((it) => it.innerText)[0] ?? null";
    v.until("it is told", async || v.script(line, vec![]).await.is_string()).await;
    let said = v.script(line, vec![]).await.as_str().unwrap().to_owned();
    taken.await;
    is_true(v, &said, job, ids).await;
    said.replace(|c: char| c.is_ascii_digit(), "").replace(&v.mark, "")
}

async fn remove_jobs(v: &Visit) {
    for (id, ..) in jobs(v).await {
        v.caller.api(Method::DELETE, &format!("/jobs/{id}"), None).await.unwrap();
    }
}

#[tokio::test]
async fn fault_50_a_job_that_is_taken_while_one_cancels_or_moves_it_is_said_to_be() {
    const ROUNDS: u64 = 50;
    with_jobs(async |v, _, _| {
        let ids = v.queues(2).await;
        let ids = [ids[0], ids[1]];
        let lab = Lab::new(v, &ids).await;
        let mut kinds = BTreeMap::<String, u32>::new();
        for round in 0..ROUNDS {
            let is_move = round % 2 == 1;
            let job = lab.send(v, ids[0]).await;
            begin(v, job, ids[0], is_move).await;
            // A worker begins by setting the job to started: before, between and after our steps.
            let (taker, delay) = (v.other().await, Duration::from_millis(round * 7 % 180));
            let taken = tokio::spawn(async move {
                tokio::time::sleep(delay).await;
                lab.set_status(&taker, job, "started").await
            });
            *kinds.entry(confirm(v, job, ids, is_move, taken).await).or_default() += 1;
            remove_jobs(v).await;
        }
        eprintln!("fault 50, {ROUNDS} rounds: {kinds:#?}");
        assert!(kinds.len() > 2, "the worker was always faster, or never: {kinds:?}");
    })
    .await;
}

/// `E2E_ROUNDS=50` for as many rounds; few show that it works.
#[tokio::test]
async fn fault_50_a_real_worker_that_takes_the_job_in_the_same_moment_makes_nothing_untrue() {
    let rounds = std::env::var("E2E_ROUNDS").ok().and_then(|it| it.parse().ok()).unwrap_or(4);
    with_jobs(async |v, _, redis| {
        let ids = v.queues(2).await;
        let ids = [ids[0], ids[1]];
        let lab = Lab::new(v, &ids).await;
        v.open(&format!("queues/{}", ids[0])).await;
        let worker = worker(v, &redis.uri).await;
        let mut kinds = BTreeMap::<String, u32>::new();
        // From taking a job until it says so, a worker needs seconds. The moment is looked for: earlier
        // next time if the worker was faster, later if not.
        let (mut delay, mut step) = (2_500_u64, 1_000);
        for round in 0..rounds {
            let is_move = round % 2 == 1;
            v.until_slowly("the worker waits", async || redis.has_idle_worker().await.unwrap())
                .await;
            worker.pause();
            let job = lab.send(v, ids[0]).await;
            begin(v, job, ids[0], is_move).await;
            worker.resume();
            tokio::time::sleep(Duration::from_millis(delay)).await;
            let said = confirm(v, job, ids, is_move, async {}).await;
            let was_late = said.contains("already taken") || said.contains("both run");
            delay = if was_late { delay.saturating_sub(step) } else { delay + step };
            step = (step / 2).max(50);
            *kinds.entry(said).or_default() += 1;
            remove_jobs(v).await;
        }
        // It ends its job first, by way of this test's proxy.
        v.until_slowly("the worker waits", async || redis.has_idle_worker().await.unwrap()).await;
        eprintln!("fault 50 with a real worker, {rounds} rounds, at last {delay} ms: {kinds:#?}");
        let is_enough = rounds < 20 || kinds.len() > 2;
        assert!(is_enough, "the worker was always faster, or never: {kinds:?}");
    })
    .await;
}

#[tokio::test]
async fn fault_50_a_job_that_is_taken_between_the_look_and_the_deletion_is_said_to_run() {
    with_jobs(async |v, _, _| {
        let ids = v.queues(2).await;
        let ids = [ids[0], ids[1]];
        let lab = Lab::new(v, &ids).await;
        for is_move in [false, true] {
            let job = lab.send(v, ids[0]).await;
            begin(v, job, ids[0], is_move).await;
            let path = format!("/api/v1/jobs/{job}");
            v.proxy.fault(Method::DELETE, &path, 1, Fault::Hold);
            v.click_in_dialog(if is_move { "Move" } else { "Cancel job" }).await;
            v.proxy.wait_for(&Method::DELETE, &path, 1).await;
            assert!(lab.set_status(&v.caller, job, "started").await);
            v.proxy.release();
            v.says("in the same moment").await;
            let said = v.script("return deep('.outcomes p')[0].innerText", vec![]).await;
            is_true(v, said.as_str().unwrap(), job, ids).await;
            remove_jobs(v).await;
            v.proxy.forget();
        }
    })
    .await;
}

#[tokio::test]
async fn fault_50_of_two_copies_whose_responses_get_lost_one_is_not_taken_for_the_other() {
    with_jobs(async |v, _, _| {
        let ids = v.queues(2).await;
        let lab = Lab::new(v, &[ids[0], ids[1]]).await;
        // Of one sweep: they differ in one thing.
        let first = lab.send(v, ids[0]).await;
        let second = send_for(v, lab.experiment, lab.entrypoint, ids[0], "2h").await;
        v.open(&format!("queues/{}", ids[0])).await;
        v.click("button", "Move all waiting jobs").await;
        v.choose("Queue", &format!("{}-01 – Idle", v.mark)).await;
        // The first copy is made, the second is not; the responses look the same.
        let path = format!("/experiments/{}/jobs", lab.experiment);
        let no = || "no".to_owned();
        v.proxy.fault(Method::POST, &path, 1, Fault::HideResponse(502, "text/html", no()));
        v.proxy.fault(Method::POST, &path, 1, Fault::Replace(502, "text/html", no()));
        v.click_in_dialog("Move").await;
        v.says(&format!("Job {first} was moved to “{}-01”, as job", v.mark)).await;
        v.says(&format!("It is not known whether job {second} was moved")).await;
        let there = jobs(v).await;
        assert!(there.iter().any(|(id, ..)| *id == second), "the second is not lost: {there:?}");
        assert_eq!(there.iter().filter(|(id, ..)| *id > second).count(), 1, "{there:?}");
    })
    .await;
}

#[tokio::test]
async fn fault_50_a_move_whose_end_is_not_seen_says_that_the_job_may_be_in_two_queues() {
    with_jobs(async |v, _, _| {
        let ids = v.queues(2).await;
        let ids = [ids[0], ids[1]];
        let lab = Lab::new(v, &ids).await;
        let job = lab.send(v, ids[0]).await;
        begin(v, job, ids[0], true).await;
        let path = format!("/api/v1/jobs/{job}");
        v.proxy.fault(Method::DELETE, &path, 1, Fault::Replace(502, "text/html", "no".into()));
        v.click_in_dialog("Move").await;
        v.says(&format!("was made, and job {job} may still be in this queue too")).await;
        assert_eq!(jobs(v).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn fault_51_a_row_and_the_focus_in_it_stay_with_their_job_when_another_one_ends() {
    with_jobs(async |v, _, _| {
        let queue = v.queues(1).await[0];
        let lab = Lab::new(v, &[queue]).await;
        let (first, second) = (lab.send(v, queue).await, lab.send(v, queue).await);
        lab.fail(v, first).await;
        v.open(&format!("queues/{queue}")).await;
        let again = format!("Send again job {first}");
        v.see("button", &again).await;
        let focus = "deep('button').find((it) => it.ariaLabel === arguments[0]).focus()";
        v.script(focus, vec![json!(again)]).await;
        lab.fail(v, second).await;
        let other = format!("Send again job {second}");
        v.until_slowly("the other one has ended", async || {
            v.find("button", &other).await.is_some()
        })
        .await;
        v.focus_is_on_button(&again).await;
    })
    .await;
}

#[tokio::test]
async fn fault_33_another_try_finds_a_copy_that_was_made_late_and_sends_no_second_one() {
    with_jobs(async |v, _, _| {
        let queue = v.queues(1).await[0];
        let lab = Lab::new(v, &[queue]).await;
        let job = lab.send(v, queue).await;
        lab.fail(v, job).await;
        v.open(&format!("queues/{queue}")).await;
        let path = format!("/experiments/{}/jobs", lab.experiment);
        v.proxy.fault(Method::POST, &path, 1, Fault::FinishLater);
        v.click("button", &format!("Send again job {job}")).await;
        v.says(&format!("It is not known whether job {job} was sent again")).await;
        v.proxy.finish().await;
        v.click("button", &format!("Send again job {job}")).await;
        v.says(&format!("Job {job} was sent again to “{}-00”, as job", v.mark)).await;
        assert_eq!(jobs(v).await.len(), 2, "the job and one copy of it");
    })
    .await;
}

#[tokio::test]
async fn fault_33_a_copy_that_was_made_late_is_not_taken_for_those_of_two_jobs() {
    with_jobs(async |v, _, _| {
        let queue = v.queues(1).await[0];
        let lab = Lab::new(v, &[queue]).await;
        let alike = [lab.send(v, queue).await, lab.send(v, queue).await];
        for job in alike {
            lab.fail(v, job).await;
        }
        v.open(&format!("queues/{queue}")).await;
        let path = format!("/experiments/{}/jobs", lab.experiment);
        // One copy is made late, the other one never.
        v.proxy.fault(Method::POST, &path, 1, Fault::FinishLater);
        v.proxy.fault(Method::POST, &path, 1, Fault::Replace(502, "text/html", "no".to_owned()));
        for job in alike {
            v.click("button", &format!("Send again job {job}")).await;
            v.says(&format!("It is not known whether job {job} was sent again")).await;
        }
        v.proxy.finish().await;
        for job in alike {
            v.click("button", &format!("Send again job {job}")).await;
            v.says(&format!("Job {job} was sent again to “{}-00”, as job", v.mark)).await;
        }
        assert_eq!(jobs(v).await.len(), 4, "two jobs, and a copy of each");
    })
    .await;
}

#[tokio::test]
async fn fault_50_a_job_that_somebody_else_deletes_in_the_same_moment_is_said_to_be_copied() {
    with_jobs(async |v, _, _| {
        let ids = v.queues(2).await;
        let ids = [ids[0], ids[1]];
        let lab = Lab::new(v, &ids).await;
        let job = lab.send(v, ids[0]).await;
        begin(v, job, ids[0], true).await;
        let path = format!("/api/v1/jobs/{job}");
        v.proxy.fault(Method::DELETE, &path, 1, Fault::Hold);
        v.click_in_dialog("Move").await;
        v.proxy.wait_for(&Method::DELETE, &path, 1).await;
        v.caller.api(Method::DELETE, &format!("/jobs/{job}"), None).await.unwrap();
        v.proxy.release();
        let [(copy, ..)] = jobs(v).await[..] else { panic!("one copy") };
        v.says(&format!("Job {job} was copied to “{}-01”, as job {copy}.", v.mark)).await;
        v.says(&format!("Somebody else had cancelled or moved job {job}")).await;
    })
    .await;
}

#[tokio::test]
async fn an_action_that_is_asked_for_while_another_one_is_under_way_is_said_to_wait() {
    with_jobs(async |v, _, _| {
        let queue = v.queues(1).await[0];
        let lab = Lab::new(v, &[queue]).await;
        let (first, second) = (lab.send(v, queue).await, lab.send(v, queue).await);
        v.open(&format!("queues/{queue}")).await;
        v.click("button", &format!("Cancel job {first}")).await;
        v.proxy.fault(Method::DELETE, "/api/v1/jobs/", 1, Fault::Hold);
        v.click_in_dialog("Cancel job").await;
        v.proxy.wait_for(&Method::DELETE, "/api/v1/jobs/", 1).await;
        v.click("button", &format!("Cancel job {second}")).await;
        v.click_in_dialog("Cancel job").await;
        v.says("The last action is still under way.").await;
        v.proxy.release();
        v.says(&format!("Job {first} was cancelled.")).await;
        v.click_in_dialog("Cancel job").await;
        v.says(&format!("Job {second} was cancelled.")).await;
        assert!(jobs(v).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_job_whose_entrypoint_was_unlinked_is_not_sent_again() {
    with_jobs(async |v, _, _| {
        let queue = v.queues(1).await[0];
        let lab = Lab::new(v, &[queue]).await;
        let job = lab.send(v, queue).await;
        lab.fail(v, job).await;
        // The server asks for any entrypoint of the experiment.
        let other = entrypoint_of(v, "other", &[queue], "pass").await;
        let path = format!("/experiments/{}/entrypoints", lab.experiment);
        post(&v.caller, &path, json!({"ids": [other]})).await;
        let path = format!("/entrypoints/{}/queues/{queue}", lab.entrypoint);
        v.caller.api(Method::DELETE, &path, None).await.unwrap();
        v.open(&format!("queues/{queue}")).await;
        v.click("button", &format!("Send again job {job}")).await;
        v.says(&format!(
            "Job {job} was not sent again: its entrypoint is not linked to this queue."
        ))
        .await;
        assert_eq!(jobs(v).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn jobs_of_an_earlier_name_can_be_moved_to_the_queues_name_of_now() {
    with_jobs(async |v, _, _| {
        let queue = v.queues(1).await[0];
        let lab = Lab::new(v, &[queue]).await;
        let job = lab.send(v, queue).await;
        crate::edit::save(&v.caller, queue, "renamed", "d").await;
        v.open(&format!("queues/{queue}")).await;
        v.click("button", &format!("Move job {job}")).await;
        v.choose("Queue", "renamed – Idle").await;
        v.click_in_dialog("Move").await;
        v.says(&format!("Job {job} was moved to “renamed”, as job")).await;
        region_says(v, "Jobs", "1 waiting for").await;
        v.gone("button", &format!("Cancel job {job}")).await;
        v.is_silent_about("under the old name").await;
    })
    .await;
}

#[tokio::test]
async fn fault_50_a_copy_that_the_browser_has_sent_twice_is_there_once() {
    with_jobs(async |v, _, _| {
        let ids: [u64; 2] = v.queues(2).await.try_into().unwrap();
        let lab = Lab::new(v, &ids).await;
        let job = lab.send(v, ids[0]).await;
        begin(v, job, ids[0], true).await;
        // Over a connection that was used before and is reset, Chromium sends it again by itself.
        v.proxy.fault(Method::POST, "/jobs", 1, Fault::LoseResponse);
        confirm(v, job, ids, true, async {}).await;
        let job = jobs(v).await[0].0;
        assert!(lab.set_status(&v.caller, job, "started").await);
        v.open(&format!("queues/{}", ids[1])).await;
        v.see("button", &format!("Show latest log lines of job {job}")).await;
        // Nobody listens at the other page by then.
        v.sign_out_elsewhere().await;
        v.click("button", &format!("Show latest log lines of job {job}")).await;
        v.see("dialog", "Sign in to continue").await;
    })
    .await;
}
