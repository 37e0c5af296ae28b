//! One origin for the app and the API. For tests it does to responses what networks and servers do:
//! real sockets, no patched browser.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, combinators::BoxBody};
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Frame, Incoming},
    header::{self, HeaderValue},
    http::request::Parts,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use crate::site::{Site, plain, squeeze};

/// Something that happens to a response.
#[derive(Clone, Debug)]
pub enum Fault {
    /// It comes later.
    Delay(Duration),
    /// The request reaches the server once [`Proxy::release`] lets it, if the browser still waits.
    Hold,
    /// The server does at once what it was asked; its response comes once [`Proxy::release`] lets it.
    HoldResponse,
    /// The server does what it was asked; the browser gets another response.
    HideResponse(u16, &'static str, String),
    /// The browser gets a 504 at once. The server does what it was asked once [`Proxy::release`] lets
    /// it: it was still at work.
    FinishLater,
    /// The connection is reset; the server never hears of the request.
    Reset,
    /// The server does what it was asked; then the connection is reset.
    LoseResponse,
    /// The connection is reset after so many bytes of the body.
    ResetBody(usize),
    /// Only so many bytes of the body, as if that were all.
    Truncate(usize),
    /// Another response; the server never hears of the request.
    Replace(u16, &'static str, String),
    /// Its text, changed.
    Edit(fn(&str) -> String),
    /// It has another header value: name, value. An empty value takes the header away.
    Header(&'static str, &'static str),
}

/// Which responses a fault happens to.
#[derive(Clone, Debug)]
struct Rule {
    method: Method,
    part: String,
    times: usize,
    fault: Fault,
}

/// A request that came.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Its method.
    pub method: Method,
    /// Its path with its query.
    pub path: String,
    /// Its body.
    pub body: String,
    /// The status of the response; none yet, or the browser did not wait.
    pub status: Option<u16>,
    /// Bytes of the response's body, as sent.
    pub bytes: usize,
    /// What the server took to respond.
    pub took: Duration,
}

struct Shared {
    site: Site,
    rules: Mutex<Vec<Rule>>,
    seen: watch::Sender<Vec<Seen>>,
    /// Counts how often what is held was let go.
    release: watch::Sender<u64>,
    /// How often the server has finished later.
    finished: watch::Sender<usize>,
}

/// A proxy; it stops listening when this is dropped.
pub struct Proxy {
    /// Where it listens.
    pub origin: String,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

type Body = BoxBody<Bytes, Reset>;

/// Breaks a connection off.
#[derive(Clone, Copy, Debug)]
struct Reset;

impl std::fmt::Display for Reset {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("connection reset on purpose")
    }
}

impl std::error::Error for Reset {}

impl Proxy {
    /// Listens on the port (0: any) for what is asked of the site.
    ///
    /// # Errors
    /// If the port is taken.
    pub async fn start(port: u16, site: Site) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port))
            .await
            .with_context(|| format!("port {port} is taken: name another one with --port"))?;
        let origin = format!("http://127.0.0.1:{}", listener.local_addr()?.port());
        let shared = Arc::new(Shared {
            site,
            rules: Mutex::default(),
            seen: watch::Sender::new(Vec::new()),
            release: watch::Sender::new(0),
            finished: watch::Sender::new(0),
        });
        let task = tokio::spawn(accept(listener, shared.clone()));
        Ok(Self { origin, shared, task })
    }

    /// Lets a fault happen to the next responses whose request has this method and whose path with
    /// query contains `part`. Of several, the first that has not been used up.
    pub fn fault(&self, method: Method, part: &str, times: usize, fault: Fault) {
        let part = part.to_owned();
        lock(&self.shared.rules).push(Rule { method, part, times, fault });
    }

    /// No more faults; what is held goes on.
    pub fn heal(&self) {
        lock(&self.shared.rules).clear();
        self.release();
    }

    /// Lets go of all that is held now, and of what has come and will be held once the server has
    /// responded.
    pub fn release(&self) {
        self.shared.release.send_modify(|count| *count += 1);
    }

    /// Lets the server do what it was asked before ([`Fault::FinishLater`]), and waits until it has.
    ///
    /// # Panics
    /// If it takes more than half a minute.
    pub async fn finish(&self) {
        let mut finished = self.shared.finished.subscribe();
        let before = *finished.borrow_and_update();
        self.release();
        let done = finished.wait_for(|count| *count > before);
        let within = tokio::time::timeout(Duration::from_secs(30), done).await;
        assert!(within.is_ok(), "what was to finish later has not finished");
    }

    /// The requests of this method whose path with query contains `part`, in their order.
    #[must_use]
    pub fn seen(&self, method: &Method, part: &str) -> Vec<Seen> {
        let is_meant = |seen: &&Seen| seen.method == method && seen.path.contains(part);
        self.shared.seen.borrow().iter().filter(is_meant).cloned().collect()
    }

    /// Every request so far, in order.
    #[must_use]
    pub fn all(&self) -> Vec<Seen> {
        self.shared.seen.borrow().clone()
    }

    /// Forgets what was seen.
    pub fn forget(&self) {
        self.shared.seen.send_modify(Vec::clear);
    }

    /// Waits until so many such requests have come.
    ///
    /// # Panics
    /// If they do not come within half a minute.
    pub async fn wait_for(&self, method: &Method, part: &str, count: usize) {
        let mut changes = self.shared.seen.subscribe();
        let came = async {
            while self.seen(method, part).len() < count {
                // The sender lives as long as we do.
                let _ = changes.changed().await;
            }
        };
        let within = tokio::time::timeout(Duration::from_secs(30), came).await;
        assert!(within.is_ok(), "never: {count} × {method} {part}");
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, peer)) = listener.accept().await {
        let shared = shared.clone();
        tokio::spawn(async move {
            // A second handle on the socket: closed with "linger 0", it is reset.
            let socket = Arc::new(socket2::SockRef::from(&stream).try_clone().ok());
            let service = service_fn(move |request| {
                let (shared, socket) = (shared.clone(), socket.clone());
                async move { respond(&shared, request, peer, socket).await }
            });
            let io = TokioIo::new(stream);
            // Fails when the browser goes away or a fault breaks the connection off.
            let _ = hyper::server::conn::http1::Builder::new().serve_connection(io, service).await;
        });
    }
}

type Socket = Arc<Option<socket2::Socket>>;

fn reset(socket: &Socket) -> Reset {
    if let Some(socket) = socket.as_ref() {
        // If that fails, the connection is closed instead, which is as good an interruption.
        let _ = socket.set_linger(Some(Duration::ZERO));
    }
    Reset
}

/// Does what was asked once it is let go, whether the browser is still there or not.
fn finish_later(
    shared: Arc<Shared>,
    mut release: watch::Receiver<u64>,
    parts: Parts,
    body: Bytes,
    peer: SocketAddr,
) {
    tokio::spawn(async move {
        let_go(&mut release).await;
        shared.site.respond(&parts, body, peer).await;
        shared.finished.send_modify(|count| *count += 1);
    });
}

/// Waits until what came when this receiver was made is let go.
async fn let_go(release: &mut watch::Receiver<u64>) {
    // The sender lives as long as the proxy; without it nothing is held.
    let _ = release.changed().await;
}

async fn respond(
    shared: &Arc<Shared>,
    request: Request<Incoming>,
    peer: SocketAddr,
    socket: Socket,
) -> Result<Response<Body>, Reset> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let body = body.collect().await.map_err(|_| Reset)?.to_bytes();
    let mut number = 0;
    // Before anybody can know that the request has come, and let it go.
    let mut release = shared.release.subscribe();
    shared.seen.send_modify(|seen| {
        number = seen.len();
        seen.push(Seen {
            method: parts.method.clone(),
            path: path.clone(),
            body: String::from_utf8_lossy(&body).into_owned(),
            status: None,
            bytes: 0,
            took: Duration::ZERO,
        });
    });
    let fault = take_fault(shared, &parts.method, &path);
    match fault {
        Some(Fault::Delay(time)) => tokio::time::sleep(time).await,
        Some(Fault::Hold) => let_go(&mut release).await,
        Some(Fault::Reset) => return Err(reset(&socket)),
        _ => {}
    }
    let other = |status: u16, content_type: &'static str, text: &str| {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
        plain(status, content_type, text.to_owned().into())
    };
    let start = Instant::now();
    let mut response = match &fault {
        Some(Fault::Replace(status, content_type, text)) => other(*status, content_type, text),
        Some(Fault::FinishLater) => {
            finish_later(shared.clone(), release.clone(), parts.clone(), body, peer);
            other(504, "text/html", "<h1>504 Gateway Time-out</h1>")
        }
        _ => shared.site.respond(&parts, body, peer).await,
    };
    shared.seen.send_modify(|seen| {
        if let Some(seen) = seen.get_mut(number) {
            seen.took = start.elapsed();
        }
    });
    match &fault {
        Some(Fault::HoldResponse) => let_go(&mut release).await,
        Some(Fault::HideResponse(status, content_type, text)) => {
            response = other(*status, content_type, text);
        }
        Some(Fault::LoseResponse) => return Err(reset(&socket)),
        Some(Fault::Truncate(bytes)) => {
            let body = response.body().slice(..(*bytes).min(response.body().len()));
            *response.body_mut() = body;
        }
        Some(Fault::Edit(edit)) => {
            let text = String::from_utf8_lossy(response.body()).into_owned();
            *response.body_mut() = edit(&text).into();
        }
        Some(Fault::Header(name, "")) => {
            response.headers_mut().remove(*name);
        }
        Some(Fault::Header(name, value)) => {
            response.headers_mut().insert(*name, HeaderValue::from_static(value));
        }
        _ => {}
    }
    if path.contains("/api/") {
        squeeze(&parts, &mut response);
    }
    shared.seen.send_modify(|seen| {
        // Forgotten meanwhile, if a test wanted to count anew.
        if let Some(seen) = seen.get_mut(number) {
            seen.status = Some(response.status().as_u16());
            seen.bytes = response.body().len();
        }
    });
    let length = response.body().len();
    response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
    Ok(response.map(|body| match fault {
        Some(Fault::ResetBody(bytes)) => {
            let start = Ok(Frame::data(body.slice(..bytes.min(length))));
            let end = Err(reset(&socket));
            Steps([Some(start), Some(end)]).boxed()
        }
        _ => Full::new(body).map_err(|never: Infallible| match never {}).boxed(),
    }))
}

/// A stream of two steps: something, then the end of the connection.
struct Steps([Option<Result<Frame<Bytes>, Reset>>; 2]);

impl hyper::body::Body for Steps {
    type Data = Bytes;
    type Error = Reset;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<Frame<Bytes>, Reset>>> {
        std::task::Poll::Ready(self.0.iter_mut().find_map(Option::take))
    }
}

fn take_fault(shared: &Shared, method: &Method, path: &str) -> Option<Fault> {
    let mut rules = lock(&shared.rules);
    let at = rules.iter().position(|rule| rule.method == method && path.contains(&rule.part))?;
    let rule = rules.get_mut(at)?;
    rule.times -= 1;
    let fault = rule.fault.clone();
    if rule.times == 0 {
        rules.remove(at);
    }
    Some(fault)
}
