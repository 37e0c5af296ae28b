//! Tags: chips that search, and the dialog that changes them.

use serde_json::{Value, json};
use testkit::{Method, proxy::Fault};
use thirtyfour::prelude::*;

use crate::visit::{Visit, member};

pub async fn tag(v: &Visit, name: &str) -> u64 {
    let body = json!({"name": format!("{} {name}", v.mark), "group": 1});
    let tag = v.caller.api(Method::POST, "/tags/", Some(body)).await.unwrap();
    tag["id"].as_u64().unwrap()
}

pub async fn put_on(v: &Visit, queue: u64, tags: &[u64]) {
    let path = format!("/queues/{queue}/tags");
    v.caller.api(Method::POST, &path, Some(json!({"ids": tags}))).await.unwrap();
}

/// The queue's tags on the server, without the mark.
async fn tags_of(v: &Visit, queue: u64) -> Vec<String> {
    let queue = v.queue(queue).await;
    let name = |tag: &Value| tag["name"].as_str().unwrap().replace(&format!("{} ", v.mark), "");
    let mut tags: Vec<_> = queue["tags"].as_array().unwrap().iter().map(name).collect();
    tags.sort();
    tags
}

#[tokio::test]
async fn a_chip_finds_all_queues_with_its_tag() {
    member(async |v| {
        let ids = v.queues(3).await;
        let red = tag(v, "red team").await;
        put_on(v, ids[0], &[red]).await;
        put_on(v, ids[2], &[red]).await;
        v.open_own_table("").await;
        let name = format!("{} red team", v.mark);
        v.click("link", &name).await;
        v.names_are(&[format!("{}-02", v.mark), format!("{}-00", v.mark)]).await;
        assert_eq!(v.value("searchbox", "Search queues").await, format!("tag:\"{name}\""));
        v.click("link", &format!("{}-00", v.mark)).await;
        v.see("region", "What next").await;
        v.click("link", &name).await;
        v.names_are(&[format!("{}-02", v.mark), format!("{}-00", v.mark)]).await;
    })
    .await;
}

#[tokio::test]
async fn tags_are_added_removed_and_created_in_one_save() {
    member(async |v| {
        let id = v.queues(1).await[0];
        let (old, other) = (tag(v, "old").await, tag(v, "other").await);
        put_on(v, id, &[old]).await;
        v.open_own_table("").await;
        let queue = format!("{}-00", v.mark);
        v.click("button", &format!("Edit tags of {queue}")).await;
        v.see("dialog", &format!("Tags of “{queue}”")).await;
        let old_box = v.see("checkbox", &format!("{} old", v.mark)).await;
        assert!(old_box.is_selected().await.unwrap());
        v.type_in("textbox", "Find or create a tag", format!("{} o", v.mark)).await;
        v.see("checkbox", &format!("{} other", v.mark)).await;
        v.click("checkbox", &format!("{} old", v.mark)).await;
        v.click("checkbox", &format!("{} other", v.mark)).await;
        v.paste("textbox", "Find or create a tag", &format!("{} new", v.mark)).await;
        v.gone("checkbox", &format!("{} old", v.mark)).await;
        v.type_in("textbox", "Find or create a tag", Key::Enter + "").await;
        assert_eq!(v.value("textbox", "Find or create a tag").await, "");
        assert_eq!(tags_of(v, id).await, ["old"], "nothing is sent before it is saved");
        v.click("button", "Save tags").await;
        v.status(&format!("Tags of “{queue}” saved")).await;
        v.gone("dialog", &format!("Tags of “{queue}”")).await;
        assert_eq!(tags_of(v, id).await, ["new", "other"]);
        v.see("link", &format!("{} new", v.mark)).await;
        v.focus_is_on_button(&format!("Edit tags of {queue}")).await;
        let _ = other;
    })
    .await;
}

#[tokio::test]
async fn a_tag_name_that_the_server_refuses_is_said_at_the_field() {
    member(async |v| {
        let id = v.queues(1).await[0];
        v.open(&format!("queues/{id}")).await;
        let queue = format!("{}-00", v.mark);
        v.click("button", &format!("Edit tags of {queue}")).await;
        v.paste("textbox", "Find or create a tag", "a/b").await;
        v.click("button", "Create tag “a/b”").await;
        v.says(
            "Tag name must only include letters, numbers, spaces, dots, hyphens and underscores",
        )
        .await;
        let field = v.see("textbox", "Find or create a tag").await;
        assert_eq!(field.attr("aria-invalid").await.unwrap().as_deref(), Some("true"));
        assert_eq!(field.prop("value").await.unwrap().as_deref(), Some("a/b"));
        v.click("button", "Save tags").await;
        v.says("Create this tag or clear the field, then save").await;
        v.paste("textbox", "Find or create a tag", "").await;
        v.click("button", "Save tags").await;
        v.status("Nothing has changed, so there is nothing to save.").await;
        assert!(tags_of(v, id).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn tags_that_somebody_else_changes_meanwhile_are_kept() {
    member(async |v| {
        let id = v.queues(1).await[0];
        let (mine, theirs) = (tag(v, "mine").await, tag(v, "theirs").await);
        v.open(&format!("queues/{id}")).await;
        let queue = format!("{}-00", v.mark);
        v.click("button", &format!("Edit tags of {queue}")).await;
        v.click("checkbox", &format!("{} mine", v.mark)).await;
        put_on(v, id, &[theirs]).await;
        v.click("button", "Save tags").await;
        v.status(&format!("Tags of “{queue}” saved")).await;
        assert_eq!(tags_of(v, id).await, ["mine", "theirs"]);
        let _ = mine;
    })
    .await;
}

#[tokio::test]
async fn a_tag_that_somebody_made_meanwhile_is_taken_and_a_failed_save_can_go_on() {
    member(async |v| {
        let id = v.queues(1).await[0];
        v.open(&format!("queues/{id}")).await;
        let queue = format!("{}-00", v.mark);
        v.click("button", &format!("Edit tags of {queue}")).await;
        v.paste("textbox", "Find or create a tag", &format!("{} fast", v.mark)).await;
        v.click("button", &format!("Create tag “{} fast”", v.mark)).await;
        tag(v, "fast").await;
        let fault = Fault::Replace(502, "text/html", "<h1>no</h1>".into());
        v.proxy.fault(Method::POST, &format!("/queues/{id}/tags"), 1, fault);
        v.click("button", "Save tags").await;
        v.says("(status 502)").await;
        v.see("checkbox", &format!("{} fast", v.mark)).await;
        v.click("button", "Save tags").await;
        v.status(&format!("Tags of “{queue}” saved")).await;
        assert_eq!(tags_of(v, id).await, ["fast"]);
    })
    .await;
}

#[tokio::test]
async fn a_tag_that_is_created_while_the_others_still_load_stays() {
    member(async |v| {
        let id = v.queues(1).await[0];
        tag(v, "fast").await;
        v.open(&format!("queues/{id}")).await;
        let queue = format!("{}-00", v.mark);
        v.proxy.fault(Method::GET, "/tags/?", 1, Fault::Hold);
        v.click("button", &format!("Edit tags of {queue}")).await;
        v.says("Loading the tags…").await;
        v.paste("textbox", "Find or create a tag", &format!("{} fast", v.mark)).await;
        v.click("button", &format!("Create tag “{} fast”", v.mark)).await;
        v.proxy.release();
        v.is_silent_about("Loading the tags…").await;
        v.click("button", "Save tags").await;
        v.status(&format!("Tags of “{queue}” saved")).await;
        assert_eq!(tags_of(v, id).await, ["fast"]);
    })
    .await;
}
