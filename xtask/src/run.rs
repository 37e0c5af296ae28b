//! `cargo xtask run`: the app on a real Dioptra with demo data.

use std::sync::Arc;

use anyhow::{Context, Result, bail};
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    build,
    dioptra::{Dioptra, is_healthy},
    proxy::Proxy,
    seed,
    site::Site,
    statics,
};

struct Options {
    port: u16,
    api: Option<String>,
}

/// Runs until Ctrl-C.
///
/// # Errors
/// If an option is wrong, or something is missing or busy; the message says what to do.
pub async fn run(options: &[&str]) -> Result<()> {
    let options = parse(options)?;
    // First what fails fast.
    drop(Proxy::start(options.port, Site::new("", Arc::default())).await?);
    let own = match &options.api {
        Some(_) => None,
        None => Some(Dioptra::start("run", false).await?),
    };
    let api = own.as_ref().map(|own| own.origin.clone()).or(options.api).unwrap_or_default();
    if !is_healthy(&api).await {
        bail!(
            "no Dioptra answers at {api}/health: start it, or leave --api out to use one of ours"
        );
    }
    if own.is_some() {
        seed::demo(&api).await?;
    }
    let files = Arc::new(statics::load_with_hosts(&build::release()?)?);
    let proxy = Proxy::start(options.port, Site::new(&api, files)).await?;
    println!("\nDioptra queues   {}", proxy.origin);
    for (host, name) in
        [("plain", "In a plain page "), ("vue", "In Vue, Quasar  "), ("iframe", "In a frame      ")]
    {
        println!("{name} {}/hosts/{host}.html", proxy.origin);
    }
    if own.is_some() {
        println!("Demo account     {} / {}", seed::USER.0, seed::USER.1);
    }
    println!("Dioptra          {api}\nCtrl-C ends it.");
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

fn parse(options: &[&str]) -> Result<Options> {
    let mut parsed = Options { port: 8080, api: None };
    let mut rest = options.iter();
    while let Some(option) = rest.next() {
        let mut value = || rest.next().with_context(|| format!("{option} needs a value"));
        match *option {
            "--port" => {
                let text = value()?;
                parsed.port = text.parse().with_context(|| format!("{text} is no port"))?;
            }
            "--api" => {
                let text = value()?.trim_end_matches('/');
                if !text.starts_with("http://") {
                    bail!("--api takes an origin like http://127.0.0.1:5000");
                }
                parsed.api = Some(text.trim_end_matches("/api/v1").to_owned());
            }
            other => bail!("no such option: {other}; there are --port and --api"),
        }
    }
    Ok(parsed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_and_the_api_are_read_and_all_else_is_refused() {
        let options = parse(&["--port", "9000", "--api", "http://h:5000/api/v1"]).unwrap();
        assert_eq!((options.port, options.api.as_deref()), (9000, Some("http://h:5000")));
        for wrong in [&["--port"][..], &["--port", "x"], &["--api", "h"], &["--what"]] {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
