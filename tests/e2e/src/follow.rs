//! What changes by itself on the table and on the form, and what does not.

use serde_json::json;
use testkit::{
    Method,
    dioptra::{Dioptra, Setup},
    exporter::Exporter,
    proxy::Fault,
    redis::Redis,
    worker,
};
use thirtyfour::prelude::*;

use crate::{
    cold::shift,
    jobs::{cell_says, region_says, with_jobs},
    lab::{Lab, age},
    visit::{PASSWORD, Start, Visit, dioptra, member, visit},
};

/// Where the first row begins on the screen.
async fn first_row(v: &Visit) -> i64 {
    let script = "return Math.round(deep('tbody tr')[0].getBoundingClientRect().top)";
    v.script(script, vec![]).await.as_i64().unwrap()
}

/// The table with two queues, of which jobs can be sent to the first: its id and its name, which is idle.
async fn idle_queue(v: &Visit) -> (u64, String, Lab) {
    let queue = v.queues(2).await[0];
    let name = format!("{}-00", v.mark);
    let lab = Lab::new(v, &[queue]).await;
    v.open("queues").await;
    cell_says(v, &name, "Idle").await;
    (queue, name, lab)
}

#[tokio::test]
async fn jobs_change_in_place_and_changed_queues_wait_for_a_button() {
    with_jobs(async |v, _, _| {
        let (queue, _, lab) = idle_queue(v).await;
        let names = v.names().await;
        lab.send(v, queue).await;
        v.caller.queue(&format!("{}-new", v.mark), None).await.unwrap();
        v.until_slowly("the job shows by itself", async || {
            v.text().await.contains("1 waiting for")
        })
        .await;
        v.status("The list has changed").await;
        assert_eq!(v.names().await, names, "rows do not move by themselves");
        v.click("button", "Show changes").await;
        v.see("link", &format!("{}-new", v.mark)).await;
        v.gone("button", "Show changes").await;
        v.focus_is_on("Queues").await;
    })
    .await;
}

#[tokio::test]
async fn live_can_be_switched_off_and_stays_so() {
    with_jobs(async |v, _, _| {
        v.queues(1).await;
        v.open("queues").await;
        cell_says(v, &format!("{}-00", v.mark), "Idle").await;
        v.click("checkbox", "Live").await;
        v.driver.refresh().await.unwrap();
        cell_says(v, &format!("{}-00", v.mark), "Idle").await;
        assert!(!v.see("checkbox", "Live").await.is_selected().await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn what_waits_grows_older_by_what_is_seen_not_by_the_clock() {
    with_jobs(async |v, _, _| {
        let queue = v.queues(1).await[0];
        let lab = Lab::new(v, &[queue]).await;
        lab.send(v, queue).await;
        // A clock that can be put forward, and ticks each moment instead of each minute.
        let source = "const [now, every] = [Date.now, setInterval]; window.skew = 0;
            Date.now = () => now() + skew;
            window.setInterval = (tick, ms) => every(tick, ms === 60_000 ? 100 : ms)";
        v.chromium("Page.addScriptToEvaluateOnNewDocument", json!({"source": source})).await;
        v.open("queues").await;
        cell_says(v, &format!("{}-00", v.mark), "1 waiting for").await;
        v.click("checkbox", "Live").await;
        v.script("skew = 7_200_000", vec![]).await;
        // What the page knows for sure grows older.
        v.says("2 hours ago").await;
        cell_says(v, &format!("{}-00", v.mark), "1 waiting for").await;
        v.is_silent_about("waiting for 2 hours").await;
    })
    .await;
}

#[tokio::test]
async fn what_needed_attention_has_its_place_from_the_first_paint_on_and_gives_it_back() {
    with_jobs(async |v, dioptra, _| {
        let (queue, name, lab) = idle_queue(v).await;
        let without = first_row(v).await;
        let job = lab.send(v, queue).await;
        age(&dioptra.database, job, 7_200);
        v.open("queues").await;
        region_says(v, "Needs attention", "1 waiting for 2 hours, none running.").await;
        v.until("its height is stored", async || {
            v.script("return localStorage['dioptra-queues.attention'] > 0", vec![]).await
                == json!(true)
        })
        .await;
        let with = first_row(v).await;
        v.open("queues").await;
        region_says(v, "Needs attention", "1 waiting for 2 hours, none running.").await;
        assert_eq!((shift(v).await, first_row(v).await), (json!(0), with));
        v.caller.api(Method::DELETE, &format!("/jobs/{job}"), None).await.unwrap();
        for _ in 0..2 {
            v.open("queues").await;
            cell_says(v, &name, "Idle").await;
            v.until("the rows are where they were", async || first_row(v).await == without).await;
        }
        assert_eq!(shift(v).await, json!(0));
        // What others have written there does no harm.
        v.script("localStorage['dioptra-queues.attention'] = '1e9'", vec![]).await;
        v.open("queues").await;
        cell_says(v, &name, "Idle").await;
        v.until("the rows are where they were", async || first_row(v).await == without).await;
    })
    .await;
}

#[tokio::test]
async fn what_needs_attention_does_not_move_rows_under_a_hand() {
    with_jobs(async |v, dioptra, _| {
        let (queue, name, lab) = idle_queue(v).await;
        let before = first_row(v).await;
        let job = lab.send(v, queue).await;
        age(&dioptra.database, job, 7_200);
        // A hand moves over the rows until the news are there.
        let row = v.see("link", &name).await;
        let step = std::cell::Cell::new(0);
        v.until_slowly("the cell says so", async || {
            step.set((step.get() + 3) % 10);
            v.driver
                .action_chain()
                .move_to_element_with_offset(&row, step.get(), 0)
                .perform()
                .await
                .unwrap();
            v.text().await.contains("1 waiting for 2 hours, none running")
        })
        .await;
        assert!(v.find("region", "Needs attention").await.is_none());
        assert_eq!(first_row(v).await, before);
        // Once the hand rests, it shows.
        region_says(v, "Needs attention", "1 waiting for 2 hours, none running.").await;
        // What it says may change; the focus on its link stays.
        let link = v.driver.find(By::Css(".attention a")).await.unwrap();
        v.script("arguments[0].focus()", vec![link.to_json().unwrap()]).await;
        age(&dioptra.database, job, 3_600);
        v.click("button", "Refresh").await;
        v.script("arguments[0].focus()", vec![link.to_json().unwrap()]).await;
        region_says(v, "Needs attention", "1 waiting for 3 hours").await;
        v.focus_is_on(&name).await;
    })
    .await;
}

#[tokio::test]
async fn the_form_suggests_names_whose_jobs_were_taken_lately_before_those_of_dioptra() {
    with_jobs(async |v, _, _| {
        let ids = v.queues(2).await;
        let name = format!("{}-00", v.mark);
        let lab = Lab::new(v, &ids).await;
        let job = lab.send(v, ids[0]).await;
        // This one only waits.
        lab.send(v, ids[1]).await;
        for status in ["started", "finished"] {
            assert!(lab.set_status(&v.caller, job, status).await);
        }
        v.open("queues/new").await;
        v.click("textbox", "Name").await;
        v.see("button", &name).await;
        v.says("a job was taken").await;
        let chips =
            v.script("return deep('.suggestions button').map((it) => it.innerText)", vec![]).await;
        assert_eq!(chips[0], json!(name));
        assert_eq!(chips[1], "tensorflow-cpu");
        assert!(v.find("button", &format!("{}-01", v.mark)).await.is_none());
        v.paste("textbox", "Name", &name.to_uppercase()).await;
        v.status(&format!("Did you mean {name}?")).await;
        v.paste("textbox", "Name", "Pytorch_CPU").await;
        v.status("Did you mean pytorch-cpu?").await;
        v.click("button", &name).await;
        assert_eq!(v.value("textbox", "Name").await, name);
    })
    .await;
}

/// A Dioptra whose deployment says what Redis knows.
async fn with_proof(test: impl AsyncFnOnce(&Visit, &Dioptra, Redis, Exporter)) {
    let redis = Redis::start().await.unwrap();
    let exporter = Exporter::start(&redis.uri).await.unwrap();
    let setup = Setup { redis: Some(&redis), ..Setup::small() };
    let dioptra = Dioptra::temporary_with("proof", &setup).await.unwrap();
    let address = exporter.address.clone();
    let start = Start { workers: Some(&address), ..Start::new(&dioptra.origin) };
    visit(start, true, async |v| test(v, &dioptra, redis, exporter).await).await;
}

#[tokio::test]
async fn whoever_leaves_the_table_while_it_asks_for_the_workers_goes_on() {
    let dioptra = dioptra();
    let start = Start { workers: Some("127.0.0.1:9"), ..Start::new(&dioptra) };
    visit(start, true, async |v| {
        v.proxy.fault(Method::GET, "/workers", 1, Fault::Hold);
        v.open("queues").await;
        v.proxy.wait_for(&Method::GET, "/workers", 1).await;
        v.click("link", "Create queue").await;
        v.see("heading", "Create queue").await;
        v.click("link", "Cancel").await;
        v.see("heading", "Queues").await;
        v.jobs_are_read().await;
    })
    .await;
}

#[tokio::test]
async fn whoever_leaves_the_table_before_the_frame_that_shows_its_jobs_goes_on() {
    member(async |v| {
        v.queues(1).await;
        v.proxy.fault(Method::GET, "/api/v1/jobs/", 1, Fault::Hold);
        v.open_own_table("").await;
        v.names_are(&[format!("{}-00", v.mark)]).await;
        v.proxy.wait_for(&Method::GET, "/api/v1/jobs/", 1).await;
        let late = "window.frames_ = 0; window.requestAnimationFrame = (frame) =>
            setTimeout(() => { frame(); frames_++; }, 2000)";
        v.script(late, vec![]).await;
        v.proxy.release();
        v.jobs_are_read().await;
        v.click("link", "Create queue").await;
        v.see("heading", "Create queue").await;
        v.until("the frame", async || v.script("return frames_ > 0", vec![]).await == json!(true))
            .await;
        v.click("link", "Cancel").await;
        v.see("heading", "Queues").await;
    })
    .await;
}

#[tokio::test]
async fn with_the_exporter_it_is_said_who_listens_and_the_page_follows_a_real_worker() {
    with_proof(async |v, dioptra, redis, _exporter| {
        let queue = v.queues(1).await[0];
        let name = format!("{}-00", v.mark);
        let lab = Lab::doing(v, &[queue], "time.sleep(20)").await;
        let job = lab.send(v, queue).await;
        v.open("queues").await;
        cell_says(v, &name, "No worker listens to this name").await;
        region_says(v, "Needs attention", "No worker listens to this name.").await;
        v.open(&format!("queues/{queue}")).await;
        region_says(v, "Jobs", "No worker listens to this name.").await;
        let user = (v.username.as_str(), PASSWORD);
        let running = worker::start(&dioptra.origin, &redis, user, &name).unwrap();
        v.until_slowly("it runs", async || v.text().await.contains("1 running.")).await;
        region_says(v, "Jobs", "1 worker listens to this name").await;
        v.until_slowly("it has ended", async || v.text().await.contains("ago, finished")).await;
        drop(running);
        // One that Redis has lost.
        let lost = lab.send(v, queue).await;
        age(&dioptra.database, lost, 600);
        redis.flush().await.unwrap();
        v.driver.refresh().await.unwrap();
        region_says(
            v,
            "Jobs",
            "1 of 1 waiting job is not in Redis: it will not run. Send it again.",
        )
        .await;
        v.see("button", &format!("Send again job {lost}")).await;
        assert_ne!(job, lost);
    })
    .await;
}

#[tokio::test]
async fn fault_51_without_redis_and_its_exporter_the_verdicts_stay_true() {
    with_proof(async |v, dioptra, redis, exporter| {
        let queue = v.queues(1).await[0];
        let name = format!("{}-00", v.mark);
        let lab = Lab::new(v, &[queue]).await;
        let job = lab.send(v, queue).await;
        age(&dioptra.database, job, 7_200);
        v.open("queues").await;
        cell_says(v, &name, "No worker listens to this name").await;
        // The exporter answers 500 without Redis: only what the jobs show is said.
        drop(redis);
        v.click("button", "Refresh").await;
        cell_says(v, &name, "1 waiting for 2 hours, none running").await;
        drop(exporter);
        v.click("button", "Refresh").await;
        cell_says(v, &name, "1 waiting for 2 hours, none running").await;
        v.is_silent_about("No worker listens").await;
        // Hundreds come while one looks: counts are called incomplete, and no row moves.
        let names = v.names().await;
        dioptra.fill_jobs(300, 300, 1).unwrap();
        v.click("button", "Refresh").await;
        region_says(v, "Needs attention", "at least").await;
        assert_eq!(v.names().await, names);
        v.open(&format!("queues/{queue}")).await;
        region_says(v, "Jobs", "301 waiting for 2 hours").await;
        v.says("The first 100 of 301 are listed.").await;
        assert!(v.caller.api(Method::GET, &format!("/jobs/{job}"), None).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_list_that_is_searched_or_empty_says_that_it_has_changed_and_only_then() {
    let dioptra = Dioptra::temporary_with("lists", &Setup::small()).await.unwrap();
    visit(Start::new(&dioptra.origin), true, async |v| {
        let queue = async |name: &str| v.caller.queue(name, None).await.unwrap();
        v.open("queues").await;
        v.see("heading", "No queues yet").await;
        v.see("button", "Refresh").await;
        queue("first").await;
        v.until_slowly("it says so", async || v.text().await.contains("The list has changed"))
            .await;
        v.open("queues?search=name:gpu*").await;
        v.see("heading", "No queues match").await;
        v.see("button", "Refresh").await;
        // A moment after the rows were loaded, and nothing that is searched for.
        v.proxy.forget();
        queue("cpu").await;
        v.until_slowly("it has looked", async || {
            let mut looks = v.proxy.seen(&Method::GET, "/api/v1/queues/?");
            looks.retain(|look| look.path.contains("search="));
            looks.len() == 1 && looks[0].status.is_some()
        })
        .await;
        v.is_silent_about("The list has changed").await;
        queue("gpu").await;
        v.until_slowly("it says so", async || v.text().await.contains("The list has changed"))
            .await;
        v.click("button", "Show changes").await;
        v.see("link", "gpu").await;
    })
    .await;
}

#[tokio::test]
async fn the_jobs_of_a_queue_that_the_table_deletes_are_said_to_be_of_a_deleted_one() {
    with_jobs(async |v, dioptra, _| {
        let (queue, name, lab) = idle_queue(v).await;
        let job = lab.send(v, queue).await;
        age(&dioptra.database, job, 7_200);
        v.click("button", "Refresh").await;
        region_says(v, "Needs attention", "1 waiting for 2 hours, none running.").await;
        v.click("button", &format!("Delete {name}")).await;
        v.says("Jobs waiting in it: 1.").await;
        v.click_in_dialog("Delete queue").await;
        let deleted = format!("1 job waits under the old name “{name}”, whose queue was deleted.");
        region_says(v, "Needs attention", &deleted).await;
        assert!(v.find("link", &name).await.is_none(), "no queue has this name");
    })
    .await;
}

#[tokio::test]
async fn a_queue_beyond_the_rows_that_is_renamed_is_looked_up_again() {
    with_jobs(async |v, dioptra, _| {
        let (queue, name, lab) = idle_queue(v).await;
        let job = lab.send(v, queue).await;
        age(&dioptra.database, job, 7_200);
        v.open(&format!("queues?search=name:{}-01", v.mark)).await;
        region_says(v, "Needs attention", "1 waiting for 2 hours, none running.").await;
        let change = json!({"name": format!("{name}-new"), "description": ""});
        v.caller.api(Method::PUT, &format!("/queues/{queue}"), Some(change)).await.unwrap();
        v.click("button", "Refresh").await;
        let renamed = format!(
            "1 job waits under the old name “{name}”. A worker of the new name won't take them."
        );
        region_says(v, "Needs attention", &renamed).await;
    })
    .await;
}

#[tokio::test]
async fn an_exporter_that_hangs_does_not_hide_what_the_jobs_show() {
    let redis = Redis::start().await.unwrap();
    let setup = Setup { redis: Some(&redis), ..Setup::small() };
    let dioptra = Dioptra::temporary_with("hangs", &setup).await.unwrap();
    let start = Start { workers: Some("127.0.0.1:9"), ..Start::new(&dioptra.origin) };
    visit(start, true, async |v| {
        let queue = v.queues(1).await[0];
        let lab = Lab::new(v, &[queue]).await;
        let job = lab.send(v, queue).await;
        age(&dioptra.database, job, 7_200);
        v.proxy.fault(Method::GET, "/workers", 3, Fault::Hold);
        v.open("queues").await;
        cell_says(v, &format!("{}-00", v.mark), "1 waiting for 2 hours, none running").await;
        v.open(&format!("queues/{queue}")).await;
        region_says(v, "Jobs", "1 waiting for 2 hours, none running.").await;
    })
    .await;
}

#[tokio::test]
async fn that_jobs_could_not_be_read_does_not_move_rows_under_a_hand() {
    with_jobs(async |v, _, _| {
        idle_queue(v).await;
        let before = first_row(v).await;
        let failed = Fault::Replace(500, "text/html", String::new());
        v.proxy.fault(Method::GET, "/api/v1/jobs/", 8, failed);
        let row = v.see("link", &format!("{}-00", v.mark)).await;
        v.driver.action_chain().move_to_element_center(&row).perform().await.unwrap();
        let seen = v.proxy.seen(&Method::GET, "/api/v1/jobs/").len();
        v.press("r").await;
        v.until("they are asked for", async || {
            v.proxy.seen(&Method::GET, "/api/v1/jobs/").len() > seen
        })
        .await;
        assert_eq!(first_row(v).await, before);
        v.driver.action_chain().move_to(1, 1).perform().await.unwrap();
        v.says("The jobs could not be read").await;
    })
    .await;
}
