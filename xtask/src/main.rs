//! `cargo xtask …`: see `USAGE`.
#![forbid(unsafe_code)]

use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "\
cargo xtask run [--port PORT] [--api URL]   the app on a real Dioptra with demo data
cargo xtask test [PART [FILTER]]            everything, or one part of it
cargo xtask bench [--readme | --compare URL SELECTOR]  what a visit costs
cargo xtask dist                            the release: folder and tar file in target/dist
cargo xtask record                          records the real server's answers for tests/wire
cargo xtask shots                           takes the pictures of the README
cargo xtask pack                            (for Trunk) finishes what it built
";

#[tokio::main]
async fn main() -> ExitCode {
    match task().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // In one line, without a backtrace: it is for whoever called us.
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn task() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["run", ref options @ ..] => xtask::run::run(options).await,
        ["test", ref options @ ..] => xtask::test::test(options).await,
        ["bench", ref options @ ..] => xtask::bench::bench(options).await,
        ["dist"] => xtask::dist::dist().map(drop),
        ["record"] => xtask::record::record().await,
        ["shots"] => xtask::shots::shots().await,
        ["pack"] => xtask::pack::pack(),
        [] | ["help" | "--help"] => {
            print!("{USAGE}");
            Ok(())
        }
        _ => bail!("no such task: {}\n{USAGE}", args.join(" ")),
    }
}
