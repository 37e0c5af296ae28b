//! `deploy/dioptra`: the queue manager put into a deployment and into a dashboard of Dioptra's shape.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::json;
use testkit::{deployment::Deployment, exporter::Exporter, npm::Project, tools};
use thirtyfour::Key;

use crate::{
    deploy::{ask, unpacked},
    embed::main_job,
    lab::{entrypoint_of, experiment, send, worker},
    visit::{Visit, dioptra, member_at, setting},
};

/// The ten lines of the README, without those that fetch the release.
fn walk_through() -> String {
    let readme = std::fs::read_to_string(testkit::root().join("deploy/dioptra/README.md")).unwrap();
    let block = readme.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    block.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n")
}

/// A deployment, and a release that lies beside it as the walk-through has it.
fn deployment(scheme: &'static str, dashboard: Option<&Path>) -> (Deployment, PathBuf) {
    let deployment = Deployment::new(&dioptra(), scheme, dashboard).unwrap();
    let release = unpacked(&deployment.folder.join("unpacked"));
    (deployment, release)
}

/// Whether a program has succeeded, and what it said.
fn outcome(output: &Output) -> (bool, String) {
    let [said, complained] = [&output.stdout, &output.stderr].map(|it| String::from_utf8_lossy(it));
    (output.status.success(), format!("{said}{complained}"))
}

fn run(deployment: &Deployment, line: &str) -> (bool, String) {
    outcome(&deployment.run(line).unwrap())
}

/// What the operator may change of it.
const SETTINGS: &str = "config/dioptra-queues.json";

/// What `install.sh` may change.
fn files(deployment: &Deployment) -> [Option<String>; 4] {
    [
        "docker-compose.override.yml",
        "config/nginx/http_restapi.conf",
        "config/nginx/https_restapi.conf",
        SETTINGS,
    ]
    .map(|file| deployment.read(file).ok())
}

#[tokio::test]
async fn fault_48_installed_as_the_readme_says_in_a_deployment_like_dioptras_the_main_job_is_done()
{
    for scheme in ["http", "https"] {
        let deployment = Deployment::new(&dioptra(), scheme, None).unwrap();
        let before = files(&deployment);
        let tar = crate::deploy::tar();
        let name = tar.file_name().unwrap().to_str().unwrap();
        std::fs::copy(&tar, deployment.folder.join(name)).unwrap();
        let (done, said) = run(&deployment, &walk_through());
        assert!(done, "{said}");
        assert!(said.contains("the queues are at /queues-ui/"), "{said}");
        let nginx = deployment.serve().await.unwrap();
        let at = |path: &str| ask(&format!("{}{path}", nginx.origin), &["--insecure"]);
        let (status, headers, _) = at("/queues-ui");
        assert_eq!((status, headers["location"].as_str()), (301, "/queues-ui/"));
        assert_eq!(at("/").0, 200, "the dashboard is where it was");
        let gzip = ["--insecure", "-H", "Accept-Encoding: gzip, br"];
        let (_, headers, _) = ask(&format!("{}/queues-ui/embed.js", nginx.origin), &gzip);
        assert_eq!(headers["content-encoding"], "gzip");
        member_at(&format!("{}/queues-ui", nginx.origin), async |v| {
            v.queues(2).await;
            v.open("queues").await;
            v.status_ends("queues").await;
            main_job(v).await;
            v.driver.refresh().await.unwrap();
            v.see("heading", "Queues").await;
            // The kit's own configuration names the dashboard.
            v.click("link", "Dashboard").await;
            v.see("heading", "Dashboard").await;
        })
        .await;
        // What `init-deployment.sh` does once more, as Dioptra's README asks for after each change: nginx
        // sees this copy when nothing is mounted over it any more.
        let conf = format!("{scheme}_restapi.conf");
        let from = deployment.folder.join("config/nginx").join(&conf);
        std::fs::copy(from, deployment.folder.join("volume").join(&conf)).unwrap();
        let (undone, said) = run(&deployment, "dioptra-queues/deploy/dioptra/install.sh --undo");
        assert!(undone, "{said}");
        assert_eq!(files(&deployment), before);
    }
}

#[tokio::test]
async fn the_workers_show_to_whoever_is_signed_in_and_nobody_gets_anything_else() {
    let redis = setting("E2E_REDIS");
    let exporter = Exporter::start(&redis).await.unwrap();
    let (deployment, release) = deployment("http", None);
    let exporter = format!("RQ_EXPORTER={}", exporter.address);
    let install = format!("{exporter} {}/deploy/dioptra/install.sh", release.display());
    let (done, said) = run(&deployment, &install);
    assert!(done, "{said}");
    let nginx = deployment.serve().await.unwrap();
    let at = |path: &str, more: &[&str]| ask(&format!("{}/queues-ui/{path}", nginx.origin), more).0;
    assert_eq!(at("workers", &[]), 401, "nobody is signed in");
    assert_eq!(at("workers", &["-X", "POST"]), 403);
    assert_eq!(at("workers", &["-X", "DELETE"]), 403);
    assert_eq!(at("signed-in", &[]), 404, "it is nginx's own");
    assert_eq!(at("workers/metrics", &[]), 200, "a path of the app, like any");
    member_at(&format!("{}/queues-ui", nginx.origin), async |v| {
        // From an address that is not nginx's own: Dioptra ends a session whose address changes.
        let jar = deployment.folder.join("cookies");
        let jar = ["--interface", "127.0.0.2", "--cookie", jar.to_str().unwrap()];
        let login = json!({"username": v.username, "password": crate::visit::PASSWORD}).to_string();
        let post = ["-H", "Content-Type: application/json", "-d", &login, "--cookie-jar", jar[3]];
        let url = format!("{}/api/v1/auth/login", nginx.origin);
        assert_eq!(ask(&url, &[&jar[..], &post[..]].concat()).0, 200);
        assert_eq!(at("workers", &jar), 200);
        let ids = v.queues(2).await;
        let entrypoint = entrypoint_of(v, "train", &ids, "time.sleep(20)").await;
        let experiment = experiment(v, entrypoint).await;
        let job = send(v, experiment, entrypoint, ids[1]).await;
        let text = "const [done] = arguments;
            fetch('/queues-ui/workers').then((it) => it.text()).then(done)";
        let open = async |id: u64| v.open(&format!("queues/{id}")).await;
        open(ids[1]).await;
        v.says("1 waiting for").await;
        v.says("No worker listens to this name.").await;
        // No job stays in the Dioptra that all tests share: it would need attention.
        let path = format!("/jobs/{job}");
        v.caller.api(testkit::Method::DELETE, &path, None).await.unwrap();
        open(ids[0]).await;
        let worker = worker(v, &redis).await;
        v.until_slowly("the exporter knows the worker", async || {
            let text = v.driver.execute_async(text, vec![]).await.unwrap();
            text.json()
                .as_str()
                .is_some_and(|text| text.contains(&format!("queues=\"{}-00\"", v.mark)))
        })
        .await;
        v.driver.refresh().await.unwrap();
        v.says("1 worker listens to this name").await;
        v.says(": idle").await;
        drop(worker);
    })
    .await;
}

#[tokio::test]
async fn what_stands_in_the_override_file_stays_and_a_second_run_changes_nothing() {
    let mounts = |deployment: &Deployment| {
        let script = "import json, yaml; print(json.dumps(yaml.safe_load(open('docker-compose.override.yml'))))";
        let python = tools::dioptra().unwrap().join("bin/python");
        let mut command = Command::new(python);
        let output = command.args(["-c", script]).current_dir(&deployment.folder).output().unwrap();
        serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap()
    };
    for (kind, override_file) in [
        (
            "other services",
            "services:\n    lab-tfcpu-01:\n        volumes:\n            - \"/mnt/data:/dioptra/data:ro\"\n",
        ),
        (
            "the service",
            "services:\n  lab-nginx:\n    environment:\n      A: b\nvolumes:\n  data:\n",
        ),
        (
            "its volumes",
            "services:\n  lab-nginx:\n    volumes:\n    - \"./own:/own:ro\"\n  other:\n    volumes:\n    - c:/d\n",
        ),
        ("comments", "# services:\n#   lab-nginx:\n"),
    ] {
        let (deployment, release) = deployment("http", None);
        std::fs::create_dir(deployment.folder.join("own")).unwrap();
        let file = deployment.folder.join("docker-compose.override.yml");
        std::fs::write(&file, override_file).unwrap();
        let before = files(&deployment);
        let install = format!("{}/deploy/dioptra/install.sh", release.display());
        let (done, said) = run(&deployment, &install);
        assert!(done, "{kind}: {said}");
        let after = files(&deployment);
        assert!(
            after[0]
                .as_ref()
                .unwrap()
                .lines()
                .filter(|l| !l.ends_with("# dioptra-queues"))
                .eq(override_file.lines()),
            "{kind}"
        );
        let all = mounts(&deployment);
        let volumes = all["services"]["lab-nginx"]["volumes"].as_array().unwrap();
        let has = |end: &str| volumes.iter().any(|it| it.as_str().unwrap().ends_with(end));
        assert!(
            has(":/srv/dioptra-queues:ro") && has(":/etc/nginx/conf.d/http_restapi.conf:ro"),
            "{all}"
        );
        assert_eq!(volumes.len(), 3 + usize::from(kind == "its volumes"), "{all}");
        assert!(run(&deployment, &install).0, "{kind}, again");
        assert_eq!(files(&deployment), after, "{kind}, again");
        let undo = format!("{install} --undo");
        if kind == "comments" {
            // What the operator has set outlives an upgrade, and the undo.
            std::fs::write(deployment.folder.join(SETTINGS), "{}").unwrap();
            assert!(run(&deployment, &install).0);
            assert_eq!(files(&deployment)[3].as_deref(), Some("{}"));
            let (done, said) = run(&deployment, &undo);
            assert!(done && said.contains("which somebody has changed"), "{said}");
            assert_eq!(files(&deployment)[3].as_deref(), Some("{}"));
            std::fs::remove_file(deployment.folder.join(SETTINGS)).unwrap();
        } else {
            assert!(run(&deployment, &undo).0);
        }
        assert_eq!(files(&deployment), before, "{kind}, undone");
    }
}

#[tokio::test]
async fn a_step_of_the_installation_that_fails_leaves_all_as_it_was() {
    let (deployment, release) = deployment("http", None);
    let install = format!("{}/deploy/dioptra/install.sh", release.display());
    let before = files(&deployment);
    // A configuration that nginx does not take.
    let conf = release.join("deploy/nginx.conf");
    let right = std::fs::read_to_string(&conf).unwrap();
    std::fs::write(&conf, format!("{right}\nno_such_directive on;\n")).unwrap();
    let (done, said) = run(&deployment, &install);
    assert!(!done);
    assert!(
        said.contains("no_such_directive") && said.contains("every file is as it was"),
        "{said}"
    );
    assert_eq!(files(&deployment), before);
    std::fs::write(&conf, right).unwrap();

    let (done, said) = run(&deployment, &format!("{install} unpacked"));
    assert!(!done);
    assert!(said.contains("is no deployment of Dioptra"), "{said}");

    // Compose reads other files than the one that is written.
    let (done, said) = run(&deployment, &format!("COMPOSE_FILE=docker-compose.yml {install}"));
    assert!(!done && said.contains("docker compose does not read"), "{said}");
    assert_eq!(files(&deployment), before);
    let other = deployment.folder.join("compose.override.yml");
    std::fs::write(&other, "services: {}\n").unwrap();
    let (done, said) = run(&deployment, &install);
    assert!(!done && said.contains("there is compose.override.yml: rename it"), "{said}");
    assert_eq!(files(&deployment), before);
    std::fs::remove_file(other).unwrap();

    for text in ["services: {}\n", "services:\n  x-nginx:\n    volumes: [\"./a:/a\", \"./b:/b\"]\n"]
    {
        std::fs::write(deployment.folder.join("docker-compose.override.yml"), text).unwrap();
        let before = files(&deployment);
        let (done, said) = run(&deployment, &install);
        assert!(!done);
        assert!(said.contains("put them into lines of their own"), "{said}");
        assert_eq!(files(&deployment), before);
    }
}

/// Runs `dashboard.mjs` of the project.
fn dashboard(arguments: &[&str], at: &Path) -> (bool, String) {
    let script = testkit::root().join("deploy/dioptra/dashboard.mjs");
    let mut node = Command::new("node");
    outcome(&node.arg(script).args(arguments).current_dir(at).output().unwrap())
}

/// Every file under a folder, with its text.
fn texts(folder: &Path) -> std::collections::BTreeMap<PathBuf, Vec<u8>> {
    let mut all = std::collections::BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let kind = entry.file_type().unwrap();
        if kind.is_dir() && entry.file_name() != "node_modules" && entry.file_name() != ".git" {
            all.extend(texts(&entry.path()));
        } else if kind.is_file() {
            all.insert(entry.path(), std::fs::read(entry.path()).unwrap());
        }
    }
    all
}

/// Applied, applied again, and taken back.
fn applies_and_undoes(folder: &Path) {
    let at = folder.parent().unwrap();
    let name = folder.file_name().unwrap().to_str().unwrap();
    let before = texts(folder);
    let (done, said) = dashboard(&[name], at);
    assert!(done, "{said}");
    let after = texts(folder);
    assert_ne!(after, before);
    let (done, said) = dashboard(&[name], at);
    assert!(done, "{said}");
    assert_eq!(texts(folder), after);
    // A place that is not found leaves everything as it is, also what was done before.
    let config = folder.join("vite.config.ts");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, format!("{text}// compilerOptions\n")).unwrap();
    let changed = texts(folder);
    let (done, said) = dashboard(&[name], at);
    assert!(!done && said.contains("compilerOptions already"), "{said}");
    assert_eq!(texts(folder), changed);
    std::fs::write(&config, text).unwrap();
    let (done, said) = dashboard(&["--undo", name], at);
    assert!(done, "{said}");
    assert_eq!(texts(folder), before);
    let (done, said) = dashboard(&["--undo", name], at);
    assert!(!done && said.contains("nothing to undo"), "{said}");
}

#[tokio::test]
async fn in_a_dashboard_of_dioptras_shape_the_queues_page_is_the_element() {
    let project = Project::new("dashboard").unwrap();
    applies_and_undoes(&project.folder);
    project.link_libraries().unwrap();
    assert!(dashboard(&["."], &project.folder).0);
    tools::run(project.program("vue-tsc").unwrap().args(["--noEmit"])).unwrap();
    tools::run(project.program("vite").unwrap().args(["build", "--logLevel=error"])).unwrap();
    let (deployment, release) = deployment("http", Some(&project.folder.join("dist")));
    let install = format!("{}/deploy/dioptra/install.sh", release.display());
    let (done, said) = run(&deployment, &install);
    assert!(done, "{said}");
    let nginx = deployment.serve().await.unwrap();
    member_at(&format!("{}/queues-ui", nginx.origin), async |v| {
        let ids = v.queues(2).await;
        let go = async |path: &str| v.driver.goto(format!("{}{path}", nginx.origin)).await.unwrap();
        let path_is = async |path: &str| {
            v.until(path, async || {
                v.script("return location.pathname + location.search", vec![]).await == json!(path)
            })
            .await;
        };
        go("/queues").await;
        v.status_ends("queues").await;
        assert_eq!(headings(v).await, ["Queues"]);
        main_job(v).await;
        // Each screen has an address of the dashboard, and the browser's buttons go through them.
        go(&format!("/queues/{}", ids[0])).await;
        let name = format!("{}-00", v.mark);
        v.see("heading", &name).await;
        assert_eq!(headings(v).await, [&*name]);
        v.click("link", &format!("Edit {name}")).await;
        v.see("heading", "Edit queue").await;
        path_is(&format!("/queues/{}/edit", ids[0])).await;
        v.driver.back().await.unwrap();
        v.see("heading", &name).await;
        path_is(&format!("/queues/{}", ids[0])).await;
        v.driver.forward().await.unwrap();
        v.see("heading", "Edit queue").await;
        // Unsaved text holds the dashboard's own links, and the browser's buttons.
        v.until("the form is filled", async || v.value("textbox", "Name").await == name).await;
        v.paste("textbox", "Description", "not saved yet").await;
        v.click("link", "Home").await;
        v.see("alertdialog", "Leave without saving?").await;
        v.click_in_dialog("Keep editing").await;
        v.see("heading", "Edit queue").await;
        v.driver.back().await.unwrap();
        v.see("alertdialog", "Leave without saving?").await;
        v.click_in_dialog("Leave").await;
        v.see("heading", &name).await;
        path_is(&format!("/queues/{}", ids[0])).await;
        v.click("link", "All queues").await;
        v.status_ends("queues").await;
        let look = "return getComputedStyle(deep('.app')[0]).colorScheme";
        assert_eq!(v.script(look, vec![]).await, json!("light"));
        v.click("button", "Dark").await;
        v.until("dark", async || v.script(look, vec![]).await == json!("dark")).await;
        // Who is not signed in signs in at the dashboard.
        v.sign_out_elsewhere().await;
        go("/queues").await;
        v.see("heading", "Login of the dashboard").await;
        v.press(Key::Escape + "").await;
        v.console().await;
    })
    .await;
}

/// The headings of the first level, with those of the element.
async fn headings(v: &Visit) -> Vec<String> {
    let script = "return deep('h1, [aria-level=\"1\"]').filter((it) => it.checkVisibility())
        .map((it) => it.innerText.trim())";
    let found = v.script(script, vec![]).await;
    found.as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_dashboard_without_one_of_the_places_is_left_as_it_is() {
    let project = Project::new("dashboard").unwrap();
    let file = project.folder.join("src/App.vue");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace(":key=\"route.path\"", "")).unwrap();
    let before = texts(&project.folder);
    let (done, said) = dashboard(&["."], &project.folder);
    assert!(!done && said.contains("src/App.vue has no :key=\"route.path\""), "{said}");
    assert_eq!(texts(&project.folder), before);
}

#[test]
fn dioptras_own_dashboard_takes_it_and_gives_it_back() {
    let Some(source) = std::env::var_os("DIOPTRA_SOURCE") else {
        // Past the test runner, which shows no output of tests that pass.
        let _ = writeln!(
            std::io::stderr(),
            "SKIPPED: set DIOPTRA_SOURCE to a checkout of Dioptra to try its own dashboard"
        );
        return;
    };
    let copy = std::env::temp_dir().join(format!("dashboard-{}", std::process::id()));
    let mut cp = Command::new("cp");
    tools::run(cp.arg("-r").arg(Path::new(&source).join("src/frontend")).arg(&copy)).unwrap();
    applies_and_undoes(&copy);
    std::fs::remove_dir_all(copy).unwrap();
}
