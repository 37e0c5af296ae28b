//! rq-exporter, a program beside Dioptra that knows Redis, and so which workers listen.

use std::pin::pin;

use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;

use super::Api;
use crate::js::Abort;

/// So long is waited for it, in milliseconds: what the jobs themselves tell does not wait for more.
const PATIENCE_MS: u32 = 2_000;

/// What it says, if the deployment tells its URL and it answers in time.
pub async fn metrics(api: &Api, url: Option<String>) -> Option<String> {
    let (url, abort) = (url?, Abort::new());
    let signal = abort.signal();
    let text = pin!(api.get_text(&url, &signal));
    match select(text, TimeoutFuture::new(PATIENCE_MS)).await {
        Either::Left((text, _)) => text.ok(),
        Either::Right(_) => {
            abort.abort();
            None
        }
    }
}
