//! Builds the app with Trunk.

use std::{path::PathBuf, process::Command};

use anyhow::Result;

use crate::{root, tools};

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
            // Trunk takes "1" for no value of this setting.
            .env_remove("NO_COLOR"),
    )?;
    Ok(root().join("dist"))
}
