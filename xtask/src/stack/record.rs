//! Records responses of the real server, for `tests/contract`. Nobody types these by hand.

use std::fs;

use anyhow::Result;
use serde_json::{Value, json};
use testkit::{Method, dioptra::Dioptra, http::Caller, root};

/// A description with quotes and more than one line.
const TEXT: &str = "It's “quoted”,\nin two lines 🙂";

/// Starts a fresh Dioptra, asks it all that matters, and writes down each response.
///
/// # Errors
/// If Dioptra does not start or a file can't be written.
pub async fn record() -> Result<()> {
    let dioptra = Dioptra::temporary("record").await?;
    let nobody = Caller::new(&dioptra.origin);
    let mut somebody = nobody.clone();
    somebody.sign_up("recorder", "a password").await?;
    let tag =
        somebody.api(Method::POST, "/tags/", Some(json!({"name": "gpu", "group": 1}))).await?;
    let first = somebody.queue("tensorflow-cpu", Some(TEXT)).await?;
    let bare = somebody.queue("bare", None).await?;
    let deleted = somebody.queue("deleted", Some("gone")).await?;
    somebody
        .api(Method::POST, &format!("/queues/{first}/tags"), Some(json!({"ids": [tag["id"]]})))
        .await?;
    somebody.api(Method::DELETE, &format!("/queues/{deleted}"), None).await?;

    let text = |description: &str| json!({"name": "tensorflow-cpu", "description": description});
    let change = Some(text("changed"));
    somebody.api(Method::PUT, &format!("/queues/{first}"), change).await?;
    let stale =
        somebody.api(Method::POST, &format!("/queues/{first}/draft"), Some(text("late"))).await?;
    somebody.api(Method::PUT, &format!("/queues/{first}"), Some(text(TEXT))).await?;
    let new = json!({"name": "draft", "group": 1, "description": "to come"});
    let new = somebody.api(Method::POST, "/queues/drafts/", Some(new)).await?;

    let get = |path: &str| (Method::GET, path.to_owned(), None);
    let post = |path: &str, body: Value| (Method::POST, path.to_owned(), Some(body.to_string()));
    let queue = |name: &str| json!({"name": name, "group": 1, "description": "d"});
    let account = json!({
        "username": "recorder", "email": "other@example.com", "password": "p",
        "confirmPassword": "p",
    });
    let same_email = json!({
        "username": "other", "email": "recorder@example.com", "password": "p",
        "confirmPassword": "p",
    });
    let requests = [
        ("user", &somebody, get("/users/current")),
        ("queues", &somebody, get("/queues/?showDeleted=true&sortBy=createdOn&descending=true")),
        ("queues-none", &somebody, get("/queues/?search=nothing")),
        ("queues-past-the-end", &somebody, get("/queues/?index=100")),
        ("queue", &somebody, get(&format!("/queues/{first}"))),
        ("queue-bare", &somebody, get(&format!("/queues/{bare}"))),
        ("queue-deleted", &somebody, get(&format!("/queues/{deleted}"))),
        ("created", &somebody, post("/queues/", queue("created"))),
        ("error-a-name-taken", &somebody, post("/queues/", queue("tensorflow-cpu"))),
        ("error-a-name-rule", &somebody, post("/queues/", queue("a/b"))),
        ("error-a-no-such-group", &somebody, post("/queues/", json!({"name": "n", "group": 99}))),
        ("error-a-no-such-queue", &somebody, get("/queues/99999")),
        ("error-a-list-of-no-group", &somebody, get("/queues/?groupId=99")),
        ("error-a-sort", &somebody, get("/queues/?sortBy=evil")),
        ("error-a-search", &somebody, get("/queues/?search=it's")),
        (
            "error-a-credentials",
            &nobody,
            post("/auth/login", json!({"username": "recorder", "password": "x"})),
        ),
        ("error-a-username-taken", &nobody, post("/users/", account)),
        ("error-a-email-taken", &nobody, post("/users/", same_email)),
        ("error-b-field", &somebody, post("/queues/", json!({"name": "n", "group": 1, "odd": 1}))),
        ("error-b-page-length", &somebody, get("/queues/?pageLength=1001")),
        (
            "error-b-nested",
            &somebody,
            post(&format!("/queues/{first}/tags"), json!({"ids": ["x"]})),
        ),
        ("drafts", &somebody, get("/queues/drafts/?draftType=all")),
        ("draft-new", &somebody, get(&format!("/queues/drafts/{}", new["id"]))),
        ("draft-change", &somebody, get(&format!("/queues/{first}/draft"))),
        ("snapshots", &somebody, get(&format!("/queues/{first}/snapshots"))),
        ("tags", &somebody, get("/tags/?sortBy=createdOn")),
        ("jobs", &somebody, get("/jobs/?search=status:queued&sortBy=createdOn")),
        ("entrypoints", &somebody, get("/entrypoints/?sortBy=createdOn")),
        (
            "error-a-draft-stale",
            &somebody,
            post(&format!("/workflows/draftCommit/{}", stale["id"]), Value::Null),
        ),
        ("error-a-draft-exists", &somebody, post(&format!("/queues/{first}/draft"), text("again"))),
        (
            "error-a-draft-of-deleted",
            &somebody,
            post(&format!("/queues/{deleted}/draft"), text("too late")),
        ),
        ("error-a-no-such-draft", &somebody, get("/queues/drafts/99999")),
        (
            "error-a-no-draft-to-commit",
            &somebody,
            post("/workflows/draftCommit/99999", Value::Null),
        ),
        ("error-c-signed-out", &nobody, get("/users/current")),
        ("error-c-method", &somebody, (Method::PATCH, "/queues/".to_owned(), None)),
        ("error-c-json", &somebody, (Method::POST, "/queues/".to_owned(), Some("{".to_owned()))),
        ("error-d-no-such-route", &somebody, get("/nowhere")),
        ("error-d-too-long", &somebody, get(&format!("/queues/?search={}", "x".repeat(5000)))),
        ("error-d-broken", &somebody, post(&format!("/queues/{first}/tags"), json!({}))),
    ];
    let folder = root().join("tests/contract/recorded");
    fs::create_dir_all(&folder)?;
    for (name, caller, (method, path, body)) in requests {
        let response = caller.send(method, &format!("/api/v1{path}"), body).await?;
        let recorded = json!({
            "status": response.status.as_u16(),
            "contentType": response.content_type,
            "body": response.body,
        });
        fs::write(folder.join(format!("{name}.json")), format!("{recorded:#}\n"))?;
        println!("{name}: {}", response.status);
    }
    Ok(())
}
