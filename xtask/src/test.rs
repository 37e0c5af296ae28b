//! `cargo xtask test`: everything that must hold, in the order of what fails fastest.

use std::process::Command;

use anyhow::{Result, bail};

use crate::{
    browser::Driver, build, checks, dioptra::Dioptra, dist, http::Caller, life, redis::Redis, root,
    tools,
};

/// The parts, in their order.
const PARTS: [&str; 8] = ["lint", "unit", "browser", "build", "dist", "life", "e2e", "storm"];

/// Runs all parts, or one; of the tests in it those whose name contains the filter.
///
/// # Errors
/// If something does not hold; what, was printed.
pub async fn test(arguments: &[&str]) -> Result<()> {
    let (parts, filter, seed) = match arguments {
        [] => (&PARTS[..], None, None),
        ["fuzz"] => return fuzz(),
        [part, filter @ ..] if filter.len() < 2 || *part == "storm" && filter.len() < 3 => {
            let Some(at) = PARTS.iter().position(|known| known == part) else {
                bail!("no such part: {part}; there are {}", PARTS.join(", "));
            };
            (&PARTS[at..=at], filter.first().copied(), filter.get(1).copied())
        }
        _ => bail!("one part and one filter at most"),
    };
    for part in parts {
        eprintln!("\n=== {part}");
        match *part {
            "lint" => checks::lint()?,
            "unit" => unit(filter)?,
            "browser" => in_browser(filter)?,
            "build" => checks::weigh(&build::release()?)?,
            "dist" => dist::is_reproducible()?,
            "life" => life::life(filter).await?,
            "e2e" => end_to_end(filter, &["--skip", "storm::"], &[]).await?,
            _ => {
                let seconds = filter.unwrap_or("120");
                let mut settings = vec![("E2E_STORM_SECONDS", seconds)];
                settings.extend(seed.map(|seed| ("E2E_STORM_SEED", seed)));
                // It says which seed it used.
                end_to_end(Some("storm::"), &["--nocapture"], &settings).await?;
            }
        }
    }
    Ok(())
}

/// All that reads what others wrote, with a million odd texts each: bodies, pages, addresses,
/// searches, stored texts. Takes some minutes, so it runs on demand.
///
/// # Errors
/// If one of them panics or breaks its promise.
fn fuzz() -> Result<()> {
    let mut command = Command::new("cargo");
    command
        .args(["test", "--package", "dioptra-queues", "--lib", "--locked", "--", "any_"])
        .env("PROPTEST_CASES", "1000000")
        // Ten times faster than without.
        .env("CARGO_PROFILE_TEST_OPT_LEVEL", "3");
    tools::run(&mut command)
}

fn unit(filter: Option<&str>) -> Result<()> {
    let mut command = Command::new("cargo");
    command.args(["test", "--workspace", "--exclude", "e2e", "--locked", "--quiet"]);
    tools::run(command.args(filter))
}

/// Components in a headless browser, with wasm-bindgen-test.
fn in_browser(filter: Option<&str>) -> Result<()> {
    let mut command = wasm_test("browser")?;
    command.env("CHROMEDRIVER", tools::chromium()?.driver);
    tools::run(command.arg("--").args(filter))
}

/// The tests of a file that run in a browser.
///
/// # Errors
/// If a tool can't be installed.
pub fn wasm_test(name: &str) -> Result<Command> {
    tools::wasm_target()?;
    let runner = tools::wasm_bindgen()?.join("wasm-bindgen-test-runner");
    let mut command = Command::new("cargo");
    command
        .args(["test", "--package", "dioptra-queues", "--test", name, "--locked"])
        .args(["--target", "wasm32-unknown-unknown"])
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner);
    Ok(command)
}

async fn end_to_end(filter: Option<&str>, more: &[&str], settings: &[(&str, &str)]) -> Result<()> {
    let redis = Redis::start().await?;
    let dioptra = Dioptra::start_with("test", true, Some(&redis)).await?;
    // The first account makes the group that all are in; two firsts at a time get in its way.
    Caller::new(&dioptra.origin).sign_up("first", "first").await?;
    let driver = Driver::start().await?;
    let release = dist::pack(&root().join("dist"), &root().join("target/dist"))?;
    tools::axe()?;
    tools::nginx()?;
    tools::firefox()?;
    let mut command = Command::new("cargo");
    command
        .args(["test", "--package", "e2e", "--lib", "--locked", "--"])
        .args(filter)
        // A browser and half a server each: more would only wait for each other.
        .args(["--test-threads", "3"])
        .args(more)
        .envs(settings.iter().copied())
        .env("E2E_DIOPTRA", &dioptra.origin)
        .env("E2E_DRIVER", &driver.origin)
        .env("E2E_RELEASE", &release.folder);
    tokio::task::spawn_blocking(move || tools::run(&mut command)).await?
}
