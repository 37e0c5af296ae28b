//! Every screen in every state, in light and dark, at 1280 and 320 pixels: axe-core finds nothing,
//! and nothing scrolls sideways.

use serde_json::{Value, json};
use testkit::{
    Method,
    dioptra::{Dioptra, Setup},
    proxy::Fault,
};
use thirtyfour::prelude::*;

use crate::visit::{Start, Visit, member, stranger, visit};

/// Looks at the screen as it stands, four times.
pub async fn all_is_well(v: &Visit, state: &str) {
    for scheme in ["light", "dark"] {
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        v.chromium("Emulation.setEmulatedMedia", features).await;
        for width in [1280, 320] {
            v.resize(width, 800).await;
            let findings = findings(v).await;
            assert!(findings.is_empty(), "{state}, {scheme}, {width}: {findings:#?}");
            let script = "return [document.documentElement.scrollWidth, innerWidth]";
            let widths = v.script(script, vec![]).await;
            assert!(widths[0].as_u64() <= widths[1].as_u64(), "{state}, {width}: {widths} scrolls");
        }
    }
    v.chromium("Emulation.clearDeviceMetricsOverride", json!({})).await;
}

async fn findings(v: &Visit) -> Vec<String> {
    v.bring_axe().await;
    let script = "const done = arguments[0];
        axe.run(document, {resultTypes: ['violations']}).then((found) => done(found.violations.flatMap(
            (rule) => rule.nodes.map((node) => rule.id + ': ' + node.html + ' — ' + node.failureSummary))),
            (error) => done([String(error)]));";
    let found = v.driver.execute_async(script, vec![]).await.unwrap();
    let found = found.json().as_array().unwrap().clone();
    found.iter().map(|text| text.as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn the_table_is_well_full_of_odd_rows_unmatched_refused_failed_and_loading() {
    member(async |v| {
        let ids = v.queues(3).await;
        let long = "x".repeat(300);
        v.caller.queue(&format!("{}-{long}", v.mark), Some(&long)).await.unwrap();
        let rtl = format!("{} שלום עולם, זה תור", v.mark);
        v.caller.queue(&format!("{}-rtl", v.mark), Some(&rtl)).await.unwrap();
        v.caller.queue(&format!("{}-bare", v.mark), None).await.unwrap();
        let tag = json!({"name": format!("{}{long}", v.mark), "group": 1});
        let tag = v.caller.api(Method::POST, "/tags/", Some(tag)).await.unwrap();
        let tag = json!({"ids": [tag["id"]]});
        v.caller.api(Method::POST, &format!("/queues/{}/tags", ids[0]), Some(tag)).await.unwrap();
        let draft = json!({"name": "x", "description": "y"});
        v.caller
            .api(Method::POST, &format!("/queues/{}/draft", ids[1]), Some(draft))
            .await
            .unwrap();
        v.caller.api(Method::DELETE, &format!("/queues/{}", ids[2]), None).await.unwrap();
        v.open_own_table("&deleted=true").await;
        v.status("1–6 of 6 queues").await;
        all_is_well(v, "full").await;
        v.proxy.fault(Method::GET, "/api/v1/queues/?index=0&pageLength=25", 1, Fault::Hold);
        v.click("button", "Name").await;
        let busy = "return deep('.list[aria-busy=true] tbody th a').length > 0";
        v.until("it loads again", async || v.script(busy, vec![]).await == json!(true)).await;
        all_is_well(v, "loading again").await;
        v.proxy.release();
        v.click("button", "Search help").await;
        v.see("group", "How to search").await;
        all_is_well(v, "help").await;
        v.press(Key::Escape + "").await;
        v.paste("searchbox", "Search queues", "name:").await;
        v.says("can't be read").await;
        all_is_well(v, "refused search").await;
        v.paste("searchbox", "Search queues", &format!("{}-nothing", v.mark)).await;
        v.says("No queues match").await;
        all_is_well(v, "no match").await;
        v.proxy.fault(
            Method::GET,
            "/api/v1/queues/",
            1,
            Fault::Replace(502, "text/html", String::new()),
        );
        v.open_own_table("").await;
        v.says("could not be loaded").await;
        all_is_well(v, "failed").await;
        v.proxy.fault(Method::GET, "/api/v1/queues/?index=0&pageLength=25", 1, Fault::Hold);
        v.open_own_table("").await;
        v.status("Loading the queues…").await;
        all_is_well(v, "loading").await;
        v.see("button", "Cancel").await;
        all_is_well(v, "loading for long").await;
        v.proxy.heal();
    })
    .await;
}

#[tokio::test]
async fn the_table_without_any_queue_is_well() {
    let dioptra = Dioptra::temporary_with("empty-well", &Setup::small()).await.unwrap();
    visit(Start::new(&dioptra.origin), true, async |v| {
        v.open("queues").await;
        v.says("No queues yet").await;
        all_is_well(v, "empty").await;
    })
    .await;
}

#[tokio::test]
async fn the_form_is_well_empty_wrong_full_brought_back_and_being_left() {
    member(async |v| {
        v.queues(1).await;
        v.open("queues/new").await;
        v.see("textbox", "Name").await;
        all_is_well(v, "empty").await;
        v.choose("Group", "Select a group").await;
        v.click("button", "Create queue").await;
        v.says("There is a problem").await;
        all_is_well(v, "wrong").await;
        v.choose("Group", "public").await;
        v.fill("-00", &"long text ".repeat(200)).await;
        v.click("button", "Create queue").await;
        v.says("already exists").await;
        all_is_well(v, "taken").await;
        v.paste("textbox", "Name", "Tensorflow_CPU").await;
        v.says("Did you mean").await;
        all_is_well(v, "near miss").await;
        v.driver.refresh().await.unwrap();
        v.says("brought back").await;
        all_is_well(v, "brought back").await;
        v.click("link", "Cancel").await;
        v.see("alertdialog", "Leave without saving?").await;
        all_is_well(v, "leaving").await;
        v.click("button", "Keep editing").await;
        v.sign_out_elsewhere().await;
        v.fill("-new", "d").await;
        v.click("button", "Create queue").await;
        v.see("dialog", "Sign in to continue").await;
        all_is_well(v, "signing in again").await;
        v.click("button", "Sign in").await;
        v.says("Enter your username").await;
        all_is_well(v, "signing in again, wrong").await;
    })
    .await;
}

#[tokio::test]
async fn a_queues_page_is_well_and_so_are_the_pages_that_are_not_there() {
    member(async |v| {
        let long = format!("{}-{}", v.mark, "y".repeat(300));
        let id = v.caller.queue(&long, Some(&"z".repeat(3_000))).await.unwrap();
        v.open(&format!("queues/{id}")).await;
        v.see("region", "Use from code").await;
        v.click("button", "Copy ID").await;
        v.status("ID copied").await;
        all_is_well(v, "queue").await;
        v.caller.api(Method::DELETE, &format!("/queues/{id}"), None).await.unwrap();
        v.open(&format!("queues/{id}")).await;
        v.says("This queue was deleted").await;
        all_is_well(v, "deleted queue").await;
        for path in ["queues/99999999", "nowhere"] {
            v.open(path).await;
            v.see("link", "Go to the queues").await;
            all_is_well(v, path).await;
        }
        v.proxy.fault(
            Method::GET,
            "/api/v1/queues/",
            1,
            Fault::Replace(500, "text/html", String::new()),
        );
        v.open(&format!("queues/{id}")).await;
        v.says("could not be loaded").await;
        all_is_well(v, "failed queue").await;
    })
    .await;
}

#[tokio::test]
async fn signing_in_and_up_are_well_right_and_wrong_and_so_is_an_app_that_does_not_start() {
    stranger(async |v| {
        v.proxy.fault(Method::GET, ".wasm", 1, Fault::Replace(404, "text/html", String::new()));
        v.open("queues").await;
        v.see("button", "Reload").await;
        all_is_well(v, "no WebAssembly").await;
        for (path, button) in [("sign-in", "Sign in"), ("sign-up", "Create account")] {
            v.open(path).await;
            v.see("button", button).await;
            all_is_well(v, path).await;
            v.click("button", button).await;
            v.says("There is a problem").await;
            all_is_well(v, &format!("{path}, wrong")).await;
        }
        v.proxy.fault(
            Method::GET,
            "/users/current",
            1,
            Fault::Replace(502, "text/html", String::new()),
        );
        v.open("queues").await;
        v.says("could not be reached").await;
        all_is_well(v, "no Dioptra").await;
    })
    .await;
}

#[tokio::test]
async fn everything_can_be_done_with_the_keyboard_and_the_focus_can_be_seen() {
    member(async |v| {
        v.queues(1).await;
        v.open_own_table("").await;
        v.status("1–1 of 1 queue").await;
        let script = "const e = document.activeElement, s = getComputedStyle(e);
            return [e === document.body ? 'BODY' : e.getAttribute('aria-label') || e.innerText || e.tagName, s.outlineStyle, s.outlineWidth]";
        let mut seen = Vec::new();
        for _ in 0..40 {
            v.press(Key::Tab + "").await;
            let now = v.script(script, vec![]).await;
            if now[0] == "BODY" {
                break;
            }
            let visible = now[1] != "none" && now[2] != "0px";
            assert!(visible, "the focus can't be seen on {now}");
            seen.push(now[0].as_str().unwrap().lines().next().unwrap_or_default().trim().to_owned());
        }
        let name = format!("{}-00", v.mark);
        for stop in [
            "Skip to content", "Dioptra queues", "Sign out", "Create queue", "Search queues",
            "Search help", "Name", "Description", "Created on", "Last modified on", &name,
            &format!("Copy name {name}"), "First page", "Last page",
        ] {
            assert!(seen.iter().any(|text| text == stop), "{stop} is not among {seen:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn text_can_be_twice_as_large_and_targets_are_large_enough_for_a_finger() {
    member(async |v| {
        let id = v.queues(1).await[0];
        for (path, shows) in [
            (format!("queues?search={}", v.mark), "1–1 of 1 queue"),
            ("queues/new".to_owned(), "Use from code"),
            (format!("queues/{id}"), "Use from code"),
        ] {
            v.open(&path).await;
            v.says(shows).await;
            let script = "return [...document.querySelectorAll('a, button, select, input')]
                .filter((e) => e.checkVisibility() && !e.closest('p, .skip') && !e.classList.contains('skip'))
                .map((e) => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
                .filter(([, box]) => box.width < 24 || box.height < 24).map(([html]) => html)";
            let small = v.script(script, vec![]).await;
            assert_eq!(small, json!([]), "{path}");
            v.resize(640, 800).await;
            let script = "document.documentElement.style.fontSize = '200%';
                return document.documentElement.scrollWidth - innerWidth";
            let over: Value = v.script(script, vec![]).await;
            assert!(over.as_i64().unwrap() <= 0, "{path}: {over} px too wide");
            v.chromium("Emulation.clearDeviceMetricsOverride", json!({})).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_change_is_well_beside_a_draft_stale_taken_and_of_a_deleted_queue() {
    member(async |v| {
        let ids = v.queues(3).await;
        let (id, name) = (ids[0], format!("{}-00", v.mark));
        v.open(&format!("queues/{id}/edit")).await;
        v.see("textbox", "Name").await;
        all_is_well(v, "edit").await;
        v.paste("textbox", "Name", "").await;
        v.click("button", "Save changes").await;
        v.says("Enter a queue name").await;
        all_is_well(v, "edit, wrong").await;
        let long = "long text ".repeat(100);
        crate::edit::save(&v.other().await, id, &format!("{name}-{}", "x".repeat(200)), &long)
            .await;
        v.paste("textbox", "Name", &name).await;
        v.paste("textbox", "Description", "טקסט מימין לשמאל").await;
        v.click("button", "Save changes").await;
        v.see("heading", "Two versions of this queue").await;
        all_is_well(v, "two versions").await;
        v.caller.api(Method::DELETE, &format!("/queues/{id}"), None).await.unwrap();
        v.click("button", "Save changes").await;
        v.see("button", "Save as new queue").await;
        all_is_well(v, "deleted meanwhile").await;
        let draft = json!({"name": "x", "description": long});
        let path = format!("/queues/{}/draft", ids[1]);
        v.caller.api(Method::POST, &path, Some(draft)).await.unwrap();
        v.click("link", "Cancel").await;
        v.click("button", "Leave").await;
        v.open(&format!("queues/{}/edit", ids[1])).await;
        v.see("link", "Open draft").await;
        all_is_well(v, "edit beside a draft").await;
        v.click("button", "Discard draft").await;
        v.see("alertdialog", "Discard draft “x”?").await;
        all_is_well(v, "discarding a draft").await;
    })
    .await;
}

#[tokio::test]
async fn drafts_are_well_none_some_opened_and_failed() {
    member(async |v| {
        v.open("queues/drafts").await;
        v.says("No drafts").await;
        all_is_well(v, "no drafts").await;
        let id = v.queues(1).await[0];
        let long = format!("{}-{}", v.mark, "y".repeat(200));
        let new = json!({"name": long, "group": 1, "description": ""});
        let new = v.caller.api(Method::POST, "/queues/drafts/", Some(new)).await.unwrap();
        let change = json!({"name": "changed", "description": "d"});
        let path = format!("/queues/{id}/draft");
        v.caller.api(Method::POST, &path, Some(change)).await.unwrap();
        v.driver.refresh().await.unwrap();
        v.see("link", &long).await;
        all_is_well(v, "drafts").await;
        v.open(&format!("queues/drafts/{}", new["id"])).await;
        v.see("textbox", "Name").await;
        all_is_well(v, "draft").await;
        v.open("queues/drafts/99999999").await;
        v.see("heading", "Draft not found").await;
        all_is_well(v, "no such draft").await;
        let down = Fault::Replace(502, "text/html", String::new());
        v.proxy.fault(Method::GET, "/queues/drafts/", 1, down);
        v.open("queues/drafts").await;
        v.says("The drafts could not be loaded").await;
        all_is_well(v, "failed drafts").await;
    })
    .await;
}

#[tokio::test]
async fn the_history_is_well_with_versions_compared_and_a_refused_one() {
    member(async |v| {
        let id = v.queues(1).await[0];
        let long = "x".repeat(300);
        let text = format!("number 0 and {long} שלום");
        crate::edit::save(&v.other().await, id, &format!("{}-{long}", v.mark), &text).await;
        v.open(&format!("queues/{id}/history")).await;
        v.see("heading", "Version 1 and Version 2").await;
        all_is_well(v, "history").await;
        crate::edit::save(&v.caller, id, &v.mark, "meanwhile").await;
        v.click_in_row("Version 1", "Restore this version").await;
        v.says("saved another version meanwhile").await;
        all_is_well(v, "not restored").await;
    })
    .await;
}

#[tokio::test]
async fn the_dialogs_of_deletion_and_tags_are_well_and_so_is_the_way_back() {
    member(async |v| {
        let ids = v.queues(2).await;
        let name = format!("{}-00", v.mark);
        let tag = json!({"name": format!("{} tag", v.mark), "group": 1});
        v.caller.api(Method::POST, "/tags/", Some(tag)).await.unwrap();
        v.open_own_table("").await;
        v.click("button", &format!("Edit tags of {name}")).await;
        v.see("checkbox", &format!("{} tag", v.mark)).await;
        all_is_well(v, "tags").await;
        v.paste("textbox", "Find or create a tag", "a/b").await;
        v.click("button", "Create tag “a/b”").await;
        v.says("Tag name must only include").await;
        all_is_well(v, "a tag refused").await;
        // A dialog may open over another: each keeps its own name.
        v.sign_out_elsewhere().await;
        v.paste("textbox", "Find or create a tag", "").await;
        v.click("checkbox", &format!("{} tag", v.mark)).await;
        v.click("button", "Save tags").await;
        v.see("dialog", "Sign in to continue").await;
        all_is_well(v, "signing in over tags").await;
        v.let_in(&v.username).await;
        v.open(&format!("queues/{}", ids[0])).await;
        v.jobs_are_read().await;
        v.proxy.fault(Method::GET, "/jobs/", 1, Fault::Hold);
        v.proxy.fault(
            Method::GET,
            "/entrypoints/",
            1,
            Fault::Replace(502, "text/html", String::new()),
        );
        v.click("button", &format!("Delete {name}")).await;
        v.says("unknown").await;
        all_is_well(v, "deleting").await;
        v.proxy.release();
        v.says("No jobs are waiting in it").await;
        v.click("button", "Delete queue").await;
        v.see("button", "Undo").await;
        all_is_well(v, "deleted").await;
    })
    .await;
}

#[tokio::test]
async fn a_queue_is_changed_tagged_and_deleted_with_the_keyboard_alone() {
    member(async |v| {
        let id = v.queues(1).await[0];
        let name = format!("{}-00", v.mark);
        v.open_own_table("").await;
        v.status("1–1 of 1 queue").await;
        // Tabs to the element of this name and presses Enter.
        let enter = async |name: &str| {
            for _ in 0..60 {
                v.press(Key::Tab + "").await;
                let script = "const e = document.activeElement;
                    return e.getAttribute('aria-label') || e.innerText || e.id || ''";
                if v.script(script, vec![]).await == json!(name) {
                    return v.press(Key::Enter + "").await;
                }
            }
            panic!("no key leads to {name}");
        };
        enter(&format!("Edit tags of {name}")).await;
        v.see("dialog", &format!("Tags of “{name}”")).await;
        v.press(format!("{} by key", v.mark)).await;
        v.press(Key::Enter + "").await;
        v.see("checkbox", &format!("{} by key", v.mark)).await;
        enter("Save tags").await;
        v.status(&format!("Tags of “{name}” saved")).await;
        enter(&format!("Edit {name}")).await;
        v.see("heading", "Edit queue").await;
        v.focus_is_on("Edit queue").await;
        for _ in 0..30 {
            v.press(Key::Tab + "").await;
            if v.script("return document.activeElement.id", vec![]).await == json!("description") {
                break;
            }
        }
        v.press(" by key").await;
        enter("Save changes").await;
        v.status(&format!("Queue “{name}” saved")).await;
        assert_eq!(v.queue(id).await["description"], "number 0 by key");
        enter(&format!("Delete {name}")).await;
        v.says("No jobs are waiting in it").await;
        v.says("No entrypoint would lose this queue").await;
        v.focus_is_on("Keep queue").await;
        let back = v.driver.action_chain().key_down(Key::Shift).send_keys(Key::Tab + "");
        back.key_up(Key::Shift).perform().await.unwrap();
        v.focus_is_on("Delete queue").await;
        v.press(Key::Enter + "").await;
        v.status(&format!("Queue “{name}” deleted")).await;
        assert_eq!(v.queue(id).await["deleted"], true);
    })
    .await;
}

#[tokio::test]
async fn the_element_in_a_page_is_well_at_every_screen() {
    member(async |v| {
        let id = v.queues(2).await[0];
        v.open("hosts/plain.html").await;
        v.status_ends("queues").await;
        all_is_well(v, "the table in a page").await;
        for (path, heading) in [
            ("queues/new".to_owned(), "Create queue".to_owned()),
            (format!("queues/{id}"), format!("{}-00", v.mark)),
            (format!("queues/{id}/edit"), "Edit queue".to_owned()),
            (format!("queues/{id}/history"), "History".to_owned()),
            ("queues/drafts".to_owned(), "Drafts".to_owned()),
        ] {
            let go = "deep('dioptra-queues')[0].navigate(arguments[0])";
            v.script(go, vec![json!(path)]).await;
            v.see("heading", &heading).await;
            all_is_well(v, &format!("{path} in a page")).await;
        }
    })
    .await;
}
