//! Browsers, driven.

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

    async fn run(mut command: Command, port: u16) -> Result<Self> {
        let process = Running::start(
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()),
        )?;
        let origin = format!("http://127.0.0.1:{port}");
        let start = Instant::now();
        let mut tick = tokio::time::interval(Duration::from_millis(50));
        while Caller::new(&origin).ask(hyper::Method::GET, "/status", None).await.is_err() {
            if start.elapsed() > Duration::from_secs(30) {
                bail!("the browser's driver did not come up");
            }
            tick.tick().await;
        }
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
    Ok(WebDriver::new(driver, wanted).await?)
}

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
        "--window-size=1280,900",
        "--lang=en-US",
    ] {
        wanted.add_arg(argument)?;
    }
    wanted.set_binary(&tools::chromium()?.program.to_string_lossy())?;
    wanted.set("goog:loggingPrefs", serde_json::json!({"browser": "ALL"}))?;
    Ok(WebDriver::new(driver, wanted).await?)
}
