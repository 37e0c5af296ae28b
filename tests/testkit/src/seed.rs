//! Demo data, made through the API as anybody would.

use anyhow::{Context, Result};
use reqwest::Method;
use serde_json::json;

use crate::http::Caller;

/// The demo account.
pub const USER: (&str, &str) = ("demo", "demo-password");

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
