//! The stack that tests, benchmarks and people run on: the real Dioptra with Redis, a small proxy
//! that serves the app beside it at one origin, nginx, and browsers; and the tools that build and
//! check the app.
#![forbid(unsafe_code)]

#[cfg(feature = "stack")]
pub mod browser;
pub mod budget;
mod compress;
#[cfg(feature = "stack")]
pub mod deployment;
#[cfg(feature = "stack")]
pub mod dioptra;
#[cfg(feature = "stack")]
pub mod exporter;
#[cfg(feature = "stack")]
pub mod http;
#[cfg(feature = "stack")]
pub mod nginx;
pub mod npm;
pub mod policy;
#[cfg(feature = "stack")]
pub mod postgres;
#[cfg(feature = "stack")]
pub mod process;
#[cfg(feature = "stack")]
pub mod proxy;
#[cfg(feature = "stack")]
pub mod redis;
#[cfg(feature = "stack")]
pub mod seed;
#[cfg(feature = "stack")]
pub mod site;
#[cfg(feature = "stack")]
pub mod statics;
pub mod tools;
#[cfg(feature = "stack")]
pub mod worker;

pub use compress::{compress, decompress, smallest};
#[cfg(feature = "stack")]
pub use reqwest::Method;

use std::path::{Path, PathBuf};

/// The project's folder.
#[must_use]
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}
