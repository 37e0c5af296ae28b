//! The one `send`: credentials, retries of reads, mapping of statuses, decoding.

use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

use gloo_net::http::{Method, Request, Response};
use js_sys::{Date, Function, Object, Promise, Reflect};
use send_wrapper::SendWrapper;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, RequestCredentials, RequestInit};

use super::ApiError;
use crate::{domain::Page, js::has_focus};

/// Where the API is, and what its responses told beside their bodies.
#[derive(Clone, Debug)]
pub struct Api {
    shared: Arc<Shared>,
    /// See [`Api::for_many`].
    is_for_many: bool,
}

#[derive(Debug)]
struct Shared {
    base: String,
    /// Responses that were requested while the WebAssembly was on its way, by URL: functions that
    /// take a signal to abort with, and give a promise.
    prefetched: SendWrapper<Object>,
    /// When the app began, in milliseconds since 1970.
    made: f64,
    /// The most rows that the server gives at once.
    max_rows: AtomicU64,
    /// How far the server's clock is ahead of ours, in milliseconds.
    clock_offset_ms: AtomicI64,
    /// How long responses have been waited for, in milliseconds.
    waited_ms: AtomicU64,
    /// Who was found to be signed in last, and when, in milliseconds since 1970.
    confirmed: [AtomicU64; 2],
}

/// The server's `DIOPTRA_MAX_PAGE_SIZE`, unless its operator sets another one.
const MAX_ROWS: u64 = 1_000;

/// So long after it was asked it counts as certain who is signed in, where each write can't ask, in
/// milliseconds.
const CERTAIN_MS: f64 = 250.0;

/// How long to wait before each retry of a read, in milliseconds.
const BACK_OFF: [u32; 3] = [300, 900, 2_700];

/// Who is signed in was asked a moment ago (in milliseconds since 1970), and nobody can have signed in
/// elsewhere since: that takes another page of this browser, and so the focus.
pub(super) fn is_certain(asked: f64) -> bool {
    Date::now() - asked < CERTAIN_MS && has_focus()
}

impl Api {
    /// The API at a URL without a trailing slash. `prefetched` holds responses by their URL, see
    /// `web/contract.ts`; each is used once.
    #[must_use]
    pub fn new(base: &str, prefetched: Object) -> Self {
        let shared = Shared {
            base: base.to_owned(),
            prefetched: SendWrapper::new(prefetched),
            made: Date::now(),
            max_rows: AtomicU64::new(MAX_ROWS),
            clock_offset_ms: AtomicI64::new(0),
            waited_ms: AtomicU64::new(0),
            confirmed: [AtomicU64::new(0), AtomicU64::new(0)],
        };
        Self { shared: Arc::new(shared), is_for_many: false }
    }

    /// The same for many writes one after the other: while this page has the focus, who is signed in
    /// is confirmed four times a second, not before each of them.
    #[must_use]
    pub fn for_many(&self) -> Self {
        Self { shared: self.shared.clone(), is_for_many: true }
    }

    /// This user was found to be signed in a moment ago, and that is enough.
    pub(super) fn is_confirmed(&self, user: u64) -> bool {
        let [who, when] = &self.shared.confirmed;
        let asked = when.load(Ordering::Relaxed) as f64;
        self.is_for_many && who.load(Ordering::Relaxed) == user && is_certain(asked)
    }

    /// This user is signed in.
    pub(super) fn set_confirmed(&self, user: u64) {
        let [who, when] = &self.shared.confirmed;
        who.store(user, Ordering::Relaxed);
        when.store(Date::now() as u64, Ordering::Relaxed);
    }

    /// The URL of the API, without a slash at the end.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.shared.base
    }

    /// The server's time as far as we know, in milliseconds since 1970: the `Date` of its last
    /// response and what has passed since. The clock of this computer may be a day off.
    #[must_use]
    pub fn now(&self) -> f64 {
        Date::now() + self.shared.clock_offset_ms.load(Ordering::Relaxed) as f64
    }

    /// How long responses of the API have been waited for so far, in milliseconds: about what they took
    /// the server.
    #[must_use]
    pub fn waited_ms(&self) -> f64 {
        self.shared.waited_ms.load(Ordering::Relaxed) as f64
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

    /// Reads a text of the same origin that is not the API's.
    ///
    /// # Errors
    /// As for [`Api::get`].
    pub async fn get_text(&self, url: &str, abort: &AbortSignal) -> Result<String, ApiError> {
        self.send_once(&Method::GET, url, None, abort).await
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
        let url = format!("{}{path}", self.shared.base);
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
            self.take_prefetched(url, abort)
        } else {
            self.forget_prefetched();
            None
        };
        let response = if let Some(promise) = prefetched {
            let response = JsFuture::from(promise).await.map_err(|_| ApiError::Network)?;
            response.dyn_into::<web_sys::Response>().map_err(|_| ApiError::Network)?.into()
        } else {
            let start = Date::now();
            let response = fetch(method, url, body, abort).await?;
            if url.starts_with(&self.shared.base) {
                let waited = (Date::now() - start) as u64;
                self.shared.waited_ms.fetch_add(waited, Ordering::Relaxed);
            }
            response
        };
        if response.status() == 401 {
            // What was prefetched with it is refused too, even once somebody has signed in.
            self.forget_prefetched();
        }
        if let Some(date) = response.headers().get("date") {
            let offset = Date::parse(&date) - Date::now();
            if offset.is_finite() {
                self.shared.clock_offset_ms.store(offset as i64, Ordering::Relaxed);
            }
        }
        let text = response.text().await.map_err(|_| ApiError::Network)?;
        if response.ok() { Ok(text) } else { Err(ApiError::decode(response.status(), &text)) }
    }

    fn take_prefetched(&self, url: &str, abort: &AbortSignal) -> Option<Promise> {
        // What is asked for later wants to know what is so then.
        const FRESH_MS: f64 = 10_000.0;
        if Date::now() - self.shared.made > FRESH_MS {
            self.forget_prefetched();
        }
        let key = JsValue::from_str(url);
        let take: Function = Reflect::get(&self.shared.prefetched, &key).ok()?.dyn_into().ok()?;
        Reflect::delete_property(&self.shared.prefetched, &key).ok()?;
        take.call1(&JsValue::NULL, abort).ok()?.dyn_into().ok()
    }

    /// After a write, and for another user, what was prefetched before is out of date.
    pub fn forget_prefetched(&self) {
        for key in Object::keys(&self.shared.prefetched) {
            let _ = Reflect::delete_property(&self.shared.prefetched, &key);
        }
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

/// A list in the API: its path, and what stands in its query beside the page.
#[derive(Clone, Debug)]
pub struct List {
    /// With its slash.
    pub path: String,
    /// Begins with `&`, or is empty.
    pub query: String,
}

/// So many rows of a list from an index on, in as many requests as the server needs for them: its
/// operator may allow less on a page.
///
/// # Errors
/// All that any read may say.
pub async fn rows<T: DeserializeOwned>(
    api: &Api,
    list: &List,
    index: u64,
    count: u64,
    abort: &AbortSignal,
) -> Result<Page<T>, ApiError> {
    let mut all = page(api, list, index, count, abort).await?;
    loop {
        let there = all.data.len() as u64;
        let end = count.min(all.total_num_results.saturating_sub(index));
        if there == 0 || there >= end {
            return Ok(all);
        }
        let more = page(api, list, index + there, end - there, abort).await?;
        if more.data.is_empty() {
            return Ok(all);
        }
        all.data.extend(more.data);
    }
}

/// All rows of a list, page by page; `progress` hears how many are there, of how many.
///
/// # Errors
/// All that any read may say.
pub async fn all_rows<T: DeserializeOwned>(
    api: &Api,
    list: &List,
    progress: impl Fn(u64, u64),
    abort: &AbortSignal,
) -> Result<Vec<T>, ApiError> {
    let mut all = Vec::new();
    loop {
        let page: Page<T> = page(api, list, all.len() as u64, 100, abort).await?;
        let is_last = page.data.is_empty();
        all.extend(page.data);
        progress(all.len() as u64, page.total_num_results);
        if is_last || all.len() as u64 >= page.total_num_results {
            return Ok(all);
        }
    }
}

/// One page of a list: so many rows, or the most that the server gives at once.
async fn page<T: DeserializeOwned>(
    api: &Api,
    List { path, query }: &List,
    index: u64,
    count: u64,
    abort: &AbortSignal,
) -> Result<Page<T>, ApiError> {
    loop {
        let count = count.min(api.shared.max_rows.load(Ordering::Relaxed));
        let path = format!("{path}?index={index}&pageLength={count}{query}");
        match api.get(&path, abort).await {
            Err(ApiError::Fields(fields)) => match max_rows(&fields).filter(|max| *max < count) {
                Some(max) => api.shared.max_rows.store(max, Ordering::Relaxed),
                None => return Err(ApiError::Fields(fields)),
            },
            page => return page,
        }
    }
}

/// The most rows that the server gives at once, if that is what it complains of: "Must be <= 50"
/// (`DIOPTRA_MAX_PAGE_SIZE`, checked by marshmallow's `Range`).
fn max_rows(fields: &[(String, String)]) -> Option<u64> {
    let (_, text) = fields.iter().find(|(field, _)| field == "pageLength")?;
    let digits = text.trim_matches(|c: char| !c.is_ascii_digit());
    digits.parse().ok().filter(|max| *max > 0)
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

    #[test]
    fn the_largest_page_is_read_from_what_the_server_complains_of() {
        let complaint = |text: &str| vec![("pageLength".to_owned(), text.to_owned())];
        assert_eq!(max_rows(&complaint("Must be <= 50")), Some(50));
        assert_eq!(
            max_rows(&complaint("Must be greater than or equal to 1 and less than 50.")),
            None
        );
        assert_eq!(max_rows(&complaint("Must be <= 0")), None);
        assert_eq!(max_rows(&[("index".to_owned(), "Must be <= 50".to_owned())]), None);
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
