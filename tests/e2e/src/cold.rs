//! What a first visit costs.

use serde_json::{Value, json};
use testkit::{
    Method, budget,
    dioptra::{Dioptra, Setup},
    proxy::Fault,
};

use crate::visit::{Start, Visit, member, visit};

/// Opens a screen in a browser that has nothing in its cache; the bytes and the number of requests
/// until the element shows.
async fn cold_visit(v: &Visit, screen: &str, role: &str, name: &str) -> (usize, usize) {
    v.proxy.forget();
    v.open(screen).await;
    v.see(role, name).await;
    let all = v.proxy.all();
    // What the jobs need comes after the rows, and is counted apart.
    let is_later = |path: &str| {
        path.starts_with("/favicon")
            || path.starts_with("/api/v1/jobs/")
            || (screen == "queues" && path.contains("jobs") && path.contains(".wasm"))
    };
    let before: Vec<_> = all.iter().filter(|seen| !is_later(&seen.path)).collect();
    for seen in &before {
        println!("{:>9}  {} {}", seen.bytes, seen.method, seen.path);
    }
    let bytes: usize = before.iter().map(|seen| seen.bytes).sum();
    println!("{bytes:>9}  in {} requests", before.len());
    (bytes, before.len())
}

#[tokio::test]
async fn a_cold_visit_to_the_table_stays_within_its_bytes_and_requests() {
    member(async |v| {
        v.queues(25).await;
        let (bytes, requests) = cold_visit(v, "queues", "link", &format!("{}-24", v.mark)).await;
        assert!(bytes <= budget::TABLE, "{bytes} bytes");
        assert!(requests <= budget::TABLE_REQUESTS, "{requests} requests");
    })
    .await;
}

#[tokio::test]
async fn a_cold_visit_to_the_form_stays_within_its_bytes_and_requests() {
    member(async |v| {
        let (bytes, requests) = cold_visit(v, "queues/new", "textbox", "Name").await;
        assert!(bytes <= budget::FORM, "{bytes} bytes");
        assert!(requests <= budget::FORM_REQUESTS, "{requests} requests");
    })
    .await;
}

#[tokio::test]
async fn rows_are_asked_for_once_while_the_wasm_is_still_on_its_way() {
    member(async |v| {
        v.queues(1).await;
        v.proxy.forget();
        v.proxy.fault(Method::GET, ".wasm", 1, Fault::Hold);
        // The page is not whole before the wasm is there, so nobody waits for that here.
        v.script("location.href = '/queues'", vec![]).await;
        v.proxy.wait_for(&Method::GET, "/api/v1/queues/", 1).await;
        v.proxy.wait_for(&Method::GET, "/api/v1/users/current", 1).await;
        assert_eq!(v.proxy.seen(&Method::GET, ".wasm")[0].status, None, "it is held back");
        v.proxy.release();
        v.status_ends("queues").await;
        assert_eq!(v.proxy.seen(&Method::GET, "/api/v1/queues/").len(), 1);
        assert_eq!(v.proxy.seen(&Method::GET, "/api/v1/users/current").len(), 1);
        let first = v.proxy.seen(&Method::GET, "/dioptra-queues-");
        let first = first.iter().filter(|seen| seen.path.contains(".wasm")).count();
        assert_eq!(first, 1, "the preload is used");
    })
    .await;
}

/// How many headings and skeleton rows can be seen, and what the heading says.
pub const FRAME: &str =
    "const seen = (css) => [...document.querySelectorAll(css)].filter((e) => e.checkVisibility());
    return [seen('h1').map((e) => e.innerText).join(), seen('tr.skeleton').length]";

/// Where heading and table begin.
const PLACES: &str = "return ['h1', 'table'].map((css) => {
    const element = [...document.querySelectorAll(css)].find((e) => e.checkVisibility());
    return Math.round(element.getBoundingClientRect().top); })";

/// How much the page has moved by itself since it was loaded.
pub async fn shift(v: &Visit) -> Value {
    let script = "const done = arguments[0]; new PerformanceObserver((list) =>
        done(list.getEntries().reduce((sum, entry) => sum + entry.value, 0)))
        .observe({type: 'layout-shift', buffered: true}); setTimeout(() => done(0), 200)";
    v.driver.execute_async(script, vec![]).await.unwrap().json().clone()
}

#[tokio::test]
async fn the_first_paint_is_the_heading_and_the_frame_of_the_table_and_nothing_shifts() {
    // Without jobs: what needs attention is a region that comes when it is known.
    let dioptra = Dioptra::temporary_with("cold", &Setup::small()).await.unwrap();
    visit(Start::new(&dioptra.origin), true, async |v| {
        v.queues(3).await;
        v.proxy.fault(Method::GET, "/dioptra-queues-", 2, Fault::Hold);
        // The page is not whole before its files are there, so nobody waits for that here.
        // Rows in another order than usual are requested by the app alone.
        v.script("location.href = '/queues?sort=name'", vec![]).await;
        let frame = json!(["Queues", 8]);
        v.until("the frame shows", async || v.script(FRAME, vec![]).await == frame).await;
        let before = v.script(PLACES, vec![]).await;
        // Who is signed in is not known yet, then the rows are not: the frame stays.
        v.proxy.fault(Method::GET, "/api/v1/queues/", 1, Fault::Hold);
        v.proxy.release();
        v.see("searchbox", "Search queues").await;
        assert_eq!(v.script(FRAME, vec![]).await, frame);
        assert_eq!(v.script(PLACES, vec![]).await, before, "nothing has moved");
        v.proxy.release();
        v.status_ends("queues").await;
        assert_eq!(v.script(PLACES, vec![]).await, before, "the rows are in its place");
        assert_eq!(shift(v).await, json!(0));

        // Another screen has no frame.
        v.proxy.fault(Method::GET, "/dioptra-queues-", 2, Fault::Hold);
        v.chromium("Network.clearBrowserCache", json!({})).await;
        v.script("location.href = '/queues/drafts'", vec![]).await;
        v.until("the shell shows", async || {
            v.script("return location.pathname + !!document.querySelector('.brand')", vec![]).await
                == json!("/queues/draftstrue")
        })
        .await;
        assert_eq!(v.script(FRAME, vec![]).await, json!(["", 0]));
        v.proxy.release();
        v.see("heading", "Drafts").await;
    })
    .await;
}
