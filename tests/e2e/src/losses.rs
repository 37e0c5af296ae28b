//! Nothing lost, and nothing claimed that is not known: rows 32 to 46 of what may go wrong.

use serde_json::json;
use testkit::{Method, proxy::Fault};

use crate::visit::{Visit, member};

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
        v.click("button", &format!("Delete {name}")).await;
        v.says("No jobs are waiting in it").await;
        v.says("No entrypoint would lose this queue").await;
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
        v.click("button", &format!("Delete {name}")).await;
        v.says("No jobs are waiting in it").await;
        v.says("No entrypoint would lose this queue").await;
        v.click("button", "Delete queue").await;
        v.click("button", "Undo").await;
        v.says(&format!("Queue “{name}” is back.")).await;
        assert_eq!(v.named(&name).await["description"], "newer");
    })
    .await;
}

#[tokio::test]
async fn fault_36_nothing_is_sent_in_the_name_of_somebody_else_who_signed_in_meanwhile() {
    member(async |v| {
        let other = format!("{}-other", v.mark);
        v.other().await;
        v.open("queues/new").await;
        v.see("textbox", "Name").await;
        v.fill("-mine", "mine").await;
        // Another tab signs somebody else in; this one does not look.
        let sign_in = "const [username, password, done] = arguments;
            fetch('/api/v1/auth/login', {method: 'POST', headers: {'Content-Type': 'application/json'},
              body: JSON.stringify({username, password})}).then(() => done());";
        let who = vec![json!(other), json!(crate::visit::PASSWORD)];
        v.driver.execute_async(sign_in, who).await.unwrap();
        v.click("button", "Create queue").await;
        v.says(&format!("{other} is signed in now. What somebody else has typed here waits")).await;
        v.until("an empty form", async || v.value("textbox", "Name").await.is_empty()).await;
        assert_eq!((v.sent(), v.on_the_server().await.len()), (0, 0));
    })
    .await;
}

#[tokio::test]
async fn fault_37_two_tabs_with_the_same_form_keep_a_text_each() {
    member(async |v| {
        v.open("queues/new").await;
        v.see("textbox", "Name").await;
        v.fill("-one", "one").await;
        let first = v.driver.window().await.unwrap();
        let second = v.driver.new_tab().await.unwrap();
        v.driver.switch_to_window(second).await.unwrap();
        v.open("queues/new").await;
        v.see("textbox", "Name").await;
        assert_eq!(v.value("textbox", "Description").await, "", "the other tab's text is its own");
        v.fill("-two", "two").await;
        v.driver.refresh().await.unwrap();
        v.until("its text is back", async || v.value("textbox", "Description").await == "two")
            .await;
        v.click("button", "Discard it").await;
        v.driver.switch_to_window(first).await.unwrap();
        v.driver.refresh().await.unwrap();
        v.until("the first one's text is back", async || {
            v.value("textbox", "Description").await == "one"
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn fault_45_after_a_deletion_the_focus_is_on_the_next_row_and_without_one_on_the_heading() {
    member(async |v| {
        v.queues(2).await;
        v.open_own_table("&sort=name").await;
        for (name, focus) in [
            (format!("{}-00", v.mark), format!("{}-01", v.mark)),
            (format!("{}-01", v.mark), "Queues".into()),
        ] {
            v.click("button", &format!("Delete {name}")).await;
            v.says("No jobs are waiting in it").await;
            v.says("No entrypoint would lose this queue").await;
            v.click("button", "Delete queue").await;
            v.status(&format!("Queue “{name}” deleted")).await;
            v.focus_is_on(&focus).await;
        }
    })
    .await;
}
