//! The one `send`: credentials, retries of reads, mapping of statuses, decoding.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use gloo_net::http::{Method, Request, Response};
use js_sys::{Date, Object, Promise, Reflect};
use send_wrapper::SendWrapper;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, RequestCredentials, RequestInit};

use super::ApiError;
use crate::domain::Page;

/// Where the API is, and what its responses told beside their bodies.
#[derive(Clone, Debug)]
pub struct Api(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    base: String,
    /// Promises of responses that were requested while the WebAssembly was on its way, by URL.
    prefetched: SendWrapper<Object>,
    /// How far the server's clock is ahead of ours, in milliseconds.
    clock_offset_ms: AtomicI64,
}

/// How long to wait before each retry of a read, in milliseconds.
const BACK_OFF: [u32; 3] = [300, 900, 2_700];

impl Api {
    /// The API at a URL without a trailing slash. `prefetched` holds promises of responses by their
    /// URL; each is used once.
    #[must_use]
    pub fn new(base: &str, prefetched: Object) -> Self {
        Self(Arc::new(Shared {
            base: base.to_owned(),
            prefetched: SendWrapper::new(prefetched),
            clock_offset_ms: AtomicI64::new(0),
        }))
    }

    /// The URL of the API, without a slash at the end.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.0.base
    }

    /// The server's time as far as we know, in milliseconds since 1970: the `Date` of its last
    /// response and what has passed since. The clock of this computer may be a day off.
    #[must_use]
    pub fn now(&self) -> f64 {
        Date::now() + self.0.clock_offset_ms.load(Ordering::Relaxed) as f64
    }

    /// Reads. A read whose connection breaks is retried three times: it changes nothing.
    ///
    /// # Errors
    /// As [`ApiError`] says.
    pub async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        abort: &AbortSignal,
    ) -> Result<T, ApiError> {
        read(self.send(Method::GET, path, None, abort).await?)
    }

    /// Writes, once. The caller decides what to do when the response got lost.
    ///
    /// # Errors
    /// As [`ApiError`] says; see [`ApiError::is_uncertain`].
    pub async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &serde_json::Value,
        abort: &AbortSignal,
    ) -> Result<T, ApiError> {
        read(self.send(Method::POST, path, Some(body.to_string()), abort).await?)
    }

    /// Puts something in the place of something, once.
    ///
    /// # Errors
    /// As for [`Api::post`].
    pub async fn put<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &serde_json::Value,
        abort: &AbortSignal,
    ) -> Result<T, ApiError> {
        read(self.send(Method::PUT, path, Some(body.to_string()), abort).await?)
    }

    /// Deletes, once.
    ///
    /// # Errors
    /// As for [`Api::post`].
    pub async fn delete(&self, path: &str, abort: &AbortSignal) -> Result<(), ApiError> {
        self.send(Method::DELETE, path, None, abort).await.map(|_| ())
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<String>,
        abort: &AbortSignal,
    ) -> Result<String, ApiError> {
        let url = format!("{}{path}", self.0.base);
        let retries: &[u32] = if method == Method::GET { &BACK_OFF } else { &[] };
        let mut retries = retries.iter();
        loop {
            let result = self.send_once(&method, &url, body.as_deref(), abort).await;
            if abort.aborted() {
                return Err(ApiError::Aborted);
            }
            match (result, retries.next()) {
                (Err(ApiError::Network), Some(wait)) => {
                    gloo_timers::future::TimeoutFuture::new(*wait).await;
                }
                (result, _) => return result,
            }
        }
    }

    async fn send_once(
        &self,
        method: &Method,
        url: &str,
        body: Option<&str>,
        abort: &AbortSignal,
    ) -> Result<String, ApiError> {
        let prefetched = if *method == Method::GET {
            self.take_prefetched(url)
        } else {
            self.forget_prefetched()
        };
        let response = match prefetched {
            Some(promise) => {
                let response = JsFuture::from(promise).await.map_err(|_| ApiError::Network)?;
                response.dyn_into::<web_sys::Response>().map_err(|_| ApiError::Network)?.into()
            }
            None => fetch(method, url, body, abort).await?,
        };
        if response.status() == 401 {
            // What was prefetched with it is refused too, even once somebody has signed in.
            self.forget_prefetched();
        }
        if let Some(date) = response.headers().get("date") {
            let offset = Date::parse(&date) - Date::now();
            if offset.is_finite() {
                self.0.clock_offset_ms.store(offset as i64, Ordering::Relaxed);
            }
        }
        let text = response.text().await.map_err(|_| ApiError::Network)?;
        if response.ok() { Ok(text) } else { Err(ApiError::decode(response.status(), &text)) }
    }

    fn take_prefetched(&self, url: &str) -> Option<Promise> {
        let key = JsValue::from_str(url);
        let promise = Reflect::get(&self.0.prefetched, &key).ok()?.dyn_into().ok()?;
        Reflect::delete_property(&self.0.prefetched, &key).ok()?;
        Some(promise)
    }

    /// After a write, what was prefetched before it is out of date.
    fn forget_prefetched(&self) -> Option<Promise> {
        for key in Object::keys(&self.0.prefetched) {
            Reflect::delete_property(&self.0.prefetched, &key).ok()?;
        }
        None
    }
}

async fn fetch(
    method: &Method,
    url: &str,
    body: Option<&str>,
    abort: &AbortSignal,
) -> Result<Response, ApiError> {
    let init = RequestInit::new();
    init.set_method(method.as_ref());
    init.set_credentials(RequestCredentials::SameOrigin);
    init.set_signal(Some(abort));
    // Made here and not by gloo-net's builder, which puts an `&` behind every query.
    let request = body.map_or(Ok(()), |body| {
        let headers = web_sys::Headers::new()?;
        headers.set("Content-Type", "application/json")?;
        init.set_headers(&headers);
        init.set_body(&JsValue::from_str(body));
        Ok(())
    });
    let request = request.and_then(|()| web_sys::Request::new_with_str_and_init(url, &init));
    let request = Request::from(request.map_err(|_: JsValue| ApiError::Network)?);
    request.send().await.map_err(|_| ApiError::Network)
}

/// What was created at this time may be the result of a request that was sent at that (see
/// [`Api::now`]).
pub fn made_since(iso: &str, sent_at: f64) -> bool {
    // The server's `Date` knows whole seconds only, and may have come from another of its machines.
    const SLACK: f64 = 5_000.0;
    Date::parse(iso) >= sent_at - SLACK
}

/// All rows of a list whose path has a query already, page by page; `progress` hears how many are
/// there, of how many.
///
/// # Errors
/// All that any read may say.
pub async fn all_pages<T: DeserializeOwned>(
    api: &Api,
    path: &str,
    progress: impl Fn(u64, u64),
    abort: &AbortSignal,
) -> Result<Vec<T>, ApiError> {
    let mut all = Vec::new();
    loop {
        let path = format!("{path}&index={}&pageLength=100", all.len());
        let page: Page<T> = api.get(&path, abort).await?;
        let is_last = page.data.is_empty();
        all.extend(page.data);
        progress(all.len() as u64, page.total_num_results);
        if is_last || all.len() as u64 >= page.total_num_results {
            return Ok(all);
        }
    }
}

fn read<T: DeserializeOwned>(text: String) -> Result<T, ApiError> {
    serde_json::from_str(&text)
        .or_else(|_| serde_json::from_str(&without_lone_surrogates(&text)))
        .map_err(|_| ApiError::Unreadable)
}

/// JSON in which each escape of half a surrogate pair is one of U+FFFD, as browsers show it: JSON
/// can say such a half, Unicode text can't hold it. One row that has it must not hide the others.
fn without_lone_surrogates(json: &str) -> String {
    let half = |at: &str| {
        let digits = at.strip_prefix("\\u")?.get(..4)?;
        u16::from_str_radix(digits, 16).ok().filter(|unit| (0xd800..0xe000).contains(unit))
    };
    let mut out = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = rest.find('\\') {
        let (before, here) = rest.split_at(at);
        out += before;
        // A pair, half a pair, or another escape: a backslash and one more character.
        let (length, lone) = match (half(here), here.get(6..).and_then(half)) {
            (Some(..0xdc00), Some(0xdc00..)) => (12, false),
            (Some(_), _) => (6, true),
            (None, _) => (1 + here[1..].chars().next().map_or(0, char::len_utf8), false),
        };
        let (escape, after) = here.split_at(length);
        out += if lone { "\\ufffd" } else { escape };
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn half_a_surrogate_pair_shows_as_replaced_and_whole_ones_stay() {
        for (json, text) in [
            (r#""a\ud800b""#, "a\u{fffd}b"),
            (r#""\udc00\ud83d\ude42\uDBFF""#, "\u{fffd}🙂\u{fffd}"),
            (r#""\\ud800 \n é""#, "\\ud800 \n é"),
        ] {
            assert_eq!(read::<String>(json.to_owned()).as_deref(), Ok(text), "{json}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_called_unreadable(text in any::<String>(), odd in "[\\\\u\"dD80c\\[\\]{}:,]*") {
            for text in [text, odd.clone(), format!("\"{odd}\"")] {
                let read = read::<serde_json::Value>(text.clone());
                prop_assert!(read.is_ok() || read == Err(ApiError::Unreadable));
            }
        }

        #[test]
        fn what_can_be_read_is_not_changed(text in any::<String>()) {
            let json = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(without_lone_surrogates(&json), json);
        }
    }
}
