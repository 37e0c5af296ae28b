//! What is at the one origin: the built files as a good web server sends them, the pages of hosts
//! that embed the app, and behind `/api/` Dioptra.

use std::{collections::HashMap, net::SocketAddr, sync::Arc};

use bytes::Bytes;
use hyper::{
    Method, Response, StatusCode,
    header::{self, HeaderValue},
    http::request::Parts,
};
use reqwest::Client;

use crate::{
    compress, decompress, http, policy,
    statics::{File, page},
};

/// What `deploy/nginx.conf` calls those who may show the page in an iframe.
const PARENTS: &str = "$dq_parents";

/// The content policy of pages, as the file for operators has it; `parents` may show the page in an
/// iframe. What of the page itself is allowed, [`policy::for_page`] adds.
///
/// # Panics
/// If `deploy/nginx.conf` has no policy.
#[must_use]
pub fn content_policy(parents: &str) -> String {
    const FILE: &str = include_str!("../../../deploy/nginx.conf");
    let policy = FILE.split("Content-Security-Policy \"").nth(1);
    let policy = policy.and_then(|rest| rest.split('"').next()).expect("a content policy");
    policy.replace(PARENTS, parents)
}

/// The policy of a host document, which has other scripts than ours.
fn host_policy() -> String {
    let policy = content_policy("'none'");
    let (policy, _) = policy.split_once("; require-trusted-types-for").unwrap_or((&policy, ""));
    format!("{policy}; frame-src 'self'")
}

/// A site.
#[derive(Debug)]
pub struct Site {
    api: String,
    files: Arc<HashMap<String, File>>,
    /// The content policy of the app's page, with [`PARENTS`] in it.
    policy: String,
    /// Who responds to what is not the API, in place of the files.
    pages: Option<String>,
    /// Where rq-exporter listens: `/workers` is what it says.
    workers: Option<String>,
    /// The sessions that `/as/0/api/…`, `/as/1/api/…` and so on speak in.
    sessions: Vec<String>,
    client: Client,
}

impl Site {
    /// Files, by path with a leading slash, and the API at an origin.
    #[must_use]
    pub fn new(api: &str, files: Arc<HashMap<String, File>>) -> Self {
        let api = api.trim_end_matches('/').to_owned();
        let page = files.get("/index.html").and_then(|page| decompress(&page.brotli).ok());
        let page = String::from_utf8(page.unwrap_or_default()).unwrap_or_default();
        let client = http::client();
        let policy = policy::for_page(&content_policy(PARENTS), &page);
        Self { api, files, policy, pages: None, workers: None, sessions: Vec::new(), client }
    }

    /// The same with what rq-exporter, at this address, says of the workers; `config.json` names it.
    #[must_use]
    pub fn with_workers(self, address: &str) -> Self {
        Self { workers: Some(address.to_owned()), ..self }
    }

    /// The pages that another server has, beside the API. One page may speak as several people:
    /// `/as/0/api/…` in the first of these sessions, and so on.
    #[must_use]
    pub fn beside(pages: &str, api: &str, sessions: Vec<String>) -> Self {
        Self { pages: Some(pages.to_owned()), sessions, ..Self::new(api, Arc::default()) }
    }

    /// The response to a request.
    pub async fn respond(&self, parts: &Parts, body: Bytes, peer: SocketAddr) -> Response<Bytes> {
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        // The API is there too, for pages that are told so.
        let path = path.strip_prefix("/elsewhere").unwrap_or(path);
        match (self.session(path), &self.pages) {
            (Some((path, session)), _) => {
                let to = format!("{}{path}", self.api);
                self.forward(parts, to, Some(session), body, peer).await
            }
            _ if path.starts_with("/api/") => {
                self.forward(parts, format!("{}{path}", self.api), None, body, peer).await
            }
            _ if path == "/workers" && self.workers.is_some() => {
                let address = self.workers.as_deref().unwrap_or_default();
                self.forward(parts, format!("http://{address}/metrics"), None, body, peer).await
            }
            _ if path == "/config.json" && self.workers.is_some() => {
                plain(StatusCode::OK, "application/json", r#"{"workers": "workers"}"#.into())
            }
            (None, Some(pages)) => {
                self.forward(parts, format!("{pages}{path}"), None, body, peer).await
            }
            (None, None) => self.file(parts),
        }
    }

    /// The path without `/as/<number>`, and that number's session.
    fn session<'a>(&'a self, path: &'a str) -> Option<(&'a str, &'a str)> {
        let (number, _) = path.strip_prefix("/as/")?.split_once('/')?;
        let session = self.sessions.get(number.parse::<usize>().ok()?)?;
        Some((&path["/as/".len() + number.len()..], session))
    }

    /// Forwards the request, in the session if one is given; the server is told who sent it.
    async fn forward(
        &self,
        parts: &Parts,
        to: String,
        session: Option<&str>,
        body: Bytes,
        peer: SocketAddr,
    ) -> Response<Bytes> {
        let mut request = self.client.request(parts.method.clone(), to);
        let mut left_out = vec![header::HOST, header::CONNECTION, header::CONTENT_LENGTH];
        if let Some(session) = session {
            // Dioptra ends a session whose browser or address seems to have changed.
            left_out.extend([header::COOKIE, header::USER_AGENT]);
            request = request.header(header::COOKIE, session);
        } else {
            request = request.header("X-Forwarded-For", peer.ip().to_string());
        }
        for (name, value) in &parts.headers {
            if !left_out.contains(name) {
                request = request.header(name, value);
            }
        }
        match whole(request.body(body)).await {
            Ok(response) => response,
            Err(error) => plain(StatusCode::BAD_GATEWAY, "text/plain", error.to_string().into()),
        }
    }

    /// A built file; for a screen's address, the page.
    fn file(&self, parts: &Parts) -> Response<Bytes> {
        let path = parts.uri.path();
        let is_screen = !path.rsplit('/').next().unwrap_or_default().contains('.');
        let file = self.files.get(if is_screen { page(path) } else { path });
        let Some(file) = file.filter(|_| parts.method == Method::GET) else {
            return plain(StatusCode::NOT_FOUND, "text/plain", "not found".into());
        };
        let mut response = plain(StatusCode::OK, file.content_type, file.brotli.clone());
        let cache =
            if file.is_immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
        let is_frame = parts.uri.query().is_some_and(|query| query.contains("embed=1"));
        let policy = if path.starts_with("/hosts/") {
            host_policy()
        } else {
            let parents = if is_frame { "'self'" } else { "'none'" };
            self.policy.replace(PARENTS, parents)
        };
        for (name, value) in [
            (header::CONTENT_ENCODING, "br"),
            (header::CACHE_CONTROL, cache),
            (header::CONTENT_SECURITY_POLICY, policy.as_str()),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::REFERRER_POLICY, "same-origin"),
            (header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
            (
                header::HeaderName::from_static("permissions-policy"),
                "camera=(), geolocation=(), microphone=(), clipboard-write=(self)",
            ),
        ] {
            // All of these are plain ASCII.
            response.headers_mut().insert(name, HeaderValue::from_str(value).expect("a header"));
        }
        response
    }
}

/// Sends a request and reads the whole response.
async fn whole(request: reqwest::RequestBuilder) -> reqwest::Result<Response<Bytes>> {
    let response = request.send().await?;
    let (status, mut headers) = (response.status(), response.headers().clone());
    for name in [header::CONNECTION, header::TRANSFER_ENCODING, header::CONTENT_LENGTH] {
        headers.remove(name);
    }
    let mut whole = Response::new(response.bytes().await?);
    *whole.status_mut() = status;
    *whole.headers_mut() = headers;
    Ok(whole)
}

/// A response of our own.
#[must_use]
pub fn plain(status: StatusCode, content_type: &'static str, body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// Compresses the API's JSON on its way, as the web server before a Dioptra does.
pub fn squeeze(parts: &Parts, response: &mut Response<Bytes>) {
    let accepted = parts.headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    let is_json = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/json"));
    if accepted.is_some_and(|accepted| accepted.contains("br"))
        && is_json
        && !response.headers().contains_key(header::CONTENT_ENCODING)
        && let Ok(small) = compress(response.body(), 5)
    {
        *response.body_mut() = small.into();
        let brotli = HeaderValue::from_static("br");
        response.headers_mut().insert(header::CONTENT_ENCODING, brotli);
    }
}
