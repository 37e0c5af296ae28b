//! Rows of what may go wrong, each a test named after its row. Those of one screen stand beside
//! it: 26 and 31 with the table, 21 with the form, 28 with the start.

use std::time::Duration;

use serde_json::{Value, json};
use testkit::{
    Method,
    dioptra::{Dioptra, Setup},
    http::Caller,
    proxy::Fault,
};
use thirtyfour::prelude::*;

use crate::visit::{PASSWORD, Start, Visit, member, visit};

fn html(status: u16) -> Fault {
    Fault::Replace(status, "text/html", format!("<html><h1>{status} nginx</h1></html>"))
}

async fn open_form(v: &Visit) -> String {
    v.open("queues/new").await;
    v.see("textbox", "Name").await;
    v.fill("", "kept").await
}

#[tokio::test]
async fn fault_1_the_response_to_an_older_search_does_not_replace_the_newer_rows() {
    member(async |v| {
        v.queues(2).await;
        v.open("queues").await;
        v.see("navigation", "Pagination").await;
        let (first, second) = (format!("{}-00", v.mark), format!("{}-01", v.mark));
        v.proxy.fault(Method::GET, &format!("search={first}"), 1, Fault::Hold);
        v.script(
            "window.aborted = []; new PerformanceObserver((list) => list.getEntries().forEach((e) =>
                window.aborted.push([e.name, e.responseStatus]))).observe({type: 'resource'})",
            vec![],
        )
        .await;
        v.paste("searchbox", "Search queues", &first).await;
        v.proxy.wait_for(&Method::GET, &format!("search={first}"), 1).await;
        v.paste("searchbox", "Search queues", &second).await;
        v.names_are(std::slice::from_ref(&second)).await;
        v.proxy.release();
        // The browser has given it up: it ended without a status.
        v.until("the older request was aborted", async || {
            let seen = v.script("return window.aborted", vec![]).await;
            seen.as_array()
                .unwrap()
                .iter()
                .any(|entry| entry[0].as_str().unwrap().contains(&first) && entry[1] == json!(0))
        })
        .await;
        v.names_are(&[second]).await;
    })
    .await;
}

#[tokio::test]
async fn fault_2_a_double_click_and_enter_with_a_click_send_one_post() {
    member(async |v| {
        let name = open_form(v).await;
        v.proxy.fault(Method::POST, "/queues/", 1, Fault::Hold);
        let button = v.see("button", "Create queue").await;
        v.driver.action_chain().double_click_element(&button).perform().await.unwrap();
        v.proxy.wait_for(&Method::POST, "/queues/", 1).await;
        v.type_in("textbox", "Name", Key::Enter + "").await;
        button.click().await.unwrap();
        assert_eq!(button.attr("aria-disabled").await.unwrap().as_deref(), Some("true"));
        v.status("Creating the queue…").await;
        v.proxy.release();
        v.status(&format!("Queue “{name}” created")).await;
        assert_eq!(v.sent(), 1);
        assert_eq!(v.on_the_server().await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn fault_3_a_queue_whose_response_got_lost_is_found_and_called_created() {
    member(async |v| {
        let name = open_form(v).await;
        v.proxy.fault(Method::POST, "/queues/", 1, Fault::LoseResponse);
        v.click("button", "Create queue").await;
        v.status(&format!("Queue “{name}” created")).await;
        assert_eq!((v.asked_to_create().await, v.on_the_server().await.len()), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn fault_3_a_lost_response_about_somebody_elses_queue_is_a_conflict() {
    member(async |v| {
        let mut other = v.caller.clone();
        other.sign_up(&format!("{}-other", v.mark), PASSWORD).await.unwrap();
        let id = other.queue(&v.mark, Some("kept")).await.unwrap();
        let name = open_form(v).await;
        v.proxy.fault(Method::POST, "/queues/", 1, Fault::LoseResponse);
        v.click("button", "Create queue").await;
        v.says(&format!("A queue named “{name}” already exists in group “public”")).await;
        let link = v.see("link", "Open it").await;
        assert!(link.prop("href").await.unwrap().unwrap().ends_with(&format!("/queues/{id}")));
        assert_eq!(v.value("textbox", "Description").await, "kept");
        assert_eq!((v.asked_to_create().await, v.on_the_server().await.len()), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn fault_3_what_became_of_a_request_that_never_arrived_is_not_known_and_it_can_be_sent_again()
{
    member(async |v| {
        let name = open_form(v).await;
        v.proxy.fault(Method::POST, "/queues/", 9, Fault::Reset);
        v.click("button", "Create queue").await;
        v.says("It is not known whether it was saved. Your text is still here").await;
        v.focus_is_on("There is a problem").await;
        assert_eq!(v.value("textbox", "Name").await, name);
        assert_eq!((v.asked_to_create().await, v.on_the_server().await.len()), (1, 0));
        v.proxy.heal();
        v.click("button", "Create queue").await;
        v.status(&format!("Queue “{name}” created")).await;
        assert_eq!((v.asked_to_create().await, v.on_the_server().await.len()), (2, 1));
    })
    .await;
}

#[tokio::test]
async fn fault_4_two_queues_of_one_name_both_show_and_can_be_told_apart() {
    member(async |v| {
        let one = v.queues(1).await[0];
        // The server lets two through that come at once; here the response shows what it would.
        v.proxy.fault(Method::GET, "/queues/?", 1, Fault::Edit(twice));
        v.open_own_table("").await;
        let name = format!("{}-00", v.mark);
        v.names_are(&[name.clone(), name]).await;
        let script = "return [...document.querySelectorAll('tbody td[data-label=ID]')].map((td) => td.innerText)";
        assert_eq!(v.script(script, vec![]).await, json!([one.to_string(), (one + 1_000_000).to_string()]));
    })
    .await;
}

/// The page with its first row once more, under another ID.
fn twice(page: &str) -> String {
    let mut page: Value = serde_json::from_str(page).unwrap();
    let mut row = page["data"][0].clone();
    row["id"] = json!(row["id"].as_u64().unwrap() + 1_000_000);
    page["data"].as_array_mut().unwrap().push(row);
    page["totalNumResults"] = json!(page["totalNumResults"].as_u64().unwrap() + 1);
    page.to_string()
}

#[tokio::test]
async fn fault_5_and_8_a_session_that_ended_is_renewed_over_the_page_and_the_load_goes_on() {
    member(async |v| {
        v.queues(2).await;
        // The jobs are read after the rows: what is asked for then would notice first.
        v.proxy.fault(Method::GET, "/api/v1/jobs/", 99, Fault::Hold);
        v.open_own_table("").await;
        let rows = [format!("{}-01", v.mark), format!("{}-00", v.mark)];
        v.names_are(&rows).await;
        v.sign_out_elsewhere().await;
        v.click("button", "Name").await;
        v.see("dialog", "Sign in to continue").await;
        v.names_are(&rows).await;
        v.sign_in_over_the_page(&v.username).await;
        v.names_are(&[rows[1].clone(), rows[0].clone()]).await;
        v.focus_is_on("Name").await;
        v.proxy.heal();
    })
    .await;
}

#[tokio::test]
async fn fault_6_a_session_that_ended_while_saving_loses_nothing_and_sends_nothing_by_itself() {
    member(async |v| {
        let name = open_form(v).await;
        v.sign_out_elsewhere().await;
        v.click("button", "Create queue").await;
        v.sign_in_over_the_page(&v.username).await;
        v.says("Your session has ended, and nothing was sent").await;
        assert_eq!(v.value("textbox", "Name").await, name);
        assert_eq!(v.value("textbox", "Description").await, "kept");
        assert_eq!((v.sent(), v.on_the_server().await.len()), (0, 0), "the person confirms first");
        v.click("button", "Create queue").await;
        v.status(&format!("Queue “{name}” created")).await;
        assert_eq!(v.on_the_server().await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn fault_6_the_dialog_can_be_closed_and_the_text_stays() {
    member(async |v| {
        open_form(v).await;
        v.sign_out_elsewhere().await;
        v.click("button", "Create queue").await;
        v.see("dialog", "Sign in to continue").await;
        v.press(Key::Escape + "").await;
        v.gone("dialog", "Sign in to continue").await;
        assert_eq!(v.value("textbox", "Description").await, "kept");
        v.click("button", "Create queue").await;
        v.see("dialog", "Sign in to continue").await;
    })
    .await;
}

#[tokio::test]
async fn fault_7_somebody_else_who_signs_in_sees_and_sends_nothing_of_the_first() {
    member(async |v| {
        let other = format!("{}-other", v.mark);
        v.caller.clone().sign_up(&other, PASSWORD).await.unwrap();
        open_form(v).await;
        v.sign_out_elsewhere().await;
        v.click("button", "Create queue").await;
        v.sign_in_over_the_page(&other).await;
        v.says(&format!("Signed in as {other}")).await;
        v.until("an empty form", async || v.value("textbox", "Name").await.is_empty()).await;
        assert_eq!(v.value("textbox", "Description").await, "");
        assert!(!v.text().await.contains("kept"));
        assert_eq!((v.sent(), v.on_the_server().await.len()), (0, 0));
    })
    .await;
}

#[tokio::test]
async fn fault_7_and_8_a_tab_that_is_looked_at_again_knows_what_another_tab_did() {
    member(async |v| {
        let other = format!("{}-other", v.mark);
        v.caller.clone().sign_up(&other, PASSWORD).await.unwrap();
        open_form(v).await;
        let looked_at = "document.dispatchEvent(new Event('visibilitychange', {bubbles: true}))";
        let mine = v.driver.window().await.unwrap();
        let tab = v.driver.new_tab().await.unwrap();
        v.driver.switch_to_window(tab).await.unwrap();
        v.let_in(&other).await;
        v.driver.switch_to_window(mine.clone()).await.unwrap();
        v.script(looked_at, vec![]).await;
        v.says(&format!("Signed in as {other}")).await;
        assert_eq!(v.value("textbox", "Name").await, "");
        assert_eq!(v.value("textbox", "Description").await, "");
        v.sign_out_elsewhere().await;
        v.script(looked_at, vec![]).await;
        v.sign_in_over_the_page(&v.username).await;
        v.says(&format!("Signed in as {}", v.username)).await;
        v.until("the first one's text is back", async || {
            v.value("textbox", "Description").await == "kept"
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn fault_9_errors_of_servers_in_between_are_plain_sentences_with_the_status() {
    member(async |v| {
        v.queues(1).await;
        for status in [500, 502, 413, 414] {
            v.proxy.fault(Method::GET, "/api/v1/queues/?index=0&pageLength=25", 1, html(status));
            v.open_own_table("").await;
            v.says(&format!("(status {status})")).await;
            assert!(!v.text().await.contains("nginx"));
            v.click("button", "Try again").await;
            v.names_are(&[format!("{}-00", v.mark)]).await;
        }
        let name = open_form(v).await;
        for status in [413, 502] {
            v.proxy.fault(Method::POST, "/queues/", 1, html(status));
            v.click("button", "Create queue").await;
            v.says(&format!("(status {status})")).await;
            assert!(!v.text().await.contains("nginx"));
            assert_eq!(v.value("textbox", "Name").await, name);
        }
        v.click("button", "Create queue").await;
        v.status(&format!("Queue “{name}” created")).await;
    })
    .await;
}

#[tokio::test]
async fn fault_10_a_response_that_is_no_json_is_called_unreadable_and_the_old_rows_stay() {
    member(async |v| {
        v.queues(2).await;
        v.open_own_table("").await;
        let rows = [format!("{}-01", v.mark), format!("{}-00", v.mark)];
        v.names_are(&rows).await;
        let no_json = Fault::Replace(200, "text/html", "<h1>welcome to the portal</h1>".into());
        for fault in [Fault::Truncate(100), no_json] {
            v.proxy.fault(Method::GET, "/api/v1/queues/?index=0&pageLength=25", 1, fault);
            v.click("button", "Name").await;
            v.says("unreadable answer").await;
            assert!(!v.text().await.contains("portal"));
            v.names_are(&rows).await;
            v.click("button", "Try again").await;
            v.is_silent_about("unreadable answer").await;
            v.click("button", "Created on").await;
            v.click("button", "Created on").await;
            v.names_are(&rows).await;
        }
    })
    .await;
}

#[tokio::test]
async fn fault_11_unknown_missing_and_null_fields_render() {
    member(async |v| {
        let id = v.caller.queue(&v.mark, None).await.unwrap();
        let sparse = |page: &str| {
            let mut page: Value = serde_json::from_str(page).unwrap();
            let rows = if page["data"].is_array() {
                page["data"].as_array_mut().unwrap()
            } else {
                return strip(page).to_string();
            };
            for row in rows.iter_mut() {
                *row = strip(row.clone());
            }
            page.to_string()
        };
        v.open_own_table("").await;
        v.names_are(std::slice::from_ref(&v.mark)).await;
        v.proxy.fault(Method::GET, "/api/v1/queues/?index=0&pageLength=25", 2, Fault::Edit(sparse));
        v.open_own_table("").await;
        v.names_are(std::slice::from_ref(&v.mark)).await;
        v.open(&format!("queues/{id}")).await;
        v.see("heading", &v.mark).await;
        v.says("Use from code").await;
    })
    .await;
}

/// A queue with what must be there, something unknown, and nothing else.
fn strip(queue: Value) -> Value {
    json!({"id": queue["id"], "name": queue["name"], "group": queue["group"],
        "description": null, "colour": {"deep": [1]}})
}

#[tokio::test]
async fn fault_12_a_description_of_a_megabyte_is_clamped_and_nothing_freezes() {
    member(async |v| {
        let text = "lorem ipsum, ".repeat(80_000) + "end";
        let id = v.caller.queue(&v.mark, Some(&text)).await.unwrap();
        v.open_own_table("").await;
        v.names_are(std::slice::from_ref(&v.mark)).await;
        let script =
            "return [...document.querySelectorAll('tbody td')].map((td) => td.textContent.length)";
        let lengths = v.script(script, vec![]).await;
        assert!(lengths.as_array().unwrap().iter().all(|length| length.as_u64().unwrap() < 300));
        v.open(&format!("queues/{id}")).await;
        v.see("heading", &v.mark).await;
        let length = v.script("return document.body.innerText.length", vec![]).await;
        assert!(length.as_u64().unwrap() < 30_000, "{length}");
        let more = format!("Show {} more characters", text.len() - 2_000);
        v.click("button", &more).await;
        v.until("all of it", async || {
            let length =
                v.script("return document.querySelector('.text').textContent.length", vec![]).await;
            length == json!(text.len())
        })
        .await;
        v.open("queues/new").await;
        v.see("textbox", "Name").await;
        v.paste("textbox", "Description", &text).await;
        v.type_in("textbox", "Name", "still answers").await;
        assert_eq!(v.value("textbox", "Name").await, "still answers");
    })
    .await;
}

#[tokio::test]
async fn fault_13_texts_of_any_kind_are_shown_as_text_and_isolated() {
    member(async |v| {
        let text = "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'> שלום \u{202e}evil 🙂 &amp;";
        let id = v.caller.queue(&v.mark, Some(text)).await.unwrap();
        let with_nul = |answer: &str| answer.replace("evil", "evil\\u0000");
        v.open_own_table("").await;
        v.names_are(std::slice::from_ref(&v.mark)).await;
        v.says("<script>window.hacked = 1</script>").await;
        let script = "const cell = document.querySelector('.clamp'), name = document.querySelector('tbody th a');
            return [cell.dir, getComputedStyle(cell).unicodeBidi, getComputedStyle(name).unicodeBidi, window.hacked || 0]";
        assert_eq!(v.script(script, vec![]).await, json!(["auto", "isolate", "isolate", 0]));
        v.proxy.fault(Method::GET, &format!("/api/v1/queues/{id}"), 1, Fault::Edit(with_nul));
        v.open(&format!("queues/{id}")).await;
        v.see("heading", &v.mark).await;
        v.says("<img src=x onerror='window.hacked = 1'>").await;
        v.says("\\u202eevil\\u0000").await;
        assert_eq!(v.script("return window.hacked || 0", vec![]).await, json!(0));
    })
    .await;
}

#[tokio::test]
async fn fault_14_of_100_000_queues_the_page_shows_a_page() {
    let dioptra = Dioptra::temporary_with("many", &Setup::small()).await.unwrap();
    Caller::new(&dioptra.origin).sign_up("first", "first").await.unwrap();
    dioptra.fill(100_000).unwrap();
    visit(Start::new(&dioptra.origin), true, async |v| {
        v.open("queues").await;
        v.status("1–25 of 100000 queues").await;
        let nodes = "return document.querySelectorAll('*').length";
        let before = v.script(nodes, vec![]).await.as_u64().unwrap();
        assert!(before < 1_000, "{before} elements");
        v.click("button", "Last page").await;
        v.status("99976–100000 of 100000 queues").await;
        v.click("button", "Name").await;
        v.status("1–25 of 100000 queues").await;
        v.choose("Rows per page", "10").await;
        v.status("1–10 of 100000 queues").await;
        v.paste("searchbox", "Search queues", "name:bulk-77777").await;
        v.status("1–1 of 1 queue").await;
        assert_eq!(v.names().await, ["bulk-77777"]);
        let after = v.script(nodes, vec![]).await.as_u64().unwrap();
        assert!(after < before, "{before} elements, then {after}");
        assert!(v.proxy.all().iter().all(|seen| seen.bytes < 300_000), "a page at a time");
    })
    .await;
}

#[tokio::test]
async fn fault_15_a_page_past_the_end_leads_to_the_last_page_and_says_so() {
    member(async |v| {
        let ids = v.queues(12).await;
        v.open_own_table("&rows=10&page=2").await;
        v.status("11–12 of 12 queues").await;
        for id in &ids[..3] {
            v.caller.api(Method::DELETE, &format!("/queues/{id}"), None).await.unwrap();
        }
        v.driver.refresh().await.unwrap();
        v.status("1–9 of 9 queues").await;
        v.status("The list has become shorter. This is its last page.").await;
        assert!(!v.path().await.contains("page="));
    })
    .await;
}

#[tokio::test]
async fn fault_16_a_row_that_repeats_on_the_next_page_breaks_nothing() {
    member(async |v| {
        v.queues(12).await;
        v.open_own_table("&rows=10").await;
        v.status("1–10 of 12 queues").await;
        v.proxy.fault(Method::GET, "index=10", 1, Fault::Edit(with_a_row_of_the_first_page));
        v.click("button", "Next page").await;
        v.status("11–12 of 12 queues").await;
        let name = |number: usize| format!("{}-{number:02}", v.mark);
        v.names_are(&[name(0), name(0)]).await;
        v.click("button", "Previous page").await;
        v.names_are(&(2..12).rev().map(name).collect::<Vec<_>>()).await;
    })
    .await;
}

/// The same row, twice, as equal sort keys make it.
fn with_a_row_of_the_first_page(page: &str) -> String {
    let mut page: Value = serde_json::from_str(page).unwrap();
    page["data"][0] = page["data"][1].clone();
    page.to_string()
}

#[tokio::test]
async fn fault_17_a_slow_response_shows_progress_and_can_be_cancelled_after_ten_seconds() {
    member(async |v| {
        v.queues(1).await;
        v.proxy.fault(Method::GET, "/api/v1/queues/?index=0&pageLength=25", 1, Fault::Hold);
        v.open_own_table("").await;
        v.status("Loading the queues…").await;
        assert!(v.find("button", "Cancel").await.is_none(), "too early to give up");
        v.see("button", "Cancel").await;
        v.click("button", "Cancel").await;
        v.says("You stopped waiting").await;
        v.proxy.release();
        v.click("button", "Try again").await;
        v.names_are(&[format!("{}-00", v.mark)]).await;
    })
    .await;
}

#[tokio::test]
async fn fault_17_a_slow_save_can_be_given_up_and_is_then_looked_for() {
    member(async |v| {
        let name = open_form(v).await;
        v.proxy.fault(Method::POST, "/queues/", 1, Fault::Delay(Duration::from_secs(60)));
        v.click("button", "Create queue").await;
        v.status("Creating the queue…").await;
        v.click("button", "Stop waiting").await;
        v.says("You stopped waiting for Dioptra's answer. It is not known whether it was saved")
            .await;
        assert_eq!(v.value("textbox", "Name").await, name);
        assert_eq!(v.sent(), 1);
    })
    .await;
}

#[tokio::test]
async fn fault_18_a_read_that_breaks_off_is_tried_again_three_times_and_a_write_never() {
    member(async |v| {
        v.queues(1).await;
        v.proxy.fault(
            Method::GET,
            "/api/v1/queues/?index=0&pageLength=25",
            1,
            Fault::ResetBody(40),
        );
        v.proxy.fault(Method::GET, "/api/v1/queues/?index=0&pageLength=25", 2, Fault::Reset);
        v.open_own_table("").await;
        v.names_are(&[format!("{}-00", v.mark)]).await;
        assert!(!v.text().await.contains("could not be loaded"));
        let tries = v.proxy.seen(&Method::GET, "/api/v1/queues/").len();
        assert!((4..=6).contains(&tries), "Chromium itself repeats some: {tries}");
        v.proxy.fault(
            Method::GET,
            "/api/v1/queues/?index=0&pageLength=25",
            20,
            Fault::ResetBody(40),
        );
        v.click("button", "Name").await;
        v.says("Dioptra did not answer").await;
        v.proxy.heal();
        v.click("button", "Try again").await;
        v.is_silent_about("did not answer").await;
        let name = open_form(v).await;
        v.proxy.fault(Method::POST, "/queues/", 1, Fault::ResetBody(10));
        v.click("button", "Create queue").await;
        v.status(&format!("Queue “{name}” created")).await;
        assert_eq!((v.asked_to_create().await, v.on_the_server().await.len()), (1, 2));
    })
    .await;
}

async fn network(v: &Visit, offline: bool) {
    let conditions =
        json!({"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
    v.chromium("Network.enable", json!({})).await;
    v.chromium("Network.emulateNetworkConditions", conditions).await;
}

#[tokio::test]
async fn fault_19_offline_there_is_a_banner_the_text_stays_and_it_goes_on_when_back() {
    member(async |v| {
        let name = open_form(v).await;
        network(v, true).await;
        v.says("You are offline").await;
        v.click("button", "Create queue").await;
        v.says("Dioptra did not answer").await;
        assert_eq!(v.value("textbox", "Name").await, name);
        assert_eq!(v.value("textbox", "Description").await, "kept");
        network(v, false).await;
        v.is_silent_about("You are offline").await;
        v.click("button", "Create queue").await;
        v.status(&format!("Queue “{name}” created")).await;
        assert_eq!(v.on_the_server().await.len(), 1);
        // A load that failed offline is asked again without a click.
        v.open_own_table("").await;
        v.names_are(std::slice::from_ref(&name)).await;
        network(v, true).await;
        v.click("button", "Name").await;
        v.says("The queues could not be loaded").await;
        network(v, false).await;
        v.is_silent_about("could not be loaded").await;
        v.names_are(&[name]).await;
    })
    .await;
}

#[tokio::test]
async fn fault_20_a_clock_a_day_off_says_nothing_of_the_future_nor_of_yesterday() {
    member(async |v| {
        v.queues(1).await;
        for days in [-1, 1] {
            let source =
                format!("const now = Date.now; Date.now = () => now() + {days} * 86400000;");
            let source = json!({"source": source});
            let added = v.chromium("Page.addScriptToEvaluateOnNewDocument", source).await;
            v.open_own_table("").await;
            v.names_are(&[format!("{}-00", v.mark)]).await;
            let time = v.driver.find(By::Css("tbody time")).await.unwrap();
            let text = time.text().await.unwrap();
            let right = text == "now" || text.contains("second") || text.contains("minute");
            assert!(right && !text.starts_with("in "), "{days}: {text}");
            v.chromium("Page.removeScriptToEvaluateOnNewDocument", added).await;
        }
    })
    .await;
}

#[tokio::test]
async fn fault_22_storage_that_throws_or_is_full_costs_comfort_only() {
    member(async |v| {
        let throws =
            "Object.defineProperty(window, 'localStorage', {get() { throw new Error('no') }})";
        let full = "Storage.prototype.setItem = () => { throw new Error('full') }";
        for (number, source) in [throws, full].into_iter().enumerate() {
            let added = v
                .chromium("Page.addScriptToEvaluateOnNewDocument", json!({"source": source}))
                .await;
            v.open("queues/new").await;
            v.choose("Theme", "Dark").await;
            let name = v.fill(&format!("-{number}"), "d").await;
            v.click("button", "Create queue").await;
            v.status(&format!("Queue “{name}” created")).await;
            v.chromium("Page.removeScriptToEvaluateOnNewDocument", added).await;
        }
        assert_eq!(v.on_the_server().await.len(), 2);
    })
    .await;
}
