//! Drafts: kept, listed, opened, saved and discarded.

use serde_json::{Value, json};
use testkit::Method;

use crate::{
    edit::save,
    visit::{Visit, member},
};

async fn draft_of(v: &Visit, queue: u64, name: &str, description: &str) -> u64 {
    let body = json!({"name": name, "description": description});
    let path = format!("/queues/{queue}/draft");
    let draft = v.caller.api(Method::POST, &path, Some(body)).await.unwrap();
    draft["id"].as_u64().unwrap()
}

async fn new_draft(v: &Visit, name: &str, description: &str) -> u64 {
    let body = json!({"name": name, "group": 1, "description": description});
    let draft = v.caller.api(Method::POST, "/queues/drafts/", Some(body)).await.unwrap();
    draft["id"].as_u64().unwrap()
}

#[tokio::test]
async fn fault_36_no_draft_is_discarded_in_the_name_of_somebody_else() {
    member(async |v| {
        new_draft(v, &v.mark, "mine").await;
        v.other().await;
        v.open("queues/drafts").await;
        v.click("button", &format!("Discard draft {}", v.mark)).await;
        v.see("alertdialog", &format!("Discard draft “{}”?", v.mark)).await;
        v.sign_in_elsewhere(&format!("{}-other", v.mark)).await;
        v.click_in_dialog("Discard draft").await;
        v.says(&format!("{}-other is signed in now", v.mark)).await;
        v.is_silent_about("discarded").await;
        assert_eq!(v.drafts().await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_new_queue_is_kept_as_a_draft_opened_and_created() {
    member(async |v| {
        v.open("queues/new").await;
        v.see("textbox", "Name").await;
        v.click("button", "Save as draft").await;
        v.says("Enter a queue name").await;
        assert!(!v.text().await.contains("Enter a description"), "a draft may lack it");
        let name = v.fill("-draft", "").await;
        v.click("button", "Save as draft").await;
        v.status(&format!("Draft “{name}” saved")).await;
        v.path_is("queues/drafts").await;
        v.see("heading", "Drafts").await;
        v.title_is("Drafts – Dioptra").await;
        v.says("New queue").await;
        assert!(v.on_the_server().await.is_empty());
        v.click("link", &name).await;
        v.see("heading", "Create queue").await;
        assert_eq!(v.value("textbox", "Name").await, name);
        v.click("button", "Create queue").await;
        v.says("Enter a description").await;
        v.paste("textbox", "Description", "whole now").await;
        v.click("button", "Save as draft").await;
        v.status(&format!("Draft “{name}” saved")).await;
        assert_eq!(v.drafts().await.len(), 1, "the same draft");
        v.click("button", "Create queue").await;
        v.status(&format!("Queue “{name}” created")).await;
        assert!(v.drafts().await.is_empty());
        assert_eq!(v.on_the_server().await[0]["description"], "whole now");
    })
    .await;
}

#[tokio::test]
async fn a_change_is_kept_as_a_draft_found_from_the_table_and_saved() {
    member(async |v| {
        let id = v.queues(1).await[0];
        let name = format!("{}-00", v.mark);
        v.open(&format!("queues/{id}/edit")).await;
        v.see("textbox", "Name").await;
        v.paste("textbox", "Description", "later").await;
        v.click("button", "Save as draft").await;
        v.status(&format!("Draft “{name}” saved")).await;
        v.says(&format!("Change of {name}")).await;
        assert_eq!(v.queue(id).await["description"], "number 0");
        v.open_own_table("").await;
        v.click("link", &format!("Draft of {name}")).await;
        v.see("heading", "Edit queue").await;
        assert_eq!(v.value("textbox", "Description").await, "later");
        v.click("button", "Save changes").await;
        v.status(&format!("Queue “{name}” saved")).await;
        assert_eq!(v.queue(id).await["description"], "later");
        assert!(v.drafts().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn drafts_are_saved_from_their_list_and_what_is_not_whole_is_opened() {
    member(async |v| {
        let id = v.queues(1).await[0];
        let name = format!("{}-00", v.mark);
        draft_of(v, id, &name, "from the list").await;
        v.open("queues/drafts").await;
        v.click("button", "Save changes").await;
        v.status(&format!("Queue “{name}” saved")).await;
        assert_eq!(v.queue(id).await["description"], "from the list");
        let draft = new_draft(v, &format!("{}-bare", v.mark), "").await;
        v.open("queues/drafts").await;
        v.click("button", "Create queue").await;
        v.path_is(&format!("queues/drafts/{draft}")).await;
        v.status("This draft is not complete yet.").await;
    })
    .await;
}

#[tokio::test]
async fn a_draft_is_discarded_after_a_question() {
    member(async |v| {
        let name = format!("{}-gone", v.mark);
        new_draft(v, &name, "d").await;
        v.open("queues/drafts").await;
        v.click("button", &format!("Discard draft {name}")).await;
        v.see("alertdialog", &format!("Discard draft “{name}”?")).await;
        v.focus_is_on("Keep draft").await;
        v.click("button", "Keep draft").await;
        assert_eq!(v.drafts().await.len(), 1);
        v.focus_is_on_button(&format!("Discard draft {name}")).await;
        v.click("button", &format!("Discard draft {name}")).await;
        v.click("button", "Discard draft").await;
        v.status(&format!("Draft “{name}” discarded")).await;
        v.says("No drafts").await;
        assert!(v.drafts().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_draft_whose_queue_has_moved_on_is_reconciled_side_by_side() {
    member(async |v| {
        let id = v.queues(1).await[0];
        let name = format!("{}-00", v.mark);
        let draft = draft_of(v, id, &name, "number drafted").await;
        save(&v.other().await, id, &name, "number moved on").await;
        // From the list: both versions show, nothing is overwritten.
        v.open("queues/drafts").await;
        v.click("button", "Save changes").await;
        v.path_is(&format!("queues/drafts/{draft}")).await;
        v.see("heading", "Two versions of this queue").await;
        assert_eq!(v.queue(id).await["description"], "number moved on");
        assert_eq!(v.value("textbox", "Description").await, "number drafted");
        v.paste("textbox", "Description", "number drafted and moved on").await;
        v.click("button", "Save changes").await;
        v.status(&format!("Queue “{name}” saved")).await;
        assert_eq!(v.queue(id).await["description"], "number drafted and moved on");
        assert!(v.drafts().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_draft_begun_from_an_older_version_is_kept_only_after_both_were_seen() {
    member(async |v| {
        let id = v.queues(1).await[0];
        let name = format!("{}-00", v.mark);
        v.open(&format!("queues/{id}/edit")).await;
        v.see("textbox", "Name").await;
        v.paste("textbox", "Description", "number mine").await;
        save(&v.other().await, id, &name, "number theirs").await;
        v.click("button", "Save as draft").await;
        v.see("heading", "Two versions of this queue").await;
        assert!(v.drafts().await.is_empty());
        v.click("button", "Save as draft").await;
        v.status(&format!("Draft “{name}” saved")).await;
        let drafts = v.drafts().await;
        assert_eq!(drafts[0]["payload"]["description"], "number mine");
        assert_eq!(drafts[0]["resourceSnapshot"], v.queue(id).await["snapshot"]);
    })
    .await;
}

#[tokio::test]
async fn a_draft_of_a_deleted_queue_says_so_and_its_text_becomes_a_new_queue() {
    member(async |v| {
        let id = v.queues(1).await[0];
        let draft = draft_of(v, id, &format!("{}-00", v.mark), "survives").await;
        v.other().await.api(Method::DELETE, &format!("/queues/{id}"), None).await.unwrap();
        v.open("queues/drafts").await;
        v.says("Deleted").await;
        v.open(&format!("queues/drafts/{draft}")).await;
        v.says("This queue was deleted. Your text can be copied, or saved as a new queue.").await;
        v.click("button", "Save as new queue").await;
        v.status(&format!("Queue “{}-00” created", v.mark)).await;
        assert_eq!(v.on_the_server().await[0]["description"], "survives");
    })
    .await;
}

#[tokio::test]
async fn whoever_has_a_draft_is_offered_it_and_a_save_beside_it_throws_nothing_away() {
    member(async |v| {
        let id = v.queues(1).await[0];
        let name = format!("{}-00", v.mark);
        draft_of(v, id, &name, "drafted").await;
        v.open(&format!("queues/{id}/edit")).await;
        v.says("You have a draft of this queue").await;
        v.see("link", "Open draft").await;
        assert_eq!(v.value("textbox", "Description").await, "number 0");
        v.paste("textbox", "Description", "beside it").await;
        v.click("button", "Save changes").await;
        v.says("You have a draft of this queue, so nothing was saved").await;
        assert_eq!(v.queue(id).await["description"], "number 0");
        assert_eq!(v.drafts().await[0]["payload"]["description"], "drafted");
        assert_eq!(v.value("textbox", "Description").await, "beside it");
        v.click("button", "Discard draft").await;
        let dialog = format!("Discard draft “{name}”?");
        v.see("alertdialog", &dialog).await;
        v.click_in_dialog("Discard draft").await;
        v.gone("link", "Open draft").await;
        v.click("button", "Save changes").await;
        v.status(&format!("Queue “{name}” saved")).await;
        assert_eq!(v.queue(id).await["description"], "beside it");
    })
    .await;
}

#[tokio::test]
async fn fault_25_a_draft_id_that_belongs_to_another_draft_by_now_is_not_saved() {
    member(async |v| {
        let mine = format!("{}-mine", v.mark);
        let draft = new_draft(v, &mine, "mine").await;
        v.open(&format!("queues/drafts/{draft}")).await;
        v.see("textbox", "Name").await;
        // Meanwhile it is discarded in another tab, and somebody else gets its id.
        let other = v.other().await;
        v.caller.api(Method::DELETE, &format!("/queues/drafts/{draft}"), None).await.unwrap();
        let body = json!({"name": format!("{}-theirs", v.mark), "group": 1, "description": "t"});
        let theirs = other.api(Method::POST, "/queues/drafts/", Some(body)).await.unwrap();
        v.click("button", "Create queue").await;
        v.says("This draft was changed or discarded elsewhere, so nothing was saved").await;
        assert!(v.on_the_server().await.is_empty(), "neither of the two became a queue");
        let path = format!("/queues/drafts/{}", theirs["id"]);
        let there: Value = other.api(Method::GET, &path, None).await.unwrap();
        assert_eq!(there["payload"]["description"], "t");
        assert_eq!(v.value("textbox", "Description").await, "mine");
        // An own one under the same id is told apart too.
        other.api(Method::DELETE, &path, None).await.unwrap();
        let again = new_draft(v, &format!("{}-again", v.mark), "again").await;
        v.click("button", "Create queue").await;
        v.says("This draft was changed or discarded elsewhere, so nothing was saved").await;
        assert!(v.on_the_server().await.is_empty());
        assert_eq!(v.drafts().await[0]["id"], json!(again));
    })
    .await;
}

#[tokio::test]
async fn a_draft_that_is_not_there_is_said() {
    member(async |v| {
        v.open("queues/drafts/99999999").await;
        v.see("heading", "Draft not found").await;
        v.open("queues").await;
        v.click("link", "Drafts").await;
        v.says("No drafts").await;
    })
    .await;
}

#[tokio::test]
async fn many_drafts_are_paged() {
    member(async |v| {
        for number in 0..26 {
            new_draft(v, &format!("{}-{number:02}", v.mark), "d").await;
        }
        v.open("queues/drafts").await;
        v.until("a page of rows", async || v.names().await.len() == 25).await;
        v.click("button", "Next page").await;
        v.path_is("queues/drafts?page=2").await;
        v.until("the last row", async || v.names().await.len() == 1).await;
        let name = v.names().await[0].clone();
        v.click("button", &format!("Discard draft {name}")).await;
        v.click_in_dialog("Discard draft").await;
        v.path_is("queues/drafts").await;
        v.until("a page of rows", async || v.names().await.len() == 25).await;
    })
    .await;
}

#[tokio::test]
async fn fault_15_a_page_of_drafts_past_the_end_leads_to_the_last_page_and_says_so() {
    member(async |v| {
        new_draft(v, &format!("{}-one", v.mark), "d").await;
        v.open("queues/drafts?page=3").await;
        v.path_is("queues/drafts").await;
        v.says("The list has become shorter. This is its last page.").await;
        v.until("its row", async || v.names().await.len() == 1).await;
    })
    .await;
}
