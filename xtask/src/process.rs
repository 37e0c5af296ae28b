//! Programs that run beside us and end with us.

use std::process::{Child, Command};

use anyhow::{Context, Result};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

/// A program that is asked to end when this is dropped, and waited for.
#[derive(Debug)]
pub struct Running(Child);

impl Running {
    /// Starts it.
    ///
    /// # Errors
    /// If it can't be started.
    pub fn start(command: &mut Command) -> Result<Self> {
        let child = command.spawn().with_context(|| format!("could not start {command:?}"))?;
        Ok(Self(child))
    }

    /// It has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.0.try_wait(), Ok(None))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.has_ended()
            && let Ok(id) = i32::try_from(self.0.id())
        {
            // It may have ended since; then there is nothing to do.
            let _ = kill(Pid::from_raw(id), Signal::SIGTERM);
            let _ = self.0.wait();
        }
    }
}

/// A port that nobody listens on now.
///
/// # Errors
/// If the system has none.
pub fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// The date, as `date` says it: year, month, day.
///
/// # Errors
/// If there is no such program.
pub fn today() -> Result<String> {
    let date = Command::new("date").arg("+%Y-%m-%d").output().context("date")?;
    Ok(String::from_utf8(date.stdout)?.trim().to_owned())
}
