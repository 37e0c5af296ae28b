use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlDocument, HtmlTextAreaElement};

/// Puts the text on the clipboard, then says whether that worked.
///
/// Browsers offer the clipboard only to pages served by HTTPS or from this computer; elsewhere
/// the old command does it.
pub fn copy(text: String, done: impl FnOnce(bool) + 'static) {
    let clipboard = window().navigator().clipboard();
    if clipboard.is_undefined() {
        done(copy_by_selection(&text).is_some());
        return;
    }
    spawn_local(async move {
        let written = JsFuture::from(clipboard.write_text(&text)).await.is_ok();
        done(written || copy_by_selection(&text).is_some());
    });
}

fn copy_by_selection(text: &str) -> Option<()> {
    let document = document().dyn_into::<HtmlDocument>().ok()?;
    let area = document.create_element("textarea").ok()?.dyn_into::<HtmlTextAreaElement>().ok()?;
    let mut focused = document.active_element()?;
    while let Some(inner) = focused.shadow_root().and_then(|root| root.active_element()) {
        focused = inner;
    }
    // Beside what has the focus: inside the same dialog, which keeps the focus in.
    focused.after_with_node_1(&area).ok()?;
    area.set_value(text);
    area.select();
    let copied = document.exec_command("copy");
    area.remove();
    let _ = focused.dyn_into::<web_sys::HtmlElement>().map(|element| element.focus());
    copied.ok().filter(|copied| *copied).map(|_| ())
}
