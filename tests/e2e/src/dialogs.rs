//! Dialogs and the focus: rows 44 and 45 of what may go wrong, and where the focus stands behind
//! everything that takes it away.

use serde_json::json;
use testkit::{Method, proxy::Fault};
use thirtyfour::prelude::*;

use crate::visit::{Visit, member, stranger};

fn signed_out() -> Fault {
    Fault::Replace(401, "application/json", r#"{"message": "Unauthorized"}"#.to_owned())
}

async fn open_dialog(v: &Visit, action: &str) -> String {
    v.queues(1).await;
    let name = format!("{}-00", v.mark);
    v.open_own_table("").await;
    v.see("button", &format!("{action} {name}")).await;
    name
}

#[tokio::test]
async fn fault_44_a_session_that_ended_behind_a_dialog_is_renewed_over_it_and_the_dialog_goes_on() {
    member(async |v| {
        let name = open_dialog(v, "Delete").await;
        let body = json!({"name": format!("{}-tag", v.mark), "group": 1});
        v.caller.api(Method::POST, "/tags/", Some(body)).await.unwrap();
        v.proxy.fault(Method::GET, "/tags/?", 1, signed_out());
        v.click("button", &format!("Edit tags of {name}")).await;
        v.says("The tags could not be loaded").await;
        v.sign_in_over_the_page(&v.username).await;
        v.see("dialog", &format!("Tags of “{name}”")).await;
        v.see("checkbox", &format!("{}-tag", v.mark)).await;
        v.is_silent_about("The tags could not be loaded").await;
        // So is one that ends while the tags are saved.
        v.paste("textbox", "Find or create a tag", &format!("{}-new", v.mark)).await;
        v.click("button", &format!("Create tag “{}-new”", v.mark)).await;
        v.proxy.fault(Method::GET, "/users/current", 1, signed_out());
        v.click("button", "Save tags").await;
        v.sign_in_over_the_page(&v.username).await;
        v.click("button", "Save tags").await;
        v.status(&format!("Tags of “{name}” saved")).await;
        assert_eq!(v.named(&name).await["tags"].as_array().unwrap().len(), 1);
        // The row is another one by then.
        v.see("link", &format!("{}-new", v.mark)).await;

        v.proxy.fault(Method::GET, "/entrypoints/?", 1, signed_out());
        v.click("button", &format!("Delete {name}")).await;
        v.says("Entrypoints that would lose this queue: unknown").await;
        v.sign_in_over_the_page(&v.username).await;
        v.says("No entrypoint would lose this queue").await;
        v.says("No jobs are waiting in it").await;
        v.proxy.fault(Method::GET, "/users/current", 1, signed_out());
        v.click("button", "Delete queue").await;
        v.says("The queue was not deleted.").await;
        v.sign_in_over_the_page(&v.username).await;
        v.click("button", "Delete queue").await;
        v.status(&format!("Queue “{name}” deleted")).await;
    })
    .await;
}

#[tokio::test]
async fn fault_44_what_a_dialog_waits_for_can_be_stopped_and_tried_again() {
    member(async |v| {
        let name = open_dialog(v, "Delete").await;
        v.proxy.fault(Method::GET, "/tags/?", 1, Fault::Hold);
        v.click("button", &format!("Edit tags of {name}")).await;
        v.says("Loading the tags…").await;
        v.says("Dioptra has not answered for more than 10 seconds.").await;
        v.click_in_dialog("Cancel").await;
        v.says("The tags could not be loaded").await;
        v.is_silent_about("No tags yet").await;
        v.click("button", "Try again").await;
        v.is_silent_about("The tags could not be loaded").await;
        v.press(Key::Escape + "").await;
        v.gone("dialog", &format!("Tags of “{name}”")).await;

        // Not what "Live" looks at.
        v.proxy.fault(Method::GET, "pageLength=25&search=status:queued", 1, Fault::Hold);
        v.click("button", &format!("Delete {name}")).await;
        v.says("No entrypoint would lose this queue").await;
        v.click("button", "Delete queue").await;
        v.says("Wait until it is known what this touches, or keep the queue.").await;
        v.says("Dioptra has not answered for more than 10 seconds.").await;
        v.click_in_dialog("Cancel").await;
        v.says("Jobs waiting in it: unknown").await;
        v.click("button", "Delete queue").await;
        v.status(&format!("Queue “{name}” deleted")).await;
        v.proxy.heal();
    })
    .await;
}

/// Deletes the queue from its row.
async fn delete(v: &Visit, name: &str) {
    v.click("button", &format!("Delete {name}")).await;
    v.says("No jobs are waiting in it").await;
    v.says("No entrypoint would lose this queue").await;
    v.click("button", "Delete queue").await;
    v.status(&format!("Queue “{name}” deleted")).await;
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
            delete(v, &name).await;
            v.focus_is_on(&focus).await;
        }
    })
    .await;
}

#[tokio::test]
async fn fault_45_after_deleting_the_last_row_or_with_deleted_ones_shown_the_focus_is_on_a_row() {
    member(async |v| {
        v.queues(3).await;
        let row = |number| format!("{}-{number:02}", v.mark);
        v.open_own_table("&sort=name").await;
        delete(v, &row(2)).await;
        v.focus_is_on(&row(1)).await;
        // Its own row stays, and says that it is deleted.
        v.open_own_table("&sort=name&deleted=true").await;
        delete(v, &row(0)).await;
        v.focus_is_on(&row(1)).await;
        // The last row that shows is the deleted one itself.
        v.open_own_table("&sort=-name&deleted=true").await;
        v.see("link", &row(0)).await;
        delete(v, &row(1)).await;
        v.focus_is_on(&row(0)).await;
    })
    .await;
}

#[tokio::test]
async fn fault_45_after_discarding_a_draft_the_focus_is_on_the_next_one_or_the_heading() {
    member(async |v| {
        for name in ["a", "b"] {
            let body =
                json!({"name": format!("{}-{name}", v.mark), "group": 1, "description": "d"});
            v.caller.api(Method::POST, "/queues/drafts/", Some(body)).await.unwrap();
        }
        v.open("queues/drafts").await;
        for (name, focus) in [("a", format!("{}-b", v.mark)), ("b", "Drafts".to_owned())] {
            let name = format!("{}-{name}", v.mark);
            v.click("button", &format!("Discard draft {name}")).await;
            v.click("button", "Discard draft").await;
            v.status(&format!("Draft “{name}” discarded")).await;
            v.focus_is_on(&focus).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_dialog_gives_the_focus_back_to_what_opened_it() {
    member(async |v| {
        let name = open_dialog(v, "Delete").await;
        for (action, close) in [("Edit tags of", "Cancel"), ("Delete", "Keep queue")] {
            let opener = format!("{action} {name}");
            v.click("button", &opener).await;
            v.click("button", close).await;
            v.focus_is_on_button(&opener).await;
            v.click("button", &opener).await;
            v.see("button", close).await;
            v.press(Key::Escape + "").await;
            v.focus_is_on_button(&opener).await;
        }
        v.click("button", &format!("Edit tags of {name}")).await;
        v.paste("textbox", "Find or create a tag", &format!("{}-tag", v.mark)).await;
        v.click("button", &format!("Create tag “{}-tag”", v.mark)).await;
        v.click("button", "Save tags").await;
        v.status(&format!("Tags of “{name}” saved")).await;
        v.focus_is_on_button(&format!("Edit tags of {name}")).await;
        // The dialog that asks whether to leave gives it back to the field.
        v.open("queues/new").await;
        v.type_in("textbox", "Name", "typed").await;
        v.script("deep('a.brand')[0].click()", vec![]).await;
        v.click("button", "Keep editing").await;
        v.focus_is_on("name").await;
    })
    .await;
}

#[tokio::test]
async fn behind_another_page_of_the_table_and_another_order_the_focus_stays_where_it_was() {
    member(async |v| {
        v.queues(12).await;
        v.open_own_table("&rows=10").await;
        v.status("1–10 of 12 queues").await;
        for (button, status) in [
            ("Next page", "11–12 of 12 queues"),
            ("Previous page", "1–10 of 12 queues"),
            ("Last page", "11–12 of 12 queues"),
            ("First page", "1–10 of 12 queues"),
        ] {
            v.click("button", button).await;
            v.status(status).await;
            v.focus_is_on_button(button).await;
        }
        v.click("button", "Name").await;
        v.status("1–10 of 12 queues").await;
        v.focus_is_on("Name").await;
    })
    .await;
}

#[tokio::test]
async fn after_signing_in_the_focus_is_on_the_heading_or_where_it_was() {
    stranger(async |v| {
        v.open("queues").await;
        v.paste("textbox", "Username", &v.username).await;
        let password = v.driver.find(By::Id("password")).await.unwrap();
        password.send_keys(crate::visit::PASSWORD + Key::Enter).await.unwrap();
        v.see("heading", "Queues").await;
        v.focus_is_on("Queues").await;
        // Over a form: back in it.
        v.open("queues/new").await;
        v.fill("-kept", "kept").await;
        v.script("deep('#description')[0].focus()", vec![]).await;
        v.proxy.fault(Method::GET, "/users/current", 1, signed_out());
        v.script("window.dispatchEvent(new Event('focus'))", vec![]).await;
        v.sign_in_over_the_page(&v.username).await;
        v.focus_is_on("description").await;
    })
    .await;
}
