//! Random lives of queues: two people create, edit, tag, draft, commit, restore, delete and undo
//! through the app's own `api`, each with what they saw last. After each step the server must hold
//! exactly what the app believes. `cargo xtask test model`.
#![cfg(target_arch = "wasm32")]

use std::collections::BTreeSet;

use dioptra_queues::{
    api::{
        Api, ChangeState, CreateState, SaveOutcome,
        deletion::{self, DeleteOutcome, UndoState},
        drafts, queues, save, session, snapshots, tags,
    },
    domain::{ListQuery, PageSize, Queue, QueueName, SavedDraft},
    forms::queue::{NewQueue, QueueContent, QueueFormValues},
    js::{Abort, never_abort as signal},
};
use fastrand::Rng;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// What the app believes of a queue.
#[derive(Clone, Debug)]
struct Belief {
    id: u64,
    /// Oldest first; the last is what the queue says.
    versions: Vec<(String, String)>,
    tags: BTreeSet<u64>,
    deleted: bool,
}

impl Belief {
    fn name(&self) -> &str {
        &self.versions[self.versions.len() - 1].0
    }

    fn says(&self, text: &(String, String)) -> bool {
        self.versions.last() == Some(text)
    }
}

/// Somebody at work.
struct Person {
    api: Api,
    id: u64,
    /// Each queue as this user saw it last, and how many versions it had then.
    seen: Vec<(Queue, usize)>,
    /// Drafts, and from which version each change began.
    drafts: Vec<(SavedDraft, usize)>,
}

struct World {
    rng: Rng,
    people: Vec<Person>,
    beliefs: Vec<Belief>,
    done: Vec<&'static str>,
}

fn parameter(name: &str) -> u64 {
    let search = web_sys::window().unwrap().location().search().unwrap();
    let pairs = search.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
    let value = pairs.filter(|(key, _)| *key == name).map(|(_, value)| value).next();
    value.and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("no {name} in {search}"))
}

fn checked(name: &str, description: &str) -> NewQueue {
    let draft =
        QueueFormValues { name: name.into(), group: "1".into(), description: description.into() };
    draft.validate().unwrap()
}

fn pair(text: &QueueContent) -> (String, String) {
    (text.name().to_owned(), text.description().unwrap_or_default().to_owned())
}

impl World {
    /// Few names, so that they meet.
    fn text(&mut self) -> NewQueue {
        let name = format!("q{}", self.rng.u32(0..12));
        checked(&name, &format!("text {}", self.rng.u32(0..6)))
    }

    fn belief(&mut self, id: u64) -> &mut Belief {
        self.beliefs.iter_mut().find(|belief| belief.id == id).expect("a queue that we know")
    }

    /// The living queue of this name, but for one.
    fn named(&self, name: &str, but: Option<u64>) -> Option<u64> {
        let is_it =
            |belief: &&Belief| !belief.deleted && belief.name() == name && Some(belief.id) != but;
        self.beliefs.iter().find(is_it).map(|belief| belief.id)
    }

    fn add(&mut self, id: u64, text: (String, String), tags: BTreeSet<u64>) {
        assert!(self.beliefs.iter().all(|belief| belief.id != id), "ids are never reused");
        self.beliefs.push(Belief { id, versions: vec![text], tags, deleted: false });
    }

    /// The name is another queue's. If that one says the very same and was made a moment ago by the
    /// same user, it counts as the response to a question that the browser sent twice.
    fn is_taken(&mut self, sent: &SaveOutcome, other: u64, text: &(String, String)) {
        match sent {
            SaveOutcome::NameTaken(Some(id)) => assert_eq!(*id, other),
            SaveOutcome::Saved(id) => {
                assert!(*id == other && self.belief(other).says(text), "{sent:?}");
            }
            _ => panic!("the name is taken, but: {sent:?}"),
        }
    }

    async fn create(&mut self, who: usize) {
        let new = self.text();
        let Person { api, id: user, .. } = &self.people[who];
        let sent = save::create(api, &new, *user, &mut CreateState::default(), &Abort::new()).await;
        if let Some(other) = self.named(new.content.name(), None) {
            self.is_taken(&sent, other, &pair(&new.content));
        } else {
            let SaveOutcome::Saved(id) = sent else { panic!("create: {sent:?}") };
            self.add(id, pair(&new.content), BTreeSet::new());
        }
    }

    async fn look(&mut self, who: usize) {
        if self.beliefs.is_empty() {
            return;
        }
        let at = self.rng.usize(..self.beliefs.len());
        let (id, versions) = (self.beliefs[at].id, self.beliefs[at].versions.len());
        let person = &mut self.people[who];
        let queue = queues::get(&person.api, id, &signal()).await.unwrap();
        person.seen.retain(|(seen, _)| seen.id != id);
        person.seen.push((queue, versions));
    }

    /// Somebody's view of a queue, which may be out of date.
    fn view(&mut self, who: usize) -> Option<(Queue, usize)> {
        let seen = &self.people[who].seen;
        (!seen.is_empty()).then(|| seen[self.rng.usize(..seen.len())].clone())
    }

    /// Saves a text over what the user saw last.
    async fn change(&mut self, who: usize, base: Queue, versions: usize, text: QueueContent) {
        let person = &self.people[who];
        let mut state = ChangeState::new(base.clone(), None);
        let sent = save::change(&person.api, &text, person.id, &mut state, &Abort::new()).await;
        let draft = self.draft_of(who, base.id);
        let belief = self.belief(base.id).clone();
        let expected = if belief.deleted {
            "Deleted"
        } else if let Some((draft, began)) = draft {
            if text.is_drafted(&draft.payload) {
                // The draft of this very text is taken up: it is gone whatever happens.
                self.forget_draft(who, base.id);
                self.after_change(&belief, &text, versions.max(began), versions)
            } else {
                "DraftExists"
            }
        } else {
            self.after_change(&belief, &text, versions, versions)
        };
        self.settle(&sent, expected, base.id, &text);
    }

    /// What becomes of a change that began from a version, once it is a draft.
    fn after_change(
        &self,
        belief: &Belief,
        text: &QueueContent,
        began: usize,
        seen: usize,
    ) -> &'static str {
        if began != seen || belief.versions.len() != seen {
            "Stale"
        } else if self.named(text.name(), Some(belief.id)).is_some() {
            "NameTaken"
        } else {
            "Saved"
        }
    }

    fn settle(&mut self, sent: &SaveOutcome, expected: &str, id: u64, text: &QueueContent) {
        let said = format!("{sent:?}");
        assert!(said.starts_with(expected), "expected {expected}, got {said}");
        if expected == "Saved" {
            self.belief(id).versions.push(pair(text));
        }
    }

    fn draft_of(&self, who: usize, queue: u64) -> Option<(SavedDraft, usize)> {
        let all = &self.people[who].drafts;
        all.iter().find(|(draft, _)| draft.resource == Some(queue)).cloned()
    }

    fn forget_draft(&mut self, who: usize, queue: u64) {
        self.people[who].drafts.retain(|(draft, _)| draft.resource != Some(queue));
    }

    async fn edit(&mut self, who: usize) {
        let Some((base, versions)) = self.view(who) else { return };
        let text = self.text().content;
        self.change(who, base, versions, text).await;
    }

    async fn restore(&mut self, who: usize) {
        let Some((base, versions)) = self.view(who) else { return };
        let api = &self.people[who].api;
        let (total, all) = snapshots::newest(api, base.id, 0, &signal()).await.unwrap();
        assert_eq!(total as usize, self.belief(base.id).versions.len());
        let old = &all[self.rng.usize(..all.len())];
        let text = QueueContent::of(old);
        self.change(who, base, versions, text).await;
    }

    async fn keep(&mut self, who: usize) {
        let Some((base, versions)) = self.view(who) else { return };
        let text = self.text().content;
        let person = &self.people[who];
        let mut state = ChangeState::new(base.clone(), None);
        let kept = save::save_draft(&person.api, &text, person.id, &mut state, &Abort::new()).await;
        let belief = self.belief(base.id).clone();
        let there = self.draft_of(who, base.id);
        match kept {
            Ok(draft) => {
                assert!(!belief.deleted && belief.versions.len() == versions, "{draft:?}");
                assert!(there.is_none_or(|(there, _)| text.is_drafted(&there.payload)));
                assert_eq!(draft.resource_snapshot, Some(base.snapshot));
                self.forget_draft(who, base.id);
                self.people[who].drafts.push((draft, versions));
            }
            Err(SaveOutcome::Deleted) => assert!(belief.deleted),
            Err(SaveOutcome::DraftExists) => {
                assert!(there.is_some_and(|(there, _)| !text.is_drafted(&there.payload)));
            }
            Err(SaveOutcome::Stale(_)) => {
                // Ours is taken back; one of the same text that was there is the same draft.
                assert_ne!(belief.versions.len(), versions);
                self.forget_draft(who, base.id);
            }
            Err(other) => panic!("keep: {other:?}"),
        }
    }

    async fn draft_new(&mut self, who: usize) {
        let text = self.text();
        let typed = QueueFormValues {
            name: text.content.name().into(),
            group: "1".into(),
            description: text.content.description().unwrap_or_default().into(),
        };
        let new = typed.validate_draft().unwrap();
        let draft = save::save_new_draft(
            &self.people[who].api,
            &new,
            self.people[who].id,
            &mut CreateState::default(),
            &Abort::new(),
        )
        .await
        .unwrap();
        // One of the same text, made a moment ago, is the same draft.
        if self.people[who].drafts.iter().all(|(there, _)| !there.is_same(&draft)) {
            self.people[who].drafts.push((draft, 0));
        }
    }

    async fn commit(&mut self, who: usize) {
        if self.people[who].drafts.is_empty() {
            return;
        }
        let at = self.rng.usize(..self.people[who].drafts.len());
        let (draft, began) = self.people[who].drafts[at].clone();
        let new = checked(&draft.payload.name, draft.description_or_empty());
        let Person { api, id: user, .. } = &self.people[who];
        let Some(id) = draft.resource else {
            let sent =
                save::create(api, &new, *user, &mut CreateState::of(draft), &Abort::new()).await;
            if self.named(new.content.name(), None).is_some() {
                assert!(matches!(sent, SaveOutcome::NameTaken(_)), "{sent:?}");
            } else {
                let SaveOutcome::Saved(id) = sent else { panic!("commit: {sent:?}") };
                self.add(id, pair(&new.content), BTreeSet::new());
                self.people[who].drafts.remove(at);
            }
            return;
        };
        // As the list of drafts does it: over the version that the draft began from.
        let mut base = queues::get(api, id, &signal()).await.unwrap();
        base.snapshot = draft.resource_snapshot.unwrap();
        let mut state = ChangeState::new(base, Some(draft));
        let sent = save::change(api, &new.content, *user, &mut state, &Abort::new()).await;
        let belief = self.belief(id).clone();
        let expected = if belief.deleted {
            "Deleted"
        } else {
            self.after_change(&belief, &new.content, began, began)
        };
        if expected == "Saved" {
            self.people[who].drafts.remove(at);
        }
        self.settle(&sent, expected, id, &new.content);
    }

    async fn discard(&mut self, who: usize) {
        let person = &mut self.people[who];
        if person.drafts.is_empty() {
            return;
        }
        let (draft, _) = person.drafts.remove(self.rng.usize(..person.drafts.len()));
        drafts::discard(&person.api, &draft, &signal()).await.unwrap();
        // Again, when its id may be another's: it is gone, and nobody else's goes with it.
        assert!(drafts::discard(&person.api, &draft, &signal()).await.is_err());
    }

    async fn tag(&mut self, who: usize) {
        let alive: Vec<u64> =
            self.beliefs.iter().filter(|belief| !belief.deleted).map(|belief| belief.id).collect();
        if alive.is_empty() {
            return;
        }
        let queue = alive[self.rng.usize(..alive.len())];
        let api = self.people[who].api.clone();
        let name = QueueName::parse(&format!("tag {}", self.rng.u32(0..5))).unwrap();
        let tag = tags::create(&api, 1, &name, &signal()).await.unwrap();
        if self.rng.bool() {
            tags::add(&api, queue, &[tag.id], &signal()).await.unwrap();
            self.belief(queue).tags.insert(tag.id);
        } else {
            tags::remove(&api, queue, tag.id, &signal()).await.unwrap();
            self.belief(queue).tags.remove(&tag.id);
        }
    }

    async fn delete(&mut self, who: usize) {
        let Some((queue, _)) = self.view(who) else { return };
        let outcome = deletion::delete(
            &self.people[who].api,
            &queue,
            self.people[who].id,
            false,
            &Abort::new(),
        )
        .await;
        assert!(matches!(outcome, DeleteOutcome::Deleted { .. }), "{outcome:?}");
        self.belief(queue.id).deleted = true;
    }

    async fn undo(&mut self, who: usize) {
        let gone: Vec<u64> =
            self.beliefs.iter().filter(|belief| belief.deleted).map(|belief| belief.id).collect();
        if gone.is_empty() {
            return;
        }
        let id = gone[self.rng.usize(..gone.len())];
        let Person { api, id: user, .. } = &self.people[who];
        let queue = queues::get(api, id, &signal()).await.unwrap();
        let undone =
            deletion::undo(api, &queue, &[], *user, &mut UndoState::default(), &Abort::new()).await;
        let belief = self.belief(id).clone();
        if let Some(other) = self.named(belief.name(), None) {
            let text = belief.versions[belief.versions.len() - 1].clone();
            self.is_taken(&undone.outcome, other, &text);
            if undone.outcome == SaveOutcome::Saved(other) {
                self.belief(other).tags.extend(belief.tags);
            }
        } else {
            let SaveOutcome::Saved(new) = undone.outcome else { panic!("undo: {undone:?}") };
            assert!(undone.tags.is_empty(), "{undone:?}");
            let text = belief.versions[belief.versions.len() - 1].clone();
            self.add(new, text, belief.tags);
        }
    }

    async fn step(&mut self) {
        const STEPS: [&str; 16] = [
            "create",
            "look",
            "look",
            "edit",
            "edit",
            "edit",
            "restore",
            "keep",
            "keep",
            "draft new",
            "commit",
            "commit",
            "discard",
            "tag",
            "delete",
            "undo",
        ];
        let who = self.rng.usize(..self.people.len());
        let what = STEPS[self.rng.usize(..STEPS.len())];
        self.done.push(what);
        match what {
            "create" => self.create(who).await,
            "look" => self.look(who).await,
            "edit" => self.edit(who).await,
            "restore" => self.restore(who).await,
            "keep" => self.keep(who).await,
            "draft new" => self.draft_new(who).await,
            "commit" => self.commit(who).await,
            "discard" => self.discard(who).await,
            "tag" => self.tag(who).await,
            "delete" => self.delete(who).await,
            _ => self.undo(who).await,
        }
    }

    /// The server holds exactly what the app believes.
    async fn check(&self) {
        let rows = PageSize::of(1000).unwrap();
        let all = ListQuery { deleted: true, rows: Some(rows), ..ListQuery::default() };
        let page = queues::list(&self.people[0].api, &all, &signal()).await.unwrap();
        assert_eq!(page.data.len(), self.beliefs.len());
        for queue in &page.data {
            let belief = self.beliefs.iter().find(|belief| belief.id == queue.id).expect("known");
            let text = (queue.name.clone(), queue.description_or_empty().to_owned());
            assert!(belief.says(&text), "{queue:?}, but we believe {belief:?}");
            assert_eq!(queue.deleted, belief.deleted, "{queue:?}");
            let tags: BTreeSet<u64> = queue.tags.iter().map(|tag| tag.id).collect();
            assert_eq!(tags, belief.tags, "{queue:?}");
        }
        for person in &self.people {
            let there = drafts::list(&person.api, None, 0, 1000, &signal()).await.unwrap().data;
            assert_eq!(there.len(), person.drafts.len(), "{there:#?}");
            for (ours, _) in &person.drafts {
                let same = there.iter().find(|draft| draft.is_same(ours));
                assert_eq!(same.map(|draft| &draft.payload), Some(&ours.payload));
            }
        }
    }
}

#[wasm_bindgen_test]
async fn the_server_always_holds_exactly_what_two_people_believe() {
    let (seed, steps) = (parameter("seed"), parameter("steps"));
    let mut people = Vec::new();
    for number in 0..2 {
        let api = Api::new(&format!("/as/{number}/api/v1"), js_sys::Object::new());
        let id = session::current(&api, &signal()).await.unwrap().id;
        people.push(Person { api, id, seen: Vec::new(), drafts: Vec::new() });
    }
    let rng = Rng::with_seed(seed);
    let mut world = World { rng, people, beliefs: Vec::new(), done: Vec::new() };
    for _ in 0..steps {
        world.step().await;
        world.check().await;
    }
    let count = |what: &str| world.done.iter().filter(|done| **done == what).count();
    let saved: usize = world.beliefs.iter().map(|belief| belief.versions.len()).sum();
    // A test that passes prints nothing; whoever runs this page reads its title.
    leptos::prelude::document().set_title(&format!(
        "{steps} steps, {} edits, {} commits, {} undos: {} queues with {saved} versions",
        count("edit"),
        count("commit"),
        count("undo"),
        world.beliefs.len()
    ));
    assert!(saved > world.beliefs.len(), "something was changed");
}
