//! Redis, which holds Dioptra's jobs.

use std::process::{Command, Stdio};

use anyhow::{Result, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::{
    process::{Running, free_port, listens, up},
    tools,
};

/// A server that keeps everything in memory; it ends when this is dropped.
#[derive(Debug)]
pub struct Redis {
    /// Where it listens, as Dioptra's `RQ_REDIS_URI` wants it.
    pub uri: String,
    port: u16,
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
        let mut process = Running::start(
            Command::new(program)
                .args(["--bind", "127.0.0.1", "--port", &port.to_string()])
                .args(["--save", "", "--appendonly", "no"])
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null()),
        )?;
        up(&mut process, "redis-server", 30, async || listens(port).await).await?;
        Ok(Self { uri: format!("redis://127.0.0.1:{port}/0"), port, _process: process })
    }

    /// Forgets all that it holds, as after a restart.
    ///
    /// # Errors
    /// If it does not answer.
    pub async fn flush(&self) -> Result<()> {
        let response = self.ask("FLUSHALL").await?;
        ensure!(response == "+OK\r\n", "Redis did not forget: {response}");
        Ok(())
    }

    /// The one worker there is waits for jobs.
    ///
    /// # Errors
    /// If it does not answer.
    pub async fn has_idle_worker(&self) -> Result<bool> {
        let script = "local worker = redis.call('keys', 'rq:worker:*')[1]; \
                      return worker and redis.call('hget', worker, 'state')";
        Ok(self.ask(&format!("EVAL \"{script}\" 0")).await?.contains("idle"))
    }

    /// A short response, as the protocol has it.
    async fn ask(&self, command: &str) -> Result<String> {
        let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await?;
        stream.write_all(format!("{command}\r\n").as_bytes()).await?;
        let mut response = [0; 512];
        let length = stream.read(&mut response).await?;
        Ok(String::from_utf8_lossy(&response[..length]).into_owned())
    }
}
