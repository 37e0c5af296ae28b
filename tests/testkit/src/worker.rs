//! Dioptra's own worker.

use std::process::{Command, Stdio};

use anyhow::Result;

use crate::{process::Running, redis::Redis, tools};

/// Starts a worker that listens to a queue's name, in the account of a user; it ends when this is
/// dropped.
///
/// # Errors
/// If Dioptra can't be installed.
pub fn start(api: &str, redis: &Redis, user: (&str, &str), queue: &str) -> Result<Running> {
    let bin = tools::dioptra()?.join("bin");
    let folder = std::env::temp_dir();
    let tracking = format!("sqlite:///{}/dioptra-queues-mlflow.db", folder.display());
    Running::start(
        Command::new(bin.join("dioptra-worker-v1"))
            .args(["--url", &redis.uri, "--", queue])
            .current_dir(&folder)
            .env("PATH", tools::path_with(&[bin])?)
            .env("DIOPTRA_API", api)
            .env("DIOPTRA_WORKER_USERNAME", user.0)
            .env("DIOPTRA_WORKER_PASSWORD", user.1)
            .env("MLFLOW_TRACKING_URI", tracking)
            // Jobs without artifacts never ask there.
            .env("MLFLOW_S3_ENDPOINT_URL", "http://127.0.0.1:9")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null()),
    )
}
