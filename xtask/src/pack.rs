//! What Trunk leaves to us after a build: the WebAssembly in two files, small scripts, one style
//! sheet, names that change with their content, and the lines of the page that start everything
//! without an inline script.

use std::{
    env, fs,
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::{root, split::split, tools};

const APP: &str = "dioptra-queues";

/// The style sheets that the others build on, in their order; the rest follow by name.
const FIRST: [&str; 2] = ["tokens.css", "base.css"];

/// Called by Trunk after a build, with the folder in `TRUNK_STAGING_DIR`.
///
/// # Errors
/// If Trunk did not call it, or a file is missing.
pub fn pack() -> Result<()> {
    let folder = env::var_os("TRUNK_STAGING_DIR").context("for Trunk to call: trunk build")?;
    let folder = Path::new(&folder);
    let css = hashed(folder, "app", "css", &small(&style()?, &["--loader=css"])?)?;
    // Trunk's own are of the app in one file.
    for whole in ["_bg.wasm", ".js"] {
        fs::remove_file(folder.join(built(folder, whole)?))?;
    }
    let parts = split()?;
    let wasm = hashed(folder, APP, "wasm", &parts.first)?;
    let late = hashed(folder, "late", "wasm", &parts.late)?;
    let glue = bundle(&parts.glue)?.replace("split_late.wasm", &late);
    let js = hashed(folder, APP, "js", &glue)?;
    let files = [("\"JS\"", &js), ("\"WASM\"", &wasm), ("\"LATE\"", &late), ("\"CSS\"", &css)];
    // Not a module: it runs before anything is painted. So its names must not become the page's.
    let boot = small(&script("boot.js", &files)?, &["--format=iife"])?;
    let boot = hashed(folder, "boot", "js", &boot)?;
    let embed = small(&script("embed.js", &files)?, &["--format=esm"])?;
    fs::write(folder.join("embed.js"), embed)?;
    // The preloads stand before the script: a fetch finds only those that the parser has seen. The
    // script stands before the style sheet, which it would wait for.
    let lines = format!(
        "<link rel=\"preload\" href=\"{wasm}\" as=\"fetch\" type=\"application/wasm\" crossorigin>\
         <link rel=\"modulepreload\" href=\"{js}\">\
         <script src=\"{boot}\"></script>\
         <link rel=\"stylesheet\" href=\"{css}\">"
    );
    let page = folder.join("index.html");
    // What Trunk was told, and the empty lines that it leaves, are nothing to a browser.
    let is_ours = |line: &&str| !line.trim().is_empty() && !line.contains("data-trunk");
    let text = fs::read_to_string(&page)?;
    let text = text.lines().filter(is_ours).map(str::trim).collect::<Vec<_>>().join("\n");
    let end = text.find("</head>").context("index.html has no </head>")?;
    let (before, after) = text.split_at(end);
    let text = format!("{before}{lines}{after}");
    fs::write(&page, &text)?;
    // One build for any path: a page for each depth that a screen's address can have,
    // and one for addresses that are mistyped.
    for (name, up) in [("deep1.html", "../"), ("deep2.html", "../../"), ("deep3.html", "../../../")]
    {
        let deep = text.replacen("<base href=\"./\"", &format!("<base href=\"{up}\""), 1);
        if deep == text {
            bail!("index.html has no <base href=\"./\"");
        }
        fs::write(folder.join(name), deep)?;
    }
    Ok(())
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

/// A script behind what all scripts share, with the names of the files.
fn script(name: &str, files: &[(&str, &String)]) -> Result<String> {
    let folder = root().join("public");
    let mut script = fs::read_to_string(folder.join("load.js"))?;
    for (place, file) in files {
        script = script.replacen(place, &format!("\"{file}\""), 1);
    }
    script.push_str(&fs::read_to_string(folder.join(name))?);
    Ok(script)
}

/// A script with all that it imports.
fn bundle(script: &Path) -> Result<String> {
    let options = ["--bundle", "--format=esm"];
    let output = esbuild()?.args(options).arg(script).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        bail!("esbuild failed ({})", output.status);
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn esbuild() -> Result<Command> {
    let mut command = Command::new(tools::esbuild()?);
    command
        .args(["--minify", "--target=es2022,chrome123,firefox121,safari17.5"])
        .args(["--log-level=warning", "--charset=utf8"]);
    Ok(command)
}

/// The same script or style sheet in fewer bytes.
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
    if !output.status.success() {
        bail!("esbuild failed ({})", output.status);
    }
    Ok(String::from_utf8(output.stdout)?)
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
    fn every_style_sheet_is_in_the_one() {
        let style = style().unwrap();
        assert!(style.contains(":root"));
        for part in [".queues", "dialog", ".field", ".attributes"] {
            assert!(style.contains(part), "{part}");
        }
    }
}
