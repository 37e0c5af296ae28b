//! What is at the one origin: the built files as a good web server sends them, the pages of hosts
//! that embed the app, and behind `/api/` Dioptra.

use std::{collections::HashMap, net::SocketAddr, sync::Arc};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{
    Method, Request, Response, StatusCode,
    header::{self, HeaderValue},
    http::request::Parts,
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};

use crate::statics::{File, compress, page};

/// The policy that a strict site sets: nothing inline, nothing from elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
    manifest-src 'self'; object-src 'none'; base-uri 'self'; form-action 'none'";

/// The rest of the policy for our own pages: they need no more than what boot.js allows.
const TRUSTED: &str = "; require-trusted-types-for 'script'; trusted-types default";

/// A site.
#[derive(Debug)]
pub struct Site {
    api: String,
    files: Arc<HashMap<String, File>>,
    /// Who answers for what is not the API, in place of the files.
    pages: Option<String>,
    /// The sessions that `/as/0/api/…`, `/as/1/api/…` and so on speak in.
    sessions: Vec<String>,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Site {
    /// Files, by path with a leading slash, and the API at an origin.
    #[must_use]
    pub fn new(api: &str, files: Arc<HashMap<String, File>>) -> Self {
        let client = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build_http();
        let api = api.trim_end_matches('/').to_owned();
        Self { api, files, pages: None, sessions: Vec::new(), client }
    }

    /// The pages that another server has, beside the API. One page may speak as several people:
    /// `/as/0/api/…` in the first of these sessions, and so on.
    #[must_use]
    pub fn beside(pages: &str, api: &str, sessions: Vec<String>) -> Self {
        Self { pages: Some(pages.to_owned()), sessions, ..Self::new(api, Arc::default()) }
    }

    /// The answer to a request.
    pub async fn answer(&self, parts: &Parts, body: Bytes, peer: SocketAddr) -> Response<Bytes> {
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

    /// Hands the request on as it came, in the session if one is given, but says who asked.
    async fn forward(
        &self,
        parts: &Parts,
        to: String,
        session: Option<&str>,
        body: Bytes,
        peer: SocketAddr,
    ) -> Response<Bytes> {
        let mut request = Request::builder().method(&parts.method).uri(to);
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
        let request = request.body(Full::new(body));
        let answer = match request {
            Ok(request) => self.client.request(request).await,
            Err(error) => {
                return plain(StatusCode::BAD_GATEWAY, "text/plain", error.to_string().into());
            }
        };
        let whole = match answer {
            Ok(answer) => {
                let (parts, body) = answer.into_parts();
                body.collect().await.map(|body| (parts, body.to_bytes())).map_err(|e| e.to_string())
            }
            Err(error) => Err(error.to_string()),
        };
        match whole {
            Ok((mut parts, body)) => {
                for name in [header::CONNECTION, header::TRANSFER_ENCODING, header::CONTENT_LENGTH]
                {
                    parts.headers.remove(name);
                }
                Response::from_parts(parts, body)
            }
            Err(error) => plain(StatusCode::BAD_GATEWAY, "text/plain", error.into()),
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
        let parents = if is_frame { "'self'" } else { "'none'" };
        let is_host = path.starts_with("/hosts/");
        let trusted = if is_host { "; frame-src 'self'" } else { TRUSTED };
        let policy = format!("{POLICY}; frame-ancestors {parents}{trusted}");
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

/// An answer of our own.
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
        *response.body_mut() = small;
        let brotli = HeaderValue::from_static("br");
        response.headers_mut().insert(header::CONTENT_ENCODING, brotli);
    }
}
