//! `cargo xtask dev`: a loop to work in.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context, Result, bail};
use testkit::{
    process::{Running, listens},
    root, seed, tools,
};

use super::run::{PORT, dioptra, ended};
use crate::flags::Dev;

/// Serves a debug build beside a Dioptra until Ctrl-C; Trunk rebuilds and reloads on each change.
pub async fn dev(options: Dev) -> Result<()> {
    let port = options.port.unwrap_or(PORT);
    if listens(port).await {
        bail!("port {port} is taken: name another one with --port");
    }
    let (api, own) = dioptra(options.api).await?;
    if own.is_some() {
        println!("Demo account     {} / {}", seed::USER.0, seed::USER.1);
    }
    println!("Dioptra          {api}");
    let path = tools::path_with(&[tools::trunk()?, tools::wasm_bindgen()?])?;
    let mut trunk = Running::start(
        Command::new("trunk")
            .arg("--config")
            .arg(settings(&api)?)
            .args(["serve", "--offline", "--port", &port.to_string()])
            .env("PATH", path)
            // Trunk takes "1" for no value of this setting.
            .env_remove("NO_COLOR"),
    )?;
    tokio::select! {
        ended = ended() => ended,
        () = trunk.wait() => bail!("trunk has ended"),
    }
}

/// The settings of `trunk serve` with this Dioptra behind it. A file of its own: what Trunk is told
/// on the command line is added to Trunk.toml's proxy, and does not replace it.
fn settings(api: &str) -> Result<PathBuf> {
    let text = fs::read_to_string(root().join("Trunk.toml"))?;
    let mut settings: toml::Table = text.parse().context("Trunk.toml")?;
    let absolute = |path: &str| toml::Value::from(root().join(path).display().to_string());
    let build = settings["build"].as_table_mut().context("no [build]")?;
    build["target"] = absolute("index.html");
    // Not where releases are built.
    build["dist"] = absolute("target/dev");
    let watched = settings["watch"]["watch"].as_array_mut().context("nothing to watch")?;
    for path in watched {
        *path = absolute(path.as_str().context("a path")?);
    }
    settings["proxy"][0]["backend"] = format!("{api}/api/").into();
    let file = root().join("target/dev.toml");
    fs::write(&file, settings.to_string())?;
    Ok(file)
}
