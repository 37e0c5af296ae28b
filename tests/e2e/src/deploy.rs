//! The release on a real nginx, with the file that it brings, and in Firefox.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::json;
use testkit::nginx::Nginx;

use crate::{
    embed::main_job,
    visit::{Visit, dioptra, member, member_at, member_in_firefox, setting},
};

pub fn release() -> PathBuf {
    setting("E2E_RELEASE").into()
}

async fn nginx(path: &str) -> Nginx {
    Nginx::start(&release(), path, &dioptra()).await.unwrap()
}

/// Status, headers and size of a response, as curl sees it.
pub fn ask(url: &str, more: &[&str]) -> (u16, HashMap<String, String>, usize) {
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
                if name == "config.json" {
                    // Operators edit it: nothing stale lies beside it.
                    assert!(!headers.contains_key("content-encoding"), "{headers:?}");
                } else {
                    assert_eq!(headers["content-encoding"], encoding, "{name}");
                    let beside = std::fs::metadata(format!("{}{end}", file.display())).unwrap();
                    assert_eq!(size as u64, beside.len(), "{name}");
                }
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
                assert!(policy.contains("script-src 'self' 'sha256-"), "{policy}");
                assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
                assert!(!policy.contains("unsafe-inline"), "{policy}");
            }
        }
        assert!(count >= 9, "{count} files");
        for page in ["index.html", "", "queues"] {
            let (status, headers, _) = ask(&format!("{}{path}{page}?embed=1", nginx.origin), &[]);
            assert_eq!(status, 200);
            let policy = &headers["content-security-policy"];
            assert!(policy.contains("frame-ancestors 'self'"), "{page}: {policy}");
        }
        // What is not there is said so, and no page takes its place.
        for missing in ["app-0123456789abcdef.css", "queues/nothing.js", "x/y/z.wasm"] {
            let (status, headers, _) = ask(&format!("{}{path}{missing}", nginx.origin), &[]);
            assert_eq!(status, 404, "{missing}");
            assert!(headers.contains_key("content-security-policy"), "{missing}");
            assert!(!headers.contains_key("cache-control"), "{missing}");
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

/// Loads each screen by its address.
async fn every_screen(v: &Visit, id: u64, name: &str) {
    for (screen, heading) in [
        (String::new(), "Queues"),
        ("queues".to_owned(), "Queues"),
        ("queues/".to_owned(), "Queues"),
        (format!("queues?search=name:{}*", v.mark), "Queues"),
        ("queues/new".to_owned(), "Create queue"),
        (format!("queues/{id}"), name),
        (format!("queues/{id}/edit"), "Edit queue"),
        (format!("queues/{id}/history"), "History"),
        ("queues/drafts".to_owned(), "Drafts"),
        ("queues/drafts/999999".to_owned(), "Draft not found"),
        ("queues/import".to_owned(), "Import queues"),
        ("index.html".to_owned(), "Queues"),
        ("nowhere".to_owned(), "Page not found"),
        ("queues/7/x/y".to_owned(), "Page not found"),
    ] {
        v.open(&screen).await;
        v.see("heading", heading).await;
    }
}

#[tokio::test]
async fn a_static_host_that_answers_unknown_paths_with_the_page_serves_every_screen_under_any_path()
{
    for path in ["/", "/some/queues-ui/"] {
        let host = Nginx::static_host(&release(), path, &dioptra()).await.unwrap();
        member_at(&format!("{}{}", host.origin, path.trim_end_matches('/')), async |v| {
            let id = v.queues(1).await[0];
            every_screen(v, id, &format!("{}-00", v.mark)).await;
            // Where the app is can't be known from here; the page says something all the same.
            v.open("no/such/screen").await;
            v.says("The app is still loading. If this stays, a file of it is missing").await;
            v.console().await;
        })
        .await;
    }
}

/// The release's tar file.
pub fn tar() -> PathBuf {
    let name = release().file_name().unwrap().to_owned();
    release().with_file_name(format!("{}.tar", name.to_str().unwrap()))
}

/// Unpacks the release's tar file into a folder; the release in it.
pub fn unpacked(folder: &Path) -> PathBuf {
    std::fs::create_dir_all(folder).unwrap();
    let (name, tar) = (release().file_name().unwrap().to_owned(), tar());
    let run = |program: &str, arguments: &[&str], at: &Path| {
        let status = Command::new(program).args(arguments).current_dir(at).status().unwrap();
        assert!(status.success(), "{program} {arguments:?}");
    };
    run("tar", &["-xf", tar.to_str().unwrap()], folder);
    let unpacked = folder.join(name);
    run("sha256sum", &["--quiet", "-c", "SHA256SUMS"], &unpacked);
    unpacked
}

#[tokio::test]
async fn fault_47_a_release_that_follows_another_is_what_every_browser_gets_at_the_next_load() {
    let folder = std::env::temp_dir().join(format!("upgrade-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    let (current, next) = (unpacked(&folder.join("old")), unpacked(&folder.join("new")));
    let mode = std::fs::metadata(current.join("www/queues-ui")).unwrap().permissions();
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&mode) & 0o777, 0o755);
    // The next release has another style sheet, of the same size and time, under another name.
    let www = next.join("www/queues-ui");
    let files: Vec<_> = std::fs::read_dir(&www).unwrap().map(|file| file.unwrap().path()).collect();
    let name_of = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    let kind_of = |path: &Path| path.extension().unwrap().to_str().unwrap().to_owned();
    let css = name_of(files.iter().find(|path| kind_of(path) == "css").unwrap());
    let other = "app-0123456789abcdef.css";
    let time = std::fs::metadata(www.join("index.html")).unwrap().modified().unwrap();
    for file in &files {
        match kind_of(file).as_str() {
            "br" | "gz" => std::fs::remove_file(file).unwrap(),
            "html" | "js" => {
                let text = std::fs::read_to_string(file).unwrap().replace(&css, other);
                let text = text.replacen("<style>:root{", "<style>:host{", 1);
                std::fs::write(file, text).unwrap();
                std::fs::File::open(file).unwrap().set_modified(time).unwrap();
            }
            _ => {}
        }
    }
    std::fs::rename(www.join(&css), www.join(other)).unwrap();

    let nginx = Nginx::start(&current, "/queues-ui/", &dioptra()).await.unwrap();
    member_at(&format!("{}/queues-ui", nginx.origin), async |v| {
        let sheet = "return [...document.styleSheets].map(({href}) =>
            href ? href.split('/').pop() : 'the page').join()";
        let element =
            "const [done] = arguments; const element = document.createElement('dioptra-queues');
            import(new URL('embed.js', document.baseURI)).then(({files}) => done(files.css))";
        v.open("queues").await;
        v.status_ends("queues").await;
        assert_eq!(v.script(sheet, vec![]).await, json!("the page"));
        assert_eq!(v.driver.execute_async(element, vec![]).await.unwrap().json(), &json!(css));
        let swap = current.with_file_name("gone");
        std::fs::rename(&current, &swap).unwrap();
        std::fs::rename(&next, &current).unwrap();
        // Not a reload, which would ask for everything anew.
        v.open("queues?rows=10").await;
        v.status_ends("queues").await;
        // nginx still has the policy of the old one, so the style in the page is blocked.
        assert_eq!(v.script(sheet, vec![]).await, json!(other));
        assert!(v.console().await.concat().contains("Content Security Policy"));
        assert_eq!(v.driver.execute_async(element, vec![]).await.unwrap().json(), &json!(other));
        let (status, headers, _) = ask(&format!("{}/queues-ui/{css}", nginx.origin), &[]);
        assert_eq!(
            (status, headers.get("cache-control")),
            (404, None),
            "a missing file stays in no cache"
        );
    })
    .await;
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn every_screen_is_served_from_any_path_and_none_breaks_the_policy() {
    for path in ["/", "/queues-ui/"] {
        let nginx = nginx(path).await;
        member_at(&format!("{}{}", nginx.origin, path.trim_end_matches('/')), async |v| {
            let id = v.queues(2).await[0];
            let name = format!("{}-00", v.mark);
            every_screen(v, id, &name).await;
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
