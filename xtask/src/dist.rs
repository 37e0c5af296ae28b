//! `cargo xtask dist`: the release as a folder and a tar file, the same bytes each time.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};
use flate2::{Compression, GzBuilder};
use sha2::{Digest, Sha256};
use tar::EntryType;
use testkit::{policy, root, smallest};

use crate::{build, licenses::licenses, package::package, sbom::sbom};

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

/// Builds the release and makes the npm package of it in `target/package`.
///
/// # Errors
/// As for [`dist`].
pub fn npm() -> Result<()> {
    let tarball = package(&build::release()?, &root().join("target/package"))?;
    println!("{}", tarball.display());
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
        // What operators edit has no compressed copies, which would be sent as they were.
        if file != "config.json" {
            files.insert(format!("{under}.br"), smallest(&content)?);
            files.insert(format!("{under}.gz"), gzip(&content)?);
        }
        files.insert(under, content);
    }
    add_folder(&mut files, "deploy")?;
    let page = fs::read_to_string(built.join("index.html"))?;
    if let Some(configuration) = files.get_mut("deploy/nginx.conf") {
        *configuration = policy::for_page(&String::from_utf8(configuration.clone())?, &page).into();
    }
    for name in ["CHANGELOG.md", "SECURITY.md", "LICENSE-MIT", "LICENSE-APACHE"] {
        files.insert(name.to_owned(), fs::read(root().join(name))?);
    }
    files.insert("LICENSES.txt".to_owned(), licenses()?.into_bytes());
    files.insert("sbom.cdx.json".to_owned(), sbom()?.into_bytes());
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
    let time = commit_time();
    let mut add = |path: &str, kind: EntryType, mode: u32, content: &[u8]| {
        let mut header = tar::Header::new_ustar();
        header.set_entry_type(kind);
        header.set_size(content.len() as u64);
        header.set_mode(mode);
        header.set_mtime(time);
        archive.append_data(&mut header, path, content)
    };
    // Whoever unpacks it as another user than the server's must not lock that out.
    let folders: BTreeSet<_> =
        files.keys().flat_map(|file| Path::new(file).ancestors().skip(1)).collect();
    for folder in folders {
        let folder = format!("{name}/{}", folder.display());
        add(&format!("{}/", folder.trim_end_matches('/')), EntryType::Directory, 0o755, &[])?;
    }
    for (path, content) in &files {
        let mode = if is_program(path) { 0o755 } else { 0o644 };
        add(&format!("{name}/{path}"), EntryType::Regular, mode, content)?;
    }
    archive.finish()?;
    Ok(Release { folder, tar })
}

/// A script that is there to be run.
fn is_program(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == "sh")
}

/// Adds the files of a folder of the project, and those of the folders in it.
fn add_folder(files: &mut BTreeMap<String, Vec<u8>>, folder: &str) -> Result<()> {
    for entry in fs::read_dir(root().join(folder))? {
        let entry = entry?;
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            add_folder(files, &path)?;
        } else {
            files.insert(path, fs::read(entry.path())?);
        }
    }
    Ok(())
}

/// When the source was committed, in seconds since 1970: servers tell two releases apart by the times of
/// their files. 0 outside of a clone.
fn commit_time() -> u64 {
    let log = Command::new("git").args(["log", "-1", "--format=%ct"]).current_dir(root()).output();
    let time = log.ok().and_then(|log| String::from_utf8(log.stdout).ok()?.trim().parse().ok());
    time.unwrap_or_default()
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut writer = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
    writer.write_all(content)?;
    Ok(writer.finish()?)
}

fn sha256(content: &[u8]) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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
