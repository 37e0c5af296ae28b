//! What a first visit to the table costs.

use hyper::Method;
use xtask::checks::BUDGET;

use crate::visit::member;

/// The most requests before the rows.
const REQUESTS: usize = 8;

#[tokio::test]
async fn a_cold_visit_to_the_table_stays_within_its_bytes_and_requests() {
    member(async |v| {
        v.queues(25).await;
        v.proxy.forget();
        v.open("queues").await;
        v.status_ends("queues").await;
        let all = v.proxy.all();
        let before: Vec<_> = all.iter().filter(|seen| !seen.path.starts_with("/favicon")).collect();
        for seen in &before {
            println!("{:>9}  {} {}", seen.bytes, seen.method, seen.path);
        }
        let bytes: usize = before.iter().map(|seen| seen.bytes).sum();
        println!("{bytes:>9}  in {} requests", before.len());
        assert!(bytes <= BUDGET, "{bytes} bytes");
        assert!(before.len() <= REQUESTS, "{} requests", before.len());
    })
    .await;
}

#[tokio::test]
async fn rows_are_asked_for_once_while_the_wasm_is_still_on_its_way() {
    member(async |v| {
        v.queues(1).await;
        v.proxy.forget();
        v.proxy.fault(Method::GET, ".wasm", 1, xtask::proxy::Fault::Hold);
        // The page is not whole before the wasm is there, so nobody waits for that here.
        v.script("location.href = '/queues'", vec![]).await;
        v.proxy.wait_for(&Method::GET, "/api/v1/queues/", 1).await;
        v.proxy.wait_for(&Method::GET, "/api/v1/users/current", 1).await;
        assert_eq!(v.proxy.seen(&Method::GET, ".wasm")[0].status, None, "it is held back");
        v.proxy.release();
        v.status_ends("queues").await;
        assert_eq!(v.proxy.seen(&Method::GET, "/api/v1/queues/").len(), 1);
        assert_eq!(v.proxy.seen(&Method::GET, "/api/v1/users/current").len(), 1);
        assert_eq!(v.proxy.seen(&Method::GET, ".wasm").len(), 1, "the preload is used");
    })
    .await;
}
