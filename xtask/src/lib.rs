//! The stack that people, tests and benchmarks run on: the real Dioptra, a small proxy that serves
//! the app beside it at one origin, and the tools that build both.
#![forbid(unsafe_code)]

pub mod bench;
pub mod browser;
pub mod build;
pub mod checks;
pub mod dioptra;
pub mod dist;
pub mod http;
pub mod life;
pub mod nginx;
pub mod pack;
pub mod process;
pub mod proxy;
pub mod record;
pub mod redis;
pub mod run;
pub mod seed;
pub mod shots;
pub mod site;
pub mod split;
pub mod statics;
pub mod test;
pub mod tools;

use std::path::PathBuf;

/// The project's folder.
#[must_use]
pub fn root() -> PathBuf {
    let xtask = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().map_or(xtask.clone(), PathBuf::from)
}
