//! `cargo xtask shots`: the pictures of the README, of the real screens with the demo data.

use std::{fs, path::Path, sync::Arc};

use anyhow::{Context, Result};
use serde_json::json;
use testkit::{
    Method, browser,
    dioptra::{Dioptra, Setup},
    exporter::Exporter,
    http::Caller,
    proxy::Proxy,
    redis::Redis,
    root, seed,
    site::Site,
    statics, worker,
};
use thirtyfour::{By, WebDriver, prelude::ElementQueryable};

use crate::build;

/// Takes them all into `docs/pictures`.
///
/// # Errors
/// If something of the stack does not start, or a screen does not show.
pub async fn shots() -> Result<()> {
    let redis = Redis::start().await?;
    let setup = Setup { redis: Some(&redis), ..Setup::default() };
    let dioptra = Dioptra::temporary_with("shots", &setup).await?;
    seed::demo(&dioptra.origin).await?;
    seed::jobs(&dioptra.origin).await?;
    let _worker = worker::start(&dioptra.origin, &redis, seed::USER, seed::MOVING)?;
    let exporter = Exporter::start(&redis.uri).await?;
    let files = Arc::new(statics::load_with_hosts(&build::release()?)?);
    let site = Site::new(&dioptra.origin, files).with_workers(&exporter.address);
    let proxy = Proxy::start(0, site).await?;
    let driver = browser::Driver::start().await?;
    let page = browser::open(&driver.origin).await?;
    let mut colleague = Caller::new(&dioptra.origin);
    colleague.sign_up("ana", "a password").await?;
    let taken = take(&page, &proxy.origin, &colleague).await;
    page.quit().await?;
    taken
}

async fn take(page: &WebDriver, origin: &str, colleague: &Caller) -> Result<()> {
    let folder = root().join("docs/pictures");
    fs::create_dir_all(&folder)?;
    page.goto(format!("{origin}/sign-in")).await?;
    for (id, text) in [("username", seed::USER.0), ("password", seed::USER.1)] {
        page.query(By::Id(id)).first().await?.send_keys(text).await?;
    }
    page.find(By::Css("button[type=submit]")).await?.click().await?;
    // Once the worker has taken a job.
    let moving = "//tr[.//a[.='tensorflow-cpu']]//td[contains(., 'running')]";
    while page.find(By::XPath(moving)).await.is_err() {
        wait(page, "tbody .said").await?;
        page.query(By::XPath("//button[.='Refresh']")).first().await?.click().await?;
    }
    wait(page, ".attention").await?;
    tables(page, &folder).await?;
    many(page, origin, &folder).await?;
    for (queue, picture) in [("tensorflow-cpu", "moving.png"), ("pytorch-gpu", "waiting.png")] {
        page.goto(format!("{origin}/queues?search=name:{queue}")).await?;
        wait(page, "tbody th a").await?.click().await?;
        wait(page, ".verdict").await?;
        if picture == "waiting.png" {
            // Where no worker is, the command that starts one comes first.
            page.execute("document.querySelector('.queue-jobs').scrollIntoView()", vec![]).await?;
        }
        shot(page, &folder.join(picture), 1280, 900, "light").await?;
    }
    page.goto(format!("{origin}/queues/new")).await?;
    wait(page, "#name").await?;
    page.find(By::Id("name")).await?.send_keys("Tensorflow_CPU!").await?;
    page.find(By::Css("button[type=submit]")).await?.click().await?;
    wait(page, ".summary").await?;
    shot(page, &folder.join("new-queue.png"), 1280, 800, "light").await?;
    page.goto(format!("{origin}/queues?search=name:tensorflow-gpu")).await?;
    wait(page, "tbody th a").await?.click().await?;
    wait(page, ".attributes").await?;
    shot(page, &folder.join("queue.png"), 1280, 900, "light").await?;
    let here = page.current_url().await?;
    page.goto(format!("{origin}/hosts/plain.html")).await?;
    let rows =
        "return document.querySelector('dioptra-queues').shadowRoot.querySelector('tbody th a')";
    let mut tick = tokio::time::interval(std::time::Duration::from_millis(50));
    while page.execute(rows, vec![]).await?.json().is_null() {
        tick.tick().await;
    }
    shot(page, &folder.join("in-a-page.png"), 1280, 800, "light").await?;
    changes(page, here.as_str(), &folder, colleague).await
}

/// The table in all its looks.
async fn tables(page: &WebDriver, folder: &Path) -> Result<()> {
    let sizes = [("", 1280, 800), ("-1920", 1920, 1080)];
    for density in ["", "-compact"] {
        if !density.is_empty() {
            page.find(By::Css("[popovertarget=view-menu]")).await?.click().await?;
            page.find(By::XPath("//label[contains(., 'Compact')]/input")).await?.click().await?;
            page.find(By::Css("h1")).await?.click().await?;
        }
        for (size, width, height) in sizes {
            for (scheme, name) in [("light", ""), ("dark", "-dark")] {
                let file = format!("queues{density}{size}{name}.png");
                shot(page, &folder.join(file), width, height, scheme).await?;
            }
        }
    }
    page.find(By::Css("[popovertarget=view-menu]")).await?.click().await?;
    page.find(By::XPath("//label[contains(., 'Comfortable')]/input")).await?.click().await?;
    page.find(By::Css("h1")).await?.click().await?;
    shot(page, &folder.join("queues-320.png"), 320, 640, "light").await
}

/// A selection, and a list that is to become queues.
async fn many(page: &WebDriver, origin: &str, folder: &Path) -> Result<()> {
    resize(page, 1280, 800, "light").await?;
    page.goto(format!("{origin}/queues")).await?;
    wait(page, "tbody .said").await?;
    for row in [2, 4, 5] {
        let selector = format!("tbody tr:nth-child({row}) input");
        page.find(By::Css(&*selector)).await?.click().await?;
    }
    wait(page, "[role=toolbar]").await?;
    shot(page, &folder.join("selected.png"), 1280, 800, "light").await?;
    page.goto(format!("{origin}/queues/import")).await?;
    let text = "name,description,tags\nred-team-gpu,Attacks that need a GPU,\"gpu, red team\"\n\
        pytorch-cpu,Jobs for the PyTorch worker. Two hours at most.,\nnightly/all,Every night,\n";
    wait(page, "textarea").await?.send_keys(text).await?;
    page.find(By::Css("form button[type=submit]")).await?.click().await?;
    wait(page, ".plan").await?.scroll_into_view().await?;
    shot(page, &folder.join("plan.png"), 1280, 900, "light").await?;
    wait(page, "textarea").await?.clear().await?;
    Ok(())
}

/// What comes of a change that a colleague was faster with.
async fn changes(page: &WebDriver, queue: &str, folder: &Path, colleague: &Caller) -> Result<()> {
    page.goto(format!("{queue}/edit")).await?;
    let text = wait(page, "#description").await?;
    text.clear().await?;
    text.send_keys("Jobs for the TensorFlow worker with two GPUs. Two hours at most.").await?;
    let id = queue.rsplit('/').next().unwrap_or_default();
    let body = json!({
        "name": "tensorflow-gpu",
        "description": "Jobs for the TensorFlow worker with one GPU. Three hours at most.",
    });
    colleague.api(Method::PUT, &format!("/queues/{id}"), Some(body)).await?;
    page.find(By::Css("button[type=submit]")).await?.click().await?;
    wait(page, ".versions").await?;
    shot(page, &folder.join("two-versions.png"), 1280, 900, "light").await?;
    page.find(By::Css("button[type=submit]")).await?.click().await?;
    wait(page, ".attributes").await?;
    page.goto(format!("{queue}/history")).await?;
    wait(page, ".versions").await?;
    shot(page, &folder.join("history.png"), 1280, 800, "light").await?;
    page.goto(queue).await?;
    wait(page, ".danger").await?.click().await?;
    wait(page, "dialog[open] .touches").await?;
    page.query(By::XPath("//li[contains(., 'No jobs are waiting')]")).first().await?;
    shot(page, &folder.join("delete.png"), 1280, 800, "light").await?;
    page.goto(queue).await?;
    wait(page, "button[aria-label^='Edit tags']").await?.click().await?;
    wait(page, ".choices li").await?;
    shot(page, &folder.join("tags.png"), 1280, 800, "light").await?;
    Ok(())
}

async fn wait(page: &WebDriver, selector: &str) -> Result<thirtyfour::WebElement> {
    let found = page.query(By::Css(selector)).first().await;
    found.with_context(|| format!("{selector} does not show"))
}

async fn shot(page: &WebDriver, file: &Path, width: u32, height: u32, scheme: &str) -> Result<()> {
    resize(page, width, height, scheme).await?;
    page.screenshot(file).await?;
    println!("{}", file.display());
    Ok(())
}

async fn resize(page: &WebDriver, width: u32, height: u32, scheme: &str) -> Result<()> {
    let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
    page.cdp().send_raw("Emulation.setDeviceMetricsOverride", size).await?;
    let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
    page.cdp().send_raw("Emulation.setEmulatedMedia", media).await?;
    Ok(())
}
