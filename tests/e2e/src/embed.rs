//! The app in somebody else's page: `<dioptra-queues>`.

use serde_json::{Value, json};
use testkit::{
    Method, browser,
    proxy::{Fault, Seen},
};

use crate::visit::{Visit, member, stranger};

/// Opens the plain page with the element in it, which begins at a screen; more attributes may
/// follow.
pub async fn element(v: &Visit, attributes: &str) {
    blank(v).await;
    place(v, attributes).await;
}

/// A page with the script and without any element. It notes what it hears.
pub async fn blank(v: &Visit) {
    v.open("hosts/blank.html").await;
    let script = "window.heard = [];
        for (const name of ['ready', 'route', 'change', 'dirty', 'error', 'auth-required']) {
          addEventListener('dq-' + name, ({detail}) => heard.push([name, detail]));
        }";
    v.script(script, vec![]).await;
}

/// Puts one more element into the page.
pub async fn place(v: &Visit, attributes: &str) {
    let script = "const hr = document.querySelectorAll('hr')[1];
        hr.insertAdjacentHTML('beforebegin', `<dioptra-queues ${arguments[0]}></dioptra-queues>`)";
    v.script(script, vec![json!(attributes)]).await;
}

/// What the page has heard since it was last asked, without events of these names.
pub async fn heard(v: &Visit) -> Vec<Value> {
    let heard = v.script("return heard.splice(0)", vec![]).await;
    heard.as_array().unwrap().clone()
}

/// The first thing that it says.
fn ready() -> Value {
    json!(["ready", {"version": env!("CARGO_PKG_VERSION")}])
}

async fn has_heard(v: &Visit, name: &str) {
    v.until(format!("the page hears {name}"), async || {
        v.script("return heard.some(([name]) => name === arguments[0])", vec![json!(name)]).await
            == json!(true)
    })
    .await;
}

/// Creates, changes and deletes a queue, as a user does; its id.
pub async fn main_job(v: &Visit) -> u64 {
    v.click("link", "Create queue").await;
    v.see("heading", "Create queue").await;
    let name = v.fill("-embedded", "made in somebody else's page").await;
    v.click("button", "Create queue").await;
    v.status(&format!("Queue “{name}” created")).await;
    let id = v.named(&name).await["id"].as_u64().unwrap();

    v.click("link", &format!("Edit {name}")).await;
    v.see("heading", "Edit queue").await;
    v.until("the form is filled", async || v.value("textbox", "Name").await == name).await;
    v.paste("textbox", "Description", "changed there too").await;
    v.click("button", "Save changes").await;
    v.status(&format!("Queue “{name}” saved")).await;
    assert_eq!(v.queue(id).await["description"], json!("changed there too"));
    // What the page reads by itself makes it longer.
    v.jobs_are_read().await;

    v.click("button", &format!("Delete {name}")).await;
    v.says("No entrypoint would lose this queue.").await;
    v.says("No jobs are waiting in it.").await;
    v.click_in_dialog("Delete queue").await;
    v.status(&format!("Queue “{name}” deleted")).await;
    assert_eq!(v.queue(id).await["deleted"], json!(true));
    id
}

/// All of a page that is not the element's own.
async fn outside(v: &Visit) -> Value {
    let script = "
        const own = (element) => [element.tagName, [...element.attributes].map((a) => a.name + a.value),
          element.tagName === 'DIOPTRA-QUEUES' ? '' : [...element.childNodes].map((child) =>
            child.nodeType === 1 ? own(child) : child.nodeType === 3 ? child.data.trim() : '')];
        const looks = ['html', 'body', 'h1', 'p', 'a', 'hr'].map((name) => {
          const style = getComputedStyle(document.querySelector(name));
          return [name, style.font, style.color, style.backgroundColor, style.overflow];
        });
        return {page: own(document.documentElement), looks, title: document.title, url: location.href,
          entries: history.length, focus: document.activeElement.tagName,
          sheets: document.styleSheets.length + document.adoptedStyleSheets.length,
          globals: Object.keys(window).filter((name) => !/^(axe|heard|se_|cdc_)/.test(name)).sort(),
          stored: Object.keys(localStorage)}";
    v.script(script, vec![]).await
}

#[tokio::test]
async fn in_a_plain_page_the_main_job_is_done_and_the_page_stays_as_it_was() {
    member(async |v| {
        v.queues(2).await;
        // First without the app.
        let nothing = Fault::Replace(200, "text/javascript", String::new());
        v.proxy.fault(Method::GET, "/embed.js", 1, nothing);
        v.open("hosts/plain.html").await;
        v.says("The page goes on here.").await;
        let mut before = outside(v).await;
        v.driver.refresh().await.unwrap();
        v.status_ends("queues").await;
        before["entries"] = v.script("return history.length", vec![]).await;
        main_job(v).await;
        // Focus is where the user left it, which is inside; all else is as before.
        let mut after = outside(v).await;
        assert_eq!(after["focus"], json!("DIOPTRA-QUEUES"));
        after["focus"] = before["focus"].clone();
        for (what, now) in after.as_object().unwrap() {
            assert_eq!(now, &before[what], "{what}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_links_of_the_page_around_are_its_own() {
    member(async |v| {
        v.queues(2).await;
        v.open("hosts/plain.html").await;
        v.status_ends("queues").await;
        v.click("link", "Down").await;
        v.path_is("hosts/plain.html#below").await;
        assert!(v.find("heading", "Queues").await.is_some(), "the element stays");
        v.click("link", "The queues on a page of their own").await;
        v.path_is("queues").await;
        v.status_ends("queues").await;
    })
    .await;
}

#[tokio::test]
async fn in_vue_and_quasar_the_main_job_is_done_and_the_router_goes_on() {
    member(async |v| {
        v.queues(2).await;
        v.open("hosts/vue.html").await;
        v.status_ends("queues").await;
        main_job(v).await;
        v.path_is("hosts/vue.html").await;
        v.click("link", "Jobs").await;
        v.see("heading", "Jobs").await;
        v.path_is("hosts/jobs").await;
        v.click("link", "To the queues").await;
        v.status_ends("queues").await;
        v.driver.back().await.unwrap();
        v.see("heading", "Jobs").await;
        v.driver.forward().await.unwrap();
        v.status_ends("queues").await;
    })
    .await;
}

#[tokio::test]
async fn unsaved_text_holds_the_router_of_the_page_back() {
    member(async |v| {
        v.open("hosts/vue.html").await;
        v.click("link", "Create queue").await;
        v.see("heading", "Create queue").await;
        v.fill("-held", "typed").await;
        v.click("link", "Jobs").await;
        v.see("alertdialog", "Leave without saving?").await;
        v.click_in_dialog("Keep editing").await;
        v.gone("alertdialog", "Leave without saving?").await;
        v.path_is("hosts/vue.html").await;
        assert_eq!(v.value("textbox", "Description").await, "typed");
        v.click("link", "Jobs").await;
        v.see("alertdialog", "Leave without saving?").await;
        v.click_in_dialog("Leave").await;
        v.see("heading", "Jobs").await;
        // Left on purpose: it is gone.
        v.click("link", "To the queues").await;
        v.click("link", "Create queue").await;
        v.see("heading", "Create queue").await;
        assert_eq!(v.value("textbox", "Description").await, "");
    })
    .await;
}

#[tokio::test]
async fn the_theme_and_the_colours_follow_the_page_around() {
    member(async |v| {
        v.queues(2).await;
        let look = async || {
            let script = "const app = deep('.app')[0], button = deep('.button.primary')[0];
                const style = getComputedStyle(app);
                return [style.backgroundColor, style.color, style.fontWeight,
                  getComputedStyle(button).backgroundColor]";
            v.script(script, vec![]).await
        };
        let light = ["rgb(255, 255, 255)", "rgb(27, 27, 27)", "400", "rgb(0, 105, 92)"];
        let dark = ["rgb(18, 18, 18)", "rgb(236, 236, 236)", "400", "rgb(0, 105, 92)"];
        v.open("hosts/vue.html").await;
        v.status_ends("queues").await;
        assert_eq!(look().await, json!(light));
        v.click("button", "Dark").await;
        v.until("it is dark", async || look().await == json!(dark)).await;
        v.click("button", "Dark").await;
        v.until("it is light", async || look().await == json!(light)).await;

        // Without a word about it: as the page's own colour scheme.
        element(v, "").await;
        v.status_ends("queues").await;
        let back = async || look().await[0].clone();
        assert_eq!(back().await, json!(light[0]));
        v.script("document.documentElement.style.colorScheme = 'dark'", vec![]).await;
        assert_eq!(back().await, json!(dark[0]));
        v.script("deep('dioptra-queues')[0].theme = 'light'", vec![]).await;
        assert_eq!(back().await, json!(light[0]));
    })
    .await;
}

#[tokio::test]
async fn a_page_styles_the_element_by_properties_and_parts() {
    member(async |v| {
        v.queues(2).await;
        element(v, "").await;
        v.status_ends("queues").await;
        let script = "const sheet = new CSSStyleSheet();
            sheet.replaceSync(`dioptra-queues { --dq-primary: #111111; --dq-danger: #222222;
              --dq-bg: #eeeeee; --dq-fg: #333333; --dq-border: #444444; --dq-font: monospace;
              --dq-radius: 9px; --dq-density: 0.5 }
              ${['toolbar', 'table', 'row', 'button', 'input', 'error', 'dialog'].map((part, i) =>
                `dioptra-queues::part(${part}) { outline: ${i + 1}px solid }`).join('')}`);
            document.adoptedStyleSheets = [sheet];
            const style = (css) => getComputedStyle(deep(css)[0]);
            const app = style('.app'), button = style('.button.primary');
            return [button.backgroundColor, app.backgroundColor, app.color, app.fontFamily,
              button.borderRadius, style('.list tr').borderBottomColor, style('.list tbody td').height,
              ...['.toolbar', '.list', '.list tbody tr', '.button', '[type=search]'].map((css) =>
                style(css).outlineWidth)]";
        v.script("deep('dioptra-queues')[0].refresh()", vec![]).await;
        v.until("there are rows", async || !v.names().await.is_empty()).await;
        let expected = json!([
            "rgb(17, 17, 17)",
            "rgb(238, 238, 238)",
            "rgb(51, 51, 51)",
            "monospace",
            "9px",
            "rgb(68, 68, 68)",
            "34px",
            "1px",
            "2px",
            "3px",
            "4px",
            "5px"
        ]);
        assert_eq!(v.script(script, vec![]).await, expected);
        let of_links = "deep('dioptra-queues')[0].theme = 'dark';
            const probe = document.body.appendChild(document.createElement('p'));
            probe.style.color = 'color-mix(in srgb, #111111, white 45%)';
            const color = (element) => getComputedStyle(element).color;
            return color(deep('.list tbody th a')[0]) === color(probe)";
        assert_eq!(v.script(of_links, vec![]).await, json!(true));
        // From right to left what is done with a row stands at its end, too.
        let is_covered = "document.documentElement.dir = 'rtl';
            const of = (css) => deep('.list tbody tr')[0].querySelector(css).getBoundingClientRect();
            const [name, actions] = [of('th a'), of('[data-label=Actions]')];
            return name.left < actions.right";
        assert_eq!(v.script(is_covered, vec![]).await, json!(false));
        v.proxy.fault(Method::GET, "/api/v1/queues/?index=0&pageLength=25", 9, Fault::Replace(500, "text/html", String::new()));
        v.script("deep('dioptra-queues')[0].refresh()", vec![]).await;
        v.says("The queues could not be loaded").await;
        let width = "return getComputedStyle(deep('.failed')[0]).outlineWidth";
        assert_eq!(v.script(width, vec![]).await, json!("6px"));
        v.proxy.heal();
    })
    .await;
}

#[tokio::test]
async fn the_page_hears_of_everything_in_its_order() {
    member(async |v| {
        v.queues(2).await;
        element(v, "").await;
        v.status_ends("queues").await;
        assert_eq!(heard(v).await, [ready()]);
        v.click("link", "Create queue").await;
        v.see("heading", "Create queue").await;
        let name = v.fill("-told", "first").await;
        v.click("button", "Create queue").await;
        v.status(&format!("Queue “{name}” created")).await;
        has_heard(v, "change").await;
        let queue = v.named(&name).await;
        let (id, first) = (queue["id"].as_u64().unwrap(), queue["snapshot"].clone());
        assert_eq!(
            heard(v).await,
            [
                json!(["route", {"path": "queues/new", "replace": false}]),
                json!(["dirty", {"dirty": true}]),
                json!(["dirty", {"dirty": false}]),
                json!(["route", {"path": format!("queues/{id}"), "replace": false}]),
                json!(["change", {"kind": "created", "id": id, "snapshot": first}]),
            ]
        );

        v.click("button", &format!("Edit tags of {name}")).await;
        v.paste("textbox", "Find or create a tag", &format!("{name}-tag")).await;
        v.click_in_dialog(&format!("Create tag “{name}-tag”")).await;
        v.click_in_dialog("Save tags").await;
        has_heard(v, "change").await;
        let tagged = json!(["change", {"kind": "tagged", "id": id, "snapshot": first}]);
        assert_eq!(heard(v).await, [tagged]);

        v.click("link", &format!("Edit {name}")).await;
        v.until("the form is filled", async || v.value("textbox", "Name").await == name).await;
        v.paste("textbox", "Description", "second").await;
        v.proxy.fault(Method::POST, "/draft", 1, Fault::Replace(500, "text/html", String::new()));
        v.click("button", "Save changes").await;
        v.see("group", "There is a problem").await;
        has_heard(v, "error").await;
        v.click("button", "Save changes").await;
        has_heard(v, "change").await;
        let second = v.queue(id).await["snapshot"].clone();
        assert_ne!(first, second);
        assert_eq!(
            heard(v).await,
            [
                json!(["route", {"path": format!("queues/{id}/edit"), "replace": false}]),
                json!(["dirty", {"dirty": true}]),
                json!(["error", {"code": "status", "status": 500, "fatal": false}]),
                json!(["dirty", {"dirty": false}]),
                json!(["route", {"path": format!("queues/{id}"), "replace": false}]),
                json!(["change", {"kind": "modified", "id": id, "snapshot": second}]),
            ]
        );

        v.click("button", &format!("Delete {name}")).await;
        v.says("No jobs are waiting in it.").await;
        v.says("No entrypoint would lose this queue.").await;
        v.click_in_dialog("Delete queue").await;
        has_heard(v, "change").await;
        assert_eq!(
            heard(v).await,
            [
                json!(["route", {"path": "queues", "replace": false}]),
                json!(["change", {"kind": "deleted", "id": id, "snapshot": second}]),
            ]
        );
        v.click("button", "Undo").await;
        has_heard(v, "change").await;
        let events = heard(v).await;
        assert_eq!(events[0][1]["kind"], json!("created"), "{events:?}");
    })
    .await;
}

#[tokio::test]
async fn without_its_heading_the_table_is_named_by_its_region_which_takes_the_focus() {
    member(async |v| {
        v.queues(1).await;
        element(v, "heading=hidden label='Queues of the lab'").await;
        v.status_ends("queues").await;
        v.see("region", "Queues of the lab").await;
        assert!(v.find("heading", "Queues of the lab").await.is_none());
        // Other screens have theirs.
        v.click("link", "Create queue").await;
        v.see("heading", "Create queue").await;
        v.click("link", "Cancel").await;
        v.status_ends("queues").await;
        let focus = "return active().getAttribute('aria-label')";
        v.until("the focus on the region", async || {
            v.script(focus, vec![]).await == json!("Queues of the lab")
        })
        .await;
        v.sign_out_elsewhere().await;
        element(v, "heading=hidden label='Queues of the lab'").await;
        v.see("dialog", "Sign in to continue").await;
        assert!(v.find("heading", "Queues of the lab").await.is_none());
    })
    .await;
}

#[tokio::test]
async fn two_elements_and_a_router_of_the_page_keep_one_history() {
    member(async |v| {
        let ids = v.queues(2).await;
        blank(v).await;
        // The screens of both stand in the query, and the browser's buttons lead through them.
        let router = "
            const names = ['one', 'two'];
            window.entries = 0;
            for (const name of names) {
              addEventListener('dq-route', ({target, detail}) => {
                if (target.id !== name) return;
                const url = new URL(location);
                url.searchParams.set(name, detail.path);
                if (!detail.replace) entries++;
                history[detail.replace ? 'replaceState' : 'pushState'](null, '', url);
              });
            }
            addEventListener('popstate', () => names.forEach((name) => {
              document.getElementById(name).path =
                new URL(location).searchParams.get(name) || 'queues';
            }));";
        v.script(router, vec![]).await;
        place(v, "id=one label=One").await;
        place(v, "id=two label=Two").await;
        let shows = async |one: &str, two: &str| {
            let paths = "return ['one', 'two'].map((name) => document.getElementById(name).path)";
            v.until(format!("{one} and {two}"), async || {
                v.script(paths, vec![]).await == json!([one, two])
            })
            .await;
        };
        v.until("both", async || {
            v.script("return heard.filter(([name]) => name === 'ready').length", vec![]).await
                == json!(2)
        })
        .await;
        let (first, second) = (format!("queues/{}", ids[0]), format!("queues/{}", ids[1]));
        let go = async |id: &str, path: &str| {
            let script = "document.getElementById(arguments[0]).navigate(arguments[1])";
            v.script(script, vec![json!(id), json!(path)]).await;
        };
        go("one", &first).await;
        go("two", &second).await;
        go("one", "queues/new").await;
        shows("queues/new", &second).await;
        for (one, two) in [(&*first, &*second), (&first, "queues"), ("queues", "queues")] {
            v.driver.back().await.unwrap();
            shows(one, two).await;
        }
        for (one, two) in [(&*first, "queues"), (&first, &*second), ("queues/new", &second)] {
            v.driver.forward().await.unwrap();
            shows(one, two).await;
        }
        assert_eq!(v.script("return entries", vec![]).await, json!(3), "one for each step");
    })
    .await;
}

#[tokio::test]
async fn config_json_names_the_dashboard_and_a_broken_name_in_it_is_said() {
    member(async |v| {
        v.queues(1).await;
        let config = |text: &str| Fault::Replace(200, "application/json", text.to_owned());
        v.open("queues").await;
        v.status_ends("queues").await;
        assert!(v.find("link", "Dashboard").await.is_none(), "nobody says where it is");
        v.proxy.fault(Method::GET, "/config.json", 1, config(r#"{"home": "/hosts/plain.html"}"#));
        v.open("queues").await;
        v.click("link", "Dashboard").await;
        v.until("the dashboard", async || {
            v.script("return location.pathname", vec![]).await == json!("/hosts/plain.html")
        })
        .await;
        for broken in [r#"{"home": 7}"#, r#"{"home": "javascript:alert(1)"}"#] {
            v.proxy.fault(Method::GET, "/config.json", 1, config(broken));
            v.open("queues").await;
            v.see("heading", "The configuration of the app is broken").await;
            v.says("home must be a path or a URL").await;
        }
    })
    .await;
}

#[tokio::test]
async fn the_help_says_what_is_deployed_as_version_json_does() {
    member(async |v| {
        v.queues(1).await;
        v.open("queues").await;
        v.status_ends("queues").await;
        let get = "const [done] = arguments;
            fetch('version.json').then((response) => response.json()).then(done)";
        let version = v.driver.execute_async(get, vec![]).await.unwrap().json().clone();
        let here = env!("CARGO_PKG_VERSION");
        assert_eq!(version["version"], json!(here));
        assert_eq!(version["dioptra"], json!(testkit::tools::DIOPTRA));
        let commit = version["commit"].as_str().unwrap();
        assert!(commit.len() >= 7, "{commit}");
        v.click("button", "Search help").await;
        let dioptra = testkit::tools::DIOPTRA;
        v.says(&format!("Dioptra queues {here} ({commit}), tested with Dioptra {dioptra}")).await;
    })
    .await;
}

#[tokio::test]
async fn two_elements_on_one_page_do_not_know_each_other() {
    member(async |v| {
        let ids = v.queues(2).await;
        let search = format!("queues?search=name:{}*", v.mark);
        element(v, &format!("id=one path='{search}' label=One")).await;
        place(v, &format!("id=two path='{search}' label=Two")).await;
        v.see("region", "One").await;
        v.see("region", "Two").await;
        let rows = |which: &str| {
            let script = format!(
                "return document.getElementById('{which}').shadowRoot
                  .querySelectorAll('tbody th a').length"
            );
            async move || v.script(&script, vec![]).await
        };
        let (one, two) = (rows("one"), rows("two"));
        v.until("both have rows", async || one().await == json!(2) && two().await == json!(2))
            .await;
        // A second screen in the first; the second stays where it is.
        let go = format!("one.navigate('queues/{}')", ids[0]);
        v.script(&go, vec![]).await;
        v.see("heading", &format!("{}-00", v.mark)).await;
        let paths = "return [one.path, two.path]";
        let expected = json!([format!("queues/{}", ids[0]), search]);
        assert_eq!(v.script(paths, vec![]).await, expected);
        assert_eq!(two().await, json!(2));
        // Without the first the second goes on.
        v.script("one.remove()", vec![]).await;
        v.until("the first is gone", async || v.find("region", "One").await.is_none()).await;
        v.script("two.refresh()", vec![]).await;
        v.click("link", &format!("{}-01", v.mark)).await;
        v.see("heading", &format!("{}-01", v.mark)).await;
    })
    .await;
}

#[tokio::test]
async fn moved_in_the_page_it_keeps_its_text_and_its_open_dialog() {
    member(async |v| {
        element(v, "path=queues/new").await;
        v.see("heading", "Create queue").await;
        let name = v.fill("-moved", "typed before").await;
        let move_it = "const element = deep('dioptra-queues')[0];
            document.body.insertBefore(element, document.body.firstChild);";
        v.script(move_it, vec![]).await;
        // Had it been torn down, then in the next task.
        v.driver.execute_async("setTimeout(() => setTimeout(arguments[0]))", vec![]).await.unwrap();
        assert_eq!(v.value("textbox", "Name").await, name);
        assert_eq!(v.value("textbox", "Description").await, "typed before");
        v.click("link", "Cancel").await;
        v.see("alertdialog", "Leave without saving?").await;
        v.script("document.body.append(deep('dioptra-queues')[0])", vec![]).await;
        v.see("alertdialog", "Leave without saving?").await;
        let is_modal = "return deep('dialog[open]')[0].matches(':modal')";
        assert_eq!(v.script(is_modal, vec![]).await, json!(true));
        v.click_in_dialog("Keep editing").await;
        assert_eq!(v.value("textbox", "Name").await, name);
        heard(v).await;
        v.click("button", "Create queue").await;
        v.status(&format!("Queue “{name}” created")).await;
    })
    .await;
}

#[tokio::test]
async fn taken_away_it_stops_what_is_under_way() {
    member(async |v| {
        v.queues(2).await;
        element(v, "").await;
        v.status_ends("queues").await;
        v.proxy.forget();
        v.proxy.fault(Method::GET, "/api/v1/queues/?index=0&pageLength=25", 1, Fault::Hold);
        v.script("deep('dioptra-queues')[0].refresh()", vec![]).await;
        v.proxy.wait_for(&Method::GET, "/api/v1/queues/", 1).await;
        let aborted = "const [done] = arguments; const element = deep('dioptra-queues')[0];
            new PerformanceObserver((list) => list.getEntries().some((entry) =>
              entry.name.includes('/api/v1/queues/')) && done(true)).observe({type: 'resource'});
            element.remove();";
        let script = format!("{}{aborted}", crate::visit::DEEP);
        // The browser notes the request as over, though the server still holds it.
        v.driver.execute_async(script, vec![]).await.unwrap();
        let inside = "return document.querySelector('dioptra-queues')";
        assert_eq!(v.script(inside, vec![]).await, Value::Null);
        v.proxy.heal();
    })
    .await;
}

#[tokio::test]
async fn fault_38_taken_away_while_it_starts_it_stops_what_was_requested_for_it() {
    for path in ["/users/current", "/api/v1/queues/"] {
        member(async |v| {
            blank(v).await;
            v.proxy.forget();
            v.proxy.fault(Method::GET, path, 1, Fault::Hold);
            place(v, "").await;
            v.proxy.wait_for(&Method::GET, path, 1).await;
            let aborted = "const [path, done] = arguments;
                new PerformanceObserver((list) => list.getEntries().some((entry) =>
                  entry.name.includes(path) && done(true))).observe({type: 'resource'});
                deep('dioptra-queues')[0].destroy();";
            let script = format!("{}{aborted}", crate::visit::DEEP);
            v.driver.execute_async(script, vec![json!(path)]).await.unwrap();
            v.proxy.heal();
        })
        .await;
    }
}

#[tokio::test]
async fn destroyed_it_listens_to_nothing_any_more() {
    member(async |v| {
        v.queues(1).await;
        element(v, "").await;
        v.status_ends("queues").await;
        v.script("deep('dioptra-queues')[0].destroy()", vec![]).await;
        v.proxy.forget();
        let wake = "window.dispatchEvent(new Event('focus'));
            document.dispatchEvent(new Event('visibilitychange', {bubbles: true}));
            window.dispatchEvent(new Event('online'));
            new BroadcastChannel('dioptra-queues.session').postMessage(null);";
        v.script(wake, vec![]).await;
        // An element that comes now asks who is signed in: by then the other would have, too.
        place(v, "").await;
        v.status_ends("queues").await;
        assert_eq!(v.proxy.seen(&Method::GET, "/users/current").len(), 1);
    })
    .await;
}

/// Counts what is left behind: listeners on the window and the document, timers that repeat, nodes
/// and bytes. Counts from the start of the page.
const COUNT: &str = "
    window.left = {listeners: 0, intervals: 0};
    for (const target of [window, document]) {
      const {addEventListener: add, removeEventListener: remove} = target;
      const there = new Set();
      const key = (type, f) => { f.id ||= Math.random(); return type + f.id; };
      target.addEventListener = function (type, f, o) {
        if (f && !there.has(key(type, f))) { there.add(key(type, f)); left.listeners++; }
        return add.call(target, type, f, o); };
      target.removeEventListener = function (type, f, o) {
        if (f && there.delete(key(type, f))) left.listeners--;
        return remove.call(target, type, f, o); };
    }
    const {setInterval: set, clearInterval: clear} = window;
    const running = new Set();
    window.setInterval = (...a) => { const id = set(...a); running.add(id); left.intervals++; return id; };
    window.clearInterval = (id) => { if (running.delete(id)) left.intervals--; clear(id); };
    const {instantiateStreaming, instantiate} = WebAssembly;
    const keep = (made) => made.then((made) => {
      const {exports} = made.instance || made;
      // The second file uses the memory of the first.
      if (exports.memory) window.wasm = exports;
      return made; });
    WebAssembly.instantiateStreaming = (...a) => keep(instantiateStreaming.apply(WebAssembly, a));
    WebAssembly.instantiate = (...a) => keep(instantiate.apply(WebAssembly, a));
    ";

#[tokio::test]
async fn fault_29_mounted_and_removed_100_times_it_leaves_nothing_behind() {
    member(async |v| {
        v.queues(3).await;
        v.chromium("Page.addScriptToEvaluateOnNewDocument", json!({"source": COUNT})).await;
        blank(v).await;
        let round = "const [times, done] = arguments; (async () => {
            for (let i = 0; i < times; i++) {
              const element = document.createElement('dioptra-queues');
              const ready = new Promise((resolve) => element.addEventListener('dq-ready', resolve));
              document.body.append(element);
              await ready;
              while (!deep('tbody th a').length) await new Promise(requestAnimationFrame);
              element.navigate('queues/new');
              while (!deep('textarea').length) await new Promise(requestAnimationFrame);
              element.remove();
              await new Promise((resolve) => setTimeout(resolve));
              if (element.shadowRoot.querySelector('.app')) throw new Error('still there');
            }
            heard.length = 0;
          })().then(() => done(null), (error) => done(String(error)));";
        let round = format!("{}{round}", crate::visit::DEEP);
        let measure = async || {
            let metrics = browser::metrics(&v.driver).await.unwrap();
            let metric = |name: &str| metrics[name];
            let left = v.script("return [left, wasm.memory.buffer.byteLength]", vec![]).await;
            let wasm = left[1].as_f64().unwrap();
            (
                left[0].clone(),
                metric("Nodes"),
                metric("JSEventListeners"),
                metric("JSHeapUsedSize"),
                wasm,
            )
        };
        let none = v.script("return left", vec![]).await;
        // The first rounds make what is made once.
        let warm = v.driver.execute_async(&round, vec![json!(20)]).await.unwrap();
        assert_eq!(warm.json(), &Value::Null);
        let (left, nodes, listeners, heap, wasm) = measure().await;
        assert_eq!(left, none);
        let ran = v.driver.execute_async(&round, vec![json!(100)]).await.unwrap();
        assert_eq!(ran.json(), &Value::Null);
        let after = measure().await;
        println!("before: {:?}\nafter:  {after:?}", (&left, nodes, listeners, heap, wasm));
        assert_eq!(after.0, left);
        assert!(after.1 <= nodes + 50.0, "nodes: {nodes}, then {}", after.1);
        assert!(after.2 <= listeners + 5.0, "listeners: {listeners}, then {}", after.2);
        assert!(after.3 <= heap + 300_000.0, "heap: {heap}, then {}", after.3);
        // It grows by pages of 64 KiB. What listens to the clock is let go of once a minute.
        let pages = (after.4 - wasm) / 65_536.0;
        assert!(pages <= 1.0, "wasm memory: {wasm}, then {}", after.4);
    })
    .await;
}

#[tokio::test]
async fn it_works_in_a_form_in_a_dialog_and_inside_another_shadow_root() {
    member(async |v| {
        v.queues(2).await;
        let places = [
            "const form = document.createElement('form'); form.addEventListener('submit', (event) =>
               { event.preventDefault(); window.sent = true; });
             form.innerHTML = '<input name=x><button>Send</button>'; document.body.append(form);
             return form",
            "const dialog = document.createElement('dialog'); document.body.append(dialog);
             dialog.showModal(); return dialog",
            "const outer = document.createElement('section'); document.body.append(outer);
             const inner = document.createElement('div');
             outer.attachShadow({mode: 'open'}).append(inner); return inner",
        ];
        for (number, place) in places.into_iter().enumerate() {
            blank(v).await;
            let script = format!(
                "const parent = (() => {{ {place} }})();
                 parent.append(document.createElement('dioptra-queues'))"
            );
            v.script(&script, vec![]).await;
            // A dialog grows with what is in it.
            v.status_ends("queues").await;
            v.click("link", "Create queue").await;
            v.see("heading", "Create queue").await;
            let name = v.fill(&format!("-place-{number}"), "made in an odd place").await;
            // Enter sends our form, and none around it.
            v.type_in("textbox", "Name", "\u{e007}").await;
            v.status(&format!("Queue “{name}” created")).await;
            assert_eq!(v.script("return window.sent || false", vec![]).await, json!(false));
            // Escape closes our dialog, and none around it.
            v.click("button", &format!("Delete {name}")).await;
            v.see("alertdialog", &format!("Delete queue “{name}”?")).await;
            v.press("\u{e00c}").await;
            v.gone("alertdialog", &format!("Delete queue “{name}”?")).await;
            v.see("heading", &name).await;
        }
    })
    .await;
}

#[tokio::test]
async fn the_api_is_where_the_attribute_the_meta_tag_or_the_configuration_says() {
    member(async |v| {
        v.queues(2).await;
        let asked = async |path: &str| {
            v.until(format!("rows from {path}"), async || {
                !v.proxy.seen(&Method::GET, &format!("{path}/queues/")).is_empty()
            })
            .await;
            v.status_ends("queues").await;
        };
        let own = format!("path='queues?search=name:{}*'", v.mark);
        let elsewhere = "/elsewhere/api/v1";
        v.proxy.forget();
        element(v, &format!("{own} api-base={elsewhere}/")).await;
        asked(elsewhere).await;
        assert!(v.proxy.seen(&Method::GET, "/config.json").is_empty(), "no need of it");

        blank(v).await;
        v.proxy.forget();
        let meta = "const meta = document.createElement('meta'); meta.name = 'dioptra-api-base';
            meta.content = arguments[0]; document.head.append(meta)";
        v.script(meta, vec![json!(elsewhere)]).await;
        place(v, &own).await;
        asked(elsewhere).await;

        let config = |text: &str| Fault::Replace(200, "application/json", text.to_owned());
        let set = r#"{"apiBase": "../elsewhere/api/v1"}"#;
        v.proxy.fault(Method::GET, "/config.json", 1, config(set));
        v.proxy.forget();
        element(v, &own).await;
        asked(elsewhere).await;

        // The same for the app on its own, where the code to copy names it too.
        v.proxy.fault(
            Method::GET,
            "/config.json",
            1,
            config(r#"{"apiBase": "/elsewhere/api/v1"}"#),
        );
        v.proxy.forget();
        v.open("queues/new").await;
        v.see("heading", "Create queue").await;
        // Before a press, which may bring the window its focus: then it is asked again.
        assert_eq!(v.proxy.seen(&Method::GET, "/elsewhere/api/v1/users/current").len(), 1);
        v.click("tab", "curl").await;
        v.says(&format!("{}/elsewhere/api/v1/queues/", v.proxy.origin)).await;
        let wrong = |seen: &Seen| seen.path.starts_with("/api/");
        assert!(!v.proxy.all().iter().any(wrong), "nothing is asked for where the API is not");

        // Without the file all is as usual.
        v.proxy.fault(Method::GET, "/config.json", 1, Fault::Replace(404, "text/html", "x".into()));
        v.proxy.forget();
        element(v, &own).await;
        asked("/api/v1").await;
        v.console().await;

        let broken = "The configuration of the app is broken";
        v.proxy.fault(Method::GET, "/config.json", 2, config("{\"apiBase\": "));
        element(v, &own).await;
        v.see("heading", broken).await;
        v.says("/config.json can't be used").await;
        has_heard(v, "error").await;
        heard(v).await;
        v.click("button", "Try again").await;
        // The old panel stays until the new one is there.
        has_heard(v, "error").await;
        v.see("heading", broken).await;
        v.click("button", "Try again").await;
        v.status_ends("queues").await;
        v.proxy.fault(Method::GET, "/config.json", 1, config(r#"{"apiBase": 7}"#));
        v.open("queues").await;
        v.see("heading", broken).await;
        v.click("button", "Reload").await;
        v.status_ends("queues").await;
    })
    .await;
}

#[tokio::test]
async fn a_page_that_looks_after_signing_in_is_asked_to_and_others_get_the_dialog() {
    stranger(async |v| {
        // The page signs the user in and says so.
        blank(v).await;
        let host = "window.asked = 0; addEventListener('dq-auth-required', (event) => {
            event.preventDefault(); asked++; window.retry = event.detail.retry; })";
        v.script(host, vec![]).await;
        place(v, "").await;
        v.says("You are signed out.").await;
        assert_eq!(v.script("return [asked, deep('dialog[open]').length]", vec![]).await, json!([1, 0]));
        let sign_in = "const [username, password, done] = arguments;
            fetch('/api/v1/auth/login', {method: 'POST', headers: {'Content-Type': 'application/json'},
              body: JSON.stringify({username, password})}).then(() => { retry(); done(); })";
        let who = vec![json!(v.username), json!(crate::visit::PASSWORD)];
        v.driver.execute_async(sign_in, who.clone()).await.unwrap();
        v.see("link", "Create queue").await;

        // The session ends in the middle of something.
        v.click("link", "Create queue").await;
        v.see("heading", "Create queue").await;
        let name = v.fill("-again", "typed before").await;
        v.sign_out_elsewhere().await;
        v.click("button", "Create queue").await;
        v.until("the page is asked", async || {
            v.script("return asked", vec![]).await == json!(2)
        })
            .await;
        assert_eq!(v.script("return deep('dialog[open]').length", vec![]).await, json!(0));
        v.says("Your session has ended, and nothing was sent.").await;
        v.driver.execute_async(sign_in, who).await.unwrap();
        assert_eq!(v.value("textbox", "Name").await, name);
        v.click("button", "Create queue").await;
        v.status(&format!("Queue “{name}” created")).await;
        assert_eq!(v.sent(), 1, "nothing before somebody was signed in");

        // A page that does not care: the dialog, and the event all the same.
        v.sign_out_elsewhere().await;
        element(v, "").await;
        v.see("dialog", "Sign in to continue").await;
        assert_eq!(heard(v).await.len(), 2, "ready and auth-required");
        v.sign_in_over_the_page(&v.username).await;
        v.status_ends("queues").await;

        // And one that is left out of it.
        v.sign_out_elsewhere().await;
        element(v, "auth=self").await;
        v.see("dialog", "Sign in to continue").await;
        assert_eq!(heard(v).await, [ready()]);
        v.click_in_dialog("Not now").await;
        v.says("You are signed out.").await;
        v.click("button", "Sign in").await;
        v.sign_in_over_the_page(&v.username).await;
        v.status_ends("queues").await;
    })
    .await;
}

#[tokio::test]
async fn attributes_say_what_shows() {
    member(async |v| {
        let ids = v.queues(12).await;
        let search = format!("queues?search=name:{}*", v.mark);
        element(v, &format!("path='{search}' page-size=10 label='GPU queues' heading-level=3"))
            .await;
        v.status("1–10 of 12 queues").await;
        v.see("region", "GPU queues").await;
        let heading = v.see("heading", "GPU queues").await;
        assert_eq!(heading.attr("aria-level").await.unwrap().as_deref(), Some("3"));
        assert_eq!(v.value("combobox", "Rows per page").await, "10");
        // What the user chooses counts.
        v.choose("Rows per page", "25").await;
        v.status("1–12 of 12 queues").await;
        v.choose("Rows per page", "10").await;
        v.status("1–10 of 12 queues").await;

        // Properties do the same, while it runs.
        v.script(
            "Object.assign(deep('dioptra-queues')[0], {label: 'Ours', readonly: true})",
            vec![],
        )
        .await;
        v.see("region", "Ours").await;
        v.gone("link", "Create queue").await;
        v.gone("button", &format!("Delete {}-11", v.mark)).await;
        v.see("button", &format!("Copy name {}-11", v.mark)).await;
        v.script("deep('dioptra-queues')[0].navigate('queues/new')", vec![]).await;
        v.see("heading", "Nothing can be changed here").await;
        v.script(
            "deep('dioptra-queues')[0].path = arguments[0]",
            vec![json!(format!("queues/{}", ids[0]))],
        )
        .await;
        v.see("heading", &format!("{}-00", v.mark)).await;
        v.gone("button", &format!("Delete {}-00", v.mark)).await;
        v.script("deep('dioptra-queues')[0].readonly = false", vec![]).await;
        v.see("heading", &format!("{}-00", v.mark)).await;
        // As every other property: none is the default.
        v.script("deep('dioptra-queues')[0].path = undefined", vec![]).await;
        v.status_ends("queues").await;

        // A group that is fixed is not asked for.
        let group = v.queue(ids[0]).await["group"]["id"].clone();
        v.proxy.forget();
        element(v, &format!("group-id={group} path='{search}'")).await;
        v.status("1–12 of 12 queues").await;
        assert!(v.find("combobox", "Group").await.is_none());
        let asked = v.proxy.seen(&Method::GET, "/api/v1/queues/");
        assert!(asked.iter().all(|seen| seen.path.contains(&format!("groupId={group}"))));
        v.click("link", "Create queue").await;
        v.see("heading", "Create queue").await;
        assert!(v.find("combobox", "Group").await.is_none());
        let name = v.fill("-grouped", "in the group of the page").await;
        v.click("button", "Create queue").await;
        v.status(&format!("Queue “{name}” created")).await;
    })
    .await;
}

#[tokio::test]
async fn the_screen_is_kept_in_the_fragment_if_the_page_wants_that() {
    member(async |v| {
        let ids = v.queues(2).await;
        element(v, "routing=hash").await;
        v.status_ends("queues").await;
        v.path_is("hosts/blank.html").await;
        v.click("link", "Create queue").await;
        v.path_is("hosts/blank.html#queues/new").await;
        v.see("heading", "Create queue").await;
        v.driver.back().await.unwrap();
        v.see("heading", "Queues").await;
        // A fragment of the page's own moves nothing.
        v.click("link", "Down").await;
        v.path_is("hosts/blank.html#below").await;
        v.see("heading", "Queues").await;
        let to = format!("location.hash = 'queues/{}'", ids[0]);
        v.script(&to, vec![]).await;
        v.see("heading", &format!("{}-00", v.mark)).await;
        // It is where a new visit begins.
        v.driver.refresh().await.unwrap();
        place(v, "routing=hash").await;
        v.see("heading", &format!("{}-00", v.mark)).await;
    })
    .await;
}

#[tokio::test]
async fn in_memory_a_link_that_is_opened_elsewhere_leads_to_the_app_on_its_own() {
    member(async |v| {
        let ids = v.queues(1).await;
        element(v, &format!("path='queues?search=name:{}*'", v.mark)).await;
        let link = v.see("link", &format!("{}-00", v.mark)).await;
        let href = link.attr("href").await.unwrap().unwrap();
        assert_eq!(href, format!("{}/queues/{}", v.proxy.origin, ids[0]));
        v.driver.goto(href).await.unwrap();
        v.see("heading", &format!("{}-00", v.mark)).await;
    })
    .await;
}

#[tokio::test]
async fn mount_does_the_same_for_pages_that_know_no_elements() {
    member(async |v| {
        let ids = v.queues(1).await;
        blank(v).await;
        let script = "const [path, done] = arguments; const div = document.createElement('div');
            document.body.append(div);
            import('/embed.js').then(({mount}) => { window.app = mount(div, {path, label: 'Mounted'});
              done(); })";
        let path = format!("queues?search=name:{}*", v.mark);
        v.driver.execute_async(script, vec![json!(path)]).await.unwrap();
        v.status("1–1 of 1 queue").await;
        v.script("app.update({label: 'Renamed'})", vec![]).await;
        v.see("region", "Renamed").await;
        v.script("app.navigate(arguments[0])", vec![json!(format!("queues/{}", ids[0]))]).await;
        v.see("heading", &format!("{}-00", v.mark)).await;
        v.proxy.forget();
        v.script("app.refresh()", vec![]).await;
        v.proxy.wait_for(&Method::GET, &format!("/queues/{}", ids[0]), 1).await;
        v.script("app.destroy(); app.destroy()", vec![]).await;
        assert_eq!(v.script("return deep('.app, dioptra-queues').length", vec![]).await, json!(0));
    })
    .await;
}

/// From now on, whatever asks for a response panics, by the words of the app itself.
const BREAK: &str =
    "window.AbortController = class { constructor() { throw new Error('broken'); } }";

#[tokio::test]
async fn fault_27_a_panic_leaves_a_panel_in_the_element_and_the_page_alive() {
    member(async |v| {
        v.queues(2).await;
        element(v, "").await;
        place(v, "").await;
        v.until("both run", async || {
            v.script("return deep('tbody th a').length >= 2", vec![]).await == json!(true)
        })
        .await;
        heard(v).await;
        v.script(&format!("window.Kept = AbortController; {BREAK}"), vec![]).await;
        // Calls that fail are the page's to catch, as of any element.
        let _ =
            v.driver.execute("document.querySelector('dioptra-queues').refresh()", vec![]).await;
        v.see("heading", "The app stopped working").await;
        v.says("AbortController").await;
        // One instance is behind both.
        let panels = "return deep('.failed h1').length";
        v.until("both say so", async || v.script(panels, vec![]).await == json!(2)).await;
        let events = heard(v).await;
        let fatal = json!(["error", {"code": "panic", "status": null, "fatal": true}]);
        assert_eq!(events, [fatal.clone(), fatal]);
        let messages = v.console().await;
        assert!(messages.iter().any(|message| message.contains("panicked")), "{messages:?}");
        v.click("link", "Down").await;
        v.path_is("hosts/blank.html#below").await;
        // Trying again begins a new instance.
        v.script("window.AbortController = Kept", vec![]).await;
        v.click("button", "Try again").await;
        v.status_ends("queues").await;
        v.click("button", "Try again").await;
        v.until("both run", async || v.script(panels, vec![]).await == json!(0)).await;
        v.click("link", "Create queue").await;
        v.see("heading", "Create queue").await;
        // The timers of what has stopped go on, and say so every ten seconds.
        v.console().await;
    })
    .await;
}

#[tokio::test]
async fn fault_27_a_panic_in_the_page_of_the_app_is_said_and_its_details_can_be_copied() {
    member(async |v| {
        v.queues(2).await;
        v.open("queues").await;
        v.status_ends("queues").await;
        v.script(BREAK, vec![]).await;
        v.click("link", &format!("{}-00", v.mark)).await;
        v.see("heading", "The app stopped working").await;
        v.says("AbortController").await;
        v.click("button", "Copy details").await;
        v.see("button", "Copied").await;
        v.console().await;
        v.click("button", "Reload").await;
        v.see("heading", &format!("{}-00", v.mark)).await;
    })
    .await;
}

#[tokio::test]
async fn fault_28_in_the_element_each_cause_is_named_and_can_be_tried_again() {
    member(async |v| {
        v.queues(2).await;
        let missing = || Fault::Replace(404, "text/html", "<h1>x</h1>".into());
        for (part, times, fault, heading, code) in [
            (".wasm", 1, missing(), "A file of the app is missing", "file"),
            (
                ".wasm",
                1,
                Fault::Header("content-type", "text/html"),
                "A file of the app has the wrong type",
                "type",
            ),
            ("/dioptra-queues-", 2, missing(), "A file of the app could not be loaded", "file"),
            ("/app-", 2, missing(), "A file of the app could not be loaded", "file"),
        ] {
            v.chromium("Network.clearBrowserCache", json!({})).await;
            v.proxy.fault(Method::GET, part, times, fault);
            element(v, "").await;
            v.see("heading", heading).await;
            let events = heard(v).await;
            assert_eq!(events[0][0], json!("error"));
            assert_eq!(
                (&events[0][1]["code"], &events[0][1]["fatal"]),
                (&json!(code), &json!(true))
            );
            v.proxy.heal();
            v.click("button", "Try again").await;
            v.status_ends("queues").await;
        }
        // No WebAssembly at all.
        let source =
            json!({"source": "if (location.search === '?without') delete window.WebAssembly"});
        v.chromium("Page.addScriptToEvaluateOnNewDocument", source).await;
        v.open("hosts/plain.html?without").await;
        v.see("heading", "This browser has no WebAssembly").await;
        // A policy of the page that forbids it.
        let policy = "script-src 'self'";
        v.proxy.fault(
            Method::GET,
            "/hosts/plain.html",
            1,
            Fault::Header("content-security-policy", policy),
        );
        v.open("hosts/plain.html").await;
        v.see("heading", "The security policy of this site blocks the app").await;
        // Not even the script: what the page has put into the element stays.
        v.proxy.fault(Method::GET, "/embed.js", 1, missing());
        v.open("hosts/plain.html").await;
        v.says("The queues could not be loaded.").await;
        v.console().await;
    })
    .await;
}

#[tokio::test]
async fn fault_30_a_new_version_was_deployed_while_the_page_was_open() {
    member(async |v| {
        v.queues(2).await;
        // The page has the script of the old version; its files are gone.
        blank(v).await;
        let gone = || Fault::Replace(404, "text/html", "gone".into());
        v.proxy.fault(Method::GET, "/dioptra-queues-", 2, gone());
        place(v, "").await;
        v.see("heading", "A file of the app could not be loaded").await;
        v.says("a new version may have been deployed").await;
        // The script of the new version knows the new files.
        v.proxy.heal();
        v.proxy.forget();
        v.click("button", "Try again").await;
        v.status_ends("queues").await;
        assert_eq!(v.proxy.seen(&Method::GET, "/embed.js?").len(), 1, "asked for anew");

        // The second file: the page hears of it, and is not reloaded by us.
        heard(v).await;
        v.proxy.fault(Method::GET, "/form", 9, gone());
        v.click("link", "Create queue").await;
        v.says("A part of the app could not be loaded").await;
        let error = json!(["error", {"code": "file", "status": null, "fatal": false}]);
        v.until("the page hears of it", async || heard(v).await.contains(&error)).await;
        assert!(v.find("button", "Reload").await.is_none());
        v.proxy.heal();
        v.click("button", "Try again").await;
        v.see("textbox", "Name").await;

        // On its own, the app offers to reload.
        v.chromium("Network.clearBrowserCache", json!({})).await;
        v.proxy.fault(Method::GET, "/dioptra-queues-", 9, gone());
        v.open("queues").await;
        v.says("a new version may have been deployed").await;
        v.proxy.heal();
        v.click("button", "Reload").await;
        v.status_ends("queues").await;
        v.console().await;
    })
    .await;
}

#[tokio::test]
async fn settings_that_make_no_sense_are_as_if_they_were_not_there() {
    member(async |v| {
        v.queues(2).await;
        element(
            v,
            "group-id=-3 page-size=7.5 heading-level=99 routing=path theme=pink auth=x path='//evil' \
             label=''",
        )
        .await;
        v.see("heading", "Page not found").await;
        v.script("deep('dioptra-queues')[0].removeAttribute('path')", vec![]).await;
        v.status_ends("queues").await;
        v.see("region", "Queues").await;
        assert_eq!(v.value("combobox", "Rows per page").await, "25");
        v.path_is("hosts/blank.html").await;
    })
    .await;
}

#[tokio::test]
async fn fault_21_and_27_what_was_typed_before_a_panic_is_offered_by_another_try() {
    member(async |v| {
        element(v, "path=queues/new").await;
        v.see("textbox", "Name").await;
        let name = v.fill("", "long thought about").await;
        heard(v).await;
        v.script(&format!("window.Kept = AbortController; {BREAK}"), vec![]).await;
        v.click("button", "Create queue").await;
        v.see("heading", "The app stopped working").await;
        v.script("window.AbortController = Kept", vec![]).await;
        v.click("button", "Try again").await;
        v.see("textbox", "Name").await;
        assert_eq!(v.value("textbox", "Name").await, name);
        v.console().await;
    })
    .await;
}

#[tokio::test]
async fn a_host_may_destroy_the_element_while_it_hears_of_what_happens_in_it() {
    member(async |v| {
        v.queues(1).await;
        element(v, "").await;
        place(v, "").await;
        v.until("both run", async || {
            v.script("return deep('tbody th a').length >= 2", vec![]).await == json!(true)
        })
        .await;
        let listen = "const [first] = deep('dioptra-queues');
            first.addEventListener('dq-route', () => first.destroy());
            first.navigate('queues/new')";
        v.script(listen, vec![]).await;
        let first = "return deep('dioptra-queues')[0].shadowRoot.childElementCount";
        v.until("it is gone", async || v.script(first, vec![]).await == json!(0)).await;
        v.script("deep('dioptra-queues')[0].destroy()", vec![]).await;
        // The other one lives.
        v.click("link", "Create queue").await;
        v.see("heading", "Create queue").await;
    })
    .await;
}

#[tokio::test]
async fn whoever_is_asked_whether_to_leave_when_the_element_goes_may_leave() {
    member(async |v| {
        element(v, "path=queues/new").await;
        v.see("textbox", "Name").await;
        v.fill("", "typed").await;
        let ask = "window.may = null;
            deep('dioptra-queues')[0].canLeave().then((leave) => { may = leave })";
        v.script(ask, vec![]).await;
        v.see("button", "Leave").await;
        v.script("deep('dioptra-queues')[0].destroy()", vec![]).await;
        v.until("the host may go on", async || v.script("return may", vec![]).await == json!(true))
            .await;
    })
    .await;
}

#[tokio::test]
async fn the_heading_goes_and_comes_while_the_element_runs() {
    member(async |v| {
        element(v, "").await;
        v.see("heading", "Queues").await;
        v.script("deep('dioptra-queues')[0].heading = 'hidden'", vec![]).await;
        v.gone("heading", "Queues").await;
        v.script("deep('dioptra-queues')[0].heading = 'shown'", vec![]).await;
        v.see("heading", "Queues").await;
    })
    .await;
}

#[tokio::test]
async fn options_that_a_framework_has_set_as_attributes_before_the_element_was_defined_count() {
    member(async |v| {
        let ids = v.queues(1).await;
        let group = v.queue(ids[0]).await["group"]["id"].clone();
        v.open("config.json").await;
        // As React does for a property that it can't find.
        let early = "trustedTypes.createPolicy('default', {createHTML: (markup) => markup});
            const element = document.createElement('dioptra-queues');
            element.setAttribute('groupId', arguments[0]); element.setAttribute('pageSize', '50');
            document.body.append(element);
            return customElements.get('dioptra-queues') ? 'too late' : import('/embed.js').then(() => 'defined')";
        let at = v.script(early, vec![group]).await;
        assert_eq!(at, json!("defined"));
        v.status_ends("queues").await;
        assert_eq!(v.value("combobox", "Rows per page").await, "50");
        assert!(v.find("combobox", "Group").await.is_none(), "it is fixed");
        let left = "return deep('dioptra-queues')[0].getAttributeNames().sort().join()";
        assert_eq!(v.script(left, vec![]).await, json!("group-id,page-size"));
    })
    .await;
}

#[tokio::test]
async fn parents_that_are_no_origins_are_said() {
    member(async |v| {
        for broken in
            [r#"{"parents": ["lab.example:8443"]}"#, r#"{"parents": "https://lab.example"}"#]
        {
            let config = Fault::Replace(200, "application/json", broken.to_owned());
            v.proxy.fault(Method::GET, "/config.json", 1, config);
            v.open("queues").await;
            v.see("heading", "The configuration of the app is broken").await;
            v.says("parents must be a list of origins like").await;
        }
    })
    .await;
}
