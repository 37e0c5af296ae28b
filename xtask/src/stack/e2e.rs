//! Starts what `tests/e2e` needs, and runs it.

use std::{fs, process::Command};

use anyhow::Result;
use testkit::{
    browser::Driver,
    dioptra::{Dioptra, Setup},
    http::Caller,
    postgres::Postgres,
    redis::Redis,
    root, tools,
};

use crate::{dist, package};

/// What is run on `PostgreSQL` too, with small pages: the main job, search, sorting, groups, drafts, and
/// a save against a save.
const ON_POSTGRES: [&str; 12] = [
    "a_queue_is_created_with_the_keyboard",
    "a_taken_name_is_said_at_its_field",
    "the_server_pages_and_the_address_says",
    "a_header_sorts_ascending_then_descending",
    "plain_words_with_an_apostrophe",
    "fault_26_a_search_that_cannot_be_parsed",
    "whoever_is_in_several_groups_chooses_one",
    "drafts_are_saved_from_their_list",
    "a_draft_whose_queue_has_moved_on",
    "fault_23_",
    "tags_are_added_removed_and_created",
    "undo_brings_the_queue_back",
];

/// The most rows that Dioptra sends at a time, where it sends few: `DIOPTRA_MAX_PAGE_SIZE`.
pub const SMALL_PAGE: u64 = 50;

/// Runs what depends on the database on `PostgreSQL`, and with small pages.
pub async fn on_postgres() -> Result<()> {
    let postgres = Postgres::start().await?;
    run_on(Some(&postgres), 3, &ON_POSTGRES, &[], &[]).await
}

/// Runs the tests whose name contains the filter, or one of several with commas between. Those that
/// measure times run alone, after the others.
pub async fn run_parts(filter: Option<&str>) -> Result<()> {
    const ALONE: &str = "numbers::";
    let filters = filter.iter().flat_map(|filter| filter.split(','));
    let (mut alone, others): (Vec<_>, Vec<_>) =
        filters.partition(|filter| filter.starts_with("numbers"));
    if filter.is_none() {
        alone.push(ALONE);
    }
    // What some of them try out, in a folder of this run: another one may go on beside it.
    let folder = root().join(format!("target/e2e/run-{}", std::process::id()));
    let release = dist::pack(&root().join("dist"), &folder)?.folder;
    let package = package::package(&root().join("dist"), &folder.join("package"))?;
    let settings = [
        ("E2E_PACKAGE", &*package.to_string_lossy()),
        ("E2E_RELEASE", &*release.to_string_lossy()),
    ];
    if filter.is_none() || !others.is_empty() {
        let skipped = ["--skip", "soak::", "--skip", "weather::", "--skip", ALONE];
        // A browser and half a server each: more would only wait for each other.
        run_on(None, 3, &others, &skipped, &settings).await?;
    }
    if !alone.is_empty() {
        run_on(None, 1, &alone, &[], &settings).await?;
    }
    Ok(fs::remove_dir_all(folder)?)
}

/// Runs the tests whose name contains one of the filters, with more arguments for the test runner and more
/// environment.
pub async fn run(filters: &[&str], more: &[&str], settings: &[(&str, &str)]) -> Result<()> {
    run_on(None, 3, filters, more, settings).await
}

async fn run_on(
    postgres: Option<&Postgres>,
    threads: usize,
    filters: &[&str],
    more: &[&str],
    settings: &[(&str, &str)],
) -> Result<()> {
    let redis = Redis::start().await?;
    let max_page_size = postgres.map(|_| SMALL_PAGE);
    let setup = Setup { redis: Some(&redis), postgres, max_page_size, ..Setup::default() };
    let dioptra = Dioptra::temporary_with("test", &setup).await?;
    // The first account makes the group that all are in; two firsts at a time get in its way.
    Caller::new(&dioptra.origin).sign_up("first", "first").await?;
    let driver = Driver::start().await?;
    let folder = root().join("target/e2e");
    fs::create_dir_all(&folder)?;
    let failed = folder.join(format!("failures-{}.txt", std::process::id()));
    tools::axe()?;
    tools::accessibility()?;
    tools::nginx()?;
    tools::firefox()?;
    let mut command = Command::new("cargo");
    command
        .args(["test", "--package", "e2e", "--lib", "--locked", "--"])
        .args(filters)
        .args(["--test-threads", &threads.to_string()])
        .args(more)
        .envs(settings.iter().copied())
        .env("E2E_DIOPTRA", &dioptra.origin)
        .env("E2E_DIOPTRA_DATABASE", &dioptra.database)
        .env("E2E_DRIVER", &driver.origin)
        .env("E2E_REDIS", &redis.uri)
        .env("E2E_FAILURES", &failed);
    let outcome = tokio::task::spawn_blocking(move || tools::run(&mut command)).await?;
    // The tests leave browsers to each other, and nobody comes after the last.
    driver.shut_down().await;
    if let Ok(failures) = fs::read_to_string(&failed) {
        fs::remove_file(&failed)?;
        // At the end, where one looks: above it are pages of what each browser showed.
        eprintln!("\nWhat failed:\n{failures}");
    }
    outcome
}
