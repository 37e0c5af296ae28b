//! Every version of a queue, compared and restored.

use serde_json::json;
use testkit::{Method, proxy::Fault};

use crate::{
    edit::save,
    visit::{Visit, member},
};

/// A queue with three versions; its id.
async fn three_versions(v: &Visit) -> (u64, String) {
    let id = v.queues(1).await[0];
    let name = format!("{}-00", v.mark);
    save(&v.other().await, id, &name, "number one").await;
    save(&v.caller, id, &format!("{name}-b"), "number one and two").await;
    (id, name)
}

async fn rows(v: &Visit) -> serde_json::Value {
    let script = "return [...document.querySelectorAll('.history tbody tr')].map((tr) =>
        ['Version', 'Saved by', 'Name', 'Description'].map((label) =>
            tr.querySelector(`[data-label='${label}']`).innerText.trim()))";
    v.script(script, vec![]).await
}

#[tokio::test]
async fn every_version_is_listed_newest_first_with_who_and_what() {
    member(async |v| {
        let (id, name) = three_versions(v).await;
        v.open(&format!("queues/{id}")).await;
        v.click("link", "History").await;
        v.path_is(&format!("queues/{id}/history")).await;
        v.see("heading", "History").await;
        v.title_is(&format!("History of {name}-b – Dioptra")).await;
        let other = format!("{}-other", v.mark);
        v.until("the rows", async || rows(v).await.as_array().is_some_and(|all| all.len() == 3))
            .await;
        assert_eq!(
            rows(v).await,
            json!([
                ["Version 3", v.username, format!("{name}-b"), "number one and two"],
                ["Version 2", other, name, "number one"],
                ["Version 1", v.username, name, "number 0"],
            ])
        );
    })
    .await;
}

#[tokio::test]
async fn any_two_versions_are_compared_word_by_word_and_the_marks_are_said() {
    member(async |v| {
        let (id, _) = three_versions(v).await;
        v.open(&format!("queues/{id}/history")).await;
        // The last change at first.
        v.see("heading", "Version 2 and Version 3").await;
        let marks = async || {
            let script = "return [...document.querySelectorAll('.versions del, .versions ins')]
                .map((e) => e.textContent)";
            v.script(script, vec![]).await
        };
        assert_eq!(marks().await[2], json!("[added:  and two]"));
        v.click("radio", "Compare version 1").await;
        v.click("radio", "With version 2").await;
        v.see("heading", "Version 1 and Version 2").await;
        assert_eq!(marks().await, json!(["[removed: 0]", "[added: one]"]));
    })
    .await;
}

#[tokio::test]
async fn a_version_is_restored_as_a_new_one() {
    member(async |v| {
        let (id, name) = three_versions(v).await;
        v.open(&format!("queues/{id}/history")).await;
        v.see("heading", "Version 2 and Version 3").await;
        v.click_in_row("Version 1", "Restore this version").await;
        v.status(&format!("Version restored: queue “{name}” saved")).await;
        v.until("four versions", async || {
            rows(v).await.as_array().is_some_and(|all| all.len() == 4)
        })
        .await;
        let queue = v.queue(id).await;
        assert_eq!((&queue["name"], &queue["description"]), (&json!(name), &json!("number 0")));
        v.see("heading", "Version 3 and Version 4").await;
        v.click_in_row("Version 1", "Restore this version").await;
        v.status("Nothing has changed: the queue says this already.").await;
        assert_eq!(v.queue(id).await["snapshot"], queue["snapshot"]);
        assert!(v.drafts().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_version_that_somebody_saved_meanwhile_is_not_overwritten_by_a_restored_one() {
    member(async |v| {
        let (id, name) = three_versions(v).await;
        v.open(&format!("queues/{id}/history")).await;
        v.see("heading", "Version 2 and Version 3").await;
        save(&v.other().await, id, &name, "meanwhile").await;
        v.click_in_row("Version 1", "Restore this version").await;
        v.says(&format!("{}-other saved another version meanwhile", v.mark)).await;
        v.see("heading", "Version 1 and Version 4").await;
        assert_eq!(v.queue(id).await["description"], "meanwhile");
        v.click_in_row("Version 1", "Restore this version").await;
        v.status(&format!("Version restored: queue “{name}” saved")).await;
        assert_eq!(v.queue(id).await["description"], "number 0");
    })
    .await;
}

#[tokio::test]
async fn what_keeps_a_version_from_being_restored_is_said() {
    member(async |v| {
        let (id, name) = three_versions(v).await;
        v.open(&format!("queues/{id}/history")).await;
        v.see("heading", "Version 2 and Version 3").await;
        // The old name is taken by now.
        v.caller.queue(&name, Some("d")).await.unwrap();
        v.click_in_row("Version 1", "Restore this version").await;
        v.says(&format!("A queue named “{name}” already exists in group “public”")).await;
        v.see("link", "Open it").await;
        let body = json!({"name": "x", "description": "mine"});
        v.caller.api(Method::POST, &format!("/queues/{id}/draft"), Some(body)).await.unwrap();
        v.click_in_row("Version 2", "Restore this version").await;
        v.says("You have a draft of this queue, so nothing was restored").await;
        v.caller.api(Method::DELETE, &format!("/queues/{id}/draft"), None).await.unwrap();
        v.caller.api(Method::DELETE, &format!("/queues/{id}"), None).await.unwrap();
        v.click_in_row("Version 2", "Restore this version").await;
        v.says("This queue was deleted meanwhile, so nothing was restored").await;
        v.until("nothing to restore", async || {
            v.find("button", "Restore this version").await.is_none()
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn older_versions_come_when_they_are_asked_for() {
    member(async |v| {
        let id = v.queues(1).await[0];
        for number in 1..55 {
            save(&v.caller, id, &format!("{}-00", v.mark), &format!("version {number}")).await;
        }
        v.open(&format!("queues/{id}/history")).await;
        v.until("fifty rows", async || rows(v).await.as_array().is_some_and(|all| all.len() == 50))
            .await;
        v.click("button", "Show older versions").await;
        v.until("all rows", async || rows(v).await.as_array().is_some_and(|all| all.len() == 55))
            .await;
        assert_eq!(rows(v).await[54][0], "Version 1");
        v.gone("button", "Show older versions").await;
    })
    .await;
}

#[tokio::test]
async fn a_history_that_can_not_be_loaded_says_so() {
    member(async |v| {
        let id = v.queues(1).await[0];
        let fault = Fault::Replace(500, "text/html", "<h1>no</h1>".into());
        v.proxy.fault(Method::GET, "/snapshots", 1, fault);
        v.open(&format!("queues/{id}/history")).await;
        v.says("The history could not be loaded").await;
        v.click("button", "Try again").await;
        v.until("the row", async || rows(v).await[0][0] == "Version 1").await;
        v.open("queues/99999999/history").await;
        v.see("heading", "Queue not found").await;
    })
    .await;
}
