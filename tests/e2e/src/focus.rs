//! The focus is never on the body: what had it may go, then the next thing gets it.

use testkit::{Method, proxy::Fault};

use crate::visit::{Visit, member};

/// Waits until what was pressed is gone; then something has the focus.
async fn is_handed_on(v: &Visit, button: &str) {
    v.click("button", button).await;
    v.gone("button", button).await;
    v.keeps_focus().await;
}

#[tokio::test]
async fn a_button_that_goes_when_it_is_pressed_hands_the_focus_on() {
    member(async |v| {
        v.queues(1).await;
        v.open_own_table("").await;
        v.paste("searchbox", "Search queues", "nothing-has-this-name").await;
        v.see("heading", "No queues match").await;
        is_handed_on(v, "Clear search").await;

        v.proxy.fault(
            Method::GET,
            "/api/v1/queues/",
            1,
            Fault::Replace(500, "text/html", "no".into()),
        );
        v.driver.refresh().await.unwrap();
        v.says("The queues could not be loaded").await;
        is_handed_on(v, "Try again").await;

        v.open("queues/new").await;
        v.see("textbox", "Name").await;
        v.fill("", "kept").await;
        v.driver.refresh().await.unwrap();
        v.status("Your unsaved text was brought back.\n\nDiscard it").await;
        is_handed_on(v, "Discard it").await;
    })
    .await;
}

#[tokio::test]
async fn a_dialog_that_a_menu_has_opened_gives_the_focus_back_to_the_menus_button() {
    member(async |v| {
        v.queues(1).await;
        v.open_own_table("").await;
        v.click("button", "View").await;
        v.click("button", "Keyboard shortcuts").await;
        v.see("dialog", "Keyboard shortcuts").await;
        v.click("button", "Close").await;
        v.focus_is_on("View").await;
        v.click("button", "Save view").await;
        v.paste("textbox", "Name", "mine").await;
        v.click("button", "Save").await;
        v.status("View “mine” saved").await;
        v.click("button", "Views").await;
        v.click("button", "Rename mine").await;
        v.click("button", "Cancel").await;
        v.focus_is_on("Views").await;
    })
    .await;
}

#[tokio::test]
async fn a_dialog_about_many_keeps_the_focus_when_what_it_asks_gives_way_to_what_it_does() {
    member(async |v| {
        v.queues(2).await;
        v.open_own_table("").await;
        v.status("1–2 of 2 queues").await;
        v.click("checkbox", "Select all on this page").await;
        v.see("toolbar", "Selected queues").await;
        v.script("deep('[role=toolbar] .danger')[0].click()", vec![]).await;
        v.see("alertdialog", "Delete 2 queues?").await;
        v.says("No jobs are waiting in them.").await;
        v.click_in_dialog("Delete 2 queues").await;
        v.says("2 done, 0 failed, 0 not begun").await;
        // All is done: it closes by itself.
        v.gone("alertdialog", "Delete 2 queues?").await;
        v.keeps_focus().await;
    })
    .await;
}
