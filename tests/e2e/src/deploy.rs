//! The release on a real nginx, with the file that it brings, and in Firefox.

use std::{collections::HashMap, path::PathBuf, process::Command};

use serde_json::json;
use testkit::nginx::Nginx;

use crate::{
    embed::main_job,
    visit::{dioptra, member, member_at, member_in_firefox, setting},
};

fn release() -> PathBuf {
    setting("E2E_RELEASE").into()
}

async fn nginx(path: &str) -> Nginx {
    Nginx::start(&release(), path, &dioptra()).await.unwrap()
}

/// Status, headers and size of an answer, as curl sees it.
fn ask(url: &str, more: &[&str]) -> (u16, HashMap<String, String>, usize) {
    let output = Command::new("curl")
        .args(["-sS", "-D", "-", "-o", "/dev/null", "-w", "\nsize: %{size_download}\n"])
        .args(more)
        .arg(url)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let status = text.split(' ').nth(1).unwrap().parse().unwrap();
    let pair = |line: &str| {
        let (name, value) = line.split_once(':')?;
        Some((name.trim().to_lowercase(), value.trim().to_owned()))
    };
    let headers: HashMap<_, _> = text.lines().filter_map(pair).collect();
    let size = headers["size"].parse().unwrap();
    (status, headers, size)
}

#[tokio::test]
async fn nginx_sends_every_file_typed_compressed_and_cached_with_its_headers() {
    for path in ["/", "/queues-ui/"] {
        let nginx = nginx(path).await;
        let mut count = 0;
        for entry in std::fs::read_dir(release().join("www/queues-ui")).unwrap() {
            let file = entry.unwrap().path();
            let name = file.file_name().unwrap().to_str().unwrap().to_owned();
            let content_type = match name.rsplit('.').next().unwrap() {
                "html" => "text/html; charset=utf-8",
                "css" => "text/css; charset=utf-8",
                "js" => "text/javascript; charset=utf-8",
                "json" => "application/json",
                "wasm" => "application/wasm",
                "svg" => "image/svg+xml",
                _ => continue,
            };
            count += 1;
            let url = format!("{}{path}{name}", nginx.origin);
            for (encoding, end) in [("br", ".br"), ("gzip", ".gz")] {
                let accept = format!("Accept-Encoding: {encoding}");
                let (status, headers, size) = ask(&url, &["-H", &accept]);
                assert_eq!((status, &*headers["content-type"]), (200, content_type), "{name}");
                assert_eq!(headers["content-encoding"], encoding, "{name}");
                let beside = std::fs::metadata(format!("{}{end}", file.display())).unwrap();
                assert_eq!(size as u64, beside.len(), "{name}");
                let is_hashed = name.contains('-');
                let cache =
                    if is_hashed { "public, max-age=31536000, immutable" } else { "no-cache" };
                assert_eq!(headers["cache-control"], cache, "{name}");
                assert_eq!(headers["x-content-type-options"], "nosniff");
                for name in ["referrer-policy", "permissions-policy", "cross-origin-opener-policy"]
                {
                    assert!(headers.contains_key(name), "{name}");
                }
                let policy = &headers["content-security-policy"];
                assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval';"), "{policy}");
                assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
                assert!(!policy.contains("unsafe-inline"), "{policy}");
            }
        }
        assert!(count >= 9, "{count} files");
        let (status, headers, _) = ask(&format!("{}{path}index.html?embed=1", nginx.origin), &[]);
        assert_eq!(status, 200);
        assert!(headers["content-security-policy"].contains("frame-ancestors 'self'"));
        // What is not there is said so, and no page takes its place.
        for missing in ["app-0123456789abcdef.css", "queues/nothing.js", "x/y/z.wasm"] {
            let (status, headers, _) = ask(&format!("{}{path}{missing}", nginx.origin), &[]);
            assert_eq!(status, 404, "{missing}");
            assert!(headers.contains_key("content-security-policy"), "{missing}");
        }
    }
}

#[tokio::test]
async fn nginx_lets_only_pages_of_the_site_write() {
    member(async |v| {
        let nginx = nginx("/queues-ui/").await;
        let login = format!("{}/api/v1/auth/login", nginx.origin);
        let body = json!({"username": v.username, "password": crate::visit::PASSWORD}).to_string();
        let post = |headers: &[&str]| {
            let mut all = vec!["-X", "POST", "-d", &body, "-H", "Content-Type: application/json"];
            for header in headers {
                all.extend(["-H", header]);
            }
            ask(&login, &all)
        };
        let own = format!("Origin: {}", nginx.origin);
        for foreign in [
            &["Origin: https://evil.example"][..],
            &["Origin: null"],
            &["Sec-Fetch-Site: cross-site"],
            &["Sec-Fetch-Site: same-site"],
            &["Sec-Fetch-Site: cross-site", "Origin: https://evil.example"],
            // Of the same host, but not the same site: nginx can't tell by the Origin.
            &["Sec-Fetch-Site: cross-site", &own],
        ] {
            assert_eq!(post(foreign).0, 403, "{foreign:?}");
        }
        // The app's own, an older browser's, and those that are no browsers.
        for good in [&[&*own, "Sec-Fetch-Site: same-origin"][..], &[&own], &[]] {
            let (status, headers, _) = post(good);
            assert_eq!(status, 200, "{good:?}");
            assert!(headers["set-cookie"].contains("SameSite=Lax"), "{}", headers["set-cookie"]);
        }
        // Reading is for anybody, as before.
        let health = format!("{}/api/v1/users/current", nginx.origin);
        assert_eq!(ask(&health, &["-H", "Origin: https://evil.example"]).0, 401);

        // A form on another site, as a browser sends it: it is refused, and nothing is made.
        v.let_in_at(&format!("{}/queues-ui", nginx.origin), &v.username).await;
        v.open("hosts/blank.html").await;
        let name = format!("{}-forged", v.mark);
        let forged = json!({"name": name, "group": 1, "description": "forged"}).to_string();
        let script = "const [url, body, done] = arguments;
            fetch(url, {method: 'POST', mode: 'no-cors', credentials: 'include', body,
              headers: {'Content-Type': 'text/plain'}}).then(() => done('sent'), () => done('sent'))";
        // The policy of our own page would forbid it already: this one is another page's.
        v.chromium("Page.setBypassCSP", json!({"enabled": true})).await;
        v.driver.refresh().await.unwrap();
        let url = format!("{}/api/v1/queues/", nginx.origin);
        v.driver.execute_async(script, vec![json!(url), json!(forged)]).await.unwrap();
        v.chromium("Page.setBypassCSP", json!({"enabled": false})).await;
        assert!(v.on_the_server().await.is_empty(), "nothing was forged");
        v.console().await;
    })
    .await;
}

#[tokio::test]
async fn every_screen_is_served_from_any_path_and_none_breaks_the_policy() {
    for path in ["/", "/queues-ui/"] {
        let nginx = nginx(path).await;
        member_at(&format!("{}{}", nginx.origin, path.trim_end_matches('/')), async |v| {
            let id = v.queues(2).await[0];
            let name = format!("{}-00", v.mark);
            for (screen, heading) in [
                (String::new(), "Queues"),
                ("queues".to_owned(), "Queues"),
                (format!("queues?search=name:{}*", v.mark), "Queues"),
                ("queues/new".to_owned(), "Create queue"),
                (format!("queues/{id}"), &*name),
                (format!("queues/{id}/edit"), "Edit queue"),
                (format!("queues/{id}/history"), "History"),
                ("queues/drafts".to_owned(), "Drafts"),
                ("queues/drafts/999999".to_owned(), "Draft not found"),
                ("index.html".to_owned(), "Queues"),
                ("nowhere".to_owned(), "Page not found"),
                ("queues/7/x/y".to_owned(), "Page not found"),
            ] {
                v.open(&screen).await;
                v.see("heading", heading).await;
            }
            v.open("queues").await;
            main_job(v).await;
            v.driver.delete_all_cookies().await.unwrap();
            v.open("sign-in").await;
            v.see("heading", "Sign in").await;
            v.open("sign-up").await;
            v.see("heading", "Create account").await;
            // What the browser says of the policy is looked at when the test ends.
        })
        .await;
    }
}

#[tokio::test]
async fn in_firefox_the_main_job_is_done_from_the_release_on_nginx() {
    let nginx = nginx("/queues-ui/").await;
    member_in_firefox(&format!("{}/queues-ui", nginx.origin), async |v| {
        v.queues(2).await;
        v.open("queues").await;
        v.status_ends("queues").await;
        main_job(v).await;
    })
    .await;
}

#[tokio::test]
async fn in_firefox_the_main_job_is_done_in_the_element() {
    member_in_firefox("", async |v| {
        v.queues(2).await;
        v.open("hosts/plain.html").await;
        v.status_ends("queues").await;
        main_job(v).await;
    })
    .await;
}
