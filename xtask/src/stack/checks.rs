//! What holds without running the app: form, lints, licences, weight.

use std::{fs, path::Path, process::Command};

use anyhow::{Result, bail};
use testkit::{budget, compress, root, tools};

use crate::{build, dist};

/// All of xtask, not only what Trunk calls.
pub const STACK: [&str; 2] = ["--features", "xtask/stack"];

/// Formatting, types of the scripts, clippy for both targets, documentation, licences and advisories.
///
/// # Errors
/// If one of them complains.
pub fn lint() -> Result<()> {
    const WASM: [&str; 2] = ["--target", "wasm32-unknown-unknown"];
    tools::wasm_target()?;
    let cargo = |arguments: &[&str]| {
        let mut command = Command::new("cargo");
        command.args(arguments);
        command
    };
    tools::run(&mut cargo(&["fmt", "--all", "--check"]))?;
    scripts()?;
    let clippy = ["clippy", "--locked", "--all-targets"];
    let strict = ["--", "-D", "warnings"];
    tools::run(cargo(&clippy).arg("--workspace").args(STACK).args(strict))?;
    tools::run(cargo(&clippy).args(["--package", "dioptra-queues"]).args(WASM).args(strict))?;
    let doc = ["doc", "--locked", "--no-deps", "--document-private-items", "--workspace"];
    tools::run(cargo(&doc).args(STACK).env("RUSTDOCFLAGS", "-D warnings"))?;
    deny()
}

/// Types and form of what is in `web`.
fn scripts() -> Result<()> {
    let bin = tools::script_checkers()?;
    tools::run(Command::new(bin.join("tsc")).args(["--noEmit", "--project", "web"]))?;
    tools::run(Command::new(bin.join("prettier")).args(["--check", "--log-level=warn", "web"]))
}

/// Licences and sources always; advisories if their database can be reached.
fn deny() -> Result<()> {
    let deny = tools::cargo_deny()?.join("cargo-deny");
    let check = |what: &[&str]| {
        let mut command = Command::new(&deny);
        // Offline: it takes the advisories that were fetched, and needs nothing else.
        command.args(["--workspace", "--offline", "check", "--hide-inclusion-graph"]).args(what);
        command
    };
    // All crates of all targets, which a build for one target does not bring.
    tools::run(Command::new("cargo").args(["fetch", "--locked", "--quiet"]))?;
    tools::run(&mut check(&["bans", "licenses", "sources"]))?;
    if tools::run(Command::new(&deny).args(["fetch", "db"])).is_err() {
        eprintln!(
            "\nADVISORIES WERE NOT CHECKED: their database can't be fetched (see above). \
             Everything else was. Run this again where github.com can be reached."
        );
        return Ok(());
    }
    tools::run(&mut check(&["advisories"]))
}

/// Prints what each file weighs, and holds what a cold visit fetches to the budget: of the table,
/// of the form, and of the element in a host document.
///
/// # Errors
/// If one is over the budget.
pub fn weigh(dist: &Path) -> Result<()> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dist)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        files.push((compress(&fs::read(entry.path())?, 11)?.len(), name));
    }
    files.sort();
    for (bytes, name) in files.iter().rev() {
        println!("{bytes:>9}  {name}");
    }
    let sum = |is_in: &dyn Fn(&str) -> bool| -> usize {
        files.iter().filter(|(_, name)| is_in(name)).map(|(bytes, _)| bytes).sum()
    };
    let starts = |name: &str, all: &[&str]| all.iter().any(|start| name.starts_with(start));
    let is_chunk = |name: &str| {
        Path::new(name).extension().is_some_and(|it| it == "wasm")
            && !name.starts_with("dioptra-queues-")
    };
    // A file is named by the chunks that need it.
    let is_forms = |name: &str| {
        is_chunk(name) && name.split('-').any(|part| part.split('.').any(|chunk| chunk == "form"))
    };
    let is_page = |name: &str| !is_chunk(name) && !starts(name, &["embed", "deep"]);
    let is_element =
        |name: &str| !is_chunk(name) && !starts(name, &["index", "boot", "deep", "favicon"]);
    let (table, element) = (sum(&is_page), sum(&is_element));
    let form = sum(&|name| is_page(name) || is_forms(name));
    for (what, bytes, budget) in [
        ("the table", table, budget::TABLE),
        ("the form", form, budget::FORM),
        ("the element", element, table),
    ] {
        println!("{bytes:>9}  {what}, of {budget} bytes");
        if bytes > budget {
            bail!("{what} weighs {} bytes over its budget", bytes - budget);
        }
    }
    Ok(())
}

/// Builds it twice and compares.
///
/// # Errors
/// If the two differ.
pub fn check_reproducible() -> Result<()> {
    let first = fs::read(dist::dist()?.tar)?;
    // The same source, but it counts as changed.
    let main = root().join("src/main.rs");
    fs::write(&main, fs::read(&main)?)?;
    let again = dist::pack(&build::release()?, &root().join("target/dist-again"))?;
    if fs::read(again.tar)? != first {
        bail!("two builds of one source differ: compare target/dist and target/dist-again");
    }
    Ok(())
}
