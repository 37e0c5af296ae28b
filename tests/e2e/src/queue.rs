//! A queue's own page, and pages that are not there.

use serde_json::json;
use testkit::Method;
use thirtyfour::prelude::*;

use crate::visit::member;

#[tokio::test]
async fn the_page_of_a_queue_has_all_its_attributes() {
    member(async |v| {
        let id = v.queues(1).await[0];
        v.open(&format!("queues/{id}")).await;
        v.see("heading", &format!("{}-00", v.mark)).await;
        v.title_is(&format!("{}-00 – Dioptra", v.mark)).await;
        let script = "return Object.fromEntries([...document.querySelectorAll('.attributes > div')]
            .map((row) => [row.children[0].innerText, row.children[1].innerText.trim()]))";
        v.says("Saved by").await;
        let row = v.script(script, vec![]).await;
        assert_eq!(row["Description"], "number 0");
        assert_eq!(row["Group"], "public");
        assert_eq!(row["ID"], json!(id.to_string()));
        assert_eq!(row["Saved by"], json!(v.username));
        assert_eq!(row["Tags"], "None");
        for name in ["Created on", "Last modified on"] {
            assert!(row[name].as_str().is_some_and(|text| !text.is_empty()), "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn id_and_name_can_be_copied() {
    member(async |v| {
        let id = v.queues(1).await[0];
        let name = format!("{}-00", v.mark);
        for (button, status, expected) in
            [("Copy ID", "ID copied", id.to_string()), ("Copy name", "Name copied", name)]
        {
            v.open(&format!("queues/{id}")).await;
            v.click("button", button).await;
            v.status(status).await;
            v.open("queues").await;
            v.type_in("searchbox", "Search queues", Key::Control + "v").await;
            assert_eq!(v.value("searchbox", "Search queues").await, expected);
        }
    })
    .await;
}

#[tokio::test]
async fn what_next_says_how_to_start_a_worker_that_listens_to_this_name() {
    member(async |v| {
        let id = v.caller.queue(&format!("{} two", v.mark), Some("d")).await.unwrap();
        v.open(&format!("queues/{id}")).await;
        v.see("region", "What next").await;
        v.says(&format!("dioptra-worker-v1 --url 'redis://<host>:6379/0' -- '{} two'", v.mark))
            .await;
        for variable in [
            "DIOPTRA_API",
            "DIOPTRA_WORKER_USERNAME",
            "DIOPTRA_WORKER_PASSWORD",
            "MLFLOW_TRACKING_URI",
            "MLFLOW_S3_ENDPOINT_URL",
        ] {
            v.says(&format!("export {variable}=")).await;
        }
        v.says("entrypoint").await;
        v.click("button", "Copy worker command").await;
        v.status("Worker command copied").await;
    })
    .await;
}

#[tokio::test]
async fn a_deleted_queue_says_so() {
    member(async |v| {
        let id = v.queues(1).await[0];
        v.caller.api(Method::DELETE, &format!("/queues/{id}"), None).await.unwrap();
        v.open(&format!("queues/{id}")).await;
        v.says("This queue was deleted").await;
    })
    .await;
}

#[tokio::test]
async fn what_is_not_there_is_said_and_leads_to_the_table() {
    member(async |v| {
        for (path, heading) in [
            ("queues/99999999", "Queue not found"),
            ("nowhere", "Page not found"),
            ("queues/x/y", "Page not found"),
            ("queues/007", "Page not found"),
        ] {
            v.open(path).await;
            v.see("heading", heading).await;
            v.title_is(&format!("{heading} – Dioptra")).await;
            v.click("link", "Go to the queues").await;
            v.path_is("queues").await;
            v.focus_is_on("Queues").await;
        }
    })
    .await;
}
