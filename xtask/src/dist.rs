//! `cargo xtask dist`: the release as a folder and a tar file, the same bytes each time.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use flate2::{Compression, GzBuilder};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{build, root, statics::compress};

/// Folder and tar file of the release.
#[derive(Debug)]
pub struct Release {
    /// What the tar file holds.
    pub folder: PathBuf,
    /// The tar file.
    pub tar: PathBuf,
}

/// Builds the release and packs it into `target/dist`.
///
/// # Errors
/// If it can't be built or written.
pub fn dist() -> Result<Release> {
    let release = pack(&build::release()?, &root().join("target/dist"))?;
    println!("{}\n{}", release.folder.display(), release.tar.display());
    println!("{}  sha256", sha256(&fs::read(&release.tar)?));
    Ok(release)
}

/// Builds it twice and compares.
///
/// # Errors
/// If the two differ.
pub fn is_reproducible() -> Result<()> {
    let first = fs::read(dist()?.tar)?;
    // The same source, but it counts as changed.
    let main = root().join("src/main.rs");
    fs::write(&main, fs::read(&main)?)?;
    let again = pack(&build::release()?, &root().join("target/dist-again"))?;
    if fs::read(again.tar)? != first {
        bail!("two builds of one source differ: compare target/dist and target/dist-again");
    }
    Ok(())
}

/// Packs what was built into a folder, which is made anew.
///
/// # Errors
/// If something can't be read or written.
pub fn pack(built: &Path, into: &Path) -> Result<Release> {
    let name = format!("dioptra-queues-{}", env!("CARGO_PKG_VERSION"));
    if into.exists() {
        fs::remove_dir_all(into)?;
    }
    let folder = into.join(&name);
    // By name, and so always in the same order.
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(built)? {
        let path = entry?.path();
        let file = path.file_name().and_then(|name| name.to_str()).context("a file's name")?;
        let content = fs::read(&path)?;
        let under = format!("www/queues-ui/{file}");
        files.insert(format!("{under}.br"), compress(&content, 11)?.to_vec());
        files.insert(format!("{under}.gz"), gzip(&content)?);
        files.insert(under, content);
    }
    files.insert("deploy/nginx.conf".to_owned(), fs::read(root().join("deploy/nginx.conf"))?);
    files.insert("LICENSES.txt".to_owned(), licenses()?.into_bytes());
    let sums: String =
        files.iter().map(|(name, content)| format!("{}  {name}\n", sha256(content))).collect();
    files.insert("SHA256SUMS".to_owned(), sums.into_bytes());

    for (path, content) in &files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().context("a folder")?)?;
        fs::write(path, content)?;
    }
    let tar = into.join(format!("{name}.tar"));
    let mut archive = tar::Builder::new(File::create(&tar)?);
    for (path, content) in &files {
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(0);
        archive.append_data(&mut header, format!("{name}/{path}"), content.as_slice())?;
    }
    archive.finish()?;
    Ok(Release { folder, tar })
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut writer = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
    writer.write_all(content)?;
    Ok(writer.finish()?)
}

fn sha256(content: &[u8]) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The licences of all that is in the WebAssembly: Rust's standard library and each crate, with the
/// texts that it brings.
fn licenses() -> Result<String> {
    let mut text = String::from(
        "What is inside dioptra-queues, and under which licences.\n\n\
         dioptra-queues: MIT OR Apache-2.0\n\
         Rust's standard library: MIT OR Apache-2.0, https://www.rust-lang.org\n",
    );
    for (name, package) in inside()? {
        let field = |field: &str| package[field].as_str().unwrap_or("").to_owned();
        let mut license = field("license");
        if license.is_empty() {
            license = "see below".to_owned();
        }
        text += &format!("{name} {}: {license}, {}\n", field("version"), field("repository"));
    }
    for (name, package) in inside()? {
        let manifest = PathBuf::from(package["manifest_path"].as_str().context("a manifest")?);
        let folder = manifest.parent().context("a folder")?;
        let mut found: Vec<_> = fs::read_dir(folder)?
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|name| {
                let name = name.to_uppercase();
                ["LICENSE", "LICENCE", "COPYING", "NOTICE", "UNLICENSE"]
                    .iter()
                    .any(|start| name.starts_with(start))
            })
            .filter(|name| folder.join(name).is_file())
            .collect();
        found.sort();
        if found.is_empty() {
            text += &format!("\n{name} brings no text of its licence, which is named above.\n");
        }
        for file in found {
            let license = fs::read(folder.join(&file))?;
            let license = String::from_utf8_lossy(&license);
            text += &format!("\n\n=== {name}: {file}\n\n{}\n", license.trim());
        }
    }
    Ok(text)
}

/// The crates that are linked into the WebAssembly, by name: what the app depends on, without what
/// only runs while it is built.
fn inside() -> Result<BTreeMap<String, Value>> {
    let tree = Command::new("cargo")
        .current_dir(root())
        .args(["tree", "--package", "dioptra-queues", "--target", "wasm32-unknown-unknown"])
        .args([
            "--edges",
            "normal,no-proc-macro",
            "--prefix",
            "none",
            "--format",
            "{p}",
            "--locked",
        ])
        .output()?;
    let metadata = Command::new("cargo")
        .current_dir(root())
        .args(["metadata", "--format-version", "1", "--locked"])
        .output()?;
    if !tree.status.success() || !metadata.status.success() {
        bail!("cargo can't tell what is inside: {}", String::from_utf8_lossy(&tree.stderr));
    }
    let tree = String::from_utf8(tree.stdout)?;
    let metadata: Value = serde_json::from_slice(&metadata.stdout)?;
    let packages = metadata["packages"].as_array().context("no packages")?;
    let mut inside = BTreeMap::new();
    for line in tree.lines() {
        let mut words = line.split(' ');
        let (name, version) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        let is_it = |package: &&Value| {
            package["name"] == name && package["version"] == version.trim_start_matches('v')
        };
        if name != "dioptra-queues"
            && let Some(package) = packages.iter().find(is_it)
        {
            inside.insert(format!("{name} {version}"), package.clone());
        }
    }
    Ok(inside
        .into_iter()
        .map(|(name, package)| (name.split(' ').next().unwrap_or("").to_owned(), package))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_inside_is_named_with_its_licence() {
        let text = licenses().unwrap();
        for crate_ in ["\nleptos ", "\nserde_json ", "\nwasm-bindgen ", "\nimara-diff "] {
            assert!(text.contains(crate_), "{crate_}");
        }
        assert!(text.contains("=== serde_json: LICENSE-MIT"));
        assert!(text.contains("\nleptos brings no text of its licence"));
        // They run here or in tests, and not in the browser.
        for crate_ in ["\nhyper ", "\nproptest "] {
            assert!(!text.contains(crate_), "{crate_}");
        }
    }

    #[test]
    fn the_same_files_make_the_same_bytes_each_with_its_compressed_forms() {
        let base = root().join("target/dist-test");
        let built = base.join("built");
        fs::create_dir_all(&built).unwrap();
        fs::write(built.join("a.js"), "let a = 1;".repeat(100)).unwrap();
        fs::write(built.join("index.html"), "<!doctype html>").unwrap();
        let first = pack(&built, &base.join("first")).unwrap();
        let second = pack(&built, &base.join("second")).unwrap();
        assert_eq!(fs::read(first.tar).unwrap(), fs::read(second.tar).unwrap());
        let sums = fs::read_to_string(first.folder.join("SHA256SUMS")).unwrap();
        for file in ["a.js", "a.js.br", "a.js.gz", "index.html.br"] {
            let path = format!("www/queues-ui/{file}");
            let sum = sha256(&fs::read(first.folder.join(&path)).unwrap());
            assert!(sums.contains(&format!("{sum}  {path}\n")), "{file}");
        }
    }
}
