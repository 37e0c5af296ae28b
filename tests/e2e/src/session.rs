//! Signing in, signing out, accounts, themes.

use serde_json::json;
use testkit::Method;
use thirtyfour::prelude::*;

use crate::visit::{PASSWORD, Visit, member, stranger};

async fn sign_in(v: &Visit, password: &str) {
    v.paste("textbox", "Username", &v.username).await;
    let field = v.driver.query(By::Id("password")).first().await.unwrap();
    field.clear().await.unwrap();
    field.send_keys(password).await.unwrap();
    v.click("button", "Sign in").await;
}

#[tokio::test]
async fn whoever_is_not_signed_in_signs_in_first_and_lands_where_they_wanted_to_be() {
    stranger(async |v| {
        let id = v.queues(1).await[0];
        v.open(&format!("queues/{id}")).await;
        v.see("heading", "Sign in").await;
        v.title_is("Sign in – Dioptra").await;
        v.path_is(&format!("sign-in?next=queues%2F{id}")).await;
        sign_in(v, PASSWORD).await;
        v.path_is(&format!("queues/{id}")).await;
        v.see("heading", &format!("{}-00", v.mark)).await;
        v.says(&format!("Signed in as {}", v.username)).await;
        v.click("link", "Queues").await;
        v.see("navigation", "Pagination").await;
    })
    .await;
}

#[tokio::test]
async fn signing_in_never_leads_away_from_the_app() {
    stranger(async |v| {
        v.open("sign-in?next=%2F%2Fevil.example%2Fqueues").await;
        v.see("heading", "Sign in").await;
        sign_in(v, PASSWORD).await;
        v.path_is("queues").await;
    })
    .await;
}

#[tokio::test]
async fn a_wrong_password_is_said_at_the_form_and_the_username_stays() {
    stranger(async |v| {
        v.open("sign-in").await;
        v.click("button", "Sign in").await;
        v.says("Enter your username").await;
        v.says("Enter your password").await;
        sign_in(v, "wrong").await;
        v.says("The username or the password is wrong").await;
        v.focus_is_on("There is a problem").await;
        v.title_is("Error: Sign in – Dioptra").await;
        assert_eq!(v.value("textbox", "Username").await, v.username);
        v.gone("dialog", "Sign in to continue").await;
        sign_in(v, PASSWORD).await;
        v.path_is("queues").await;
    })
    .await;
}

#[tokio::test]
async fn password_managers_know_the_fields() {
    stranger(async |v| {
        let autocomplete = async |id: &str| {
            let field = v.driver.query(By::Id(id)).first().await.unwrap();
            field.attr("autocomplete").await.unwrap().unwrap()
        };
        v.open("sign-in").await;
        assert_eq!(autocomplete("username").await, "username");
        assert_eq!(autocomplete("password").await, "current-password");
        v.click("link", "Create account").await;
        v.see("heading", "Create account").await;
        assert_eq!(autocomplete("username").await, "username");
        assert_eq!(autocomplete("email").await, "email");
        assert_eq!(autocomplete("password").await, "new-password");
        assert_eq!(autocomplete("confirmPassword").await, "new-password");
    })
    .await;
}

async fn fill_account(v: &Visit, username: &str, email: &str, password: &str, again: &str) {
    for (id, text) in [
        ("username", username),
        ("email", email),
        ("password", password),
        ("confirmPassword", again),
    ] {
        let field = v.driver.query(By::Id(id)).first().await.unwrap();
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }
    v.click("button", "Create account").await;
}

#[tokio::test]
async fn an_account_is_made_and_signed_in_and_problems_stand_at_their_fields() {
    stranger(async |v| {
        v.open("sign-in?next=queues%2Fnew").await;
        v.click("link", "Create account").await;
        v.see("heading", "Create account").await;
        v.title_is("Create account – Dioptra").await;
        v.click("button", "Create account").await;
        for text in [
            "Enter a username",
            "Enter an email address",
            "Enter a password",
            "Enter the password again",
        ] {
            v.says(text).await;
        }
        let new = format!("{}-new", v.mark);
        let email = format!("{new}@example.com");
        fill_account(v, &new, "nobody", "one", "two").await;
        v.says("Enter an email address like name@example.com").await;
        v.says("Both passwords must be the same").await;
        fill_account(v, &v.username, &email, PASSWORD, PASSWORD).await;
        v.says("This username is taken").await;
        fill_account(v, &new, &format!("{}@example.com", v.username), PASSWORD, PASSWORD).await;
        v.says("An account with this email address exists already").await;
        fill_account(v, &new, &email, PASSWORD, PASSWORD).await;
        v.path_is("queues/new").await;
        v.says(&format!("Signed in as {new}")).await;
    })
    .await;
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    member(async |v| {
        v.open("queues").await;
        v.click("link", "Create queue").await;
        v.see("textbox", "Name").await;
        v.click("button", "Sign out").await;
        v.path_is("sign-in").await;
        v.see("heading", "Sign in").await;
        assert_eq!(v.proxy.seen(&Method::POST, "/auth/logout").len(), 1);
        v.driver.back().await.unwrap();
        v.see("heading", "Sign in").await;
        v.open("queues").await;
        v.see("heading", "Sign in").await;
        assert!(v.names().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_theme_follows_the_system_or_the_choice_and_is_remembered() {
    member(async |v| {
        let background = async || {
            v.script("return getComputedStyle(document.documentElement).backgroundColor", vec![])
                .await
        };
        let prefer = async |scheme: &str| {
            let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
            v.chromium("Emulation.setEmulatedMedia", features).await;
        };
        let (light, dark) = (json!("rgb(255, 255, 255)"), json!("rgb(18, 18, 18)"));
        prefer("light").await;
        v.open("queues").await;
        v.see("combobox", "Theme").await;
        assert_eq!(background().await, light);
        prefer("dark").await;
        v.until("the system's dark", async || background().await == dark).await;
        v.choose("Theme", "Light").await;
        assert_eq!(background().await, light);
        v.driver.refresh().await.unwrap();
        v.see("combobox", "Theme").await;
        assert_eq!(background().await, light);
        v.choose("Theme", "Dark").await;
        prefer("light").await;
        assert_eq!(background().await, dark);
        v.choose("Theme", "System").await;
        v.until("the system's light", async || background().await == light).await;
    })
    .await;
}

#[tokio::test]
async fn the_skip_link_leads_to_the_content() {
    member(async |v| {
        v.open("queues").await;
        v.see("navigation", "Pagination").await;
        v.press(Key::Tab + "").await;
        v.focus_is_on("Skip to content").await;
        v.press(Key::Enter + "").await;
        assert_eq!(v.script("return document.activeElement.id", vec![]).await, json!("main"));
        v.path_is("queues").await;
    })
    .await;
}
