//! Mounts the stand-alone app.
#![forbid(unsafe_code)]

use dioptra_queues::app::{App, AppProps};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

fn main() {
    // index.html brings the element, with what shows until the app does.
    let root = document().get_element_by_id("app").expect("#app in index.html");
    root.set_text_content(None);
    mount_to(root.unchecked_into(), || {
        App(AppProps { api_base: "/api/v1".to_owned(), base: "/".to_owned() })
    })
    .forget();
}
