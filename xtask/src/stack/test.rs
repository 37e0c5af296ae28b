//! `cargo xtask test`: everything that must hold, in the order of what fails fastest.

use std::{
    path::PathBuf,
    process::Command,
    thread,
    time::{Instant, SystemTime},
};

use anyhow::{Context, Result, bail};
use testkit::tools;

use super::{
    checks::{self, SecondBuild},
    e2e, model, wasm_test,
};
use crate::{build, flags::Test};

/// The parts of everything, in their order.
const PARTS: [&str; 8] =
    ["lint", "unit", "components", "build", "model", "postgres", "dist", "e2e"];

/// What a loop of work needs: no build of the app, no server, no browser.
const QUICK: [&str; 2] = ["lint", "unit"];

/// Steps in bad weather as a part of everything.
const WEATHER_STEPS: u64 = 200;

/// Runs all parts, or those that were named; how long each took is printed.
pub async fn test(options: Test) -> Result<()> {
    let parts = match options.part.as_deref() {
        None => &PARTS[..],
        Some("quick") => &QUICK[..],
        Some("fuzz") => &["fuzz"],
        Some("mutants") => &["mutants"],
        Some("soak") => &["soak"],
        Some(part) => match PARTS.iter().position(|known| *known == part) {
            Some(at) => &PARTS[at..=at],
            None => bail!(
                "no such part: {part}; there are {}, quick, soak, fuzz and mutants",
                PARTS.join(", ")
            ),
        },
    };
    let filter = options.filter.as_deref();
    let mut took = Vec::new();
    // It goes on while the parts between, of which each waits for a server most of the time, run.
    let mut second_build = None;
    // The first part that needs it comes late, and to fetch it is more waiting than work.
    let mut dioptra = Fetching::begin(parts.contains(&"model"));
    for part in parts {
        eprintln!("\n=== {part}");
        let start = Instant::now();
        match *part {
            "lint" => checks::lint()?,
            "unit" => unit(filter)?,
            "components" => components(filter)?,
            "build" => {
                checks::weigh(&build::release()?)?;
                if parts.contains(&"dist") {
                    second_build = Some(SecondBuild::begin()?);
                }
            }
            "dist" => {
                let begun = second_build.take().map_or_else(SecondBuild::begin, Ok)?;
                begun.compare().await?;
            }
            "model" => {
                dioptra.end()?;
                model(filter, options.steps).await?;
            }
            "postgres" => postgres(filter).await?,
            "e2e" => e2e::run_parts(filter).await?,
            "fuzz" => fuzz()?,
            "mutants" => mutants(filter)?,
            _ => soak(filter, options.seed).await?,
        }
        took.push(format!("{:>6} s  {part}", start.elapsed().as_secs()));
        eprintln!("\n{part} took {} s", start.elapsed().as_secs());
    }
    eprintln!("\n{}", took.join("\n"));
    Ok(())
}

/// The installation of Dioptra beside other work. Whoever drops it waits for its end: the next run would
/// find it half made.
struct Fetching(Option<thread::JoinHandle<Result<PathBuf>>>);

impl Fetching {
    fn begin(is_wanted: bool) -> Self {
        Self(is_wanted.then(|| thread::spawn(tools::dioptra)))
    }

    fn end(&mut self) -> Result<()> {
        match self.0.take().map(thread::JoinHandle::join) {
            None | Some(Ok(Ok(_))) => Ok(()),
            Some(Ok(Err(error))) => Err(error),
            Some(Err(_)) => bail!("the installation of Dioptra has panicked"),
        }
    }
}

impl Drop for Fetching {
    fn drop(&mut self) {
        // What stopped the parts before is what is told.
        let _ = self.end();
    }
}

/// Random lives of queues: through the app's own `api` in fair weather, then in its pages in bad, and
/// beside that the soak.
async fn model(seed: Option<&str>, steps: Option<u64>) -> Result<()> {
    let seed = self::seed("model", seed)?;
    model::model(seed).await?;
    let (seed, steps) = (seed.to_string(), steps.unwrap_or(WEATHER_STEPS).to_string());
    let settings = [("E2E_WEATHER_SEED", &*seed), ("E2E_WEATHER_STEPS", &*steps)];
    e2e::run(&["weather::", "soak::"], &["--nocapture"], &settings).await
}

/// What depends on the database on the one that deployments have, and random lives of queues; with small
/// pages.
async fn postgres(seed: Option<&str>) -> Result<()> {
    model::on_postgres(self::seed("postgres", seed)?).await?;
    e2e::on_postgres().await
}

/// The seed of random lives; without one, from the clock.
fn seed(part: &str, seed: Option<&str>) -> Result<u64> {
    let seed = match seed {
        Some(seed) => seed.parse().with_context(|| format!("{seed} is no seed: use a number"))?,
        None => SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs(),
    };
    println!("seed {seed}: `cargo xtask test {part} {seed}` does the same again");
    Ok(seed)
}

async fn soak(seconds: Option<&str>, seed: Option<u64>) -> Result<()> {
    let seed = seed.map(|seed| seed.to_string());
    let mut settings = Vec::new();
    settings.extend(seconds.map(|seconds| ("E2E_SOAK_SECONDS", seconds)));
    settings.extend(seed.as_deref().map(|seed| ("E2E_SOAK_SEED", seed)));
    // It says which seed it used.
    e2e::run(&["soak::"], &["--nocapture"], &settings).await
}

/// All that reads what others wrote, with a million odd texts each: bodies, pages, addresses,
/// searches, stored texts. Takes some minutes, so it runs on demand.
fn fuzz() -> Result<()> {
    let mut command = Command::new("cargo");
    command
        .args(["test", "--package", "dioptra-queues", "--lib", "--locked", "--", "any_"])
        .env("PROPTEST_CASES", "1000000")
        // Ten times faster than without.
        .env("CARGO_PROFILE_TEST_OPT_LEVEL", "3");
    tools::run(&mut command)
}

/// Changes the code, one thing at a time, and expects a native test to fail each time; what is changed
/// stands in `.cargo/mutants.toml`. Takes an hour and a half, so it runs on demand and at night.
fn mutants(filter: Option<&str>) -> Result<()> {
    let program = tools::mutants()?.join("cargo-mutants");
    let mut command = Command::new(program);
    command.args(["mutants", "--package", "dioptra-queues", "--no-shuffle", "--colors=never"]);
    // Nobody debugs them, and without they compile in two thirds of the time.
    command.env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_PROFILE_TEST_DEBUG", "0");
    tools::run(command.args(filter.map(|filter| format!("--re={filter}"))))
}

/// Native tests of everything but the app in a browser.
fn unit(filter: Option<&str>) -> Result<()> {
    let mut command = Command::new("cargo");
    command.args(["test", "--workspace", "--exclude", "e2e", "--locked", "--quiet"]);
    command.args(checks::STACK);
    tools::run(command.args(filter))
}

/// Components in a headless browser, with wasm-bindgen-test.
fn components(filter: Option<&str>) -> Result<()> {
    let mut command = wasm_test::command("components")?;
    command.env("CHROMEDRIVER", tools::chromium()?.driver);
    tools::run(command.arg("--").args(filter))
}
