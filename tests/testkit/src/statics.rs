//! The built files as a good web server sends them: typed, compressed, cached by name.

use std::{collections::HashMap, fs, path::Path};

use anyhow::Result;
use bytes::Bytes;

use crate::{root, smallest, tools};

/// A file, ready to be sent.
#[derive(Clone, Debug)]
pub struct File {
    /// Its media type.
    pub content_type: &'static str,
    /// Compressed with brotli, as small as it gets.
    pub brotli: Bytes,
    /// Its name changes with its content.
    pub is_immutable: bool,
}

/// All files of a build, by path with a leading slash.
///
/// # Errors
/// If one can't be read.
pub fn load(folder: &Path) -> Result<HashMap<String, File>> {
    let mut files = HashMap::new();
    add(&mut files, "", folder)?;
    Ok(files)
}

/// The same with the pages that show how to embed the app, and with the libraries that they use.
///
/// # Errors
/// If a library can't be installed or a file can't be read.
pub fn load_with_hosts(folder: &Path) -> Result<HashMap<String, File>> {
    let mut files = load(folder)?;
    add(&mut files, "/hosts", &root().join("examples/hosts"))?;
    add(&mut files, "/hosts/lib", &tools::host_libraries()?)?;
    Ok(files)
}

fn add(files: &mut HashMap<String, File>, under: &str, folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let (Some(name), true) = (path.file_name().and_then(|name| name.to_str()), path.is_file())
        else {
            continue;
        };
        let content_type = match path.extension().and_then(|extension| extension.to_str()) {
            Some("html") => "text/html; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            Some("wasm") => "application/wasm",
            Some("svg") => "image/svg+xml",
            Some("json") => "application/json",
            _ => "application/octet-stream",
        };
        let brotli = smallest(&fs::read(&path)?)?.into();
        let is_immutable = is_immutable(name);
        let is_immutable = is_immutable && under.is_empty();
        files.insert(format!("{under}/{name}"), File { content_type, brotli, is_immutable });
    }
    Ok(())
}

/// What Trunk and pack name by a hash of 16 digits; Trunk leaves zeros in front out.
fn is_immutable(name: &str) -> bool {
    let is_hash = |part: &str| part.len() > 9 && part.bytes().all(|b| b.is_ascii_hexdigit());
    name.split(['-', '_', '.']).any(is_hash)
}

/// The page that a screen's address is answered with.
#[must_use]
pub fn page(path: &str) -> &'static str {
    // The router of the page that is built with Vue has paths of its own.
    if path.starts_with("/hosts/") { "/hosts/vue.html" } else { "/index.html" }
}
