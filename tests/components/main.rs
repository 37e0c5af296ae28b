//! The parts of screens, each alone in a headless browser: `cargo xtask test components`.
#![cfg(target_arch = "wasm32")]

use std::{cell::Cell, rc::Rc};

use dioptra_queues::{
    forms::{Field, Problem},
    storage::{InputStore, Key},
    ui::{
        Clock, Compared, Comparison, Dialog, ErrorSummary, FormState, Heading, Id, LatestRequest,
        Loadable, Pager, Stage, SubmitRow, TextField, WriteRequest,
    },
};
use gloo_timers::future::TimeoutFuture;
use leptos::{mount::UnmountHandle, prelude::*, task::tick};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlElement};

wasm_bindgen_test_configure!(run_in_browser);

/// A view in a place of its own; it goes when this is dropped.
struct Shown<M: Mountable> {
    root: HtmlElement,
    handle: Option<UnmountHandle<M>>,
}

impl<M: Mountable> Drop for Shown<M> {
    fn drop(&mut self) {
        drop(self.handle.take());
        self.root.remove();
    }
}

async fn show<F, N>(view: F) -> Shown<N::State>
where
    F: FnOnce() -> N + 'static,
    N: IntoView,
{
    let root: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    document().body().unwrap().append_child(&root).unwrap();
    let handle = leptos::mount::mount_to(root.clone(), view);
    tick().await;
    Shown { root, handle: Some(handle) }
}

impl<M: Mountable> Shown<M> {
    fn find(&self, selector: &str) -> Element {
        self.look(selector).unwrap_or_else(|| panic!("no {selector} in {}", self.root.inner_html()))
    }

    fn look(&self, selector: &str) -> Option<Element> {
        self.root.query_selector(selector).unwrap()
    }

    async fn click(&self, selector: &str) {
        self.find(selector).unchecked_into::<HtmlElement>().click();
        tick().await;
    }

    fn has_focus(&self, selector: &str) -> bool {
        document().active_element().is_some_and(|active| active == self.find(selector))
    }
}

/// What a screen is to the things that end with it.
fn screen() -> Owner {
    // Whatever is mounted first brings what runs futures.
    leptos::mount::mount_to_body(|| ());
    Owner::new()
}

#[wasm_bindgen_test]
async fn a_pager_goes_where_its_buttons_say_and_nowhere_at_the_ends() {
    let page = RwSignal::new(0_u64);
    let stage = show(move || {
        let go = Callback::new(move |to| page.set(to));
        view! { <Pager page last=Signal::stored(2) go /> }
    })
    .await;
    let off = |name: &str| {
        stage.find(&format!("[aria-label='{name} page']")).has_attribute("aria-disabled")
    };
    assert!(off("First") && off("Previous") && !off("Next") && !off("Last"));
    stage.click("[aria-label='Previous page']").await;
    assert_eq!(page.get_untracked(), 0);
    stage.click("[aria-label='Next page']").await;
    assert_eq!(page.get_untracked(), 1);
    stage.click("[aria-label='Last page']").await;
    assert_eq!(page.get_untracked(), 2);
    assert!(off("Next") && off("Last") && !off("First") && !off("Previous"));
    stage.click("[aria-label='First page']").await;
    assert_eq!(page.get_untracked(), 0);
}

#[wasm_bindgen_test]
async fn a_heading_takes_the_focus_only_after_a_navigation() {
    let stage = show(|| view! { <Heading text="here" focus=false /> }).await;
    assert!(!stage.has_focus("h1"));
    drop(stage);
    let stage = show(|| view! { <Heading text="here" focus=true /> }).await;
    assert!(stage.has_focus("h1"));
}

#[wasm_bindgen_test]
async fn a_dialog_gives_the_focus_back_and_asks_to_be_closed_on_escape() {
    let open = RwSignal::new(false);
    let stage = show(move || {
        view! {
            <button id="opener">"open"</button>
            <Dialog open id=Id::LeaveDialog title="Well?" role="dialog" close=Callback::new(move |()| open.set(false))>
                <button id="inside">"inside"</button>
            </Dialog>
        }
    })
    .await;
    let opener: HtmlElement = stage.find("#opener").unchecked_into();
    opener.focus().unwrap();
    assert!(stage.look("#inside").is_none(), "made only while it shows");
    open.set(true);
    tick().await;
    assert!(stage.has_focus("#inside"));
    let cancel = web_sys::Event::new("cancel").unwrap();
    stage.find("dialog").dispatch_event(&cancel).unwrap();
    tick().await;
    assert!(!open.get_untracked());
    assert!(stage.has_focus("#opener"));
}

#[wasm_bindgen_test]
async fn a_failed_submit_points_at_the_field_and_a_right_value_takes_the_message_away() {
    let value = RwSignal::new(String::new());
    let stage = show(move || {
        let form = FormState::new(move || {
            let text = "Enter a queue name".to_owned();
            if value.read().is_empty() {
                vec![Problem::Field(Field::Name, text)]
            } else {
                Vec::new()
            }
        });
        view! {
            <ErrorSummary form />
            <form novalidate on:submit=move |event| { event.prevent_default(); let _ = form.may_submit(); }>
                <TextField field=Field::Name label="Name" value form />
                <SubmitRow form button="Create" />
            </form>
        }
    })
    .await;
    assert!(stage.look(".summary").is_none());
    stage.click("[type=submit]").await;
    assert!(stage.has_focus(".summary"));
    assert_eq!(
        stage.find("#name").get_attribute("aria-describedby").as_deref(),
        Some("name-problem")
    );
    assert_eq!(stage.find("#name-problem").text_content().unwrap(), "Enter a queue name");
    stage.click(".summary a").await;
    assert!(stage.has_focus("#name"));
    value.set("q".to_owned());
    tick().await;
    assert!(stage.look(".summary").is_none());
    assert!(!stage.find("#name").has_attribute("aria-invalid"));
    assert!(stage.has_focus("#name"));
}

#[wasm_bindgen_test]
async fn two_versions_stand_side_by_side_and_what_differs_is_marked_and_said() {
    let taken = RwSignal::new(None);
    let stage = show(move || {
        let compared = |field, label, left: &str, right: &str| Compared {
            field,
            label,
            left: left.to_owned(),
            right: right.to_owned(),
        };
        let fields = vec![
            compared(Field::Name, "Name", "q", "q"),
            compared(Field::Description, "Description", "two hours", "three hours <b>"),
        ];
        view! {
            <Comparison
                title="Two versions"
                versions=["Yours".to_owned(), "Theirs".to_owned()]
                fields
                take=Callback::new(move |field| taken.set(Some(field)))
            />
        }
    })
    .await;
    let text = |selector: &str| stage.find(selector).text_content().unwrap();
    assert_eq!(text("tbody tr:nth-child(1) .badge"), "Same");
    assert_eq!(text("tbody tr:nth-child(2) .badge"), "Differs");
    assert_eq!(text("td:nth-child(2) del"), "[removed: two]");
    assert_eq!(text("td:nth-child(3) ins"), "[added: three]");
    assert!(stage.look("b").is_none(), "text stays text");
    assert!(stage.look("tbody tr:nth-child(1) button").is_none(), "nothing to choose there");
    stage.click("tbody tr:nth-child(2) button").await;
    assert_eq!(taken.get_untracked(), Some(Field::Description));
}

#[wasm_bindgen_test]
async fn a_new_request_aborts_the_previous_one_and_stale_responses_are_dropped() {
    let responses = Rc::new(Cell::new(Vec::<u32>::new()));
    let owner = screen();
    let request = owner.with(LatestRequest::new);
    let send = |milliseconds: u32| {
        let responses = responses.clone();
        request.run(
            async move |abort| {
                TimeoutFuture::new(milliseconds).await;
                (milliseconds, abort.aborted())
            },
            move |(response, aborted)| {
                assert!(!aborted);
                let mut all = responses.take();
                all.push(response);
                responses.set(all);
            },
        );
    };
    send(60);
    send(20);
    assert!(request.pending().is_busy());
    TimeoutFuture::new(120).await;
    assert_eq!(responses.take(), [20]);
    assert!(!request.pending().is_busy());
}

#[wasm_bindgen_test]
async fn a_read_is_aborted_with_its_view() {
    let owner = screen();
    let request = owner.with(LatestRequest::new);
    let aborted = Rc::new(Cell::new(false));
    let seen = aborted.clone();
    request.run(
        async move |abort| {
            TimeoutFuture::new(20).await;
            seen.set(abort.aborted());
        },
        |()| panic!("no view is there to hear it"),
    );
    owner.cleanup();
    TimeoutFuture::new(60).await;
    assert!(aborted.get());
}

#[wasm_bindgen_test]
async fn a_write_runs_to_its_end_although_its_view_is_gone() {
    let owner = screen();
    let write = owner.with(WriteRequest::new);
    let heard = Rc::new(Cell::new(None));
    let done = heard.clone();
    write.run(
        async |abort| {
            TimeoutFuture::new(20).await;
            abort.signal().aborted()
        },
        move |was_aborted, is_on_screen| done.set(Some((was_aborted, is_on_screen))),
    );
    owner.cleanup();
    TimeoutFuture::new(60).await;
    assert_eq!(heard.get(), Some((false, false)));
}

#[wasm_bindgen_test]
async fn a_second_write_waits_for_nobody_and_is_not_sent() {
    let owner = screen();
    let write = owner.with(WriteRequest::new);
    let count = Rc::new(Cell::new(0));
    for _ in 0..2 {
        let count = count.clone();
        write.run(async |_| TimeoutFuture::new(20).await, move |(), _| count.set(count.get() + 1));
    }
    TimeoutFuture::new(60).await;
    assert_eq!(count.get(), 1);
}

#[wasm_bindgen_test]
async fn what_a_stopped_write_sends_next_can_be_stopped_in_its_turn() {
    let owner = screen();
    let write = owner.with(WriteRequest::new);
    let stops = Rc::new(Cell::new(0));
    let seen = stops.clone();
    write.run(
        async move |abort| {
            for _ in 0..2 {
                let signal = abort.signal();
                while !signal.aborted() {
                    TimeoutFuture::new(5).await;
                }
                seen.set(seen.get() + 1);
            }
        },
        |(), _| {},
    );
    for expected in 1..=2 {
        TimeoutFuture::new(20).await;
        write.pending().cancel();
        TimeoutFuture::new(20).await;
        assert_eq!(stops.get(), expected);
    }
    assert!(!write.is_busy());
}

#[wasm_bindgen_test]
async fn a_failed_load_keeps_the_old_value_and_says_why() {
    let owner = screen();
    let loadable = owner.with(Loadable::<u32, &'static str>::new);
    loadable.load(async |_| Ok(7), |_| {});
    TimeoutFuture::new(1).await;
    loadable.load(async |_| Err("no"), |error| assert_eq!(*error, "no"));
    TimeoutFuture::new(1).await;
    assert_eq!(loadable.value().get_untracked(), Some(7));
    assert_eq!(untrack(|| loadable.error()), Some("no"));
    loadable.load(async |_| Ok(8), |_| {});
    TimeoutFuture::new(1).await;
    assert_eq!(untrack(|| loadable.error()), None);
}

#[wasm_bindgen_test]
async fn a_request_becomes_slow_after_300_milliseconds() {
    let owner = screen();
    let request = owner.with(LatestRequest::new);
    request.run(async |_| TimeoutFuture::new(500).await, |()| {});
    assert_eq!(untrack(|| request.stage()), Stage::Busy);
    TimeoutFuture::new(400).await;
    assert_eq!(untrack(|| request.stage()), Stage::Slow);
    TimeoutFuture::new(300).await;
    assert_eq!(untrack(|| request.stage()), Stage::Idle);
}

#[wasm_bindgen_test]
async fn a_time_is_relative_with_the_whole_time_beside_it_and_never_ahead() {
    let stage = show(|| {
        let clock = Clock::new();
        let now = js_sys::Date::parse("2026-01-01T12:00:00+00:00");
        view! {
            {clock.time("2026-01-01T11:58:00.123456+00:00", now)}
            {clock.time("2026-01-02T12:00:00+00:00", now)}
            {clock.time("some day", now)}
        }
    })
    .await;
    let time = |index| stage.find(&format!("time:nth-of-type({})", index + 1));
    assert_eq!(time(0).text_content().unwrap(), "1 minute ago");
    assert!(time(0).get_attribute("title").unwrap().contains("2026"));
    assert_eq!(time(1).text_content().unwrap(), "now");
    assert_eq!(time(2).text_content().unwrap(), "some day");
}

#[wasm_bindgen_test]
fn two_dioptras_on_one_origin_keep_a_text_each() {
    let key = Key::NewQueue(1, None);
    let (ours, left) = InputStore::open("http://h/api/v1", key);
    assert_eq!(left, None);
    ours.write(Some("ours"));
    ours.close();
    let (theirs, left) = InputStore::open("http://h/elsewhere/api/v1", key);
    assert_eq!(left, None, "what was typed for one Dioptra is not offered for another");
    theirs.close();
    let (again, left) = InputStore::open("http://h/api/v1", key);
    assert_eq!(left.as_deref(), Some("ours"));
    again.write(None);
    again.close();
}
