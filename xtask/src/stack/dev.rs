//! `cargo xtask dev`: a loop to work in.

use std::process::Command;

use anyhow::{Result, bail};
use testkit::{
    process::{Running, listens},
    seed, tools,
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
            .current_dir(testkit::root())
            // Not where releases are built.
            .args(["serve", "--offline", "--dist", "target/dev", "--port", &port.to_string()])
            .args(["--proxy-backend", &format!("{api}/api/"), "--proxy-no-redirect"])
            .env("PATH", path)
            // Trunk takes "1" for no value of this setting.
            .env_remove("NO_COLOR"),
    )?;
    tokio::select! {
        ended = ended() => ended,
        () = trunk.wait() => bail!("trunk has ended"),
    }
}
