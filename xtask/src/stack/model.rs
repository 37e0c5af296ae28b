//! `cargo xtask test model [SEED]`: random lives of queues, by two people at once, through the app's
//! own `api` in a browser and the real Dioptra. The steps are in `tests/model`.

use std::{
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use testkit::{
    Method, browser,
    dioptra::{Dioptra, Setup},
    http::Caller,
    postgres::Postgres,
    process::{Running, free_port, up},
    proxy::Proxy,
    site::Site,
    tools,
};
use thirtyfour::WebDriver;

use super::{e2e::SMALL_PAGE, wasm_test};

/// Steps of one run.
const STEPS: u32 = 500;
/// Steps of one run on `PostgreSQL`.
const STEPS_ON_POSTGRES: u32 = 100;
/// How long all of them may take.
const PATIENCE: Duration = Duration::from_secs(240);

/// Runs the model test from the seed.
///
/// # Errors
/// If the server ever holds something else than the app believes.
pub async fn model(seed: u64) -> Result<()> {
    run_on(&Setup::default(), seed, STEPS).await
}

/// A shorter run on `PostgreSQL`, with small pages.
///
/// # Errors
/// As for [`model`].
pub async fn on_postgres(seed: u64) -> Result<()> {
    let postgres = Postgres::start().await?;
    let max_page_size = Some(SMALL_PAGE);
    let setup = Setup { postgres: Some(&postgres), max_page_size, ..Setup::default() };
    run_on(&setup, seed, STEPS_ON_POSTGRES).await
}

async fn run_on(setup: &Setup<'_>, seed: u64, steps: u32) -> Result<()> {
    let dioptra = Dioptra::temporary_with("model", setup).await?;
    let mut sessions = Vec::new();
    for name in ["ana", "ben"] {
        let mut caller = Caller::new(&dioptra.origin);
        caller.sign_up(name, "a password").await?;
        sessions.push(caller.session().to_owned());
    }
    let (_runner, pages) = start_runner().await?;
    let proxy = Proxy::start(0, Site::beside(&pages, &dioptra.origin, sessions)).await?;
    let driver = browser::Driver::start().await?;
    let page = browser::open(&driver.origin).await?;
    let lived = watch(&page, &format!("{}/?seed={seed}&steps={steps}", proxy.origin)).await;
    page.quit().await?;
    lived
}

/// Serves the page that runs the test; where.
async fn start_runner() -> Result<(Running, String)> {
    let (program, test) = (tools::wasm_bindgen()?, wasm_test::binary("model")?);
    let address = format!("127.0.0.1:{}", free_port()?);
    // Not by way of cargo, which would leave it behind.
    let mut runner = Running::start(
        Command::new(program.join("wasm-bindgen-test-runner"))
            .arg(&test)
            .env("NO_HEADLESS", "1")
            .env("WASM_BINDGEN_TEST_ADDRESS", &address)
            .stdout(Stdio::null()),
    )?;
    let pages = format!("http://{address}");
    let is_up = async || Caller::new(&pages).send(Method::GET, "/", None).await.is_ok();
    up(&mut runner, "the test runner", 60, is_up).await?;
    Ok((runner, pages))
}

/// Opens the page that runs the test, and waits for what it says.
async fn watch(page: &WebDriver, url: &str) -> Result<()> {
    page.goto(url).await?;
    let start = Instant::now();
    let mut tick = tokio::time::interval(Duration::from_millis(250));
    loop {
        tick.tick().await;
        let output = page.execute("return document.body.innerText", vec![]).await?;
        let output = output.json().as_str().unwrap_or_default().to_owned();
        if output.contains("test result: ok") {
            println!("{}", page.title().await?);
            // For whoever counts tests.
            println!(
                "{}",
                output
                    .lines()
                    .filter(|line| line.starts_with("test "))
                    .collect::<Vec<_>>()
                    .join("\n")
            );
            return Ok(());
        }
        if output.contains("test result: FAILED") || start.elapsed() > PATIENCE {
            bail!("the model test failed:\n{output}");
        }
    }
}
