//! Splits the compiled app in two: what the table needs, and what `src/pages/late.rs` loads.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, anyhow};
use wasm_split_cli_support::{Options, transform};

use crate::{root, tools};

/// The app in two files, and the script that both share.
#[derive(Debug)]
pub struct Parts {
    /// Runs first, and shows the table.
    pub first: Vec<u8>,
    /// The rest. The script knows it as `split_late.wasm`.
    pub late: Vec<u8>,
    /// The script; it imports another one, which stands beside it.
    pub glue: PathBuf,
}

/// Splits what Trunk has just had compiled.
///
/// # Errors
/// If it was not compiled with relocations (`.cargo/config.toml`) and the feature `split`.
pub fn split() -> Result<Parts> {
    let target =
        env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let profile = env::var("TRUNK_PROFILE").unwrap_or_else(|_| "release".to_owned());
    let compiled = target.join("wasm32-unknown-unknown").join(profile).join("dioptra-queues.wasm");
    let whole = fs::read(&compiled).with_context(|| compiled.display().to_string())?;
    let folder = target.join("split");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let main = folder.join("main.wasm");
    let mut options = Options::new(&whole);
    options.output_dir = &folder;
    options.main_out_path = &main;
    transform(options).map_err(|error| anyhow!("the app could not be split: {error:#}"))?;
    bind(&main, &folder)?;
    Ok(Parts {
        first: fs::read(folder.join("main_bg.wasm"))?,
        late: fs::read(folder.join("split_late.wasm"))?,
        glue: folder.join("main.js"),
    })
}

/// Makes the script between WebAssembly and browser, as Trunk does for the app in one file.
fn bind(main: &Path, folder: &Path) -> Result<()> {
    tools::run(
        Command::new(tools::wasm_bindgen()?.join("wasm-bindgen"))
            .args(["--target", "web", "--no-typescript", "--out-name", "main"])
            // The other file takes what it needs by these names.
            .arg("--keep-lld-exports")
            .args(["--remove-name-section", "--remove-producers-section", "--out-dir"])
            .arg(folder)
            .arg(main),
    )
}
