//! The app as a frame in another page: `index.html?embed=1`.

use serde_json::{Value, json};
use testkit::{
    Method,
    proxy::{Fault, Proxy},
    site::Site,
};

use crate::{
    embed::main_job,
    visit::{Visit, dioptra, files, member},
};

/// What the page around has heard, but for heights.
async fn heard(v: &Visit) -> Vec<Value> {
    let text = v.script("return document.getElementById('events').textContent", vec![]).await;
    let lines = text.as_str().unwrap().lines();
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}

async fn in_the_frame(v: &Visit) {
    v.driver.enter_frame(0).await.unwrap();
}

async fn in_the_page(v: &Visit) {
    v.driver.enter_default_frame().await.unwrap();
}

#[tokio::test]
async fn in_a_frame_the_main_job_is_done_and_the_page_hears_of_it() {
    member(async |v| {
        v.queues(2).await;
        v.open("hosts/iframe.html").await;
        in_the_frame(v).await;
        v.status_ends("queues").await;
        assert!(v.find("button", "Sign out").await.is_none(), "no header");
        let background = "return getComputedStyle(document.documentElement).backgroundColor";
        assert_eq!(v.script(background, vec![]).await, json!("rgba(0, 0, 0, 0)"));
        let id = main_job(v).await;
        in_the_page(v).await;
        v.path_is("hosts/iframe.html").await;
        let events = heard(v).await;
        let kinds: Vec<_> = events
            .iter()
            .filter(|event| event["type"] == "change")
            .map(|event| (event["kind"].as_str().unwrap(), event["id"].as_u64().unwrap()))
            .collect();
        assert_eq!(kinds, [("created", id), ("modified", id), ("deleted", id)]);
        assert!(events.iter().all(|event| event["v"] == 1));
        assert_eq!(events[0]["type"], "ready");
    })
    .await;
}

#[tokio::test]
async fn the_frame_is_as_tall_as_what_is_in_it_and_goes_where_the_page_sends_it() {
    member(async |v| {
        v.queues(3).await;
        v.open("hosts/iframe.html").await;
        // Neither cut off nor scrolling: the frame has the height of its content.
        let fits = "const frame = document.querySelector('iframe'), root = frame.contentDocument.documentElement;
            return frame.clientHeight > 300 && root.scrollHeight <= frame.clientHeight";
        v.until("it fits", async || v.script(fits, vec![]).await == json!(true)).await;
        let height = "return document.querySelector('iframe').clientHeight";
        let tall = v.script(height, vec![]).await.as_u64().unwrap();
        v.click("button", "Create a queue in the frame").await;
        in_the_frame(v).await;
        v.see("heading", "Create queue").await;
        in_the_page(v).await;
        v.until("it fits again", async || v.script(fits, vec![]).await == json!(true)).await;
        assert_ne!(v.script(height, vec![]).await.as_u64().unwrap(), tall);
        // A reload of the frame stays at the screen and in the frame.
        in_the_frame(v).await;
        v.script("location.reload()", vec![]).await;
        v.see("heading", "Create queue").await;
        assert!(v.find("button", "Sign out").await.is_none());
        in_the_page(v).await;
        let send = "document.querySelector('iframe').contentWindow.postMessage(arguments[0], '*')";
        v.script(send, vec![json!({"v": 1, "type": "theme", "theme": "dark"})]).await;
        in_the_frame(v).await;
        let dark = "return document.documentElement.dataset.theme";
        v.until("it is dark", async || v.script(dark, vec![]).await == json!("dark")).await;
        in_the_page(v).await;
        // What is no message of ours moves nothing.
        for odd in [json!("queues"), json!(null), json!({"v": 2, "type": "navigate", "path": "queues"}),
            json!({"v": 1, "type": "navigate", "path": 7}), json!({"v": 1, "type": "evil"})]
        {
            v.script(send, vec![odd]).await;
        }
        in_the_frame(v).await;
        v.see("heading", "Create queue").await;
        in_the_page(v).await;
    })
    .await;
}

#[tokio::test]
async fn a_page_of_another_origin_is_spoken_to_only_if_the_configuration_allows_it() {
    member(async |v| {
        let other = Proxy::start(0, Site::new(&dioptra(), files())).await.unwrap();
        let frame = format!("{}/index.html?embed=1", v.proxy.origin);
        let policy = |parents: &'static str| Fault::Header("content-security-policy", parents);
        let open = async |config: String| {
            // The operator lets the other site frame the app; the messages are another matter.
            v.proxy.fault(Method::GET, "/index.html?embed=1", 1, policy("frame-ancestors *"));
            v.proxy.fault(
                Method::GET,
                "/config.json",
                1,
                Fault::Replace(200, "application/json", config),
            );
            other.fault(
                Method::GET,
                "/hosts/iframe.html",
                1,
                policy("frame-src *; script-src 'self'"),
            );
            v.driver.goto(format!("{}/hosts/iframe.html", other.origin)).await.unwrap();
            let script = "window.got = []; const {origin: from} = new URL(arguments[0]);
                addEventListener('message', ({data, origin}) => origin === from && got.push(data));
                document.querySelector('iframe').src = arguments[0]";
            v.script(script, vec![json!(frame)]).await;
            in_the_frame(v).await;
            v.until("the other origin's frame", async || {
                v.script("return location.search + deep('.list').length", vec![]).await
                    == json!("?embed=11")
            })
            .await;
            v.status_ends("queues").await;
            in_the_page(v).await;
        };
        let send = "document.querySelector('iframe').contentWindow
            .postMessage({v: 1, type: 'navigate', path: 'queues/new'}, '*')";
        v.queues(1).await;

        open(r#"{"parents": ["https://somebody.example"]}"#.to_owned()).await;
        v.script(send, vec![]).await;
        in_the_frame(v).await;
        // A message would have been handled by now: this script waits behind it.
        v.see("heading", "Queues").await;
        assert_eq!(v.script("return location.hash", vec![]).await, json!(""));
        in_the_page(v).await;
        assert_eq!(v.script("return got", vec![]).await, json!([]));

        // Also with a slash, which an origin has not.
        open(format!(r#"{{"parents": ["{}/"]}}"#, other.origin)).await;
        v.until("the page hears", async || {
            v.script("return got.some(({type}) => type === 'ready')", vec![]).await == json!(true)
        })
        .await;
        v.script(send, vec![]).await;
        in_the_frame(v).await;
        v.see("heading", "Create queue").await;
        in_the_page(v).await;
    })
    .await;
}

#[tokio::test]
async fn messages_of_another_origin_and_of_other_windows_are_dropped() {
    member(async |v| {
        v.queues(1).await;
        v.open("hosts/iframe.html").await;
        in_the_frame(v).await;
        v.status_ends("queues").await;
        // As if from the parent but of another origin, and from another window of the same origin: what
        // a browser hands over can't be made by a page, so the events are.
        let odd = "const data = {v: 1, type: 'navigate', path: 'queues/new'};
            dispatchEvent(new MessageEvent('message', {data, origin: 'https://evil.example', source: parent}));
            dispatchEvent(new MessageEvent('message', {data, origin: location.origin, source: window}));
            dispatchEvent(new MessageEvent('message', {data, origin: location.origin, source: null}));";
        v.script(odd, vec![]).await;
        v.see("heading", "Queues").await;
        assert_eq!(v.script("return location.hash", vec![]).await, json!(""));
        let own = "dispatchEvent(new MessageEvent('message', {data: {v: 1, type: 'navigate',
            path: 'queues/new'}, origin: location.origin, source: parent}))";
        v.script(own, vec![]).await;
        v.see("heading", "Create queue").await;
        in_the_page(v).await;
    })
    .await;
}

#[tokio::test]
async fn nobody_else_may_frame_the_app_and_the_page_itself_is_never_framed() {
    member(async |v| {
        v.open("hosts/iframe.html").await;
        let set = "document.querySelector('iframe').src = arguments[0]";
        v.script(set, vec![json!("/queues")]).await;
        let blocked = "try { return document.querySelector('iframe').contentDocument === null } catch { return true }";
        v.until("it is blocked", async || v.script(blocked, vec![]).await == json!(true)).await;
        v.console().await;
    })
    .await;
}

#[tokio::test]
async fn without_storage_the_frame_works() {
    member(async |v| {
        let source = "Object.defineProperty(window, 'localStorage', {get() { throw new Error('forbidden'); }})";
        v.chromium("Page.addScriptToEvaluateOnNewDocument", json!({"source": source})).await;
        v.queues(2).await;
        v.open("hosts/iframe.html").await;
        in_the_frame(v).await;
        v.status_ends("queues").await;
        main_job(v).await;
        in_the_page(v).await;
    })
    .await;
}

#[tokio::test]
async fn the_page_hears_of_an_app_that_does_not_start_and_how_tall_its_panel_is() {
    member(async |v| {
        v.open("hosts/blank.html").await;
        v.proxy.fault(Method::GET, ".wasm", 9, Fault::Replace(404, "text/plain", "no".into()));
        let frame = "window.got = []; addEventListener('message', ({data}) => got.push(data));
            const frame = document.createElement('iframe'); frame.src = '../index.html?embed=1';
            document.body.append(frame)";
        v.script(frame, vec![]).await;
        let kinds = "return got.map(({type, fatal, height}) => [type, fatal ?? height > 50])";
        v.until("both are said", async || {
            v.script(kinds, vec![]).await == json!([["error", true], ["height", true]])
        })
        .await;
        v.proxy.heal();
    })
    .await;
}
