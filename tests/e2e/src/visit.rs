//! One user in one browser: what every test starts from.

use std::{
    any::Any,
    collections::HashMap,
    env,
    fmt::Display,
    fs::OpenOptions,
    io::Write,
    panic::AssertUnwindSafe,
    path::PathBuf,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::FutureExt;
use serde_json::{Value, json};
use testkit::{
    Method,
    browser::{self, Driver},
    http::Caller,
    proxy::Proxy,
    root,
    site::Site,
    statics::File,
};
use thirtyfour::{
    TypingData, WebDriver, WebElement,
    error::{WebDriverError, WebDriverResult},
};

/// The password of every account made here.
pub const PASSWORD: &str = "correct horse";

/// How long anything may take before the test gives up on it.
const PATIENCE: Duration = Duration::from_secs(15);

/// Looks into shadow roots too, as people do.
pub const DEEP: &str = "
    const roots = (root) => [root, ...[...root.querySelectorAll('*')]
      .filter((element) => element.shadowRoot).flatMap((element) => roots(element.shadowRoot))];
    const deep = (css) => roots(document).flatMap((root) => [...root.querySelectorAll(css)]);
    const words = () => roots(document).flatMap((root) => root === document
      ? [document.body.innerText] : [...root.children].map((child) => child.innerText));
    const active = () => { let at = document.activeElement;
      while (at && at.shadowRoot && at.shadowRoot.activeElement) at = at.shadowRoot.activeElement;
      return at; };
    ";

/// A user, their browser, and the proxy between it and Dioptra.
pub struct Visit {
    pub driver: WebDriver,
    pub proxy: Proxy,
    /// Where the app is, without a slash at the end: at the proxy as a rule.
    pub site: String,
    /// The same user, without a browser.
    pub caller: Caller,
    pub username: String,
    /// Begins every name that this test gives, so that it finds its own among the others'.
    pub mark: String,
}

pub fn setting(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is not set: use `cargo xtask test e2e`"))
}

/// The Dioptra that all tests share.
pub fn dioptra() -> String {
    setting("E2E_DIOPTRA")
}

/// A group with these members on the Dioptra that all tests share; its id.
pub fn group_of(name: &str, members: &[&str]) -> u64 {
    testkit::dioptra::add_group(&setting("E2E_DIOPTRA_DATABASE"), name, members).unwrap()
}

/// All that is served, and a page with the element's script but without the element.
pub fn files() -> Arc<HashMap<String, File>> {
    static FILES: OnceLock<Arc<HashMap<String, File>>> = OnceLock::new();
    let load = || {
        let dist = root().join("dist");
        let mut files = testkit::statics::load_with_hosts(&dist).expect("a build in dist");
        let plain = std::fs::read_to_string(root().join("examples/hosts/plain.html")).unwrap();
        let is_element = |line: &&str| line.contains("<dioptra-queues>");
        let blank: String = plain.lines().filter(|line| !is_element(line)).collect();
        let brotli = testkit::compress(blank.as_bytes(), 1).unwrap();
        let page = File { brotli: brotli.into(), ..files["/hosts/plain.html"].clone() };
        files.insert("/hosts/blank.html".to_owned(), page);
        Arc::new(files)
    };
    FILES.get_or_init(load).clone()
}

/// Runs a test as somebody who is not signed in, at the root of the app.
pub async fn stranger(test: impl AsyncFnOnce(&Visit)) {
    visit(Start::new(&dioptra()), false, test).await;
}

/// Runs a test as somebody who is signed in, before any page is open.
pub async fn member(test: impl AsyncFnOnce(&Visit)) {
    visit(Start::new(&dioptra()), true, test).await;
}

/// The same, where the app is not at the proxy.
pub async fn member_at(site: &str, test: impl AsyncFnOnce(&Visit)) {
    visit(Start { site: Some(site), ..Start::new(&dioptra()) }, true, test).await;
}

/// The same in Firefox; without a site, at the proxy.
pub async fn member_in_firefox(site: &str, test: impl AsyncFnOnce(&Visit)) {
    let site = Some(site).filter(|site| !site.is_empty());
    visit(Start { site, in_firefox: true, ..Start::new(&dioptra()) }, true, test).await;
}

/// Where and in what a visit begins.
#[derive(Clone, Copy)]
pub struct Start<'a> {
    /// The Dioptra behind the proxy.
    pub api: &'a str,
    pub site: Option<&'a str>,
    pub in_firefox: bool,
    /// Where rq-exporter listens, if the deployment has one.
    pub workers: Option<&'a str>,
}

impl<'a> Start<'a> {
    pub fn new(api: &'a str) -> Self {
        Self { api, site: None, in_firefox: false, workers: None }
    }
}

/// Runs a test against any Dioptra.
pub async fn visit(start: Start<'_>, signed_in: bool, test: impl AsyncFnOnce(&Visit)) {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let seconds = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let mark = format!("t{}-{number}", seconds.as_secs() % 100_000_000);
    let site = Site::new(start.api, files());
    let site = match start.workers {
        Some(address) => site.with_workers(address),
        None => site,
    };
    let proxy = Proxy::start(0, site).await.unwrap();
    let site = start.site.map_or_else(|| proxy.origin.clone(), str::to_owned);
    let mut caller = Caller::new(start.api);
    caller.sign_up(&mark, PASSWORD).await.unwrap();
    // Firefox's driver serves one at a time, so each visit has its own.
    let mut firefox = None;
    let driver = if start.in_firefox {
        let own = firefox.insert(Driver::start_firefox().await.unwrap());
        browser::open_firefox(&own.origin).await.unwrap()
    } else {
        chromium().await
    };
    let visit = Visit { driver, proxy, site, caller, username: mark.clone(), mark };
    let outcome = AssertUnwindSafe(async {
        if signed_in {
            visit.let_in(&visit.username).await;
        }
        test(&visit).await;
        // Firefox tells its console to nobody.
        if !start.in_firefox {
            visit.console_is_clean().await;
        }
    })
    .catch_unwind()
    .await;
    if outcome.is_err() {
        visit.describe(start.in_firefox).await;
    }
    if outcome.is_ok() && !start.in_firefox && renew(&visit.driver).await.is_ok() {
        IDLE.lock().unwrap().push(visit.driver.clone());
    } else {
        // A browser that has crashed has nothing to quit.
        let _ = visit.driver.clone().quit().await;
    }
    if let Err(panic) = outcome {
        note_failure(&*panic);
        std::panic::resume_unwind(panic);
    }
}

/// Browsers that no test uses now: to start one takes as long as a short test.
static IDLE: Mutex<Vec<WebDriver>> = Mutex::new(Vec::new());

/// A Chromium with nothing in it.
async fn chromium() -> WebDriver {
    let idle = IDLE.lock().unwrap().pop();
    match idle {
        Some(idle) => idle,
        None => browser::open(&setting("E2E_DRIVER")).await.unwrap(),
    }
}

/// Leaves nothing of a test in its browser. What one has emulated goes with its windows.
async fn renew(driver: &WebDriver) -> WebDriverResult<()> {
    let old = driver.windows().await?;
    let new = driver.new_tab().await?;
    for window in old {
        driver.switch_to_window(window).await?;
        driver.close_window().await?;
    }
    driver.switch_to_window(new).await?;
    driver.set_window_rect(0, 0, browser::SIZE.0, browser::SIZE.1).await?;
    for (command, parameters) in [
        ("Page.bringToFront", json!({})),
        ("Network.clearBrowserCookies", json!({})),
        ("Network.clearBrowserCache", json!({})),
        ("Browser.setDownloadBehavior", json!({"behavior": "default"})),
    ] {
        driver.cdp().send_raw(command, parameters).await?;
    }
    // It comes to the window later than the window to the front.
    let has_focus = async || {
        let focus = driver.execute("return document.hasFocus() || null", vec![]).await.ok()?;
        focus.json().as_bool()
    };
    until(has_focus).await.ok_or_else(|| WebDriverError::Timeout("no focus".to_owned()))?;
    Ok(())
}

/// Puts what failed into the list that `cargo xtask test e2e` ends with.
fn note_failure(panic: &(dyn Any + Send)) {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let mut file =
        OpenOptions::new().create(true).append(true).open(setting("E2E_FAILURES")).unwrap();
    let thread = std::thread::current();
    let name = thread.name().unwrap_or("a test");
    // In one piece: others fail at the same time.
    file.write_all(format!("{name}: {}\n", text.unwrap_or("no words")).as_bytes()).unwrap();
}

impl Visit {
    /// Signs the browser in without the app.
    pub async fn let_in(&self, username: &str) {
        self.let_in_at(&self.site, username).await;
    }

    /// The same on a page of a site.
    pub async fn let_in_at(&self, site: &str, username: &str) {
        self.driver.goto(format!("{site}/favicon.svg")).await.unwrap();
        self.sign_in_elsewhere(username).await;
        self.proxy.forget();
    }

    /// Signs in at the dialog that opens over a page when the session has ended.
    pub async fn sign_in_over_the_page(&self, username: &str) {
        self.see("dialog", "Sign in to continue").await;
        self.paste("textbox", "Username", username).await;
        // A field for passwords has no role.
        let script = format!("{DEEP} return deep('#password')[0]");
        let password = self.driver.execute(script, vec![]).await.unwrap().element().unwrap();
        password.send_keys(PASSWORD).await.unwrap();
        self.click_in_dialog("Sign in").await;
        self.gone("dialog", "Sign in to continue").await;
    }

    /// Opens a screen.
    pub async fn open(&self, path: &str) {
        self.driver.goto(format!("{}/{path}", self.site)).await.unwrap();
    }

    /// Signs somebody in as another page would, of which this one hears nothing.
    pub async fn sign_in_elsewhere(&self, username: &str) {
        let script = "const [username, password, done] = arguments;
            fetch('/api/v1/auth/login', {method: 'POST', headers: {'Content-Type': 'application/json'},
              body: JSON.stringify({username, password})}).then(({status}) => done(status))";
        let arguments = vec![json!(username), json!(PASSWORD)];
        let status = self.driver.execute_async(script, arguments).await.unwrap();
        assert_eq!(status.json(), &json!(200));
    }

    /// Ends the session as another tab would.
    pub async fn sign_out_elsewhere(&self) {
        self.driver.delete_all_cookies().await.unwrap();
    }

    /// Makes queues called `<mark>-00`, `<mark>-01` and so on; the ids.
    pub async fn queues(&self, count: usize) -> Vec<u64> {
        let mut ids = Vec::new();
        for number in 0..count {
            let name = format!("{}-{number:02}", self.mark);
            ids.push(self.caller.queue(&name, Some(&format!("number {number}"))).await.unwrap());
        }
        ids
    }

    /// Somebody else, without a browser: their name ends in `-other`.
    pub async fn other(&self) -> Caller {
        let mut other = self.caller.clone();
        other.sign_up(&format!("{}-other", self.mark), PASSWORD).await.unwrap();
        other
    }

    /// A queue as the server has it.
    pub async fn queue(&self, id: u64) -> Value {
        self.caller.api(Method::GET, &format!("/queues/{id}"), None).await.unwrap()
    }

    /// The user's drafts as the server has them.
    pub async fn drafts(&self) -> Vec<Value> {
        self.all("/queues/drafts/?draftType=all").await
    }

    /// The queues on the server whose name begins with the mark.
    pub async fn on_the_server(&self) -> Vec<Value> {
        self.all(&format!("/queues/?search=name:{}*", self.mark)).await
    }

    /// All rows of a list, page by page: the server may refuse larger ones.
    async fn all(&self, list: &str) -> Vec<Value> {
        let mut rows = Vec::new();
        loop {
            let path = format!("{list}&pageLength=50&index={}", rows.len());
            let page = self.caller.api(Method::GET, &path, None).await.unwrap();
            let data = page["data"].as_array().unwrap();
            rows.extend(data.iter().cloned());
            if data.len() < 50 {
                return rows;
            }
        }
    }

    /// The queue of this test that has this very name.
    pub async fn named(&self, name: &str) -> Value {
        let all = self.on_the_server().await;
        all.into_iter().find(|queue| queue["name"] == name).expect("a queue of this name")
    }

    /// Runs a script in the page. `deep(css)`, `words()` and `active()` look into shadow roots too.
    pub async fn script(&self, script: &str, arguments: Vec<Value>) -> Value {
        let script = format!("{DEEP}{script}");
        self.driver.execute(script, arguments).await.unwrap().json().clone()
    }

    /// Calls Chromium's own protocol.
    pub async fn chromium(&self, command: &str, parameters: Value) -> Value {
        self.driver.cdp().send_raw(command, parameters).await.unwrap()
    }

    /// Makes the viewport so wide and so high, in CSS pixels; a window can't be as small.
    pub async fn resize(&self, width: u32, height: u32) {
        let size =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.chromium("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// Kills the tab, as a lack of memory does.
    pub async fn crash(&self) {
        // Nobody answers.
        let chromium = self.driver.cdp();
        let crash = chromium.send_raw("Page.crash", json!({}));
        let _ = tokio::time::timeout(Duration::from_secs(5), crash).await;
    }

    /// The element of this role and accessible name that can be seen now, if there is one; none of those
    /// that show before the app runs. One call to the browser, unless the page is new.
    pub async fn find(&self, role: &str, name: &str) -> Option<WebElement> {
        static NAMES: OnceLock<String> = OnceLock::new();
        const FIND: &str = "const [role, name] = arguments;
            if (!window.accessibility) return 'no names';
            const tidy = (text) => text.replace(/\\s+/g, ' ').trim();
            const is = {textbox: 'input, textarea', searchbox: 'input', combobox: 'select',
              checkbox: 'input', button: 'button', link: 'a', heading: 'h1, h2, h3', dialog: 'dialog',
              alertdialog: 'dialog', region: 'section, [role=region]', navigation: 'nav', status: '[role=status]',
              group: '[role=group]', option: 'option', radio: 'input'}[role] || '*';
            return deep(is).find((element) =>
              !element.closest('.early') && element.checkVisibility({visibilityProperty: true})
              && accessibility.getRole(element) === role
              && tidy(accessibility.computeAccessibleName(element)) === name) || null;";
        let script = format!("{DEEP}{FIND}");
        for _ in 0..2 {
            let arguments = vec![json!(role), json!(name)];
            let found = self.driver.execute(&script, arguments).await.ok()?;
            if found.json() != &json!("no names") {
                return found.element().ok();
            }
            self.bring(&NAMES, testkit::tools::accessibility).await;
        }
        None
    }

    /// Puts axe-core into the page, which knows what is wrong with it.
    pub async fn bring_axe(&self) {
        static AXE: OnceLock<String> = OnceLock::new();
        let has = self.script("return typeof axe", vec![]).await;
        if has == json!("undefined") {
            self.bring(&AXE, testkit::tools::axe).await;
        }
    }

    /// Puts a library into the page, read once.
    async fn bring(&self, library: &OnceLock<String>, file: fn() -> anyhow::Result<PathBuf>) {
        let script = library.get_or_init(|| std::fs::read_to_string(file().unwrap()).unwrap());
        self.driver.execute(script, vec![]).await.unwrap();
    }

    /// Waits for the element of this role and accessible name.
    pub async fn see(&self, role: &str, name: &str) -> WebElement {
        let found = until(async || self.find(role, name).await).await;
        found.unwrap_or_else(|| panic!("there is no {role} “{name}”"))
    }

    /// Waits until there is no such element.
    pub async fn gone(&self, role: &str, name: &str) {
        let gone = until(async || self.find(role, name).await.is_none().then_some(())).await;
        gone.unwrap_or_else(|| panic!("there still is a {role} “{name}”"));
    }

    /// Waits until a condition holds.
    pub async fn until(&self, what: impl Display, holds: impl AsyncFn() -> bool) {
        let held = until(async || holds().await.then_some(())).await;
        held.unwrap_or_else(|| panic!("never: {what}"));
    }

    /// Waits until the table, or a queue's page, has read the jobs: what it requests by itself is there.
    pub async fn jobs_are_read(&self) {
        let read = "return deep('tbody .said, .verdict').length > 0
            && !deep('[aria-labelledby=entrypoints-title]').some((it) => !it.querySelector('ul, h2 ~ p:not(.problem)'))";
        self.until("the jobs are read", async || self.script(read, vec![]).await == json!(true))
            .await;
    }

    /// Waits longer until a condition holds: for what the page looks up by itself. Where the server is
    /// slow, it leaves minutes between two looks.
    pub async fn until_slowly(&self, what: impl Display, holds: impl AsyncFn() -> bool) {
        let start = Instant::now();
        let mut tick = tokio::time::interval(Duration::from_millis(250));
        while !holds().await {
            assert!(start.elapsed() < 20 * PATIENCE, "never: {what}");
            tick.tick().await;
        }
    }

    pub async fn click(&self, role: &str, name: &str) {
        self.see(role, name).await.click().await.unwrap();
    }

    /// Presses a button of the dialog that is open.
    pub async fn click_in_dialog(&self, name: &str) {
        self.click_within("dialog[open]", name).await;
    }

    /// Presses a button in the row of a table whose header says so.
    pub async fn click_in_row(&self, header: &str, name: &str) {
        let script = "const row = deep('tbody tr')
            .find((tr) => tr.querySelector('th')?.innerText.trim() === arguments[0]);
            row && row.setAttribute('data-here', ''); return !!row";
        self.until(format!("a row {header}"), async || {
            self.script(script, vec![json!(header)]).await == json!(true)
        })
        .await;
        self.click_within("[data-here]", name).await;
        self.script("deep('[data-here]')[0]?.removeAttribute('data-here')", vec![]).await;
    }

    async fn click_within(&self, selector: &str, name: &str) {
        let script = "return deep(arguments[0] + ' button')
            .find((button) => button.innerText.trim() === arguments[1]) || null";
        let arguments = vec![json!(selector), json!(name)];
        let button = until(async || {
            let script = format!("{DEEP}{script}");
            self.driver.execute(script, arguments.clone()).await.ok()?.element().ok()
        })
        .await;
        let button = button.unwrap_or_else(|| panic!("there is no button “{name}” in {selector}"));
        button.click().await.unwrap();
    }

    /// Types into a field, after what is there.
    pub async fn type_in(&self, role: &str, name: &str, text: impl Into<TypingData>) {
        self.see(role, name).await.send_keys(text).await.unwrap();
    }

    /// Puts a text into a field in one go, as pasting does.
    pub async fn paste(&self, role: &str, name: &str, text: &str) {
        let field = self.see(role, name).await.to_json().unwrap();
        let script = "const [field, text] = arguments; field.focus(); field.value = text;
            field.dispatchEvent(new InputEvent('input', {bubbles: true, composed: true}));";
        self.script(script, vec![field, json!(text)]).await;
    }

    pub async fn choose(&self, name: &str, option: &str) {
        let field = self.see("combobox", name).await.to_json().unwrap();
        let script = "const [field, text] = arguments;
            field.value = [...field.options].find((option) => option.text === text).value;
            field.dispatchEvent(new Event('change', {bubbles: true, composed: true}));";
        self.script(script, vec![field, json!(option)]).await;
    }

    pub async fn value(&self, role: &str, name: &str) -> String {
        self.see(role, name).await.prop("value").await.unwrap().unwrap_or_default()
    }

    pub async fn press(&self, keys: impl Into<TypingData>) {
        self.driver.action_chain().send_keys(keys).perform().await.unwrap();
    }

    /// What can be read on the page.
    pub async fn text(&self) -> String {
        let text = self.script("return words().join('\\n')", vec![]).await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the page says so.
    pub async fn says(&self, text: &str) {
        self.until(format!("the page says “{text}”"), async || {
            self.text().await.contains(text)
        })
        .await;
    }

    pub async fn is_silent_about(&self, text: &str) {
        self.until(format!("the page is silent about “{text}”"), async || {
            !self.text().await.contains(text)
        })
        .await;
    }

    /// Waits until a status (what is read out) is exactly this.
    pub async fn status(&self, text: &str) {
        let script = "return deep('[role=status]').map((e) => e.innerText.trim())";
        self.until(format!("a status is “{text}”"), async || {
            self.script(script, vec![])
                .await
                .as_array()
                .is_some_and(|all| all.contains(&json!(text)))
        })
        .await;
    }

    /// Waits until a status ends so, and is about rows: they are there.
    pub async fn status_ends(&self, end: &str) {
        let script = "return deep('[role=status]')
            .some((e) => e.innerText.includes('–') && e.innerText.trim().replace(/queue$/, 'queues').endsWith(arguments[0]))";
        self.until(format!("a status ends with “{end}”"), async || {
            self.script(script, vec![json!(end)]).await == json!(true)
        })
        .await;
    }

    /// The names in the table, in their order.
    pub async fn names(&self) -> Vec<String> {
        let script = "return deep('tbody th a:not(.badge)').map((a) => a.textContent)";
        let names = self.script(script, vec![]).await;
        names.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
    }

    pub async fn names_are(&self, expected: &[String]) {
        self.until(format!("the rows are {expected:?}"), async || self.names().await == expected)
            .await;
    }

    /// The table with this test's queues only.
    pub async fn open_own_table(&self, more: &str) {
        self.open(&format!("queues?search=name:{}*{more}", self.mark)).await;
    }

    /// The address relative to the root.
    pub async fn path(&self) -> String {
        let url = self.driver.current_url().await.unwrap().to_string();
        url.strip_prefix(&self.site).unwrap_or(&url).trim_start_matches('/').to_owned()
    }

    pub async fn path_is(&self, path: &str) {
        self.until(format!("the address is {path}"), async || self.path().await == path).await;
    }

    pub async fn title_is(&self, title: &str) {
        self.until(format!("the title is {title}"), async || {
            self.driver.title().await.unwrap() == title
        })
        .await;
    }

    /// The element that has the focus, as its text or value.
    pub async fn focused(&self) -> String {
        let script = "const e = active(); return e.innerText || e.id || e.tagName";
        self.script(script, vec![]).await.as_str().unwrap_or_default().trim().to_owned()
    }

    /// Something has the focus.
    pub async fn keeps_focus(&self) {
        let has = "return document.activeElement !== document.body";
        self.until("something has the focus", async || {
            self.script(has, vec![]).await == json!(true)
        })
        .await;
    }

    pub async fn focus_is_on(&self, text: &str) {
        self.until(format!("the focus is on “{text}”"), async || {
            self.focused().await.starts_with(text)
        })
        .await;
    }

    /// Waits until the focus is on the button of this name.
    pub async fn focus_is_on_button(&self, name: &str) {
        let script = "return active().getAttribute('aria-label')";
        self.until(format!("the focus is on the button “{name}”"), async || {
            self.script(script, vec![]).await == json!(name)
        })
        .await;
    }

    /// Fills the form "Create queue"; the name gets the mark in front.
    pub async fn fill(&self, name: &str, description: &str) -> String {
        let name = format!("{}{name}", self.mark);
        self.paste("textbox", "Name", &name).await;
        self.paste("textbox", "Description", description).await;
        name
    }

    /// How often the page asked to create a queue. Chromium itself sends a request again when a
    /// connection that it had used before is reset, so more may reach the proxy.
    pub async fn asked_to_create(&self) -> usize {
        let script = "return performance.getEntriesByType('resource')
            .filter((entry) => entry.name.endsWith('/api/v1/queues/')).length";
        let count = self.script(script, vec![]).await;
        count.as_u64().and_then(|count| count.try_into().ok()).unwrap()
    }

    /// How many requests to create a queue came.
    pub fn sent(&self) -> usize {
        self.proxy.seen(&Method::POST, "/api/v1/queues/").len()
    }

    /// Nothing broke that the page did not say.
    async fn console_is_clean(&self) {
        for message in self.console().await {
            for bad in
                ["panicked", "RuntimeError", "Content Security Policy", "TrustedHTML", "Uncaught"]
            {
                assert!(!message.contains(bad), "{message}");
            }
        }
    }

    /// What the browser's console says since it was last asked.
    pub async fn console(&self) -> Vec<String> {
        // thirtyfour has no word for this one.
        let url = format!("/session/{}/se/log", self.driver.session_id());
        let response = Caller::new(&setting("E2E_DRIVER"))
            .send(Method::POST, &url, Some(json!({"type": "browser"}).to_string()))
            .await
            .unwrap();
        let value: Value = serde_json::from_str(&response.body).unwrap();
        let messages = value["value"].as_array().expect("a log");
        messages
            .iter()
            .map(|entry| entry["message"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// For whoever reads of a failure.
    async fn describe(&self, in_firefox: bool) {
        let text = self.driver.execute("return document.body.innerText", vec![]).await;
        eprintln!("--- {}\n{:?}", self.path().await, text.map(|text| text.json().clone()));
        if !in_firefox {
            eprintln!("--- console: {:#?}", self.console().await);
        }
        let requests = self.proxy.all();
        for seen in &requests {
            eprintln!("{} {} {:?}", seen.method, seen.path, seen.status);
        }
        let folder = root().join("target/e2e");
        let _ = std::fs::create_dir_all(&folder);
        let name = std::thread::current().name().unwrap_or("test").replace("::", "-");
        let _ = self.driver.screenshot(&folder.join(format!("{name}.png"))).await;
    }
}

async fn until<T>(look: impl AsyncFn() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    let mut tick = tokio::time::interval(Duration::from_millis(50));
    loop {
        if let Some(found) = look().await {
            return Some(found);
        }
        if start.elapsed() > PATIENCE {
            return None;
        }
        tick.tick().await;
    }
}
