//! The real nginx, with the file that the release brings.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::Result;

use crate::{
    policy,
    process::{Running, free_port, listens, up},
    root,
    site::content_policy,
    tools,
};

/// A server of our own; it ends when this is dropped.
#[derive(Debug)]
pub struct Nginx {
    /// Where it listens.
    pub origin: String,
    _process: Running,
}

impl Nginx {
    /// Serves a release, as `cargo xtask dist` makes it, under a path with a slash at both ends, hands
    /// `/api/` on, and sends what is compressed with brotli.
    ///
    /// # Errors
    /// If nginx can't be installed or does not come up.
    pub async fn start(release: &Path, path: &str, api: &str) -> Result<Self> {
        let folder = folder()?;
        let here = folder.display();
        fs::copy(release.join("deploy/brotli.conf.off"), folder.join("brotli.conf"))?;
        include(&folder, release, path, &folder)?;
        let http = format!(
            "server {{
               listen 127.0.0.1:{port};
               location /api/ {{
                 proxy_pass {api}; proxy_set_header Host $http_host;
                 brotli on; brotli_types application/json;
               }}
               include {here}/app.conf;
             }}",
            port = port(&folder),
        );
        run(&folder, "include /etc/nginx/modules-enabled/*.conf;", &http).await
    }

    /// Serves the files of a release as any static host does: an unknown path is answered with
    /// `index.html`. Under a path with a slash at both ends.
    ///
    /// # Errors
    /// As for [`Nginx::start`].
    pub async fn static_host(release: &Path, path: &str, api: &str) -> Result<Self> {
        let folder = folder()?;
        let page = fs::read_to_string(release.join("www/queues-ui/index.html"))?;
        let policy = policy::for_page(&content_policy("'none'"), &page);
        let http = format!(
            "types {{
               text/html html; text/css css; text/javascript js; application/json json;
               application/wasm wasm; image/svg+xml svg;
             }}
             server {{
               listen 127.0.0.1:{port};
               location /api/ {{ proxy_pass {api}; proxy_set_header Host $http_host; }}
               location {path} {{
                 alias {www}/www/queues-ui/;
                 try_files $uri {path}index.html;
                 add_header Content-Security-Policy \"{policy}\" always;
               }}
             }}",
            port = port(&folder),
            www = release.display(),
        );
        run(&folder, "", &http).await
    }

    /// Serves a release under `/queues-ui/` beside other pages at the root.
    ///
    /// # Errors
    /// As for [`Nginx::start`].
    pub async fn beside(release: &Path, pages: &Path, api: &str) -> Result<Self> {
        let folder = folder()?;
        let here = folder.display();
        include(&folder, release, "/queues-ui/", &release.join("deploy"))?;
        let http = format!(
            "types {{ text/html html; text/css css; text/javascript js; }}
             server {{
               listen 127.0.0.1:{port};
               include {here}/app.conf;
               location /api/ {{ proxy_pass {api}; proxy_set_header Host $http_host; }}
               location / {{ root {pages}; }}
             }}",
            port = port(&folder),
            pages = pages.display(),
        );
        run(&folder, "", &http).await
    }

    /// Serves what a folder's `nginx.conf` says, at this port.
    ///
    /// # Errors
    /// As for [`Nginx::start`].
    pub async fn of(folder: &Path, scheme: &str, port: u16) -> Result<Self> {
        let here = folder.display();
        let mut process = Running::start(
            Command::new(tools::nginx()?)
                .args(["-e", &format!("{here}/error.log"), "-c"])
                .arg(folder.join("nginx.conf"))
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null()),
        )?;
        let what = format!("nginx ({here}/error.log says why)");
        up(&mut process, &what, 30, async || listens(port).await).await?;
        Ok(Self { origin: format!("{scheme}://127.0.0.1:{port}"), _process: process })
    }
}

/// A folder of its own, which is named by the port.
fn folder() -> Result<PathBuf> {
    let folder = root().join(format!("target/nginx/{}", free_port()?));
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn port(folder: &Path) -> String {
    folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Writes the release's file as the comment in it tells operators to, with what it includes in a
/// folder.
fn include(folder: &Path, release: &Path, path: &str, includes: &Path) -> Result<()> {
    let www = release.join(if path == "/" { "www/queues-ui" } else { "www" });
    let app = fs::read_to_string(release.join("deploy/nginx.conf"))?
        .replace("/srv/dioptra-queues/www", &www.display().to_string())
        .replace("/srv/dioptra-queues/deploy", &includes.display().to_string())
        .replace("/queues-ui/", path);
    fs::write(folder.join("app.conf"), app)?;
    Ok(())
}

async fn run(folder: &Path, modules: &str, http: &str) -> Result<Nginx> {
    let here = folder.display();
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("{name}_temp_path {here}/{name};\n"))
        .concat();
    let user = if nix::unistd::geteuid().is_root() { "user root;" } else { "" };
    let config = format!(
        "{user} daemon off; pid {here}/pid; error_log {here}/error.log;
         {modules}
         events {{}}
         http {{ access_log off; {temporary} {http} }}"
    );
    fs::write(folder.join("nginx.conf"), config)?;
    Nginx::of(folder, "http", port(folder).parse()?).await
}
