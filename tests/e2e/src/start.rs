//! The app that does not start says why: row 28 of what may go wrong.

use serde_json::json;
use testkit::{Method, proxy::Fault, site::content_policy};

use crate::visit::{Visit, member, stranger};

async fn says_instead(v: &Visit, heading: &str, why: &str) {
    v.open("queues").await;
    v.see("heading", heading).await;
    v.says(why).await;
    v.click("button", "Reload").await;
    v.see("heading", "Sign in").await;
}

#[tokio::test]
async fn fault_28_a_missing_wasm_is_named() {
    stranger(async |v| {
        v.proxy.fault(
            Method::GET,
            ".wasm",
            2,
            Fault::Replace(404, "text/html", "<h1>x</h1>".into()),
        );
        says_instead(v, "A file of the app is missing", "status 404").await;
    })
    .await;
}

#[tokio::test]
async fn fault_28_a_wasm_of_the_wrong_type_is_named() {
    stranger(async |v| {
        v.proxy.fault(Method::GET, ".wasm", 1, Fault::Header("content-type", "text/html"));
        says_instead(v, "A file of the app has the wrong type", "not as text/html").await;
    })
    .await;
}

#[tokio::test]
async fn fault_28_a_wasm_that_does_not_arrive_is_named() {
    stranger(async |v| {
        v.proxy.fault(Method::GET, ".wasm", 99, Fault::Reset);
        v.open("queues").await;
        v.see("heading", "A file of the app could not be loaded").await;
        v.proxy.heal();
        v.click("button", "Reload").await;
        v.see("heading", "Sign in").await;
    })
    .await;
}

#[tokio::test]
async fn fault_28_a_missing_script_is_named() {
    stranger(async |v| {
        v.proxy.fault(
            Method::GET,
            "/dioptra-queues-",
            9,
            Fault::Replace(404, "text/html", String::new()),
        );
        v.open("queues").await;
        v.see("heading", "A file of the app could not be loaded").await;
        v.says("a new version may have been deployed").await;
        v.proxy.heal();
    })
    .await;
}

#[tokio::test]
async fn fault_28_a_policy_that_blocks_webassembly_is_named() {
    stranger(async |v| {
        // As ours, but for that.
        let policy = content_policy("'none'").replace(" 'wasm-unsafe-eval'", "");
        let policy = Fault::Header("content-security-policy", policy.leak());
        v.proxy.fault(Method::GET, "/queues", 1, policy);
        v.open("queues").await;
        v.see("heading", "The security policy of this site blocks the app").await;
        v.says("'wasm-unsafe-eval'").await;
        // The browser says so too, which is as it should be here.
        v.console().await;
    })
    .await;
}

#[tokio::test]
async fn fault_47_under_the_policy_of_another_release_the_page_has_its_style_from_the_file() {
    stranger(async |v| {
        v.open("queues").await;
        let blue =
            "return getComputedStyle(document.documentElement).getPropertyValue('--primary')";
        let style = v.script(blue, vec![]).await;
        assert_ne!(style, json!(""), "the page is styled");
        assert_eq!(v.proxy.seen(&Method::GET, ".css").len(), 0, "by what is in it");

        // The hash in it is not that of this page's style sheet.
        let policy = Fault::Header("content-security-policy", content_policy("'none'").leak());
        v.proxy.fault(Method::GET, "/queues", 1, policy);
        v.open("queues").await;
        v.see("heading", "Sign in").await;
        assert_eq!(v.script(blue, vec![]).await, style);
        assert_eq!(v.proxy.seen(&Method::GET, ".css").len(), 1);
        // The browser says what was blocked, which is as it should be here.
        v.console().await;
    })
    .await;
}

#[tokio::test]
async fn fault_28_a_policy_that_blocks_every_script_leaves_words_on_the_page() {
    stranger(async |v| {
        let policy = "script-src 'none'";
        v.proxy.fault(Method::GET, "/queues", 1, Fault::Header("content-security-policy", policy));
        v.open("queues").await;
        v.says("a file of it is missing or blocked").await;
        v.console().await;
    })
    .await;
}

#[tokio::test]
async fn fault_28_a_browser_without_webassembly_is_told() {
    stranger(async |v| {
        let source = json!({"source": "delete window.WebAssembly"});
        v.chromium("Page.addScriptToEvaluateOnNewDocument", source).await;
        v.open("queues").await;
        v.see("heading", "This browser has no WebAssembly").await;
    })
    .await;
}

#[tokio::test]
async fn fault_28_without_javascript_the_page_says_so() {
    stranger(async |v| {
        v.chromium("Emulation.setScriptExecutionDisabled", json!({"value": true})).await;
        v.open("queues").await;
        let page = v.driver.find(thirtyfour::By::Css("noscript h1")).await.unwrap();
        assert_eq!(page.text().await.unwrap(), "JavaScript is off");
        v.chromium("Emulation.setScriptExecutionDisabled", json!({"value": false})).await;
    })
    .await;
}

#[tokio::test]
async fn a_dioptra_that_does_not_answer_at_the_start_is_said_and_tried_again() {
    stranger(async |v| {
        let down = || Fault::Replace(502, "text/html", "<h1>Bad Gateway</h1>".into());
        v.proxy.fault(Method::GET, "/users/current", 1, down());
        v.open("queues").await;
        v.says("Dioptra could not be reached").await;
        v.says("(status 502)").await;
        v.click("button", "Try again").await;
        v.see("heading", "Sign in").await;
    })
    .await;
}

#[tokio::test]
async fn fault_38_a_start_that_hangs_shows_progress_and_can_be_given_up() {
    for what in ["/users/current", "/api/v1/queues/?"] {
        member(async |v| {
            v.queues(1).await;
            v.proxy.fault(Method::GET, what, 1, Fault::Hold);
            v.open("queues").await;
            v.see("heading", "Queues").await;
            v.says("Dioptra has not answered for more than 10 seconds.").await;
            v.click("button", "Cancel").await;
            v.says("You stopped waiting for Dioptra's answer.").await;
            v.is_silent_about("more than 10 seconds").await;
            v.click("button", "Try again").await;
            v.status_ends("queues").await;
            v.proxy.heal();
        })
        .await;
    }
}

#[tokio::test]
async fn fault_38_a_start_that_hangs_says_so_after_300_milliseconds() {
    stranger(async |v| {
        v.proxy.fault(Method::GET, "/users/current", 1, Fault::Hold);
        v.open("queues/drafts").await;
        v.status("Loading…").await;
        v.proxy.release();
        v.see("heading", "Sign in").await;
    })
    .await;
}

#[tokio::test]
async fn fault_49_a_configuration_that_can_not_be_read_is_said_and_only_404_means_that_there_is_none()
 {
    stranger(async |v| {
        for (fault, why) in [
            (Fault::Replace(500, "text/html", String::new()), "status 500"),
            (Fault::Reset, "no response"),
        ] {
            // The browser itself tries again after a reset.
            v.proxy.fault(Method::GET, "/config.json", 9, fault);
            v.open("queues").await;
            v.see("heading", "The configuration of the app is broken").await;
            v.says(why).await;
            v.proxy.heal();
        }
        let none = Fault::Replace(404, "text/html", String::new());
        v.proxy.fault(Method::GET, "/config.json", 1, none);
        v.open("queues").await;
        v.see("heading", "Sign in").await;
        v.console().await;
    })
    .await;
}
