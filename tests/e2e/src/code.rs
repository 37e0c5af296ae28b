//! The same queue from code: what is copied runs, and what the browser made is there for others.

use std::process::Stdio;

use serde_json::{Value, json};
use testkit::{Method, proxy::Fault};
use thirtyfour::prelude::*;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
};

use crate::visit::{PASSWORD, Visit, member};

/// Quotes of every kind, what shells and Python would take for their own, and more than one line.
const TEXT: &str = r#"it's "quoted" `id` $HOME \n \\ %s {x} ünïcödé 🙂
second line	tab # end"#;

pub async fn python() -> std::path::PathBuf {
    testkit::tools::dioptra().unwrap().join("bin/python")
}

/// Runs a program with the text as its input; what it prints.
pub async fn run(v: &Visit, program: &std::path::Path, arguments: &[&str], text: &str) -> String {
    use tokio::io::AsyncWriteExt;
    let folder = std::env::temp_dir().join(&v.mark);
    std::fs::create_dir_all(&folder).unwrap();
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(&folder)
        .env("DIOPTRA_USERNAME", &v.username)
        .env("DIOPTRA_PASSWORD", PASSWORD)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(text.as_bytes()).await.unwrap();
    drop(input);
    let output = child.wait_with_output().await.unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}\n{errors}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What the button has put on the clipboard, by way of a real paste.
pub async fn copied(v: &Visit, button: &str, status: &str) -> String {
    v.click("button", button).await;
    v.status(status).await;
    let script = "const area = document.createElement('textarea'); area.id = 'paste';
        document.querySelector('.main').append(area)";
    v.script(script, vec![]).await;
    let area = v.driver.find(By::Id("paste")).await.unwrap();
    area.send_keys(Key::Control + "v").await.unwrap();
    let text = area.prop("value").await.unwrap().unwrap();
    v.script("document.getElementById('paste').remove()", vec![]).await;
    text
}

async fn form_with(v: &Visit, name: &str) {
    v.open("queues/new").await;
    v.see("region", "Use from code").await;
    v.fill(name, TEXT).await;
}

async fn is_on_the_server(v: &Visit, name: &str) {
    let queues = v.on_the_server().await;
    assert_eq!(queues.len(), 1);
    assert_eq!(queues[0]["name"], json!(format!("{}{name}", v.mark)));
    assert_eq!(queues[0]["description"], json!(TEXT));
    assert_eq!(queues[0]["group"]["id"], json!(1));
}

#[tokio::test]
async fn a_queue_created_in_the_browser_is_there_for_dioptras_own_python_client() {
    member(async |v| {
        form_with(v, " from-the.browser_1").await;
        v.click("button", "Create queue").await;
        v.says("Saved by").await;
        let id = v.path().await.replace("queues/", "");
        let script = format!(
            "import json, os\n\
             from dioptra.client import connect_json_dioptra_client\n\
             client = connect_json_dioptra_client('{}')\n\
             client.auth.login(os.environ['DIOPTRA_USERNAME'], os.environ['DIOPTRA_PASSWORD'])\n\
             print(json.dumps(client.queues.get_by_id({id})))\n",
            v.proxy.origin
        );
        let printed = run(v, &python().await, &["-"], &script).await;
        let queue: Value = serde_json::from_str(&printed).unwrap();
        assert_eq!(queue["name"], json!(format!("{} from-the.browser_1", v.mark)));
        assert_eq!(queue["description"], json!(TEXT));
        assert_eq!(queue["user"]["username"], json!(v.username));
    })
    .await;
}

#[tokio::test]
async fn the_copied_python_runs_with_the_real_client() {
    member(async |v| {
        form_with(v, " by python").await;
        let script = copied(v, "Copy Python", "Python client copied").await;
        run(v, &python().await, &["-"], &script).await;
        is_on_the_server(v, " by python").await;
    })
    .await;
}

#[tokio::test]
async fn the_copied_curl_runs_in_a_real_shell() {
    member(async |v| {
        form_with(v, " by curl").await;
        let script = copied(v, "Copy curl", "curl copied").await;
        let printed = run(v, std::path::Path::new("/bin/sh"), &["-c", &script], "").await;
        assert!(printed.contains(&v.mark), "{printed}");
        is_on_the_server(v, " by curl").await;
    })
    .await;
}

#[tokio::test]
async fn the_copied_json_is_what_the_api_takes() {
    member(async |v| {
        form_with(v, " by json").await;
        let body = copied(v, "Copy JSON", "JSON copied").await;
        let body = serde_json::from_str(&body).unwrap();
        v.caller.api(Method::POST, "/queues/", Some(body)).await.unwrap();
        is_on_the_server(v, " by json").await;
    })
    .await;
}

#[tokio::test]
async fn the_copied_curl_signs_in_with_any_password() {
    member(async |v| {
        let mut other = v.caller.clone();
        let (username, password) = (format!("{}-odd", v.mark), r#"it's "odd" \ $HOME `id`"#);
        other.sign_up(&username, password).await.unwrap();
        form_with(v, " by odd curl").await;
        let script = copied(v, "Copy curl", "curl copied").await;
        let folder = std::env::temp_dir().join(&v.mark);
        std::fs::create_dir_all(&folder).unwrap();
        let output = Command::new("/bin/sh")
            .args(["-c", &script])
            .current_dir(&folder)
            .env("DIOPTRA_USERNAME", &username)
            .env("DIOPTRA_PASSWORD", password)
            .output()
            .await
            .unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        is_on_the_server(v, " by odd curl").await;
    })
    .await;
}

#[tokio::test]
async fn the_copied_code_speaks_to_an_api_at_another_path() {
    member(async |v| {
        let config = r#"{"apiBase": "/elsewhere/api/v1"}"#.to_owned();
        let config = Fault::Replace(200, "application/json", config);
        v.proxy.fault(Method::GET, "/config.json", 2, config);
        form_with(v, " by python").await;
        let script = copied(v, "Copy Python", "Python client copied").await;
        v.proxy.forget();
        run(v, &python().await, &["-"], &script).await;
        is_on_the_server(v, " by python").await;
        // Its own client leaves the slash out, and is redirected.
        assert_eq!(v.proxy.seen(&Method::POST, "/elsewhere/api/v1/queues").len(), 1);
        form_with(v, " by curl").await;
        let script = copied(v, "Copy curl", "curl copied").await;
        run(v, std::path::Path::new("/bin/sh"), &["-c", &script], "").await;
        assert_eq!(v.on_the_server().await.len(), 2);
        assert_eq!(v.proxy.seen(&Method::POST, "/elsewhere/api/v1/queues/").len(), 1);
    })
    .await;
}

#[tokio::test]
async fn the_copied_worker_command_listens_to_a_queue_whose_name_begins_with_a_hyphen() {
    member(async |v| {
        let name = format!("-b {}", v.mark);
        let id = v.caller.queue(&name, Some("d")).await.unwrap();
        v.open(&format!("queues/{id}")).await;
        let command = copied(v, "Copy worker command", "Worker command copied").await;
        let command = command
            .replace("redis://<host>:6379/0", &crate::visit::setting("E2E_REDIS"))
            .replace("dioptra-worker-v1", "exec dioptra-worker-v1");
        let bin = testkit::tools::dioptra().unwrap().join("bin");
        let mut worker = Command::new("/bin/sh")
            .args(["-c", &command])
            .env("PATH", testkit::tools::path_with(&[bin]).unwrap())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(worker.stdout.take().unwrap()).lines();
        let mut said = String::new();
        let listens = async {
            while let Some(line) = lines.next_line().await.unwrap() {
                said += &line;
                if said.contains("Listening on") {
                    return;
                }
            }
        };
        let _ = tokio::time::timeout(std::time::Duration::from_secs(60), listens).await;
        assert!(said.contains("Listening on") && said.contains(&name), "{said}");
    })
    .await;
}
