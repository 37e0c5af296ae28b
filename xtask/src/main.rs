//! `cargo xtask …`: `flags.rs` lists what it can do.
#![forbid(unsafe_code)]

mod build;
mod chunks;
mod dist;
mod flags;
mod licenses;
mod pack;
mod package;
mod sbom;
mod slim;

#[cfg(feature = "stack")]
mod stack;

use std::process::ExitCode;

use anyhow::Result;

use crate::flags::{Xtask, XtaskCmd};

fn main() -> ExitCode {
    let flags = Xtask::from_env_or_exit();
    let done = match flags.subcommand {
        XtaskCmd::Dist(_) => dist::dist().map(drop),
        XtaskCmd::Pack(_) => pack::pack(),
        XtaskCmd::Package(flags::Package { readme: true }) => package::write_readme(),
        XtaskCmd::Package(_) => dist::npm(),
        command => with_stack(command),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // In one line, without a backtrace: it is for whoever called us.
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(feature = "stack")]
fn with_stack(command: XtaskCmd) -> Result<()> {
    tokio::runtime::Runtime::new()?.block_on(stack::run(command))
}

/// Starts this program again with what the command needs compiled in.
#[cfg(not(feature = "stack"))]
fn with_stack(_: XtaskCmd) -> Result<()> {
    use std::{os::unix::process::CommandExt, process::Command};

    let mut again = Command::new("cargo");
    again
        .args(["run", "--quiet", "--package", "xtask", "--features", "stack", "--"])
        .args(std::env::args_os().skip(1));
    // Returns only if it fails.
    Err(again.exec().into())
}
