//! Who is signed in, and what they may do: rows 36, 37 and 40 to 42 of what may go wrong.

use serde_json::{Value, json};
use testkit::{Method, proxy::Fault};
use thirtyfour::{WindowHandle, prelude::*};

use crate::{
    embed, exchange,
    visit::{PASSWORD, Visit, group_of, member, stranger},
};

/// Signs in at the screen that shows.
async fn sign_in_here(v: &Visit, username: &str) {
    v.see("heading", "Sign in").await;
    v.paste("textbox", "Username", username).await;
    let field = v.driver.query(By::Id("password")).first().await.unwrap();
    field.send_keys(PASSWORD).await.unwrap();
    v.click("button", "Sign in").await;
}

async fn form(v: &Visit) {
    v.open("queues/new").await;
    v.see("textbox", "Name").await;
}

async fn description_is(v: &Visit, text: &str) {
    v.until(format!("the description is “{text}”"), async || {
        v.value("textbox", "Description").await == text
    })
    .await;
}

#[tokio::test]
async fn fault_36_nothing_is_sent_in_the_name_of_somebody_else_who_signed_in_meanwhile() {
    member(async |v| {
        let other = format!("{}-other", v.mark);
        v.other().await;
        v.open("queues/new").await;
        v.see("textbox", "Name").await;
        v.fill("-mine", "mine").await;
        // Another tab signs somebody else in; this one does not look.
        v.sign_in_elsewhere(&other).await;
        v.click("button", "Create queue").await;
        v.says(&format!("{other} is signed in now. What somebody else has typed here waits")).await;
        v.until("an empty form", async || v.value("textbox", "Name").await.is_empty()).await;
        assert_eq!((v.sent(), v.on_the_server().await.len()), (0, 0));
    })
    .await;
}

#[tokio::test]
async fn fault_36_another_tab_that_signs_somebody_else_in_is_heard_at_once_and_the_text_waits() {
    member(async |v| {
        let other = format!("{}-other", v.mark);
        v.other().await;
        form(v).await;
        v.fill("-mine", "mine").await;
        // It is never looked at again: no focus, no change of visibility.
        let deaf = "for (const name of ['focus', 'visibilitychange'])
            addEventListener(name, (event) => event.stopImmediatePropagation(), true)";
        v.script(deaf, vec![]).await;
        let first = v.driver.window().await.unwrap();
        let second = v.driver.new_tab().await.unwrap();
        let in_second = async |username: &str| {
            v.driver.switch_to_window(second.clone()).await.unwrap();
            v.open("queues").await;
            v.click("button", "Sign out").await;
            sign_in_here(v, username).await;
            v.says(&format!("Signed in as {username}")).await;
            v.driver.switch_to_window(first.clone()).await.unwrap();
        };
        in_second(&other).await;
        v.says(&format!("{other} is signed in now. What somebody else has typed here waits")).await;
        description_is(v, "").await;
        in_second(&v.username).await;
        description_is(v, "mine").await;
        assert_eq!(v.sent(), 0);
    })
    .await;
}

#[tokio::test]
async fn fault_36_signing_in_in_one_element_is_heard_in_another() {
    stranger(async |v| {
        v.queues(1).await;
        embed::blank(v).await;
        for _ in 0..2 {
            embed::place(v, &format!("auth=self path='queues?search=name:{}*'", v.mark)).await;
        }
        // One dialog lies over the other.
        v.until("both ask to sign in", async || {
            v.script("return deep('dialog[open]').length", vec![]).await == json!(2)
        })
        .await;
        for (field, text) in [("username", v.username.as_str()), ("password", PASSWORD)] {
            let script = format!("deep('dialog[open] #{field}').at(-1).focus()");
            v.script(&script, vec![]).await;
            v.press(text).await;
        }
        v.press(Key::Enter + "").await;
        v.until("both show the queue", async || v.names().await.len() == 2).await;
        v.gone("dialog", "Sign in to continue").await;
    })
    .await;
}

/// Plans to import so many queues, at the screen that shows.
async fn plan_an_import(v: &Visit, count: usize) {
    v.see("textbox", "Queues").await;
    let lines: Vec<_> = (0..count).map(|n| format!("{}-{n:02}, number {n}", v.mark)).collect();
    exchange::check(v, &lines.join("\n")).await;
}

/// Applies a plan of 30; while the first two writes are held, a second tab opens, with a page that is not
/// the app. The first tab.
async fn apply_behind_another_tab(v: &Visit) -> WindowHandle {
    v.other().await;
    v.open("queues/import").await;
    plan_an_import(v, 30).await;
    v.proxy.forget();
    v.proxy.fault(Method::POST, "/api/v1/queues/", 2, Fault::HoldResponse);
    v.click("button", "Apply 30 changes").await;
    v.proxy.wait_for(&Method::POST, "/api/v1/queues/", 2).await;
    let first = v.driver.window().await.unwrap();
    let second = v.driver.new_tab().await.unwrap();
    v.driver.switch_to_window(second).await.unwrap();
    v.driver.goto(format!("{}/favicon.svg", v.site)).await.unwrap();
    first
}

#[tokio::test]
async fn fault_36_many_writes_ask_who_is_signed_in_before_each_while_the_page_is_not_used() {
    member(async |v| {
        apply_behind_another_tab(v).await;
        v.proxy.release();
        v.until("all are done", async || v.on_the_server().await.len() == 30).await;
        let asked = v.proxy.seen(&Method::GET, "/api/v1/users/current").len();
        assert!((29..=31).contains(&asked), "asked {asked} times before 30 writes");
    })
    .await;
}

#[tokio::test]
async fn fault_36_many_writes_stop_when_somebody_else_is_signed_in_on_a_page_beside_them() {
    member(async |v| {
        let other = format!("{}-other", v.mark);
        let first = apply_behind_another_tab(v).await;
        v.sign_in_elsewhere(&other).await;
        v.proxy.release();
        v.driver.switch_to_window(first).await.unwrap();
        v.says(&format!("Signed in as {other}")).await;
        v.until("an empty form", async || v.value("textbox", "Queues").await.is_empty()).await;
        // Its names are nothing to the second user.
        v.is_silent_about(&format!("{}-02", v.mark)).await;
        let made = v.on_the_server().await;
        assert_eq!(made.len(), 2);
        assert!(made.iter().all(|queue| queue["user"]["username"] == json!(v.username)));
    })
    .await;
}

#[tokio::test]
async fn fault_36_many_writes_of_an_element_ask_who_is_signed_in_before_each() {
    member(async |v| {
        embed::element(v, "path=queues/import").await;
        plan_an_import(v, 12).await;
        v.proxy.forget();
        v.click("button", "Apply 12 changes").await;
        v.says("12 done, 0 failed, 0 not begun").await;
        let asked = v.proxy.seen(&Method::GET, "/api/v1/users/current").len();
        assert!(asked >= 12, "asked {asked} times before 12 writes");
    })
    .await;
}

#[tokio::test]
async fn fault_37_two_tabs_with_the_same_form_keep_a_text_each() {
    member(async |v| {
        v.open("queues/new").await;
        v.see("textbox", "Name").await;
        v.fill("-one", "one").await;
        let first = v.driver.window().await.unwrap();
        let second = v.driver.new_tab().await.unwrap();
        v.driver.switch_to_window(second).await.unwrap();
        v.open("queues/new").await;
        v.see("textbox", "Name").await;
        assert_eq!(v.value("textbox", "Description").await, "", "the other tab's text is its own");
        v.fill("-two", "two").await;
        v.driver.refresh().await.unwrap();
        v.until("its text is back", async || v.value("textbox", "Description").await == "two")
            .await;
        v.click("button", "Discard it").await;
        v.driver.switch_to_window(first).await.unwrap();
        v.driver.refresh().await.unwrap();
        v.until("the first one's text is back", async || {
            v.value("textbox", "Description").await == "one"
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn fault_37_a_copy_of_a_tab_takes_no_text_out_of_the_tab_that_it_was_typed_in() {
    member(async |v| {
        v.open("queues/new").await;
        v.see("textbox", "Name").await;
        v.fill("-one", "one").await;
        let stored = "return Object.values(localStorage).some((it) => it.includes('one'))";
        v.until("it is stored", async || v.script(stored, vec![]).await == json!(true)).await;
        let first = v.driver.window().await.unwrap();
        // Such a tab begins with what the first one knows, as does a duplicate.
        v.script("window.open(location.href)", vec![]).await;
        v.until("two tabs", async || v.driver.windows().await.unwrap().len() == 2).await;
        let all = v.driver.windows().await.unwrap();
        let second = all.into_iter().find(|it| *it != first).unwrap();
        v.driver.switch_to_window(second).await.unwrap();
        v.see("textbox", "Name").await;
        assert_eq!(v.value("textbox", "Description").await, "", "the first tab's text is its own");
        v.driver.switch_to_window(first).await.unwrap();
        v.driver.refresh().await.unwrap();
        v.until("it is there still", async || v.value("textbox", "Description").await == "one")
            .await;
    })
    .await;
}

#[tokio::test]
async fn fault_37_two_elements_with_the_same_form_keep_a_text_each() {
    member(async |v| {
        let open = async || {
            embed::blank(v).await;
            for _ in 0..2 {
                embed::place(v, "path=queues/new").await;
            }
            v.until("two forms", async || {
                v.script("return deep('#description').length", vec![]).await == json!(2)
            })
            .await;
        };
        open().await;
        let write =
            "deep('#description').forEach((field, at) => { field.value = ['one', 'two'][at];
            field.dispatchEvent(new InputEvent('input', {bubbles: true, composed: true})) })";
        v.script(write, vec![]).await;
        let stored =
            "return Object.keys(localStorage).filter((key) => key.includes('.new-queue.')).length";
        v.until("both are stored", async || v.script(stored, vec![]).await == json!(2)).await;
        // Leaving one on purpose takes its own text only.
        v.script("deep('dioptra-queues')[0].navigate('queues')", vec![]).await;
        v.click("button", "Leave").await;
        v.until("one is left", async || v.script(stored, vec![]).await == json!(1)).await;
        let two = "return deep('#description').map((field) => field.value)";
        assert_eq!(v.script(two, vec![]).await, json!(["two"]));
    })
    .await;
}

#[tokio::test]
async fn who_signed_out_is_not_signed_in_again_by_a_response_that_was_under_way() {
    member(async |v| {
        v.queues(1).await;
        v.open("queues").await;
        v.status_ends("queues").await;
        v.proxy.forget();
        v.proxy.fault(Method::GET, "/users/current", 1, Fault::HoldResponse);
        v.script("window.dispatchEvent(new Event('focus'))", vec![]).await;
        v.proxy.wait_for(&Method::GET, "/users/current", 1).await;
        v.click("button", "Sign out").await;
        v.see("heading", "Sign in").await;
        v.proxy.release();
        // What comes later than that response is there, and still nobody is signed in.
        v.script("window.done = 0; fetch('/api/v1/users/current').then(() => done = 1)", vec![])
            .await;
        v.until("a later response", async || v.script("return done", vec![]).await == json!(1))
            .await;
        v.see("heading", "Sign in").await;
        assert!(v.find("button", "Sign out").await.is_none());
    })
    .await;
}

#[tokio::test]
async fn a_response_to_another_question_signs_nobody_in() {
    member(async |v| {
        form(v).await;
        let name = v.fill("-mine", "mine").await;
        v.proxy.forget();
        // A user as others see one, which says nothing of groups.
        let other = r#"{"id": 1, "username": "x"}"#;
        let fault = Fault::Replace(200, "application/json", other.into());
        v.proxy.fault(Method::GET, "/users/current", 1, fault);
        v.script("window.dispatchEvent(new Event('focus'))", vec![]).await;
        v.proxy.wait_for(&Method::GET, "/users/current", 1).await;
        v.click("button", "Create queue").await;
        v.status(&format!("Queue “{name}” created")).await;
    })
    .await;
}

/// Two groups, in the other order.
fn with_more_groups(user: &str) -> String {
    let mut user: Value = serde_json::from_str(user).unwrap();
    user["groups"].as_array_mut().unwrap().insert(0, json!({"id": 77, "name": "red team"}));
    user.to_string()
}

#[tokio::test]
async fn fault_40_a_form_stays_when_the_list_of_groups_changes() {
    member(async |v| {
        form(v).await;
        let name = v.fill("-stays", "stays").await;
        v.script("deep('#name')[0].dataset.same = 'yes'; deep('#name')[0].focus()", vec![]).await;
        v.proxy.forget();
        v.proxy.fault(Method::GET, "/users/current", 1, Fault::Edit(with_more_groups));
        v.script("window.dispatchEvent(new Event('focus'))", vec![]).await;
        v.see("combobox", "Group").await;
        v.until("the new group is offered", async || {
            let options = "return [...deep('#group')[0].options].map((option) => option.text)";
            v.script(options, vec![]).await.to_string().contains("red team")
        })
        .await;
        let same = "return [deep('#name')[0].dataset.same, active().id, deep('#name')[0].value]";
        assert_eq!(v.script(same, vec![]).await, json!(["yes", "name", name]));
        v.click("button", "Create queue").await;
        v.status(&format!("Queue “{name}” created")).await;
    })
    .await;
}

#[tokio::test]
async fn fault_40_the_question_before_signing_out_outlives_another_list_of_groups() {
    member(async |v| {
        form(v).await;
        v.fill("-stays", "stays").await;
        v.click("button", "Sign out").await;
        v.see("alertdialog", "Leave without saving?").await;
        v.proxy.fault(Method::GET, "/users/current", 1, Fault::Edit(with_more_groups));
        v.script("window.dispatchEvent(new Event('focus'))", vec![]).await;
        v.until("the new group is there", async || {
            let options = "return [...deep('#group')[0].options].map((option) => option.text)";
            v.script(options, vec![]).await.to_string().contains("red team")
        })
        .await;
        v.click_in_dialog("Keep editing").await;
        v.gone("alertdialog", "Leave without saving?").await;
        assert_eq!(v.value("textbox", "Description").await, "stays");
        v.click("button", "Sign out").await;
        v.click_in_dialog("Leave").await;
        v.see("heading", "Sign in").await;
    })
    .await;
}

#[tokio::test]
async fn fault_41_a_session_that_the_browser_does_not_keep_is_said_at_the_form() {
    stranger(async |v| {
        v.open("sign-in").await;
        v.proxy.fault(Method::POST, "/auth/login", 1, Fault::Header("set-cookie", ""));
        sign_in_here(v, &v.username).await;
        v.see("group", "There is a problem").await;
        v.says("this browser did not keep the session: allow cookies for this site").await;
        assert_eq!(v.value("textbox", "Username").await, v.username);
        v.click("button", "Sign in").await;
        v.see("heading", "Queues").await;
    })
    .await;
}

#[tokio::test]
async fn fault_42_an_account_that_the_browser_has_sent_twice_is_signed_in_by_trying_again() {
    stranger(async |v| {
        v.open("sign-up").await;
        v.see("heading", "Create account").await;
        let new = fill_account(v).await;
        // Over a connection that is reset a browser sends it again by itself: it hears of the second.
        let refused = include_str!("../../contract/recorded/error-a-username-taken.json");
        let refused: Value = serde_json::from_str(refused).unwrap();
        let refused = refused["body"].as_str().unwrap().to_owned();
        let twice = Fault::HideResponse(409, "application/json", refused);
        v.proxy.fault(Method::POST, "/api/v1/users/", 1, twice);
        v.click("button", "Create account").await;
        v.says("This username is taken").await;
        v.click("button", "Create account").await;
        v.see("heading", "Queues").await;
        v.says(&format!("Signed in as {new}")).await;
        // Nobody asks once more what is known.
        let asked = v.proxy.seen(&Method::GET, "/api/v1/users/current");
        assert_eq!(asked.iter().filter(|it| it.status == Some(200)).count(), 1, "{asked:#?}");
    })
    .await;
}

/// Fills the form "Create account"; the username.
async fn fill_account(v: &Visit) -> String {
    let new = format!("{}-new", v.mark);
    let email = format!("{new}@example.com");
    for (id, text) in [
        ("username", new.as_str()),
        ("email", &email),
        ("password", PASSWORD),
        ("confirmPassword", PASSWORD),
    ] {
        v.driver.find(By::Id(id)).await.unwrap().send_keys(text).await.unwrap();
    }
    new
}

#[tokio::test]
async fn fault_42_an_account_whose_response_got_lost_is_signed_in_by_trying_again() {
    let lost = || Fault::HideResponse(502, "text/html", "<h1>502</h1>".into());
    for (path, fault) in [
        ("/api/v1/users/", lost()),
        ("/auth/login", lost()),
        ("/auth/login", Fault::Replace(503, "text/html", String::new())),
    ] {
        stranger(async |v| {
            v.open("sign-up").await;
            v.see("heading", "Create account").await;
            let new = fill_account(v).await;
            v.proxy.fault(Method::POST, path, 1, fault.clone());
            v.click("button", "Create account").await;
            v.see("group", "There is a problem").await;
            v.click("button", "Create account").await;
            v.see("heading", "Queues").await;
            v.says(&format!("Signed in as {new}")).await;
        })
        .await;
    }
}

/// A queue in a group that the user is not in; the group's and the queue's id.
async fn foreign_queue(v: &Visit) -> (u64, u64) {
    let other = v.other().await;
    let group = group_of(&format!("{}-theirs", v.mark), &[&format!("{}-other", v.mark)]);
    let name = format!("{}-foreign", v.mark);
    let body = json!({"name": name, "group": group, "description": "theirs"});
    let queue = other.api(Method::POST, "/queues/", Some(body)).await.unwrap();
    (group, queue["id"].as_u64().unwrap())
}

#[tokio::test]
async fn whoever_is_not_in_the_group_of_a_queue_is_not_offered_to_change_it() {
    member(async |v| {
        let (_, id) = foreign_queue(v).await;
        let name = format!("{}-foreign", v.mark);
        v.queues(1).await;
        v.open_own_table("&sort=name").await;
        v.names_are(&[format!("{}-00", v.mark), name.clone()]).await;
        let offered =
            "return deep('tbody tr').map((row) => [...row.querySelectorAll('[data-action]')]
            .filter((action) => action.checkVisibility()).map((action) => action.dataset.action))";
        let rows = json!([
            ["select", "edit", "edit-tags", "duplicate", "copy-name", "delete"],
            ["select", "duplicate", "copy-name"]
        ]);
        assert_eq!(v.script(offered, vec![]).await, rows);
        v.open(&format!("queues/{id}")).await;
        v.see("heading", &name).await;
        v.see("link", &format!("Duplicate {name}")).await;
        for (role, action) in [("link", "Edit"), ("button", "Edit tags of"), ("button", "Delete")] {
            assert!(v.find(role, &format!("{action} {name}")).await.is_none(), "{action}");
        }
        v.open(&format!("queues/{id}/history")).await;
        v.says("Version").await;
        assert!(v.find("button", "Restore this version").await.is_none());
    })
    .await;
}

/// They have left their groups.
fn without_groups(user: &str) -> String {
    let mut user: Value = serde_json::from_str(user).unwrap();
    user["groups"] = json!([]);
    user.to_string()
}

#[tokio::test]
async fn a_draft_is_no_way_round_the_group_that_one_has_left() {
    member(async |v| {
        let id = v.queues(1).await[0];
        let name = format!("{}-00", v.mark);
        let draft = json!({"name": name, "description": "mine"});
        let path = format!("/queues/{id}/draft");
        v.caller.api(Method::POST, &path, Some(draft)).await.unwrap();
        v.proxy.fault(Method::GET, "/users/current", 9, Fault::Edit(without_groups));
        v.open("queues/drafts").await;
        v.see("button", &format!("Discard draft {name}")).await;
        assert!(v.find("button", "Save changes").await.is_none());
        v.click("link", &name).await;
        v.says("Only members of group “public” can change this queue.").await;
        assert!(v.find("button", "Save changes").await.is_none());
    })
    .await;
}

#[tokio::test]
async fn fault_46_a_duplicate_of_a_queue_of_another_group_is_sent_to_the_group_that_the_form_shows()
{
    member(async |v| {
        let (group, id) = foreign_queue(v).await;
        v.open(&format!("queues/new?from={id}")).await;
        let name = format!("{}-foreign", v.mark);
        v.until("the form is filled", async || v.value("textbox", "Name").await.starts_with(&name))
            .await;
        let chosen = v.value("combobox", "Group").await;
        assert_ne!(chosen, group.to_string(), "a group that is not theirs is not sent");
        v.choose("Group", "public").await;
        v.click("button", "Create queue").await;
        v.says("created").await;
        let sent: Value =
            serde_json::from_str(&v.proxy.seen(&Method::POST, "/api/v1/queues/")[0].body).unwrap();
        assert_eq!(sent["group"], 1);
        // In an element that shows one group alone, the form shows that one, and it is sent.
        embed::element(v, &format!("group-id=1 path=queues/new?from={id}")).await;
        v.until("the form is filled", async || v.value("textbox", "Name").await.starts_with(&name))
            .await;
        v.says("public").await;
        v.proxy.forget();
        v.fill("-fixed", "fixed").await;
        v.click("button", "Create queue").await;
        v.says("created").await;
        let sent: Value =
            serde_json::from_str(&v.proxy.seen(&Method::POST, "/api/v1/queues/")[0].body).unwrap();
        assert_eq!(sent["group"], 1);
    })
    .await;
}

#[tokio::test]
async fn what_the_server_refuses_is_said_in_its_words_and_nothing_is_lost() {
    member(async |v| {
        let id = v.queues(1).await[0];
        let name = format!("{}-00", v.mark);
        // As later versions of Dioptra answer whoever may not write.
        let denied = |status| {
            let body = json!({
                "error": "UserPermissionsError", "detail": {"permission": "write"},
                "message": "The user does not have the permission write.",
                "originating_path": "/api/v1/queues/",
            });
            Fault::Replace(status, "application/json", body.to_string())
        };
        for status in [400, 403] {
            form(v).await;
            v.fill(&format!("-denied-{status}"), "kept").await;
            v.proxy.fault(Method::POST, "/api/v1/queues/", 1, denied(status));
            v.click("button", "Create queue").await;
            v.says("Dioptra refused: The user does not have the permission write.").await;
            assert_eq!(v.value("textbox", "Description").await, "kept");
            v.script("deep('#description')[0].form.reset()", vec![]).await;

            v.open(&format!("queues/{id}/edit")).await;
            v.see("textbox", "Name").await;
            v.paste("textbox", "Description", "changed").await;
            v.proxy.fault(Method::POST, "/draft", 1, denied(status));
            v.click("button", "Save changes").await;
            v.says("Dioptra refused: The user does not have the permission write.").await;
            assert_eq!(v.value("textbox", "Description").await, "changed");

            v.open_own_table("").await;
            v.click("button", &format!("Delete {name}")).await;
            v.says("No jobs are waiting in it").await;
            v.says("No entrypoint would lose this queue").await;
            v.proxy.fault(Method::DELETE, "/queues/", 1, denied(status));
            v.click("button", "Delete queue").await;
            v.says("does not have the permission write. The queue was not deleted.").await;
            v.click("button", "Keep queue").await;

            v.click("button", &format!("Edit tags of {name}")).await;
            v.paste("textbox", "Find or create a tag", &format!("{}-{status}", v.mark)).await;
            v.click("button", &format!("Create tag “{}-{status}”", v.mark)).await;
            v.proxy.fault(Method::POST, "/tags", 1, denied(status));
            v.click("button", "Save tags").await;
            v.says("Dioptra refused: The user does not have the permission write.").await;
            v.click("button", "Cancel").await;
        }
        assert_eq!(v.queue(id).await["deleted"], false);
    })
    .await;
}

#[tokio::test]
async fn signing_out_is_sent_once_and_shows_that_it_is_under_way() {
    member(async |v| {
        v.queues(1).await;
        v.open("queues").await;
        v.status_ends("queues").await;
        v.proxy.fault(Method::POST, "/auth/logout", 1, Fault::HoldResponse);
        v.click("button", "Sign out").await;
        v.says("Signing out…").await;
        v.click("button", "Sign out").await;
        v.proxy.release();
        v.see("heading", "Sign in").await;
        assert_eq!(v.proxy.seen(&Method::POST, "/auth/logout").len(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_became_of_signing_out_is_looked_up_if_its_response_got_lost() {
    member(async |v| {
        v.queues(1).await;
        v.open("queues").await;
        v.status_ends("queues").await;
        let refusal = json!({"message": "not now"}).to_string();
        let refused = Fault::Replace(400, "application/json", refusal);
        v.proxy.fault(Method::POST, "/auth/logout", 1, refused);
        v.click("button", "Sign out").await;
        v.says("You are still signed in. Dioptra refused: not now").await;

        // The browser forgets the session by a response, and got none.
        let lost = || Fault::HideResponse(502, "text/html", String::new());
        v.proxy.fault(Method::POST, "/auth/logout", 2, lost());
        v.click("button", "Sign out").await;
        v.says("You are still signed in. Dioptra can't be reached").await;

        v.proxy.fault(Method::GET, "/users/current", 9, lost());
        v.click("button", "Sign out").await;
        v.says("It is not known whether you are signed out.").await;
        v.proxy.heal();
        v.click("button", "Sign out").await;
        v.see("heading", "Sign in").await;
    })
    .await;
}
