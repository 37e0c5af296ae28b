//! `PostgreSQL`, which every deployment of Dioptra has.

use std::{
    fs,
    os::unix::{fs::chown, process::CommandExt},
    path::PathBuf,
    process::{Command, Stdio},
};

use anyhow::{Context, Result};
use nix::unistd::{User, geteuid};

use crate::{
    process::{Running, free_port, listens, up},
    tools,
};

/// A server of our own, with one empty database; it ends when this is dropped.
#[derive(Debug)]
pub struct Postgres {
    /// Its database, as `SQLAlchemy` wants it.
    pub uri: String,
    folder: PathBuf,
    process: Option<Running>,
}

impl Postgres {
    /// Starts it.
    ///
    /// # Errors
    /// If it can't be installed or does not come up.
    pub async fn start() -> Result<Self> {
        let bin = tools::postgres()?;
        let port = free_port()?;
        // Not in the clone, which the user that it runs as may not be able to enter.
        let folder = std::env::temp_dir().join(format!("dioptra-queues-postgres-{port}"));
        fs::create_dir_all(&folder)?;
        let user = account()?;
        if let Some(user) = &user {
            chown(&folder, Some(user.uid.as_raw()), Some(user.gid.as_raw()))?;
        }
        let command = |program: &str| {
            let mut command = Command::new(bin.join(program));
            command.current_dir(&folder).stdin(Stdio::null()).stdout(Stdio::null());
            if let Some(user) = &user {
                command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
            }
            command
        };
        let data = folder.join("data");
        tools::run(
            command("initdb")
                .args(["--username=dioptra", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"])
                .args(["--no-sync", "--pgdata"])
                .arg(&data),
        )?;
        let process = Running::start(
            command("postgres")
                .arg("-D")
                .arg(&data)
                .args(["-p", &port.to_string(), "-k"])
                .arg(&folder)
                .args(["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"])
                .stderr(fs::File::create(folder.join("log.txt"))?),
        )?;
        let uri = format!("postgresql+psycopg2://dioptra@127.0.0.1:{port}/postgres");
        let mut postgres = Self { uri, folder, process: Some(process) };
        let what = format!("PostgreSQL ({}/log.txt says why)", postgres.folder.display());
        let process = postgres.process.as_mut().context("a process")?;
        up(process, &what, 30, async || listens(port).await).await?;
        Ok(postgres)
    }
}

/// The user that it runs as where we are root, which it refuses.
fn account() -> Result<Option<User>> {
    if !geteuid().is_root() {
        return Ok(None);
    }
    let user = User::from_name("postgres")?;
    Ok(Some(user.context("there is no user postgres: the package postgresql makes one")?))
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.process.take());
        if !std::thread::panicking() {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}
