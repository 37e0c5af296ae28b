//! Demo data, made through the API as anybody would.

use anyhow::{Context, Result};
use reqwest::Method;
use serde_json::{Value, json};

use crate::http::Caller;

/// The demo account.
pub const USER: (&str, &str) = ("demo", "demo-password");

/// The queue whose jobs a worker takes.
pub const MOVING: &str = "tensorflow-cpu";
/// The queue whose jobs nobody takes.
const STUCK: &str = "pytorch-gpu";
/// The queue that is renamed while a job waits in it.
const RENAMED: (&str, &str) = ("pytorch-cpu-old", "pytorch-cpu-new");

/// Jobs: some for the queue that a worker listens to, each time; and once two that nobody takes, and
/// one that is stranded under an old name.
///
/// # Errors
/// If the server refuses.
pub async fn jobs(origin: &str) -> Result<()> {
    let mut caller = Caller::new(origin);
    caller.sign_up(USER.0, USER.1).await?;
    let post = async |path: &str, body: Value| -> Result<u64> {
        let made = caller.api(Method::POST, path, Some(body)).await?;
        made["id"].as_u64().context("an id")
    };
    let found = async |path: &str| -> Result<Option<u64>> {
        let page = caller.api(Method::GET, path, None).await?;
        Ok(page["data"][0]["id"].as_u64())
    };
    let named = async |name: &str| {
        found(&format!("/queues/?search=name:%2522{name}%2522")).await?.context("a demo queue")
    };
    let is_first = found("/experiments/?search=name:demo").await?.is_none();
    if is_first {
        eprintln!("Making demo jobs …");
        let plugin =
            post("/plugins/", json!({"name": "demo", "group": 1, "description": ""})).await?;
        let code = "import time\n\nfrom dioptra import pyplugs\n\n\n@pyplugs.register\n\
            def wait() -> None:\n    print('working')\n    time.sleep(45)\n";
        let tasks = json!({"functions": [{"name": "wait", "inputParams": [], "outputParams": []}], "artifacts": []});
        let file =
            json!({"filename": "demo.py", "contents": code, "description": "", "tasks": tasks});
        post(&format!("/plugins/{plugin}/files"), file).await?;
        let renamed = caller.queue(RENAMED.0, Some("Renamed while a job waited in it.")).await?;
        let queues = [named(MOVING).await?, named(STUCK).await?, renamed];
        let entrypoint = post(
            "/entrypoints/",
            json!({
                "name": "demo", "group": 1, "description": "", "taskGraph": "step:\n  task: wait\n",
                "artifactGraph": "", "parameters": [], "artifactParameters": [],
                "plugins": [plugin], "artifactPlugins": [], "queues": queues,
            }),
        )
        .await?;
        let body =
            json!({"name": "demo", "group": 1, "description": "", "entrypoints": [entrypoint]});
        post("/experiments/", body).await?;
    }
    let experiment =
        found("/experiments/?search=name:demo").await?.context("the demo experiment")?;
    let entrypoint =
        found("/entrypoints/?search=name:demo").await?.context("the demo entrypoint")?;
    let send = async |queue: u64| {
        let body = json!({
            "description": "A job that waits and ends.", "queue": queue, "entrypoint": entrypoint,
            "values": {}, "timeout": "1h",
        });
        post(&format!("/experiments/{experiment}/jobs"), body).await
    };
    for _ in 0..3 {
        send(named(MOVING).await?).await?;
    }
    if is_first {
        let (stuck, renamed) = (named(STUCK).await?, named(RENAMED.0).await?);
        for queue in [stuck, stuck, renamed] {
            send(queue).await?;
        }
        let body = json!({"name": RENAMED.1, "description": "Renamed while a job waited in it."});
        caller.api(Method::PUT, &format!("/queues/{renamed}"), Some(body)).await?;
    }
    Ok(())
}

/// A user and a few dozen queues, with tags, unless they are there.
///
/// # Errors
/// If the server refuses.
pub async fn demo(origin: &str) -> Result<()> {
    let mut caller = Caller::new(origin);
    caller.sign_up(USER.0, USER.1).await?;
    let there = caller.api(Method::GET, "/queues/?pageLength=1", None).await?;
    if there["totalNumResults"] != 0 {
        return Ok(());
    }
    eprintln!("Making demo data …");
    let mut tags = Vec::new();
    for name in ["nightly", "gpu", "red team"] {
        let tag =
            caller.api(Method::POST, "/tags/", Some(json!({"name": name, "group": 1}))).await?;
        tags.push(tag["id"].as_u64().context("a tag has an id")?);
    }
    let attacks = ["fgm", "pixel-threshold", "patch", "poisoning", "membership-inference"];
    let datasets = ["mnist", "imagenet", "fruits360", "cifar10", "coco", "road-signs"];
    let mut number = 0;
    for attack in attacks {
        for dataset in datasets {
            let name = format!("{attack}-{dataset}");
            let description =
                format!("Attacks of the kind {attack} on models trained with {dataset}.");
            let id = caller.queue(&name, Some(&description)).await?;
            number += 1;
            if number % 3 == 0 {
                let ids = json!({"ids": [tags[number / 3 % tags.len()]]});
                caller.api(Method::POST, &format!("/queues/{id}/tags"), Some(ids)).await?;
            }
        }
    }
    for (name, description) in [
        ("tensorflow-cpu", "Jobs for the TensorFlow worker without a GPU."),
        ("tensorflow-gpu", "Jobs for the TensorFlow worker with one GPU. Two hours at most."),
        ("pytorch-cpu", "Jobs for the PyTorch worker without a GPU."),
        ("pytorch-gpu", "Jobs for the PyTorch worker with one GPU. Two hours at most."),
    ] {
        caller.queue(name, Some(description)).await?;
    }
    Ok(())
}
