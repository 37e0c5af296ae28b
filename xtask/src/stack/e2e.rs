//! Starts what `tests/e2e` needs, and runs it.

use std::{fs, process::Command};

use anyhow::Result;
use testkit::{
    browser::Driver,
    dioptra::{Dioptra, Setup},
    http::Caller,
    redis::Redis,
    root, tools,
};

use crate::dist;

/// Runs the tests whose name contains the filter, with more arguments for the test runner and more
/// environment.
pub async fn run(filter: Option<&str>, more: &[&str], settings: &[(&str, &str)]) -> Result<()> {
    let redis = Redis::start().await?;
    let dioptra =
        Dioptra::temporary_with("test", &Setup { redis: Some(&redis), ..Setup::default() }).await?;
    // The first account makes the group that all are in; two firsts at a time get in its way.
    Caller::new(&dioptra.origin).sign_up("first", "first").await?;
    let driver = Driver::start().await?;
    // A folder of this run: another one may go on beside it.
    let folder = root().join(format!("target/e2e/run-{}", std::process::id()));
    let release = dist::pack(&root().join("dist"), &folder)?;
    tools::axe()?;
    tools::nginx()?;
    tools::firefox()?;
    let mut command = Command::new("cargo");
    command
        .args(["test", "--package", "e2e", "--lib", "--locked", "--"])
        .args(filter)
        // A browser and half a server each: more would only wait for each other.
        .args(["--test-threads", "3"])
        .args(more)
        .envs(settings.iter().copied())
        .env("E2E_DIOPTRA", &dioptra.origin)
        .env("E2E_DIOPTRA_FOLDER", dioptra.folder())
        .env("E2E_DRIVER", &driver.origin)
        .env("E2E_REDIS", &redis.uri)
        .env("E2E_RELEASE", &release.folder);
    tokio::task::spawn_blocking(move || tools::run(&mut command)).await??;
    fs::remove_dir_all(folder)?;
    Ok(())
}
