//! Random lives of queues in bad weather: two people create, change, tag, draft, delete and bring
//! back queues in their browsers, while responses are late, hidden, cut off or lost, servers finish
//! later than they say, dialogs and pages are closed in the middle, others write meanwhile, and
//! sessions end. After each step what the app *said* is held against what the server has.
//!
//! `cargo xtask test model [SEED] [--steps STEPS]`

use std::{collections::BTreeSet, time::Duration};

use fastrand::Rng;
use serde_json::{Value, json};
use testkit::{Method, dioptra::Dioptra, http::Caller, proxy::Fault};

use crate::visit::{Start, Visit, setting, visit};

/// What the app said of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    /// It was done.
    Done,
    /// It is not known whether it was done.
    Unknown,
    /// It was not done, whatever the reason.
    NotDone,
    /// The name is taken.
    Taken,
    /// Somebody has saved another version.
    Stale,
    /// The queue is deleted.
    Gone,
    /// The session has ended, or somebody else is signed in: nothing was sent.
    SignedOut,
}

/// A queue as the server must have it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Known {
    id: u64,
    name: String,
    description: String,
    tags: BTreeSet<String>,
    deleted: bool,
    versions: u64,
}

/// What happens on the way to the server and back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Weather {
    Fair,
    Slow,
    Hidden,
    Cut,
    Lost,
    Late,
    NeverArrived,
    Refused,
    SessionEnded,
    OtherUser,
}

const WEATHER: [Weather; 10] = [
    Weather::Fair,
    Weather::Slow,
    Weather::Hidden,
    Weather::Cut,
    Weather::Lost,
    Weather::Late,
    Weather::NeverArrived,
    Weather::Refused,
    Weather::SessionEnded,
    Weather::OtherUser,
];

impl Known {
    /// As lists show it, which do not count versions.
    fn listed(&self) -> Self {
        Self { versions: 0, ..self.clone() }
    }
}

struct Life<'a> {
    v: &'a Visit,
    /// Somebody else, who writes meanwhile.
    other: Caller,
    rng: Rng,
    known: Vec<Known>,
    made: u32,
    steps: Vec<String>,
}

impl Life<'_> {
    fn note(&mut self, step: impl Into<String>) {
        self.steps.push(step.into());
    }

    fn new_name(&mut self) -> String {
        self.made += 1;
        format!("{}-{:03}", self.v.mark, self.made)
    }

    fn text(&mut self) -> String {
        let text: String = (0..12).map(|_| self.rng.alphanumeric()).collect();
        format!("text {text}")
    }

    /// Lets the weather happen to the next write with this path.
    async fn weather(&mut self, method: Method, path: &str) -> Weather {
        let weather = WEATHER[self.rng.usize(..WEATHER.len())];
        self.note(format!("  {weather:?}"));
        let html = |status| Fault::HideResponse(status, "text/html", "<h1>nginx</h1>".to_owned());
        let fault = match weather {
            Weather::Fair => return weather,
            Weather::Slow => Fault::Delay(Duration::from_millis(self.rng.u64(10..500))),
            Weather::Hidden => html([500, 502, 503, 504][self.rng.usize(..4)]),
            Weather::Cut => Fault::Truncate(self.rng.usize(..20)),
            Weather::Lost => Fault::LoseResponse,
            Weather::Late => Fault::FinishLater,
            Weather::NeverArrived => Fault::Reset,
            Weather::Refused => {
                let body = json!({"error": "Odd", "message": "not today", "detail": {}});
                Fault::Replace(400, "application/json", body.to_string())
            }
            Weather::SessionEnded => {
                let body = r#"{"message": "Unauthorized"}"#.to_owned();
                let fault = Fault::Replace(401, "application/json", body);
                self.v.proxy.fault(Method::GET, "/users/current", 1, fault);
                return weather;
            }
            Weather::OtherUser => {
                self.v.sign_in_elsewhere(&format!("{}-other", self.v.mark)).await;
                return weather;
            }
        };
        self.v.proxy.fault(method, path, 1, fault);
        weather
    }

    /// Nothing that was said before shows any more.
    async fn clear(&self) {
        self.v
            .script("deep('.notice [aria-label=Dismiss]').forEach((b) => b.click())", vec![])
            .await;
    }

    /// Waits for what the app says, in words that contain what was done.
    async fn said(&self, done: &str) -> Said {
        let words = std::cell::Cell::new(None);
        self.v
            .until(format!("a word about “{done}”"), async || {
                words.set(meaning(&self.v.text().await, done));
                words.get().is_some()
            })
            .await;
        words.get().unwrap()
    }

    /// Presses a button until it is settled what became of the write: what was said in the end.
    async fn settle(&mut self, weather: Weather, button: &str, again: &str, done: &str) -> Said {
        let mut button = button;
        for _ in 0..6 {
            self.clear().await;
            self.v.click("button", button).await;
            let said = self.said(done).await;
            self.note(format!("  {button}: {said:?}"));
            match said {
                Said::Unknown => {
                    self.check_maybe(done).await;
                    if weather == Weather::Late {
                        self.v.proxy.finish().await;
                    }
                    self.v.proxy.heal();
                    button = again;
                }
                Said::SignedOut => {
                    self.check().await;
                    self.come_back(weather).await;
                }
                Said::NotDone => {
                    // What was said not to be done must not be done later, either.
                    self.v.proxy.heal();
                    self.check().await;
                    button = again;
                }
                said => return said,
            }
        }
        panic!("never settled: {done}");
    }

    /// Signs the user in again, at the dialog or as another page would.
    async fn come_back(&self, weather: Weather) {
        let v = self.v;
        if weather == Weather::OtherUser {
            v.says("is signed in now").await;
            v.sign_in_elsewhere(&v.username).await;
            v.script("window.dispatchEvent(new Event('focus'))", vec![]).await;
            v.says(&format!("{} is signed in now", v.username)).await;
        } else {
            v.sign_in_over_the_page(&v.username).await;
        }
    }

    async fn on_the_server(&self) -> Vec<Known> {
        let path = format!(
            "/queues/?pageLength=1000&sortBy=name&showDeleted=true&search=name:{}-*",
            self.v.mark
        );
        let page = self.v.caller.api(Method::GET, &path, None).await.unwrap();
        let known = |queue: &Value| Known {
            id: queue["id"].as_u64().unwrap(),
            name: queue["name"].as_str().unwrap().to_owned(),
            description: queue["description"].as_str().unwrap_or_default().to_owned(),
            tags: queue["tags"]
                .as_array()
                .unwrap()
                .iter()
                .map(|tag| tag["name"].to_string())
                .collect(),
            deleted: queue["deleted"] == true,
            versions: 0,
        };
        page["data"].as_array().unwrap().iter().map(known).collect()
    }

    async fn versions(&self, id: u64) -> u64 {
        let path = format!("/queues/{id}/snapshots?pageLength=1");
        let page = self.v.caller.api(Method::GET, &path, None).await.unwrap();
        page["totalNumResults"].as_u64().unwrap()
    }

    /// The server has exactly what was said so far.
    async fn check(&self) {
        let mut there = self.on_the_server().await;
        let mut known: Vec<_> = self.known.iter().map(Known::listed).collect();
        there.sort_by_key(|queue| queue.id);
        known.sort_by_key(|queue| queue.id);
        assert_eq!(there, known, "the server has something else than was said");
    }

    /// While it is not known, at most one queue differs from what was said before.
    async fn check_maybe(&self, done: &str) {
        let there = self.on_the_server().await;
        let same = |queue: &Known| self.known.iter().any(|known| known.listed() == *queue);
        let odd = there.iter().filter(|queue| !same(queue)).count();
        assert!(odd <= 1, "more than one thing happened: {done}");
    }

    /// The one queue that the server has and that nobody knew, with its versions.
    async fn new_queue(&self) -> Known {
        let mut new = self.on_the_server().await;
        new.retain(|queue| self.known.iter().all(|known| known.id != queue.id));
        assert_eq!(new.len(), 1, "one new queue, and no other: {new:?}");
        let versions = self.versions(new[0].id).await;
        assert_eq!(versions, 1, "created once");
        Known { versions, ..new.remove(0) }
    }

    async fn adopt(&mut self, name: &str, description: &str) {
        let new = self.new_queue().await;
        assert_eq!((new.name.as_str(), new.description.as_str()), (name, description));
        self.known.push(new);
    }

    fn any_alive(&mut self) -> Option<usize> {
        let alive: Vec<_> = (0..self.known.len()).filter(|at| !self.known[*at].deleted).collect();
        (!alive.is_empty()).then(|| alive[self.rng.usize(..alive.len())])
    }

    async fn fill(&self, name: &str, description: &str) {
        self.v.until("a form", async || self.v.find("textbox", "Name").await.is_some()).await;
        self.v.paste("textbox", "Name", name).await;
        self.v.paste("textbox", "Description", description).await;
    }

    async fn create(&mut self) {
        let (name, description) = (self.new_name(), self.text());
        self.v.open("queues/new").await;
        self.fill(&name, &description).await;
        let weather = self.weather(Method::POST, "/api/v1/queues/").await;
        let done = format!("Queue “{name}” created");
        let said = self.settle(weather, "Create queue", "Create queue", &done).await;
        assert_eq!(said, Said::Done, "{name}");
        self.adopt(&name, &description).await;
    }

    /// The page is closed while a new queue is being created: nothing is said, and the text waits.
    async fn create_and_close(&mut self) {
        let (name, description) = (self.new_name(), self.text());
        self.v.open("queues/new").await;
        self.fill(&name, &description).await;
        self.v.proxy.forget();
        let later = self.rng.bool();
        let fault = if later { Fault::FinishLater } else { Fault::HoldResponse };
        self.v.proxy.fault(Method::POST, "/api/v1/queues/", 1, fault);
        self.v.click("button", "Create queue").await;
        self.v.proxy.wait_for(&Method::POST, "/api/v1/queues/", 1).await;
        if later {
            self.v.says("It is not known whether").await;
        }
        self.v.open("queues/new").await;
        if later {
            self.v.proxy.finish().await;
        }
        self.v.proxy.heal();
        let v = self.v;
        v.until("the text is back", async || {
            v.value("textbox", "Description").await == description
        })
        .await;
        self.adopt(&name, &description).await;
        // What the closed page knew is gone with it, so this is a conflict, and said to be one.
        let done = format!("Queue “{name}” created");
        let said = self.settle(Weather::Fair, "Create queue", "Create queue", &done).await;
        assert!(matches!(said, Said::Taken | Said::Done), "{said:?}");
        if v.find("textbox", "Name").await.is_some() {
            v.click("button", "Discard it").await;
        }
    }

    async fn change(&mut self) {
        let Some(at) = self.any_alive() else { return };
        let Known { id, name, .. } = self.known[at].clone();
        let description = self.text();
        self.v.open(&format!("queues/{id}/edit")).await;
        self.fill(&name, &description).await;
        let meanwhile = self.rng.u8(..4);
        match meanwhile {
            0 => {
                let theirs = self.text();
                crate::edit::save(&self.other, id, &name, &theirs).await;
                self.known[at].description = theirs;
                self.known[at].versions += 1;
            }
            1 => {
                let path = format!("/queues/{id}");
                self.other.api(Method::DELETE, &path, None).await.unwrap();
                self.known[at].deleted = true;
            }
            _ => {}
        }
        self.note(format!("  meanwhile: {meanwhile}"));
        let path = ["/draft", "/workflows/draftCommit/"][self.rng.usize(..2)];
        let weather = self.weather(Method::POST, path).await;
        let done = format!("Queue “{name}” saved");
        let mut said = self.settle(weather, "Save changes", "Save changes", &done).await;
        if said == Said::Stale {
            // Both versions are shown, and saving again is meant.
            self.check().await;
            said = self.settle(Weather::Fair, "Save changes", "Save changes", &done).await;
        }
        match said {
            Said::Done => {
                self.known[at].description = description;
                self.known[at].versions += 1;
            }
            Said::Gone => assert!(self.known[at].deleted),
            other => panic!("{other:?}"),
        }
        assert_eq!(self.versions(id).await, self.known[at].versions, "one version each");
    }

    async fn tag(&mut self) {
        let Some(at) = self.any_alive() else { return };
        let name = self.known[at].name.clone();
        let tag = format!("{} tag {}", self.v.mark, self.rng.u8(..100));
        self.v.open(&format!("queues?search=name:{name}")).await;
        self.v.click("button", &format!("Edit tags of {name}")).await;
        self.v.see("textbox", "Find or create a tag").await;
        self.v.is_silent_about("Loading the tags…").await;
        if self.v.find("checkbox", &tag).await.is_some() {
            return;
        }
        self.v.paste("textbox", "Find or create a tag", &tag).await;
        self.v.see("button", &format!("Create tag “{tag}”")).await;
        self.v.press(thirtyfour::Key::Enter + "").await;
        let done = format!("Tags of “{name}” saved");
        let path = format!("/queues/{}/tags", self.known[at].id);
        let path = [path.as_str(), "/api/v1/tags/"][self.rng.usize(..2)].to_owned();
        if self.rng.u8(..3) == 0 {
            self.close_in_the_middle(Method::POST, &path, "Save tags", "Cancel", &done).await;
        } else {
            let weather = self.weather(Method::POST, &path).await;
            // Not all of it may be done; tags do not count until all is.
            if weather == Weather::OtherUser {
                self.v.sign_in_elsewhere(&self.v.username).await;
            }
            let mut said = Said::Unknown;
            for _ in 0..6 {
                self.clear().await;
                self.v.click("button", "Save tags").await;
                said = self.said(&done).await;
                self.note(format!("  {said:?}"));
                match said {
                    Said::Done => break,
                    Said::SignedOut => self.come_back(weather).await,
                    _ if weather == Weather::Late => self.v.proxy.finish().await,
                    _ => {}
                }
                self.v.proxy.heal();
            }
            assert_eq!(said, Said::Done);
        }
        self.known[at].tags.insert(json!(tag).to_string());
    }

    /// Presses the button, and closes the dialog while the server is at work.
    async fn close_in_the_middle(
        &mut self,
        method: Method,
        path: &str,
        button: &str,
        close: &str,
        done: &str,
    ) {
        self.note("  closed in the middle");
        self.v.proxy.forget();
        self.v.proxy.fault(method.clone(), path, 1, Fault::HoldResponse);
        self.clear().await;
        self.v.click("button", button).await;
        self.v.proxy.wait_for(&method, path, 1).await;
        self.v.click("button", close).await;
        self.v
            .until("no dialog", async || {
                self.v.script("return deep('dialog[open]').length", vec![]).await == json!(0)
            })
            .await;
        self.v.proxy.release();
        assert_eq!(self.said(done).await, Said::Done);
    }

    async fn delete(&mut self) {
        let Some(at) = self.any_alive() else { return };
        let Known { id, name, .. } = self.known[at].clone();
        self.v.open(&format!("queues?search=name:{name}")).await;
        if self.rng.bool() {
            // After the row was loaded.
            let theirs = self.text();
            self.v.see("button", &format!("Delete {name}")).await;
            crate::edit::save(&self.other, id, &name, &theirs).await;
            self.known[at].description = theirs;
            self.known[at].versions += 1;
            self.note("  saved meanwhile");
        }
        self.v.click("button", &format!("Delete {name}")).await;
        self.v.says("No jobs are waiting in it").await;
        self.v.says("No entrypoint would lose this queue").await;
        let done = format!("Queue “{name}” deleted");
        if self.rng.u8(..3) == 0 {
            let (button, close) = ("Delete queue", "Keep queue");
            self.close_in_the_middle(Method::DELETE, "/queues/", button, close, &done).await;
        } else {
            let weather = self.weather(Method::DELETE, "/queues/").await;
            if weather == Weather::OtherUser {
                // The page of somebody else has no such dialog.
                self.v.sign_in_elsewhere(&self.v.username).await;
            }
            let said = self.settle(weather, "Delete queue", "Delete queue", &done).await;
            assert_eq!(said, Said::Done);
        }
        self.known[at].deleted = true;
        self.check().await;
        if self.rng.bool() {
            self.undo(at).await;
        }
    }

    async fn undo(&mut self, at: usize) {
        let gone = self.known[at].clone();
        let weather = loop {
            let weather = self.weather(Method::POST, "/api/v1/queues/").await;
            // Signing in again takes the notice with its button away.
            if !matches!(weather, Weather::SessionEnded | Weather::OtherUser) {
                break weather;
            }
            self.v.proxy.heal();
            self.v.sign_in_elsewhere(&self.v.username).await;
        };
        let done = format!("Queue “{}” is back", gone.name);
        let mut button = "Undo";
        let mut said = Said::Unknown;
        for _ in 0..6 {
            self.v.click("button", button).await;
            said = self.said(&done).await;
            self.note(format!("  undo: {said:?}"));
            match said {
                Said::Done => break,
                Said::Unknown if weather == Weather::Late => self.v.proxy.finish().await,
                Said::Unknown => {}
                _ => self.check().await,
            }
            self.v.proxy.heal();
            button = "Try again";
        }
        assert_eq!(said, Said::Done);
        let new = self.new_queue().await;
        let expected = Known { id: new.id, deleted: false, versions: 1, ..gone };
        assert_eq!(new, expected, "as it was when it was deleted");
        self.known.push(new);
    }

    /// A new queue as a draft first; its first save may fail, and the text is changed then.
    async fn draft(&mut self) {
        let (name, description) = (self.new_name(), self.text());
        self.v.open("queues/new").await;
        self.fill(&name, &description).await;
        let weather = self.weather(Method::POST, "/queues/drafts/").await;
        let done = format!("Draft “{name}” saved");
        let said = self.settle(weather, "Save as draft", "Save as draft", &done).await;
        assert_eq!(said, Said::Done);
        let drafts = self.v.drafts().await;
        let ours: Vec<_> =
            drafts.iter().filter(|draft| draft["payload"]["name"] == *name).collect();
        assert_eq!(ours.len(), 1, "one draft, of {drafts:?}");
        self.v.open(&format!("queues/drafts/{}", ours[0]["id"])).await;
        let taken = self.any_alive().map(|at| self.known[at].name.clone());
        if let Some(taken) = taken.filter(|_| self.rng.bool()) {
            self.fill(&taken, &description).await;
            let done = format!("Queue “{taken}” created");
            let said = self.settle(Weather::Fair, "Create queue", "Create queue", &done).await;
            assert_eq!(said, Said::Taken);
        }
        let description = self.text();
        self.fill(&name, &description).await;
        let weather = self.weather(Method::POST, "/workflows/draftCommit/").await;
        let done = format!("Queue “{name}” created");
        let said = self.settle(weather, "Create queue", "Create queue", &done).await;
        assert_eq!(said, Said::Done);
        self.adopt(&name, &description).await;
        assert!(self.v.drafts().await.is_empty(), "its draft became the queue");
    }

    async fn sign_out_and_in(&mut self) {
        self.v.open("queues").await;
        self.v.click("button", "Sign out").await;
        self.v.see("heading", "Sign in").await;
        self.v.sign_in_elsewhere(&self.v.username).await;
    }

    async fn step(&mut self) {
        const STEPS: [&str; 12] = [
            "create",
            "create",
            "create and close",
            "change",
            "change",
            "change",
            "tag",
            "delete",
            "delete",
            "draft",
            "draft",
            "sign out",
        ];
        let what = STEPS[self.rng.usize(..STEPS.len())];
        self.note(what);
        match what {
            "create" => self.create().await,
            "create and close" => self.create_and_close().await,
            "change" => self.change().await,
            "tag" => self.tag().await,
            "delete" => self.delete().await,
            "draft" => self.draft().await,
            _ => self.sign_out_and_in().await,
        }
        self.v.proxy.heal();
        self.check().await;
    }
}

/// What the words on the page mean for a write that says `done` when it is.
fn meaning(text: &str, done: &str) -> Option<Said> {
    let says = |words: &[&str]| words.iter().any(|words| text.contains(words));
    if text.contains(done) {
        Some(Said::Done)
    } else if says(&["It is not known whether"]) {
        Some(Said::Unknown)
    } else if says(&["is signed in now", "is signed in by now", "Sign in to continue"]) {
        Some(Said::SignedOut)
    } else if says(&["already exists", "Another queue has this name"]) {
        Some(Said::Taken)
    } else if says(&["This queue was deleted meanwhile"]) {
        Some(Said::Gone)
    } else if says(&["Somebody else saved this queue meanwhile"]) {
        Some(Said::Stale)
    } else if says(&[
        "was not created",
        "Nothing was saved",
        "The queue was not deleted",
        "Not all of it was saved",
        "Nothing was brought back",
        "could not be brought back",
        "Dioptra refused",
    ]) {
        Some(Said::NotDone)
    } else {
        None
    }
}

async fn live(seed: u64, steps: u64) {
    // A Dioptra of its own: it uses the ids of drafts again, and deletes and commits by id alone, so that two
    // lives in one could meet in the moment between a look and a write.
    let dioptra = Dioptra::temporary("weather").await.unwrap();
    visit(Start::new(&dioptra.origin), true, async |v| {
        let rng = Rng::with_seed(seed);
        let other = v.other().await;
        let mut life = Life { v, other, rng, known: Vec::new(), made: 0, steps: Vec::new() };
        let lived = std::panic::AssertUnwindSafe(async {
            for _ in 0..steps {
                life.step().await;
            }
        });
        if let Err(panic) = futures_util::FutureExt::catch_unwind(lived).await {
            eprintln!("the last steps of the life with seed {seed}:");
            for step in life.steps.iter().rev().take(12).rev() {
                eprintln!("{step}");
            }
            std::panic::resume_unwind(panic);
        }
        println!("{steps} steps, {} queues", life.known.len());
        v.console().await;
    })
    .await;
}

#[tokio::test]
async fn in_bad_weather_what_the_app_says_is_what_the_server_has() {
    let number = |name: &str| setting(name).parse::<u64>().unwrap();
    let (seed, steps) = (number("E2E_WEATHER_SEED"), number("E2E_WEATHER_STEPS"));
    // Each step waits more than it works.
    let part = steps / 3;
    tokio::join!(live(seed, part), live(seed ^ 0x5eed, part), live(seed ^ 0xbad, steps - 2 * part));
}
