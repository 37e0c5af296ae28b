//! Browsers, driven.

use std::{
    collections::HashMap,
    process::{Command, Stdio},
};

use anyhow::{Context, Result};
use serde_json::{Value, json};
use thirtyfour::{CapabilitiesHelper, ChromiumLikeCapabilities, DesiredCapabilities, WebDriver};

use crate::{
    http::{self, Caller},
    process::{Running, free_port, up},
    tools,
};

/// A browser's driver; it ends when this is dropped.
#[derive(Debug)]
pub struct Driver {
    /// Where it listens.
    pub origin: String,
    _process: Running,
}

impl Driver {
    /// Starts Chromium's.
    ///
    /// # Errors
    /// If there is no browser or its driver does not come up.
    pub async fn start() -> Result<Self> {
        let port = free_port()?;
        let mut command = Command::new(tools::chromium()?.driver);
        command.arg(format!("--port={port}"));
        Self::run(command, port).await
    }

    /// Starts Firefox's.
    ///
    /// # Errors
    /// If there is no browser or its driver does not come up.
    pub async fn start_firefox() -> Result<Self> {
        let port = free_port()?;
        let mut command = Command::new(tools::firefox()?.driver);
        command.args(["--port", &port.to_string()]);
        Self::run(command, port).await
    }

    /// Ends it, and with it the browsers that are still open. Only Chromium's knows how.
    pub async fn shut_down(self) {
        // It may end before it has answered.
        let _ = Caller::new(&self.origin).send(reqwest::Method::GET, "/shutdown", None).await;
    }

    async fn run(mut command: Command, port: u16) -> Result<Self> {
        let mut process = Running::start(
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()),
        )?;
        let origin = format!("http://127.0.0.1:{port}");
        let status =
            async || Caller::new(&origin).send(reqwest::Method::GET, "/status", None).await.is_ok();
        up(&mut process, "the browser's driver", 30, status).await?;
        Ok(Self { origin, _process: process })
    }
}

/// A new Firefox with nothing in it.
///
/// # Errors
/// If it does not start.
pub async fn open_firefox(driver: &str) -> Result<WebDriver> {
    let mut wanted = DesiredCapabilities::firefox();
    wanted.set_headless()?;
    wanted.set_firefox_binary(&tools::firefox()?.program.to_string_lossy())?;
    Ok(WebDriver::builder(driver, wanted).client(http::client()).await?)
}

/// How wide and how high Chromium's window is, in CSS pixels.
pub const SIZE: (u32, u32) = (1280, 900);

/// A new Chromium with nothing in it.
///
/// # Errors
/// If it does not start.
pub async fn open(driver: &str) -> Result<WebDriver> {
    let mut wanted = DesiredCapabilities::chrome();
    for argument in [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        &format!("--window-size={},{}", SIZE.0, SIZE.1),
        "--lang=en-US",
    ] {
        wanted.add_arg(argument)?;
    }
    // An nginx with https has a certificate that nobody has signed.
    wanted.accept_insecure_certs(true)?;
    wanted.set_binary(&tools::chromium()?.program.to_string_lossy())?;
    wanted.set("goog:loggingPrefs", json!({"browser": "ALL"}))?;
    Ok(WebDriver::builder(driver, wanted).client(http::client()).await?)
}

/// Chromium's own figures of a page, by name, once what is garbage is gone.
///
/// # Errors
/// If the browser does not tell.
pub async fn metrics(page: &WebDriver) -> Result<HashMap<String, f64>> {
    let chromium = page.cdp();
    for command in ["HeapProfiler.enable", "HeapProfiler.collectGarbage", "Performance.enable"] {
        chromium.send_raw(command, json!({})).await?;
    }
    chromium.send_raw("HeapProfiler.collectGarbage", json!({})).await?;
    let metrics = chromium.send_raw("Performance.getMetrics", json!({})).await?;
    let pair =
        |metric: &Value| Some((metric["name"].as_str()?.to_owned(), metric["value"].as_f64()?));
    Ok(metrics["metrics"].as_array().context("no metrics")?.iter().filter_map(pair).collect())
}
