//! What Trunk leaves to us after a build: one style sheet, names that change with their content,
//! and the lines of the page that start everything without an inline script.

use std::{env, fs, path::Path};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::root;

/// The style sheets that the others build on, in their order; the rest follow by name.
const FIRST: [&str; 2] = ["tokens.css", "base.css"];

/// Called by Trunk after a build, with the folder in `TRUNK_STAGING_DIR`.
///
/// # Errors
/// If Trunk did not call it, or a file is missing.
pub fn pack() -> Result<()> {
    let folder = env::var_os("TRUNK_STAGING_DIR").context("for Trunk to call: trunk build")?;
    let folder = Path::new(&folder);
    let style = hashed(folder, "app", "css", &style()?)?;
    let boot = hashed(folder, "boot", "js", &script()?)?;
    let wasm = built(folder, "_bg.wasm")?;
    let js = built(folder, ".js")?;
    let page = folder.join("index.html");
    // The preloads stand before the script: a fetch finds only those that the parser has seen.
    let lines = format!(
        "<link rel=\"preload\" href=\"/{wasm}\" as=\"fetch\" type=\"application/wasm\" crossorigin>\
         <link rel=\"modulepreload\" href=\"/{js}\">\
         <script src=\"/{boot}\" data-js=\"/{js}\" data-wasm=\"/{wasm}\"></script>\
         <link rel=\"stylesheet\" href=\"/{style}\">"
    );
    let text = fs::read_to_string(&page)?;
    let title = text.find("<title>").context("index.html has no title")?;
    let (before, after) = text.split_at(title);
    fs::write(page, format!("{before}{lines}{after}"))?;
    Ok(())
}

/// All style sheets as one, without comments and indentation.
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
    Ok(lines(&without_block_comments(&style)))
}

/// The boot script, without its comments, which stand on lines of their own, and indentation.
fn script() -> Result<String> {
    let script = fs::read_to_string(root().join("public/boot.js"))?;
    let code = script.lines().filter(|line| !line.trim_start().starts_with("//"));
    Ok(lines(&code.collect::<Vec<_>>().join("\n")))
}

fn lines(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

fn without_block_comments(text: &str) -> String {
    let mut parts = text.split("/*");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |out, part| out + part.split_once("*/").map_or("", |(_, rest)| rest))
}

fn hashed(folder: &Path, name: &str, extension: &str, text: &str) -> Result<String> {
    let digest = Sha256::digest(text);
    let hash: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let name = format!("{name}-{hash}.{extension}");
    fs::write(folder.join(&name), text)?;
    Ok(name)
}

/// The file that Trunk made from the crate.
fn built(folder: &Path, end: &str) -> Result<String> {
    fs::read_dir(folder)?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .find(|name| name.starts_with("dioptra-queues-") && name.ends_with(end))
        .with_context(|| format!("Trunk built no dioptra-queues-*{end}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_indentation_are_left_out() {
        assert_eq!(
            lines(&without_block_comments("/* x */\na {\n  b: c; /* y\n z */\n}\n")),
            "a {\nb: c;\n}"
        );
    }

    #[test]
    fn every_style_sheet_is_in_the_one() {
        let style = style().unwrap();
        assert!(style.starts_with(":root"));
        for part in [".queues", "dialog", ".field", ".attributes"] {
            assert!(style.contains(part), "{part}");
        }
    }
}
