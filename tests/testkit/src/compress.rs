use std::{
    fs,
    io::{Read, Write},
    sync::atomic::{AtomicU32, Ordering},
};

use anyhow::Result;
use sha2::{Digest, Sha256};

use crate::root;

/// Compresses with brotli as far as it can. That takes ten seconds for the app, and several parts of a test
/// run need it, so what was compressed once is kept in `target`.
///
/// # Errors
/// If the file system says no.
pub fn smallest(content: &[u8]) -> Result<Vec<u8>> {
    const QUALITY: u32 = 11;
    static COUNT: AtomicU32 = AtomicU32::new(0);
    // Another version of brotli may make other bytes.
    let versions = fs::read(root().join("Cargo.lock"))?;
    let hash = Sha256::new().chain_update(versions).chain_update(content).finalize();
    let folder = root().join("target/brotli");
    let kept = folder.join(hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    if let Ok(compressed) = fs::read(&kept) {
        return Ok(compressed);
    }
    let compressed = compress(content, QUALITY)?;
    fs::create_dir_all(&folder)?;
    // Whole or not at all: others may compress the same.
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let half = kept.with_extension(format!("{}-{count}", std::process::id()));
    fs::write(&half, &compressed)?;
    fs::rename(half, kept)?;
    Ok(compressed)
}

/// Compresses with brotli, of a quality from 0 (fast) to 11 (small).
///
/// # Errors
/// None: it writes into memory.
pub fn compress(content: &[u8], quality: u32) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut out, 1 << 16, quality, 24);
    writer.write_all(content)?;
    drop(writer);
    Ok(out)
}

/// What [`compress`] has compressed.
///
/// # Errors
/// If it was nothing of that.
pub fn decompress(content: &[u8]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    brotli::Decompressor::new(content, 1 << 16).read_to_end(&mut out)?;
    Ok(out)
}
