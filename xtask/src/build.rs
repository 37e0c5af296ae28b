//! Builds the app with Trunk.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context, Result};
use testkit::{root, tools};

/// Builds the release; the folder that holds it.
///
/// # Errors
/// If a tool can't be installed or the build fails.
pub fn release() -> Result<PathBuf> {
    tools::wasm_target()?;
    let path = tools::path_with(&[tools::trunk()?, tools::wasm_bindgen()?])?;
    // With its tools on the PATH, Trunk never needs the network.
    tools::run(
        Command::new("trunk")
            .args(["build", "--release", "--offline", "--locked"])
            .env("PATH", path)
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags()?)
            // Trunk takes "1" for no value of this setting.
            .env_remove("NO_COLOR"),
    )?;
    Ok(root().join("dist"))
}

/// The same paths on every machine, beside the flags of `.cargo/config.toml`: the words of a panic
/// name source files.
fn flags() -> Result<String> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    let sources = home.context("set HOME or CARGO_HOME")?.join("registry/src");
    // One folder for each registry. Those of this clone are relative already.
    let folders: Vec<_> =
        fs::read_dir(sources).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    let flags = folders.iter().map(|folder| format!("--remap-path-prefix={}/=", folder.display()));
    // Spaces part the flags, so a path with one in it stays as it is.
    Ok(flags.filter(|flag| !flag.contains(' ')).collect::<Vec<_>>().join(" "))
}
