//! The npm package: types, editors' data, and an app that installs it.

use std::{path::PathBuf, process::Stdio};

use serde_json::{Value, json};
use testkit::{
    nginx::Nginx,
    npm::Project,
    process::{Running, free_port, listens, up},
    proxy::Fault,
    tools,
};

use crate::{
    deploy::release,
    embed::{self, main_job},
    visit::{dioptra, member, member_at, setting},
};

fn tarball() -> PathBuf {
    PathBuf::from(setting("E2E_PACKAGE"))
}

/// The element, as the manifest describes it.
fn manifest() -> Value {
    let file = testkit::root().join("package/custom-elements.json");
    let manifest: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    manifest["modules"][0]["declarations"][0].clone()
}

fn names(list: &Value) -> Vec<String> {
    let mut names: Vec<_> =
        list.as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

#[test]
fn what_is_wrong_in_typescript_vue_or_react_is_a_type_error_and_nothing_else_is() {
    let project = Project::new("types").unwrap();
    project.install(&tarball()).unwrap();
    project.link_libraries().unwrap();
    tools::run(&mut project.program("tsc").unwrap()).unwrap();
    tools::run(project.program("vue-tsc").unwrap().arg("--noEmit")).unwrap();
}

#[test]
fn publint_and_attw_find_nothing_in_the_package() {
    let project = Project::new("consumer").unwrap();
    let mut publint = project.program("publint").unwrap();
    tools::run(publint.args(["--strict", "run"]).arg(tarball())).unwrap();
    let mut attw = project.program("attw").unwrap();
    tools::run(attw.args(["--profile", "esm-only", "--no-emoji"]).arg(tarball())).unwrap();
}

#[tokio::test]
async fn an_app_that_installs_the_package_does_the_main_job_built_and_in_dev_mode() {
    let project = Project::new("consumer").unwrap();
    project.install(&tarball()).unwrap();
    tools::run(project.program("vite").unwrap().args(["build", "--logLevel=error"])).unwrap();
    let built = Nginx::beside(&release(), &project.folder.join("dist"), &dioptra()).await.unwrap();
    let port = free_port().unwrap();
    let mut vite = project.program("vite").unwrap();
    vite.args(["--host", "127.0.0.1", "--strictPort", "--port", &port.to_string()])
        .env("QUEUES_AT", &built.origin)
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    let mut dev = Running::start(&mut vite).unwrap();
    up(&mut dev, "vite", 60, async || listens(port).await).await.unwrap();
    for origin in [built.origin.clone(), format!("http://127.0.0.1:{port}")] {
        member_at(&format!("{origin}/queues-ui"), async |v| {
            v.queues(1).await;
            v.driver.goto(&origin).await.unwrap();
            v.status_ends("queues").await;
            v.see("heading", "Queues of the lab").await;
            let version = v.script("return document.title", vec![]).await;
            assert_eq!(version, json!(format!("Queues {}", env!("CARGO_PKG_VERSION"))));
            main_job(v).await;
            v.console().await;
        })
        .await;
    }
}

#[tokio::test]
async fn the_manifest_has_exactly_the_attributes_events_and_parts_of_the_running_element() {
    member(async |v| {
        let class = manifest();
        v.queues(1).await;
        embed::blank(v).await;
        let record = "window.sent = new Set();
            const dispatch = EventTarget.prototype.dispatchEvent;
            EventTarget.prototype.dispatchEvent = function (event) {
              if (event instanceof CustomEvent) sent.add(event.type);
              return dispatch.call(this, event);
            }";
        v.script(record, vec![]).await;
        embed::place(v, "").await;
        v.status_ends("queues").await;
        let observed = "return customElements.get('dioptra-queues').observedAttributes.sort()";
        assert_eq!(v.script(observed, vec![]).await, json!(names(&class["attributes"])));
        let version = "return customElements.get('dioptra-queues').version";
        assert_eq!(v.script(version, vec![]).await, json!(env!("CARGO_PKG_VERSION")));

        // Members of its own: the accessors and methods of the class.
        let own = "const own = Object.getOwnPropertyNames(customElements.get('dioptra-queues').prototype);
            return own.filter((name) => !/^(constructor|fail|.*Callback)$/.test(name)).sort()";
        let mut members = names(&class["members"]);
        members.retain(|name| name != "version");
        assert_eq!(v.script(own, vec![]).await, json!(members));

        let parts = "return [...new Set(deep('[part]').map((it) => it.getAttribute('part')))]";
        let mut found = std::collections::BTreeSet::new();
        let mut look = async || {
            for part in v.script(parts, vec![]).await.as_array().unwrap() {
                found.insert(part.as_str().unwrap().to_owned());
            }
        };
        look().await;
        main_job(v).await;
        v.click("link", "Create queue").await;
        v.see("heading", "Create queue").await;
        look().await;
        v.click("link", "Cancel").await;
        v.status_ends("queues").await;
        v.proxy.fault(testkit::Method::GET, "/api/v1/queues/", 1, Fault::Reset);
        let failed = Fault::Replace(500, "text/html", String::new());
        v.proxy.fault(testkit::Method::GET, "/api/v1/queues/", 1, failed);
        v.script("deep('dioptra-queues')[0].refresh()", vec![]).await;
        v.see("button", "Try again").await;
        look().await;
        v.click("button", "Try again").await;
        v.sign_out_elsewhere().await;
        v.script("deep('dioptra-queues')[0].refresh()", vec![]).await;
        v.see("dialog", "Sign in to continue").await;
        look().await;
        assert_eq!(found.into_iter().collect::<Vec<_>>(), names(&class["cssParts"]));
        let sent = v.script("return [...sent].filter((it) => it.startsWith('dq-')).sort()", vec![]);
        assert_eq!(sent.await, json!(names(&class["events"])));
    })
    .await;
}
