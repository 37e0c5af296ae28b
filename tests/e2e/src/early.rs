//! What can be used before the app runs.

use serde_json::json;
use testkit::{
    Method,
    dioptra::{Dioptra, Setup},
    proxy::Fault,
};

use thirtyfour::{By, Key, WebElement};

use crate::{
    access::all_is_well,
    cold::{FRAME, shift},
    visit::{Start, Visit, group_of, member, visit},
};

/// What the names say that can be seen, and where each begins.
const NAMES: &str = "return [...document.querySelectorAll('tbody th a')].map((link) => {
    const {left, top} = link.getBoundingClientRect();
    return link.checkVisibility() && [link.textContent, link.href, Math.round(left), Math.round(top)]; })";

/// Notes the fewest names that a frame has shown from now on.
const COUNT_NAMES: &str = "window.fewest = 99; const count = () => {
    fewest = Math.min(fewest, document.querySelectorAll('tbody th a').length);
    requestAnimationFrame(count); }; count()";

/// Opens a screen while the app's files are held back.
async fn open_without_files(v: &Visit, screen: &str) {
    v.chromium("Network.clearBrowserCache", json!({})).await;
    v.proxy.fault(Method::GET, "/dioptra-queues-", 2, Fault::Hold);
    // The page is not whole before its files are there, so nobody waits for that here.
    v.script("location.href = '/' + arguments[0]", vec![json!(screen)]).await;
}

/// Waits for something that shows before the app runs.
async fn early(v: &Visit, css: &str) -> WebElement {
    let css = format!(".early {css}");
    let is_there = async || v.driver.find(By::Css(&css)).await.is_ok();
    v.until(format!("{css} shows"), is_there).await;
    v.driver.find(By::Css(&css)).await.unwrap()
}

#[tokio::test]
async fn where_the_app_takes_long_the_names_of_the_rows_are_links_already_and_stay_where_they_are()
{
    let dioptra = Dioptra::temporary_with("first-rows", &Setup::small()).await.unwrap();
    visit(Start::new(&dioptra.origin), true, async |v| {
        v.queues(3).await;
        v.caller.queue("books", Some("من اليمين\nإلى اليسار")).await.unwrap();
        let long = ("long-".repeat(9), "A description. ".repeat(50));
        v.caller.queue(&long.0, Some(&long.1)).await.unwrap();
        for look in ["", "compact no-description no-tags"] {
            let store = "for (const id of Array(9).keys())
                localStorage[`dioptra-queues.look.${id}.0`] = arguments[0]";
            v.script(store, vec![json!(look)]).await;
            open_without_files(v, "queues").await;
            let has_names = async || v.script(NAMES, vec![]).await.as_array().unwrap().len() == 5;
            v.until("the names show", has_names).await;
            let before = v.script(NAMES, vec![]).await;
            assert_eq!(before[1][0], json!("books"));
            let skeleton = json!(["Queues", 0]);
            assert_eq!(v.script(FRAME, vec![]).await, skeleton, "in the place of the skeleton");
            v.script("document.querySelectorAll('tbody th a')[2].focus()", vec![]).await;
            v.script(COUNT_NAMES, vec![]).await;
            v.proxy.release();
            v.status_ends("queues").await;
            // The app has the middle of a long name too, without a size.
            let mut after = v.script(NAMES, vec![]).await;
            assert_eq!(before[0][0], json!("long-long-long-long-long-l…ng-long-long-"));
            assert_eq!(std::mem::replace(&mut after[0][0], before[0][0].clone()), json!(long.0));
            assert_eq!(after, before, "{look}");
            assert_eq!(v.script("return fewest", vec![]).await, json!(5), "no frame is without");
            let focused = "return document.activeElement.textContent";
            assert_eq!(v.script(focused, vec![]).await, before[2][0], "the focus is handed on");
            assert_eq!(shift(v).await, json!(0));
        }
    })
    .await;
}

#[tokio::test]
async fn a_name_that_is_pressed_before_the_app_runs_leads_to_its_page_without_a_second_start() {
    member(async |v| {
        let ids = v.queues(25).await;
        let name = format!("{}-24", v.mark);
        open_without_files(v, "queues").await;
        // Others make queues, too.
        let link = early(v, &format!("a[href$='/{}']", ids[24])).await;
        all_is_well(v, "names before the app").await;
        // What is said after 8 seconds is in sight, below however many rows.
        let place = "const hint = document.querySelector('.still-loading');
            hint.style.animation = 'none'; const {top, bottom} = hint.getBoundingClientRect();
            return top > 0 && bottom <= innerHeight";
        assert_eq!(v.script(place, vec![]).await, json!(true));
        v.script("window.before = true", vec![]).await;
        link.click().await.unwrap();
        v.path_is(&format!("queues/{}", ids[24])).await;
        v.proxy.release();
        v.see("heading", &name).await;
        assert_eq!(v.script("return before", vec![]).await, json!(true), "it is the same document");
        v.driver.back().await.unwrap();
        v.see("heading", "Queues").await;
        v.see("link", &name).await;
    })
    .await;
}

#[tokio::test]
async fn names_that_show_before_the_app_are_none_where_rows_are_cards_or_could_not_be_read() {
    member(async |v| {
        v.queues(3).await;
        v.driver.set_window_rect(0, 0, 500, 900).await.unwrap();
        open_without_files(v, "queues").await;
        let has_names = "return document.querySelectorAll('.early a').length > 0";
        v.until("the names are there", async || v.script(has_names, vec![]).await == json!(true))
            .await;
        assert_eq!(v.script(FRAME, vec![]).await, json!(["Queues", 8]), "cards have more in them");
        v.proxy.release();
        v.see("link", &format!("{}-02", v.mark)).await;

        v.proxy.fault(
            Method::GET,
            "/api/v1/queues/",
            1,
            Fault::Replace(500, "text/html", "boo".into()),
        );
        open_without_files(v, "queues").await;
        let is_later = "return location.pathname === '/queues' && performance.now() > 1500";
        v.until("names would show", async || v.script(is_later, vec![]).await == json!(true)).await;
        assert_eq!(v.script(has_names, vec![]).await, json!(false));
        assert_eq!(v.script(FRAME, vec![]).await, json!(["Queues", 8]));
        v.proxy.release();
        v.says("The queues could not be loaded").await;
    })
    .await;
}

/// What the form shows that can be seen: its words and controls, and the place of each.
const FORM: &str = "const css = 'h1, form > p, label, .hint, input, select, textarea, form button, form a, option';
    return [...document.querySelectorAll(css)].filter((e) => e.checkVisibility() || e.matches('option'))
      .filter((e) => !e.closest('header')).map((e) => {
        const {left, top, width, height} = e.getBoundingClientRect();
        const words = e.matches('textarea, select') ? e.id : e.textContent.trim();
        return [words, ...[left, top, width, height].map(Math.round)]; })";

/// Notes how many forms each frame shows from now on.
const COUNT_FORMS: &str = "window.counts = new Set(); const count = () => {
    const shown = [...document.querySelectorAll('form')].filter((e) => e.checkVisibility());
    counts.add(shown.length); requestAnimationFrame(count); }; count()";

/// The app has its form, out of sight.
const WAITS: &str = "return !!document.querySelector('#app[hidden] form')";

/// Leaves the app's form and what is typed in it.
async fn leave(v: &Visit) {
    v.click("link", "Cancel").await;
    v.click_in_dialog("Leave").await;
    v.see("heading", "Queues").await;
}

/// Waits until the app's form is there.
async fn has_gone_on(v: &Visit) {
    let script =
        "return !document.querySelector('.early') && !!document.querySelector('#main form')";
    v.until("the app's form", async || v.script(script, vec![]).await == json!(true)).await;
}

#[tokio::test]
async fn where_the_app_takes_long_its_form_can_be_filled_in_already_and_goes_on_where_one_is() {
    member(async |v| {
        group_of(&format!("{}-more", v.mark), &[&v.username]);
        for width in [1280, 320] {
            v.resize(width, 900).await;
            open_without_files(v, "queues/new").await;
            let name = early(v, "#name").await;
            all_is_well(v, "the form before the app").await;
            let before = v.script(FORM, vec![]).await;
            let moved = shift(v).await;
            assert_eq!(v.script("return document.forms[0].group.value", vec![]).await, json!(""));
            v.title_is("Create queue – Dioptra").await;
            early(v, ".chips li:last-child button").await.click().await.unwrap();
            assert_eq!(name.prop("value").await.unwrap().unwrap(), "pytorch-gpu");
            name.clear().await.unwrap();
            name.send_keys(&*v.mark).await.unwrap();
            let choose =
                "const {group} = document.forms[0]; group.selectedIndex = 1; return group.value";
            let group = v.script(choose, vec![]).await;
            early(v, "#description").await.send_keys("what it is\nfor").await.unwrap();
            v.script("document.activeElement.setSelectionRange(5, 7, 'backward')", vec![]).await;
            v.script(COUNT_FORMS, vec![]).await;
            let scrolled = v.script("window.scrollTo(0, 2); return scrollY", vec![]).await;
            // In the midst of a word that an input method composes.
            let compose = "document.activeElement.dispatchEvent(
                new CompositionEvent(arguments[0], {bubbles: true}))";
            v.script(compose, vec![json!("compositionstart")]).await;
            v.proxy.release();
            v.until("the app waits", async || v.script(WAITS, vec![]).await == json!(true)).await;
            assert_eq!(v.script("return [...counts]", vec![]).await, json!([1]), "one is in sight");
            assert_eq!(v.script("return document.activeElement.id", vec![]).await, "description");
            v.script(compose, vec![json!("compositionend")]).await;
            has_gone_on(v).await;
            assert_eq!(v.script("return [...counts]", vec![]).await, json!([1]), "in every frame");
            let at = "const {id, selectionStart, selectionEnd, selectionDirection} = document.activeElement;
                return [id, selectionStart, selectionEnd, selectionDirection, scrollY]";
            assert_eq!(v.script(at, vec![]).await, json!(["description", 5, 7, "backward", scrolled]));
            assert_eq!(v.value("combobox", "Group").await, group.as_str().unwrap());
            assert_eq!(v.value("textbox", "Name").await, v.mark);
            v.script("window.scrollTo(0, 0)", vec![]).await;
            assert_eq!(v.script(FORM, vec![]).await, before, "nothing has moved");
            assert_eq!(shift(v).await, moved);
            v.press("was").await;
            assert_eq!(v.value("textbox", "Description").await, "what was is\nfor");
            leave(v).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_button_that_is_pressed_before_the_app_runs_is_pressed_once_it_does() {
    member(async |v| {
        open_without_files(v, "queues/new").await;
        early(v, "#name").await.send_keys(Key::Enter + "").await.unwrap();
        v.says("Loading…").await;
        v.proxy.release();
        v.says("There is a problem").await;
        assert_eq!(v.sent(), 0);

        open_without_files(v, "queues/new").await;
        early(v, "#name").await.send_keys(&*v.mark).await.unwrap();
        early(v, "#description").await.send_keys("early").await.unwrap();
        let create = early(v, "button.primary").await;
        create.click().await.unwrap();
        create.click().await.unwrap();
        v.proxy.release();
        v.status(&format!("Queue “{}” created", v.mark)).await;
        assert_eq!(v.sent(), 1);
        assert_eq!(v.on_the_server().await[0]["description"], "early");
        let kept = "return Object.keys(localStorage).filter((key) => key.includes('new-queue'))";
        // Whatever happens to the page from now on.
        v.script("dispatchEvent(new PageTransitionEvent('pagehide'))", vec![]).await;
        assert_eq!(v.script(kept, vec![]).await, json!([]));

        // Whoever types after that has not pressed yet.
        open_without_files(v, "queues/new").await;
        early(v, "button.primary").await.click().await.unwrap();
        v.says("Loading…").await;
        early(v, "#name").await.send_keys("half").await.unwrap();
        v.is_silent_about("Loading…").await;
        v.proxy.release();
        has_gone_on(v).await;
        assert_eq!(v.value("textbox", "Name").await, "half");
        v.is_silent_about("There is a problem").await;
        leave(v).await;

        // An input method ends its word as somebody presses; the app waits for it.
        open_without_files(v, "queues/new").await;
        early(v, "#name").await.send_keys("word").await.unwrap();
        let compose = "const compose = (type) => document.querySelector('#name').dispatchEvent(
                new CompositionEvent('composition' + type, {bubbles: true}));
            addEventListener('mousedown', () => compose('end'), {once: true}); compose('start')";
        v.script(compose, vec![]).await;
        v.proxy.release();
        v.until("the app waits", async || v.script(WAITS, vec![]).await == json!(true)).await;
        early(v, "button.primary").await.click().await.unwrap();
        v.says("There is a problem").await;
        leave(v).await;

        open_without_files(v, "queues/new").await;
        early(v, "#name").await.send_keys("left").await.unwrap();
        early(v, "a").await.click().await.unwrap();
        v.proxy.release();
        v.see("alertdialog", "Leave without saving?").await;
        v.click_in_dialog("Leave").await;
        v.see("heading", "Queues").await;
    })
    .await;
}

#[tokio::test]
async fn what_was_typed_before_the_app_ran_is_there_again_if_it_was_reloaded_or_did_not_start() {
    member(async |v| {
        open_without_files(v, "queues/new").await;
        early(v, "#name").await.send_keys("typed early").await.unwrap();
        // The app restores it, in its own form.
        v.driver.refresh().await.unwrap();
        v.proxy.release();
        v.see("textbox", "Name").await;
        assert_eq!(v.value("textbox", "Name").await, "typed early");
        v.click("button", "Discard it").await;

        // A part of the app is missing.
        let missing = Fault::Replace(404, "text/plain", String::new());
        v.proxy.fault(Method::GET, "/form.rest-", 2, missing);
        open_without_files(v, "queues/new").await;
        early(v, "#description").await.send_keys("of a part").await.unwrap();
        v.proxy.release();
        v.click("button", "Try again").await;
        v.see("textbox", "Name").await;
        assert_eq!(v.value("textbox", "Description").await, "of a part");
        v.click("button", "Discard it").await;

        // The whole app is.
        open_without_files(v, "queues/new").await;
        early(v, "#description").await.send_keys("of the whole").await.unwrap();
        v.script("window.stop()", vec![]).await;
        v.says("A file of the app could not be loaded").await;
        assert!(v.driver.find(By::Css("form")).await.is_err(), "nothing would happen in it");
        v.proxy.heal();
        v.click("button", "Reload").await;
        v.see("textbox", "Name").await;
        assert_eq!(v.value("textbox", "Description").await, "of the whole");
    })
    .await;
}
