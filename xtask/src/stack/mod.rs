//! The commands that need servers and browsers.

mod bench;
mod checks;
mod dev;
mod e2e;
mod model;
mod record;
mod run;
mod shots;
mod test;
mod wasm_test;

use anyhow::Result;

use crate::flags::XtaskCmd;

/// Runs a command.
pub async fn run(command: XtaskCmd) -> Result<()> {
    match command {
        XtaskCmd::Run(options) => run::run(options).await,
        XtaskCmd::Dev(options) => dev::dev(options).await,
        XtaskCmd::Test(options) => test::test(options).await,
        XtaskCmd::Bench(options) => bench::bench(options).await,
        XtaskCmd::Record(_) => record::record().await,
        XtaskCmd::Shots(_) => shots::shots().await,
        // They need none of this, so they never get here.
        XtaskCmd::Dist(_) | XtaskCmd::Pack(_) | XtaskCmd::Package(_) => Ok(()),
    }
}
