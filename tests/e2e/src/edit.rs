//! Changing a queue so that nobody's change is lost.

use serde_json::json;
use testkit::{Method, http::Caller, proxy::Fault};

use crate::visit::{Visit, member};

/// Saves a queue as Dioptra's own page does: over whatever is there.
pub async fn save(caller: &Caller, id: u64, name: &str, description: &str) {
    let body = json!({"name": name, "description": description});
    caller.api(Method::PUT, &format!("/queues/{id}"), Some(body)).await.unwrap();
}

/// Opens the form of a queue of its own, called `<mark>-00`.
async fn open_edit(v: &Visit) -> (u64, String) {
    let id = v.queues(1).await[0];
    v.open(&format!("queues/{id}/edit")).await;
    v.see("textbox", "Name").await;
    (id, format!("{}-00", v.mark))
}

async fn describe(v: &Visit, text: &str) {
    v.paste("textbox", "Description", text).await;
}

#[tokio::test]
async fn a_change_is_saved_as_a_new_version_and_leaves_no_draft_behind() {
    member(async |v| {
        let (id, name) = open_edit(v).await;
        v.see("heading", "Edit queue").await;
        v.title_is(&format!("Edit queue {name} – Dioptra")).await;
        assert_eq!(v.value("textbox", "Name").await, name);
        assert_eq!(v.value("textbox", "Description").await, "number 0");
        assert!(v.find("combobox", "Group").await.is_none(), "the group can't be changed");
        let before = v.queue(id).await;
        v.paste("textbox", "Name", &format!("{name}-new")).await;
        describe(v, "changed").await;
        v.click("button", "Save changes").await;
        v.status(&format!("Queue “{name}-new” saved")).await;
        v.path_is(&format!("queues/{id}")).await;
        v.see("heading", &format!("{name}-new")).await;
        let after = v.queue(id).await;
        assert_eq!(after["description"], "changed");
        assert_ne!(after["snapshot"], before["snapshot"]);
        assert!(v.drafts().await.is_empty());
        assert!(v.proxy.seen(&Method::PUT, "/api/").is_empty(), "nothing is overwritten unseen");
    })
    .await;
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent() {
    member(async |v| {
        let (id, _) = open_edit(v).await;
        let before = v.queue(id).await;
        v.proxy.forget();
        v.click("button", "Save changes").await;
        v.status("Nothing has changed, so there is nothing to save.").await;
        assert!(v.proxy.all().iter().all(|seen| seen.method == Method::GET));
        assert_eq!(v.queue(id).await, before);
        v.click("link", "Cancel").await;
        v.path_is(&format!("queues/{id}")).await;
    })
    .await;
}

#[tokio::test]
async fn the_rules_of_the_form_hold_for_a_change_too() {
    member(async |v| {
        v.queues(2).await;
        let (id, _) = open_edit_of(v, 0).await;
        v.paste("textbox", "Name", "a/b").await;
        describe(v, " ").await;
        v.click("button", "Save changes").await;
        v.says(
            "Queue name must only include letters, numbers, spaces, dots, hyphens and underscores",
        )
        .await;
        v.says("Enter a description").await;
        v.title_is(&format!("Error: Edit queue {}-00 – Dioptra", v.mark)).await;
        v.paste("textbox", "Name", &format!("{}-01", v.mark)).await;
        describe(v, "taken").await;
        v.click("button", "Save changes").await;
        v.says(&format!("A queue named “{}-01” already exists in group “public”", v.mark)).await;
        v.see("link", "Open it").await;
        assert_eq!(v.queue(id).await["description"], "number 0");
        assert!(v.drafts().await.is_empty(), "no draft is left of what was not saved");
    })
    .await;
}

/// The form of the queue `<mark>-<number>` that is there already.
async fn open_edit_of(v: &Visit, number: usize) -> (u64, String) {
    let name = format!("{}-{number:02}", v.mark);
    let all = v.on_the_server().await;
    let id = all.iter().find(|queue| queue["name"] == json!(name)).unwrap()["id"].as_u64().unwrap();
    v.open(&format!("queues/{id}/edit")).await;
    v.see("textbox", "Name").await;
    (id, name)
}

#[tokio::test]
async fn fault_23_the_second_of_two_who_save_sees_both_versions_and_chooses() {
    member(async |v| {
        let (id, name) = open_edit(v).await;
        let other = v.other().await;
        describe(v, "number mine").await;
        save(&other, id, &name, "number theirs").await;
        v.click("button", "Save changes").await;
        v.says("nothing of yours was saved").await;
        v.see("heading", "Two versions of this queue").await;
        v.says(&format!("Saved by {}-other", v.mark)).await;
        let script = "return [...document.querySelectorAll('.versions tbody tr')].map((tr) =>
            [tr.querySelector('.badge').innerText, [...tr.querySelectorAll('del, ins')].map((e) => e.textContent)])";
        assert_eq!(
            v.script(script, vec![]).await,
            json!([
                ["Same", []],
                ["Differs", ["[removed: mine]", "[added: theirs]"]]
            ])
        );
        assert_eq!(v.queue(id).await["description"], "number theirs", "nothing was overwritten");
        assert!(v.drafts().await.is_empty());
        assert_eq!(v.value("textbox", "Description").await, "number mine");
        // Theirs, then a mix of both.
        v.click("button", "Use this description").await;
        assert_eq!(v.value("textbox", "Description").await, "number theirs");
        v.click("button", "Save changes").await;
        v.status("Nothing has changed, so there is nothing to save.").await;
        describe(v, "number mine and theirs").await;
        v.click("button", "Save changes").await;
        v.status(&format!("Queue “{name}” saved")).await;
        assert_eq!(v.queue(id).await["description"], "number mine and theirs");
    })
    .await;
}

#[tokio::test]
async fn fault_23_somebody_who_is_faster_between_the_draft_and_its_commit_is_not_overwritten() {
    member(async |v| {
        let (id, name) = open_edit(v).await;
        let other = v.other().await;
        describe(v, "mine").await;
        v.proxy.fault(Method::POST, "/draftCommit/", 1, Fault::Hold);
        v.click("button", "Save changes").await;
        v.proxy.wait_for(&Method::POST, "/draftCommit/", 1).await;
        save(&other, id, &name, "theirs").await;
        v.proxy.release();
        v.see("heading", "Two versions of this queue").await;
        assert_eq!(v.queue(id).await["description"], "theirs");
        v.until("no draft is left", async || v.drafts().await.is_empty()).await;
        v.click("button", "Save changes").await;
        v.status(&format!("Queue “{name}” saved")).await;
        assert_eq!(v.queue(id).await["description"], "mine");
    })
    .await;
}

#[tokio::test]
async fn fault_24_what_was_deleted_while_one_edits_is_said_and_the_text_becomes_a_new_queue() {
    member(async |v| {
        let (id, name) = open_edit(v).await;
        describe(v, "still mine").await;
        v.other().await.api(Method::DELETE, &format!("/queues/{id}"), None).await.unwrap();
        v.click("button", "Save changes").await;
        v.says("This queue was deleted meanwhile, so nothing was saved").await;
        assert_eq!(v.value("textbox", "Description").await, "still mine");
        v.click("button", "Copy text").await;
        v.status("Text copied").await;
        v.click("button", "Save as new queue").await;
        v.status(&format!("Queue “{name}” created")).await;
        let there = v.on_the_server().await;
        assert_eq!(there.len(), 1);
        assert_ne!(there[0]["id"], json!(id));
        assert_eq!(there[0]["description"], "still mine");
        assert!(v.drafts().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_deleted_queue_can_not_be_edited_but_its_text_is_there() {
    member(async |v| {
        let id = v.queues(1).await[0];
        v.caller.api(Method::DELETE, &format!("/queues/{id}"), None).await.unwrap();
        v.open(&format!("queues/{id}/edit")).await;
        v.says("This queue was deleted. Your text can be copied, or saved as a new queue.").await;
        v.open("queues/99999999/edit").await;
        v.see("heading", "Queue not found").await;
    })
    .await;
}

#[tokio::test]
async fn a_change_whose_response_got_lost_is_looked_for() {
    member(async |v| {
        let (id, name) = open_edit(v).await;
        describe(v, "arrived").await;
        v.proxy.fault(Method::POST, "/draftCommit/", 1, Fault::LoseResponse);
        v.click("button", "Save changes").await;
        v.status(&format!("Queue “{name}” saved")).await;
        assert_eq!(v.queue(id).await["description"], "arrived");
        v.open(&format!("queues/{id}/edit")).await;
        v.see("textbox", "Name").await;
        describe(v, "never arrived").await;
        v.proxy.fault(Method::POST, "/draftCommit/", 9, Fault::Reset);
        v.click("button", "Save changes").await;
        v.says("It is not known whether it was saved. Your text is still here").await;
        assert_eq!(v.value("textbox", "Description").await, "never arrived");
        v.proxy.heal();
        v.click("button", "Save changes").await;
        v.status(&format!("Queue “{name}” saved")).await;
        v.until("no draft is left", async || v.drafts().await.is_empty()).await;
        let path = format!("/queues/{id}/snapshots?pageLength=50");
        let versions = v.caller.api(Method::GET, &path, None).await.unwrap();
        assert_eq!(versions["totalNumResults"], 3, "each change once");
    })
    .await;
}

#[tokio::test]
async fn a_double_click_saves_once_and_a_session_that_ended_loses_nothing() {
    member(async |v| {
        let (id, name) = open_edit(v).await;
        describe(v, "once").await;
        v.sign_out_elsewhere().await;
        v.click("button", "Save changes").await;
        v.sign_in_over_the_page(&v.username).await;
        assert_eq!(v.value("textbox", "Description").await, "once");
        assert_eq!(v.queue(id).await["description"], "number 0", "the person confirms first");
        let button = v.see("button", "Save changes").await;
        v.driver.action_chain().double_click_element(&button).perform().await.unwrap();
        v.status(&format!("Queue “{name}” saved")).await;
        let path = format!("/queues/{id}/snapshots?pageLength=50");
        let versions = v.caller.api(Method::GET, &path, None).await.unwrap();
        assert_eq!(versions["totalNumResults"], 2);
    })
    .await;
}

#[tokio::test]
async fn a_reload_brings_a_change_back_and_shows_what_was_saved_meanwhile() {
    member(async |v| {
        let (id, name) = open_edit(v).await;
        describe(v, "typed").await;
        v.driver.refresh().await.unwrap();
        v.says("Your unsaved text was brought back.").await;
        assert_eq!(v.value("textbox", "Description").await, "typed");
        assert!(v.find("heading", "Two versions of this queue").await.is_none());
        save(&v.other().await, id, &name, "theirs").await;
        v.driver.refresh().await.unwrap();
        v.see("heading", "Two versions of this queue").await;
        v.driver.refresh().await.unwrap();
        v.see("heading", "Two versions of this queue").await;
        assert_eq!(v.value("textbox", "Description").await, "typed");
        v.click("button", "Discard it").await;
        assert_eq!(v.value("textbox", "Description").await, "theirs");
        v.click("link", "Cancel").await;
        v.path_is(&format!("queues/{id}")).await;
    })
    .await;
}

#[tokio::test]
async fn fault_7_somebody_else_who_signs_in_over_a_change_sees_nothing_of_it() {
    member(async |v| {
        let (id, _) = open_edit(v).await;
        v.other().await;
        describe(v, "secret of the first").await;
        v.sign_out_elsewhere().await;
        v.click("button", "Save changes").await;
        v.sign_in_over_the_page(&format!("{}-other", v.mark)).await;
        v.says(&format!("Signed in as {}-other", v.mark)).await;
        v.until("the queue as it is", async || {
            v.value("textbox", "Description").await == "number 0"
        })
        .await;
        assert!(!v.text().await.contains("secret of the first"));
        assert_eq!(v.queue(id).await["description"], "number 0");
    })
    .await;
}

#[tokio::test]
async fn a_duplicate_starts_filled_in_with_a_free_name() {
    member(async |v| {
        let id = v.queues(1).await[0];
        let name = format!("{}-00", v.mark);
        v.caller.queue(&format!("{name}-2"), Some("d")).await.unwrap();
        v.open_own_table("").await;
        v.click("link", &format!("Duplicate {name}")).await;
        v.path_is(&format!("queues/new?from={id}")).await;
        v.see("heading", "Create queue").await;
        v.until("the free name", async || v.value("textbox", "Name").await == format!("{name}-3"))
            .await;
        assert_eq!(v.value("textbox", "Description").await, "number 0");
        v.click("button", "Create queue").await;
        v.status(&format!("Queue “{name}-3” created")).await;
        v.click("link", &format!("Duplicate {name}-3")).await;
        v.until("a free name", async || v.value("textbox", "Name").await == format!("{name}-3-2"))
            .await;
        v.click("link", "Cancel").await;
        v.path_is("queues").await;
    })
    .await;
}
