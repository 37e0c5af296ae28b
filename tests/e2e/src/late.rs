//! The second file: all screens but the table, and what is in dialogs.

use hyper::Method;
use serde_json::json;
use thirtyfour::Key;
use xtask::proxy::Fault;

use crate::visit::{Visit, member, stranger};

const FILE: &str = "/late-";

fn gone() -> Fault {
    Fault::Replace(404, "text/html", "gone".into())
}

/// How often the file was asked for.
fn asked(v: &Visit) -> usize {
    v.proxy.seen(&Method::GET, FILE).len()
}

/// Opens the table in a browser that has kept nothing.
async fn open(v: &Visit) {
    v.chromium("Network.clearBrowserCache", json!({})).await;
    v.open_own_table("").await;
    v.status_ends("queues").await;
}

/// The table, and nobody has moved yet.
async fn table(v: &Visit) -> String {
    v.queues(2).await;
    open(v).await;
    assert_eq!(asked(v), 0, "the table needs one file");
    format!("{}-00", v.mark)
}

#[tokio::test]
async fn the_table_does_without_the_second_file_and_the_first_move_of_a_person_fetches_it() {
    member(async |v| {
        table(v).await;
        let moved = json!({"type": "mouseMoved", "x": 200, "y": 200});
        v.chromium("Input.dispatchMouseEvent", moved.clone()).await;
        v.proxy.wait_for(&Method::GET, FILE, 1).await;
        v.chromium("Input.dispatchMouseEvent", moved).await;
        v.click("link", "Create queue").await;
        v.see("heading", "Create queue").await;
        assert_eq!(asked(v), 1, "once");

        // Who uses the keyboard moves too.
        v.proxy.forget();
        open(v).await;
        assert_eq!(asked(v), 0);
        v.press(Key::Tab + "").await;
        v.proxy.wait_for(&Method::GET, FILE, 1).await;
    })
    .await;
}

#[tokio::test]
async fn an_address_of_another_screen_fetches_both_files_side_by_side() {
    let side_by_side = async |v: &Visit, address: &str, heading: &str| {
        v.chromium("Network.clearBrowserCache", json!({})).await;
        v.proxy.forget();
        v.proxy.fault(Method::GET, "/dioptra-queues-", 2, Fault::Hold);
        // The page is not whole before its files are there, so nobody waits for that here.
        v.script("location.href = arguments[0]", vec![json!(address)]).await;
        v.proxy.wait_for(&Method::GET, FILE, 1).await;
        v.proxy.release();
        v.see("heading", heading).await;
        assert_eq!(asked(v), 1, "what was fetched early is used");
    };
    member(async |v| {
        table(v).await;
        side_by_side(v, "/queues/new", "Create queue").await;
        side_by_side(v, "/?embed=1#/queues/new", "Create queue").await;
    })
    .await;
    stranger(async |v| {
        v.open("favicon.svg").await;
        side_by_side(v, "/queues", "Sign in").await;
        v.console().await;
    })
    .await;
}

#[tokio::test]
async fn a_second_file_that_is_slow_is_said_to_be_and_the_screen_comes_with_it() {
    member(async |v| {
        let queue = table(v).await;
        v.proxy.fault(Method::GET, FILE, 1, Fault::Hold);
        v.click("link", "Create queue").await;
        v.status("Loading…").await;
        v.proxy.release();
        v.see("textbox", "Name").await;
        v.focus_is_on("Create queue").await;

        // What is in a dialog: the focus goes where it belongs.
        open(v).await;
        v.proxy.fault(Method::GET, FILE, 1, Fault::Hold);
        v.click("button", &format!("Delete {queue}")).await;
        v.status("Loading…").await;
        v.proxy.release();
        v.see("alertdialog", &format!("Delete queue “{queue}”?")).await;
        v.focus_is_on("Keep queue").await;
        v.is_silent_about("Loading…").await;
    })
    .await;
}

#[tokio::test]
async fn fault_30_a_screen_whose_file_is_gone_offers_another_try_and_to_reload() {
    member(async |v| {
        table(v).await;
        v.proxy.fault(Method::GET, FILE, 99, gone());
        v.click("link", "Create queue").await;
        v.says("A part of the app could not be loaded").await;
        v.says("a new version may have been deployed").await;
        v.proxy.heal();
        v.click("button", "Try again").await;
        v.see("textbox", "Name").await;

        open(v).await;
        v.proxy.fault(Method::GET, FILE, 99, gone());
        v.click("link", "Create queue").await;
        v.see("button", "Reload").await;
        v.proxy.heal();
        v.click("button", "Reload").await;
        v.see("textbox", "Name").await;
        // The browser and the loader say each failure.
        v.console().await;
    })
    .await;
}

#[tokio::test]
async fn fault_30_a_dialog_whose_file_is_gone_offers_another_try() {
    member(async |v| {
        let queue = table(v).await;
        v.proxy.fault(Method::GET, FILE, 99, gone());
        v.click("button", &format!("Delete {}-01", v.mark)).await;
        v.says("A part of the app could not be loaded").await;
        v.click("button", "Dismiss").await;
        v.is_silent_about("could not be loaded").await;
        // To press the button again is another try.
        v.click("button", &format!("Delete {queue}")).await;
        v.says("A part of the app could not be loaded").await;
        v.names_are(&[format!("{}-01", v.mark), queue.clone()]).await;
        v.proxy.heal();
        v.click("button", "Try again").await;
        v.see("alertdialog", &format!("Delete queue “{queue}”?")).await;
        v.is_silent_about("could not be loaded").await;
        v.console().await;
    })
    .await;
}
