//! Smaller ones of what may go wrong: the history of the browser, the `path` of an element, and what
//! is typed right before something else.

use serde_json::json;
use testkit::{Method, proxy::Fault};

use crate::{
    embed,
    visit::{Visit, member},
};

async fn entries(v: &Visit) -> u64 {
    v.script("return history.length", vec![]).await.as_u64().unwrap()
}

#[tokio::test]
async fn back_with_unsaved_text_then_leave_makes_no_second_entry() {
    member(async |v| {
        v.open("queues").await;
        v.click("link", "Drafts").await;
        v.see("heading", "Drafts").await;
        v.click("link", "Queues").await;
        v.click("link", "Create queue").await;
        v.see("textbox", "Name").await;
        v.fill("-left", "left").await;
        let before = entries(v).await;
        v.driver.back().await.unwrap();
        v.click("button", "Keep editing").await;
        v.path_is("queues/new").await;
        assert_eq!(v.value("textbox", "Description").await, "left");
        v.driver.back().await.unwrap();
        v.click("button", "Leave").await;
        v.see("heading", "Queues").await;
        v.path_is("queues").await;
        assert_eq!(entries(v).await, before, "no entry was added");
        v.driver.back().await.unwrap();
        v.see("heading", "Drafts").await;
        v.driver.forward().await.unwrap();
        v.see("heading", "Queues").await;
    })
    .await;
}

#[tokio::test]
async fn a_link_to_the_screen_that_shows_makes_no_second_entry() {
    member(async |v| {
        v.open("queues").await;
        v.click("link", "Drafts").await;
        v.see("heading", "Drafts").await;
        v.click("link", "Dioptra queues").await;
        v.see("heading", "Queues").await;
        let before = entries(v).await;
        v.click("link", "Dioptra queues").await;
        v.click("link", "Dioptra queues").await;
        v.see("heading", "Queues").await;
        assert_eq!(entries(v).await, before);
        v.driver.back().await.unwrap();
        v.see("heading", "Drafts").await;
    })
    .await;
}

#[tokio::test]
async fn the_path_of_an_element_leads_to_the_screen_whatever_the_attribute_says() {
    member(async |v| {
        embed::element(v, "path=queues").await;
        v.see("heading", "Queues").await;
        let set = async |path: &str| {
            v.script(
                "document.querySelector('dioptra-queues').path = arguments[0]",
                vec![json!(path)],
            )
            .await;
        };
        set("queues/new").await;
        v.see("heading", "Create queue").await;
        v.click("link", "Cancel").await;
        v.see("heading", "Queues").await;
        // The attribute still says so.
        set("queues/new").await;
        v.see("heading", "Create queue").await;
        // To the screen that shows nothing leads, and nobody is told so.
        embed::heard(v).await;
        set("queues/new").await;
        v.script("document.querySelector('dioptra-queues').navigate('queues/new')", vec![]).await;
        assert_eq!(json!(embed::heard(v).await), json!([]));
    })
    .await;
}

#[tokio::test]
async fn a_search_typed_right_before_another_control_is_used_is_not_lost() {
    member(async |v| {
        v.queues(2).await;
        v.open("queues").await;
        v.status_ends("queues").await;
        let row = format!("{}-00", v.mark);
        // In one go: no 250 ms pass in between.
        let both = async |other: &str| {
            let script = format!(
                "const box = deep('[type=search]')[0]; box.focus(); box.value = arguments[0];
                box.dispatchEvent(new InputEvent('input', {{bubbles: true}})); {other}"
            );
            v.script(&script, vec![json!(format!("name:{row}"))]).await;
        };
        both("deep('[type=checkbox]')[0].focus(); deep('[type=checkbox]')[0].click()").await;
        v.path_is(&format!("queues?search=name%3A{row}&deleted=true")).await;
        v.names_are(std::slice::from_ref(&row)).await;
        v.open("queues").await;
        v.status_ends("queues").await;
        let link =
            "const link = deep('a.button').find((link) => link.innerText === 'Create queue')";
        both(&format!("{link}; link.focus(); link.click()")).await;
        v.see("heading", "Create queue").await;
        v.driver.back().await.unwrap();
        v.names_are(std::slice::from_ref(&row)).await;
    })
    .await;
}

#[tokio::test]
async fn a_space_behind_the_colon_of_a_search_and_ids_beyond_those_of_sql_are_no_errors() {
    member(async |v| {
        v.queues(2).await;
        v.open("queues").await;
        v.status_ends("queues").await;
        let row = format!("{}-01", v.mark);
        v.paste("searchbox", "Search queues", &format!("name: {row}")).await;
        v.names_are(&[row]).await;
        for id in ["9223372036854775808", "18446744073709551615"] {
            v.open(&format!("queues/{id}")).await;
            v.see("heading", "Queue not found").await;
            v.open(&format!("queues/{id}/edit")).await;
            v.see("heading", "Queue not found").await;
            v.open(&format!("queues/drafts/{id}")).await;
            v.see("heading", "Draft not found").await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_next_within_a_next_within_a_next_is_left_out() {
    crate::visit::stranger(async |v| {
        let next = |inner: &str| format!("sign-in%3Fnext%3D{inner}");
        v.open(&format!("sign-in?next={}", next(&next(&next("queues"))))).await;
        v.paste("textbox", "Username", &v.username).await;
        let password = v.driver.find(thirtyfour::By::Id("password")).await.unwrap();
        password.send_keys(crate::visit::PASSWORD).await.unwrap();
        v.click("button", "Sign in").await;
        v.see("heading", "Queues").await;
        v.path_is("queues").await;
    })
    .await;
}

#[tokio::test]
async fn what_was_40_hours_ago_is_not_called_yesterday() {
    member(async |v| {
        v.queues(1).await;
        v.proxy.fault(Method::GET, "/api/v1/queues/?", 1, Fault::Edit(aged));
        v.open_own_table("").await;
        v.says("40 hours ago").await;
        assert!(!v.text().await.contains("yesterday"));
    })
    .await;
}

/// The queues of a page, as created and changed 40 hours ago.
fn aged(page: &str) -> String {
    let mut page: serde_json::Value = serde_json::from_str(page).unwrap();
    let format = ["-u", "-d", "40 hours ago", "+%Y-%m-%dT%H:%M:%S+00:00"];
    let time = std::process::Command::new("date").args(format).output().unwrap().stdout;
    let time = String::from_utf8(time).unwrap().trim().to_owned();
    for queue in page["data"].as_array_mut().unwrap() {
        queue["createdOn"] = json!(time);
        queue["lastModifiedOn"] = json!(time);
    }
    page.to_string()
}
