//! What the jobs cost a server that has 20,000 of them: a row takes it some 9 ms.

use serde_json::json;
use testkit::{
    Method,
    dioptra::{Dioptra, Setup},
    exporter::Exporter,
    proxy::Seen,
    redis::Redis,
};

use crate::{
    jobs::{cell_says, with_jobs},
    lab::Lab,
    visit::{Start, Visit, visit},
};

/// 20,000 jobs over 300 names; so many of them wait. Gives the first queue, and what its jobs need. (The job
/// that the others are like was cancelled: Redis counts it still.)
pub async fn fill(v: &Visit, dioptra: &Dioptra, waiting: usize) -> (u64, Lab) {
    let queue = v.queues(1).await[0];
    let lab = Lab::new(v, &[queue]).await;
    let job = lab.send(v, queue).await;
    dioptra.fill(299).unwrap();
    dioptra.fill_jobs(20_000, waiting, 300).unwrap();
    v.caller.api(Method::DELETE, &format!("/jobs/{job}"), None).await.unwrap();
    (queue, lab)
}

/// How many rows of jobs a request asks for.
fn rows(seen: &Seen) -> u64 {
    let (_, length) = seen.path.split_once("pageLength=").unwrap();
    length.split('&').next().unwrap().parse().unwrap()
}

fn of_jobs(v: &Visit) -> Vec<Seen> {
    v.proxy.seen(&Method::GET, "/api/v1/jobs/")
}

#[tokio::test]
async fn where_nothing_waits_two_counts_are_all_that_is_asked() {
    with_jobs(async |v, dioptra, _| {
        fill(v, dioptra, 0).await;
        v.open("queues").await;
        cell_says(v, "bulk-299", "Idle").await;
        let asked = of_jobs(v);
        assert_eq!(asked.iter().map(rows).collect::<Vec<_>>(), [1, 1], "{asked:#?}");
    })
    .await;
}

#[tokio::test]
async fn where_a_thousand_wait_few_rows_are_read_and_what_was_not_is_not_called_idle() {
    with_jobs(async |v, dioptra, _| {
        fill(v, dioptra, 1_000).await;
        v.open("queues?rows=1000").await;
        v.jobs_are_read().await;
        v.until("all that is read", async || {
            of_jobs(v).len() == 7 && of_jobs(v).iter().all(|it| it.status.is_some())
        })
        .await;
        let asked = of_jobs(v);
        assert!(asked.iter().all(|it| rows(it) <= 25), "{asked:#?}");
        let all = asked.iter().map(rows).sum::<u64>();
        assert_eq!(all, 103, "two counts, a hundred rows, and whether one was taken meanwhile");
        cell_says(v, "bulk-1", "at least 1 waiting for").await;
        cell_says(v, "bulk-250", "Not known yet").await;
        v.is_silent_about("Idle").await;

        // A queue's page finds the jobs of its name, a row a probe.
        v.proxy.forget();
        v.click("link", "bulk-250").await;
        v.says("waiting for").await;
        v.says("Cancel all waiting jobs").await;
        let asked: Vec<_> = of_jobs(v).iter().map(rows).collect();
        assert!(asked.iter().filter(|rows| **rows > 1).count() <= 4, "{asked:?}");
        assert!(asked.len() <= 40, "{asked:?}");

        // Renamed, it has jobs under its old name, and deleting it says so.
        let id = v.path().await.strip_prefix("queues/").unwrap().to_owned();
        let body = json!({"name": format!("{}-renamed", v.mark), "description": "d"});
        v.caller.api(Method::PUT, &format!("/queues/{id}"), Some(body)).await.unwrap();
        v.driver.refresh().await.unwrap();
        v.says("under the old name “bulk-250”").await;
        v.click("button", &format!("Delete {}-renamed", v.mark)).await;
        v.says("Jobs waiting in it: 3").await;
    })
    .await;
}

#[tokio::test]
async fn with_proof_it_is_said_how_many_of_a_thousand_waiting_jobs_redis_has_lost() {
    let redis = Redis::start().await.unwrap();
    let exporter = Exporter::start(&redis.uri).await.unwrap();
    let setup = Setup { redis: Some(&redis), ..Setup::small() };
    let dioptra = Dioptra::temporary_with("scale-lost", &setup).await.unwrap();
    let start = Start { workers: Some(&exporter.address), ..Start::new(&dioptra.origin) };
    visit(start, true, async |v| {
        fill(v, &dioptra, 1_000).await;
        v.open("queues").await;
        // It holds the one that was cancelled.
        v.see("region", "Needs attention").await;
        v.says("Redis: 999 of 1000 waiting jobs are not in Redis: they will not run.").await;
    })
    .await;
}

#[tokio::test]
async fn with_proof_three_requests_are_enough_for_a_thousand_waiting_jobs() {
    let redis = Redis::start().await.unwrap();
    let exporter = Exporter::start(&redis.uri).await.unwrap();
    let setup = Setup { redis: Some(&redis), ..Setup::small() };
    let dioptra = Dioptra::temporary_with("scale-proof", &setup).await.unwrap();
    let start = Start { workers: Some(&exporter.address), ..Start::new(&dioptra.origin) };
    visit(start, true, async |v| {
        let (queue, lab) = fill(v, &dioptra, 1_000).await;
        for _ in 0..3 {
            lab.send(v, queue).await;
        }
        v.proxy.forget();
        v.open("queues").await;
        // Redis counts the one that was cancelled until a worker meets it.
        v.says("4 waiting in Redis. No worker listens to this name.").await;
        cell_says(v, "bulk-298", "Nothing waits in Redis").await;
        let asked: Vec<_> = of_jobs(v).iter().map(rows).collect();
        assert_eq!(asked, [1, 1]);
        assert_eq!(v.proxy.seen(&Method::GET, "/workers").len(), 1);
    })
    .await;
}
