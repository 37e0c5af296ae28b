//! A folder in the shape of a deployment that Dioptra's cookiecutter template makes, and in place of
//! docker a program that shows what its nginx would see, with the real nginx of this machine.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use anyhow::{Context, Result};

use crate::{nginx::Nginx, process::free_port, root, tools};

/// A deployment of its own. Its dashboard has one page that says "Dashboard", if no other is given.
#[derive(Debug)]
pub struct Deployment {
    /// Where it is.
    pub folder: PathBuf,
    scheme: &'static str,
    port: u16,
}

const COMPOSE: &str = "\
networks:
  dioptra:
    name: lab_dioptra

services:
  lab-nginx:
    image: dioptra/nginx:latest
    restart: always
    hostname: lab-nginx
    networks:
      - dioptra
    volumes:
      - \"nginx-conf-d:/etc/nginx/conf.d:rw\"
      - \"nginx-frontend:/frontend:ro\"

  lab-redis:
    image: redis:latest
    restart: always

volumes:
  nginx-conf-d:
    name: lab_nginx-conf-d
";

/// The lines that both of the template's files have.
const LOCATIONS: &str = "\
    location /api/ {
        proxy_pass http://container-restapi/api/;
    }

    location = /health {
        proxy_pass http://container-restapi/health;
    }
";

const DEFAULTS: &str = "\
include             /etc/nginx/mime.types;
default_type        application/octet-stream;

sendfile            on;
client_body_timeout 10;
send_timeout 2;
keepalive_timeout 30;
client_max_body_size 0;
proxy_set_header Host $http_host;
proxy_set_header X-Real-IP $remote_addr;
proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
proxy_set_header X-Forwarded-Proto $scheme;
";

/// Stands in docker's place. Mounts are copies; names and paths of containers become those of this
/// machine.
const DOCKER: &str = r#"
import os, pathlib, shutil, subprocess, sys, yaml

here, scheme, port, api, nginx, user = %SETTINGS%
here = pathlib.Path(here)
with open(here / "docker.log", "a") as log:
    print(*sys.argv[1:], file=log)
verb = sys.argv[2]
if verb == "exec":
    print(*sorted(os.listdir(here / "volume")), sep="\n")
    sys.exit()
override = here / "docker-compose.override.yml"
services = (yaml.safe_load(override.read_text()) or {}).get("services") or {} if override.exists() else {}
if verb == "config" and "--quiet" not in sys.argv:
    print((here / "docker-compose.yml").read_text())
    if "COMPOSE_FILE" not in os.environ and override.exists():
        print(override.read_text())
if verb in ("config", "rm") or sys.argv[-1].endswith("-rq-exporter"):
    sys.exit()
mounts = [mount.split(":") for mount in (services.get("lab-nginx") or {}).get("volumes") or []]
seen = here / "seen"
shutil.rmtree(seen, ignore_errors=True)
shutil.copytree(here / "volume", seen / "etc/nginx/conf.d")
for source, target, *_ in mounts:
    source, target = here / source, seen / target.lstrip("/")
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
for conf in [*seen.rglob("*.conf")]:
    text = conf.read_text()
    for name, real in [
        ("/srv/dioptra-queues", f"{seen}/srv/dioptra-queues"),
        ("root /frontend", f"root {here}/frontend"),
        ("lab-restapi:5000", api),
        ("lab-rq-exporter:9726", os.environ.get("RQ_EXPORTER", "127.0.0.1:9")),
        (f"listen {30443 if scheme == 'https' else 30080}", f"listen 127.0.0.1:{port}"),
        ("listen 30080", f"listen unix:{here}/other.sock"),
    ]:
        text = text.replace(name, real)
    conf.write_text(text)
temporary = "".join(
    f"{name}_temp_path {here}/{name};\n" for name in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"])
(here / "nginx.conf").write_text(f"""
{user} daemon off; pid {here}/pid; error_log {here}/error.log;
events {{}}
http {{ access_log off; {temporary} include {seen}/etc/nginx/conf.d/*.conf; }}
""")
if verb == "run":
    sys.exit(subprocess.run([nginx, "-t", "-e", f"{here}/error.log", "-c", here / "nginx.conf"]).returncode)
"#;

impl Deployment {
    /// A deployment with this API, by http or https, and the built pages of this dashboard.
    ///
    /// # Errors
    /// If it can't be written, or nginx can't be installed.
    pub fn new(api: &str, scheme: &'static str, dashboard: Option<&Path>) -> Result<Self> {
        let port = free_port()?;
        let folder = root().join(format!("target/deployments/{port}"));
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        let (config, volume) = (folder.join("config/nginx"), folder.join("volume"));
        let (bin, frontend) = (folder.join("bin"), folder.join("frontend"));
        for folder in [&config, &volume, &bin, &frontend] {
            fs::create_dir_all(folder)?;
        }
        fs::write(folder.join("docker-compose.yml"), COMPOSE)?;
        if let Some(built) = dashboard {
            tools::run(Command::new("cp").arg("-r").arg(built.join(".")).arg(&frontend))?;
        } else {
            fs::write(frontend.join("index.html"), "<!doctype html><h1>Dashboard</h1>")?;
        }
        tools::certificate(&folder)?;
        let here = folder.display();
        let tls = format!("ssl_certificate {here}/cert.pem; ssl_certificate_key {here}/key.pem;");
        let upstream = "upstream container-restapi {\n    server lab-restapi:5000;\n}\n";
        let plain = format!(
            "{upstream}\nserver {{\n    listen 30080  default_server;\n\n    server_name _;\n\n    \
             proxy_redirect off;\n\n    location / {{\n        root /frontend;\n        \
             try_files $uri $uri/ /index.html;\n    }}\n\n{LOCATIONS}}}\n"
        );
        // The template's own has no `try_files` here.
        let secure = format!(
            "{upstream}\nserver {{\n    listen 30080  default_server;\n\n    server_name _;\n\n    \
             return 301 https://$host$request_uri;\n}}\n\nserver {{\n    listen 30443 ssl  \
             default_server;\n\n    server_name _;\n    {tls}\n\n    proxy_redirect off;\n\n    \
             location / {{\n        root /frontend;\n    }}\n\n{LOCATIONS}}}\n"
        );
        for (scheme, server) in [("http", plain), ("https", secure)] {
            fs::write(config.join(format!("{scheme}_restapi.conf")), server)?;
            fs::write(config.join(format!("{scheme}_default.conf")), DEFAULTS)?;
        }
        // What `init-deployment.sh` does.
        for file in ["restapi", "default"] {
            let name = format!("{scheme}_{file}.conf");
            fs::copy(config.join(&name), volume.join(&name))?;
        }
        let api = api.trim_start_matches("http://");
        let user = if nix::unistd::geteuid().is_root() { "user root;" } else { "" };
        let settings = serde_json::json!([folder, scheme, port, api, tools::nginx()?, user]);
        let python = tools::dioptra()?.join("bin/python");
        let docker = format!(
            "#!{}\n{}",
            python.display(),
            DOCKER.replace("%SETTINGS%", &settings.to_string())
        );
        fs::write(bin.join("docker"), docker)?;
        fs::set_permissions(bin.join("docker"), fs::Permissions::from_mode(0o755))?;
        Ok(Self { folder, scheme, port })
    }

    /// Runs a command line of a shell in the deployment's folder.
    ///
    /// # Errors
    /// If there is no shell.
    pub fn run(&self, line: &str) -> Result<Output> {
        let path = tools::path_with(&[self.folder.join("bin")])?;
        let mut shell = Command::new("sh");
        shell.args(["-c", line]).current_dir(&self.folder).env("PATH", path);
        shell.output().context("sh")
    }

    /// A file of it, by its path.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn read(&self, path: &str) -> Result<String> {
        Ok(fs::read_to_string(self.folder.join(path))?)
    }

    /// Serves what its nginx sees.
    ///
    /// # Errors
    /// If nginx does not come up.
    pub async fn serve(&self) -> Result<Nginx> {
        Nginx::of(&self.folder, self.scheme, self.port).await
    }
}

impl Drop for Deployment {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}
