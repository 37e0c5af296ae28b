//! The bill of materials of the release, in the form of `CycloneDX` 1.5.

use anyhow::Result;
use serde_json::{Value, json};

use crate::licenses::linked;

/// Every crate that is linked into the WebAssembly.
///
/// # Errors
/// If cargo does not say which these are.
pub fn sbom() -> Result<String> {
    let version = env!("CARGO_PKG_VERSION");
    let components: Vec<Value> = linked()?.values().map(component).collect();
    let bom = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {
            "type": "application",
            "bom-ref": "dioptra-queues",
            "name": "dioptra-queues",
            "version": version,
            "licenses": [{"expression": "MIT OR Apache-2.0"}],
        }},
        "components": components,
    });
    Ok(format!("{bom:#}\n"))
}

fn component(package: &Value) -> Value {
    let field = |name: &str| package[name].as_str().unwrap_or_default();
    let (name, version) = (field("name"), field("version"));
    let purl = format!("pkg:cargo/{name}@{version}");
    json!({
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
        "licenses": [{"expression": field("license").replace('/', " OR ")}],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_linked_crate_is_in_the_bill_with_its_version_and_licence() {
        let bom: Value = serde_json::from_str(&sbom().unwrap()).unwrap();
        let components = bom["components"].as_array().unwrap();
        assert_eq!(components.len(), linked().unwrap().len());
        let leptos = components.iter().find(|it| it["name"] == "leptos").unwrap();
        assert_eq!(leptos["licenses"][0]["expression"], "MIT");
        assert!(leptos["purl"].as_str().unwrap().starts_with("pkg:cargo/leptos@0."));
        for component in components {
            let license = component["licenses"][0]["expression"].as_str().unwrap();
            assert!(spdx::Expression::parse(license).is_ok(), "{component}");
        }
    }
}
