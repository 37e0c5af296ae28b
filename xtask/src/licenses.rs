//! The licences of all that is in the WebAssembly, each with its full text.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use spdx::{Expression, ParseMode};
use testkit::root;

const HEAD: &str = "What is inside dioptra-queues, and under which licences.\n\n\
    dioptra-queues: MIT OR Apache-2.0\n\
    Rust's standard library: MIT OR Apache-2.0, https://www.rust-lang.org\n";

/// A list of the crates, then the texts.
///
/// # Errors
/// If a crate has no text that we know.
pub fn licenses() -> Result<String> {
    let (mut list, mut texts) = (String::from(HEAD), String::new());
    for (name, package) in linked()? {
        let field = |field: &str| package[field].as_str().unwrap_or_default();
        let text = text(&package).with_context(|| format!("the licence of {name}"))?;
        list += &format!("{name}: {}, {}\n", field("license"), field("repository"));
        texts += &format!("\n\n=== {name}\n\n{text}\n");
    }
    let standard = standard_texts("MIT OR Apache-2.0")?;
    texts += &format!(
        "\n\n=== Rust's standard library\n\nCopyright: The Rust Project Contributors\n{standard}"
    );
    list.push_str(&texts);
    Ok(list)
}

/// The text that the crate brings; otherwise the standard text of each licence that it names.
fn text(package: &Value) -> Result<String> {
    let manifest = PathBuf::from(package["manifest_path"].as_str().context("no manifest")?);
    let own = own_texts(manifest.parent().context("no folder")?)?;
    if !own.is_empty() {
        return Ok(own.join("\n\n"));
    }
    let license = package["license"].as_str().context("it names none and brings no text")?;
    let authors: Vec<_> =
        package["authors"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    Ok(format!("Copyright: {}\n{}", authors.join(", "), standard_texts(license)?))
}

/// The standard text of each licence in an expression.
fn standard_texts(license: &str) -> Result<String> {
    let mut text = String::new();
    for requirement in Expression::parse_mode(license, ParseMode::LAX)?.requirements() {
        let id = requirement.req.license.id();
        let id = id.with_context(|| format!("{} is no SPDX licence", requirement.req))?;
        text += &format!("\n{}\n", id.text().trim());
    }
    Ok(text)
}

/// The licence files in a crate's folder, by name.
fn own_texts(folder: &Path) -> Result<Vec<String>> {
    const STARTS: [&str; 5] = ["LICENSE", "LICENCE", "COPYING", "NOTICE", "UNLICENSE"];
    let mut names: Vec<_> = fs::read_dir(folder)?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    names.retain(|name| STARTS.iter().any(|start| name.to_uppercase().starts_with(start)));
    names.sort();
    let files = names.iter().map(|name| folder.join(name)).filter(|file| file.is_file());
    files.map(|file| Ok(String::from_utf8_lossy(&fs::read(file)?).trim().to_owned())).collect()
}

/// The crates that are linked into the WebAssembly, by name and version: what the app depends on,
/// without what only runs while it is built. Each as `cargo metadata` says it.
///
/// # Errors
/// If cargo does not say.
pub fn linked() -> Result<BTreeMap<String, Value>> {
    let cargo = |arguments: &[&str]| -> Result<String> {
        let output = Command::new("cargo").current_dir(root()).args(arguments).output()?;
        if !output.status.success() {
            bail!("cargo {}: {}", arguments[0], String::from_utf8_lossy(&output.stderr));
        }
        Ok(String::from_utf8(output.stdout)?)
    };
    let tree = cargo(&[
        "tree",
        "--package=dioptra-queues",
        "--features=split",
        "--target=wasm32-unknown-unknown",
        "--edges=normal,no-proc-macro",
        "--prefix=none",
        "--format={p}",
        "--locked",
    ])?;
    let metadata = cargo(&["metadata", "--format-version=1", "--locked"])?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    let packages = metadata["packages"].as_array().context("no packages")?;
    let mut linked = BTreeMap::new();
    for line in tree.lines() {
        let mut words = line.split(' ');
        let (name, version) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        let version = version.trim_start_matches('v');
        let is_it = |package: &&Value| package["name"] == name && package["version"] == version;
        if name != "dioptra-queues" && !name.is_empty() {
            let package = packages.iter().find(is_it).with_context(|| format!("no {name}"))?;
            linked.insert(format!("{name} {version}"), package.clone());
        }
    }
    Ok(linked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_linked_is_named_with_its_licence_and_the_full_text() {
        let all = licenses().unwrap();
        for name in ["leptos", "serde_json", "wasm-bindgen", "imara-diff"] {
            assert!(all.contains(&format!("\n{name} ")), "{name}");
            let text = all.split(&format!("\n=== {name} ")).nth(1).unwrap();
            let text = text.split("\n=== ").next().unwrap();
            assert!(text.contains("WITHOUT WARRANTY") || text.contains("Apache License"), "{name}");
        }
        assert!(all.contains("\n=== Rust's standard library\n"));
        // They run here or in tests, and not in the browser.
        for name in ["\nhyper ", "\nproptest "] {
            assert!(!all.contains(name), "{name}");
        }
    }

    #[test]
    fn a_crate_without_any_text_fails() {
        let folder = root().join("style");
        let manifest = folder.join("Cargo.toml");
        let package =
            |license: Value| serde_json::json!({"manifest_path": manifest, "license": license});
        assert!(text(&package("MIT".into())).unwrap().contains("WITHOUT WARRANTY"));
        assert!(text(&package(Value::Null)).is_err());
        assert!(text(&package("Own-1.0".into())).is_err());
    }
}
