//! A few lines around hyper's client, for what seeds, records and tests ask of the server.

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Method, Request, StatusCode, header};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::Value;

/// Asks the API as one user.
#[derive(Clone, Debug)]
pub struct Caller {
    client: Client<HttpConnector, Full<Bytes>>,
    origin: String,
    cookie: String,
}

/// An answer, whole.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its type, empty if it has none.
    pub content_type: String,
    /// Its body.
    pub body: String,
    cookies: Vec<String>,
}

impl Caller {
    /// Nobody yet. The origin has no slash at its end.
    #[must_use]
    pub fn new(origin: &str) -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self { client, origin: origin.to_owned(), cookie: String::new() }
    }

    /// The cookies of the session; empty before signing in.
    #[must_use]
    pub fn session(&self) -> &str {
        &self.cookie
    }

    /// Asks once.
    ///
    /// # Errors
    /// If no answer comes.
    pub async fn ask(&self, method: Method, path: &str, body: Option<String>) -> Result<Answer> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.origin))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::COOKIE, &self.cookie)
            .body(Full::from(body.unwrap_or_default()))?;
        let answer = self.client.request(request).await.with_context(|| path.to_owned())?;
        let (parts, body) = answer.into_parts();
        let text = |value: &header::HeaderValue| value.to_str().unwrap_or_default().to_owned();
        Ok(Answer {
            status: parts.status,
            content_type: parts.headers.get(header::CONTENT_TYPE).map(text).unwrap_or_default(),
            cookies: parts.headers.get_all(header::SET_COOKIE).iter().map(text).collect(),
            body: String::from_utf8_lossy(&body.collect().await?.to_bytes()).into_owned(),
        })
    }

    /// Asks the API for JSON, with JSON if there is a body to send.
    ///
    /// # Errors
    /// If no answer comes, it is not 2xx, or it is no JSON.
    pub async fn api(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value> {
        let path = format!("/api/v1{path}");
        let answer = self.ask(method.clone(), &path, body.map(|body| body.to_string())).await?;
        if !answer.status.is_success() {
            bail!("{method} {path}: {} {}", answer.status, answer.body);
        }
        Ok(serde_json::from_str(&answer.body)?)
    }

    /// Signs in; from then on asks as this user.
    ///
    /// # Errors
    /// If the server does not let them in.
    pub async fn sign_in(&mut self, username: &str, password: &str) -> Result<()> {
        let body = serde_json::json!({"username": username, "password": password}).to_string();
        let answer = self.ask(Method::POST, "/api/v1/auth/login", Some(body)).await?;
        if !answer.status.is_success() {
            bail!("sign in as {username}: {} {}", answer.status, answer.body);
        }
        let pairs = answer.cookies.iter().filter_map(|cookie| cookie.split(';').next());
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
        let answer = self.ask(Method::POST, "/api/v1/users/", Some(body.to_string())).await?;
        if !answer.status.is_success() && answer.status != StatusCode::CONFLICT {
            bail!("sign up as {username}: {} {}", answer.status, answer.body);
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
