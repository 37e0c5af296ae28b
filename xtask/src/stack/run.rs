//! `cargo xtask run`: the app on a real Dioptra with demo data.

use std::sync::Arc;

use anyhow::{Result, bail};
use testkit::{
    dioptra::{Dioptra, Setup, is_healthy},
    exporter::Exporter,
    process::Running,
    proxy::Proxy,
    redis::Redis,
    seed,
    site::Site,
    statics, worker,
};
use tokio::signal::unix::{SignalKind, signal};

use crate::{build, flags::Run};

/// Where the app is served unless somebody wants it elsewhere.
pub const PORT: u16 = 8080;

/// Runs until Ctrl-C.
pub async fn run(options: Run) -> Result<()> {
    let port = options.port.unwrap_or(PORT);
    // First what fails fast.
    drop(Proxy::start(port, Site::new("", Arc::default())).await?);
    let (api, own) = dioptra(options.api).await?;
    let files = Arc::new(statics::load_with_hosts(&build::release()?)?);
    let site = Site::new(&api, files);
    let site = match &own {
        Some(own) => site.with_workers(&own.exporter.address),
        None => site,
    };
    let proxy = Proxy::start(port, site).await?;
    println!("\nDioptra queues   {}", proxy.origin);
    for (host, name) in
        [("plain", "In a plain page "), ("vue", "In Vue, Quasar  "), ("iframe", "In an iframe    ")]
    {
        println!("{name} {}/hosts/{host}.html", proxy.origin);
    }
    if own.is_some() {
        println!("Demo account     {} / {}", seed::USER.0, seed::USER.1);
    }
    println!("Dioptra          {api}\nCtrl-C ends it.");
    ended().await
}

/// A Dioptra of our own with all that jobs need. They end in this order.
#[derive(Debug)]
pub struct Own {
    _worker: Running,
    /// What knows the workers.
    pub exporter: Exporter,
    _dioptra: Dioptra,
    _redis: Redis,
}

/// The origin of the Dioptra that somebody named, or else one of our own with demo data, a worker and
/// jobs.
pub async fn dioptra(named: Option<String>) -> Result<(String, Option<Own>)> {
    let Some(named) = named else {
        let redis = Redis::start().await?;
        let setup = Setup { redis: Some(&redis), ..Setup::default() };
        let dioptra = Dioptra::start("run", &setup).await?;
        seed::demo(&dioptra.origin).await?;
        seed::jobs(&dioptra.origin).await?;
        let worker = worker::start(&dioptra.origin, &redis, seed::USER, seed::MOVING)?;
        let exporter = Exporter::start(&redis.uri).await?;
        let origin = dioptra.origin.clone();
        let own = Own { _worker: worker, exporter, _dioptra: dioptra, _redis: redis };
        return Ok((origin, Some(own)));
    };
    let api = origin(&named)?;
    if !is_healthy(&api).await {
        bail!(
            "no Dioptra answers at {api}/health: start it, or leave --api out to use one of ours"
        );
    }
    Ok((api, None))
}

fn origin(api: &str) -> Result<String> {
    let api = api.trim_end_matches('/');
    if !api.starts_with("http://") {
        bail!("--api takes an origin like http://127.0.0.1:5000");
    }
    Ok(api.trim_end_matches("/api/v1").to_owned())
}

/// Waits for Ctrl-C, or for whatever else ends programs.
pub async fn ended() -> Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
        _ = hang_up.recv() => {}
    }
    println!();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_api_is_named_by_its_origin_or_its_url() {
        for api in ["http://h:5000", "http://h:5000/", "http://h:5000/api/v1"] {
            assert_eq!(origin(api).unwrap(), "http://h:5000");
        }
        assert!(origin("h:5000").is_err());
    }
}
