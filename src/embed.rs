//! The app inside a page: the stand-alone one (`public/boot.js`) or somebody else's
//! (`public/embed.js`). Both leave an [`Options`]; the scripts do what only a script can: find and
//! fetch the files, define the element, say why the app does not start.

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
    host::{Host, Place, Settings},
    navigator::{Kept, Navigator},
    routes::Route,
    ui::TopLevel,
};

#[wasm_bindgen]
extern "C" {
    /// What the scripts know: properties of a plain object, all of them there.
    #[derive(Clone, Debug)]
    pub type Options;

    /// "page", "frame" or "element": see [`Place`].
    #[wasm_bindgen(method, getter)]
    fn place(this: &Options) -> String;
    /// URL of the API, without a slash at the end.
    #[wasm_bindgen(method, getter)]
    fn api(this: &Options) -> String;
    /// Answers that were asked for already, by URL.
    #[wasm_bindgen(method, getter)]
    fn early(this: &Options) -> Object;
    /// URL or path that the stand-alone app is served from, with a slash at the end.
    #[wasm_bindgen(method, getter)]
    fn base(this: &Options) -> String;
    /// "path", "hash" or "memory": see [`Kept`].
    #[wasm_bindgen(method, getter)]
    fn routing(this: &Options) -> String;
    /// The first screen, unless the address bar says another one.
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
    /// `(name, detail) => boolean`: see [`Host`].
    #[wasm_bindgen(method, getter)]
    fn emit(this: &Options) -> Option<Function>;

    /// The page of the stand-alone app.
    type Page;

    /// What `public/boot.js` left, if this is that page.
    #[wasm_bindgen(thread_local_v2, js_namespace = globalThis, js_name = dioptraQueues)]
    static PAGE: Option<Page>;

    #[wasm_bindgen(method, getter)]
    fn root(this: &Page) -> HtmlElement;
    #[wasm_bindgen(method, getter)]
    fn options(this: &Page) -> Options;
    /// Hears of the app that was mounted.
    #[wasm_bindgen(method)]
    fn mounted(this: &Page, app: Embedded);
    /// Hears of a panic.
    #[wasm_bindgen(method, getter)]
    fn panicked(this: &Page) -> Function;
}

impl Options {
    fn settings(&self) -> Settings {
        // A fraction or a negative number becomes the nearest whole one.
        Settings {
            group: self.group_id().map(|id| id as u64),
            page_size: PageSize::of(self.page_size() as u64).unwrap_or_default(),
            readonly: self.readonly(),
            label: self.label(),
        }
    }
}

/// An app in a page.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Embedded {
    owner: Owner,
    context: Context,
    mounted: RefCell<Option<Box<dyn std::any::Any>>>,
}

/// Puts the app into an element, which must be empty.
#[wasm_bindgen]
#[must_use]
pub fn mount(root: HtmlElement, options: &Options) -> Embedded {
    let place = match options.place().as_str() {
        "page" => Place::Page,
        "frame" => Place::Frame,
        _ => Place::Element,
    };
    let kept = match options.routing().as_str() {
        "path" => Kept::Path,
        "hash" => Kept::Hash,
        _ => Kept::Memory,
    };
    let settings = options.settings();
    let top = TopLevel((options.heading_level() as u8).clamp(1, 6));
    let start = Route::parse(&options.path());
    let (base, api) = (options.base(), Api::new(&options.api(), options.early()));
    let emit = options.emit();
    let made = Rc::new(OnceCell::new());
    let there = made.clone();
    let owner = Owner::new();
    let mounted = owner.with(|| {
        mount_to(root, move || {
            let host = Host::new(place, settings, emit);
            provide_context(top);
            let navigator = Navigator::new(kept, start, base, host);
            let context = *there.get_or_init(|| Context::new(api, navigator, host));
            App(AppProps { context }).into_any()
        })
    });
    // Mounting has made it.
    let context = *made.get().expect("a context");
    Embedded { owner, context, mounted: RefCell::new(Some(Box::new(mounted))) }
}

/// Puts the app into the page of the stand-alone app, if we are in that.
pub fn mount_page() {
    PAGE.with(|page| {
        if let Some(page) = page {
            on_panic(page.panicked());
            let root = page.root();
            // What showed until now.
            root.set_text_content(None);
            page.mounted(mount(root, &page.options()));
        }
    });
}

#[wasm_bindgen]
impl Embedded {
    /// Goes to a screen. Asks first if text would be lost.
    pub fn navigate(&self, path: &str) {
        self.context.navigator.go(Route::parse(path));
    }

    /// Loads what shows again.
    pub fn refresh(&self) {
        self.context.session.load_again();
    }

    /// Takes what the page decides anew.
    pub fn update(&self, options: &Options) {
        self.context.host.settings().set(options.settings());
    }

    /// Whether the page may take the app away: asks the person if text would be lost.
    #[wasm_bindgen(js_name = canLeave)]
    pub fn can_leave(&self) -> Promise {
        let navigator = self.context.navigator;
        Promise::new(&mut |resolve, _| {
            let resolve = self.owner.with(|| StoredValue::new_local(resolve));
            navigator.may_leave(Callback::new(move |leave: bool| {
                // Fails only if the function throws, which a promise's does not.
                let _ = resolve.with_value(|yes| yes.call1(&JsValue::NULL, &leave.into()));
            }));
        })
    }

    /// Gives the focus to the app.
    pub fn focus(&self) {
        self.context.focus_main();
    }

    /// Takes the app away and frees all that it held. Again is fine.
    pub fn destroy(&self) {
        if self.mounted.borrow_mut().take().is_some() {
            self.owner.cleanup();
        }
    }
}

thread_local! {
    static PANICKED: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// Calls the function, with the words of the panic, when the app can't go on. One function for all
/// apps of this instance: a panic ends them all.
#[wasm_bindgen(js_name = onPanic)]
pub fn on_panic(tell: Function) {
    PANICKED.set(Some(tell));
    std::panic::set_hook(Box::new(|info| {
        if let Some(tell) = PANICKED.take() {
            let _ = tell.call1(&JsValue::NULL, &JsValue::from_str(&info.to_string()));
        }
    }));
}
