//! Two people use the app at random through a network and a server that misbehave at random; then
//! the weather clears, and the server must hold what the app said, and nothing else.
//!
//! `cargo xtask test soak [SECONDS [SEED]]`

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use fastrand::Rng;
use serde_json::{Value, json};
use testkit::{Method, browser, proxy::Fault};
use thirtyfour::Key;

use crate::visit::{PASSWORD, Visit, member, member_in_firefox};

/// How much the page may hold more at the end than after the first third, in bytes. What grows is
/// the browser's own: compiled code, and its notes of requests.
const GROWTH: f64 = 1_000_000.0;

/// What the app has said of the queues that one user made: name and text of each that exists.
type Said = BTreeMap<String, String>;

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Something bad happens to one of the next responses.
fn bad_weather(v: &Visit, rng: &mut Rng) {
    let html = "<html><body><h1>nginx</h1></body></html>";
    let replace = |status: u16| {
        let refused = r#"{"error": "UnauthorizedError", "message": "no", "detail": {}}"#;
        let taken = r#"{"error": "Odd", "message": "Odd conflict", "detail": {}}"#;
        match status {
            401 => Fault::Replace(401, "application/json", refused.into()),
            409 => Fault::Replace(409, "application/json", taken.into()),
            status => Fault::Replace(status, "text/html", html.into()),
        }
    };
    let fault = match rng.u8(0..12) {
        0 | 1 => Fault::Delay(Duration::from_millis(rng.u64(10..1_500))),
        2 => Fault::Reset,
        3 => Fault::LoseResponse,
        4 => Fault::ResetBody(rng.usize(0..200)),
        5 => Fault::Truncate(rng.usize(0..200)),
        6 => replace(401),
        7 => replace(409),
        8 => replace(500),
        9 => replace(502),
        // A response to another question.
        10 => Fault::Replace(200, "application/json", r#"{"id": 1, "username": "x"}"#.into()),
        _ => Fault::Replace(200, "application/json", "[]".into()),
    };
    let (method, part) = match rng.u8(0..6) {
        0 => (Method::GET, "/api/v1/queues/?"),
        1 => (Method::GET, "/api/v1/queues/"),
        2 => (Method::GET, "/api/v1/"),
        // What is created by a write of which the app was lied to ("200") can't be told: a lie
        // that looks like the truth is no weather.
        _ => (Method::POST, "/api/v1/queues/"),
    };
    let is_lie = matches!(fault, Fault::Replace(200 | 409, ..));
    if !(method == Method::POST && is_lie) {
        v.proxy.fault(method, part, 1, fault);
    }
}

/// Closes what has opened over the page: the session is well, whatever a response said.
async fn close_dialogs(v: &Visit) {
    let script = "deep('dialog[open] button').filter((b) => ['Not now', 'Leave', 'Keep queue']
        .includes(b.textContent.trim())).forEach((b) => b.click());";
    v.script(script, vec![]).await;
}

/// Waits until nothing is under way.
async fn calm(v: &Visit) {
    let script = "return !deep('[aria-busy=true], [aria-disabled=true][type=submit]').length";
    v.until("it is calm", async || v.script(script, vec![]).await == json!(true)).await;
}

/// Goes to a screen as a link would: without a reload, so that what leaks adds up. The form before may
/// hold text; who leaves it is there once the browser has gone back to that address.
async fn go(v: &Visit, path: &str) {
    let script = "history.pushState(null, '', '/' + arguments[0]);
        dispatchEvent(new PopStateEvent('popstate'))";
    v.script(script, vec![json!(path)]).await;
    let is_there = "return location.pathname + location.search === '/' + arguments[0]";
    v.until(format!("it is at {path}"), async || {
        close_dialogs(v).await;
        v.script(is_there, vec![json!(path)]).await == json!(true)
    })
    .await;
}

async fn look_around(v: &Visit, rng: &mut Rng) {
    let screens = [
        "queues",
        "queues?sort=name",
        "queues?rows=10&page=2",
        "queues?search=soak",
        "queues?deleted=true",
        "queues/drafts",
        "queues/1",
        "queues/1/history",
        "queues?search=%22",
    ];
    go(v, screens[rng.usize(0..screens.len())]).await;
    v.until("a heading", async || v.script("return deep('h1').length", vec![]).await != json!(0))
        .await;
    close_dialogs(v).await;
}

/// Opens dialogs of a queue that this user has made, and closes them by their buttons and by keys.
async fn use_dialogs(v: &Visit, rng: &mut Rng, said: &Said) {
    let Some(name) = said.keys().nth(rng.usize(..said.len().max(1))) else { return };
    go(v, &format!("queues?search=name:{name}")).await;
    let row = "return deep('tbody tr:not(.skeleton) [data-action=delete]').length";
    v.until("its row, or a word why not", async || {
        close_dialogs(v).await;
        v.script(row, vec![]).await == json!(1) || v.text().await.contains("Try again")
    })
    .await;
    close_dialogs(v).await;
    if v.script(row, vec![]).await != json!(1) {
        return;
    }
    for (action, button) in [("edit-tags", "Cancel"), ("delete", "Keep queue")] {
        let open = format!(
            "const [button] = deep('tbody [data-action={action}]'); button.focus(); button.click()"
        );
        v.script(&open, vec![]).await;
        v.until("a dialog", async || {
            v.script("return deep('dialog[open] button').length", vec![]).await != json!(0)
        })
        .await;
        if action == "edit-tags" && rng.bool() {
            v.press("a tag").await;
            v.press(Key::Backspace + "").await;
        }
        if rng.bool() {
            v.press(Key::Escape + "").await;
        }
        let close = format!(
            "deep('dialog[open] button').filter((b) => b.textContent.trim() === '{button}')
              .forEach((b) => b.click())"
        );
        v.script(&close, vec![]).await;
        close_dialogs(v).await;
        v.until("no dialog", async || {
            close_dialogs(v).await;
            v.script("return deep('dialog[open]').length", vec![]).await == json!(0)
        })
        .await;
    }
}

async fn create(v: &Visit, rng: &mut Rng, count: u64, said: &mut Said) {
    go(v, "queues/new").await;
    // By script: WebDriver keeps every element that it was handed, and with it its whole screen.
    v.until("the form", async || {
        v.script("return deep('#group option').length > 1", vec![]).await == json!(true)
    })
    .await;
    let name = format!("{}-soak-{count}", v.mark);
    let text: String = (0..rng.usize(1..40)).map(|_| rng.char(' '..'\u{2fff}')).collect();
    let text = format!("«{text}»");
    let fill = "const [name, text] = arguments, group = deep('#group')[0];
        const set = (field, value, type) => { field.value = value;
          field.dispatchEvent(new Event(type, {bubbles: true, composed: true})); };
        set(deep('#name')[0], name, 'input'); set(deep('#description')[0], text, 'input');
        set(group, [...group.options].find((option) => option.text === 'public').value, 'change')";
    v.script(fill, vec![json!(name), json!(text)]).await;
    for attempt in 0.. {
        assert!(attempt < 8, "{name} was never created: {}", v.text().await);
        if attempt > 3 {
            v.proxy.heal();
        }
        if rng.bool() {
            v.script("const b = deep('[type=submit]')[0]; b.click(); b.click()", vec![]).await;
        } else {
            v.script("deep('[type=submit]')[0].click()", vec![]).await;
        }
        let outcome = "const path = location.pathname, words_ = words().join('\\n');
            if (/^\\/queues\\/\\d+$/.test(path)) return 'created';
            const busy = deep('[aria-disabled=true][type=submit]').length;
            if (busy) return null;
            if (words_.includes('already exists')) return 'exists';
            if (words_.includes('There is a problem')) return 'problem';
            return null";
        let said_now = std::cell::RefCell::new(Value::Null);
        v.until("an outcome", async || {
            *said_now.borrow_mut() = v.script(outcome, vec![]).await;
            !said_now.borrow().is_null()
        })
        .await;
        close_dialogs(v).await;
        let said_now = said_now.into_inner();
        if said_now == json!("created") || said_now == json!("exists") {
            said.insert(name, text.trim().to_owned());
            return;
        }
    }
}

#[tokio::test]
async fn after_a_soak_in_bad_weather_the_server_holds_what_the_app_said_once_and_nothing_else() {
    let seed = number("E2E_SOAK_SEED", fastrand::u64(..1_000_000_000));
    let time = Duration::from_secs(number("E2E_SOAK_SECONDS", 120));
    println!("soak: {} seconds, seed {seed}", time.as_secs());
    tokio::join!(
        member(async |v| live(v, seed, time, true).await),
        member_in_firefox("", async |v| live(v, seed ^ 0x5eed, time, false).await),
    );
}

/// `measures`: only Chromium says what its heap holds.
async fn live(v: &Visit, seed: u64, time: Duration, measures: bool) {
    let mut rng = Rng::with_seed(seed);
    let mut said = Said::new();
    v.open("queues").await;
    // Who is signed in is known: the heading is there before.
    v.see("button", "Sign out").await;
    let start = Instant::now();
    let (mut count, mut before) = (0, None);
    while start.elapsed() < time {
        for _ in 0..rng.u8(0..4) {
            bad_weather(v, &mut rng);
        }
        match rng.u8(..8) {
            0..3 => look_around(v, &mut rng).await,
            3 => use_dialogs(v, &mut rng, &said).await,
            _ => {
                count += 1;
                create(v, &mut rng, count, &mut said).await;
            }
        }
        if measures && before.is_none() && start.elapsed() > time / 3 {
            v.proxy.heal();
            before = Some(heap(v).await);
        }
    }
    v.proxy.heal();
    close_dialogs(v).await;
    calm(v).await;
    println!("{count} queues created");
    assert!(count > 3, "{count} created: too few to mean something");
    if let Some(before) = before {
        let after = heap(v).await;
        println!("{before} bytes, then {after}");
        assert!(after < before + GROWTH, "memory: {before}, then {after} bytes");
    }

    let mut caller = v.caller.clone();
    caller.sign_in(&v.username, PASSWORD).await.unwrap();
    let mut there = Said::new();
    let mut index = 0;
    loop {
        let path = format!("/queues/?pageLength=100&index={index}&search=name:{}-soak*", v.mark);
        let page = caller.api(Method::GET, &path, None).await.unwrap();
        let rows = page["data"].as_array().unwrap();
        for row in rows {
            let text = |field: &str| row[field].as_str().unwrap().to_owned();
            let twice = there.insert(text("name"), text("description"));
            assert_eq!(twice, None, "{} is there twice", row["name"]);
        }
        index += rows.len();
        if rows.is_empty() {
            break;
        }
    }
    assert_eq!(there, said);
}

/// What the page holds once what is garbage is gone, in bytes: without what the browser notes of it.
async fn heap(v: &Visit) -> f64 {
    v.script("performance.clearResourceTimings()", vec![]).await;
    for command in ["Runtime.discardConsoleEntries", "Log.clear"] {
        v.chromium(command, json!({})).await;
    }
    browser::metrics(&v.driver).await.unwrap()["JSHeapUsedSize"]
}
