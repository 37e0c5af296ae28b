//! Chunks: what the rows do not need comes when it is needed.

use serde_json::json;
use testkit::{Method, proxy::Fault};
use thirtyfour::Key;

use crate::visit::{Visit, member, stranger};

/// The own file of the form "Create queue".
const FORM: &str = "/form-";

/// The own file of all other screens and dialogs.
const REST: &str = "/rest-";

/// What says why jobs wait is fetched once the rows are there: its own file, and those it shares.
const JOBS: [&str; 3] = ["form.jobs.rest", "jobs", "jobs.rest"];

fn gone() -> Fault {
    Fault::Replace(404, "text/html", "gone".into())
}

/// The chunks that were requested, in their order.
fn requested(v: &Visit) -> Vec<String> {
    let all = v.proxy.seen(&Method::GET, ".wasm");
    let names = all.iter().filter_map(|seen| seen.path.rsplit('/').next());
    let chunks = names.filter(|name| !name.starts_with("dioptra-queues-"));
    chunks.filter_map(|name| name.split('-').next()).map(str::to_owned).collect()
}

/// The same in the order of their names.
fn sorted(v: &Visit) -> Vec<String> {
    let mut chunks = requested(v);
    chunks.sort();
    chunks
}

/// Opens the table in a browser that has kept nothing.
async fn open(v: &Visit) {
    v.chromium("Network.clearBrowserCache", json!({})).await;
    v.open_own_table("").await;
    v.status_ends("queues").await;
    v.see("checkbox", "Live").await;
}

/// The table, and nobody has moved yet.
async fn table(v: &Visit) -> String {
    v.queues(2).await;
    open(v).await;
    assert_eq!(sorted(v), JOBS, "the table needs one file, and the jobs theirs");
    format!("{}-00", v.mark)
}

#[tokio::test]
async fn the_rows_need_no_chunk_and_the_first_move_of_a_person_fetches_them_once() {
    member(async |v| {
        table(v).await;
        let moved = json!({"type": "mouseMoved", "x": 200, "y": 200});
        v.chromium("Input.dispatchMouseEvent", moved.clone()).await;
        v.proxy.wait_for(&Method::GET, REST, 1).await;
        v.chromium("Input.dispatchMouseEvent", moved).await;
        v.click("link", "Create queue").await;
        v.see("heading", "Create queue").await;
        let all = ["form", "form.jobs.rest", "form.rest", "jobs", "jobs.rest", "rest"];
        assert_eq!(sorted(v), all, "once");

        // Who uses the keyboard moves too.
        v.proxy.forget();
        open(v).await;
        assert_eq!(sorted(v), JOBS);
        v.press(Key::Tab + "").await;
        v.proxy.wait_for(&Method::GET, REST, 1).await;
    })
    .await;
}

#[tokio::test]
async fn the_address_of_another_screen_fetches_its_chunk_beside_the_first_file() {
    let form = ["form", "form.jobs.rest", "form.rest"];
    let rest = ["form.jobs.rest", "form.rest", "jobs.rest", "rest"];
    let side_by_side = async |v: &Visit, address: &str, heading: &str, chunks: &[&str]| {
        v.chromium("Network.clearBrowserCache", json!({})).await;
        v.proxy.forget();
        v.proxy.fault(Method::GET, "/dioptra-queues-", 2, Fault::Hold);
        // The page is not whole before its files are there, so nobody waits for that here.
        v.script("location.href = arguments[0]", vec![json!(address)]).await;
        for chunk in chunks {
            v.proxy.wait_for(&Method::GET, &format!("/{chunk}-"), 1).await;
        }
        v.proxy.release();
        v.see("heading", heading).await;
        assert_eq!(sorted(v), chunks, "these alone, and what was fetched early is used");
    };
    member(async |v| {
        let name = table(v).await;
        let id = v.named(&name).await["id"].clone();
        side_by_side(v, "/queues/new", "Create queue", &form).await;
        side_by_side(v, "/?embed=1#/queues/new", "Create queue", &form).await;
        side_by_side(v, &format!("/queues/{id}/edit"), "Edit queue", &rest).await;
    })
    .await;
    stranger(async |v| {
        v.open("favicon.svg").await;
        side_by_side(v, "/queues", "Sign in", &rest).await;
        v.console().await;
    })
    .await;
}

#[tokio::test]
async fn a_chunk_that_is_slow_is_said_to_be_and_the_screen_comes_with_it() {
    member(async |v| {
        let queue = table(v).await;
        v.proxy.fault(Method::GET, FORM, 1, Fault::Hold);
        v.click("link", "Create queue").await;
        v.status("Loading…").await;
        v.proxy.release();
        v.see("textbox", "Name").await;
        v.focus_is_on("Create queue").await;

        // What is in a dialog: the focus goes where it belongs.
        open(v).await;
        v.proxy.fault(Method::GET, REST, 1, Fault::Hold);
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
async fn fault_30_a_screen_whose_chunk_is_gone_offers_another_try_and_to_reload() {
    member(async |v| {
        table(v).await;
        v.proxy.fault(Method::GET, FORM, 99, gone());
        v.click("link", "Create queue").await;
        v.says("A part of the app could not be loaded").await;
        v.says("a new version may have been deployed").await;
        v.proxy.heal();
        v.click("button", "Try again").await;
        v.see("textbox", "Name").await;

        open(v).await;
        v.proxy.fault(Method::GET, FORM, 99, gone());
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
async fn fault_30_a_dialog_whose_chunk_is_gone_offers_another_try() {
    member(async |v| {
        let queue = table(v).await;
        v.proxy.fault(Method::GET, REST, 99, gone());
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

        // If another try does not help, what does is offered.
        open(v).await;
        v.proxy.fault(Method::GET, REST, 99, gone());
        v.click("button", &format!("Delete {queue}")).await;
        v.click("button", "Try again").await;
        v.see("button", "Reload").await;
        v.console().await;
    })
    .await;
}

#[tokio::test]
async fn fault_30_a_form_whose_sending_part_is_gone_says_so_and_keeps_its_text() {
    member(async |v| {
        v.proxy.fault(Method::GET, REST, 99, gone());
        v.open("queues/new").await;
        v.see("textbox", "Name").await;
        let name = v.fill("", "kept").await;
        v.click("button", "Create queue").await;
        v.says("Nothing was sent. A part of the app could not be loaded").await;
        assert_eq!(v.value("textbox", "Name").await, name);
        assert_eq!(v.sent(), 0);
        v.proxy.heal();
        v.click("button", "Create queue").await;
        v.status(&format!("Queue “{name}” created")).await;
        v.console().await;
    })
    .await;
}
