//! What jobs need: a plugin, an entrypoint, an experiment; and a worker that runs them.

use std::process::{Command, Stdio};

use serde_json::{Value, json};
use testkit::{Method, http::Caller, process::Running, tools};

use crate::visit::{PASSWORD, Visit};

pub async fn post(caller: &Caller, path: &str, body: Value) -> Value {
    caller.api(Method::POST, path, Some(body)).await.unwrap()
}

/// An entrypoint that is linked to the queue.
pub async fn entrypoint(v: &Visit, name: &str, queue: u64) -> u64 {
    entrypoint_of(v, name, &[queue], "pass").await
}

/// An entrypoint that is linked to the queues, and whose jobs do this in Python.
pub async fn entrypoint_of(v: &Visit, name: &str, queues: &[u64], does: &str) -> u64 {
    let caller = &v.caller;
    let name = format!("{}-{name}", v.mark);
    // The name of a plugin is one of Python's.
    let package = name.replace('-', "_");
    let code = format!(
        "import time\n\nfrom dioptra import pyplugs\n\n@pyplugs.register\ndef hello() -> None:\n    {does}\n"
    );
    let plugin =
        post(caller, "/plugins/", json!({"name": package, "group": 1, "description": ""})).await;
    let tasks = json!({"functions": [{"name": "hello", "inputParams": [], "outputParams": []}], "artifacts": []});
    let file = json!({"filename": "hello.py", "contents": code, "description": "", "tasks": tasks});
    post(caller, &format!("/plugins/{}/files", plugin["id"]), file).await;
    let body = json!({
        "name": name, "group": 1, "description": "", "taskGraph": "step:\n  task: hello\n",
        "artifactGraph": "", "parameters": [], "artifactParameters": [],
        "plugins": [plugin["id"]], "artifactPlugins": [], "queues": queues,
    });
    post(caller, "/entrypoints/", body).await["id"].as_u64().unwrap()
}

/// An experiment that the entrypoint belongs to.
pub async fn experiment(v: &Visit, entrypoint: u64) -> u64 {
    let name = format!("{}-experiment-{entrypoint}", v.mark);
    let body = json!({"name": name, "group": 1, "description": "", "entrypoints": [entrypoint]});
    post(&v.caller, "/experiments/", body).await["id"].as_u64().unwrap()
}

/// Sends a job to the queue; its id.
pub async fn send(v: &Visit, experiment: u64, entrypoint: u64, queue: u64) -> u64 {
    send_for(v, experiment, entrypoint, queue, "1h").await
}

/// The same of a job that may run so long.
pub async fn send_for(
    v: &Visit,
    experiment: u64,
    entrypoint: u64,
    queue: u64,
    timeout: &str,
) -> u64 {
    let body = json!({
        "description": "waits", "queue": queue, "entrypoint": entrypoint, "values": {},
        "timeout": timeout,
    });
    let job = post(&v.caller, &format!("/experiments/{experiment}/jobs"), body).await;
    job["id"].as_u64().unwrap()
}

/// Real jobs that wait in the queue: no worker takes them.
pub async fn jobs(v: &Visit, entrypoint: u64, queue: u64, count: usize) {
    let experiment = experiment(v, entrypoint).await;
    for _ in 0..count {
        send(v, experiment, entrypoint, queue).await;
    }
}

/// All that jobs need: an entrypoint that is linked to queues, and an experiment that it belongs to.
#[derive(Clone, Copy)]
pub struct Lab {
    pub entrypoint: u64,
    pub experiment: u64,
}

impl Lab {
    /// Jobs of this one do nothing.
    pub async fn new(v: &Visit, queues: &[u64]) -> Self {
        Self::doing(v, queues, "pass").await
    }

    /// Jobs of this one do this in Python.
    pub async fn doing(v: &Visit, queues: &[u64], does: &str) -> Self {
        let entrypoint = entrypoint_of(v, "train", queues, does).await;
        Self { entrypoint, experiment: experiment(v, entrypoint).await }
    }

    /// Sends a job to the queue; its id.
    pub async fn send(self, v: &Visit, queue: u64) -> u64 {
        send(v, self.experiment, self.entrypoint, queue).await
    }

    /// Takes a job, which fails.
    pub async fn fail(self, v: &Visit, job: u64) {
        for status in ["started", "failed"] {
            assert!(self.set_status(&v.caller, job, status).await);
        }
    }

    /// Sets a job's status, as its worker does; whether that was possible.
    pub async fn set_status(self, caller: &Caller, job: u64, status: &str) -> bool {
        set_status(caller, self.experiment, job, status).await
    }
}

/// Sets a job's status, as its worker does.
pub async fn set_status(caller: &Caller, experiment: u64, job: u64, status: &str) -> bool {
    let path = format!("/experiments/{experiment}/jobs/{job}/status");
    caller.api(Method::PUT, &path, Some(json!({"status": status}))).await.is_ok()
}

/// Makes a job look as if it had been sent, and changed last, so many seconds earlier.
pub fn age(database: &str, job: u64, seconds: u64) {
    const SCRIPT: &str = "\
import sys
from datetime import datetime, timedelta
from sqlalchemy import create_engine, text
uri, job, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with create_engine(uri).begin() as database:
    for table in ['resources', 'resource_snapshots']:
        for key, time in database.execute(text(f'select rowid, created_on from {table} where resource_id = :job'), {'job': job}).all():
            time = datetime.fromisoformat(time) - timedelta(seconds=seconds)
            database.execute(text(f'update {table} set created_on = :time where rowid = :key'),
                {'time': time.isoformat(' ', 'microseconds'), 'key': key})
";
    let python = tools::dioptra().unwrap().join("bin/python");
    let arguments = [SCRIPT, database, &job.to_string(), &seconds.to_string()];
    tools::run(Command::new(python).arg("-c").args(arguments)).unwrap();
}

/// Starts a worker by the very command that the queue's page shows, with values in place of its
/// placeholders.
pub async fn worker(v: &Visit, redis: &str) -> Running {
    v.see("region", "What next").await;
    let shown = v
        .script("return deep('pre').map((it) => it.textContent).find((it) => /dioptra-worker/.test(it))", vec![])
        .await;
    let command = shown
        .as_str()
        .expect("a worker's command")
        .replace("<username>", &v.username)
        .replace("<password>", PASSWORD)
        .replace(
            "<tracking server>",
            &format!("sqlite:///{}/mlflow-{}.db", std::env::temp_dir().display(), v.mark),
        )
        .replace("<artifact store>", "http://127.0.0.1:9")
        .replace("redis://<host>:6379/0", redis)
        // So that the shell does not stay between us and the worker.
        .replace("\ndioptra-worker-v1", "\nexec dioptra-worker-v1");
    let path = tools::path_with(&[tools::dioptra().unwrap().join("bin")]).unwrap();
    let mut shell = Command::new("sh");
    shell.args(["-c", &command]).env("PATH", path).current_dir(std::env::temp_dir());
    shell.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    Running::start(&mut shell).unwrap()
}
