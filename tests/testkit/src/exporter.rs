//! rq-exporter, which says what Redis knows of the workers.

use std::process::{Command, Stdio};

use anyhow::Result;

use crate::{
    process::{Running, free_port, listens, up},
    tools,
};

/// A program of our own; it ends when this is dropped.
#[derive(Debug)]
pub struct Exporter {
    /// Host and port where it listens; it answers at `/metrics`.
    pub address: String,
    _process: Running,
}

impl Exporter {
    /// Starts it for this Redis.
    ///
    /// # Errors
    /// If it can't be installed or does not come up.
    pub async fn start(redis: &str) -> Result<Self> {
        let port = free_port()?;
        let mut process = Running::start(
            Command::new(tools::rq_exporter()?.join("bin/rq-exporter"))
                .args(["--host", "127.0.0.1", "--port", &port.to_string(), "--redis-url", redis])
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null()),
        )?;
        up(&mut process, "rq-exporter", 30, async || listens(port).await).await?;
        Ok(Self { address: format!("127.0.0.1:{port}"), _process: process })
    }
}
