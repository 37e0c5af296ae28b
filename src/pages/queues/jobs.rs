//! What the jobs say of the queues in the table: read once the rows are there, and again while "Live"
//! is on.

use std::{cmp::Ordering::Equal, collections::BTreeSet};

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{
    columns::{JobsCell, Sign},
    drafts,
    loaded::Rows,
    look::Look,
    more::More,
    selection::Selection,
};
use crate::{
    api::{self, ApiError},
    context::Context,
    domain::{
        ListQuery, Queue,
        verdict::{Evidence, State, Taken, Trouble, Verdict, lost_of_many, stranded, verdict},
    },
    lazy,
    pages::{
        explain,
        follow::{Follow, NewestQueue, Seen, newest},
        hand::Hand,
    },
    routes::Route,
    storage::{self, Key},
    ui::{Id, LatestRequest, effect, failure, level, live},
};

lazy! {
    /// What rows can wait for. Reads the jobs and says what they prove: fills the cells of the rows.
    #[wasm_split(jobs)]
    pub static JOBS: |
        user: u64,
        list: Memo<ListQuery>,
        rows: Rows,
        said: RwSignal<Vec<(u64, JobsCell)>>,
        drafts: RwSignal<Vec<(u64, u64)>>,
        reload: Callback<()>,
        look: Look,
        selection: Selection,
    | {
        drafts::load(Context::get(), rows, drafts);
        view! { <Jobs user list rows said reload look selection /> }
    };
}

/// So many queues that are not in the rows are looked up at the same time.
const AT_ONCE: usize = 10;

#[derive(Clone, Copy)]
struct Watch {
    context: Context,
    list: Memo<ListQuery>,
    rows: Rows,
    said: RwSignal<Vec<(u64, JobsCell)>>,
    evidence: RwSignal<Option<Evidence>>,
    error: RwSignal<Option<ApiError>>,
    /// The names that queues have now, of those that are not in the rows.
    names: RwSignal<Vec<(u64, String)>>,
    /// The queues that were looked up for that, since some queue has changed.
    looked_up: StoredValue<BTreeSet<u64>>,
    /// It has been read what needs attention, or this has failed.
    is_read: RwSignal<bool>,
    has_changed: RwSignal<bool>,
    is_live: RwSignal<bool>,
    request: LatestRequest,
    naming: LatestRequest,
    comparing: LatestRequest,
    /// The newest queue when the rows were loaded, as far as that is known: by the rows, if they show all,
    /// the newest first.
    queues: StoredValue<Option<NewestQueue>>,
    follow: StoredValue<Option<Follow>>,
}

/// What needs attention, "Live" and "Refresh"; and what the cells of the rows say.
#[component]
fn Jobs(
    user: u64,
    list: Memo<ListQuery>,
    rows: Rows,
    said: RwSignal<Vec<(u64, JobsCell)>>,
    /// Loads the rows again.
    reload: Callback<()>,
    look: Look,
    selection: Selection,
) -> impl IntoView {
    let context = Context::get();
    let watch = Watch {
        context,
        list,
        rows,
        said,
        evidence: RwSignal::new(None),
        error: RwSignal::new(None),
        names: RwSignal::new(Vec::new()),
        looked_up: StoredValue::new(BTreeSet::new()),
        is_read: RwSignal::new(false),
        has_changed: RwSignal::new(false),
        is_live: RwSignal::new(storage::read(Key::NotLive).is_none()),
        request: LatestRequest::new(),
        naming: LatestRequest::new(),
        comparing: LatestRequest::new(),
        queues: StoredValue::new(None),
        follow: StoredValue::new(None),
    };
    let follow = Follow::new(watch.is_live, Callback::new(move |seen| watch.seen(seen)));
    watch.follow.set_value(Some(follow));
    watch.start();
    let refresh = Callback::new(move |()| {
        watch.looked_up.set_value(BTreeSet::new());
        reload.run(());
        watch.look();
    });
    let choose = move |event: ev::Event| {
        let live = event_target_checked(&event);
        storage::write(Key::NotLive, (!live).then_some("1"));
        watch.is_live.set(live);
        follow.plan();
    };
    let show_changes = move |_| {
        watch.has_changed.set(false);
        reload.run(());
        context.focus_main();
    };
    let hand = Hand::new(context, "table");
    // It stays while one tries again, and neither comes nor goes while a hand is on the rows.
    let why = RwSignal::new(None::<String>);
    effect(move || {
        let now = watch.error.get().map(|error| explain(&error));
        let before = why.get_untracked();
        if now != before && (now.is_some() == before.is_some() || hand.is_off()) {
            why.set(now);
        }
    });
    view! {
        <div class="jobs-bar">
            <label class="check">
                <input part="input" type="checkbox" prop:checked=watch.is_live on:change=choose />
                "Live"
            </label>
            <button part="button" type="button" on:click=move |_| refresh.run(())>"Refresh"</button>
            <div role="status">{live(move || watch.has_changed.get().then_some("The list has changed"))}</div>
            {live(move || watch.has_changed.get().then(|| view! {
                <button part="button" type="button" on:click=show_changes>"Show changes"</button>
            }))}
            <More user list look selection refresh />
        </div>
        {live(move || why.get().map(|why| {
            failure("The jobs could not be read", why, move || watch.look(), None)
        }))}
        <Attention watch hand />
    }
}

/// One line for each name whose jobs need somebody.
#[component]
fn Attention(watch: Watch, hand: Hand) -> impl IntoView {
    let navigator = watch.context.navigator;
    let lines = steady(hand, Memo::new(move |_| watch.attention()));
    let place = NodeRef::<html::Div>::new();
    effect(move || {
        lines.track();
        if watch.is_read.get() && hand.is_off() && !watch.context.host.is_element() {
            request_animation_frame(move || remember_height(place));
        }
    });
    let is_there = Memo::new(move |_| !lines.read().is_empty());
    let names = move || -> Vec<_> {
        let pair = |(name, queue, _): &AttentionLine| (name.clone(), *queue);
        lines.read().iter().map(pair).collect()
    };
    // A line stays, and the focus in it, while what it says changes.
    let line = move |(name, queue): (String, Option<u64>)| {
        let shown = view! { <bdi>{name.clone()}</bdi> }.into_any();
        let shown = match queue {
            Some(id) => view! { <a href=navigator.href(&Route::Queue(id))>{shown}</a> }.into_any(),
            None => view! { <strong>{shown}</strong> }.into_any(),
        };
        let sentence = move || {
            let lines = lines.read();
            lines.iter().find(|(other, ..)| *other == name).map(|(.., sentence)| sentence.clone())
        };
        view! { <li>{shown}": "{sentence}</li> }
    };
    let shown = live(move || {
        is_there.get().then(|| {
            view! {
                <section class="attention" aria-labelledby=Id::Attention.as_str()>
                    <h2 {..level(2)} id=Id::Attention.as_str()>"Needs attention"</h2>
                    <ul><For each=names key=Clone::clone children=line /></ul>
                </section>
            }
        })
    });
    view! { <div class="attention-place" node_ref=place>{shown}</div> }
}

/// Gives up the height that web/first.ts has reserved, and remembers for the next visit which it takes.
fn remember_height(place: NodeRef<html::Div>) {
    // The table may have been left before the frame.
    let place = place.try_get_untracked().flatten();
    let Some(height) = place.map(|place| place.offset_height()) else { return };
    storage::write(Key::Attention, (height > 0).then(|| height.to_string()).as_deref());
    let root = document().document_element().map(JsCast::unchecked_into::<HtmlElement>);
    let _ = root.map(|root| root.style().remove_property("--dq-attention"));
}

/// What needs attention: a name, a queue that has it, and what is to be said.
type AttentionLine = (String, Option<u64>, String);

/// The lines, whose number changes only while no hand is on the rows below, which it moves.
fn steady(hand: Hand, lines: Memo<Vec<AttentionLine>>) -> RwSignal<Vec<AttentionLine>> {
    let steady = RwSignal::new(Vec::<AttentionLine>::new());
    effect(move || {
        let now = lines.get();
        let before = steady.get_untracked();
        let settled = if now.len() == before.len() || hand.is_off() {
            now
        } else {
            // What shows stays true in its place.
            let still = |(name, queue, _): &AttentionLine| {
                let line = now.iter().find(|(other, ..)| other == name).cloned();
                line.unwrap_or_else(|| (name.clone(), *queue, "needs nothing any more.".to_owned()))
            };
            before.iter().map(still).collect()
        };
        if settled != before {
            steady.set(settled);
        }
    });
    steady
}

impl Watch {
    fn start(self) {
        self.look();
        self.context.session.on_reload(move || self.look());
        // What the rows show is what changes of queues are measured by.
        effect(move || {
            let queues = self.rows.value().with(|page| page.as_ref().map(newest));
            self.queues.set_value(queues.filter(|_| self.shows_all()));
            self.has_changed.set(false);
        });
        // A queue that was deleted or renamed says something else of its jobs, which say nothing of that.
        let names = Memo::new(move |_| {
            let name = |queue: &Queue| (queue.id, queue.name.clone(), queue.deleted);
            let page = self.rows.value().read();
            let names: Vec<_> = page.iter().flat_map(|page| &page.data).map(name).collect();
            (self.list.get_untracked(), names)
        });
        let before = StoredValue::new(None::<ListQuery>);
        effect(move || {
            let (list, _) = names.get();
            let is_same = before.with_value(|before| before.as_ref() == Some(&list));
            if is_same && self.evidence.with_untracked(|it| it.as_ref().is_some_and(has_jobs)) {
                untrack(|| self.look());
            }
            before.set_value(Some(list));
        });
        effect(move || {
            self.rows.value().track();
            self.error.track();
            self.names.track();
            self.evidence.track();
            self.context.clock.track();
            self.say();
        });
    }

    /// Reads all anew.
    fn look(self) {
        let (api, workers) = (self.context.api(), self.context.host.workers());
        let request = async move |abort: web_sys::AbortSignal| {
            let start = api.waited_ms();
            let jobs = api::jobs::glance(&api, &abort).await?;
            let workers = api::workers::metrics(&api, workers).await;
            let mut seen = Seen { jobs, workers, ..Seen::default() };
            // What is known already is not forgotten while it is read anew.
            let fills = self.evidence.try_with_untracked(Option::is_none) == Some(true);
            let part = move |evidence| {
                if fills {
                    self.evidence.try_set(Some(evidence));
                }
            };
            let evidence = api::jobs::read(&api, &seen.jobs, seen.proof(), part, &abort).await?;
            seen.cost = api.waited_ms() - start;
            Ok((seen, evidence))
        };
        self.request.run(request, move |found: Result<_, ApiError>| match found {
            Ok((seen, evidence)) => {
                self.error.set(None);
                self.evidence.set(Some(evidence));
                self.learn_names();
                self.looked(Some(seen));
            }
            Err(error) => {
                self.context.failed(&error);
                if error != ApiError::Aborted {
                    self.error.set(Some(error));
                }
                self.looked(None);
            }
        });
    }

    fn looked(self, seen: Option<Seen>) {
        self.is_read.set(true);
        if let Some(follow) = self.follow.get_value() {
            follow.looked(seen);
        }
    }

    /// Nobody has asked for it, but this is there now.
    fn seen(self, (seen, is_other): (Seen, bool)) {
        if let Some(now) = seen.queues {
            let before = self.queues.get_value();
            if before != Some(now) {
                self.looked_up.set_value(BTreeSet::new());
                if before.is_some() && self.shows_all() {
                    self.queues.set_value(Some(now));
                    self.has_changed.set(true);
                } else if !self.has_changed.get_untracked()
                    && untrack(|| self.rows.error()).is_none()
                {
                    self.compare_rows(now);
                } else {
                    // It is said already, or the rows have to be loaded again first.
                    self.queues.set_value(Some(now));
                }
            }
        }
        if is_other {
            return self.look();
        }
        // What waits grows older, which is known only now: it might have been taken meanwhile.
        self.evidence.try_maybe_update(|evidence| {
            let Some(evidence) = evidence.as_mut().filter(|it| has_jobs(it)) else {
                return (false, ());
            };
            evidence.now = self.context.api().now();
            (true, ())
        });
    }

    /// The rows show all queues, the newest first.
    fn shows_all(self) -> bool {
        let list = self.list.get_untracked();
        list == ListQuery { rows: list.rows, ..ListQuery::default() }
    }

    /// Some queue has changed since the rows were loaded, or may have: asks whether that changes the rows.
    fn compare_rows(self, queues: NewestQueue) {
        let (api, list) = (self.context.api(), self.list.get_untracked());
        let shown = self.rows.value().get_untracked();
        self.comparing.run(
            async move |abort| api::queues::list(&api, &list, &abort).await,
            move |found| match found {
                // Of rows that were loaded meanwhile it says nothing.
                Ok(_) if self.rows.value().with_untracked(|now| *now != shown) => {}
                Ok(page) => {
                    self.queues.set_value(Some(queues));
                    if shown != Some(page) {
                        self.has_changed.set(true);
                    }
                }
                Err(error) => {
                    // What the server refuses it refuses again; for all else the next look asks again.
                    if !error.is_uncertain() && error != ApiError::Unauthorized {
                        self.queues.set_value(Some(queues));
                    }
                    self.context.failed(&error);
                }
            },
        );
    }

    /// The names of queues whose jobs wait and that are not in the rows: they may have been renamed. Some at
    /// a time, until all are known.
    fn learn_names(self) {
        let rows: BTreeSet<u64> = self.names_in_rows().into_iter().map(|(id, _)| id).collect();
        let is_asked = |id: &u64| self.looked_up.with_value(|all| all.contains(id));
        let some: BTreeSet<u64> = self.evidence.with_untracked(|evidence| {
            let jobs = evidence.iter().flat_map(|it| &it.jobs).filter(|job| !job.is_deleted);
            let unknown =
                jobs.map(|job| job.queue).filter(|id| !rows.contains(id) && !is_asked(id));
            unknown.collect::<BTreeSet<_>>().into_iter().take(AT_ONCE).collect()
        });
        if some.is_empty() {
            return;
        }
        let (api, ids) = (self.context.api(), some.clone());
        self.naming.run(
            async move |abort| api::queues::get_all(&api, ids, &abort).await,
            move |found| {
                // Without them nothing is called stranded.
                let Ok(queues) = found else { return };
                self.looked_up.update_value(|all| all.extend(&some));
                let queues = queues.into_iter().filter(|queue| !queue.deleted);
                self.names.update(|names| {
                    names.retain(|(id, _)| !some.contains(id));
                    names.extend(queues.map(|queue| (queue.id, queue.name)));
                });
                self.learn_names();
            },
        );
    }

    /// The names that queues have now, as far as they are known.
    fn known_names(self) -> Vec<(u64, String)> {
        let mut names = self.names_in_rows();
        let others = self.names.get_untracked();
        self.rows.value().with_untracked(|page| {
            let is_in_rows = |id: u64| page.iter().flat_map(|it| &it.data).any(|it| it.id == id);
            names.extend(others.into_iter().filter(|(id, _)| !is_in_rows(*id)));
        });
        names
    }

    /// Those of the queues in the rows.
    fn names_in_rows(self) -> Vec<(u64, String)> {
        self.rows.value().with_untracked(|page| {
            let there = page.iter().flat_map(|page| &page.data).filter(|queue| !queue.deleted);
            there.map(|queue| (queue.id, queue.name.clone())).collect()
        })
    }

    /// Fills in the cells of the rows.
    fn say(self) {
        let said = self.with_evidence(|evidence| {
            self.rows.value().with_untracked(|page| {
                let queues = page.iter().flat_map(|page| &page.data);
                let said = queues.map(|queue| {
                    if queue.deleted {
                        return (queue.id, JobsCell::default());
                    }
                    let verdict = verdict(&queue.name, evidence, Taken::NotAsked);
                    let stranded = stranded(queue.id, &queue.name, evidence);
                    let needs_attention = verdict.needs_attention() || !stranded.is_empty();
                    let mut said = Vec::new();
                    if verdict.state != State::Idle || stranded.is_empty() {
                        said.push(verdict.cell());
                    }
                    said.extend(stranded.iter().map(Trouble::first_sentence));
                    let sign = match verdict.state {
                        _ if needs_attention => Sign::Alert,
                        State::Unknown | State::Idle | State::NothingInRedis => Sign::Quiet,
                        State::Moving => Sign::Runs,
                        State::JustSent
                        | State::Waiting
                        | State::NotMoving
                        | State::NeverTaken
                        | State::NotTaken(_)
                        | State::NoWorker
                        | State::Listening { .. } => Sign::Waits,
                    };
                    (queue.id, JobsCell { text: said.join("; "), sign })
                });
                said.collect::<Vec<_>>()
            })
        });
        let said = said.unwrap_or_else(|| {
            // Nothing is claimed that is not known.
            let unknown = || JobsCell { text: "Unknown".to_owned(), sign: Sign::Quiet };
            let failed = self.error.get_untracked().is_some();
            self.rows.value().with_untracked(|page| {
                let queues = page.iter().filter(|_| failed).flat_map(|page| &page.data);
                queues.map(|queue| (queue.id, unknown())).collect()
            })
        });
        if self.said.with_untracked(|before| *before != said) {
            self.said.set(said);
        }
    }

    fn with_evidence<T>(self, of: impl FnOnce(&Evidence) -> T) -> Option<T> {
        let mut evidence = self.evidence.get_untracked()?;
        evidence.names = self.known_names();
        Some(of(&evidence))
    }

    /// The names whose jobs need somebody, the one that waits longest first: with a queue that has the
    /// name, and what is to be said.
    fn attention(self) -> Vec<AttentionLine> {
        self.evidence.track();
        self.names.track();
        self.rows.value().track();
        let lines = self.with_evidence(|evidence| {
            let mut names: BTreeSet<&str> =
                evidence.jobs.iter().map(|job| job.name.as_str()).collect();
            if let Some(proof) = &evidence.proof {
                names.extend(
                    proof
                        .queued
                        .iter()
                        .filter(|(_, count)| *count > 0)
                        .map(|(name, _)| name.as_str()),
                );
            }
            let mut lines: Vec<_> = names
                .into_iter()
                .map(|name| (name, verdict(name, evidence, Taken::NotAsked)))
                .filter(|(_, verdict)| verdict.needs_attention())
                .collect();
            // None, of which that was not read, comes last.
            lines.sort_by(|(_, a), (_, b)| b.oldest.partial_cmp(&a.oldest).unwrap_or(Equal));
            let Evidence { names, jobs, .. } = evidence;
            // The queue that has the name; if that was not looked up, the one that the jobs are in.
            let queue = |name: &str| {
                let known = names.iter().find(|(_, known)| known == name).map(|(id, _)| *id);
                let is_unknown = |queue: u64| !names.iter().any(|(id, _)| *id == queue);
                let of_jobs = jobs
                    .iter()
                    .find(|job| job.name == name && !job.is_deleted && is_unknown(job.queue));
                known.or(of_jobs.map(|job| job.queue))
            };
            let lines = lines
                .into_iter()
                .map(|(name, verdict)| (name.to_owned(), queue(name), sentence(&verdict)));
            // Of which names they are was not read.
            let lost = lost_of_many(evidence).map(|it| ("Redis".to_owned(), None, it.sentence()));
            lost.into_iter().chain(lines).collect::<Vec<_>>()
        });
        lines.unwrap_or_default()
    }
}

/// It is about jobs, which wait or run.
fn has_jobs(evidence: &Evidence) -> bool {
    !evidence.jobs.is_empty() || evidence.many.is_some()
}

/// What a line says: of many jobs that are in trouble only the first ones.
fn sentence(verdict: &Verdict) -> String {
    const MOST: usize = 4;
    let mut sentences = verdict.sentences();
    let more = sentences.len().saturating_sub(MOST);
    sentences.truncate(MOST);
    if more > 0 {
        sentences.push(format!("And {more} more like that."));
    }
    sentences.join(" ")
}
