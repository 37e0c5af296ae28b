//! Deletion: what it touches, and the way back.

use serde_json::json;
use testkit::{Method, proxy::Fault};

use crate::{
    jobs::with_jobs,
    lab::{entrypoint, jobs, post},
    visit::{Visit, member},
};

/// Opens the dialog for the queue, and waits until it is known what a deletion touches: no job waits,
/// and of the entrypoints it says so.
async fn ask_to_delete(v: &Visit, name: &str, entrypoints: &str) {
    v.click("button", &format!("Delete {name}")).await;
    v.see("alertdialog", &format!("Delete queue “{name}”?")).await;
    v.says("No jobs are waiting in it").await;
    v.says(entrypoints).await;
}

/// The same, and deletes it.
async fn delete(v: &Visit, name: &str, entrypoints: &str) {
    ask_to_delete(v, name, entrypoints).await;
    v.click("button", "Delete queue").await;
    v.status(&format!("Queue “{name}” deleted")).await;
}

/// No entrypoint is linked to the queue.
const NO_LINKS: &str = "No entrypoint would lose this queue";

/// The names of the queues that the entrypoint is linked to.
async fn linked(v: &Visit, entrypoint: u64) -> Vec<u64> {
    let path = format!("/entrypoints/{entrypoint}");
    let entrypoint = v.caller.api(Method::GET, &path, None).await.unwrap();
    let queues = entrypoint["queues"].as_array().unwrap();
    queues.iter().map(|queue| queue["id"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn the_question_says_which_entrypoints_lose_the_queue_and_how_many_jobs_wait_in_it() {
    with_jobs(async |v, _, _| {
        let ids = v.queues(2).await;
        let first = entrypoint(v, "train", ids[0]).await;
        // More than fit on one page of the server's.
        jobs(v, first, ids[0], 101).await;
        jobs(v, entrypoint(v, "elsewhere", ids[1]).await, ids[1], 1).await;
        v.open_own_table("").await;
        let name = format!("{}-00", v.mark);
        v.click("button", &format!("Delete {name}")).await;
        v.see("alertdialog", &format!("Delete queue “{name}”?")).await;
        v.focus_is_on("Keep queue").await;
        v.says(&format!("Entrypoints that would lose this queue: {}-train", v.mark)).await;
        v.says("Jobs waiting in it: 101.").await;
        assert!(!v.text().await.contains("-elsewhere"));
        v.click("button", "Keep queue").await;
        v.gone("alertdialog", &format!("Delete queue “{name}”?")).await;
        v.focus_is_on_button(&format!("Delete {name}")).await;
        assert_eq!(v.queue(ids[0]).await["deleted"], false);
        assert_eq!(linked(v, first).await, [ids[0]]);
    })
    .await;
}

#[tokio::test]
async fn only_jobs_that_still_wait_are_counted() {
    with_jobs(async |v, _, _| {
        let id = v.queues(1).await[0];
        let entrypoint = entrypoint(v, "train", id).await;
        jobs(v, entrypoint, id, 4).await;
        let all = "/jobs/?sortBy=createdOn&descending=true&pageLength=100";
        let all = v.caller.api(Method::GET, all, None).await.unwrap();
        let ours: Vec<_> = all["data"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|job| job["queue"]["id"] == id)
            .map(|job| (job["experiment"]["id"].clone(), job["id"].clone()))
            .collect();
        // As a worker does it: one runs, one has finished, one has failed.
        for (statuses, (experiment, job)) in
            [&["started"][..], &["started", "finished"], &["started", "failed"]].iter().zip(ours)
        {
            for status in *statuses {
                let path = format!("/experiments/{experiment}/jobs/{job}/status");
                let body = Some(json!({"status": status}));
                v.caller.api(Method::PUT, &path, body).await.unwrap();
            }
        }
        v.open_own_table("").await;
        v.click("button", &format!("Delete {}-00", v.mark)).await;
        v.says("Jobs waiting in it: 1. They will keep waiting").await;
    })
    .await;
}

#[tokio::test]
async fn what_can_not_be_counted_is_unknown_and_never_zero() {
    member(async |v| {
        let id = v.queues(1).await[0];
        let down = || Fault::Replace(502, "text/html", "<h1>no</h1>".into());
        v.open(&format!("queues/{id}")).await;
        let name = format!("{}-00", v.mark);
        v.see("heading", &name).await;
        // The page itself has read what it shows.
        v.says("Idle.").await;
        v.says("No entrypoint sends jobs here yet.").await;
        v.proxy.fault(Method::GET, "/jobs/", 1, down());
        v.proxy.fault(Method::GET, "/entrypoints/", 1, down());
        v.click("button", &format!("Delete {name}")).await;
        v.says("Jobs waiting in it: unknown").await;
        v.says("Entrypoints that would lose this queue: unknown").await;
        v.click("button", "Keep queue").await;
        // While it is counted, nothing is deleted.
        v.proxy.fault(Method::GET, "/jobs/", 1, Fault::Hold);
        v.click("button", &format!("Delete {name}")).await;
        v.says("Jobs waiting in it: looking").await;
        v.says("No entrypoint would lose this queue").await;
        v.click("button", "Delete queue").await;
        v.says("Wait until it is known what this touches").await;
        v.proxy.release();
        v.says("No jobs are waiting in it").await;
        assert_eq!(v.queue(id).await["deleted"], false);
        v.click("button", "Delete queue").await;
        v.path_is("queues").await;
        v.status(&format!("Queue “{name}” deleted")).await;
        assert_eq!(v.queue(id).await["deleted"], true);
    })
    .await;
}

#[tokio::test]
async fn undo_brings_the_queue_back_with_its_tags_and_links_and_says_that_its_id_changed() {
    member(async |v| {
        let id = v.queues(1).await[0];
        let name = format!("{}-00", v.mark);
        let (one, two) = (entrypoint(v, "one", id).await, entrypoint(v, "two", id).await);
        let tag = json!({"name": format!("{} tag", v.mark), "group": 1});
        let tag = post(&v.caller, "/tags/", tag).await["id"].as_u64().unwrap();
        post(&v.caller, &format!("/queues/{id}/tags"), json!({"ids": [tag]})).await;
        v.open_own_table("").await;
        delete(v, &name, &format!("{}-one, {}-two", v.mark, v.mark)).await;
        v.until("the row is gone", async || v.names().await.is_empty()).await;
        assert!(linked(v, one).await.is_empty(), "the server unlinks it");
        v.click("button", "Undo").await;
        v.says(&format!("Queue “{name}” is back. Its ID changed from {id} to ")).await;
        v.names_are(std::slice::from_ref(&name)).await;
        let there = v.on_the_server().await;
        assert_eq!(there.len(), 1);
        let new = there[0]["id"].as_u64().unwrap();
        assert_ne!(new, id);
        assert_eq!(there[0]["description"], "number 0");
        assert_eq!(there[0]["tags"][0]["id"], json!(tag));
        assert_eq!((linked(v, one).await, linked(v, two).await), (vec![new], vec![new]));
        assert!(v.find("button", "Undo").await.is_none(), "once");
    })
    .await;
}

#[tokio::test]
async fn undo_says_what_it_could_not_bring_back() {
    member(async |v| {
        let id = v.queues(1).await[0];
        let name = format!("{}-00", v.mark);
        let link = entrypoint(v, "gone", id).await;
        v.open(&format!("queues/{id}")).await;
        let touched = format!("Entrypoints that would lose this queue: {}-gone", v.mark);
        delete(v, &name, &touched).await;
        v.caller.api(Method::DELETE, &format!("/entrypoints/{link}"), None).await.unwrap();
        v.click("button", "Undo").await;
        v.says(&format!("Not brought back: the link to entrypoint “{}-gone”.", v.mark)).await;
        assert_eq!(v.on_the_server().await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn undo_does_not_take_a_name_that_somebody_took_meanwhile() {
    member(async |v| {
        let id = v.queues(1).await[0];
        let name = format!("{}-00", v.mark);
        v.open(&format!("queues/{id}")).await;
        delete(v, &name, NO_LINKS).await;
        v.other().await.queue(&name, Some("theirs")).await.unwrap();
        v.click("button", "Undo").await;
        v.says("could not be brought back. Another queue has this name by now.").await;
        let there = v.on_the_server().await;
        assert_eq!((there.len(), &there[0]["description"]), (1, &json!("theirs")));
    })
    .await;
}

#[tokio::test]
async fn a_deletion_whose_response_got_lost_is_looked_for_and_a_refused_one_is_said() {
    member(async |v| {
        let id = v.queues(1).await[0];
        let name = format!("{}-00", v.mark);
        v.open(&format!("queues/{id}")).await;
        ask_to_delete(v, &name, NO_LINKS).await;
        v.proxy.fault(
            Method::DELETE,
            "/queues/",
            1,
            Fault::Replace(500, "text/html", String::new()),
        );
        v.click("button", "Delete queue").await;
        v.says("The queue was not deleted.").await;
        v.proxy.fault(Method::DELETE, "/queues/", 1, Fault::LoseResponse);
        v.click("button", "Delete queue").await;
        v.status(&format!("Queue “{name}” deleted")).await;
    })
    .await;
}

#[tokio::test]
async fn a_deleted_queue_shows_apart_and_offers_to_be_made_again() {
    member(async |v| {
        let ids = v.queues(2).await;
        let name = format!("{}-00", v.mark);
        v.caller.api(Method::DELETE, &format!("/queues/{}", ids[0]), None).await.unwrap();
        v.open_own_table("&deleted=true").await;
        v.status("1–2 of 2 queues").await;
        assert!(v.find("button", &format!("Delete {name}")).await.is_none());
        assert!(v.find("link", &format!("Edit {name}")).await.is_none());
        v.see("link", &format!("Recreate {name}")).await;
        v.open(&format!("queues/{}", ids[0])).await;
        v.says("This queue was deleted").await;
        assert!(v.find("button", &format!("Delete {name}")).await.is_none());
        v.click("link", "Recreate").await;
        v.see("heading", "Create queue").await;
        v.until("the same name", async || v.value("textbox", "Name").await == name).await;
        v.click("button", "Create queue").await;
        v.status(&format!("Queue “{name}” created")).await;
    })
    .await;
}
