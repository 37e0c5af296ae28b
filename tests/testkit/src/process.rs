//! Programs that run beside us and end with us.

use std::{
    hash::{BuildHasher, RandomState},
    process::{Child, Command, ExitStatus},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

/// How long a program may take to end that was asked to.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long a program that starts may take for one response.
const RESPONSE: Duration = Duration::from_secs(5);

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

    /// Stops it where it is.
    pub fn pause(&self) {
        self.signal(Signal::SIGSTOP);
    }

    /// Lets it go on.
    pub fn resume(&self) {
        self.signal(Signal::SIGCONT);
    }

    fn signal(&self, signal: Signal) {
        if let Ok(id) = i32::try_from(self.0.id()) {
            // It may have ended since; then there is nothing to do.
            let _ = kill(Pid::from_raw(id), signal);
        }
    }

    /// How it has ended, if it has.
    ///
    /// # Errors
    /// If the system does not tell.
    pub fn status(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.0.try_wait()?)
    }

    /// It has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.status(), Ok(None))
    }

    /// Waits until it has ended by itself.
    pub async fn wait(&mut self) {
        let mut tick = tokio::time::interval(Duration::from_millis(50));
        while !self.has_ended() {
            tick.tick().await;
        }
    }
}

/// Waits until a program that was started answers, for so many seconds at most.
///
/// # Errors
/// If it ends or never answers; `what` and perhaps a hint are said.
pub async fn up(
    process: &mut Running,
    what: &str,
    seconds: u64,
    is_up: impl AsyncFn() -> bool,
) -> Result<()> {
    let start = Instant::now();
    let mut tick = tokio::time::interval(Duration::from_millis(50));
    // What takes a connection and says nothing is asked anew.
    while !tokio::time::timeout(RESPONSE, is_up()).await.unwrap_or(false) {
        if let Some(status) = process.status()? {
            bail!("{what} ended before it came up ({status})");
        }
        if start.elapsed() > Duration::from_secs(seconds) {
            bail!("{what} did not come up in {seconds} seconds");
        }
        tick.tick().await;
    }
    Ok(())
}

/// Somebody listens on this port.
pub async fn listens(port: u16) -> bool {
    tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok()
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.has_ended() {
            self.signal(Signal::SIGTERM);
            // One that is paused hears nothing before.
            self.resume();
            // A worker ends its job first, and that may wait for what this thread would have to do.
            let asked = Instant::now();
            while !self.has_ended() {
                if asked.elapsed() > PATIENCE {
                    self.signal(Signal::SIGKILL);
                }
                std::thread::sleep(Duration::from_millis(10));
            }
        }
    }
}

/// A port that nobody listens on now. Not one of those that the system gives to outgoing connections:
/// until the program that it is for listens there, any request of another one could take it, and who
/// knocks at it again and again may be connected with itself.
///
/// # Errors
/// If there is none.
pub fn free_port() -> Result<u16> {
    // Linux gives 32768 and up, others 49152 and up. Test processes beside this one choose, too.
    const PORTS: std::ops::Range<u16> = 15_000..32_000;
    let is_free = |port: &u16| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let any = || PORTS.start + (RandomState::new().hash_one(()) % PORTS.len() as u64) as u16;
    (0..PORTS.len()).map(|_| any()).find(is_free).context("no port is free")
}

/// The date, as `date` says it: year, month, day.
///
/// # Errors
/// If there is no such program.
pub fn today() -> Result<String> {
    let date = Command::new("date").arg("+%Y-%m-%d").output().context("date")?;
    Ok(String::from_utf8(date.stdout)?.trim().to_owned())
}
