//! Chromium, driven.

use std::{
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use thirtyfour::{CapabilitiesHelper, ChromiumLikeCapabilities, DesiredCapabilities, WebDriver};

use crate::{
    http::Caller,
    process::{Running, free_port},
    tools,
};

/// `chromedriver`; it ends when this is dropped.
#[derive(Debug)]
pub struct Driver {
    /// Where it listens.
    pub origin: String,
    _process: Running,
}

impl Driver {
    /// Starts it.
    ///
    /// # Errors
    /// If there is no browser or its driver does not come up.
    pub async fn start() -> Result<Self> {
        let browser = tools::chromium()?;
        let port = free_port()?;
        let process = Running::start(
            Command::new(browser.driver)
                .arg(format!("--port={port}"))
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null()),
        )?;
        let origin = format!("http://127.0.0.1:{port}");
        let start = Instant::now();
        let mut tick = tokio::time::interval(Duration::from_millis(50));
        while Caller::new(&origin).ask(hyper::Method::GET, "/status", None).await.is_err() {
            if start.elapsed() > Duration::from_secs(30) {
                bail!("chromedriver did not come up");
            }
            tick.tick().await;
        }
        Ok(Self { origin, _process: process })
    }
}

/// A new browser with nothing in it.
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
        "--window-size=1280,900",
        "--lang=en-US",
    ] {
        wanted.add_arg(argument)?;
    }
    wanted.set_binary(&tools::chromium()?.program.to_string_lossy())?;
    wanted.set("goog:loggingPrefs", serde_json::json!({"browser": "ALL"}))?;
    Ok(WebDriver::new(driver, wanted).await?)
}
