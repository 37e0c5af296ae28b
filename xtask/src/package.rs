//! The npm package: the release, and what editors, compilers and frameworks want to know of the
//! element. All of that is made from one source, `package/custom-elements.json`.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use testkit::{root, tools};

use crate::{licenses::licenses, sbom::sbom};

/// Where the README has what is made from the manifest.
const MARKS: [&str; 2] = ["<!-- element -->", "<!-- /element -->"];

/// Makes the package of a built app in a folder, which is made anew, and packs it; the tarball.
///
/// # Errors
/// If something can't be read or written, or npm is missing and can't be installed.
pub fn package(built: &Path, into: &Path) -> Result<PathBuf> {
    if into.exists() {
        fs::remove_dir_all(into)?;
    }
    let (folder, dist) = (into.join("package"), into.join("package/dist"));
    fs::create_dir_all(&dist)?;
    copy(built, &dist)?;
    copy(&root().join("package"), &folder)?;
    for license in ["LICENSE-APACHE", "LICENSE-MIT"] {
        fs::copy(root().join(license), folder.join(license))?;
    }
    // What is compiled into the app brings its own.
    fs::write(folder.join("LICENSES.txt"), licenses()?)?;
    fs::write(folder.join("sbom.cdx.json"), sbom()?)?;
    let element = Element::read()?;
    let mut json: Value = serde_json::from_slice(&fs::read(folder.join("package.json"))?)?;
    json["version"] = env!("CARGO_PKG_VERSION").into();
    fs::write(folder.join("package.json"), format!("{json:#}\n"))?;
    fs::write(dist.join("embed.d.ts"), element.types()?)?;
    fs::write(folder.join("index.d.ts"), INDEX_TYPES)?;
    fs::write(folder.join("vue.d.ts"), VUE_TYPES)?;
    fs::write(folder.join("react.d.ts"), REACT_TYPES)?;
    fs::write(folder.join("web-types.json"), format!("{:#}\n", element.web_types()?))?;
    fs::write(folder.join("vscode.html-custom-data.json"), format!("{:#}\n", element.vscode()?))?;
    let npm = tools::npm()?;
    tools::run(
        Command::new(npm)
            .args(["pack", "--silent", "--pack-destination", ".."])
            .current_dir(&folder),
    )?;
    Ok(into.join(format!("dioptra-queues-{}.tgz", env!("CARGO_PKG_VERSION"))))
}

/// Copies the files of a folder.
fn copy(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}

/// Writes the tables of the element into the README.
///
/// # Errors
/// If the README has no place for them.
pub fn write_readme() -> Result<()> {
    let file = root().join("README.md");
    let text = with_tables(&fs::read_to_string(&file)?)?;
    Ok(fs::write(file, text)?)
}

fn with_tables(readme: &str) -> Result<String> {
    let [start, end] = MARKS;
    let (before, rest) = readme.split_once(start).context("the README has no mark")?;
    let (_, after) = rest.split_once(end).context("the README has no second mark")?;
    Ok(format!("{before}{start}\n{}{end}{after}", Element::read()?.tables()?))
}

/// The element, as the manifest describes it.
struct Element {
    class: Value,
}

const INDEX_TYPES: &str = "\
export type * from \"./dist/embed.js\";

/** Loads the element from where the release is served; the base is a URL or a path. */
export declare function load(base?: string | URL): Promise<typeof import(\"./dist/embed.js\")>;
";

const VUE_TYPES: &str = "\
import type { DioptraQueuesEventMap, DioptraQueuesOptions } from \"./dist/embed.js\";

type Camel<Text extends string> = Text extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Text;
type Listeners = {
  [Name in keyof DioptraQueuesEventMap as `on${Capitalize<Camel<Name>>}`]?: (
    event: DioptraQueuesEventMap[Name],
  ) => void;
};

declare module \"vue\" {
  interface GlobalComponents {
    \"dioptra-queues\": new () => { $props: DioptraQueuesOptions & Listeners };
  }
}
";

const REACT_TYPES: &str = "\
import type { DetailedHTMLProps, HTMLAttributes } from \"react\";
import type {
  DioptraQueues,
  DioptraQueuesEventMap,
  DioptraQueuesOptions,
} from \"./dist/embed.js\";

type Listeners = {
  [Name in keyof DioptraQueuesEventMap as `on${Name}`]?: (event: DioptraQueuesEventMap[Name]) => void;
};

declare module \"react\" {
  namespace JSX {
    interface IntrinsicElements {
      \"dioptra-queues\": Omit<
        DetailedHTMLProps<HTMLAttributes<DioptraQueues>, DioptraQueues>,
        keyof DioptraQueuesOptions
      > &
        DioptraQueuesOptions &
        Listeners;
    }
  }
}
";

impl Element {
    fn read() -> Result<Self> {
        let manifest = fs::read(root().join("package/custom-elements.json"))?;
        let manifest: Value = serde_json::from_slice(&manifest)?;
        Ok(Self { class: manifest["modules"][0]["declarations"][0].clone() })
    }

    /// A list of the class.
    fn list(&self, name: &str) -> Result<&Vec<Value>> {
        self.class[name].as_array().with_context(|| format!("the manifest has no {name}"))
    }

    /// `embed.d.ts`.
    fn types(&self) -> Result<String> {
        let (mut options, mut fields, mut methods) = (String::new(), String::new(), String::new());
        for member in self.list("members")? {
            let (name, about) = (text(&member["name"])?, text(&member["description"])?);
            if member["kind"] == "method" {
                let parameters = member["parameters"].as_array().into_iter().flatten();
                let parameters = parameters
                    .map(|it| Ok(format!("{}: {}", text(&it["name"])?, text(&it["type"]["text"])?)))
                    .collect::<Result<Vec<_>>>()?
                    .join(", ");
                let returned = text(&member["return"]["type"]["text"])?;
                writeln!(methods, "  /** {about} */\n  {name}({parameters}): {returned};")?;
            } else if member["static"] != true {
                let kind = text(&member["type"]["text"])?;
                writeln!(options, "  /** {about} */\n  {name}?: {kind};")?;
                writeln!(fields, "  /** {about} */\n  {name}: {kind};")?;
            }
        }
        let mut events = String::new();
        for event in self.list("events")? {
            let about = text(&event["description"])?;
            writeln!(
                events,
                "  /** {about} */\n  {}: {};",
                json!(text(&event["name"])?),
                text(&event["type"]["text"])?
            )?;
        }
        let class = text(&self.class["description"])?;
        Ok(format!(
            "/** What the element can be made with. */
export interface DioptraQueuesOptions {{
{options}}}

/** The events of the element; they bubble, out of shadow roots too. */
export interface DioptraQueuesEventMap {{
{events}}}

/** {class} */
export interface DioptraQueues extends HTMLElement {{
{fields}{methods}  addEventListener<Name extends keyof DioptraQueuesEventMap>(
    type: Name,
    listener: (this: DioptraQueues, event: DioptraQueuesEventMap[Name]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener<Name extends keyof HTMLElementEventMap>(
    type: Name,
    listener: (this: DioptraQueues, event: HTMLElementEventMap[Name]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
}}

/** What `mount` returns. */
export interface DioptraQueuesHandle {{
  update(options: DioptraQueuesOptions): void;
  navigate(path: string): void;
  refresh(): void;
  canLeave(): Promise<boolean>;
  destroy(): void;
}}

/** For frameworks without custom elements: puts the element into another one. */
export declare function mount(
  parent: ParentNode,
  options?: DioptraQueuesOptions,
): DioptraQueuesHandle;

/** The version of the app. */
export declare const version: string;

declare global {{
  interface HTMLElementTagNameMap {{
    \"dioptra-queues\": DioptraQueues;
  }}
}}
"
        ))
    }

    fn web_types(&self) -> Result<Value> {
        let named = |list: &str, kind: bool| -> Result<Vec<Value>> {
            let each = self.list(list)?.iter();
            Ok(each
                .map(|it| {
                    let mut out = json!({"name": it["name"], "description": it["description"]});
                    if kind {
                        out["value"] =
                            json!({"type": it["type"]["text"], "default": it["default"]});
                    }
                    out
                })
                .collect())
        };
        Ok(json!({
            "$schema": "https://json.schemastore.org/web-types",
            "name": "dioptra-queues",
            "version": env!("CARGO_PKG_VERSION"),
            "description-markup": "markdown",
            "contributions": {"html": {"elements": [{
                "name": self.class["tagName"],
                "description": self.class["description"],
                "attributes": named("attributes", true)?,
                "js": {"events": named("events", false)?},
                "css": {"properties": named("cssProperties", false)?, "parts": named("cssParts", false)?},
            }]}},
        }))
    }

    fn vscode(&self) -> Result<Value> {
        let mut attributes = Vec::new();
        for attribute in self.list("attributes")? {
            let mut out =
                json!({"name": attribute["name"], "description": attribute["description"]});
            let values: Vec<_> = words(text(&attribute["type"]["text"])?);
            if !values.is_empty() {
                out["values"] = values.iter().map(|name| json!({"name": name})).collect();
            }
            attributes.push(out);
        }
        let tag = json!({
            "name": self.class["tagName"],
            "description": self.class["description"],
            "attributes": attributes,
        });
        Ok(json!({"version": 1.1, "tags": [tag]}))
    }

    /// The tables of the README.
    fn tables(&self) -> Result<String> {
        let mut out = String::from("| attribute (property) | if left out | |\n|---|---|---|\n");
        for it in self.list("attributes")? {
            let (name, field) = (text(&it["name"])?, text(&it["fieldName"])?);
            let property = if name == field { String::new() } else { format!(" (`{field}`)") };
            let default = text(&it["default"])?.trim_matches('"');
            writeln!(out, "| `{name}`{property} | {default} | {} |", text(&it["description"])?)?;
        }
        out += "\n| event | detail | |\n|---|---|---|\n";
        for it in self.list("events")? {
            let kind = text(&it["type"]["text"])?;
            let detail = kind.trim_start_matches("CustomEvent<").trim_end_matches('>');
            let detail = detail.trim_matches(['{', '}', ' ']).replace(" | ", " \\| ");
            let about = text(&it["description"])?;
            writeln!(out, "| `{}` | `{detail}` | {about} |", text(&it["name"])?)?;
        }
        Ok(out)
    }
}

/// The words of a type that is one of several, like `"a" | "b"`.
fn words(kind: &str) -> Vec<&str> {
    kind.split(" | ").filter_map(|word| word.strip_prefix('"')?.strip_suffix('"')).collect()
}

fn text(value: &Value) -> Result<&str> {
    match value.as_str() {
        Some(text) => Ok(text),
        None => bail!("the manifest has {value} where a text should be"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_of_the_readme_are_those_of_the_manifest() {
        let readme = fs::read_to_string(root().join("README.md")).unwrap();
        assert!(with_tables(&readme).unwrap() == readme, "run: cargo xtask package --readme");
    }

    #[test]
    fn what_is_made_for_editors_has_every_attribute_and_event() {
        let element = Element::read().unwrap();
        let made = [
            element.types().unwrap(),
            element.web_types().unwrap().to_string(),
            element.tables().unwrap(),
        ];
        for event in element.list("events").unwrap() {
            assert!(made.iter().all(|it| it.contains(text(&event["name"]).unwrap())), "{event}");
        }
        let vscode = element.vscode().unwrap()["tags"][0]["attributes"].clone();
        let attributes = element.list("attributes").unwrap();
        assert_eq!(vscode.as_array().unwrap().len(), attributes.len());
        let heading = vscode.as_array().unwrap().iter().find(|it| it["name"] == "heading").unwrap();
        assert_eq!(heading["values"], json!([{"name": "shown"}, {"name": "hidden"}]));
    }
}
