//! What the project needs and a machine may lack: installed once into the user's cache folder,
//! where a second clone finds it.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::root;

const TRUNK: &str = "0.21.14";
const DENY: &str = "0.20.2";
/// The version of Dioptra that the app is built and tested against.
pub const DIOPTRA: &str = "1.2.2";
const MUTANTS: &str = "27.1.0";
const RQ_EXPORTER: &str = "3.1.0";
const AXE: &str = "4.14.1";
const DOM_ACCESSIBILITY_API: &str = "0.7.1";
const GECKODRIVER: &str = "0.37.1";
const ESBUILD: &str = "0.28.2";
const TYPESCRIPT: &str = "7.0.2";
const PRETTIER: &str = "3.10.1";
const VUE: &str = "3.5.45";
const VUE_ROUTER: &str = "4.6.5";
const QUASAR: &str = "2.27.0";

/// The folder of this project in the user's cache.
///
/// # Errors
/// If the user has no home.
pub fn cache() -> Result<PathBuf> {
    let base = match env::var_os("XDG_CACHE_HOME").filter(|path| !path.is_empty()) {
        Some(path) => PathBuf::from(path),
        None => {
            PathBuf::from(env::var_os("HOME").context("set HOME or XDG_CACHE_HOME")?).join(".cache")
        }
    };
    Ok(base.join("dioptra-queues"))
}

/// Runs a command in the project's folder and waits for it.
///
/// # Errors
/// If it can't be started or fails; the message holds the command.
pub fn run(command: &mut Command) -> Result<()> {
    let shown = format!("{command:?}").replace('"', "");
    let status = command
        .current_dir(command.get_current_dir().map_or_else(root, Path::to_path_buf))
        .status()
        .with_context(|| format!("could not start: {shown}"))?;
    if !status.success() {
        bail!("failed ({status}): {shown}");
    }
    Ok(())
}

/// The first program of these names on the PATH.
#[must_use]
pub fn find(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    names
        .iter()
        .flat_map(|name| env::split_paths(&path).map(move |folder| folder.join(name)))
        .find(|program| program.is_file())
}

/// A path with the folder before all others, for programs that look for their tools there.
///
/// # Errors
/// If a folder's name can't stand in a path.
pub fn path_with(folders: &[PathBuf]) -> Result<std::ffi::OsString> {
    let path = env::var_os("PATH").unwrap_or_default();
    Ok(env::join_paths(folders.iter().cloned().chain(env::split_paths(&path)))?)
}

/// Installs something into a folder of the cache, unless it is there. A folder that was left
/// half-made is made anew.
fn once(name: &str, what: &str, install: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
    let folder = cache()?.join(name);
    let done = folder.join(".installed");
    if !done.exists() {
        eprintln!("Installing {what} into {} (once) …", folder.display());
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        install(&folder).with_context(|| format!("could not install {what}"))?;
        fs::write(done, "")?;
    }
    Ok(folder)
}

fn cargo_install(package: &str, version: &str, opt_level: &str, minutes: u32) -> Result<PathBuf> {
    let what = format!("{package} {version}, some {minutes} minutes");
    let folder = once(&format!("{package}-{version}"), &what, |folder| {
        let arguments = ["install", package, "--version", version, "--locked", "--quiet", "--root"];
        // Not in the project's folder, whose settings are not those of the tool. Compiled in
        // haste: what a faster tool would save is less than what it would take to make.
        run(Command::new("cargo")
            .args(arguments)
            .arg(folder)
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", opt_level)
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
            .current_dir(folder))
    })?;
    Ok(folder.join("bin"))
}

/// The folder of `trunk`.
///
/// # Errors
/// If it can't be installed.
pub fn trunk() -> Result<PathBuf> {
    cargo_install("trunk", TRUNK, "0", 6)
}

/// The folder of `cargo-mutants`.
///
/// # Errors
/// If it can't be installed.
pub fn mutants() -> Result<PathBuf> {
    cargo_install("cargo-mutants", MUTANTS, "0", 3)
}

/// The folder of `wasm-bindgen` and its test runner, of the version in Cargo.lock.
///
/// # Errors
/// If it can't be installed.
pub fn wasm_bindgen() -> Result<PathBuf> {
    let lock = fs::read_to_string(root().join("Cargo.lock"))?;
    let version = lock
        .split("name = \"wasm-bindgen\"\nversion = \"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .context("Cargo.lock has no wasm-bindgen")?;
    cargo_install("wasm-bindgen-cli", version, "2", 2)
}

/// The folder of `cargo-deny`.
///
/// # Errors
/// If it can't be installed.
pub fn cargo_deny() -> Result<PathBuf> {
    cargo_install("cargo-deny", DENY, "0", 5)
}

/// Brings the target, the clippy and the fmt that the project builds with.
///
/// # Errors
/// If rustup is missing or can't bring it.
pub fn wasm_target() -> Result<()> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let Some(rustup) = find(&["rustup"]) else {
        bail!("rustup is missing: install it as https://rustup.rs says, then try again");
    };
    let list = Command::new(&rustup).args(["target", "list", "--installed"]).output()?;
    if !String::from_utf8_lossy(&list.stdout).contains(TARGET) {
        run(Command::new(&rustup).args(["target", "add", TARGET]))?;
    }
    Ok(())
}

/// The folder of Dioptra's virtual environment: `bin/gunicorn`, `bin/python` and so on.
///
/// # Errors
/// If Python is missing or too old, or pip can't bring it.
pub fn dioptra() -> Result<PathBuf> {
    let what = format!("Dioptra {DIOPTRA}, some 820 MB");
    once(&format!("dioptra-platform-{DIOPTRA}"), &what, |folder| {
        run(Command::new(python()?).args(["-m", "venv"]).arg(folder))?;
        let package = format!("dioptra-platform=={DIOPTRA}");
        run(Command::new(folder.join("bin/pip")).args(["install", "--quiet", &package]))
    })
}

/// The folder of rq-exporter's virtual environment. It has an rq of its own, older than Dioptra's.
///
/// # Errors
/// As for [`dioptra`].
pub fn rq_exporter() -> Result<PathBuf> {
    let name = format!("rq-exporter-{RQ_EXPORTER}");
    once(&name, &format!("rq-exporter {RQ_EXPORTER}"), |folder| {
        run(Command::new(python()?).args(["-m", "venv"]).arg(folder))?;
        let package = format!("rq-exporter=={RQ_EXPORTER}");
        run(Command::new(folder.join("bin/pip")).args(["install", "--quiet", &package]))
    })
}

fn python() -> Result<PathBuf> {
    let names = ["python3", "python3.13", "python3.12", "python3.11"];
    let check = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))";
    names
        .iter()
        .filter_map(|name| find(&[name]))
        .find(|python| {
            Command::new(python).args(["-c", check]).output().is_ok_and(|out| out.status.success())
        })
        .context(
            "Python 3.11 or newer with venv is missing. On Debian and Ubuntu: \
             apt-get install python3 python3-venv",
        )
}

/// A browser and its driver.
#[derive(Clone, Debug)]
pub struct Browser {
    /// The browser.
    pub program: PathBuf,
    /// Its driver.
    pub driver: PathBuf,
}

fn is_ubuntu() -> bool {
    fs::read_to_string("/etc/os-release").unwrap_or_default().contains("ID=ubuntu")
}

/// Chromium and its driver, from the system's package manager.
///
/// # Errors
/// If they are missing and can't be installed by us; the message says the command.
pub fn chromium() -> Result<Browser> {
    let packages: &[&str] = if is_ubuntu() {
        &["chromium-browser", "chromium-chromedriver"]
    } else {
        &["chromium", "chromium-driver"]
    };
    let look = || {
        let program = find(&["chromium", "chromium-browser", "google-chrome"])?;
        Some(Browser { program, driver: find(&["chromedriver"])? })
    };
    if let Some(browser) = look() {
        return Ok(browser);
    }
    system_packages("Chromium and its driver", packages)?;
    look().context("Chromium was installed but is not on the PATH")
}

/// `redis-server`, from the system's package manager.
///
/// # Errors
/// If it is missing and can't be installed by us; the message says the command.
pub fn redis() -> Result<PathBuf> {
    let look = || find(&["redis-server"]);
    if let Some(program) = look() {
        return Ok(program);
    }
    system_packages("Redis", &["redis-server"])?;
    look().context("Redis was installed but is not on the PATH")
}

/// The folder of `PostgreSQL`'s programs, from the system's package manager.
///
/// # Errors
/// If it is missing and can't be installed by us; the message says the command.
pub fn postgres() -> Result<PathBuf> {
    // Debian keeps servers off the PATH, a folder for each version.
    let look = || {
        let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
        let mut bins: Vec<_> = versions.map(|entry| entry.path().join("bin")).collect();
        bins.sort();
        bins.into_iter()
            .rev()
            .chain(find(&["initdb"]).and_then(|program| Some(program.parent()?.to_path_buf())))
            .find(|bin| bin.join("initdb").is_file() && bin.join("postgres").is_file())
    };
    if look().is_none() {
        system_packages("PostgreSQL", &["postgresql"])?;
    }
    look().context("PostgreSQL was installed but is not on the PATH")
}

/// nginx with brotli, from the system's package manager.
///
/// # Errors
/// If it is missing and can't be installed by us; the message says the command.
pub fn nginx() -> Result<PathBuf> {
    let look = || {
        let sbin = Path::new("/usr/sbin/nginx");
        find(&["nginx"]).or_else(|| sbin.is_file().then(|| sbin.to_path_buf()))
    };
    // nginx may be there without the modules, which Debian switches on by a file each.
    let has_brotli = || {
        let modules = fs::read_dir("/etc/nginx/modules-enabled").into_iter().flatten().flatten();
        modules.filter(|file| file.file_name().to_string_lossy().contains("brotli")).count() >= 2
    };
    if look().is_none() || !has_brotli() {
        let packages =
            ["nginx", "libnginx-mod-http-brotli-filter", "libnginx-mod-http-brotli-static"];
        system_packages("nginx with brotli", &packages)?;
    }
    look().context("nginx was installed but is not on the PATH")
}

/// `openssl`, from the system's package manager.
///
/// # Errors
/// If it is missing and can't be installed by us; the message says the command.
pub fn openssl() -> Result<PathBuf> {
    let look = || find(&["openssl"]);
    if look().is_none() {
        system_packages("openssl", &["openssl"])?;
    }
    look().context("openssl was installed but is not on the PATH")
}

/// Writes a certificate that nobody has signed into a folder: `cert.pem` and `key.pem`.
///
/// # Errors
/// As for [`openssl`].
pub fn certificate(folder: &Path) -> Result<()> {
    run(Command::new(openssl()?)
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"])
        .args(["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"])
        .args(["-keyout", "key.pem", "-out", "cert.pem"])
        .current_dir(folder)
        .stderr(std::process::Stdio::null()))
}

/// Firefox, from the system's package manager, and its driver.
///
/// # Errors
/// If one is missing and can't be installed by us; the message says the command.
pub fn firefox() -> Result<Browser> {
    let look = || find(&["firefox-esr", "firefox"]);
    if look().is_none() {
        system_packages("Firefox", &[if is_ubuntu() { "firefox" } else { "firefox-esr" }])?;
    }
    let program = look().context("Firefox was installed but is not on the PATH")?;
    let driver = cargo_install("geckodriver", GECKODRIVER, "0", 3)?.join("geckodriver");
    Ok(Browser { program, driver })
}

/// axe-core, as one script.
///
/// # Errors
/// If npm is missing and can't be installed by us, or can't bring it.
pub fn axe() -> Result<PathBuf> {
    let folder = once(&format!("axe-core-{AXE}"), &format!("axe-core {AXE}"), |folder| {
        npm_install(folder, &[format!("axe-core@{AXE}")])
    })?;
    Ok(folder.join("node_modules/axe-core/axe.min.js"))
}

/// dom-accessibility-api, which computes roles and names, as one script that defines `accessibility`. A
/// fortieth of axe-core, which can do the same.
///
/// # Errors
/// As for [`axe`].
pub fn accessibility() -> Result<PathBuf> {
    const PACKAGE: &str = "dom-accessibility-api";
    let esbuild = esbuild()?;
    let name = format!("{PACKAGE}-{DOM_ACCESSIBILITY_API}");
    let folder = once(&name, &format!("{PACKAGE} {DOM_ACCESSIBILITY_API}"), |folder| {
        npm_install(folder, &[format!("{PACKAGE}@{DOM_ACCESSIBILITY_API}")])?;
        let module = folder.join("node_modules").join(PACKAGE).join("dist/index.mjs");
        run(Command::new(&esbuild)
            .args(["--bundle", "--minify", "--log-level=warning", "--global-name=accessibility"])
            // What runs it makes a function of it. Pages count what they have.
            .arg("--footer:js=Object.defineProperty(window,'accessibility',{value:accessibility})")
            .arg(format!("--outfile={}", folder.join("accessibility.js").display()))
            .arg(module))
    })?;
    Ok(folder.join("accessibility.js"))
}

/// esbuild, which makes scripts and style sheets small.
///
/// # Errors
/// As for [`axe`].
pub fn esbuild() -> Result<PathBuf> {
    let folder = once(&format!("esbuild-{ESBUILD}"), &format!("esbuild {ESBUILD}"), |folder| {
        npm_install(folder, &[format!("esbuild@{ESBUILD}")])
    })?;
    Ok(folder.join("node_modules/.bin/esbuild"))
}

/// `tsc` and `prettier`, which check the scripts.
///
/// # Errors
/// As for [`axe`].
pub fn script_checkers() -> Result<PathBuf> {
    let name = format!("typescript-{TYPESCRIPT}-prettier-{PRETTIER}");
    let what = format!("TypeScript {TYPESCRIPT} and prettier {PRETTIER}");
    let folder = once(&name, &what, |folder| {
        let packages = [format!("typescript@{TYPESCRIPT}"), format!("prettier@{PRETTIER}")];
        npm_install(folder, &packages)
    })?;
    Ok(folder.join("node_modules/.bin"))
}

/// Vue, its router and Quasar, as a page without a bundler takes them.
///
/// # Errors
/// As for [`axe`].
pub fn host_libraries() -> Result<PathBuf> {
    let name = format!("hosts-{VUE}-{VUE_ROUTER}-{QUASAR}");
    let what = format!("Vue {VUE}, vue-router {VUE_ROUTER} and Quasar {QUASAR}");
    let folder = once(&name, &what, |folder| {
        let packages =
            [format!("vue@{VUE}"), format!("vue-router@{VUE_ROUTER}"), format!("quasar@{QUASAR}")];
        npm_install(folder, &packages)?;
        for (from, to) in [
            ("vue/dist/vue.runtime.global.prod.js", "vue.js"),
            ("vue-router/dist/vue-router.global.prod.js", "vue-router.js"),
            ("quasar/dist/quasar.umd.prod.js", "quasar.js"),
            ("quasar/dist/quasar.prod.css", "quasar.css"),
        ] {
            let to = folder.join("lib").join(to);
            fs::create_dir_all(folder.join("lib"))?;
            fs::copy(folder.join("node_modules").join(from), to)?;
        }
        Ok(())
    })?;
    Ok(folder.join("lib"))
}

/// What the projects in `tests/e2e/projects` are built and checked with: the folder that has
/// `node_modules`.
///
/// # Errors
/// As for [`axe`].
pub fn web_projects() -> Result<PathBuf> {
    // Of the last TypeScript that vue-tsc can read.
    let packages = [
        "vite@8.3.8".to_owned(),
        "@vitejs/plugin-vue@6.0.11".to_owned(),
        "@quasar/vite-plugin@1.11.0".to_owned(),
        "pinia@4.1.0".to_owned(),
        format!("vue@{VUE}"),
        format!("vue-router@{VUE_ROUTER}"),
        format!("quasar@{QUASAR}"),
        "typescript@6.0.3".to_owned(),
        "vue-tsc@3.3.14".to_owned(),
        "@types/react@19.3.0".to_owned(),
        "publint@0.3.25".to_owned(),
        "@arethetypeswrong/cli@0.18.5".to_owned(),
    ];
    // Another list is another folder.
    let name = format!("projects-{:016x}", hash(&packages.join(" ")));
    once(&name, "Vite, vue-tsc and what else checks the package", |folder| {
        let found = Command::new("node").arg("--version").output()?.stdout;
        let found = String::from_utf8_lossy(&found).trim().to_owned();
        let parts: Vec<u32> =
            found.trim_start_matches('v').split('.').filter_map(|part| part.parse().ok()).collect();
        if parts < vec![20, 19] {
            bail!(
                "Node {found} is too old for Vite. Install Node 20.19 or newer, then run this again."
            );
        }
        npm_install(folder, &packages)
    })
}

/// A short name for a long one.
fn hash(text: &str) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// npm, from the system's package manager.
///
/// # Errors
/// If it is missing and can't be installed by us; the message says the command.
pub fn npm() -> Result<PathBuf> {
    let look = || find(&["npm"]);
    if look().is_none() {
        system_packages("npm", &["npm"])?;
    }
    look().context("npm was installed but is not on the PATH")
}

fn npm_install(folder: &Path, packages: &[String]) -> Result<()> {
    let arguments = ["install", "--silent", "--no-audit", "--no-fund", "--prefix"];
    run(Command::new(npm()?).args(arguments).arg(folder).args(packages).current_dir(folder))
}

fn system_packages(what: &str, packages: &[&str]) -> Result<()> {
    let command = format!("apt-get update && apt-get install -y {}", packages.join(" "));
    if find(&["apt-get"]).is_none() || !nix::unistd::geteuid().is_root() {
        bail!(
            "{what} missing. Install with your package manager; on Debian and Ubuntu, as root:\n  {command}"
        );
    }
    eprintln!("{what} missing, so: {command}");
    run(Command::new("sh").args(["-c", &command]).env("DEBIAN_FRONTEND", "noninteractive"))
}
