//! Queues as files, and lists that become queues.

use std::path::PathBuf;

use serde_json::{Value, json};
use testkit::{Method, proxy::Fault};
use thirtyfour::prelude::*;

use crate::visit::{Visit, member};

/// A folder for what the browser downloads.
async fn downloads(v: &Visit) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("dioptra-queues-{}", v.mark));
    std::fs::create_dir_all(&folder).unwrap();
    let parameters = json!({"behavior": "allow", "downloadPath": folder});
    v.chromium("Browser.setDownloadBehavior", parameters).await;
    folder
}

/// The text of the only file in there, and its name.
async fn downloaded(v: &Visit, folder: &PathBuf) -> (String, String) {
    let file = || {
        let files: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
        files.into_iter().find(|it| it.extension().is_some_and(|end| end == "csv" || end == "json"))
    };
    v.until("a file", async || file().is_some_and(|it| it.metadata().is_ok_and(|it| it.len() > 0)))
        .await;
    let path = file().unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    (path.file_name().unwrap().to_str().unwrap().to_owned(), text)
}

pub async fn check(v: &Visit, text: &str) {
    v.paste("textbox", "Queues", text).await;
    v.click("button", "Check").await;
}

/// The rows of the plan: what, name, details.
pub async fn plan(v: &Visit) -> Vec<[String; 3]> {
    v.see("table", "Plan").await;
    let script = "return deep('.plan tbody tr').map((row) =>
        ['What', 'Name', 'Details'].map((label) => row.querySelector(`[data-label=${label}]`).innerText.trim()))";
    let rows = v.script(script, vec![]).await;
    serde_json::from_value(rows).unwrap()
}

#[tokio::test]
async fn what_was_exported_says_nothing_to_do_when_it_is_imported() {
    member(async |v| {
        v.queues(30).await;
        let odd = format!("{}-odd", v.mark);
        let description = "=1+1, \"quoted\",\nin two lines";
        let body = json!({"name": odd, "group": 1, "description": description});
        let odd = v.caller.api(Method::POST, "/queues/", Some(body)).await.unwrap();
        let tag = json!({"name": format!("{}.tag", v.mark), "group": 1});
        let tag = v.caller.api(Method::POST, "/tags/", Some(tag)).await.unwrap();
        let path = format!("/queues/{}/tags", odd["id"]);
        v.caller.api(Method::POST, &path, Some(json!({"ids": [tag["id"]]}))).await.unwrap();
        let folder = downloads(v).await;
        v.open_own_table("").await;
        v.status("1–25 of 31 queues").await;
        for format in ["CSV", "JSON"] {
            v.click("button", "Export").await;
            v.click("button", format).await;
            let (name, text) = downloaded(v, &folder).await;
            v.says(&format!("31 queues exported to {name}")).await;
            let end = format!(".{}", format.to_lowercase());
            let today = v.script("const d = new Date(); return [d.getFullYear(), d.getMonth() + 1, d.getDate()].map((n) => String(n).padStart(2, '0')).join('-')", vec![]).await;
            assert_eq!(name, format!("dioptra-queues-{}{end}", today.as_str().unwrap()));
            if format == "CSV" {
                assert!(text.starts_with("\u{feff}id,name,group,description,tags,created,modified,by\r\n"));
                assert!(text.contains(",\"'=1+1, \"\"quoted\"\",\nin two lines\","), "{text}");
            } else {
                let all: Value = serde_json::from_str(&text).unwrap();
                assert_eq!(all.as_array().unwrap().len(), 31);
            }
            v.open("queues/import").await;
            check(v, &text).await;
            v.status("Nothing to do").await;
            assert!(v.find("button", "Apply 1 change").await.is_none());
            v.paste("textbox", "Queues", "").await;
            v.open_own_table("").await;
            v.status("1–25 of 31 queues").await;
        }
        // Those that are selected only.
        v.click("checkbox", &format!("Select {}-29", v.mark)).await;
        v.status("1 selected").await;
        v.click("button", "Export").await;
        v.click("button", "JSON").await;
        let (_, text) = downloaded(v, &folder).await;
        let all: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(all[0]["name"], json!(format!("{}-29", v.mark)));
        assert_eq!(all.as_array().unwrap().len(), 1);
        assert!(v.proxy.seen(&Method::POST, "/queues/").is_empty(), "a check sends nothing");
    })
    .await;
}

#[tokio::test]
async fn a_list_becomes_a_plan_and_the_plan_becomes_queues() {
    member(async |v| {
        let ids = v.queues(2).await;
        let (m, rule) = (
            &v.mark,
            "Queue name must only include letters, numbers, spaces, dots, hyphens and underscores",
        );
        let text = format!(
            "name,description,tags\n{m}-new,first,{m}.tag\n{m}-00,other words,\n{m}-01,number 1,\n\
             a/b,d,\n{m}-empty,,\n{m}-new,again,\n"
        );
        v.open("queues").await;
        v.click("link", "Import").await;
        v.see("heading", "Import queues").await;
        v.click("button", "Check").await;
        v.says("Paste the queues, or choose a file").await;
        check(v, &text).await;
        v.status("1 to create, 1 to change, 1 the same, 3 with a problem").await;
        let rows = plan(v).await;
        let row = |what: &str, name: &str, details: &str| {
            [what.to_owned(), name.to_owned(), details.to_owned()]
        };
        assert_eq!(
            rows,
            [
                row(
                    "Create",
                    &format!("{m}-new"),
                    &format!("Put on {m}.tag. Create the tag {m}.tag")
                ),
                row("Change", &format!("{m}-00"), "Description: “number 0” becomes “other words”"),
                row("Same", &format!("{m}-01"), ""),
                row("Problem", "a/b", rule),
                row("Problem", &format!("{m}-empty"), "Enter a description"),
                row("Problem", &format!("{m}-new"), "Line 2 has this name already"),
            ]
        );
        assert!(v.proxy.seen(&Method::POST, "/api/v1/").is_empty(), "nothing is sent before");
        // A reload brings the text back.
        v.driver.refresh().await.unwrap();
        v.until("the text is back", async || v.value("textbox", "Queues").await == text).await;
        v.click("button", "Check").await;
        v.click("button", "Apply 2 changes").await;
        v.says("2 done, 0 failed, 0 not begun").await;
        let new = v.named(&format!("{m}-new")).await;
        assert_eq!(
            (&new["description"], &new["tags"][0]["name"]),
            (&json!("first"), &json!(format!("{m}.tag")))
        );
        assert_eq!(v.queue(ids[0]).await["description"], json!("other words"));
        // By a draft, as every change: nobody's is overwritten.
        assert!(v.proxy.seen(&Method::PUT, "/api/v1/queues/").is_empty());
        v.click("button", "Close").await;
        v.status("Nothing to do: 3 the same, 3 with a problem").await;
    })
    .await;
}

#[tokio::test]
async fn only_what_was_checked_can_be_applied() {
    member(async |v| {
        let m = &v.mark;
        v.open("queues/import").await;
        check(v, "[]").await;
        v.says("There are no queues in this list").await;
        check(v, &format!("{m}-a, d")).await;
        v.see("button", "Apply 1 change").await;
        let two = format!("{m}-a, d\n{m}-b, d");
        v.paste("textbox", "Queues", &two).await;
        v.gone("button", "Apply 1 change").await;
        v.click("button", "Check").await;
        v.status("2 to create").await;
        // The group that is chosen is a part of it.
        v.choose("Group", "Select a group").await;
        v.gone("button", "Apply 2 changes").await;
        v.click("button", "Check").await;
        v.status("2 with a problem").await;
        // What changes while it is compared is not what the plan would be of.
        v.proxy.forget();
        v.proxy.fault(Method::GET, "/api/v1/queues/?", 1, Fault::HoldResponse);
        v.click("button", "Check").await;
        v.proxy.wait_for(&Method::GET, "/api/v1/queues/?", 1).await;
        v.paste("textbox", "Queues", &format!("{m}-c, d")).await;
        v.proxy.release();
        v.says("The list has changed meanwhile. Check it again.").await;
        assert_eq!(v.value("textbox", "Queues").await, format!("{m}-c, d"));
    })
    .await;
}

#[tokio::test]
async fn fault_53_an_import_in_bad_weather_makes_each_queue_once() {
    member(async |v| {
        let lines: Vec<_> = (0..20).map(|n| format!("{}-{n:02}, number {n}", v.mark)).collect();
        let text = lines.join("\n");
        v.open("queues/import").await;
        check(v, &text).await;
        for fault in [
            Fault::LoseResponse,
            Fault::HideResponse(502, "text/html", String::new()),
            Fault::Replace(500, "text/html", String::new()),
            Fault::Truncate(9),
        ] {
            v.proxy.fault(Method::POST, "/api/v1/queues/", 1, fault);
        }
        v.click("button", "Apply 20 changes").await;
        v.until("it is over", async || v.text().await.contains(" not begun")).await;
        if v.find("button", "Try the failed again").await.is_some() {
            v.click("button", "Try the failed again").await;
        }
        v.says("20 done, 0 failed, 0 not begun").await;
        v.click("button", "Close").await;
        v.status("Nothing to do").await;
        assert_eq!(v.on_the_server().await.len(), 20);
    })
    .await;
}

#[tokio::test]
async fn an_import_that_ends_after_it_was_left_touches_no_text_of_another_form() {
    member(async |v| {
        v.open("queues/import").await;
        check(v, &format!("{0}-a, first\n{0}-b, second", v.mark)).await;
        v.proxy.fault(Method::POST, "/api/v1/queues/", 1, Fault::HoldResponse);
        v.click("button", "Apply 2 changes").await;
        v.proxy.wait_for(&Method::POST, "/api/v1/queues/", 1).await;
        v.click("link", "Cancel").await;
        v.click("link", "Create queue").await;
        v.see("textbox", "Name").await;
        v.fill("-typed", "long thought about").await;
        v.proxy.release();
        v.status("Import: 2 done, 0 failed, 0 not begun.").await;
        v.click("link", "Cancel").await;
        v.see("button", "Leave").await;
        v.click("button", "Keep editing").await;
        v.driver.refresh().await.unwrap();
        v.see("textbox", "Name").await;
        assert_eq!(v.value("textbox", "Description").await, "long thought about");
    })
    .await;
}

#[tokio::test]
async fn while_an_import_is_under_way_no_second_one_begins() {
    member(async |v| {
        v.open("queues/import").await;
        check(v, &format!("{}-a, first", v.mark)).await;
        v.proxy.fault(Method::POST, "/api/v1/queues/", 1, Fault::HoldResponse);
        v.click("button", "Apply 1 change").await;
        v.proxy.wait_for(&Method::POST, "/api/v1/queues/", 1).await;
        v.click("button", "Check").await;
        v.says("An import is under way. Stop it or let it end first.").await;
        v.see("button", "Stop").await;
        // Nor on the screen that shows after this one was left.
        v.click("link", "Cancel").await;
        v.click("link", "Import").await;
        v.see("heading", "Import queues").await;
        check(v, &format!("{}-a, first", v.mark)).await;
        v.says("An import is under way. Stop it or let it end first.").await;
        v.see("button", "Stop").await;
        v.proxy.release();
        v.says("Import: 1 done, 0 failed, 0 not begun.").await;
        v.click("button", "Check").await;
        v.status("Nothing to do").await;
        assert_eq!(v.sent(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_failed_of_an_import_that_was_left_is_told_with_reasons_and_tried_again() {
    member(async |v| {
        v.open("queues/import").await;
        check(v, &format!("{0}-a, first\n{0}-b, second", v.mark)).await;
        v.proxy.fault(Method::POST, "/api/v1/queues/", 1, Fault::HoldResponse);
        let refused = r#"{"errors": {"description": ["Too plain."]}}"#;
        let refused = Fault::Replace(400, "application/json", refused.to_owned());
        v.proxy.fault(Method::POST, "/api/v1/queues/", 1, refused);
        v.click("button", "Apply 2 changes").await;
        v.proxy.wait_for(&Method::POST, "/api/v1/queues/", 2).await;
        v.click("link", "Cancel").await;
        v.see("heading", "Queues").await;
        v.proxy.release();
        v.says("Import: 1 done, 1 failed, 0 not begun. “").await;
        v.says("Too plain.").await;
        v.click("button", "Try again").await;
        v.says("Import: 2 done, 0 failed, 0 not begun.").await;
        assert_eq!(v.on_the_server().await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn deleted_queues_are_not_exported_because_an_import_would_create_them_again() {
    member(async |v| {
        let ids = v.queues(3).await;
        v.caller.api(Method::DELETE, &format!("/queues/{}", ids[0]), None).await.unwrap();
        let folder = downloads(v).await;
        v.open_own_table("&deleted=true").await;
        v.status("1–3 of 3 queues").await;
        v.jobs_are_read().await;
        v.click("button", "Export").await;
        v.click("button", "CSV").await;
        let (_, text) = downloaded(v, &folder).await;
        assert!(!text.contains(&format!("{}-00", v.mark)), "{text}");
        assert!(text.contains(&format!("{}-02", v.mark)), "{text}");
    })
    .await;
}

#[tokio::test]
async fn an_import_that_is_left_goes_on_says_so_on_every_screen_and_can_be_stopped_there() {
    member(async |v| {
        v.open("queues/import").await;
        check(v, &format!("{0}-a, 1\n{0}-b, 2\n{0}-c, 3", v.mark)).await;
        v.proxy.fault(Method::POST, "/api/v1/queues/", 2, Fault::HoldResponse);
        v.click("button", "Apply 3 changes").await;
        v.proxy.wait_for(&Method::POST, "/api/v1/queues/", 2).await;
        // Nothing is lost, so nothing is asked.
        v.click("link", "Cancel").await;
        v.see("heading", "Queues").await;
        v.says("The import goes on.").await;
        v.click("link", "Drafts").await;
        v.see("heading", "Drafts").await;
        v.says("The import goes on.").await;
        // What may be left of it is nothing to another tab yet.
        let here = v.driver.window().await.unwrap();
        let other = v.driver.new_tab().await.unwrap();
        v.driver.switch_to_window(other).await.unwrap();
        v.open("queues/import").await;
        v.see("textbox", "Queues").await;
        assert_eq!(v.value("textbox", "Queues").await, "");
        v.driver.close_window().await.unwrap();
        v.driver.switch_to_window(here).await.unwrap();
        v.click("button", "Stop").await;
        v.proxy.release();
        v.says("Import: 2 done, 0 failed, 1 not begun.").await;
        assert_eq!(v.on_the_server().await.len(), 2);
        // What was not done is offered still, and once it is done no more.
        v.open("queues/import").await;
        v.says("brought back").await;
        v.click("button", "Check").await;
        v.status("1 to create, 2 the same").await;
        v.proxy.fault(Method::POST, "/api/v1/queues/", 1, Fault::HoldResponse);
        v.click("button", "Apply 1 change").await;
        v.proxy.wait_for(&Method::POST, "/api/v1/queues/", 3).await;
        v.click("link", "Cancel").await;
        v.says("The import goes on.").await;
        v.proxy.release();
        v.says("Import: 1 done, 0 failed, 0 not begun.").await;
        v.open("queues/import").await;
        v.see("textbox", "Queues").await;
        assert_eq!(v.value("textbox", "Queues").await, "");
    })
    .await;
}

#[tokio::test]
async fn the_same_file_can_be_chosen_again_after_it_was_corrected() {
    member(async |v| {
        let file = testkit::root().join(format!("target/e2e/{}.csv", v.mark));
        std::fs::write(&file, format!("name,description\n{0}-a,first\n,nameless", v.mark)).unwrap();
        v.open("queues/import").await;
        let field = v.driver.query(By::Css("input[type=file]")).first().await.unwrap();
        field.send_keys(file.to_str().unwrap()).await.unwrap();
        v.status("1 to create, 1 with a problem").await;
        // A browser tells of a file that was chosen already only if the field has forgotten it.
        let press = "const field = document.querySelector('input[type=file]');
            field.addEventListener('click', (event) => event.preventDefault(), {once: true});
            field.click(); return field.value";
        assert_eq!(v.script(press, vec![]).await, json!(""));
        std::fs::write(&file, format!("name,description\n{0}-a,first\n{0}-b,second", v.mark))
            .unwrap();
        field.send_keys(file.to_str().unwrap()).await.unwrap();
        v.status("2 to create").await;
        std::fs::remove_file(file).unwrap();
    })
    .await;
}
