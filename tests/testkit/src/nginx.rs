//! The real nginx, with the file that the release brings.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::Result;

use crate::{
    process::{Running, free_port, listens, up},
    root, tools,
};

/// A server of our own; it ends when this is dropped.
#[derive(Debug)]
pub struct Nginx {
    /// Where it listens.
    pub origin: String,
    _process: Running,
}

impl Nginx {
    /// Serves a release, as `cargo xtask dist` makes it, under a path with a slash at
    /// both ends, and hands `/api/` on.
    ///
    /// # Errors
    /// If nginx can't be installed or does not come up.
    pub async fn start(release: &Path, path: &str, api: &str) -> Result<Self> {
        let program = tools::nginx()?;
        let port = free_port()?;
        let folder = root().join(format!("target/nginx/{port}"));
        fs::create_dir_all(&folder)?;
        // What the comment in the file tells operators to do.
        let www = release.join(if path == "/" { "www/queues-ui" } else { "www" });
        let app = fs::read_to_string(release.join("deploy/nginx.conf"))?
            .replace("/srv/dioptra-queues/www", &www.display().to_string())
            .replace("/queues-ui/", path);
        fs::write(folder.join("app.conf"), app)?;
        let here = folder.display();
        let user = if nix::unistd::geteuid().is_root() { "user root;" } else { "" };
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|name| format!("{name}_temp_path {here}/{name};\n"))
            .concat();
        let config = format!(
            "{user} daemon off; pid {here}/pid; error_log {here}/error.log;
             include /etc/nginx/modules-enabled/*.conf;
             events {{}}
             http {{
               access_log off; {temporary}
               server {{
                 listen 127.0.0.1:{port};
                 location /api/ {{
                   proxy_pass {api}; proxy_set_header Host $http_host;
                   brotli on; brotli_types application/json;
                 }}
                 include {here}/app.conf;
               }}
             }}"
        );
        let file = folder.join("nginx.conf");
        fs::write(&file, config)?;
        let mut process = Running::start(
            Command::new(program)
                .args(["-e", &format!("{here}/error.log"), "-c"])
                .arg(&file)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null()),
        )?;
        let what = format!("nginx ({here}/error.log says why)");
        up(&mut process, &what, 30, async || listens(port).await).await?;
        Ok(Self { origin: format!("http://127.0.0.1:{port}"), _process: process })
    }
}
