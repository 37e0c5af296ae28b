//! Redis, which holds Dioptra's jobs.

use std::{
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use tokio::net::TcpStream;

use crate::{
    process::{Running, free_port},
    tools,
};

/// A server that keeps everything in memory; it ends when this is dropped.
#[derive(Debug)]
pub struct Redis {
    /// Where it listens, as Dioptra's `RQ_REDIS_URI` wants it.
    pub uri: String,
    _process: Running,
}

impl Redis {
    /// Starts it.
    ///
    /// # Errors
    /// If it can't be installed or does not come up.
    pub async fn start() -> Result<Self> {
        let program = tools::redis()?;
        let port = free_port()?;
        let process = Running::start(
            Command::new(program)
                .args(["--bind", "127.0.0.1", "--port", &port.to_string()])
                .args(["--save", "", "--appendonly", "no"])
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null()),
        )?;
        let start = Instant::now();
        let mut tick = tokio::time::interval(Duration::from_millis(50));
        while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            if start.elapsed() > Duration::from_secs(30) {
                bail!("redis-server did not come up");
            }
            tick.tick().await;
        }
        Ok(Self { uri: format!("redis://127.0.0.1:{port}/0"), _process: process })
    }
}
