//! The real Dioptra, on `SQLite` or `PostgreSQL`.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};
use reqwest::Method;

use crate::{
    http::Caller,
    postgres::Postgres,
    process::{Running, free_port, up},
    redis::Redis,
    root, tools,
};

/// A server of our own; it ends when this is dropped.
#[derive(Debug)]
pub struct Dioptra {
    /// Where it listens.
    pub origin: String,
    /// Its database, as `SQLAlchemy` wants it.
    pub database: String,
    folder: PathBuf,
    is_temporary: bool,
    /// Always there until this is dropped.
    process: Option<Running>,
    log: PathBuf,
}

/// How a server is set up.
#[derive(Clone, Copy, Debug, Default)]
pub struct Setup<'a> {
    /// What jobs can be submitted through.
    pub redis: Option<&'a Redis>,
    /// The most rows that it gives at once, if not 1,000.
    pub max_page_size: Option<u64>,
    /// Where its data is, if not in a file of its own.
    pub postgres: Option<&'a Postgres>,
    /// In one process, not two: it starts in half of the time.
    pub is_small: bool,
}

impl Setup<'_> {
    /// For a test that needs a server of its own, and not what two requests do at once.
    #[must_use]
    pub fn small() -> Self {
        Self { is_small: true, ..Self::default() }
    }
}

const WSGI: &str = "\
import os
from dioptra.restapi import create_app
app = create_app(env=os.getenv('DIOPTRA_RESTAPI_ENV', 'dev'))
";

/// The folder that all servers of this clone live in.
fn home() -> PathBuf {
    root().join("target/dioptra").join(tools::DIOPTRA)
}

/// The database in a folder.
fn sqlite(folder: &Path) -> String {
    format!("sqlite:///{}", folder.join("dioptra.db").display())
}

fn command(program: &str, folder: &Path, database: &str) -> Result<Command> {
    let bin = tools::dioptra()?.join("bin");
    let mut command = Command::new(bin.join(program));
    let log = File::options().create(true).append(true).open(folder.join("log.txt"))?;
    command
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        // dioptra-db calls the first `flask` that it finds.
        .env("PATH", tools::path_with(&[bin])?)
        .env("FLASK_APP", "wsgi:app")
        .env("DIOPTRA_RESTAPI_ENV", "dev")
        .env("DIOPTRA_RESTAPI_DEV_DATABASE_URI", database);
    Ok(command)
}

/// A folder with an empty database of the right shape. Making one takes 10 s, so one is kept to
/// copy from.
fn template() -> Result<PathBuf> {
    let folder = home().join("template");
    if !folder.exists() {
        eprintln!("Making Dioptra's database …");
        // Elsewhere at first: another run may be making one too.
        let making = home().join(format!("template-{}", std::process::id()));
        fs::create_dir_all(&making)?;
        fs::write(making.join("wsgi.py"), WSGI)?;
        // Not autoupgrade, which takes an empty database for one that is up to date.
        tools::run(command("dioptra-db", &making, &sqlite(&making))?.arg("upgrade"))?;
        // It succeeds even if it did nothing.
        if !making.join("dioptra.db").exists() {
            bail!("dioptra-db made no database; see {}", making.join("log.txt").display());
        }
        if fs::rename(&making, &folder).is_err() {
            // The other run was faster.
            fs::remove_dir_all(&making)?;
        }
    }
    Ok(folder)
}

impl Dioptra {
    /// Starts a server whose data stays in the named folder for the next start.
    ///
    /// # Errors
    /// If Dioptra can't be installed or does not come up; the message names its log.
    pub async fn start(name: &str, setup: &Setup<'_>) -> Result<Self> {
        Self::serve(home().join(name), false, setup).await
    }

    /// Starts a server with empty data, which ends with it. Two of one name do not meet.
    ///
    /// # Errors
    /// As for [`Dioptra::start`].
    pub async fn temporary(name: &str) -> Result<Self> {
        Self::temporary_with(name, &Setup::default()).await
    }

    /// The same, set up in another way.
    ///
    /// # Errors
    /// As for [`Dioptra::start`].
    pub async fn temporary_with(name: &str, setup: &Setup<'_>) -> Result<Self> {
        let port = free_port()?;
        Self::serve(home().join(format!("{name}-{}-{port}", std::process::id())), true, setup).await
    }

    async fn serve(folder: PathBuf, is_temporary: bool, setup: &Setup<'_>) -> Result<Self> {
        if !folder.join("dioptra.db").exists() {
            let template = template()?;
            fs::create_dir_all(&folder)?;
            // mlflow.db too: two workers that both make one fall over each other.
            for file in ["wsgi.py", "dioptra.db", "mlflow.db"] {
                fs::copy(template.join(file), folder.join(file))?;
            }
        }
        let port = free_port()?;
        let log = folder.join("log.txt");
        let database = setup.postgres.map_or_else(|| sqlite(&folder), |it| it.uri.clone());
        if setup.postgres.is_some() {
            tools::run(command("dioptra-db", &folder, &database)?.arg("upgrade"))?;
        }
        let mut server = command("gunicorn", &folder, &database)?;
        let bind = format!("127.0.0.1:{port}");
        let workers = if setup.is_small { "1" } else { "2" };
        server.args(["--workers", workers, "--bind", &bind, "wsgi:app"]);
        if let Some(redis) = setup.redis {
            server.env("RQ_REDIS_URI", &redis.uri);
        }
        if let Some(max) = setup.max_page_size {
            server.env("DIOPTRA_MAX_PAGE_SIZE", max.to_string());
        }
        let process = Some(Running::start(&mut server)?);
        let origin = format!("http://127.0.0.1:{port}");
        let mut dioptra = Self { origin, database, folder, is_temporary, process, log };
        dioptra.wait().await?;
        Ok(dioptra)
    }

    /// Writes queues straight into the database, called `bulk-0` and so on, in the group and by the
    /// user that came first. Through the API 100,000 would take an hour.
    ///
    /// # Errors
    /// If the database can't be written.
    pub fn fill(&self, count: usize) -> Result<()> {
        const SCRIPT: &str = "\
import sqlite3, sys
database = sqlite3.connect('dioptra.db', timeout=60)
resource = database.execute('select coalesce(max(resource_id), 0) from resources').fetchone()[0]
snapshot = database.execute('select coalesce(max(resource_snapshot_id), 0) from resource_snapshots').fetchone()[0]
time = lambda i: f'2026-01-{1 + i // 86400 % 28:02}T{i // 3600 % 24:02}:{i // 60 % 60:02}:{i % 60:02}'.replace('T', ' ') + '.000000'
rows = range(1, int(sys.argv[1]) + 1)
with database:
    database.executemany('insert into resources values (?, 1, \"queue\", ?)', ((resource + i, time(i)) for i in rows))
    database.executemany('insert into resource_snapshots values (?, ?, \"queue\", 1, ?, ?)',
        ((snapshot + i, resource + i, f'Queue number {i} of many', time(i)) for i in rows))
    database.executemany('insert into queues values (?, ?, ?)', ((snapshot + i, resource + i, f'bulk-{i}') for i in rows))
";
        let count = count.to_string();
        let mut python = command("python", &self.folder, &self.database)?;
        tools::run(python.args(["-c", SCRIPT, &count]))
    }

    /// Writes jobs straight into the database, each like the newest one that is there, over an hour old:
    /// the first `waiting` of them wait, the others have finished; they are in the first `names` queues
    /// by turns. Through the API 20,000 would take an hour.
    ///
    /// # Errors
    /// If the database can't be written, or has no job.
    pub fn fill_jobs(&self, count: usize, waiting: usize, names: usize) -> Result<()> {
        const SCRIPT: &str = "\
import sqlite3, sys
from datetime import datetime, timedelta, timezone
count, waiting, names = map(int, sys.argv[1:])
database = sqlite3.connect('dioptra.db', timeout=60)
database.row_factory = sqlite3.Row
number = lambda sql: database.execute(sql).fetchone()[0]
like = number('select max(resource_id) from jobs')
resource = number('select max(resource_id) from resources')
snapshot = number('select max(resource_snapshot_id) from resource_snapshots')
queues = [row[0] for row in database.execute(
    'select max(resource_snapshot_id) from queues group by resource_id order by resource_id limit ?', (names,))]
last = datetime.now(timezone.utc).replace(tzinfo=None) - timedelta(hours=1)
def copies(table, key, change):
    for row in map(dict, database.execute(
            f'select * from {table} where {key} = ? order by rowid desc limit 1', (like,)).fetchall()):
        marks = ', '.join('?' for _ in row)
        database.executemany(f'insert into {table} ({\", \".join(row)}) values ({marks})',
            [tuple({**row, key: resource + i, **change(i)}.values()) for i in range(1, count + 1)])
time = lambda i: (last - timedelta(seconds=count - i)).isoformat(' ', 'microseconds')
with database:
    copies('resources', 'resource_id', lambda i: {'created_on': time(i)})
    copies('resource_snapshots', 'resource_id', lambda i: {'resource_snapshot_id': snapshot + i, 'created_on': time(i)})
    copies('queue_jobs', 'job_resource_id', lambda i: {'queue_resource_snapshot_id': queues[i % len(queues)]})
    copies('experiment_jobs', 'job_resource_id', lambda i: {})
    copies('entry_point_jobs', 'job_resource_id', lambda i: {})
    copies('resource_dependencies', 'child_resource_id', lambda i: {})
    copies('jobs', 'resource_id', lambda i: {'resource_snapshot_id': snapshot + i,
        'status': 'queued' if i <= waiting else 'finished'})
";
        let mut python = command("python", &self.folder, &self.database)?;
        python.args(["-c", SCRIPT]).args([count, waiting, names].map(|it| it.to_string()));
        tools::run(&mut python)
    }

    async fn wait(&mut self) -> Result<()> {
        let what = format!("Dioptra ({} says why)", self.log.display());
        let origin = &self.origin;
        let process = self.process.as_mut().context("a process")?;
        up(process, &what, 90, async || is_healthy(origin).await).await
    }
}

impl Drop for Dioptra {
    fn drop(&mut self) {
        // First the server, then what it writes into. A log of a start that failed stays.
        drop(self.process.take());
        if self.is_temporary && !std::thread::panicking() {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// Writes a group with these users as its members into a database, since Dioptra has no way to make
/// one; the group's id.
///
/// # Errors
/// If the database can't be written.
pub fn add_group(database: &str, name: &str, members: &[&str]) -> Result<u64> {
    const SCRIPT: &str = "\
import sys
from sqlalchemy import create_engine, text
uri, name, *members = sys.argv[1:]
with create_engine(uri).begin() as database:
    group = database.execute(text(\"insert into groups (name, user_id, created_on, last_modified_on) \"
        \"select :name, user_id, created_on, last_modified_on from groups order by group_id limit 1 \"
        \"returning group_id\"), {'name': name}).scalar_one()
    for member in members:
        database.execute(text('insert into group_members (user_id, group_id, read, write, share_read, share_write) '
            'select user_id, :group, true, true, true, true from users where username = :name'),
            {'group': group, 'name': member})
print(group)
";
    let mut python = Command::new(tools::dioptra()?.join("bin/python"));
    let output = python.args(["-c", SCRIPT, database, name]).args(members).output()?;
    let error = String::from_utf8_lossy(&output.stderr);
    let group = String::from_utf8_lossy(&output.stdout).trim().parse();
    group.with_context(|| format!("no group was made: {error}"))
}

/// A Dioptra answers at this origin.
pub async fn is_healthy(origin: &str) -> bool {
    let response = Caller::new(origin).send(Method::GET, "/health", None).await;
    response.is_ok_and(|response| response.status.is_success())
}
