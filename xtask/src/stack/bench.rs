//! `cargo xtask bench`: what a visit costs, on the release behind nginx and the real Dioptra.

use std::{
    collections::BTreeMap,
    fs,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use testkit::{browser, dioptra::Dioptra, http::Caller, nginx::Nginx, process::today, root, tools};
use thirtyfour::WebDriver;

use crate::{build, dist, flags::Bench as Options};

/// Visits of each kind; the median counts.
const RUNS: usize = 7;
/// So many queues are imported.
const IMPORTED: usize = 500;
const PASSWORD: &str = "a password";

/// The rows of the app's own table.
const ROWS: &str = "tr[part=row] th a";
/// A field of the app's own form.
const FIELD: &str = "#main #name";
/// What shows of both before the app runs, if that takes long (`web/rows.ts`, `web/form.ts`).
const EARLY: [(&str, &str); 2] = [(ROWS, "tbody th a"), (FIELD, "#name")];

/// Notes when the rows are there and painted, what shifts, and what is painted first.
const WATCH: &str = "
    window.bench = {shift: 0};
    const {count, ...selectors} = SETTINGS, there = {};
    const look = () => {
      for (const [name, selector] of Object.entries(selectors)) {
        if (there[name] || document.querySelectorAll(selector).length < count) continue;
        there[name] = performance.now();
        // Behind the frame that paints them.
        requestAnimationFrame(() => { const c = new MessageChannel();
          c.port1.onmessage = () => { bench[name] = performance.now(); };
          c.port2.postMessage(0); });
      }
      bench.there = there.rows;
    };
    new MutationObserver(look).observe(document, {childList: true, subtree: true});
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
      if (!entry.hadRecentInput) bench.shift += entry.value; })).observe({type: 'layout-shift', buffered: true});
    ";

/// What a visit came to: values by name, in the order of the table.
type Measured = BTreeMap<&'static str, f64>;

/// Name of a row of the table, its unit, and its values over the runs.
#[derive(Debug)]
struct Row {
    name: String,
    unit: &'static str,
    values: Vec<f64>,
}

impl Row {
    fn new(name: impl Into<String>, unit: &'static str, values: Vec<f64>) -> Self {
        Self { name: name.into(), unit, values }
    }

    fn median(&self) -> f64 {
        let mut values = self.values.clone();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
    }

    fn spread(&self) -> (f64, f64) {
        let fold = |f: fn(f64, f64) -> f64, from| self.values.iter().copied().fold(from, f);
        (fold(f64::min, f64::INFINITY), fold(f64::max, f64::NEG_INFINITY))
    }
}

struct Bench<'a> {
    page: &'a WebDriver,
    /// Where the app is, with a slash at the end.
    site: String,
    rows: Vec<Row>,
}

/// Another page, to be visited in turn with a screen of ours.
struct Compare {
    url: String,
    /// There once the other page is.
    selector: String,
    screen: Option<String>,
}

/// Runs it; prints a table and writes `target/bench.json`.
pub async fn bench(options: Options) -> Result<()> {
    let compare = match (options.compare, options.selector) {
        (None, None) => None,
        (Some(url), Some(selector)) => Some(Compare { url, selector, screen: options.screen }),
        _ => bail!("--compare takes a URL and a selector"),
    };
    let release = dist::pack(&build::release()?, &root().join("target/dist"))?;
    let dioptra = Dioptra::temporary("bench").await?;
    Caller::new(&dioptra.origin).sign_up("bench", PASSWORD).await?;
    dioptra.fill(100)?;
    let nginx = Nginx::start(&release.folder, "/queues-ui/", &dioptra.origin).await?;
    let driver = browser::Driver::start().await?;
    let page = browser::open(&driver.origin).await?;
    let mut bench =
        Bench { page: &page, site: format!("{}/queues-ui/", nginx.origin), rows: Vec::new() };
    let outcome = bench.all(&dioptra, compare).await;
    page.clone().quit().await?;
    outcome?;
    let table = table(&bench.rows)?;
    println!("\n{table}");
    write(&bench.rows)?;
    if options.readme { rewrite(&table) } else { Ok(()) }
}

impl Bench<'_> {
    async fn all(&mut self, dioptra: &Dioptra, compare: Option<Compare>) -> Result<()> {
        self.sign_in().await?;
        if let Some(compare) = compare {
            return self.compare(&compare).await;
        }
        let table = format!("{}queues", self.site);
        for (name, slow) in [("", false), (", slow", true)] {
            eprintln!("visits{name} …");
            let (mut cold, mut warm, mut form) = (Vec::new(), Vec::new(), Vec::new());
            for _ in 0..RUNS {
                cold.push(self.visit(&table, ROWS, 25, true, slow).await?);
                warm.push(self.visit(&table, ROWS, 25, false, slow).await?);
                let new = format!("{}queues/new", self.site);
                form.push(self.visit(&new, FIELD, 1, true, slow).await?);
            }
            if !slow {
                self.add("bytes of a cold visit to the table", "bytes", &cold, "bytes");
                self.add("requests of a cold visit, until the rows", "", &cold, "requests");
                self.add("bytes of a warm visit", "bytes", &warm, "bytes");
                self.add("bytes of a cold visit to the form", "bytes", &form, "bytes");
                self.add("requests of a cold visit to the form", "", &form, "requests");
                self.add("layout shift of a cold visit", "", &cold, "shift");
            }
            self.add(format!("first contentful paint, cold{name}"), "ms", &cold, "paint");
            self.add(format!("names of the rows, cold{name}"), "ms", &cold, "early");
            self.add(format!("rows, cold{name}"), "ms", &cold, "rows");
            self.add(format!("rows, warm{name}"), "ms", &warm, "rows");
            self.add(format!("form to fill in, cold{name}"), "ms", &form, "early");
            self.add(format!("form, cold{name}"), "ms", &form, "rows");
        }
        dioptra.fill(1_000)?;
        for count in [25, 100, 1_000] {
            eprintln!("{count} rows …");
            let url = format!("{}queues?rows={count}", self.site);
            let mut visits = Vec::new();
            for _ in 0..RUNS {
                visits.push(self.visit(&url, ROWS, count, false, false).await?);
            }
            self.add(format!("response to painted rows, {count} rows"), "ms", &visits, "response");
            self.add(format!("heap, {count} rows"), "bytes", &visits, "heap");
            self.add(format!("nodes, {count} rows"), "", &visits, "nodes");
        }
        self.selecting().await?;
        self.importing().await?;
        self.typing().await?;
        self.mounts().await?;
        // With those that were imported.
        let mut there = 1_100 + 2 * IMPORTED;
        for count in [10_000, 100_000] {
            dioptra.fill(count - there)?;
            there = count;
            eprintln!("{count} queues on the server …");
            let mut visits = Vec::new();
            for _ in 0..RUNS {
                visits.push(self.visit(&table, ROWS, 25, false, false).await?);
            }
            self.add(format!("rows, warm, {count} queues on the server"), "ms", &visits, "rows");
            self.add(format!("of that the server's own, {count} queues"), "ms", &visits, "server");
        }
        Ok(())
    }

    fn add(
        &mut self,
        name: impl Into<String>,
        unit: &'static str,
        visits: &[Measured],
        what: &'static str,
    ) {
        let values = visits.iter().filter_map(|visit| visit.get(what).copied()).collect();
        self.rows.push(Row::new(name, unit, values));
    }

    async fn sign_in(&self) -> Result<()> {
        self.page.goto(format!("{}favicon.svg", self.site)).await?;
        let script = "const [password, done] = arguments;
            fetch('/api/v1/auth/login', {method: 'POST', headers: {'Content-Type': 'application/json'},
              body: JSON.stringify({username: 'bench', password})}).then((a) => done(a.status))";
        let status = self.page.execute_async(script, vec![json!(PASSWORD)]).await?;
        if status.json() != &json!(200) {
            bail!("could not sign in: {}", status.json());
        }
        Ok(())
    }

    async fn chromium(&self, command: &str, parameters: Value) -> Result<Value> {
        Ok(self.page.cdp().send_raw(command, parameters).await?)
    }

    /// Opens a page and waits until so many elements are there and painted.
    async fn visit(
        &self,
        url: &str,
        selector: &str,
        count: usize,
        cold: bool,
        slow: bool,
    ) -> Result<Measured> {
        self.page.goto("about:blank").await?;
        if cold {
            self.chromium("Network.clearBrowserCache", json!({})).await?;
        }
        let network = if slow {
            json!({"offline": false, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 200_000})
        } else {
            json!({"offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1})
        };
        self.chromium("Network.enable", json!({})).await?;
        self.chromium("Network.emulateNetworkConditions", network).await?;
        let rate = if slow { 4 } else { 1 };
        self.chromium("Emulation.setCPUThrottlingRate", json!({"rate": rate})).await?;
        let early = EARLY.iter().find(|(own, _)| *own == selector).map_or(selector, |(_, it)| it);
        let settings = json!({"rows": selector, "early": early, "count": count}).to_string();
        let source = json!({"source": WATCH.replace("SETTINGS", &settings)});
        let watch = self.chromium("Page.addScriptToEvaluateOnNewDocument", source).await?;
        self.page.goto(url).await?;
        self.wait("return !!(window.bench && bench.rows)", url).await?;
        let read = "const all = performance.getEntriesByType('resource');
            const page = performance.getEntriesByType('navigation')[0];
            // Icons come when the browser likes.
            const files = all.filter(({name, startTime}) => !name.includes('favicon') && startTime <= bench.there);
            const rows = all.find(({name}) => name.includes('/queues/?'));
            const first = performance.getEntriesByName('first-contentful-paint')[0];
            const sum = [page, ...files].reduce((sum, entry) => sum + (entry.transferSize ? entry.encodedBodySize : 0), 0);
            return {bytes: sum, requests: files.length + 1, paint: first ? first.startTime : null,
              rows: bench.rows, early: bench.early, response: rows ? bench.rows - rows.responseEnd : null,
              server: rows ? rows.responseStart - rows.requestStart : null, shift: bench.shift}";
        let read = self.page.execute(read, vec![]).await?.json().clone();
        let identifier = json!({"identifier": watch["identifier"]});
        self.chromium("Page.removeScriptToEvaluateOnNewDocument", identifier).await?;
        self.chromium("Emulation.setCPUThrottlingRate", json!({"rate": 1})).await?;
        let (heap, nodes) = self.memory().await?;
        let mut measured = Measured::from([("heap", heap), ("nodes", nodes)]);
        for name in ["bytes", "requests", "paint", "early", "rows", "response", "server", "shift"] {
            if let Some(value) = read[name].as_f64() {
                measured.insert(name, value);
            }
        }
        Ok(measured)
    }

    /// Bytes on the heap and nodes of the document, once what is garbage is gone.
    async fn memory(&self) -> Result<(f64, f64)> {
        let metrics = browser::metrics(self.page).await?;
        let heap = *metrics.get("JSHeapUsedSize").context("no heap")?;
        // Of this page alone: the metric counts those of pages that are about to go, too.
        let count = "let count = 0; const walk = document.createTreeWalker(document);
            while (walk.nextNode()) count++; return count";
        let nodes = self.page.execute(count, vec![]).await?.json().as_f64();
        Ok((heap, nodes.context("no nodes")?))
    }

    async fn wait(&self, script: &str, what: &str) -> Result<()> {
        let mut tick = tokio::time::interval(Duration::from_millis(20));
        for _ in 0..3_000 {
            tick.tick().await;
            if self.page.execute(script, vec![]).await?.json() == &json!(true) {
                return Ok(());
            }
        }
        bail!("{what} does not show what was to be measured")
    }

    /// From a press on "Select all on this page" to a thousand ticked rows.
    async fn selecting(&mut self) -> Result<()> {
        eprintln!("selecting …");
        self.page.goto(format!("{}queues?rows=1000", self.site)).await?;
        self.wait("return document.querySelectorAll('tbody tr').length >= 1000", "a page").await?;
        let press = "const [count] = arguments; const box = document.querySelector('thead input');
            const ticked = () => document.querySelectorAll('tbody :checked').length;
            const start = performance.now(); box.click();
            return (async () => {
              while (ticked() !== count) await new Promise((next) => setTimeout(next));
              return performance.now() - start;
            })()";
        let mut times = Vec::new();
        for run in 0..=2 * RUNS {
            let count = if run % 2 == 0 { 1_000 } else { 0 };
            let time = self.page.execute(press, vec![json!(count)]).await?;
            let time = time.json().as_f64().context("a time")?;
            // The first one fetches a chunk, and every other one takes the ticks away.
            if count > 0 && run > 0 {
                times.push(time);
            }
        }
        self.rows.push(Row::new("selecting 1000 rows", "ms", times));
        Ok(())
    }

    /// An import, and the same queues through the API, one by one.
    async fn importing(&mut self) -> Result<()> {
        eprintln!("importing …");
        // A browser that reports each request, as for a visit, takes a tenth longer for each.
        self.chromium("Network.disable", json!({})).await?;
        let origin = self.site.trim_end_matches("/queues-ui/");
        let mut caller = Caller::new(origin);
        caller.sign_in("bench", PASSWORD).await?;
        let start = Instant::now();
        for number in 0..IMPORTED {
            caller.queue(&format!("api-{number}"), None).await?;
        }
        let api = start.elapsed().as_secs_f64() * 1_000.0;
        self.page.goto(format!("{}queues/import", self.site)).await?;
        self.wait("return !!document.querySelector('textarea')", "the import").await?;
        let lines: Vec<_> = (0..IMPORTED).map(|n| format!("import-{n}, number {n}")).collect();
        let check = "const area = document.querySelector('textarea'); area.value = arguments[0];
            area.dispatchEvent(new InputEvent('input', {bubbles: true}));
            document.querySelector('form button[type=submit]').click()";
        self.page.execute(check, vec![json!(lines.join("\n"))]).await?;
        let apply = "return [...document.querySelectorAll('button')].some((it) => it.innerText.startsWith('Apply'))";
        self.wait(apply, "the plan").await?;
        // Told by the page: to ask again and again whether it is there would slow it down.
        let import = "const [text, done] = arguments;
            const apply = [...document.querySelectorAll('button')].find((it) => it.innerText.startsWith('Apply'));
            const start = performance.now();
            const is_over = () => [...document.querySelectorAll('[role=status]')].some((it) => it.textContent.includes(text));
            new MutationObserver(() => is_over() && done(performance.now() - start))
              .observe(document.body, {subtree: true, childList: true, characterData: true});
            apply.click()";
        let done = json!(format!("{IMPORTED} done, 0 failed"));
        let import = self.page.execute_async(import, vec![done]).await?;
        let import = import.json().as_f64().context("an import")?;
        self.rows.push(Row::new(
            format!("{IMPORTED} queues through the API, one by one"),
            "ms",
            vec![api],
        ));
        self.rows.push(Row::new(format!("{IMPORTED} queues by import"), "ms", vec![import]));
        Ok(())
    }

    /// From a key to the frame that shows it.
    async fn typing(&mut self) -> Result<()> {
        eprintln!("typing …");
        for (name, path, field) in [
            ("a key in the form", "queues/new", "#description"),
            ("a key in the search box, 1000 rows", "queues?rows=1000", "[type=search]"),
        ] {
            let url = format!("{}{path}", self.site);
            let shown = if path == "queues/new" { ("#name", 1) } else { (ROWS, 1_000) };
            self.visit(&url, shown.0, shown.1, false, false).await?;
            let script = "const [css, done] = arguments; const field = document.querySelector(css); field.focus();
                const painted = () => new Promise((resolve) => requestAnimationFrame(() => {
                  const c = new MessageChannel(); c.port1.onmessage = resolve; c.port2.postMessage(0); }));
                (async () => { const times = [];
                  for (let i = 0; i < 60; i++) {
                    await painted();
                    const start = performance.now();
                    field.value += 'x';
                    field.dispatchEvent(new InputEvent('input', {bubbles: true}));
                    // What the key costs, without the wait for the next frame.
                    await new Promise((resolve) => queueMicrotask(resolve));
                    document.body.offsetHeight;
                    times.push(performance.now() - start);
                  }
                  done(times); })()";
            let times = self.page.execute_async(script, vec![json!(field)]).await?;
            let times = times.json().as_array().context("no times")?.clone();
            let times = times.iter().filter_map(Value::as_f64).collect();
            self.rows.push(Row::new(name, "ms", times));
        }
        Ok(())
    }

    /// The element, put into a page and taken away.
    async fn mounts(&mut self) -> Result<()> {
        eprintln!("mounts …");
        self.visit(&format!("{}queues", self.site), ROWS, 25, false, false).await?;
        let script = "const [times, done] = arguments; (async () => {
            await import(new URL('embed.js', document.baseURI)); const took = [];
            for (let i = 0; i < times; i++) {
              const start = performance.now(), element = document.createElement('dioptra-queues');
              document.body.append(element);
              while (!(element.shadowRoot && element.shadowRoot.querySelector('tbody th a'))) {
                await new Promise(requestAnimationFrame);
              }
              took.push(performance.now() - start);
              element.remove();
              await new Promise((resolve) => setTimeout(resolve));
            }
            done(took); })()";
        // The first ones fetch and make what is made once.
        self.page.execute_async(script, vec![json!(10)]).await?;
        let before = self.memory().await?;
        let took = self.page.execute_async(script, vec![json!(100)]).await?;
        let after = self.memory().await?;
        let took = took.json().as_array().context("no times")?.clone();
        let took = took.iter().filter_map(Value::as_f64).collect();
        self.rows.push(Row::new("an element's rows, files there", "ms", took));
        let growth = |name, before, after| Row::new(name, "", vec![after - before]);
        self.rows.push(growth("bytes on the heap left by 100 mounts", before.0, after.0));
        self.rows.push(growth("nodes left by 100 mounts", before.1, after.1));
        Ok(())
    }

    /// Both pages in turn, cold.
    async fn compare(&mut self, other: &Compare) -> Result<()> {
        let (screen, own, count) = match &other.screen {
            Some(screen) => (screen.as_str(), other.selector.as_str(), 1),
            None => ("queues", ROWS, 25),
        };
        let screen = format!("{}{screen}", self.site);
        for (name, slow) in [("", false), (", slow", true)] {
            eprintln!("comparing{name} …");
            let (mut ours, mut theirs) = (Vec::new(), Vec::new());
            for _ in 0..RUNS {
                ours.push(self.visit(&screen, own, count, true, slow).await?);
                theirs.push(self.visit(&other.url, &other.selector, 1, true, slow).await?);
            }
            for (what, unit, key) in [
                ("bytes", "bytes", "bytes"),
                ("requests", "", "requests"),
                ("first contentful paint", "ms", "paint"),
                ("what shows first", "ms", "early"),
                ("rows", "ms", "rows"),
                ("heap", "bytes", "heap"),
                ("nodes", "", "nodes"),
            ] {
                self.add(format!("{what}{name}: ours"), unit, &ours, key);
                self.add(format!("{what}{name}: theirs"), unit, &theirs, key);
                let [.., our, their] = &self.rows[..] else { continue };
                let ratio = our.median() / their.median();
                self.rows.push(Row::new(format!("{what}{name}: ratio"), "×", vec![ratio]));
            }
        }
        Ok(())
    }
}

fn number(value: f64) -> String {
    if value.abs() < 10.0 && value.fract() != 0.0 {
        return format!("{value:.2}");
    }
    let digits = format!("{:.0}", value.abs());
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if value < 0.0 { format!("-{out}") } else { out }
}

fn table(rows: &[Row]) -> Result<String> {
    let mut out = format!(
        "Measured by `cargo xtask bench` on {}, {}: the release behind nginx with brotli, Dioptra \
         {} on SQLite. Medians, with the least and the most of the runs. *Slow*: 1.6 Mbit/s, 150 ms, \
         the CPU slowed four times.\n\n| | median | | from – to |\n|---|---:|---|---|\n",
        today()?,
        machine()?,
        tools::DIOPTRA,
    );
    for row in rows {
        let (least, most) = row.spread();
        out += &format!(
            "| {} | {} | {} | {} – {} |\n",
            row.name,
            number(row.median()),
            row.unit,
            number(least),
            number(most)
        );
    }
    Ok(out)
}

/// Cores, memory and browser.
fn machine() -> Result<String> {
    let cores = std::thread::available_parallelism()?;
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let memory = memory.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok());
    let memory = memory.map_or(String::new(), |kb| format!(", {} GiB", kb >> 20));
    let browser = Command::new(tools::chromium()?.program).arg("--version").output()?;
    let browser = String::from_utf8_lossy(&browser.stdout);
    let browser: Vec<_> = browser.split_whitespace().take(2).collect();
    Ok(format!("{cores} cores{memory}, headless {}", browser.join(" ")))
}

fn write(rows: &[Row]) -> Result<()> {
    let all: Vec<_> = rows
        .iter()
        .map(|row| json!({"name": row.name, "unit": row.unit, "median": row.median(), "values": row.values}))
        .collect();
    let file = root().join("target/bench.json");
    fs::write(&file, serde_json::to_string_pretty(&json!({"date": today()?, "rows": all}))?)?;
    println!("{}", file.display());
    Ok(())
}

/// Puts the table between its marks in the README.
fn rewrite(table: &str) -> Result<()> {
    const MARKS: [&str; 2] = ["<!-- bench -->\n", "<!-- /bench -->"];
    let file = root().join("README.md");
    let text = fs::read_to_string(&file)?;
    let (before, rest) = text.split_once(MARKS[0]).context("the README has no mark for figures")?;
    let (_, after) = rest.split_once(MARKS[1]).context("the README has no second mark")?;
    fs::write(file, format!("{before}{}{table}{}{after}", MARKS[0], MARKS[1]))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_a_median_and_a_spread() {
        let row = Row::new("x", "ms", vec![3.0, 1.0, 2.0]);
        assert_eq!((row.median(), row.spread()), (2.0, (1.0, 3.0)));
    }

    #[test]
    fn numbers_are_easy_to_read() {
        let all = [0.0, 1.234, 12.7, 1_234.0, 1_234_567.0, -4_096.0].map(number);
        assert_eq!(all, ["0", "1.23", "13", "1,234", "1,234,567", "-4,096"]);
    }
}
