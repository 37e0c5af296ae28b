//! A Dioptra whose operator allows less on a page than usual: row 43 of what may go wrong.

use serde_json::json;
use testkit::{
    Method,
    dioptra::{Dioptra, Setup},
    redis::Redis,
};

use crate::{
    lab::Lab,
    visit::{Start, Visit, visit},
};

/// Runs a test on a Dioptra of its own, whose largest page is so long.
async fn on_pages_of(max: u64, test: impl AsyncFnOnce(&Visit)) {
    let redis = Redis::start().await.unwrap();
    let setup = Setup { max_page_size: Some(max), redis: Some(&redis), ..Setup::small() };
    let dioptra = Dioptra::temporary_with("small-pages", &setup).await.unwrap();
    visit(Start::new(&dioptra.origin), true, test).await;
}

#[tokio::test]
async fn fault_43_under_a_maximum_page_of_50_every_list_look_up_tag_and_draft_is_found() {
    everything_is_found(50).await;
}

#[tokio::test]
async fn fault_43_under_a_maximum_page_of_20_every_list_look_up_tag_and_draft_is_found() {
    everything_is_found(20).await;
}

async fn everything_is_found(max: u64) {
    on_pages_of(max, async |v| {
        let first = v.queues(45).await[0];
        // The table: more rows on a page than the server gives at once.
        v.open_own_table("&sort=name").await;
        v.status("1–25 of 45 queues").await;
        v.choose("Rows per page", "100").await;
        v.status("1–45 of 45 queues").await;
        let names: Vec<_> = (0..45).map(|number| format!("{}-{number:02}", v.mark)).collect();
        v.names_are(&names).await;
        v.choose("Rows per page", "25").await;
        v.click("button", "Next page").await;
        v.names_are(&names[25..]).await;

        // Tags: the last of 25 is offered.
        for number in 0..25 {
            let body = json!({"name": format!("{}-tag-{number:02}", v.mark), "group": 1});
            v.caller.api(Method::POST, "/tags/", Some(body)).await.unwrap();
        }
        // Not below the header, which stays on scrolling.
        v.script("window.scrollTo(0, 0)", vec![]).await;
        v.click("button", &format!("Edit tags of {}", names[30])).await;
        v.see("checkbox", &format!("{}-tag-24", v.mark)).await;
        v.see("checkbox", &format!("{}-tag-00", v.mark)).await;
        v.click("button", "Cancel").await;

        // A name that is free: 31 others begin like it.
        for number in 2..32 {
            v.caller.queue(&format!("{}-{number}", names[0]), None).await.unwrap();
        }
        v.open(&format!("queues/new?from={first}")).await;
        let free = format!("{}-32", names[0]);
        v.until("a free name", async || v.value("textbox", "Name").await == free).await;
        v.open("queues").await;

        // Drafts: a page of 25, and the one whose response got lost among more.
        for number in 0..25 {
            let name = format!("{}-draft-{number:02}", v.mark);
            let body = json!({"name": name, "group": 1, "description": "d"});
            v.caller.api(Method::POST, "/queues/drafts/", Some(body)).await.unwrap();
        }
        v.open("queues/drafts").await;
        v.until("a page of drafts", async || v.names().await.len() == 25).await;
        v.open("queues/new").await;
        v.see("textbox", "Name").await;
        v.fill("-lost", "lost").await;
        let lost = testkit::proxy::Fault::HideResponse(500, "text/html", String::new());
        v.proxy.fault(Method::POST, "/queues/drafts/", 1, lost);
        v.click("button", "Save as draft").await;
        v.status(&format!("Draft “{}-lost” saved", v.mark)).await;

        // The history of a queue with 30 versions.
        for number in 0..29 {
            crate::edit::save(&v.caller, first, &names[0], &number.to_string()).await;
        }
        v.open(&format!("queues/{first}/history")).await;
        v.says("Version 30").await;
        v.says("Version 1").await;

        // A job: its history tells whether a worker was faster.
        let job = Lab::new(v, &[first]).await.send(v, first).await;
        v.open(&format!("queues/{first}")).await;
        v.click("button", &format!("Cancel job {job}")).await;
        v.click("button", "Cancel job").await;
        v.says(&format!("Job {job} was cancelled.")).await;
    })
    .await;
}
