//! Bytes of the app that nobody needs: functions that are exported but never called, and the
//! hashes in the names that the glue script and the WebAssembly agree on.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use wasm_encoder::{CustomSection, ExportSection, Module, RawSection};
use wasmparser::{ExportSectionReader, Parser, Payload};

/// What Leptos's server functions stream bodies with, as wasm-bindgen names it. The app has no
/// server functions; exported, it would stay all the same: 5 kB after brotli.
const UNUSED: &str = "intounderlying";

/// Where the crates tell wasm-bindgen what they export, one part after the other.
const DESCRIPTIONS: &str = "__wasm_bindgen_unstable";

/// Takes the exports away that nothing calls; splitting then leaves out what only they need.
///
/// # Errors
/// If this is no WebAssembly of wasm-bindgen's.
pub fn without_unused(whole: &[u8]) -> Result<Vec<u8>> {
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(whole) {
        let payload = payload?;
        match &payload {
            Payload::ExportSection(exports) => {
                module.section(&used_exports(exports.clone())?);
            }
            Payload::CustomSection(section) if section.name() == DESCRIPTIONS => {
                let data = used_descriptions(section.data())?;
                module.section(&CustomSection { name: DESCRIPTIONS.into(), data: data.into() });
            }
            other => {
                if let Some((id, range)) = other.as_section() {
                    let data = &whole[range.start as usize..range.end as usize];
                    module.section(&RawSection { id, data });
                }
            }
        }
    }
    Ok(module.finish())
}

fn used_exports(exports: ExportSectionReader) -> Result<ExportSection> {
    let mut used = ExportSection::new();
    for export in exports {
        let export = export?;
        if !export.name.contains(UNUSED) {
            used.export(export.name, export.kind.into(), export.index);
        }
    }
    Ok(used)
}

/// A part is two texts, each with its length before it: the version, and what is described.
fn used_descriptions(mut parts: &[u8]) -> Result<Vec<u8>> {
    let mut used = Vec::new();
    while !parts.is_empty() {
        let version = 4 + length(parts)?;
        let described = parts.get(version..).context("a part without a description")?;
        let end = version + 4 + length(described)?;
        let part = parts.get(..end).context("a part that is cut off")?;
        if !part.to_ascii_lowercase().windows(UNUSED.len()).any(|text| text == UNUSED.as_bytes()) {
            used.extend(part);
        }
        parts = &parts[end..];
    }
    Ok(used)
}

fn length(text: &[u8]) -> Result<usize> {
    let length = text.first_chunk().context("a length that is cut off")?;
    Ok(u32::from_le_bytes(*length) as usize)
}

/// Numbers, of the same length, in place of the hashes in the names that script and WebAssembly
/// agree on: a hash can't be compressed, and each stands in both, 2.7 kB in all.
pub fn number_names(glue: &mut String, wasm: &mut [u8]) {
    let hashes: BTreeSet<String> =
        glue.split("__wb").skip(1).filter_map(hash_of).map(str::to_owned).collect();
    for (number, hash) in hashes.iter().enumerate() {
        let short = format!("_{number:016}");
        *glue = glue.replace(hash, &short);
        let mut at = 0;
        while let Some(found) = find(&wasm[at..], hash.as_bytes()) {
            at += found;
            wasm[at..at + short.len()].copy_from_slice(short.as_bytes());
        }
    }
}

/// The `_0123456789abcdef` of a name like `__wbg_fetch_0123456789abcdef`.
fn hash_of(name: &str) -> Option<&str> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let name = &name[..name.find(|c| !is_word(c)).unwrap_or(name.len())];
    let hash = &name[name.len().checked_sub(17)?..];
    let digits = hash.strip_prefix('_')?;
    digits.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f')).then_some(hash)
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(described: &str) -> Vec<u8> {
        let text = |text: &str| [&(text.len() as u32).to_le_bytes(), text.as_bytes()].concat();
        [text("{\"version\":1}"), text(described)].concat()
    }

    #[test]
    fn descriptions_of_what_nothing_calls_go_and_all_others_stay() {
        let parts = [part("fetch"), part("class IntoUnderlyingSource"), part("mount")].concat();
        let used = used_descriptions(&parts).unwrap();
        assert_eq!(used, [part("fetch"), part("mount")].concat());
        assert!(used_descriptions(&parts[..parts.len() - 1]).is_err());
    }

    #[test]
    fn a_name_has_one_number_in_the_script_and_in_the_webassembly() {
        let mut glue =
            "x.__wbg_fetch_0123456789abcdef=1,__wbg_get_fedcba9876543210(),__wbg_ptr".to_owned();
        let mut wasm = *b"\0__wbg_get_fedcba9876543210\0__wbg_fetch_0123456789abcdef";
        number_names(&mut glue, &mut wasm);
        assert_eq!(glue, "x.__wbg_fetch_0000000000000000=1,__wbg_get_0000000000000001(),__wbg_ptr");
        assert_eq!(&wasm, b"\0__wbg_get_0000000000000001\0__wbg_fetch_0000000000000000");
    }
}
