//! What can be used before the app runs.

use serde_json::json;
use testkit::{
    Method,
    dioptra::{Dioptra, Setup},
    proxy::Fault,
};

use crate::{
    access::all_is_well,
    cold::{FRAME, shift},
    visit::{Start, Visit, member, visit},
};

/// What the names say that can be seen, and where each begins.
const NAMES: &str = "return [...document.querySelectorAll('tbody th a')].map((link) => {
    const {left, top} = link.getBoundingClientRect();
    return link.checkVisibility() && [link.textContent, link.href, Math.round(left), Math.round(top)]; })";

/// Notes the fewest names that a frame has shown from now on.
const COUNT_NAMES: &str = "window.fewest = 99; const count = () => {
    fewest = Math.min(fewest, document.querySelectorAll('tbody th a').length);
    requestAnimationFrame(count); }; count()";

/// Opens the table while the app's files are held back.
async fn open_without_files(v: &Visit) {
    v.chromium("Network.clearBrowserCache", json!({})).await;
    v.proxy.fault(Method::GET, "/dioptra-queues-", 2, Fault::Hold);
    // The page is not whole before its files are there, so nobody waits for that here.
    v.script("location.href = '/queues'", vec![]).await;
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
            open_without_files(v).await;
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
        open_without_files(v).await;
        v.see("link", &name).await;
        all_is_well(v, "names before the app").await;
        // What is said after 8 seconds is in sight, below however many rows.
        let place = "const hint = document.querySelector('.still-loading');
            hint.style.animation = 'none'; const {top, bottom} = hint.getBoundingClientRect();
            return top > 0 && bottom <= innerHeight";
        assert_eq!(v.script(place, vec![]).await, json!(true));
        v.script("window.before = true", vec![]).await;
        v.click("link", &name).await;
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
        open_without_files(v).await;
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
        open_without_files(v).await;
        let is_later = "return location.pathname === '/queues' && performance.now() > 1500";
        v.until("names would show", async || v.script(is_later, vec![]).await == json!(true)).await;
        assert_eq!(v.script(has_names, vec![]).await, json!(false));
        assert_eq!(v.script(FRAME, vec![]).await, json!(["Queues", 8]));
        v.proxy.release();
        v.says("The queues could not be loaded").await;
    })
    .await;
}
