//! The built files as a good web server sends them: typed, compressed, cached by name.

use std::{collections::HashMap, fs, io::Write, path::Path};

use anyhow::Result;
use bytes::Bytes;

/// A file, ready to be sent.
#[derive(Clone, Debug)]
pub struct File {
    /// Its media type.
    pub content_type: &'static str,
    /// Compressed with brotli, quality 11.
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
            _ => "application/octet-stream",
        };
        let brotli = compress(&fs::read(&path)?, 11)?;
        // What Trunk and pack write into the page under a hashed name.
        let is_immutable = name.contains('-');
        files.insert(format!("/{name}"), File { content_type, brotli, is_immutable });
    }
    Ok(files)
}

/// Compresses with brotli, of a quality from 0 (fast) to 11 (small).
///
/// # Errors
/// None: it writes into memory.
pub fn compress(content: &[u8], quality: u32) -> Result<Bytes> {
    let mut out = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut out, 1 << 16, quality, 24);
    writer.write_all(content)?;
    drop(writer);
    Ok(out.into())
}
