//! Tests of the app that run in a browser.

use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use serde_json::Value;
use testkit::{root, tools};

/// Runs the tests of `tests/NAME`, which need a browser.
///
/// # Errors
/// If a tool can't be installed.
pub fn command(name: &str) -> Result<Command> {
    tools::wasm_target()?;
    let runner = tools::wasm_bindgen()?.join("wasm-bindgen-test-runner");
    let mut command = Command::new("cargo");
    command
        .args(["test", "--package", "dioptra-queues", "--test", name, "--locked"])
        .args(["--target", "wasm32-unknown-unknown"])
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner);
    Ok(command)
}

/// Builds such tests; the file for `wasm-bindgen-test-runner`.
///
/// # Errors
/// If they can't be built.
pub fn binary(name: &str) -> Result<String> {
    let output = command(name)?
        .args(["--no-run", "--message-format", "json-render-diagnostics"])
        .current_dir(root())
        .stderr(Stdio::inherit())
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let messages = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    // The app itself is built beside them, and either may be told last.
    let of_test = messages.filter(|message| message["target"]["name"] == name);
    let mut file = of_test.filter_map(|message| message["executable"].as_str().map(str::to_owned));
    file.next_back().context("the test was not built")
}
