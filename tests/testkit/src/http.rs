//! An HTTP client that is signed in to Dioptra: for what seeds, records and tests ask the server.

use anyhow::{Context, Result, bail};
use reqwest::{Client, Method, StatusCode, header, redirect};
use serde_json::Value;

/// Sends requests to a server in the session of one user.
#[derive(Clone, Debug)]
pub struct Caller {
    client: Client,
    origin: String,
    cookie: String,
}

/// A response, whole.
#[derive(Clone, Debug)]
pub struct Response {
    /// Its status.
    pub status: StatusCode,
    /// Its `Content-Type`, empty if it has none.
    pub content_type: String,
    /// Its body.
    pub body: String,
    cookies: Vec<String>,
}

/// A client that shows what the server sent: redirects are responses too. Each request has a connection
/// of its own: one that is kept ends with the test that made it, and not with the browser that the next
/// test gets.
///
/// # Panics
/// Never: nothing of it depends on the system.
#[must_use]
pub fn client() -> Client {
    let builder = Client::builder().redirect(redirect::Policy::none()).no_proxy();
    let builder = builder.timeout(std::time::Duration::from_secs(120));
    builder.pool_max_idle_per_host(0).build().expect("a client without TLS")
}

impl Caller {
    /// Not signed in yet. The origin has no trailing slash.
    #[must_use]
    pub fn new(origin: &str) -> Self {
        Self { client: client(), origin: origin.to_owned(), cookie: String::new() }
    }

    /// The session's cookies; empty before signing in.
    #[must_use]
    pub fn session(&self) -> &str {
        &self.cookie
    }

    /// Sends one request.
    ///
    /// # Errors
    /// If no response comes.
    pub async fn send(&self, method: Method, path: &str, body: Option<String>) -> Result<Response> {
        let request = self
            .client
            .request(method, format!("{}{path}", self.origin))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::COOKIE, &self.cookie)
            .body(body.unwrap_or_default());
        let response = request.send().await.with_context(|| path.to_owned())?;
        let text = |value: &header::HeaderValue| value.to_str().unwrap_or_default().to_owned();
        let headers = response.headers();
        Ok(Response {
            status: response.status(),
            content_type: headers.get(header::CONTENT_TYPE).map(text).unwrap_or_default(),
            cookies: headers.get_all(header::SET_COOKIE).iter().map(text).collect(),
            body: String::from_utf8_lossy(&response.bytes().await?).into_owned(),
        })
    }

    /// Sends JSON to the API, if there is a body, and reads JSON.
    ///
    /// # Errors
    /// If no response comes, it is not 2xx, or it is no JSON.
    pub async fn api(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value> {
        let path = format!("/api/v1{path}");
        let response = self.send(method.clone(), &path, body.map(|body| body.to_string())).await?;
        if !response.status.is_success() {
            bail!("{method} {path}: {} {}", response.status, response.body);
        }
        Ok(serde_json::from_str(&response.body)?)
    }

    /// Signs in; later requests are this user's.
    ///
    /// # Errors
    /// If the server does not let them in.
    pub async fn sign_in(&mut self, username: &str, password: &str) -> Result<()> {
        let body = serde_json::json!({"username": username, "password": password}).to_string();
        let response = self.send(Method::POST, "/api/v1/auth/login", Some(body)).await?;
        if !response.status.is_success() {
            bail!("sign in as {username}: {} {}", response.status, response.body);
        }
        let pairs = response.cookies.iter().filter_map(|cookie| cookie.split(';').next());
        self.cookie = pairs.collect::<Vec<_>>().join("; ");
        Ok(())
    }

    /// Makes an account, unless it is there, and signs in.
    ///
    /// # Errors
    /// If the server refuses.
    pub async fn sign_up(&mut self, username: &str, password: &str) -> Result<()> {
        let body = serde_json::json!({
            "username": username, "email": format!("{username}@example.com"),
            "password": password, "confirmPassword": password,
        });
        let response = self.send(Method::POST, "/api/v1/users/", Some(body.to_string())).await?;
        if !response.status.is_success() && response.status != StatusCode::CONFLICT {
            bail!("sign up as {username}: {} {}", response.status, response.body);
        }
        self.sign_in(username, password).await
    }

    /// Makes a queue in the group that everybody is in; its id.
    ///
    /// # Errors
    /// If the server refuses.
    pub async fn queue(&self, name: &str, description: Option<&str>) -> Result<u64> {
        let body = serde_json::json!({"name": name, "group": 1, "description": description});
        let queue = self.api(Method::POST, "/queues/", Some(body)).await?;
        queue["id"].as_u64().context("a queue has an id")
    }
}
