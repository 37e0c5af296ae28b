//! The screen "Create queue".

use serde_json::{Value, json};
use testkit::Method;
use thirtyfour::prelude::*;

use crate::visit::{Visit, member};

async fn summary(v: &Visit) -> Value {
    let script = "return [...document.querySelectorAll('.summary li')].map((li) => li.innerText)";
    v.script(script, vec![]).await
}

#[tokio::test]
async fn a_queue_is_created_with_the_keyboard_and_its_page_says_so() {
    member(async |v| {
        v.open("queues").await;
        v.click("link", "Create queue").await;
        v.path_is("queues/new").await;
        v.focus_is_on("Create queue").await;
        v.title_is("Create queue – Dioptra").await;
        v.press(Key::Tab + "").await;
        v.press(format!("  {} ", v.mark)).await;
        v.type_in("textbox", "Description", "first line\nsecond line").await;
        v.type_in("textbox", "Name", Key::Enter + "").await;
        v.status(&format!("Queue “{}” created", v.mark)).await;
        v.see("heading", &v.mark).await;
        let queues = v.on_the_server().await;
        assert_eq!(queues.len(), 1);
        assert_eq!(queues[0]["name"], json!(v.mark));
        assert_eq!(queues[0]["description"], "first line\nsecond line");
        assert_eq!(v.path().await, format!("queues/{}", queues[0]["id"]));
        assert_eq!(v.sent(), 1);
        v.title_is(&format!("{} – Dioptra", v.mark)).await;
    })
    .await;
}

#[tokio::test]
async fn required_fields_are_marked_for_eyes_and_for_machines() {
    member(async |v| {
        v.open("queues/new").await;
        v.see("textbox", "Name").await;
        v.says("* means required").await;
        for (role, name) in [("textbox", "Name"), ("combobox", "Group"), ("textbox", "Description")]
        {
            let field = v.see(role, name).await;
            assert!(field.attr("required").await.unwrap().is_some(), "{name}");
        }
        let form = v.driver.find(By::Css("form")).await.unwrap();
        assert!(form.attr("novalidate").await.unwrap().is_some(), "the messages are ours");
        assert_eq!(v.value("combobox", "Group").await, "1", "the only group is chosen");
        let script = "return document.querySelectorAll('label .required').length";
        assert_eq!(v.script(script, vec![]).await, json!(3));
    })
    .await;
}

#[tokio::test]
async fn all_problems_show_at_once_above_the_form_and_at_their_fields() {
    member(async |v| {
        v.open("queues/new").await;
        v.choose("Group", "Select a group").await;
        v.click("button", "Create queue").await;
        v.focus_is_on("There is a problem").await;
        let texts = ["Enter a queue name", "Select a group", "Enter a description"];
        assert_eq!(summary(v).await, json!(texts));
        v.title_is("Error: Create queue – Dioptra").await;
        for ((role, name), text) in
            [("textbox", "Name"), ("combobox", "Group"), ("textbox", "Description")]
                .into_iter()
                .zip(texts)
        {
            let field = v.see(role, name).await;
            assert_eq!(field.attr("aria-invalid").await.unwrap().as_deref(), Some("true"));
            let ids = field.attr("aria-describedby").await.unwrap().unwrap();
            let mut words = String::new();
            for id in ids.split(' ') {
                words += &v.driver.find(By::Id(id)).await.unwrap().text().await.unwrap();
            }
            assert!(words.contains(text), "{name}: {words}");
            v.click("link", text).await;
            assert_eq!(
                v.driver.active_element().await.unwrap().id().await.unwrap(),
                field.id().await.unwrap()
            );
        }
        assert_eq!(v.sent(), 0);
    })
    .await;
}

#[tokio::test]
async fn after_a_failed_submit_a_message_goes_as_its_field_is_mended() {
    member(async |v| {
        v.open("queues/new").await;
        v.type_in("textbox", "Name", "a/b").await;
        v.is_silent_about("must only include").await;
        v.click("button", "Create queue").await;
        let rule =
            "Queue name must only include letters, numbers, spaces, dots, hyphens and underscores";
        v.until("both problems", async || summary(v).await == json!([rule, "Enter a description"]))
            .await;
        v.type_in("textbox", "Name", Key::Backspace + Key::Backspace).await;
        v.until("one problem less", async || summary(v).await == json!(["Enter a description"]))
            .await;
        assert_eq!(v.value("textbox", "Name").await, "a");
        v.type_in("textbox", "Description", "x").await;
        v.title_is("Create queue – Dioptra").await;
        v.is_silent_about("There is a problem").await;
    })
    .await;
}

#[tokio::test]
async fn spaces_are_not_trimmed_while_one_types() {
    member(async |v| {
        v.open("queues/new").await;
        v.type_in("textbox", "Name", " two  words ").await;
        assert_eq!(v.value("textbox", "Name").await, " two  words ");
    })
    .await;
}

#[tokio::test]
async fn a_taken_name_is_said_at_its_field_with_the_way_to_it() {
    member(async |v| {
        let id = v.queues(1).await[0];
        v.open("queues/new").await;
        let name = v.fill("-00", "mine").await;
        v.click("button", "Create queue").await;
        let text = format!("A queue named “{name}” already exists in group “public”");
        v.until("the problem", async || summary(v).await == json!([text])).await;
        v.focus_is_on("There is a problem").await;
        let field = v.see("textbox", "Name").await;
        assert_eq!(field.attr("aria-invalid").await.unwrap().as_deref(), Some("true"));
        assert_eq!(v.value("textbox", "Description").await, "mine");
        v.click("link", "Open it").await;
        v.see("alertdialog", "Leave without saving?").await;
        v.click("button", "Leave").await;
        v.path_is(&format!("queues/{id}")).await;
    })
    .await;
}

#[tokio::test]
async fn the_name_suggests_worker_environments_and_asks_about_near_misses() {
    member(async |v| {
        v.open("queues/new").await;
        for name in ["tensorflow-cpu", "tensorflow-gpu", "pytorch-cpu", "pytorch-gpu"] {
            v.see("button", name).await;
        }
        v.says("A worker must listen to exactly this name").await;
        v.type_in("textbox", "Name", "Tensorflow_CPU").await;
        v.status("Did you mean tensorflow-cpu?").await;
        let meant = v.driver.find(By::Css(".meant button")).await.unwrap();
        meant.click().await.unwrap();
        assert_eq!(v.value("textbox", "Name").await, "tensorflow-cpu");
        v.is_silent_about("Did you mean").await;
        v.click("button", "pytorch-gpu").await;
        assert_eq!(v.value("textbox", "Name").await, "pytorch-gpu");
    })
    .await;
}

#[tokio::test]
async fn a_near_miss_does_not_block() {
    member(async |v| {
        v.open("queues/new").await;
        v.paste("textbox", "Name", "Tensorflow_CPU").await;
        v.status("Did you mean tensorflow-cpu?").await;
        v.paste("textbox", "Description", "on purpose").await;
        v.click("button", "Create queue").await;
        v.until("it was sent", async || v.sent() == 1).await;
    })
    .await;
}

#[tokio::test]
async fn leaving_with_unsaved_text_asks_whatever_the_way() {
    member(async |v| {
        v.open("queues").await;
        v.click("link", "Create queue").await;
        v.see("textbox", "Name").await;
        v.fill("", "text").await;
        for way in ["Cancel", "Dioptra queues", "back", "Sign out"] {
            match way {
                "back" => v.driver.back().await.unwrap(),
                "Sign out" => v.click("button", way).await,
                link => v.click("link", link).await,
            }
            v.see("alertdialog", "Leave without saving?").await;
            v.path_is("queues/new").await;
            v.focus_is_on("Keep editing").await;
            if way == "Cancel" {
                v.press(Key::Escape + "").await;
            } else {
                v.click("button", "Keep editing").await;
            }
            v.gone("alertdialog", "Leave without saving?").await;
            assert_eq!(v.value("textbox", "Description").await, "text");
        }
        v.click("link", "Cancel").await;
        v.click("button", "Leave").await;
        v.path_is("queues").await;
        v.click("link", "Create queue").await;
        v.see("textbox", "Name").await;
        assert_eq!(v.value("textbox", "Name").await, "", "left on purpose, so it is gone");
    })
    .await;
}

#[tokio::test]
async fn an_empty_form_is_left_without_a_question() {
    member(async |v| {
        v.open("queues/new").await;
        v.click("link", "Cancel").await;
        v.path_is("queues").await;
    })
    .await;
}

#[tokio::test]
async fn fault_21_a_reload_brings_the_text_back_and_it_can_be_discarded() {
    member(async |v| {
        v.open("queues/new").await;
        v.see("textbox", "Name").await;
        let name = v.fill("", "long thought about").await;
        v.driver.refresh().await.unwrap();
        v.status("Your unsaved text was brought back.\n\nDiscard it").await;
        assert_eq!(v.value("textbox", "Name").await, name);
        assert_eq!(v.value("textbox", "Description").await, "long thought about");
        // A tab that was killed: another one finds the text.
        v.driver.new_tab().await.unwrap();
        let tabs = v.driver.windows().await.unwrap();
        v.driver.close_window().await.unwrap();
        v.driver.switch_to_window(tabs[1].clone()).await.unwrap();
        v.open("queues/new").await;
        v.see("textbox", "Name").await;
        assert_eq!(v.value("textbox", "Name").await, name);
        v.click("button", "Discard it").await;
        assert_eq!(v.value("textbox", "Name").await, "");
        v.is_silent_about("brought back").await;
        v.driver.refresh().await.unwrap();
        v.see("textbox", "Name").await;
        assert_eq!(v.value("textbox", "Name").await, "");
    })
    .await;
}

#[tokio::test]
async fn fault_21_the_text_of_a_tab_that_crashed_is_offered_in_another() {
    member(async |v| {
        v.open("queues/new").await;
        v.see("textbox", "Name").await;
        let name = v.fill("", "long thought about").await;
        let tab = v.driver.window().await.unwrap();
        v.driver.new_tab().await.unwrap();
        let tabs = v.driver.windows().await.unwrap();
        v.driver.switch_to_window(tabs[1].clone()).await.unwrap();
        // As long as that tab is there, its text is its own.
        v.open("queues/new").await;
        v.see("textbox", "Name").await;
        assert_eq!(v.value("textbox", "Name").await, "");
        v.open("queues").await;
        v.driver.switch_to_window(tab).await.unwrap();
        v.crash().await;
        v.driver.switch_to_window(tabs[1].clone()).await.unwrap();
        v.open("queues/new").await;
        v.status("Your unsaved text was brought back.\n\nDiscard it").await;
        assert_eq!(v.value("textbox", "Name").await, name);
    })
    .await;
}

#[tokio::test]
async fn a_created_queue_leaves_no_text_behind() {
    member(async |v| {
        v.open("queues/new").await;
        v.see("textbox", "Name").await;
        let name = v.fill("", "d").await;
        v.click("button", "Create queue").await;
        v.status(&format!("Queue “{name}” created")).await;
        v.open("queues/new").await;
        v.see("textbox", "Name").await;
        assert_eq!(v.value("textbox", "Name").await, "");
    })
    .await;
}

#[tokio::test]
async fn what_the_server_refuses_beyond_our_rules_is_shown_and_nothing_is_lost() {
    member(async |v| {
        v.open("queues/new").await;
        v.see("textbox", "Name").await;
        let name = v.fill("", "d").await;
        let fault =
            |body: &str| testkit::proxy::Fault::Replace(400, "application/json", body.to_owned());
        let odd = r#"{"errors": {"description": ["Too plain."], "colour": ["Missing."]}}"#;
        v.proxy.fault(Method::POST, "/queues/", 1, fault(odd));
        v.click("button", "Create queue").await;
        v.until("both", async || {
            let all = summary(v).await;
            all == json!(["Dioptra refused colour: Missing.", "Too plain."])
                || all == json!(["Too plain.", "Dioptra refused colour: Missing."])
        })
        .await;
        let field = v.see("textbox", "Description").await;
        assert_eq!(field.attr("aria-invalid").await.unwrap().as_deref(), Some("true"));
        let rule =
            r#"{"error": "ResourceNameError", "message": "Bad Request - No.", "detail": {}}"#;
        v.proxy.fault(Method::POST, "/queues/", 1, fault(rule));
        v.click("button", "Create queue").await;
        v.until("the words", async || {
            summary(v).await == json!(["Dioptra refused: Bad Request - No."])
        })
        .await;
        assert_eq!(v.value("textbox", "Name").await, name);
        v.click("button", "Create queue").await;
        v.status(&format!("Queue “{name}” created")).await;
    })
    .await;
}

#[tokio::test]
async fn the_form_shows_live_what_it_will_send() {
    member(async |v| {
        v.open("queues/new").await;
        v.see("region", "Use from code").await;
        let name = v.fill("", "it's \"live\"\nnow").await;
        let body =
            format!(r#"{{"name": "{name}", "group": 1, "description": "it's \"live\"\nnow"}}"#);
        v.click("tab", "JSON").await;
        v.says(&body).await;
        // The arrow keys lead from tab to tab.
        v.press(Key::Left + "").await;
        v.focus_is_on("curl").await;
        v.says("Set DIOPTRA_USERNAME").await;
        v.click("button", "Create queue").await;
        v.until("it was sent", async || v.sent() == 1).await;
        let sent: Value =
            serde_json::from_str(&v.proxy.seen(&Method::POST, "/queues/")[0].body).unwrap();
        assert_eq!(sent, serde_json::from_str::<Value>(&body).unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_field_that_was_right_is_not_called_wrong_while_one_changes_it() {
    member(async |v| {
        v.open("queues/new").await;
        v.type_in("textbox", "Name", "right").await;
        v.click("button", "Create queue").await;
        v.says("Enter a description").await;
        v.type_in("textbox", "Description", "x").await;
        v.is_silent_about("There is a problem").await;
        v.type_in("textbox", "Description", Key::Backspace + "").await;
        v.says("Enter a description").await;
        v.type_in("textbox", "Description", "yes").await;
        assert_eq!(v.value("textbox", "Description").await, "yes", "the focus stays in the field");
        v.type_in("textbox", "Name", "/").await;
        v.is_silent_about("must only include").await;
    })
    .await;
}

#[tokio::test]
async fn whoever_is_in_several_groups_chooses_one() {
    member(async |v| {
        v.proxy.fault(
            Method::GET,
            "/users/current",
            1,
            testkit::proxy::Fault::Edit(with_another_group),
        );
        v.open("queues/new").await;
        assert_eq!(v.value("combobox", "Group").await, "", "none is chosen for them");
        let name = v.fill("", "d").await;
        v.click("button", "Create queue").await;
        v.until("the problem", async || summary(v).await == json!(["Select a group"])).await;
        v.choose("Group", "red team").await;
        v.is_silent_about("There is a problem").await;
        v.click("tab", "JSON").await;
        v.says(&format!("{{\"name\": \"{name}\", \"group\": 77,")).await;
        v.click("button", "Create queue").await;
        let gone = "Dioptra has this group no more: select another one";
        v.until("the problem", async || summary(v).await == json!([gone])).await;
        v.choose("Group", "public").await;
        v.click("button", "Create queue").await;
        v.status(&format!("Queue “{name}” created")).await;
    })
    .await;
}

fn with_another_group(user: &str) -> String {
    let mut user: Value = serde_json::from_str(user).unwrap();
    user["groups"].as_array_mut().unwrap().push(json!({"id": 77, "name": "red team"}));
    user.to_string()
}
