//! The screen "Queues".

use serde_json::json;
use testkit::{
    Method,
    dioptra::{Dioptra, Setup},
    proxy::Fault,
};
use thirtyfour::prelude::*;

use crate::visit::{Start, Visit, member, visit};

fn named(v: &Visit, numbers: impl IntoIterator<Item = usize>) -> Vec<String> {
    numbers.into_iter().map(|number| format!("{}-{number:02}", v.mark)).collect()
}

#[tokio::test]
async fn the_table_has_a_caption_and_every_column_and_shows_the_newest_first() {
    member(async |v| {
        let ids = v.queues(3).await;
        let tag = json!({"name": format!("{}.tag", v.mark), "group": 1});
        let tag = v.caller.api(Method::POST, "/tags/", Some(tag)).await.unwrap();
        let path = format!("/queues/{}/tags", ids[0]);
        v.caller.api(Method::POST, &path, Some(json!({"ids": [tag["id"]]}))).await.unwrap();
        let path = format!("/queues/{}/draft", ids[0]);
        let draft = json!({"name": "x", "description": "y"});
        v.caller.api(Method::POST, &path, Some(draft)).await.unwrap();
        v.open_own_table("").await;
        v.names_are(&named(v, [2, 1, 0])).await;
        v.title_is("Queues – Dioptra").await;
        v.see("heading", "Queues").await;
        // Whose draft it is comes after the rows.
        v.see("link", &format!("Draft of {}", named(v, [0])[0])).await;
        let script = "return [document.querySelector('caption').innerText,
            ...[...document.querySelectorAll('thead th')].map((th) => th.innerText.trim())]";
        let head = v.script(script, vec![]).await;
        let columns = [
            "Queues", "", "Name", "Description", "Group", "Tags", "Jobs", "Created on",
            "Last modified on", "ID", "Actions",
        ];
        assert_eq!(head, json!(columns));
        let script = "return [...document.querySelectorAll('tbody tr:last-child > *')].map((c) => c.innerText.trim())";
        let row = v.script(script, vec![]).await;
        assert_eq!(row[1], json!(format!("{} Draft", named(v, [0])[0])));
        assert_eq!(row[2], "number 0");
        assert_eq!(row[3], "public");
        assert_eq!(row[4], json!(format!("{}.tag", v.mark)));
        assert_eq!(row[8], json!(ids[0].to_string()));
    })
    .await;
}

#[tokio::test]
async fn a_name_is_a_real_link() {
    member(async |v| {
        let id = v.queues(1).await[0];
        v.open_own_table("").await;
        let link = v.see("link", &named(v, [0])[0]).await;
        let href = link.prop("href").await.unwrap().unwrap();
        assert_eq!(href, format!("{}/queues/{id}", v.proxy.origin));
        let chain = v.driver.action_chain().key_down(Key::Control).click_element(&link);
        chain.key_up(Key::Control).perform().await.unwrap();
        v.until("a second tab is open", async || v.driver.windows().await.unwrap().len() == 2)
            .await;
        assert!(v.path().await.starts_with("queues?"), "the first tab stays where it is");
        link.click().await.unwrap();
        v.path_is(&format!("queues/{id}")).await;
    })
    .await;
}

#[tokio::test]
async fn the_server_pages_and_the_address_says_where_one_is() {
    member(async |v| {
        v.queues(23).await;
        v.open_own_table("&rows=10").await;
        v.status("1–10 of 23 queues").await;
        v.names_are(&named(v, (13..23).rev())).await;
        v.click("button", "Next page").await;
        v.status("11–20 of 23 queues").await;
        assert!(v.path().await.ends_with("&page=2"));
        v.click("button", "Last page").await;
        v.status("21–23 of 23 queues").await;
        assert_eq!(
            v.see("button", "Next page").await.attr("aria-disabled").await.unwrap().as_deref(),
            Some("true")
        );
        v.click("button", "Previous page").await;
        v.status("11–20 of 23 queues").await;
        v.click("button", "First page").await;
        v.status("1–10 of 23 queues").await;
        assert!(!v.path().await.contains("page="), "the first page is the default");
        v.driver.back().await.unwrap();
        v.status("11–20 of 23 queues").await;
        v.driver.forward().await.unwrap();
        v.status("1–10 of 23 queues").await;
        let last = v.proxy.seen(&Method::GET, "/api/v1/queues/").pop().unwrap();
        assert!(last.path.contains("index=0&pageLength=10"), "{}", last.path);
    })
    .await;
}

#[tokio::test]
async fn the_number_of_rows_on_a_page_can_be_chosen() {
    member(async |v| {
        v.queues(12).await;
        v.open_own_table("").await;
        v.status("1–12 of 12 queues").await;
        let script = "return [...arguments[0].options].map((option) => option.text)";
        let select = v.see("combobox", "Rows per page").await.to_json().unwrap();
        let sizes = v.script(script, vec![select]).await;
        assert_eq!(sizes, json!(["10", "25", "50", "100", "1000"]));
        assert_eq!(v.value("combobox", "Rows per page").await, "25");
        v.choose("Rows per page", "10").await;
        v.status("1–10 of 12 queues").await;
        assert!(v.path().await.ends_with("&rows=10"));
        v.choose("Rows per page", "1000").await;
        v.status("1–12 of 12 queues").await;
    })
    .await;
}

#[tokio::test]
async fn a_header_sorts_ascending_then_descending_then_as_at_first() {
    member(async |v| {
        v.queues(3).await;
        v.open_own_table("").await;
        v.names_are(&named(v, [2, 1, 0])).await;
        let sorted = async || {
            let script = "return [...document.querySelectorAll('[aria-sort]')].map((th) =>
                th.innerText.trim() + ' ' + th.getAttribute('aria-sort'))";
            v.script(script, vec![]).await
        };
        assert_eq!(sorted().await, json!(["Created on descending"]));
        let script = "const sign = (css) => getComputedStyle(document.querySelector(css), '::after').clipPath;
            const all = ['[aria-sort] button', 'th:not([aria-sort]) button'].map(sign);
            return all.every((sign) => sign.startsWith('path')) && all[0] !== all[1]";
        assert_eq!(v.script(script, vec![]).await, json!(true), "eyes see the order too");
        v.click("button", "Name").await;
        v.names_are(&named(v, [0, 1, 2])).await;
        assert_eq!(sorted().await, json!(["Name ascending"]));
        assert!(v.path().await.ends_with("&sort=name"));
        v.click("button", "Name").await;
        v.names_are(&named(v, [2, 1, 0])).await;
        assert_eq!(sorted().await, json!(["Name descending"]));
        assert!(v.path().await.ends_with("&sort=-name"));
        v.click("button", "Name").await;
        v.until("the default order", async || sorted().await == json!(["Created on descending"]))
            .await;
        assert!(!v.path().await.contains("sort="));
        for column in ["Description", "Last modified on", "Created on"] {
            v.click("button", column).await;
            v.until("sorted", async || sorted().await == json!([format!("{column} ascending")]))
                .await;
        }
        let script = "const b = document.querySelector('thead button').getBoundingClientRect();
            const th = document.querySelector('thead th').getBoundingClientRect();
            return th.width - b.width < 2 && th.height - b.height < 2";
        assert_eq!(v.script(script, vec![]).await, json!(true), "the button fills its header");
    })
    .await;
}

#[tokio::test]
async fn the_search_waits_for_the_last_key_and_back_leads_out_of_it() {
    member(async |v| {
        v.queues(3).await;
        v.open("queues").await;
        v.see("link", &named(v, [2])[0]).await;
        v.proxy.forget();
        v.type_in("searchbox", "Search queues", named(v, [1])[0].as_str()).await;
        v.names_are(&named(v, [1])).await;
        // The rows; what the page looks up by itself is another thing.
        let asked = v.proxy.seen(&Method::GET, "/api/v1/queues/?index=0&pageLength=25");
        assert_eq!(asked.len(), 1, "one request for all the keys: {asked:?}");
        assert_eq!(v.path().await, format!("queues?search={}", named(v, [1])[0]));
        v.driver.back().await.unwrap();
        v.path_is("queues").await;
        v.until("the box is empty again", async || {
            v.value("searchbox", "Search queues").await.is_empty()
        })
        .await;
        v.driver.forward().await.unwrap();
        v.names_are(&named(v, [1])).await;
        assert_eq!(v.value("searchbox", "Search queues").await, named(v, [1])[0]);
    })
    .await;
}

#[tokio::test]
async fn plain_words_with_an_apostrophe_or_a_colon_are_found() {
    member(async |v| {
        let text = format!("it's {}: a:b:c 100%25", v.mark);
        v.caller.queue(&format!("{}-odd", v.mark), Some(&text)).await.unwrap();
        v.caller.queue(&format!("{} two words", v.mark), Some("d")).await.unwrap();
        v.open("queues").await;
        for search in [
            format!("it's {}", v.mark),
            format!("{}: a:b:c", v.mark),
            format!("{}, 100%25", v.mark),
            format!("{}, b:c", v.mark),
        ] {
            v.paste("searchbox", "Search queues", &search).await;
            v.names_are(&[format!("{}-odd", v.mark)]).await;
        }
        v.paste("searchbox", "Search queues", &format!("name:{} two words", v.mark)).await;
        v.names_are(&[format!("{} two words", v.mark)]).await;
    })
    .await;
}

#[tokio::test]
async fn fault_26_a_search_that_cannot_be_parsed_gets_the_reason_and_the_rows_stay() {
    member(async |v| {
        v.queues(2).await;
        v.open_own_table("").await;
        v.names_are(&named(v, [1, 0])).await;
        v.paste("searchbox", "Search queues", "name:").await;
        v.says("This search can't be read: Expected").await;
        v.names_are(&named(v, [1, 0])).await;
        let search = v.see("searchbox", "Search queues").await;
        assert_eq!(search.attr("aria-invalid").await.unwrap().as_deref(), Some("true"));
        let described = search.attr("aria-describedby").await.unwrap().unwrap();
        let reason = v.driver.find(By::Id(&described)).await.unwrap();
        assert!(reason.text().await.unwrap().contains("Expected"));
        assert!(v.find("button", "Try again").await.is_none(), "it is said once");
        v.paste("searchbox", "Search queues", &named(v, [0])[0]).await;
        v.names_are(&named(v, [0])).await;
        v.is_silent_about("can't be read").await;
    })
    .await;
}

#[tokio::test]
async fn the_help_button_shows_the_search_language_by_example() {
    member(async |v| {
        v.open("queues").await;
        v.click("button", "Search help").await;
        v.see("group", "How to search").await;
        v.says("name:*cpu*").await;
        v.press(Key::Escape).await;
        v.gone("group", "How to search").await;
    })
    .await;
}

#[tokio::test]
async fn the_group_and_the_deleted_ones_are_filters_in_the_address() {
    member(async |v| {
        let ids = v.queues(2).await;
        v.caller.api(Method::DELETE, &format!("/queues/{}", ids[0]), None).await.unwrap();
        v.open_own_table("").await;
        v.names_are(&named(v, [1])).await;
        v.click("checkbox", "Show deleted").await;
        v.names_are(&named(v, [1, 0])).await;
        assert!(v.path().await.ends_with("&deleted=true"));
        v.says("Deleted").await;
        v.choose("Group", "public").await;
        v.until("the group is in the address", async || v.path().await.contains("&group=1")).await;
        v.names_are(&named(v, [1, 0])).await;
        v.driver.refresh().await.unwrap();
        v.names_are(&named(v, [1, 0])).await;
        assert_eq!(v.value("combobox", "Group").await, "1");
        assert!(v.see("checkbox", "Show deleted").await.is_selected().await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_group_that_is_not_there_is_said_and_can_be_left() {
    member(async |v| {
        v.open("queues?group=4711").await;
        v.says("Dioptra has no such group").await;
        v.choose("Group", "All groups").await;
        v.see("navigation", "Pagination").await;
        v.is_silent_about("no such group").await;
        v.path_is("queues").await;
    })
    .await;
}

#[tokio::test]
async fn fault_31_broken_parameters_and_settings_fall_back_to_defaults() {
    member(async |v| {
        v.queues(1).await;
        v.open("favicon.svg").await;
        let script = "for (const key of ['theme', 'new-queue.1', 'new-queue.2', 'x'])
            localStorage.setItem('dioptra-queues.' + key, '{\"name\": [[<script>');";
        v.script(script, vec![]).await;
        v.open("queues?page=-3&rows=999999&sort=evil&group=x&deleted=perhaps&search=%ff%00&x=%")
            .await;
        v.see("heading", "Queues").await;
        assert_eq!(v.value("combobox", "Rows per page").await, "25");
        assert_eq!(v.value("combobox", "Theme").await, "");
        v.open("queues/new").await;
        v.see("textbox", "Name").await;
        assert_eq!(v.value("textbox", "Name").await, "");
    })
    .await;
}

#[tokio::test]
async fn a_dioptra_without_queues_says_so_and_leads_to_the_form() {
    let dioptra = Dioptra::temporary_with("empty", &Setup::small()).await.unwrap();
    visit(Start::new(&dioptra.origin), true, async |v| {
        v.open("queues").await;
        v.says("No queues yet").await;
        v.click("link", "Create queue").await;
        v.path_is("queues/new").await;
    })
    .await;
}

#[tokio::test]
async fn a_search_without_a_match_can_be_cleared() {
    member(async |v| {
        v.queues(1).await;
        v.open(&format!("queues?search={}-nothing", v.mark)).await;
        v.says("No queues match").await;
        let table = v.driver.find(By::Css("table")).await.unwrap();
        for width in [1280, 320] {
            v.resize(width, 800).await;
            assert!(!table.is_displayed().await.unwrap(), "no headers over nothing");
        }
        // Until it is known what there is nothing is claimed.
        v.proxy.fault(Method::GET, "/api/v1/queues/?index=0&pageLength=25", 1, Fault::Hold);
        v.click("button", "Clear search").await;
        v.proxy.wait_for(&Method::GET, "/api/v1/queues/?index=0&pageLength=25&sort", 1).await;
        v.is_silent_about("No queues yet").await;
        v.proxy.release();
        v.see("link", &named(v, [0])[0]).await;
        assert_eq!(v.value("searchbox", "Search queues").await, "");
        v.path_is("queues").await;
    })
    .await;
}

#[tokio::test]
async fn a_failed_load_says_what_failed_and_can_be_tried_again() {
    member(async |v| {
        v.queues(1).await;
        v.proxy.fault(
            Method::GET,
            "/api/v1/queues/",
            1,
            Fault::Replace(500, "text/html", "<h1>boo</h1>".into()),
        );
        v.open_own_table("").await;
        v.says("The queues could not be loaded").await;
        v.says("(status 500)").await;
        assert!(!v.text().await.contains("boo"), "no raw HTML");
        assert!(!v.text().await.contains("No queues"), "a failed load is no empty list");
        v.proxy.fault(
            Method::GET,
            "/api/v1/queues/",
            1,
            Fault::Replace(502, "text/html", String::new()),
        );
        v.click("button", "Try again").await;
        v.says("(status 502)").await;
        v.focus_is_on("Try again").await;
        v.click("button", "Try again").await;
        v.names_are(&named(v, [0])).await;
        v.is_silent_about("could not be loaded").await;
    })
    .await;
}

#[tokio::test]
async fn skeleton_rows_show_while_the_first_load_is_slow_and_old_rows_stay_while_a_later_one_is() {
    member(async |v| {
        v.queues(2).await;
        v.proxy.fault(Method::GET, "/api/v1/queues/?index=0&pageLength=25", 1, Fault::Hold);
        v.open_own_table("").await;
        v.status("Loading the queues…").await;
        v.driver.find(By::Css("tr.skeleton")).await.unwrap();
        v.proxy.release();
        v.names_are(&named(v, [1, 0])).await;
        assert!(v.driver.find(By::Css("tr.skeleton")).await.is_err());
        v.proxy.fault(Method::GET, "/api/v1/queues/?index=0&pageLength=25", 1, Fault::Hold);
        v.click("button", "Name").await;
        v.driver.query(By::Css("table[aria-busy=true]")).first().await.unwrap();
        v.names_are(&named(v, [1, 0])).await;
        v.proxy.release();
        v.names_are(&named(v, [0, 1])).await;
        v.driver.query(By::Css("table[aria-busy=false]")).first().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn times_are_relative_and_whole_on_focus_in_the_browsers_language_and_zone() {
    member(async |v| {
        v.queues(1).await;
        v.chromium("Emulation.setTimezoneOverride", json!({"timezoneId": "Asia/Kathmandu"})).await;
        v.chromium("Emulation.setLocaleOverride", json!({"locale": "de-DE"})).await;
        v.open_own_table("").await;
        v.names_are(&named(v, [0])).await;
        let time = v.driver.find(By::Css("tbody time")).await.unwrap();
        let relative = time.text().await.unwrap();
        assert!(relative.starts_with("vor ") || relative == "jetzt", "{relative}");
        let full = time.attr("title").await.unwrap().unwrap();
        assert!(full.contains("GMT+5:45"), "{full}");
        assert!(time.attr("datetime").await.unwrap().unwrap().ends_with("+00:00"));
        let script = "document.querySelector('tbody a').focus();
            return getComputedStyle(document.querySelector('tbody time'), '::after').content";
        let shown = v.script(script, vec![]).await;
        assert!(shown.as_str().unwrap().contains("GMT+5:45"), "{shown}");
    })
    .await;
}

#[tokio::test]
async fn a_name_can_be_copied_from_its_row() {
    member(async |v| {
        v.queues(1).await;
        v.open_own_table("").await;
        v.click("button", &format!("Copy name {}", named(v, [0])[0])).await;
        v.status("Name copied").await;
        v.paste("searchbox", "Search queues", "").await;
        let control = Key::Control + "v";
        v.type_in("searchbox", "Search queues", control).await;
        assert_eq!(v.value("searchbox", "Search queues").await, named(v, [0])[0]);
    })
    .await;
}

#[tokio::test]
async fn at_320_pixels_what_the_pointer_presses_in_a_row_stays_under_it() {
    member(async |v| {
        v.queues(1).await;
        v.resize(320, 900).await;
        v.open_own_table("").await;
        let name = &named(v, [0])[0];
        v.click("button", &format!("Actions of {name}")).await;
        v.see("link", &format!("Edit {name}")).await;
        v.click("button", &format!("Delete {name}")).await;
        v.see("alertdialog", &format!("Delete queue “{name}”?")).await;
    })
    .await;
}

#[tokio::test]
async fn a_search_after_back_is_a_step_of_its_own() {
    member(async |v| {
        v.queues(2).await;
        v.open("queues/drafts").await;
        v.click("link", "Dioptra queues").await;
        v.see("link", &named(v, [0])[0]).await;
        for number in [0, 1] {
            let name = &named(v, [number])[0];
            v.type_in("searchbox", "Search queues", name.as_str()).await;
            v.path_is(&format!("queues?search={name}")).await;
            v.driver.back().await.unwrap();
            v.path_is("queues").await;
            v.until("the box is empty again", async || {
                v.value("searchbox", "Search queues").await.is_empty()
            })
            .await;
        }
    })
    .await;
}

#[tokio::test]
async fn at_320_pixels_saving_tags_leaves_the_focus_at_the_queue() {
    member(async |v| {
        v.queues(2).await;
        let tag = json!({"name": format!("{}-tag", v.mark), "group": 1});
        v.caller.api(Method::POST, "/tags/", Some(tag)).await.unwrap();
        v.resize(320, 900).await;
        v.open_own_table("").await;
        let name = &named(v, [1])[0];
        let menu = v.see("button", &format!("Actions of {name}")).await;
        assert_eq!(menu.attr("aria-expanded").await.unwrap().as_deref(), Some("false"));
        menu.click().await.unwrap();
        v.click("button", &format!("Edit tags of {name}")).await;
        v.click("checkbox", &format!("{}-tag", v.mark)).await;
        v.click_in_dialog("Save tags").await;
        v.see("link", &format!("{}-tag", v.mark)).await;
        v.focus_is_on_button(&format!("Edit tags of {name}")).await;
    })
    .await;
}

#[tokio::test]
async fn in_a_small_window_neither_a_long_notice_nor_what_is_selected_hides_what_has_the_focus() {
    member(async |v| {
        v.queues(3).await;
        for height in [256, 800] {
            v.resize(320, height).await;
            v.open_own_table("").await;
            v.jobs_are_read().await;
            v.click("checkbox", &format!("Select {}", named(v, [1])[0])).await;
            v.status("1 selected").await;
            // What has the focus, or a part of it, is at the place where one sees it.
            // Between the last and the first nothing has it.
            let is_seen = "const at = active(), {left, right, top, bottom} = at.getBoundingClientRect();
                return at === document.body || [0.1, 0.5, 0.9].some((part) => {
                  const hit = document.elementFromPoint((left + right) / 2, top + part * (bottom - top));
                  return hit && (at.contains(hit) || [...at.labels ?? []].includes(hit));
                }) || at.outerHTML";
            for _ in 0..40 {
                v.press(Key::Tab + "").await;
                assert_eq!(v.script(is_seen, vec![]).await, json!(true), "{height} pixels high");
            }
        }
        let long = format!("{}-{}", v.mark, "long-".repeat(500));
        let id = v.caller.queue(&long, None).await.unwrap();
        v.open(&format!("queues/{id}")).await;
        v.click("button", &format!("Delete {long}")).await;
        v.says("No jobs are waiting in it.").await;
        v.says("No entrypoint would lose this queue.").await;
        v.click_in_dialog("Delete queue").await;
        let dismiss = v.see("button", "Dismiss").await;
        let top = dismiss.rect().await.unwrap().y;
        assert!((0.0..800.0).contains(&top), "{top}");
        let covered = "return deep('.notice')[0].getBoundingClientRect().height / innerHeight";
        let covered = v.script(covered, vec![]).await.as_f64().unwrap();
        assert!(covered < 0.5, "{covered} of the window");
    })
    .await;
}

#[tokio::test]
async fn at_320_pixels_the_actions_of_a_queue_stay_its_own_when_another_takes_its_place() {
    member(async |v| {
        let ids = v.queues(2).await;
        v.resize(320, 900).await;
        v.open_own_table("").await;
        v.jobs_are_read().await;
        v.click("button", &format!("Actions of {}", named(v, [1])[0])).await;
        v.see("button", &format!("Delete {}", named(v, [1])[0])).await;
        v.caller.api(Method::DELETE, &format!("/queues/{}", ids[1]), None).await.unwrap();
        v.click("button", "Refresh").await;
        v.names_are(&named(v, [0])).await;
        let menu = v.see("button", &format!("Actions of {}", named(v, [0])[0])).await;
        assert_eq!(menu.attr("aria-expanded").await.unwrap().as_deref(), Some("false"));
        assert!(v.find("button", &format!("Delete {}", named(v, [0])[0])).await.is_none());
    })
    .await;
}
