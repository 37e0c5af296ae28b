//! The app in a document: its own (`web/boot.ts`) or somebody else's (`web/embed.ts`). Both call
//! [`mount`] with [`Options`]; `web/contract.ts` has the same types for the scripts. The scripts do
//! what only a script can: find and fetch the files, define the element, say why the app does not
//! start.

use std::{
    cell::{OnceCell, RefCell},
    rc::Rc,
};

use js_sys::{Function, Object, Promise};
use leptos::{mount::mount_to, prelude::*};
use wasm_bindgen::{JsValue, prelude::*};
use web_sys::HtmlElement;

use crate::{
    api::Api,
    app::{App, AppProps},
    context::Context,
    domain::PageSize,
    host::{Deployment, Host, Placement, Settings},
    navigator::{Navigator, RoutingMode},
    routes::Route,
    ui::TopLevel,
};

#[wasm_bindgen]
extern "C" {
    /// What the app is mounted with: a plain object with all of these properties.
    #[derive(Clone, Debug)]
    pub type Options;

    /// "standalone", "iframe" or "element": see [`Placement`].
    #[wasm_bindgen(method, getter)]
    fn placement(this: &Options) -> String;
    /// URL of the API, without a trailing slash.
    #[wasm_bindgen(method, getter)]
    fn api(this: &Options) -> String;
    /// Responses that were requested already, by URL.
    #[wasm_bindgen(method, getter)]
    fn prefetched(this: &Options) -> Object;
    /// URL or path that the stand-alone app is served from, with a trailing slash.
    #[wasm_bindgen(method, getter)]
    fn base(this: &Options) -> String;
    /// "path", "hash" or "memory": see [`RoutingMode`].
    #[wasm_bindgen(method, getter)]
    fn routing(this: &Options) -> String;
    /// The first screen, unless the address bar has another one.
    #[wasm_bindgen(method, getter)]
    fn path(this: &Options) -> String;
    #[wasm_bindgen(method, getter, js_name = groupId)]
    fn group_id(this: &Options) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = pageSize)]
    fn page_size(this: &Options) -> f64;
    #[wasm_bindgen(method, getter)]
    fn readonly(this: &Options) -> bool;
    #[wasm_bindgen(method, getter)]
    fn label(this: &Options) -> String;
    #[wasm_bindgen(method, getter, js_name = headingLevel)]
    fn heading_level(this: &Options) -> f64;
    /// "shown" or "hidden": the heading of the table.
    #[wasm_bindgen(method, getter)]
    fn heading(this: &Options) -> String;
    /// URL of a job in the dashboard, with `{id}` in it: see [`Settings::dashboard`].
    #[wasm_bindgen(method, getter)]
    fn dashboard(this: &Options) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn home(this: &Options) -> Option<String>;
    /// URL of what rq-exporter says of the workers.
    #[wasm_bindgen(method, getter)]
    fn workers(this: &Options) -> Option<String>;
    /// What this build is, in words.
    #[wasm_bindgen(method, getter)]
    fn about(this: &Options) -> String;
    /// `(name, detail) => boolean`: see [`Host`].
    #[wasm_bindgen(method, getter)]
    fn emit(this: &Options) -> Option<Function>;
}

impl Options {
    fn settings(&self) -> Settings {
        // A fraction or a negative number becomes the nearest whole one.
        Settings {
            // The server has ids up to 2⁶³.
            group: self.group_id().filter(|id| *id < 9e18).map(|id| id as u64),
            page_size: PageSize::of(self.page_size() as u64).unwrap_or_default(),
            readonly: self.readonly(),
            label: self.label(),
            has_heading: self.heading() != "hidden",
            dashboard: self.dashboard(),
            home: self.home(),
        }
    }
}

/// A mounted app.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Embedded {
    /// Of all that the app holds, which goes with it.
    owner: Owner,
    context: Context,
    mounted: RefCell<Option<Box<dyn std::any::Any>>>,
}

/// Puts the app into an element, in place of what is there: the one start of the stand-alone app, the
/// iframe and the element.
#[wasm_bindgen]
#[must_use]
pub fn mount(root: HtmlElement, options: &Options) -> Embedded {
    let placement = match options.placement().as_str() {
        "standalone" => Placement::Standalone,
        "iframe" => Placement::Iframe,
        _ => Placement::Element,
    };
    let mode = match options.routing().as_str() {
        "path" => RoutingMode::Path,
        "hash" => RoutingMode::Hash,
        _ => RoutingMode::Memory,
    };
    let settings = options.settings();
    let top = TopLevel((options.heading_level() as u8).clamp(1, 6));
    let start = Route::parse(&options.path());
    let (base, api) = (options.base(), Api::new(&options.api(), options.prefetched()));
    let (emit, deployment) =
        (options.emit(), Deployment { workers: options.workers(), about: options.about() });
    let created = Rc::new(OnceCell::new());
    let context = created.clone();
    let owner = Owner::new();
    root.set_text_content(None);
    let mounted = owner.with(|| {
        mount_to(root, move || {
            let host = Host::new(placement, settings, deployment, emit);
            provide_context(top);
            let navigator = Navigator::new(mode, start, base, host);
            let context = *context.get_or_init(|| Context::new(api, navigator, host));
            App(AppProps { context }).into_any()
        })
    });
    // Mounting has created it.
    let context = *created.get().expect("a context");
    Embedded { owner, context, mounted: RefCell::new(Some(Box::new(mounted))) }
}

#[wasm_bindgen]
impl Embedded {
    /// Navigates to a screen. Asks first if text would be lost. With `replace` the host document has an
    /// entry of the history for it already.
    pub fn navigate(&self, path: &str, replace: bool) {
        let (navigator, to) = (self.context.navigator, Route::parse(path));
        if replace { navigator.replace(to) } else { navigator.go(to) }
    }

    /// Loads what shows again.
    pub fn refresh(&self) {
        self.context.session.reload();
    }

    /// Takes up what the host document decides now.
    pub fn update(&self, options: &Options) {
        self.context.host.settings().set(options.settings());
    }

    /// Whether the host document may remove the app: asks the user if text would be lost.
    #[wasm_bindgen(js_name = canLeave)]
    pub fn can_leave(&self) -> Promise {
        let navigator = self.context.navigator;
        Promise::new(&mut |resolve, _| {
            let resolve = self.owner.with(|| StoredValue::new_local(resolve));
            navigator.may_leave(move |leave| {
                // Fails only if the function throws, which a promise's does not.
                let _ = resolve.with_value(|yes| yes.call1(&JsValue::NULL, &leave.into()));
            });
        })
    }

    /// Gives the focus to the app.
    pub fn focus(&self) {
        self.context.focus_main();
    }

    /// Unmounts the app: what it listened to and requested ends. `free` frees what it held. Again is
    /// fine.
    pub fn destroy(&self) {
        // What hears of its end may ask for the same.
        let mounted = self.mounted.borrow_mut().take();
        drop(mounted);
    }
}

thread_local! {
    static PANICKED: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// Calls the function, with the words of the panic, when the app can't go on. One function for all
/// apps of this WebAssembly instance: a panic ends them all.
#[wasm_bindgen(js_name = onPanic)]
pub fn on_panic(tell: Function) {
    PANICKED.set(Some(tell));
    std::panic::set_hook(Box::new(|info| {
        if let Some(tell) = PANICKED.take() {
            let _ = tell.call1(&JsValue::NULL, &JsValue::from_str(&info.to_string()));
        }
    }));
}

#[cfg(test)]
mod tests {
    /// The names of the members of an interface in `web/contract.ts`.
    fn members(interface: &str) -> Vec<String> {
        let contract = include_str!("../web/contract.ts");
        let start = contract.find(&format!("interface {interface} {{")).expect(interface);
        let body = &contract[start..start + contract[start..].find("\n}").unwrap()];
        let lines = body.lines().skip(1).map(str::trim);
        let is_member = |line: &&str| line.starts_with(|c: char| c.is_alphabetic());
        let name = |line: &str| line.split([':', '?', '(']).next().unwrap().to_owned();
        let mut names: Vec<_> = lines.filter(is_member).map(name).collect();
        names.sort();
        names
    }

    /// The JavaScript names of what a part of this file declares.
    fn declared(start: &str, end: &str) -> Vec<String> {
        let this = include_str!("embed.rs");
        let part = this.split(start).nth(1).unwrap().split(end).next().unwrap();
        let mut names = Vec::new();
        let mut renamed = None;
        for line in part.lines().map(str::trim) {
            if let Some(name) = line.split("js_name = ").nth(1) {
                renamed = name.split(')').next().map(str::to_owned);
            } else if let Some(name) = line.trim_start_matches("pub ").strip_prefix("fn ") {
                let name = name.split('(').next().unwrap().to_owned();
                names.push(renamed.take().unwrap_or(name));
            }
        }
        names.sort();
        names
    }

    #[test]
    fn scripts_and_webassembly_agree_on_names() {
        assert_eq!(members("Options"), declared("pub type Options;", "impl Options"));
        // Frees the memory: wasm-bindgen gives it to every class.
        let mut embedded = declared("impl Embedded {", "thread_local!");
        embedded.push("free".to_owned());
        embedded.sort();
        assert_eq!(members("Embedded"), embedded);
    }
}
