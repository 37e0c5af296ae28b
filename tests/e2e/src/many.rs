//! Many queues at once: which are selected, and what is done with them.

use serde_json::json;
use testkit::{Method, proxy::Fault};
use thirtyfour::prelude::*;

use crate::{
    access::all_is_well,
    lab::{Lab, entrypoint_of},
    visit::{Start, Visit, dioptra, member, visit},
};

fn name(v: &Visit, number: usize) -> String {
    format!("{}-{number:02}", v.mark)
}

async fn select(v: &Visit, numbers: &[usize]) {
    for number in numbers {
        v.click("checkbox", &format!("Select {}", name(v, *number))).await;
    }
}

/// Presses a button of the toolbar.
async fn press(v: &Visit, button: &str) {
    v.see("toolbar", "Selected queues").await;
    let script =
        "return deep('[role=toolbar] button').find((it) => it.innerText === arguments[0]) ?? null";
    let element = v.script(script, vec![json!(button)]).await;
    assert!(!element.is_null(), "no button {button}");
    v.script(
        "deep('[role=toolbar] button').find((it) => it.innerText === arguments[0]).click()",
        vec![json!(button)],
    )
    .await;
}

/// Makes so many queues, selects them in the table, and asks to delete them; their ids.
async fn ask_to_delete_all(v: &Visit, count: usize) -> Vec<u64> {
    let ids = v.queues(count).await;
    v.open_own_table("").await;
    v.status(&format!("1–{count} of {count} queues")).await;
    v.click("checkbox", "Select all on this page").await;
    press(v, "Delete").await;
    touches_are_known(v).await;
    ids
}

/// Waits until the dialog has said what a deletion touches.
async fn touches_are_known(v: &Visit) {
    let script = "return deep('.touches li').map((it) => it.innerText)";
    v.until("what it touches", async || {
        let lines = v.script(script, vec![]).await;
        let lines = lines.as_array().unwrap();
        lines.len() == 2 && lines.iter().all(|line| !line.as_str().unwrap().contains("looking"))
    })
    .await;
}

#[tokio::test]
async fn a_selection_stays_over_pages_and_sorting_and_another_search_asks() {
    member(async |v| {
        v.queues(13).await;
        v.open_own_table("&rows=10").await;
        v.status("1–10 of 13 queues").await;
        select(v, &[12, 10]).await;
        v.status("2 selected").await;
        let header = v.see("checkbox", "Select all on this page").await;
        assert_eq!(header.prop("indeterminate").await.unwrap().as_deref(), Some("true"));
        v.click("button", "Next page").await;
        v.status("11–13 of 13 queues").await;
        v.status("2 selected").await;
        assert_eq!(header.prop("indeterminate").await.unwrap().as_deref(), Some("false"));
        v.click("button", "Name").await;
        v.status("1–10 of 13 queues").await;
        v.status("2 selected").await;
        v.click("button", "Last page").await;
        let row = v.see("checkbox", &format!("Select {}", name(v, 12))).await;
        v.until("it is ticked", async || row.is_selected().await.unwrap()).await;
        v.paste("searchbox", "Search queues", &name(v, 1)).await;
        v.see("alertdialog", "Keep the selection?").await;
        v.click_in_dialog("Keep selection").await;
        v.status("2 selected").await;
        v.paste("searchbox", "Search queues", &name(v, 2)).await;
        v.click_in_dialog("Clear selection").await;
        v.gone("toolbar", "Selected queues").await;
    })
    .await;
}

#[tokio::test]
async fn shift_extends_the_header_takes_the_page_and_a_button_all_that_match() {
    member(async |v| {
        let ids = v.queues(13).await;
        v.open_own_table("&rows=10").await;
        v.status("1–10 of 13 queues").await;
        select(v, &[11]).await;
        let last = v.see("checkbox", &format!("Select {}", name(v, 8))).await;
        let chain = v.driver.action_chain().key_down(Key::Shift).click_element(&last);
        chain.key_up(Key::Shift).perform().await.unwrap();
        v.status("4 selected").await;
        v.click("checkbox", "Select all on this page").await;
        v.status("10 selected").await;
        v.click("button", "Select all 13 that match").await;
        v.status("13 selected").await;
        v.click("checkbox", "Select all on this page").await;
        v.status("3 selected").await;
        press(v, "Clear selection").await;
        v.gone("toolbar", "Selected queues").await;
        assert!(!last.is_selected().await.unwrap());
        // Of deleted ones, which match too, nothing more can be selected.
        v.caller.api(Method::DELETE, &format!("/queues/{}", ids[12]), None).await.unwrap();
        v.click("checkbox", "Show deleted").await;
        v.see("link", &format!("Recreate {}", name(v, 12))).await;
        v.click("checkbox", "Select all on this page").await;
        v.click("button", "Select all 13 that match").await;
        v.status("12 selected").await;
        v.gone("button", "Select all 13 that match").await;
    })
    .await;
}

#[tokio::test]
async fn many_are_deleted_with_what_that_touches_and_one_undo_brings_all_back() {
    member(async |v| {
        let ids = v.queues(12).await;
        let entrypoint = entrypoint_of(v, "train", &ids[..2], "pass").await;
        let tag = json!({"name": format!("{}.tag", v.mark), "group": 1});
        let tag = v.caller.api(Method::POST, "/tags/", Some(tag)).await.unwrap();
        let path = format!("/queues/{}/tags", ids[0]);
        v.caller.api(Method::POST, &path, Some(json!({"ids": [tag["id"]]}))).await.unwrap();
        v.open_own_table("").await;
        v.status("1–12 of 12 queues").await;
        v.click("checkbox", "Select all on this page").await;
        v.status("12 selected").await;
        press(v, "Delete").await;
        v.see("alertdialog", "Delete 12 queues?").await;
        v.says(&format!("Entrypoints that would lose a queue: {}-train", v.mark)).await;
        touches_are_known(v).await;
        v.click_in_dialog("Delete 12 queues").await;
        v.says("Type 12 to delete 12 queues").await;
        assert_eq!(v.on_the_server().await.len(), 12);
        v.paste("textbox", "Type 12 to confirm", "12").await;
        v.click_in_dialog("Delete 12 queues").await;
        v.says("12 done, 0 failed, 0 not begun").await;
        v.gone("alertdialog", "Delete 12 queues?").await;
        v.gone("toolbar", "Selected queues").await;
        assert!(v.on_the_server().await.is_empty());
        v.click("button", "Undo").await;
        v.says("12 of 12 queues are back.").await;
        assert_eq!(v.on_the_server().await.len(), 12);
        let back = v.named(&name(v, 0)).await;
        assert_eq!(back["tags"][0]["name"], json!(format!("{}.tag", v.mark)));
        let path = format!("/entrypoints/{entrypoint}");
        let linked = v.caller.api(Method::GET, &path, None).await.unwrap();
        assert_eq!(linked["queues"].as_array().unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn few_are_deleted_without_typing_and_waiting_jobs_are_counted_together() {
    crate::jobs::with_jobs(async |v, _, _| {
        let ids = v.queues(3).await;
        let lab = Lab::new(v, &ids).await;
        for queue in [ids[0], ids[0], ids[1]] {
            lab.send(v, queue).await;
        }
        v.open("queues").await;
        select(v, &[0, 1]).await;
        press(v, "Delete").await;
        v.says("Jobs waiting in them: 3.").await;
        touches_are_known(v).await;
        v.click_in_dialog("Delete 2 queues").await;
        v.says("2 done, 0 failed, 0 not begun").await;
    })
    .await;
}

#[tokio::test]
async fn tags_are_put_on_many_and_taken_off_and_what_is_mixed_stays_so() {
    member(async |v| {
        let ids = v.queues(3).await;
        let tag = async |what: &str| {
            let body = json!({"name": format!("{}.{what}", v.mark), "group": 1});
            v.caller.api(Method::POST, "/tags/", Some(body)).await.unwrap()["id"].clone()
        };
        let (mixed, off) = (tag("mixed").await, tag("off").await);
        let put = async |id: u64, tags: serde_json::Value| {
            let path = format!("/queues/{id}/tags");
            v.caller.api(Method::POST, &path, Some(json!({"ids": tags}))).await.unwrap();
        };
        put(ids[0], json!([mixed, off])).await;
        put(ids[1], json!([off])).await;
        v.open_own_table("").await;
        v.status("1–3 of 3 queues").await;
        v.click("checkbox", "Select all on this page").await;
        press(v, "Edit tags").await;
        v.see("dialog", "Edit tags of 3 queues").await;
        let box_ = v.see("checkbox", &format!("{}.mixed", v.mark)).await;
        v.says("on 1 of 3").await;
        assert_eq!(box_.prop("indeterminate").await.unwrap().as_deref(), Some("true"));
        // Twice: first on all, then on none.
        for _ in 0..2 {
            v.click("checkbox", &format!("{}.off", v.mark)).await;
        }
        v.paste("textbox", "Find or create a tag", &format!("{}.new", v.mark)).await;
        v.click("button", &format!("Create tag “{}.new”", v.mark)).await;
        v.click_in_dialog("Save tags").await;
        v.says("3 done, 0 failed, 0 not begun").await;
        let expected = [vec!["mixed", "new"], vec!["new"], vec!["new"]];
        for (id, expected) in ids.iter().zip(expected) {
            let queue = v.queue(*id).await;
            let mut tags: Vec<_> = queue["tags"]
                .as_array()
                .unwrap()
                .iter()
                .map(|tag| tag["name"].as_str().unwrap().rsplit('.').next().unwrap().to_owned())
                .collect();
            tags.sort();
            assert_eq!(tags, expected);
        }
        v.status("3 selected").await;
        // One request made the tag, and what was selected knows it now.
        assert_eq!(v.proxy.seen(&Method::POST, "/api/v1/tags/").len(), 1);
        press(v, "Edit tags").await;
        let new = v.see("checkbox", &format!("{}.new", v.mark)).await;
        assert_eq!(new.prop("checked").await.unwrap().as_deref(), Some("true"));
        new.click().await.unwrap();
        v.click_in_dialog("Save tags").await;
        v.until("no tags", async || v.queue(ids[1]).await["tags"] == json!([])).await;
    })
    .await;
}

#[tokio::test]
async fn a_selected_queue_that_its_row_deletes_is_not_selected_any_more() {
    member(async |v| {
        v.queues(2).await;
        v.open_own_table("").await;
        v.status("1–2 of 2 queues").await;
        v.click("checkbox", "Select all on this page").await;
        v.status("2 selected").await;
        v.click("button", &format!("Delete {}", name(v, 0))).await;
        v.says("No entrypoint would lose this queue.").await;
        v.says("No jobs are waiting in it.").await;
        v.click("button", "Delete queue").await;
        v.status("1 selected").await;
    })
    .await;
}

#[tokio::test]
async fn fault_52_a_bulk_action_is_stopped_and_goes_on_and_what_failed_is_tried_again() {
    member(async |v| {
        ask_to_delete_all(v, 8).await;
        v.says("No entrypoint would lose a queue.").await;
        // The first two are held: nothing new begins after "Stop".
        v.proxy.fault(Method::DELETE, "/api/v1/queues/", 2, Fault::Hold);
        v.click_in_dialog("Delete 8 queues").await;
        v.proxy.wait_for(&Method::DELETE, "/api/v1/queues/", 2).await;
        v.see("progressbar", "Progress").await;
        v.click_in_dialog("Stop").await;
        v.proxy.release();
        v.says("2 done, 0 failed, 6 not begun").await;
        assert_eq!(v.on_the_server().await.len(), 6);
        // A 500 that does nothing, a response that is lost, one that comes as a 502: each is looked up.
        v.proxy.fault(
            Method::DELETE,
            "/api/v1/queues/",
            1,
            Fault::Replace(500, "text/html", String::new()),
        );
        v.proxy.fault(Method::DELETE, "/api/v1/queues/", 1, Fault::LoseResponse);
        v.proxy.fault(
            Method::DELETE,
            "/api/v1/queues/",
            1,
            Fault::HideResponse(502, "text/html", String::new()),
        );
        v.click_in_dialog("Go on").await;
        v.says("7 done, 1 failed, 0 not begun").await;
        v.says("Dioptra had an error of its own").await;
        v.click_in_dialog("Try the failed again").await;
        v.says("8 done, 0 failed, 0 not begun").await;
        assert!(v.on_the_server().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn fault_52_a_bulk_action_goes_on_after_signing_in_again_and_without_its_dialog() {
    member(async |v| {
        ask_to_delete_all(v, 6).await;
        v.says("No entrypoint would lose a queue.").await;
        v.proxy.fault(Method::DELETE, "/api/v1/queues/", 2, Fault::Hold);
        v.click_in_dialog("Delete 6 queues").await;
        v.proxy.wait_for(&Method::DELETE, "/api/v1/queues/", 2).await;
        v.sign_out_elsewhere().await;
        v.proxy.release();
        v.sign_in_over_the_page(&v.username).await;
        // The dialog is left; a notice tells what became of it.
        v.press(Key::Escape + "").await;
        v.says("6 queues deleted. 6 done, 0 failed, 0 not begun.").await;
        assert!(v.on_the_server().await.is_empty());
        let deletes = v.proxy.seen(&Method::DELETE, "/api/v1/queues/");
        let done = deletes.iter().filter(|it| it.status == Some(200)).count();
        assert_eq!(done, 6, "nothing is done twice: {deletes:#?}");
    })
    .await;
}

#[tokio::test]
async fn fault_52_a_tab_that_closes_in_the_middle_asks_first_and_what_was_done_is_done() {
    member(async |v| {
        let ids = ask_to_delete_all(v, 5).await;
        // Four are done, but of two of them no response comes.
        for id in &ids[2..4] {
            v.proxy.fault(Method::DELETE, &format!("/queues/{id}"), 1, Fault::HoldResponse);
        }
        v.click_in_dialog("Delete 5 queues").await;
        for id in &ids[2..4] {
            v.until("it is done", async || v.queue(*id).await["deleted"] == json!(true)).await;
        }
        let asks = "const leaving = new Event('beforeunload', {cancelable: true});
            window.dispatchEvent(leaving); return leaving.defaultPrevented";
        assert_eq!(v.script(asks, vec![]).await, json!(true));
        v.driver.new_tab().await.unwrap();
        let tabs = v.driver.windows().await.unwrap();
        v.driver.close_window().await.unwrap();
        v.driver.switch_to_window(tabs[1].clone()).await.unwrap();
        v.proxy.heal();
        // What is left can be selected again.
        v.open_own_table("").await;
        v.status("1–1 of 1 queue").await;
        assert_eq!(v.proxy.seen(&Method::DELETE, &format!("/queues/{}", ids[4])).len(), 0);
        v.click("checkbox", "Select all on this page").await;
        press(v, "Delete").await;
        touches_are_known(v).await;
        v.click_in_dialog("Delete 1 queue").await;
        v.says("1 done, 0 failed, 0 not begun").await;
        assert_eq!(v.script(asks, vec![]).await, json!(false));
    })
    .await;
}

#[tokio::test]
async fn what_the_user_may_not_change_stays_as_it_is() {
    let others = format!("others-{}", std::process::id());
    visit(Start::new(&dioptra()), true, async |v| {
        v.queues(1).await;
        let other = v.other().await;
        let group = crate::visit::group_of(&others, &[&format!("{}-other", v.mark)]);
        let body =
            json!({"name": format!("{}-theirs", v.mark), "group": group, "description": "d"});
        other.api(Method::POST, "/queues/", Some(body)).await.unwrap();
        v.open_own_table("").await;
        v.status("1–2 of 2 queues").await;
        v.click("checkbox", "Select all on this page").await;
        press(v, "Delete").await;
        v.see("alertdialog", "Delete 1 queue?").await;
        touches_are_known(v).await;
        v.says("1 more belongs to a group that you are not in: it stays as it is.").await;
        v.click_in_dialog("Delete 1 queue").await;
        v.says("1 done, 0 failed, 0 not begun").await;
        assert_eq!(v.on_the_server().await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn whoever_asks_for_a_bulk_action_again_while_it_is_under_way_sees_how_it_goes() {
    member(async |v| {
        v.queues(4).await;
        v.open_own_table("").await;
        v.status("1–4 of 4 queues").await;
        select(v, &[0, 1, 2]).await;
        press(v, "Delete").await;
        touches_are_known(v).await;
        v.proxy.fault(Method::DELETE, "/api/v1/queues/", 2, Fault::Hold);
        v.click_in_dialog("Delete 3 queues").await;
        v.proxy.wait_for(&Method::DELETE, "/api/v1/queues/", 2).await;
        v.press(Key::Escape + "").await;
        v.says("Deleting goes on.").await;
        press(v, "Delete").await;
        v.see("progressbar", "Progress").await;
        v.press(Key::Escape + "").await;
        // So does whoever asks for others, and is asked about those once it has ended.
        press(v, "Clear selection").await;
        select(v, &[3]).await;
        press(v, "Delete").await;
        v.see("alertdialog", "Delete 3 queues?").await;
        v.see("progressbar", "Progress").await;
        v.proxy.release();
        v.says("3 queues deleted. 3 done, 0 failed, 0 not begun.").await;
        v.see("alertdialog", "Delete 1 queue?").await;
        assert_eq!(v.proxy.seen(&Method::DELETE, "/api/v1/queues/").len(), 3);
    })
    .await;
}

#[tokio::test]
async fn to_try_the_failed_again_begins_nothing_that_was_stopped() {
    member(async |v| {
        ask_to_delete_all(v, 8).await;
        let failed = Fault::Replace(500, "text/html", String::new());
        v.proxy.fault(Method::DELETE, "/api/v1/queues/", 1, failed);
        v.proxy.fault(Method::DELETE, "/api/v1/queues/", 2, Fault::Hold);
        v.click_in_dialog("Delete 8 queues").await;
        v.proxy.wait_for(&Method::DELETE, "/api/v1/queues/", 3).await;
        v.click_in_dialog("Stop").await;
        v.proxy.release();
        v.says("2 done, 1 failed, 5 not begun").await;
        all_is_well(v, "some have failed").await;
        v.click_in_dialog("Try the failed again").await;
        v.says("3 done, 0 failed, 5 not begun").await;
        assert_eq!(v.on_the_server().await.len(), 5);
        v.click_in_dialog("Go on").await;
        v.says("8 queues deleted. 8 done, 0 failed, 0 not begun.").await;
    })
    .await;
}

#[tokio::test]
async fn whoever_signs_out_in_the_middle_is_not_asked_to_sign_in_over_the_screen_for_that() {
    member(async |v| {
        ask_to_delete_all(v, 6).await;
        v.proxy.fault(Method::DELETE, "/api/v1/queues/", 2, Fault::Hold);
        v.click_in_dialog("Delete 6 queues").await;
        v.proxy.wait_for(&Method::DELETE, "/api/v1/queues/", 2).await;
        v.press(Key::Escape + "").await;
        v.click("button", "Sign out").await;
        v.see("heading", "Sign in").await;
        v.proxy.forget();
        v.proxy.release();
        v.until("the next one has found nobody signed in", async || {
            v.proxy.all().iter().any(|it| it.status == Some(401))
        })
        .await;
        v.see("textbox", "Username").await;
        assert!(v.find("dialog", "Sign in to continue").await.is_none());
    })
    .await;
}
