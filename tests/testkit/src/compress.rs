use std::io::{Read, Write};

use anyhow::Result;

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
