//! JavaScript's values.

use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;

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
