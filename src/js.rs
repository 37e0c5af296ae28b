//! Values of JavaScript: objects, and what aborts requests.

use std::{cell::RefCell, rc::Rc};

use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortController, AbortSignal};

/// An object with these properties.
#[must_use]
pub fn object(pairs: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (key, value) in pairs {
        // A plain new object takes any property.
        let _ = Reflect::set(&object, &JsValue::from_str(key), value);
    }
    object
}

/// Aborts the requests of a write. What is sent after an abort can be aborted in its turn: to look
/// up what became of a write that somebody has stopped waiting for is such a request.
#[derive(Clone, Debug)]
pub struct Abort(Rc<RefCell<AbortController>>);

impl Abort {
    /// Nothing aborted yet.
    #[must_use]
    pub fn new() -> Self {
        Self(Rc::new(RefCell::new(controller())))
    }

    /// For the next request.
    #[must_use]
    pub fn signal(&self) -> AbortSignal {
        self.0.borrow().signal()
    }

    /// Aborts the request that is under way.
    pub fn abort(&self) {
        self.0.replace(controller()).abort();
    }
}

impl Default for Abort {
    fn default() -> Self {
        Self::new()
    }
}

fn controller() -> AbortController {
    // The constructor has no way to fail in any browser that runs WebAssembly.
    AbortController::new().expect("AbortController")
}

/// This document has the focus: no other page of this browser is being used.
#[must_use]
pub fn has_focus() -> bool {
    leptos::prelude::document().has_focus().unwrap_or(false)
}

/// Gives the user a text as a file.
pub fn download(name: &str, mime: &str, text: &str) {
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(mime);
    let parts = js_sys::Array::of1(&JsValue::from_str(text));
    let made = web_sys::Blob::new_with_str_sequence_and_options(&parts, &options)
        .and_then(|blob| web_sys::Url::create_object_url_with_blob(&blob))
        .and_then(|url| {
            let link = leptos::prelude::document().create_element("a")?;
            let link: web_sys::HtmlAnchorElement = link.unchecked_into();
            link.set_href(&url);
            link.set_download(name);
            link.click();
            // The browser has taken it up by the next task.
            gloo_timers::callback::Timeout::new(1_000, move || {
                let _ = web_sys::Url::revoke_object_url(&url);
            })
            .forget();
            Ok(())
        });
    // None of this has a way to fail but a lack of memory.
    let _ = made;
}

/// A signal that never fires.
#[must_use]
pub fn never_abort() -> AbortSignal {
    controller().signal()
}
