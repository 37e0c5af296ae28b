//! Nothing lost, and nothing claimed that is not known: rows 32 to 35 and 39 of what may go wrong.

use serde_json::json;
use testkit::{Method, proxy::Fault};

use crate::{
    tags::{put_on, tag},
    visit::{Visit, member},
};

/// Opens the dialog for a queue that no entrypoint is linked to.
pub async fn ask_to_delete(v: &Visit, name: &str) {
    v.click("button", &format!("Delete {name}")).await;
    v.says("No jobs are waiting in it").await;
    v.says("No entrypoint would lose this queue").await;
}

/// Opens the form with a draft of a new queue; the queue's name.
async fn open_draft(v: &Visit) -> String {
    let name = format!("{}-draft", v.mark);
    let body = json!({"name": name, "group": 1, "description": "first"});
    let draft = v.caller.api(Method::POST, "/queues/drafts/", Some(body)).await.unwrap();
    v.open(&format!("queues/drafts/{}", draft["id"])).await;
    v.see("textbox", "Name").await;
    name
}

#[tokio::test]
async fn fault_32_a_draft_whose_first_save_failed_is_saved_with_another_text() {
    member(async |v| {
        let name = open_draft(v).await;
        let taken = v.queues(1).await.len();
        v.paste("textbox", "Name", &format!("{}-00", v.mark)).await;
        v.click("button", "Create queue").await;
        v.says("already exists in group “public”").await;
        v.paste("textbox", "Name", &name).await;
        v.paste("textbox", "Description", "second").await;
        v.click("button", "Create queue").await;
        v.status(&format!("Queue “{name}” created")).await;
        assert_eq!(v.on_the_server().await.len(), taken + 1);
        assert_eq!(v.named(&name).await["description"], "second");
        assert!(v.drafts().await.is_empty(), "its draft became the queue");
    })
    .await;
}

#[tokio::test]
async fn fault_33_a_save_that_goes_on_after_one_stopped_waiting_is_found_and_not_sent_again() {
    member(async |v| {
        v.open("queues/new").await;
        v.see("textbox", "Name").await;
        let name = v.fill("-late", "kept").await;
        // The server does what it was asked, but nobody hears of it: 504, before the look-up finds it.
        v.proxy.fault(Method::POST, "/queues/", 1, Fault::Hold);
        v.proxy.fault(Method::GET, "name%253A", 1, Fault::Replace(504, "text/html", "no".into()));
        v.click("button", "Create queue").await;
        v.proxy.wait_for(&Method::POST, "/api/v1/queues/", 1).await;
        v.click("button", "Stop waiting").await;
        v.says("It is not known whether it was saved").await;
        assert!(!v.text().await.contains("was not created"));
        // By now it is there; what was asked first is looked up before anything is sent.
        let body = json!({"name": name, "group": 1, "description": "kept"});
        v.caller.api(Method::POST, "/queues/", Some(body)).await.unwrap();
        v.click("button", "Create queue").await;
        v.status(&format!("Queue “{name}” created")).await;
        assert_eq!((v.sent(), v.on_the_server().await.len()), (1, 1), "one request, one queue");
    })
    .await;
}

#[tokio::test]
async fn fault_34_a_deletion_whose_dialog_is_closed_runs_to_its_end_and_is_told_with_an_undo() {
    member(async |v| {
        let id = v.queues(2).await[0];
        let name = format!("{}-00", v.mark);
        v.open_own_table("").await;
        ask_to_delete(v, &name).await;
        v.proxy.fault(Method::DELETE, "/queues/", 1, Fault::Hold);
        v.click("button", "Delete queue").await;
        v.proxy.wait_for(&Method::DELETE, "/queues/", 1).await;
        v.click("button", "Keep queue").await;
        v.gone("alertdialog", &format!("Delete queue “{name}”?")).await;
        v.proxy.release();
        v.status(&format!("Queue “{name}” deleted")).await;
        v.names_are(&[format!("{}-01", v.mark)]).await;
        assert_eq!(v.queue(id).await["deleted"], true);
        v.see("button", "Undo").await;
    })
    .await;
}

#[tokio::test]
async fn fault_35_undo_brings_back_what_somebody_saved_after_the_row_was_loaded() {
    member(async |v| {
        let id = v.queues(1).await[0];
        let name = format!("{}-00", v.mark);
        v.open_own_table("").await;
        v.status("1–1 of 1 queue").await;
        let other = v.other().await;
        let newer = json!({"name": name, "description": "newer"});
        other.api(Method::PUT, &format!("/queues/{id}"), Some(newer)).await.unwrap();
        ask_to_delete(v, &name).await;
        v.click("button", "Delete queue").await;
        v.click("button", "Undo").await;
        v.says(&format!("Queue “{name}” is back.")).await;
        assert_eq!(v.named(&name).await["description"], "newer");
    })
    .await;
}

/// Presses the button, hears that the outcome is not known, lets the server finish, and presses again.
async fn unknown_then_again(v: &Visit, button: &str, not_known: &str) {
    v.click("button", button).await;
    v.says(not_known).await;
    assert!(!v.text().await.contains("was not created"));
    v.proxy.finish().await;
    v.click("button", button).await;
}

#[tokio::test]
async fn fault_33_a_server_that_finishes_a_creation_later_is_believed_and_not_asked_twice() {
    member(async |v| {
        v.open("queues/new").await;
        v.see("textbox", "Name").await;
        let name = v.fill("-later", "kept").await;
        v.proxy.fault(Method::POST, "/api/v1/queues/", 1, Fault::FinishLater);
        unknown_then_again(v, "Create queue", "It is not known whether it was saved").await;
        v.status(&format!("Queue “{name}” created")).await;
        assert_eq!((v.sent(), v.on_the_server().await.len()), (1, 1), "one request, one queue");
    })
    .await;
}

#[tokio::test]
async fn fault_33_a_server_that_finishes_a_draft_later_has_one_draft() {
    member(async |v| {
        v.open("queues/new").await;
        v.see("textbox", "Name").await;
        let name = v.fill("-later", "kept").await;
        v.proxy.fault(Method::POST, "/queues/drafts/", 1, Fault::FinishLater);
        unknown_then_again(v, "Save as draft", "It is not known whether it was saved").await;
        v.status(&format!("Draft “{name}” saved")).await;
        assert_eq!(v.drafts().await.len(), 1);
        assert_eq!(v.proxy.seen(&Method::POST, "/queues/drafts/").len(), 1);
    })
    .await;
}

#[tokio::test]
async fn fault_33_a_server_that_finishes_a_change_later_has_one_new_version() {
    member(async |v| {
        let id = v.queues(1).await[0];
        v.open(&format!("queues/{id}/edit")).await;
        v.see("textbox", "Name").await;
        v.paste("textbox", "Description", "changed").await;
        v.proxy.fault(Method::POST, "/workflows/draftCommit/", 1, Fault::FinishLater);
        unknown_then_again(v, "Save changes", "It is not known whether it was saved").await;
        v.status(&format!("Queue “{}-00” saved", v.mark)).await;
        assert_eq!(v.queue(id).await["description"], "changed");
        let path = format!("/queues/{id}/snapshots?pageLength=100");
        let versions = v.caller.api(Method::GET, &path, None).await.unwrap();
        assert_eq!(versions["totalNumResults"], 2, "one new version");
        assert!(v.drafts().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn fault_33_a_server_that_finishes_a_deletion_later_is_looked_at_again() {
    member(async |v| {
        let id = v.queues(1).await[0];
        let name = format!("{}-00", v.mark);
        v.open_own_table("").await;
        ask_to_delete(v, &name).await;
        v.proxy.fault(Method::DELETE, "/queues/", 1, Fault::FinishLater);
        unknown_then_again(v, "Delete queue", "It is not known whether the queue was deleted")
            .await;
        v.status(&format!("Queue “{name}” deleted")).await;
        assert_eq!(v.queue(id).await["deleted"], true);
    })
    .await;
}

#[tokio::test]
async fn fault_33_a_server_that_finishes_an_undo_later_has_the_queue_once() {
    member(async |v| {
        v.queues(1).await;
        let name = format!("{}-00", v.mark);
        v.open_own_table("").await;
        ask_to_delete(v, &name).await;
        v.click("button", "Delete queue").await;
        v.status(&format!("Queue “{name}” deleted")).await;
        v.proxy.forget();
        v.proxy.fault(Method::POST, "/api/v1/queues/", 1, Fault::FinishLater);
        v.click("button", "Undo").await;
        v.says("It is not known whether it was brought back").await;
        v.proxy.finish().await;
        v.click("button", "Try again").await;
        v.says(&format!("Queue “{name}” is back.")).await;
        let all = v.on_the_server().await;
        let alive = all.iter().filter(|queue| queue["deleted"] == false).count();
        assert_eq!((alive, v.sent()), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn fault_33_the_look_up_of_a_save_can_be_stopped_in_its_turn() {
    member(async |v| {
        v.open("queues/new").await;
        v.see("textbox", "Name").await;
        v.fill("-stuck", "kept").await;
        v.proxy.fault(Method::POST, "/api/v1/queues/", 1, Fault::Hold);
        v.proxy.fault(Method::GET, "name%253A", 1, Fault::Hold);
        v.click("button", "Create queue").await;
        v.click("button", "Stop waiting").await;
        v.proxy.wait_for(&Method::GET, "name%253A", 1).await;
        v.click("button", "Stop waiting").await;
        v.says("It is not known whether it was saved").await;
        assert_eq!(v.value("textbox", "Description").await, "kept");
        v.proxy.heal();
    })
    .await;
}

#[tokio::test]
async fn fault_3_a_creation_whose_response_is_a_502_or_cut_off_or_too_late_is_looked_up() {
    member(async |v| {
        let lost = [
            ("502", Fault::HideResponse(502, "text/html", "<h1>502</h1>".into())),
            ("cut", Fault::Truncate(20)),
            ("late", Fault::HoldResponse),
        ];
        for (number, (how, fault)) in lost.into_iter().enumerate() {
            v.open("queues/new").await;
            v.see("textbox", "Name").await;
            let name = v.fill(&format!("-{how}"), "there").await;
            v.proxy.fault(Method::POST, "/api/v1/queues/", 1, fault);
            v.click("button", "Create queue").await;
            if how == "late" {
                v.click("button", "Stop waiting").await;
            }
            v.status(&format!("Queue “{name}” created")).await;
            assert_eq!(
                (v.sent(), v.on_the_server().await.len()),
                (number + 1, number + 1),
                "{how}"
            );
        }
        v.proxy.heal();
    })
    .await;
}

#[tokio::test]
async fn fault_34_tags_whose_dialog_is_closed_are_saved_to_the_end_and_told() {
    member(async |v| {
        let id = v.queues(1).await[0];
        let name = format!("{}-00", v.mark);
        v.open_own_table("").await;
        v.click("button", &format!("Edit tags of {name}")).await;
        v.paste("textbox", "Find or create a tag", &format!("{}-tag", v.mark)).await;
        v.click("button", &format!("Create tag “{}-tag”", v.mark)).await;
        v.proxy.fault(Method::POST, &format!("/queues/{id}/tags"), 1, Fault::HoldResponse);
        v.click("button", "Save tags").await;
        v.proxy.wait_for(&Method::POST, &format!("/queues/{id}/tags"), 1).await;
        v.click("button", "Cancel").await;
        v.gone("dialog", &format!("Tags of “{name}”")).await;
        v.proxy.release();
        v.status(&format!("Tags of “{name}” saved")).await;
        v.see("link", &format!("{}-tag", v.mark)).await;
        assert_eq!(v.queue(id).await["tags"].as_array().unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn fault_35_undo_brings_back_the_tags_that_somebody_put_on_after_the_row_was_loaded() {
    member(async |v| {
        let id = v.queues(1).await[0];
        let name = format!("{}-00", v.mark);
        v.open_own_table("").await;
        v.status("1–1 of 1 queue").await;
        let tag = tag(v, "late").await;
        let other = v.other().await;
        let ids = json!({"ids": [tag]});
        other.api(Method::POST, &format!("/queues/{id}/tags"), Some(ids)).await.unwrap();
        ask_to_delete(v, &name).await;
        v.click("button", "Delete queue").await;
        v.click("button", "Undo").await;
        v.says(&format!("Queue “{name}” is back.")).await;
        let tags = v.named(&name).await["tags"].clone();
        assert_eq!(tags[0]["id"], tag);
    })
    .await;
}

#[tokio::test]
async fn an_undo_that_another_try_finishes_tells_once_that_the_queue_was_created() {
    member(async |v| {
        let id = v.queues(1).await[0];
        let name = format!("{}-00", v.mark);
        let tag = tag(v, "put on").await;
        put_on(v, id, &[tag]).await;
        crate::embed::element(v, &format!("path='queues?search=name:{}*'", v.mark)).await;
        v.status("1–1 of 1 queue").await;
        ask_to_delete(v, &name).await;
        v.click("button", "Delete queue").await;
        v.proxy.fault(Method::POST, "/tags", 1, Fault::Replace(503, "text/html", "x".into()));
        v.click("button", "Undo").await;
        v.says("Its tags and links are not all back.").await;
        v.click("button", "Try again").await;
        v.until("three changes are told", async || {
            let count = "return heard.filter(([name]) => name === 'change').length";
            v.script(count, vec![]).await == json!(3)
        })
        .await;
        let heard = crate::embed::heard(v).await;
        let changes: Vec<_> =
            heard.iter().filter(|it| it[0] == "change").map(|it| it[1]["kind"].clone()).collect();
        assert_eq!(changes, ["deleted", "created", "modified"]);
        assert_eq!(v.named(&name).await["tags"][0]["id"], tag);
    })
    .await;
}

#[tokio::test]
async fn fault_39_an_element_that_goes_while_an_undo_is_under_way_breaks_no_other() {
    member(async |v| {
        v.queues(1).await;
        let name = format!("{}-00", v.mark);
        let attributes = format!("path='queues?search=name:{}*'", v.mark);
        crate::embed::element(v, &attributes).await;
        v.status("1–1 of 1 queue").await;
        ask_to_delete(v, &name).await;
        v.click("button", "Delete queue").await;
        v.proxy.fault(Method::POST, "/api/v1/queues/", 1, Fault::HoldResponse);
        v.click("button", "Undo").await;
        v.proxy.wait_for(&Method::POST, "/api/v1/queues/", 1).await;
        v.script("document.querySelector('dioptra-queues').remove()", vec![]).await;
        v.until("the app is gone", async || {
            v.script("return deep('.app').length", vec![]).await == json!(0)
        })
        .await;
        crate::embed::place(v, &attributes).await;
        v.proxy.release();
        // The undo went on: its queue is back, and the other element works.
        v.until("it is back on the server", async || {
            v.on_the_server()
                .await
                .iter()
                .any(|queue| queue["name"] == *name && queue["deleted"] == false)
        })
        .await;
        v.script("document.querySelector('dioptra-queues').refresh()", vec![]).await;
        v.status("1–1 of 1 queue").await;
        crate::embed::main_job(v).await;
    })
    .await;
}
