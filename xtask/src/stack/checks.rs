//! What holds without running the app: form, lints, licences, weight.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use testkit::{budget, process::Running, root, smallest, tools};

/// All of xtask, not only what Trunk calls.
pub const STACK: [&str; 2] = ["--features", "xtask/stack"];

/// Formatting, types of the scripts, clippy for both targets, documentation, licences and advisories.
///
/// # Errors
/// If one of them complains.
pub fn lint() -> Result<()> {
    tools::wasm_target()?;
    let cargo = |arguments: &[&str]| {
        let mut command = Command::new("cargo");
        command.args(arguments);
        command
    };
    tools::run(&mut cargo(&["fmt", "--all", "--check"]))?;
    scripts()?;
    // The app as it runs, in a browser; all else as it runs here. So no crate is checked twice.
    let app = ["--package", "dioptra-queues", "--target", "wasm32-unknown-unknown"];
    let others = ["--workspace", "--exclude", "dioptra-queues", STACK[0], STACK[1]];
    for which in [&app[..], &others] {
        let clippy = ["clippy", "--locked", "--all-targets"];
        tools::run(cargo(&clippy).args(which).args(["--", "-D", "warnings"]))?;
        let doc = ["doc", "--locked", "--no-deps", "--document-private-items"];
        tools::run(cargo(&doc).args(which).env("RUSTDOCFLAGS", "-D warnings"))?;
    }
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
        files.push((smallest(&fs::read(entry.path())?)?.len(), name));
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
    // The page has the style sheet in it; the element takes the file. What shows before the app is counted,
    // though few fetch it.
    let is_plain = |name: &str, without: &[&str]| !is_chunk(name) && !starts(name, without);
    let is_table = |name: &str| is_plain(name, &["app-", "embed", "version", "form-"]);
    let is_form =
        |name: &str| is_forms(name) || is_plain(name, &["app-", "embed", "version", "rows-"]);
    let is_element =
        |name: &str| is_plain(name, &["index", "boot", "version", "favicon", "rows-", "form-"]);
    let (table, form, element) = (sum(&is_table), sum(&is_form), sum(&is_element));
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

/// A build in a second clone, in another folder, to be compared with one here.
#[derive(Debug)]
pub struct SecondBuild {
    process: Running,
    clone: PathBuf,
    log: PathBuf,
}

impl SecondBuild {
    /// Begins it: beside other work, of which it takes no time.
    ///
    /// # Errors
    /// If the clone can't be made.
    pub fn begin() -> Result<Self> {
        let clone = root().join("target/second clone");
        copy_source(&clone)?;
        let log = root().join("target/second clone.log");
        let output = File::create(&log)?;
        let mut dist = dist(&["nice", "-n", "19", "cargo"], &clone);
        dist.stdout(output.try_clone()?).stderr(output);
        Ok(Self { process: Running::start(&mut dist)?, clone, log })
    }

    /// Builds it here, and compares.
    ///
    /// # Errors
    /// If one of the two can't be built, or they differ.
    pub async fn compare(mut self) -> Result<()> {
        tools::run(&mut dist(&["cargo"], &root()))?;
        self.process.wait().await;
        if !self.process.status()?.is_some_and(|status| status.success()) {
            bail!("the second clone was not built:\n{}", fs::read_to_string(&self.log)?);
        }
        let name = format!("dioptra-queues-{}.tar", env!("CARGO_PKG_VERSION"));
        let [here, there] = [root(), self.clone].map(|clone| clone.join("target/dist").join(&name));
        if fs::read(&here)? != fs::read(&there)? {
            bail!("two builds of one source differ: {} and {}", here.display(), there.display());
        }
        Ok(())
    }
}

/// Makes the release of a clone as who releases it does: what else is compiled into this program may change
/// what its libraries write. And what cargo tells us is about this clone.
fn dist(program: &[&str], clone: &Path) -> Command {
    let mut dist = Command::new(program[0]);
    dist.args(&program[1..]).args(["xtask", "dist"]).current_dir(clone);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_") && name != "CARGO_HOME" {
            dist.env_remove(name);
        }
    }
    dist
}

/// A clone of this one, with what is not committed yet. Its `target` stays for the next time.
fn copy_source(to: &Path) -> Result<()> {
    let git = |arguments: &[&str], at: &Path| {
        tools::run(Command::new("git").args(arguments).current_dir(at))
    };
    let from = root();
    if !to.join(".git").exists() {
        git(&["clone", "--quiet", ".", &to.to_string_lossy()], &from)?;
    }
    git(&["fetch", "--quiet", &from.to_string_lossy(), "HEAD"], to)?;
    git(&["reset", "--quiet", "--hard", "FETCH_HEAD"], to)?;
    git(&["clean", "--quiet", "-fd"], to)?;
    let list = ["ls-files", "--cached", "--modified", "--others", "--exclude-standard", "-z"];
    let output = Command::new("git").args(list).current_dir(&from).output()?;
    for file in String::from_utf8(output.stdout)?.split_terminator('\0') {
        let (from, to) = (from.join(file), to.join(file));
        if !from.exists() {
            let _ = fs::remove_file(to);
        } else if fs::read(&to).ok().as_ref() != Some(&fs::read(&from)?) {
            fs::create_dir_all(to.parent().context("a folder")?)?;
            fs::copy(from, to)?;
        }
    }
    Ok(())
}
