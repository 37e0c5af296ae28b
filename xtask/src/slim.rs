//! Bytes of the app that nobody needs: functions that are exported but never called, and long names
//! that only its script and the WebAssembly must agree on.

use anyhow::{Context, Result, bail};
use wasm_encoder::{CustomSection, EntityType, ExportSection, ImportSection, Module, RawSection};
use wasmparser::{ExportSectionReader, ImportSectionReader, Parser, Payload};

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
    rewritten(whole, |payload, module| {
        match payload {
            Payload::ExportSection(exports) => {
                module.section(&used_exports(exports.clone())?);
            }
            Payload::CustomSection(section) if section.name() == DESCRIPTIONS => {
                let data = used_descriptions(section.data())?;
                module.section(&CustomSection { name: DESCRIPTIONS.into(), data: data.into() });
            }
            _ => return Ok(false),
        }
        Ok(true)
    })
}

/// The WebAssembly with those sections in place of its own that `section` writes, for which it says `true`.
fn rewritten(
    wasm: &[u8],
    mut section: impl FnMut(&Payload, &mut Module) -> Result<bool>,
) -> Result<Vec<u8>> {
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        if !section(&payload, &mut module)?
            && let Some((id, range)) = payload.as_section()
        {
            let data = &wasm[range.start as usize..range.end as usize];
            module.section(&RawSection { id, data });
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

/// Numbers in place of the names by which the WebAssembly takes functions from its script: a name with a
/// hash can't be compressed, and each stands in both, 5 kB in all.
///
/// # Errors
/// If this is no WebAssembly, or if the script has one of its names not once.
pub fn number_imports(glue: &mut String, wasm: &[u8]) -> Result<Vec<u8>> {
    rewritten(wasm, |payload, module| {
        let Payload::ImportSection(imports) = payload else { return Ok(false) };
        module.section(&numbered(glue, imports.clone())?);
        Ok(true)
    })
}

fn numbered(glue: &mut String, imports: ImportSectionReader) -> Result<ImportSection> {
    let mut numbered = ImportSection::new();
    for (number, import) in imports.into_imports().enumerate() {
        let import = import?;
        let kind = EntityType::try_from(import.ty).context("an import of an odd type")?;
        if import.name.starts_with("__wb") {
            let number = number.to_string();
            *glue = renamed(glue, import.name, &number)?;
            numbered.import(import.module, &number, kind);
        } else {
            numbered.import(import.module, import.name, kind);
        }
    }
    Ok(numbered)
}

/// The script with another name for a function of its.
fn renamed(glue: &str, name: &str, new: &str) -> Result<String> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$');
    let is_whole =
        |at: usize| !glue[..at].ends_with(is_word) && !glue[at + name.len()..].starts_with(is_word);
    let mut places = glue.match_indices(name).map(|(at, _)| at).filter(|at| is_whole(*at));
    match (places.next(), places.next()) {
        (Some(at), None) => Ok(format!("{}{new}{}", &glue[..at], &glue[at + name.len()..])),
        _ => bail!("the script does not have {name} once"),
    }
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
    fn an_import_has_one_number_in_the_script_and_in_the_webassembly() {
        let mut imports = ImportSection::new();
        for name in ["__wbg_get_12", "memory", "__wbg_get_1"] {
            imports.import("./main_bg.js", name, EntityType::Function(0));
        }
        let mut module = Module::new();
        module.section(&imports);
        let named = module.finish();
        let mut glue = "{__wbg_get_1:function(){},__wbg_get_12(){},memory}".to_owned();
        let wasm = number_imports(&mut glue, &named).unwrap();
        assert_eq!(glue, "{2:function(){},0(){},memory}");
        let text = String::from_utf8_lossy(&wasm);
        assert!(text.contains("memory") && !text.contains("__wbg"), "{text:?}");
        let again = number_imports(&mut "{}".to_owned(), &named);
        assert!(again.is_err(), "the script has none of the names");
    }
}
