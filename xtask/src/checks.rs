//! What holds without running the app: form, lints, licences, weight.

use std::{path::Path, process::Command};

use anyhow::{Result, bail};

use crate::{statics, tools};

/// The most that a cold visit to the table may weigh, in bytes: the files compressed with brotli,
/// and the first rows, which tests/e2e/src/cold.rs counts in the browser.
pub const BUDGET: usize = 200_000;

/// Formatting, clippy for both targets, documentation, licences and advisories.
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
    let clippy = ["clippy", "--locked", "--all-targets"];
    let strict = ["--", "-D", "warnings"];
    tools::run(cargo(&clippy).arg("--workspace").args(strict))?;
    tools::run(cargo(&clippy).args(["--package", "dioptra-queues"]).args(WASM).args(strict))?;
    let doc = ["doc", "--locked", "--no-deps", "--document-private-items", "--workspace"];
    tools::run(cargo(&doc).env("RUSTDOCFLAGS", "-D warnings"))?;
    deny()
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

/// Prints what each file weighs, and holds what a first visit fetches to the budget: of the page,
/// and of the element in somebody else's page.
///
/// # Errors
/// If it is over the budget.
pub fn weigh(dist: &Path) -> Result<()> {
    let mut files: Vec<_> = statics::load(dist)?.into_iter().collect();
    files.sort_by_key(|(_, file)| std::cmp::Reverse(file.brotli.len()));
    for (path, file) in &files {
        println!("{:>9}  {path}", file.brotli.len());
    }
    let sum = |left_out: &[&str]| -> usize {
        let is_in = |path: &str| !left_out.iter().any(|start| path.starts_with(start));
        files.iter().filter(|(path, _)| is_in(path)).map(|(_, file)| file.brotli.len()).sum()
    };
    let page = sum(&["/embed", "/deep", "/late"]);
    let element = sum(&["/index", "/boot", "/deep", "/favicon", "/late"]);
    println!("{page:>9}  the page, of {BUDGET} bytes\n{element:>9}  the element");
    if page.max(element) > BUDGET {
        bail!("the app weighs {} bytes over its budget", page.max(element) - BUDGET);
    }
    if element > page {
        bail!("the element costs {} bytes more than the page", element - page);
    }
    Ok(())
}
