//! Splits the compiled app: the first file has the table, and each `#[wasm_split(name)]` in `src`
//! puts a view into the chunk of that name. What several chunks need is a file of its own.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, anyhow};
use testkit::{root, tools};
use wasm_split_cli_support::{Options, transform};

use crate::slim;

/// The app in its files.
#[derive(Debug)]
pub struct Split {
    /// Runs first.
    pub first: Vec<u8>,
    /// The script between WebAssembly and browser; it imports another one, which stands beside it.
    pub glue: PathBuf,
    /// The files behind the first.
    pub files: Vec<ChunkFile>,
}

/// A file behind the first.
#[derive(Debug)]
pub struct ChunkFile {
    /// Its name in the glue.
    pub name: String,
    /// The chunks that need it.
    pub chunks: BTreeSet<String>,
    /// What is in it.
    pub wasm: Vec<u8>,
}

/// Splits what Trunk has just had compiled.
///
/// # Errors
/// If it was not compiled with relocations (`.cargo/config.toml`) and the feature `split`.
pub fn split() -> Result<Split> {
    let target =
        env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let profile = env::var("TRUNK_PROFILE").unwrap_or_else(|_| "release".to_owned());
    let compiled = target.join("wasm32-unknown-unknown").join(profile).join("dioptra-queues.wasm");
    let whole = fs::read(&compiled).with_context(|| compiled.display().to_string())?;
    let whole = slim::without_unused(&whole).context("what Trunk had compiled")?;
    let folder = target.join("split");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let main = folder.join("main.wasm");
    let mut options = Options::new(&whole);
    options.output_dir = &folder;
    options.main_out_path = &main;
    let split =
        transform(options).map_err(|error| anyhow!("the app could not be split: {error:#}"))?;
    bind(&main, &folder)?;
    let mut needed_by = BTreeMap::<String, BTreeSet<String>>::new();
    for (chunk, files) in split.prefetch_map {
        for file in files {
            needed_by.entry(file).or_default().insert(chunk.clone());
        }
    }
    let read = |(file, chunks)| {
        let name = format!("{file}.wasm");
        Ok(ChunkFile { wasm: fs::read(folder.join(&name))?, name, chunks })
    };
    Ok(Split {
        first: fs::read(folder.join("main_bg.wasm"))?,
        glue: folder.join("main.js"),
        files: needed_by.into_iter().map(read).collect::<Result<_>>()?,
    })
}

/// Makes the script between WebAssembly and browser, as Trunk does for the app in one file.
fn bind(main: &Path, folder: &Path) -> Result<()> {
    tools::run(
        Command::new(tools::wasm_bindgen()?.join("wasm-bindgen"))
            .args(["--target", "web", "--no-typescript", "--out-name", "main"])
            // The chunks import what they need by these names.
            .arg("--keep-lld-exports")
            .args(["--remove-name-section", "--remove-producers-section", "--out-dir"])
            .arg(folder)
            .arg(main),
    )
}
