//! What Trunk leaves to us after a build: the WebAssembly in chunks, the scripts from `web`, one
//! style sheet, names that change with their content, and what is inline in the page.

use std::{
    collections::BTreeMap,
    env, fs,
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};
use serde_json::json;
use sha2::{Digest, Sha256};
use testkit::{policy, root, tools};

use crate::{chunks::split, slim::number_imports};

const APP: &str = "dioptra-queues";

/// The style sheets that the others build on, in their order; the rest follow by name.
const FIRST: [&str; 2] = ["tokens.css", "base.css"];

/// Names of the files that the page and the scripts ask for.
struct Names {
    js: String,
    wasm: String,
    /// Size of the first WebAssembly file, uncompressed.
    wasm_bytes: usize,
    css: String,
    /// The scripts of what can be used before the app runs.
    rows: String,
    form: String,
    /// For each chunk the files that it needs.
    chunks: BTreeMap<String, Vec<String>>,
}

/// Called by Trunk after a build, with the folder in `TRUNK_STAGING_DIR`.
///
/// # Errors
/// If Trunk did not call it, or a file is missing.
pub fn pack() -> Result<()> {
    let folder = env::var_os("TRUNK_STAGING_DIR").context("for Trunk to call: trunk build")?;
    let folder = Path::new(&folder);
    let names = files(folder)?;
    // What `declare const FILES` in web/load.ts is.
    let defined = json!({
        "js": names.js, "wasm": names.wasm, "wasmBytes": names.wasm_bytes, "css": names.css,
        "rows": names.rows, "form": names.form, "chunks": names.chunks,
    });
    let files = format!("--define:FILES={defined}");
    let version = json!({
        "version": env!("CARGO_PKG_VERSION"), "commit": commit(), "dioptra": tools::DIOPTRA,
    });
    fs::write(folder.join("version.json"), format!("{version:#}\n"))?;
    let version = format!("--define:VERSION={version}");
    let web = root().join("web");
    let boot = bundle(&web.join("boot.ts"), &["--format=esm", &files, &version])?;
    let boot = hashed(folder, "boot", "js", &boot)?;
    let embed = bundle(&web.join("embed.ts"), &["--format=esm", &files, &version])?;
    fs::write(folder.join("embed.js"), embed)?;
    finish_page(folder, &names, &boot)
}

/// What was built: the commit, marked if files differ from it. Outside of a clone nobody knows.
fn commit() -> String {
    let arguments = ["describe", "--always", "--abbrev=12", "--exclude=*", "--dirty"];
    let described = Command::new("git").args(arguments).current_dir(root()).output();
    let text = described.ok().filter(|output| output.status.success());
    let text = text.and_then(|output| String::from_utf8(output.stdout).ok());
    text.map_or_else(|| "unknown".to_owned(), |text| text.trim().to_owned())
}

/// Puts the app and its style into files that are named by their content.
fn files(folder: &Path) -> Result<Names> {
    let css = hashed(folder, "app", "css", &small(&style()?, &["--loader=css"])?)?;
    // Trunk's own are of the app in one file.
    for whole in ["_bg.wasm", ".js"] {
        fs::remove_file(folder.join(built(folder, whole)?))?;
    }
    let parts = split()?;
    let mut glue = bundle(&parts.glue, &["--format=esm"])?;
    let first = number_imports(&mut glue, &parts.first)?;
    let wasm = hashed(folder, APP, "wasm", &first)?;
    let mut chunks = BTreeMap::<String, Vec<String>>::new();
    for file in parts.files {
        let stem = file.chunks.iter().map(String::as_str).collect::<Vec<_>>().join(".");
        let name = hashed(folder, &stem, "wasm", &file.wasm)?;
        glue = glue.replace(&format!("./{}", file.name), &format!("./{name}"));
        for chunk in file.chunks {
            chunks.entry(chunk).or_default().push(name.clone());
        }
    }
    let js = hashed(folder, APP, "js", &glue)?;
    let script = |name| {
        let script =
            bundle(&root().join("web").join(name).with_extension("ts"), &["--format=esm"])?;
        hashed(folder, name, "js", script)
    };
    let (rows, form) = (script("rows")?, script("form")?);
    Ok(Names { js, wasm, wasm_bytes: first.len(), css, rows, form, chunks })
}

/// Finishes the page.
fn finish_page(folder: &Path, Names { js, wasm, css, .. }: &Names, boot: &str) -> Result<()> {
    let page = folder.join("index.html");
    // What Trunk was told, empty lines and indentation are nothing to a browser.
    let is_ours = |line: &&str| !line.trim().is_empty() && !line.contains("data-trunk");
    let text = fs::read_to_string(&page)?;
    let text = text.lines().filter(is_ours).map(str::trim).collect::<Vec<_>>().join("\n");
    let text = without_comments(&text);
    let first = bundle(&root().join("web/first.ts"), &["--format=iife"])?;
    let first = first.trim_end();
    pinned(first)?;
    let text = put(&text, "<script></script>", &format!("<script>{first}</script>"))?;
    // Requested, it would delay the first paint by the time of a response.
    let style = fs::read_to_string(folder.join(css))?;
    let text = put(&text, "<style></style>", &format!("<style>{style}</style>"))?;
    let names = format!("name=\"files\" content=\"{boot} {css} {js} {wasm}\"");
    fs::write(&page, put(&text, "name=\"files\" content=\"\"", &names)?)?;
    Ok(())
}

/// The page with something in its place.
fn put(page: &str, place: &str, what: &str) -> Result<String> {
    if !page.contains(place) {
        bail!("index.html has no {place}");
    }
    Ok(page.replacen(place, what, 1))
}

/// The content policy must allow the page's one inline script, by its hash, and no other.
fn pinned(script: &str) -> Result<()> {
    let hash = policy::hash(script);
    let configuration = fs::read_to_string(root().join("deploy/nginx.conf"))?;
    if !configuration.contains(&format!("script-src 'self' {hash} ")) {
        bail!("web/first.ts has changed: the policy in deploy/nginx.conf must say {hash}");
    }
    Ok(())
}

/// Comments are for those who read the source.
fn without_comments(html: &str) -> String {
    let mut parts = html.split("<!--");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once("-->").map_or("", |(_, rest)| rest))
}

/// All style sheets as one.
fn style() -> Result<String> {
    let folder = root().join("style");
    let mut rest: Vec<_> = fs::read_dir(&folder)?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<_>>()?;
    rest.retain(|name| !FIRST.contains(&name.as_str()));
    rest.sort();
    let mut style = String::new();
    for name in FIRST.into_iter().chain(rest.iter().map(String::as_str)) {
        style += &fs::read_to_string(folder.join(name)).with_context(|| name.to_owned())?;
    }
    Ok(style)
}

/// A script with all that it imports.
fn bundle(script: &Path, options: &[&str]) -> Result<String> {
    let mut command = esbuild()?;
    command.arg("--bundle").args(options).arg(script).stderr(Stdio::inherit());
    text_of(&command.output()?)
}

/// The same style sheet in fewer bytes.
fn small(text: &str, options: &[&str]) -> Result<String> {
    let mut esbuild = esbuild()?
        .args(options)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("could not start esbuild")?;
    let mut input = esbuild.stdin.take().context("esbuild takes no input")?;
    let text = text.to_owned();
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = esbuild.wait_with_output()?;
    // It stopped reading only if it failed, which it has said.
    let _ = writer.join();
    text_of(&output)
}

fn esbuild() -> Result<Command> {
    let mut command = Command::new(tools::esbuild()?);
    command
        .args(["--minify", "--target=es2022,chrome123,firefox121,safari17.5"])
        .args(["--log-level=warning", "--charset=utf8"]);
    Ok(command)
}

fn text_of(output: &std::process::Output) -> Result<String> {
    if !output.status.success() {
        bail!("esbuild failed ({})", output.status);
    }
    Ok(String::from_utf8(output.stdout.clone())?)
}

fn hashed(folder: &Path, name: &str, extension: &str, text: impl AsRef<[u8]>) -> Result<String> {
    let digest = Sha256::digest(&text);
    let hash: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let name = format!("{name}-{hash}.{extension}");
    fs::write(folder.join(&name), text)?;
    Ok(name)
}

/// The file that Trunk made from the crate.
fn built(folder: &Path, end: &str) -> Result<String> {
    fs::read_dir(folder)?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .find(|name| name.starts_with(APP) && name.ends_with(end))
        .with_context(|| format!("Trunk built no {APP}-*{end}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_spaces_weights_and_colours_are_of_the_one_scale() {
        for entry in fs::read_dir(root().join("style")).unwrap() {
            let path = entry.unwrap().path();
            if path.ends_with("tokens.css") {
                continue;
            }
            for line in fs::read_to_string(&path).unwrap().lines() {
                let (property, value) = line.trim().split_once(": ").unwrap_or_default();
                let is_spacing = ["padding", "margin", "gap", "font-size", "font-weight"]
                    .iter()
                    .any(|scaled| property.starts_with(scaled) || property.ends_with("-gap"));
                // What makes place for something of a known width is no space of the scale.
                let is_place = matches!(value, "9.25rem;" | "2.5rem;");
                let is_raw =
                    value.contains("rem") || property == "font-weight" && !value.contains("var(");
                assert!(!is_spacing || is_place || !is_raw, "{}: {line}", path.display());
                let is_colour =
                    ["#", "rgb(", "hsl(", "oklch("].iter().any(|raw| value.contains(raw));
                assert!(!is_colour, "{}: {line}", path.display());
            }
        }
    }

    #[test]
    fn every_style_sheet_is_in_the_one() {
        let style = style().unwrap();
        assert!(style.contains(":root"));
        for part in [".queues", "dialog", ".field", ".attributes"] {
            assert!(style.contains(part), "{part}");
        }
    }
}
