//! Texts that want to be more than text, as rows from the server: the form would refuse some of
//! them, another client would not.

use std::path::Path;

use serde_json::{Value, json};
use testkit::{Method, proxy::Fault};

use crate::{
    code::{copied, python, run},
    visit::{Visit, member},
};

/// The usual monsters.
fn monsters() -> Vec<String> {
    let mut all: Vec<String> = [
        "<script>window.hacked = 1</script>",
        "<img src=x onerror=\"window.hacked = 1\">",
        "\"><svg/onload=window.hacked=1>",
        "javascript:window.hacked=1",
        "{{constructor.constructor('window.hacked=1')()}}",
        "${window.hacked=1}",
        "' onmouseover='window.hacked=1",
        "</td></tr></table><h1>out</h1>",
        "<!--",
        "]]>",
        "&lt;b&gt;&amp;&#x3c;",
        "\u{202e}drawkcab\u{202c}",
        "\u{2066}isolate\u{2069}\u{200f}rtl mark",
        "שלום עולם",
        "zero\u{200b}width\u{feff}joined\u{200d}",
        "combining Z\u{0351}\u{036b}\u{0343}\u{0369}\u{0341}\u{0300}",
        "🏳️‍🌈👩‍👩‍👧‍👦🇺🇳",
        "nul\u{0}bell\u{7}escape\u{1b}[31m",
        "line\nbreak\r\nand\ttab",
        "=1+1",
        "+SUM(A1)",
        "-2",
        "@cmd|' /C calc'!A0",
        "%s%n%x",
        "../../../../etc/passwd",
        "'; DROP TABLE queues; --",
        "\\",
        "$(touch hacked) `touch hacked`",
        "   spaces   ",
        "constructor",
        "__proto__",
        "undefined",
    ]
    .map(str::to_owned)
    .into();
    all.push("W".repeat(1_000));
    all.push("many words ".repeat(500));
    all.push("x".repeat(1_000_000));
    // A lone half of a surrogate pair, which JSON can say.
    all
}

/// A queue whose every text is hostile.
fn queue(id: usize, text: &str) -> Value {
    let time = "2026-01-02T03:04:05.000000+00:00";
    json!({
        "id": id, "snapshot": id, "name": text, "description": text, "deleted": false,
        "hasDraft": false, "latestSnapshot": true, "createdOn": time, "snapshotCreatedOn": time,
        "lastModifiedOn": time,
        "group": {"id": 1, "name": text, "url": text}, "user": {"id": 1, "username": text, "url": text},
        "tags": [{"id": 1, "name": text, "url": text, "group": {"id": 1, "name": text, "url": text}}],
    })
}

fn response(body: &str) -> Fault {
    // What serde can't hold but a server may send.
    Fault::Replace(200, "application/json", body.replace("LONE", "\\ud800"))
}

async fn nothing_ran(v: &Visit) {
    let script = "return [window.hacked, deep('td script, td img, td svg, main script').length,
        deep('h1').filter((h) => h.textContent === 'out').length]";
    assert_eq!(v.script(script, vec![]).await, json!([null, 0, 0]));
}

#[tokio::test]
async fn hostile_texts_are_shown_as_text_and_run_nothing_and_break_no_layout() {
    member(async |v| {
        let mut texts = monsters();
        texts.push("LONE surrogate".to_owned());
        let rows: Vec<_> = texts.iter().enumerate().map(|(i, text)| queue(i + 1, text)).collect();
        let page =
            json!({"index": 0, "isComplete": true, "totalNumResults": rows.len(), "data": rows});
        v.proxy.fault(Method::GET, "/api/v1/queues/?", 99, response(&page.to_string()));
        v.open("queues?rows=50").await;
        v.status_ends("queues").await;
        let shown = v.names().await;
        // A lone half is no Unicode text: the whole response is unreadable, or it shows replaced.
        for (text, shown) in texts.iter().zip(&shown).take(texts.len() - 1) {
            // Names that are cut are cut at the end.
            let same = shown == text || text.starts_with(shown.trim_end_matches('…'));
            assert!(
                same,
                "{:?} shows as {:?}",
                &text[..text.len().min(60)],
                &shown[..shown.len().min(60)]
            );
        }
        assert_eq!(shown.len(), texts.len());
        nothing_ran(v).await;
        for width in [1280, 320] {
            v.resize(width, 800).await;
            let wide = "return [document.documentElement.scrollWidth, innerWidth]";
            let widths = v.script(wide, vec![]).await;
            assert!(widths[0].as_u64() <= widths[1].as_u64(), "{width}: {widths}");
        }
        v.chromium("Emulation.clearDeviceMetricsOverride", json!({})).await;
        v.proxy.heal();
    })
    .await;
}

#[tokio::test]
async fn the_page_of_each_hostile_queue_shows_it_as_text() {
    member(async |v| {
        for (number, text) in monsters().iter().enumerate() {
            let id = number + 1;
            let body = queue(id, text).to_string();
            v.proxy.fault(Method::GET, &format!("/api/v1/queues/{id}"), 1, response(&body));
            v.open(&format!("queues/{id}")).await;
            v.until("its page", async || {
                v.script("return deep('.attributes').length", vec![]).await == json!(1)
            })
            .await;
            let heading = v.script("return deep('h1')[0].textContent", vec![]).await;
            let heading = heading.as_str().unwrap();
            assert!(
                text.starts_with(heading.trim_end_matches('…')),
                "{:?}",
                &heading[..heading.len().min(60)]
            );
            nothing_ran(v).await;
            v.proxy.heal();
        }
    })
    .await;
}

/// In place of curl: prints the data that it was to send.
const CURL: &str = r#"curl() { while [ $# -gt 0 ]; do
  if [ "$1" = --data ]; then printf '%s' "$2"; fi; shift; done; }
"#;

/// In place of Dioptra's client: prints what it was to create.
const CLIENT: &str = "\
import json, sys, types
class Anything:
    def __getattr__(self, name): return self
    def __call__(self, *args, **said):
        if 'description' in said: print(json.dumps(said))
        return self
client = types.ModuleType('dioptra.client')
client.connect_json_dioptra_client = Anything()
sys.modules.update({'dioptra': types.ModuleType('dioptra'), 'dioptra.client': client})
";

fn says(text: &str, sent: &str) {
    let first = serde_json::Deserializer::from_str(sent).into_iter::<Value>().next();
    let sent = first.expect(sent).expect(sent);
    assert_eq!((&sent["name"], &sent["description"]), (&json!(text), &json!(text)));
}

#[tokio::test]
async fn the_code_that_is_copied_from_a_hostile_queue_is_quoted_right() {
    member(async |v| {
        // Long texts take a shell no further; a NUL can't be in its arguments at all.
        let short = |text: &&String| text.len() < 10_000 && !text.contains('\0');
        for (number, text) in monsters().iter().filter(short).enumerate() {
            let id = number + 1;
            let body = queue(id, text).to_string();
            v.proxy.fault(Method::GET, &format!("/api/v1/queues/{id}"), 1, response(&body));
            v.open(&format!("queues/{id}")).await;
            v.see("region", "Use from code").await;
            // What the page reads by itself moves the button.
            v.jobs_are_read().await;
            let code = copied(v, "Copy curl", "curl copied").await;
            let printed = run(v, Path::new("/bin/sh"), &["-c", &format!("{CURL}{code}")], "").await;
            let sent = printed.strip_prefix("@-").expect("the body of signing in is the input");
            says(text, sent);
            v.click("button", "Dismiss").await;
            let code = copied(v, "Copy Python", "Python client copied").await;
            says(text, &run(v, &python().await, &["-"], &format!("{CLIENT}{code}")).await);
            v.click("button", "Dismiss").await;
            says(text, &copied(v, "Copy JSON", "JSON copied").await);
            v.proxy.heal();
        }
    })
    .await;
}
