//! Values of JavaScript: objects, and what aborts requests.

use std::{cell::RefCell, rc::Rc};

use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;
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

/// A signal that never fires.
#[must_use]
pub fn never_abort() -> AbortSignal {
    controller().signal()
}
