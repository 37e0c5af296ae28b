//! How the table looks, views that have a name, and keys.

use serde_json::json;
use testkit::dioptra::{Dioptra, Setup};
use thirtyfour::prelude::*;

use crate::{
    access::all_is_well,
    visit::{Start, Visit, member, visit},
};

#[tokio::test]
async fn columns_and_density_are_chosen_and_kept() {
    member(async |v| {
        v.queues(2).await;
        v.open_own_table("").await;
        v.status("1–2 of 2 queues").await;
        v.click("button", "View").await;
        v.click("checkbox", "Description").await;
        v.click("radio", "Compact").await;
        v.gone("columnheader", "Description").await;
        let height = "return deep('tbody tr')[0].getBoundingClientRect().height";
        let compact = v.script(height, vec![]).await.as_f64().unwrap();
        assert!(compact <= 31.0, "{compact}");
        v.driver.refresh().await.unwrap();
        v.status("1–2 of 2 queues").await;
        v.gone("columnheader", "Description").await;
        assert_eq!(v.script(height, vec![]).await.as_f64(), Some(compact));
        v.click("button", "View").await;
        v.click("checkbox", "Description").await;
        v.click("radio", "Comfortable").await;
        v.see("columnheader", "Description").await;
        assert!(v.script(height, vec![]).await.as_f64().unwrap() > compact);
        assert!(v.find("checkbox", "Name").await.is_none(), "the name stays");
    })
    .await;
}

#[tokio::test]
async fn twenty_five_compact_rows_fit_a_screen_of_1080_pixels() {
    let own = Dioptra::temporary_with("look", &Setup::small()).await.unwrap();
    visit(Start::new(&own.origin), true, async |v| {
        v.queues(25).await;
        v.driver.set_window_rect(0, 0, 1920, 1080).await.unwrap();
        v.open("queues").await;
        v.status("1–25 of 25 queues").await;
        v.click("button", "View").await;
        v.click("radio", "Compact").await;
        v.press(Key::Escape + "").await;
        // Of a screen: the window has no frame that a real one has.
        let script = "return deep('tbody tr:last-child')[0].getBoundingClientRect().bottom";
        let bottom = v.script(script, vec![]).await.as_f64().unwrap();
        assert!(bottom <= 1080.0, "{bottom}");
        let small = "return deep('tbody input, tbody button, tbody a')
            .map((it) => it.getBoundingClientRect()).filter((it) => it.width && (it.width < 24 || it.height < 24)).length";
        assert_eq!(v.script(small, vec![]).await, json!(0), "targets have 24 pixels");
        all_is_well(v, "the compact table").await;
    })
    .await;
}

#[tokio::test]
async fn a_long_name_is_cut_in_the_middle_and_whole_on_hover() {
    member(async |v| {
        let long = format!("{}-{}-the-end", v.mark, "long".repeat(30));
        v.caller.queue(&long, None).await.unwrap();
        v.open_own_table("").await;
        let link = v.see("link", &long).await;
        assert_eq!(link.attr("title").await.unwrap().unwrap(), long);
        let wide = "return deep('tbody th a')[0].getBoundingClientRect().width";
        assert!(v.script(wide, vec![]).await.as_f64().unwrap() < 400.0);
        // The middle has no size, the end shows.
        let cut = "const cut = deep('tbody .cut')[0]; return [cut.textContent.length, cut.nextSibling.data,
            getComputedStyle(cut).fontSize, getComputedStyle(cut, '::before').content]";
        let cut = v.script(cut, vec![]).await;
        assert!(cut[0].as_u64().unwrap() > 80, "{cut}");
        assert!(cut[1].as_str().unwrap().ends_with("-the-end"), "{cut}");
        assert_eq!(cut[2], json!("0px"));
        assert!(cut[3].as_str().unwrap().contains('…'), "{cut}");
        let fits = "return deep('tbody tr')[0].getBoundingClientRect().height < 50";
        assert_eq!(v.script(fits, vec![]).await, json!(true));
    })
    .await;
}

#[tokio::test]
async fn the_header_stays_on_scrolling_and_empty_columns_take_no_place() {
    member(async |v| {
        v.queues(40).await;
        v.open_own_table("&rows=50").await;
        v.status("1–40 of 40 queues").await;
        v.script("window.scrollTo(0, 900)", vec![]).await;
        let top = "return Math.round(deep('thead')[0].getBoundingClientRect().top)";
        v.until("the header is on top", async || v.script(top, vec![]).await == json!(0)).await;
        let width = "return deep('thead [data-label=Tags]')[0].getBoundingClientRect().width";
        assert!(v.script(width, vec![]).await.as_f64().unwrap() < 20.0, "nobody has a tag");
    })
    .await;
}

#[tokio::test]
async fn a_view_gets_a_name_is_a_link_and_is_renamed_and_deleted() {
    member(async |v| {
        v.queues(2).await;
        v.open_own_table("&sort=name").await;
        v.status("1–2 of 2 queues").await;
        v.click("button", "Save view").await;
        v.see("dialog", "Save view").await;
        v.click_in_dialog("Save").await;
        v.says("Enter a name").await;
        v.paste("textbox", "Name", "mine").await;
        v.click_in_dialog("Save").await;
        v.says("View “mine” saved").await;
        v.open("queues").await;
        v.click("button", "Views").await;
        v.click("link", "mine").await;
        v.until("its search", async || v.path().await.ends_with("&sort=name")).await;
        assert_eq!(v.value("searchbox", "Search queues").await, format!("name:{}*", v.mark));
        v.status("1–2 of 2 queues").await;
        v.driver.refresh().await.unwrap();
        v.click("button", "Views").await;
        v.click("button", "Rename mine").await;
        v.see("dialog", "Rename view “mine”").await;
        v.paste("textbox", "Name", "ours").await;
        v.click_in_dialog("Save").await;
        v.click("button", "Views").await;
        v.see("link", "ours").await;
        v.click("button", "Delete ours").await;
        v.says("View “ours” deleted").await;
        v.says("No saved views yet").await;
    })
    .await;
}

async fn keys(v: &Visit, keys: &str) {
    v.press(keys).await;
}

#[tokio::test]
async fn keys_lead_through_the_table_and_can_be_switched_off() {
    member(async |v| {
        let ids = v.queues(3).await;
        v.open_own_table("").await;
        v.jobs_are_read().await;
        keys(v, "j").await;
        v.focus_is_on(&format!("{}-02", v.mark)).await;
        keys(v, "jj").await;
        v.focus_is_on(&format!("{}-00", v.mark)).await;
        keys(v, "k").await;
        v.focus_is_on(&format!("{}-01", v.mark)).await;
        keys(v, "x").await;
        v.status("1 selected").await;
        keys(v, "x").await;
        v.gone("toolbar", "Selected queues").await;
        keys(v, "/").await;
        let focused = "return active().type";
        v.until("the search has the focus", async || {
            v.script(focused, vec![]).await == json!("search")
        })
        .await;
        // In a field they are letters.
        keys(v, "c").await;
        v.until("it was typed", async || {
            v.value("searchbox", "Search queues").await.ends_with('c')
        })
        .await;
        v.open_own_table("").await;
        v.jobs_are_read().await;
        keys(v, "je").await;
        v.path_is(&format!("queues/{}/edit", ids[2])).await;
        v.driver.back().await.unwrap();
        v.jobs_are_read().await;
        keys(v, "?").await;
        v.see("dialog", "Keyboard shortcuts").await;
        v.click("checkbox", "Use keyboard shortcuts").await;
        v.click_in_dialog("Close").await;
        keys(v, "c").await;
        v.driver.refresh().await.unwrap();
        v.jobs_are_read().await;
        keys(v, "c").await;
        assert!(v.path().await.starts_with("queues?"), "they are off");
        v.click("button", "View").await;
        v.click("button", "Keyboard shortcuts").await;
        v.click("checkbox", "Use keyboard shortcuts").await;
        v.click_in_dialog("Close").await;
        keys(v, "c").await;
        v.path_is("queues/new").await;
    })
    .await;
}

#[tokio::test]
async fn menus_dialogs_and_the_plan_are_accessible_in_light_and_dark() {
    member(async |v| {
        v.queues(3).await;
        v.open_own_table("").await;
        v.jobs_are_read().await;
        v.click("button", "View").await;
        all_is_well(v, "the menu View").await;
        v.press(Key::Escape + "").await;
        v.click("button", "Save view").await;
        all_is_well(v, "the dialog Save view").await;
        v.click_in_dialog("Cancel").await;
        v.click("checkbox", "Select all on this page").await;
        v.status("3 selected").await;
        all_is_well(v, "rows that are selected").await;
        for (button, role, title) in [
            ("Delete", "alertdialog", "Delete 3 queues?"),
            ("Edit tags", "dialog", "Edit tags of 3 queues"),
        ] {
            let script =
                "deep('[role=toolbar] button').find((it) => it.innerText === arguments[0]).click()";
            v.script(script, vec![json!(button)]).await;
            v.see(role, title).await;
            all_is_well(v, title).await;
            v.press(Key::Escape + "").await;
            v.gone(role, title).await;
        }
        v.open("queues/import").await;
        v.paste("textbox", "Queues", &format!("{}-x, d\n/, e", v.mark)).await;
        v.click("button", "Check").await;
        v.see("table", "Plan").await;
        all_is_well(v, "the plan").await;
    })
    .await;
}

#[tokio::test]
async fn views_that_another_tab_has_saved_or_deleted_meanwhile_are_neither_lost_nor_brought_back() {
    member(async |v| {
        let save = async |name: &str| {
            v.click("button", "Save view").await;
            v.see("dialog", "Save view").await;
            v.paste("textbox", "Name", name).await;
            v.click_in_dialog("Save").await;
            v.says(&format!("View “{name}” saved")).await;
        };
        v.queues(1).await;
        v.open_own_table("").await;
        v.jobs_are_read().await;
        save("first").await;
        let one = v.driver.window().await.unwrap();
        let other = v.driver.new_tab().await.unwrap();
        v.driver.switch_to_window(other.clone()).await.unwrap();
        v.open_own_table("").await;
        v.jobs_are_read().await;
        v.driver.switch_to_window(one.clone()).await.unwrap();
        save("second").await;
        v.driver.switch_to_window(other).await.unwrap();
        v.click("button", "Views").await;
        v.see("link", "second").await;
        v.click("button", "Delete first").await;
        v.says("View “first” deleted").await;
        v.driver.switch_to_window(one).await.unwrap();
        save("third").await;
        v.click("button", "Views").await;
        v.see("link", "third").await;
        v.see("link", "second").await;
        assert!(v.find("link", "first").await.is_none(), "it was deleted");
        // What was chosen closes the menu, and the keys go on.
        v.click("link", "third").await;
        v.gone("link", "second").await;
        keys(v, "j").await;
        v.focus_is_on(&format!("{}-00", v.mark)).await;
    })
    .await;
}
