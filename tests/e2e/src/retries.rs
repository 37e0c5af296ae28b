//! What is said and sent when one tries again after an end that nobody saw.

use serde_json::json;
use testkit::{Method, proxy::Fault};

use crate::{
    edit::save,
    losses::ask_to_delete,
    tags::{put_on, tag},
    visit::{Visit, member, stranger},
};

fn replaced(status: u16) -> Fault {
    Fault::Replace(status, "text/html", "no".into())
}

async fn delete(v: &Visit, name: &str) {
    ask_to_delete(v, name).await;
    v.click("button", "Delete queue").await;
}

async fn crash_and_go_on_in_another_tab(v: &Visit) {
    let tab = v.driver.window().await.unwrap();
    v.driver.new_tab().await.unwrap();
    let tabs = v.driver.windows().await.unwrap();
    v.driver.switch_to_window(tab).await.unwrap();
    v.crash().await;
    v.driver.switch_to_window(tabs[1].clone()).await.unwrap();
}

/// Comes back to the tab, of which it asks the server who is signed in, and waits for the response.
async fn come_back(v: &Visit) {
    let asked = || v.proxy.seen(&Method::GET, "/users/current");
    let before = asked().len();
    v.script("window.dispatchEvent(new Event('focus'))", vec![]).await;
    v.proxy.wait_for(&Method::GET, "/users/current", before + 1).await;
    v.until("it was answered", async || asked().iter().all(|seen| seen.status.is_some())).await;
}

/// Signs somebody else in, of which the page hears nothing.
async fn somebody_else_comes(v: &Visit) -> String {
    v.other().await;
    let other = format!("{}-other", v.mark);
    v.sign_in_elsewhere(&other).await;
    other
}

#[tokio::test]
async fn fault_33_a_creation_under_way_is_not_denied_when_another_try_can_not_even_be_sent() {
    member(async |v| {
        v.open("queues/new").await;
        v.see("textbox", "Name").await;
        let name = v.fill("-later", "kept").await;
        v.proxy.fault(Method::POST, "/api/v1/queues/", 1, Fault::FinishLater);
        v.click("button", "Create queue").await;
        v.says("It is not known whether it was saved").await;
        v.proxy.fault(Method::GET, "/users/current", 1, replaced(500));
        v.click("button", "Create queue").await;
        v.says("Dioptra had an error of its own").await;
        v.says("It is not known whether it was saved").await;
        v.proxy.finish().await;
        v.click("button", "Create queue").await;
        v.status(&format!("Queue “{name}” created")).await;
        assert_eq!((v.sent(), v.on_the_server().await.len()), (1, 1), "one request, one queue");
    })
    .await;
}

#[tokio::test]
async fn what_was_never_sent_is_called_so_and_nothing_else_is_claimed() {
    member(async |v| {
        v.open("queues/new").await;
        v.see("textbox", "Name").await;
        v.fill("", "kept").await;
        v.proxy.fault(Method::GET, "/users/current", 1, replaced(502));
        v.click("button", "Create queue").await;
        v.says("Nothing was sent. Your text is still here").await;
        assert!(!v.text().await.contains("Dioptra has no queue of this name"));
        assert_eq!(v.sent(), 0);
    })
    .await;
}

#[tokio::test]
async fn fault_33_a_deletion_under_way_is_not_denied_when_another_try_can_not_even_be_sent() {
    member(async |v| {
        v.queues(1).await;
        let name = format!("{}-00", v.mark);
        v.open_own_table("").await;
        v.proxy.fault(Method::DELETE, "/queues/", 1, Fault::FinishLater);
        delete(v, &name).await;
        v.says("It is not known whether the queue was deleted").await;
        v.proxy.fault(Method::GET, "/users/current", 1, replaced(500));
        v.click("button", "Delete queue").await;
        v.says("Dioptra had an error of its own").await;
        v.says("It is not known whether the queue was deleted").await;
        v.proxy.finish().await;
        v.click("button", "Delete queue").await;
        v.status(&format!("Queue “{name}” deleted")).await;
    })
    .await;
}

#[tokio::test]
async fn fault_33_a_change_that_was_saved_is_found_below_what_others_have_saved_since() {
    member(async |v| {
        let id = v.queues(1).await[0];
        let name = format!("{}-00", v.mark);
        v.open(&format!("queues/{id}/edit")).await;
        v.see("textbox", "Name").await;
        v.paste("textbox", "Description", "mine").await;
        v.proxy.fault(Method::POST, "/workflows/draftCommit/", 1, Fault::FinishLater);
        v.click("button", "Save changes").await;
        v.says("It is not known whether it was saved").await;
        v.proxy.finish().await;
        save(&v.other().await, id, &name, "mine, and more").await;
        v.click("button", "Save changes").await;
        v.status(&format!("Queue “{name}” saved")).await;
        assert_eq!(v.queue(id).await["description"], "mine, and more", "theirs stays the newest");
    })
    .await;
}

#[tokio::test]
async fn fault_33_a_draft_that_became_its_queue_is_found_by_another_try_in_the_list() {
    member(async |v| {
        let name = format!("{}-draft", v.mark);
        let body = json!({"name": name, "group": 1, "description": "d"});
        v.caller.api(Method::POST, "/queues/drafts/", Some(body)).await.unwrap();
        v.open("queues/drafts").await;
        v.proxy.fault(Method::POST, "/workflows/draftCommit/", 1, Fault::FinishLater);
        v.click_in_row(&name, "Create queue").await;
        v.says(&format!("It is not known whether “{name}” was saved.")).await;
        v.proxy.finish().await;
        v.click_in_row(&name, "Create queue").await;
        v.status(&format!("Queue “{name}” created")).await;
        assert_eq!(v.on_the_server().await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn fault_33_a_version_that_was_restored_is_found_by_another_try() {
    member(async |v| {
        let id = v.queues(1).await[0];
        let name = format!("{}-00", v.mark);
        save(&v.caller, id, &name, "newer").await;
        v.open(&format!("queues/{id}/history")).await;
        v.proxy.fault(Method::POST, "/workflows/draftCommit/", 1, Fault::FinishLater);
        v.click_in_row("Version 1", "Restore this version").await;
        v.says("It is not known whether it was restored").await;
        v.proxy.finish().await;
        v.click_in_row("Version 1", "Restore this version").await;
        v.status(&format!("Version restored: queue “{name}” saved")).await;
        let path = format!("/queues/{id}/snapshots?pageLength=10");
        let versions = v.caller.api(Method::GET, &path, None).await.unwrap();
        assert_eq!(versions["totalNumResults"], 3, "restored once");
    })
    .await;
}

#[tokio::test]
async fn fault_35_undo_looks_for_the_last_version_if_that_could_not_be_read_before() {
    member(async |v| {
        let id = v.queues(1).await[0];
        let name = format!("{}-00", v.mark);
        v.open_own_table("").await;
        v.status("1–1 of 1 queue").await;
        save(&v.other().await, id, &name, "newer").await;
        v.proxy.fault(Method::GET, &format!("/queues/{id}"), 1, replaced(502));
        delete(v, &name).await;
        v.status(&format!("Queue “{name}” deleted")).await;
        v.proxy.fault(Method::GET, &format!("/queues/{id}"), 1, replaced(502));
        v.click("button", "Undo").await;
        v.says("could not be brought back").await;
        v.click("button", "Try again").await;
        v.says(&format!("Queue “{name}” is back.")).await;
        assert_eq!(v.named(&name).await["description"], "newer");
    })
    .await;
}

#[tokio::test]
async fn fault_36_another_try_of_an_undo_writes_nothing_in_the_name_of_somebody_else() {
    member(async |v| {
        let id = v.queues(1).await[0];
        let name = format!("{}-00", v.mark);
        let tag = tag(v, "put on").await;
        put_on(v, id, &[tag]).await;
        v.open_own_table("").await;
        v.status("1–1 of 1 queue").await;
        v.proxy.fault(Method::POST, "/tags", 1, replaced(503));
        delete(v, &name).await;
        v.click("button", "Undo").await;
        v.says("Its tags and links are not all back.").await;
        let other = somebody_else_comes(v).await;
        v.proxy.forget();
        v.click("button", "Try again").await;
        v.says(&format!("{other} is signed in")).await;
        assert!(v.proxy.seen(&Method::POST, "/tags").is_empty());
        assert_eq!(v.named(&name).await["tags"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn fault_36_a_draft_is_not_committed_in_the_name_of_somebody_who_came_meanwhile() {
    member(async |v| {
        let id = v.queues(1).await[0];
        v.open(&format!("queues/{id}/edit")).await;
        v.see("textbox", "Name").await;
        v.paste("textbox", "Description", "mine").await;
        let path = format!("/queues/{id}/draft");
        v.proxy.fault(Method::POST, &path, 1, Fault::HoldResponse);
        v.click("button", "Save changes").await;
        v.proxy.wait_for(&Method::POST, &path, 1).await;
        let other = somebody_else_comes(v).await;
        the_moment_passes(v).await;
        v.proxy.release();
        v.says(&format!("{other} is signed in")).await;
        assert!(v.proxy.seen(&Method::POST, "/draftCommit/").is_empty());
        assert_eq!(v.queue(id).await["description"], "number 0");
    })
    .await;
}

/// Saves a description; the response gets lost, and the server goes on with it once it is let.
async fn save_without_a_response(v: &Visit, id: u64, description: &str) {
    v.open(&format!("queues/{id}/edit")).await;
    v.see("textbox", "Name").await;
    v.paste("textbox", "Description", description).await;
    v.proxy.fault(Method::POST, "/draftCommit/", 1, Fault::FinishLater);
    v.click("button", "Save changes").await;
    v.says("It is not known whether it was saved").await;
}

/// Who is signed in is taken for certain for a moment.
async fn the_moment_passes(v: &Visit) {
    let start = std::time::Instant::now();
    v.until("it has passed", async || start.elapsed().as_millis() > 250).await;
}

#[tokio::test]
async fn fault_36_a_draft_of_a_new_queue_is_not_committed_in_the_name_of_somebody_who_came() {
    member(async |v| {
        let name = format!("{}-new", v.mark);
        let body = json!({"name": name, "group": 1, "description": "d"});
        v.caller.api(Method::POST, "/queues/drafts/", Some(body)).await.unwrap();
        v.open("queues/drafts").await;
        v.click("link", &name).await;
        v.see("textbox", "Name").await;
        v.paste("textbox", "Description", "mine").await;
        v.proxy.fault(Method::PUT, "/queues/drafts/", 1, Fault::HoldResponse);
        v.click("button", "Create queue").await;
        v.proxy.wait_for(&Method::PUT, "/queues/drafts/", 1).await;
        let other = somebody_else_comes(v).await;
        the_moment_passes(v).await;
        v.proxy.release();
        v.says(&format!("{other} is signed in")).await;
        assert!(v.proxy.seen(&Method::POST, "/draftCommit/").is_empty());
        assert!(v.on_the_server().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn fault_36_an_undo_puts_no_tags_on_in_the_name_of_somebody_who_came_meanwhile() {
    member(async |v| {
        let id = v.queues(1).await[0];
        let name = format!("{}-00", v.mark);
        let tag = tag(v, "kept").await;
        put_on(v, id, &[tag]).await;
        v.open_own_table("").await;
        delete(v, &name).await;
        v.status(&format!("Queue “{name}” deleted")).await;
        v.proxy.fault(Method::POST, "/api/v1/queues/", 1, Fault::HoldResponse);
        v.click("button", "Undo").await;
        v.proxy.wait_for(&Method::POST, "/api/v1/queues/", 1).await;
        let other = somebody_else_comes(v).await;
        the_moment_passes(v).await;
        v.proxy.release();
        v.says(&format!("{other} is signed in")).await;
        assert!(v.proxy.seen(&Method::POST, "/tags").is_empty());
    })
    .await;
}

#[tokio::test]
async fn fault_7_what_became_of_a_write_is_nothing_to_whoever_signed_in_meanwhile() {
    member(async |v| {
        v.open("queues/new").await;
        v.see("textbox", "Name").await;
        v.fill("-secret", "mine").await;
        v.proxy.fault(Method::POST, "/queues/drafts/", 1, Fault::HoldResponse);
        v.click("button", "Save as draft").await;
        v.proxy.wait_for(&Method::POST, "/queues/drafts/", 1).await;
        let other = somebody_else_comes(v).await;
        come_back(v).await;
        v.says(&format!("{other} is signed in now.")).await;
        v.proxy.release();
        // What comes later than that response is there.
        v.proxy.wait_for(&Method::GET, "/queues/drafts/", 1).await;
        come_back(v).await;
        v.is_silent_about("-secret").await;
    })
    .await;
}

#[tokio::test]
async fn fault_33_a_draft_is_not_saved_beside_a_save_that_may_still_be_at_work() {
    member(async |v| {
        let id = v.queues(1).await[0];
        save_without_a_response(v, id, "for everybody").await;
        v.paste("textbox", "Description", "not yet for everybody").await;
        v.click("button", "Save as draft").await;
        v.says("Your last try may still be at work").await;
        v.proxy.finish().await;
        v.click("button", "Save as draft").await;
        v.status(&format!("Draft “{}-00” saved", v.mark)).await;
        assert_eq!(v.queue(id).await["description"], "for everybody");
        assert_eq!(v.drafts().await[0]["payload"]["description"], "not yet for everybody");
    })
    .await;
}

#[tokio::test]
async fn fault_33_a_draft_whose_beginning_got_no_response_is_saved_by_another_try() {
    member(async |v| {
        let ids = v.queues(2).await;
        v.open(&format!("queues/{}/edit", ids[0])).await;
        v.see("textbox", "Name").await;
        v.paste("textbox", "Description", "kept").await;
        v.proxy.fault(Method::POST, &format!("/queues/{}/draft", ids[0]), 1, replaced(502));
        v.click("button", "Save as draft").await;
        v.says("It is not known whether it was saved").await;
        v.click("button", "Save as draft").await;
        v.status(&format!("Draft “{}-00” saved", v.mark)).await;
        // What an earlier try has saved for everybody after all is told, and no draft of it is kept.
        save_without_a_response(v, ids[1], "for everybody").await;
        v.proxy.finish().await;
        v.click("button", "Save as draft").await;
        v.status(&format!("Queue “{}-01” saved", v.mark)).await;
        assert_eq!(v.drafts().await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn fault_33_an_old_text_that_is_typed_back_is_saved_over_a_save_that_may_still_come() {
    member(async |v| {
        let id = v.queues(1).await[0];
        save_without_a_response(v, id, "unwanted").await;
        v.proxy.finish().await;
        v.paste("textbox", "Description", "number 0").await;
        v.click("button", "Save changes").await;
        v.status(&format!("Queue “{}-00” saved", v.mark)).await;
        assert_eq!(v.queue(id).await["description"], "number 0");
    })
    .await;
}

#[tokio::test]
async fn nothing_can_be_typed_that_a_save_under_way_would_throw_away() {
    member(async |v| {
        v.open("queues/new").await;
        v.see("textbox", "Name").await;
        let name = v.fill("-sent", "sent").await;
        v.proxy.fault(Method::POST, "/api/v1/queues/", 1, Fault::Hold);
        v.click("button", "Create queue").await;
        v.proxy.wait_for(&Method::POST, "/api/v1/queues/", 1).await;
        v.script("deep('#description')[0].focus()", vec![]).await;
        v.press(" and more").await;
        assert_eq!(v.value("textbox", "Description").await, "sent");
        // Whoever wants to leave meanwhile has nothing left to lose once it is saved.
        v.click("link", "Cancel").await;
        v.see("alertdialog", "Leave without saving?").await;
        v.proxy.release();
        v.status(&format!("Queue “{name}” created")).await;
        v.gone("alertdialog", "Leave without saving?").await;
        v.see("heading", &name).await;
        // Where it was not saved, one types on.
        v.open("queues/new").await;
        v.see("textbox", "Name").await;
        v.fill("-refused", "kept").await;
        v.proxy.fault(Method::POST, "/api/v1/queues/", 1, replaced(500));
        v.click("button", "Create queue").await;
        v.says("Dioptra had an error of its own").await;
        v.script("deep('#description')[0].focus()", vec![]).await;
        v.press(" and more").await;
        assert_eq!(v.value("textbox", "Description").await, "kept and more");
    })
    .await;
}

#[tokio::test]
async fn text_is_asked_about_again_after_signing_out_has_failed() {
    member(async |v| {
        v.open("queues/new").await;
        v.see("textbox", "Name").await;
        v.fill("-kept", "kept").await;
        v.proxy.fault(Method::POST, "/auth/logout", 1, replaced(400));
        v.click("button", "Sign out").await;
        v.click_in_dialog("Leave").await;
        v.says("You are still signed in.").await;
        v.click("link", "Cancel").await;
        v.see("alertdialog", "Leave without saving?").await;
        v.click_in_dialog("Keep editing").await;
        assert_eq!(v.value("textbox", "Description").await, "kept");
    })
    .await;
}

#[tokio::test]
async fn fault_9_signing_in_says_why_it_can_not_go_on() {
    stranger(async |v| {
        v.open("sign-in").await;
        v.see("heading", "Sign in").await;
        v.proxy.fault(Method::GET, "/users/current", 1, replaced(502));
        v.paste("textbox", "Username", &v.username).await;
        let password = v.script("return deep('#password')[0]", vec![]).await;
        let fill = "const [field, text] = arguments; field.value = text;
            field.dispatchEvent(new InputEvent('input', {bubbles: true}))";
        v.script(fill, vec![password, json!(crate::visit::PASSWORD)]).await;
        v.click("button", "Sign in").await;
        v.says("Dioptra can't be reached behind its web server").await;
        v.click("button", "Sign in").await;
        v.see("heading", "Queues").await;
    })
    .await;
}

#[tokio::test]
async fn fault_5_signing_in_again_over_a_dialog_of_a_queues_page_keeps_what_was_chosen_in_it() {
    member(async |v| {
        let ids = v.queues(2).await;
        let name = format!("{}-train", v.mark);
        crate::lab::entrypoint(v, "train", ids[1]).await;
        v.open(&format!("queues/{}", ids[0])).await;
        v.click("button", "Link entrypoints").await;
        v.click("checkbox", &name).await;
        v.sign_out_elsewhere().await;
        v.click_in_dialog("Save links").await;
        v.sign_in_over_the_page(&v.username).await;
        v.gone("dialog", "Sign in to continue").await;
        v.click_in_dialog("Save links").await;
        v.status("1 entrypoint linked").await;
    })
    .await;
}

#[tokio::test]
async fn a_tag_that_may_be_on_the_queue_is_taken_off_when_it_is_not_wanted_any_more() {
    member(async |v| {
        let id = v.queues(1).await[0];
        let name = format!("{}-00", v.mark);
        tag(v, "unsure").await;
        v.open_own_table("").await;
        v.click("button", &format!("Edit tags of {name}")).await;
        let checkbox = format!("{} unsure", v.mark);
        v.paste("textbox", "Find or create a tag", &checkbox).await;
        v.click("checkbox", &checkbox).await;
        v.paste("textbox", "Find or create a tag", "").await;
        let lost = Fault::HideResponse(502, "text/html", "no".into());
        v.proxy.fault(Method::POST, &format!("/queues/{id}/tags"), 1, lost);
        v.click("button", "Save tags").await;
        v.says("It is not known whether all of it was saved").await;
        v.paste("textbox", "Find or create a tag", &checkbox).await;
        v.click("checkbox", &checkbox).await;
        v.paste("textbox", "Find or create a tag", "").await;
        v.click("button", "Save tags").await;
        v.status(&format!("Tags of “{name}” saved")).await;
        assert_eq!(v.queue(id).await["tags"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn fault_21_and_23_the_text_of_a_crashed_tab_stands_beside_what_others_have_saved_since() {
    member(async |v| {
        let id = v.queues(1).await[0];
        let name = format!("{}-00", v.mark);
        v.open(&format!("queues/{id}/edit")).await;
        v.see("textbox", "Name").await;
        v.paste("textbox", "Description", "mine").await;
        crash_and_go_on_in_another_tab(v).await;
        save(&v.other().await, id, &name, "theirs").await;
        v.open(&format!("queues/{id}/edit")).await;
        v.says("Your unsaved text was brought back.").await;
        assert_eq!(v.value("textbox", "Description").await, "mine");
        v.says("Two versions of this queue").await;
        v.says("theirs").await;
    })
    .await;
}

#[tokio::test]
async fn fault_21_the_list_of_an_import_in_a_tab_that_crashed_is_offered_in_another() {
    member(async |v| {
        v.open("queues/import").await;
        let list = format!("{}-a, first", v.mark);
        v.paste("textbox", "Queues", &list).await;
        let stored =
            "return Object.values({...localStorage}).some((text) => text === arguments[0])";
        v.until("it is stored", async || v.script(stored, vec![json!(list)]).await == json!(true))
            .await;
        crash_and_go_on_in_another_tab(v).await;
        v.open("queues/import").await;
        v.status("Your unsaved text was brought back.\n\nDiscard it").await;
        assert_eq!(v.value("textbox", "Queues").await, list);
        v.click("button", "Discard it").await;
        assert_eq!(v.value("textbox", "Queues").await, "");
    })
    .await;
}

#[tokio::test]
async fn fault_5_whoever_signs_in_on_another_page_is_not_asked_any_more_when_they_come_back() {
    member(async |v| {
        v.queues(1).await;
        v.open_own_table("").await;
        v.status("1–1 of 1 queue").await;
        v.jobs_are_read().await;
        v.sign_out_elsewhere().await;
        v.click("button", "Refresh").await;
        v.see("dialog", "Sign in to continue").await;
        // Whoever comes back from their passwords goes on with what they typed.
        v.paste("textbox", "Username", &v.username).await;
        come_back(v).await;
        assert_eq!(v.value("textbox", "Username").await, v.username);
        v.sign_in_elsewhere(&v.username).await;
        come_back(v).await;
        v.gone("dialog", "Sign in to continue").await;
        v.status("1–1 of 1 queue").await;
    })
    .await;
}

#[tokio::test]
async fn fault_34_a_deletion_that_ends_later_leaves_the_focus_where_somebody_types() {
    member(async |v| {
        v.queues(2).await;
        let name = format!("{}-00", v.mark);
        v.open_own_table("").await;
        v.proxy.fault(Method::DELETE, "/queues/", 1, Fault::Hold);
        delete(v, &name).await;
        v.proxy.wait_for(&Method::DELETE, "/queues/", 1).await;
        v.click("button", "Keep queue").await;
        v.gone("alertdialog", &format!("Delete queue “{name}”?")).await;
        v.script("deep('input[type=search]')[0].focus()", vec![]).await;
        v.proxy.release();
        v.status(&format!("Queue “{name}” deleted")).await;
        v.names_are(&[format!("{}-01", v.mark)]).await;
        assert_eq!(v.script("return active().type", vec![]).await, json!("search"));
    })
    .await;
}

#[tokio::test]
async fn live_goes_on_after_not_now_when_one_has_signed_in_on_another_page() {
    member(async |v| {
        v.queues(1).await;
        v.open_own_table("").await;
        v.jobs_are_read().await;
        v.sign_out_elsewhere().await;
        v.click("button", "Refresh").await;
        v.see("dialog", "Sign in to continue").await;
        v.click_in_dialog("Not now").await;
        v.gone("dialog", "Sign in to continue").await;
        v.sign_in_elsewhere(&v.username).await;
        v.proxy.forget();
        v.script("window.dispatchEvent(new Event('focus'))", vec![]).await;
        v.proxy.wait_for(&Method::GET, "/api/v1/queues/", 1).await;
        v.proxy.wait_for(&Method::GET, "/api/v1/jobs/", 1).await;
        v.status("1–1 of 1 queue").await;
    })
    .await;
}

#[tokio::test]
async fn whoever_is_about_to_make_an_account_keeps_what_they_typed_when_the_server_errs() {
    stranger(async |v| {
        v.open("sign-up").await;
        v.see("heading", "Create account").await;
        v.paste("textbox", "Email", "somebody@example.com").await;
        v.proxy.fault(Method::GET, "/users/current", 1, replaced(500));
        come_back(v).await;
        assert_eq!(v.value("textbox", "Email").await, "somebody@example.com");
    })
    .await;
}
