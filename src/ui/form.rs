use std::future::Future;

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{Id, Progress, Stage, WriteRequest, effect, level, live};
use crate::{
    forms::{Field, Problem},
    js::Abort,
};

/// What a form knows beside its fields: what is wrong, and whether it is being sent.
///
/// Checked on submit, all fields at once. The fields that were wrong then are checked again as they
/// are typed in, so that a message goes when its field is right; what the server said of a field
/// goes when that field changes. No field is called wrong while it is typed in for the first time.
#[derive(Clone, Copy, Debug)]
pub struct FormState {
    /// What is found here, again and again once a submit has failed.
    check: StoredValue<Callback<(), Vec<Problem>>>,
    were_wrong: RwSignal<Vec<Problem>>,
    from_server: RwSignal<Vec<Problem>>,
    problems: Memo<Vec<Problem>>,
    field_link: RwSignal<Option<(Field, &'static str, String)>>,
    focus_summary: RwSignal<u32>,
    sending: RwSignal<&'static str>,
    write: WriteRequest,
}

impl FormState {
    /// A form that nobody has tried to send yet. `check` finds all its problems, and is called
    /// again whenever a value that it reads has changed.
    #[must_use]
    pub fn new(check: impl Fn() -> Vec<Problem> + Copy + Send + Sync + 'static) -> Self {
        let were_wrong = RwSignal::new(Vec::new());
        let from_server = RwSignal::new(Vec::new());
        let problems = Memo::new(move |_| {
            let mut all =
                were_wrong.with(|were| if were.is_empty() { Vec::new() } else { check() });
            all.retain(|problem| {
                were_wrong.with(|were| were.iter().any(|was| same_field(was, problem)))
            });
            all.extend(from_server.get());
            all
        });
        Self {
            check: StoredValue::new(Callback::new(move |()| check())),
            were_wrong,
            from_server,
            problems,
            field_link: RwSignal::new(None),
            focus_summary: RwSignal::new(0),
            sending: RwSignal::new(""),
            write: WriteRequest::new(),
        }
    }

    /// All that is wrong.
    #[must_use]
    pub fn problems(self) -> Memo<Vec<Problem>> {
        self.problems
    }

    /// Sends; `sending` says what happens meanwhile. `done` gets the outcome, and whether the form is
    /// still there to tell it.
    pub fn send<T: 'static, F: Future<Output = T> + 'static>(
        self,
        sending: &'static str,
        write: impl FnOnce(Abort) -> F,
        done: impl FnOnce(T, bool) + 'static,
    ) {
        self.sending.set(sending);
        self.write.run(write, done);
    }

    /// It is being sent. Until that has ended nothing can be typed: it would be neither sent nor kept.
    #[must_use]
    pub fn is_sending(self) -> bool {
        self.write.pending().stage() > Stage::Idle
    }

    /// Somebody wants to send. `true` if the form may be sent now: it has no problems and is not
    /// being sent already.
    #[must_use]
    pub fn may_submit(self) -> bool {
        self.may_send(untrack(|| self.check.get_value().run(())))
    }

    /// The same, for a button that needs less to be right: these are its problems.
    #[must_use]
    pub fn may_send(self, wrong: Vec<Problem>) -> bool {
        if self.write.is_busy() {
            return false;
        }
        self.from_server.set(Vec::new());
        self.field_link.set(None);
        let right = wrong.is_empty();
        self.were_wrong.set(wrong);
        if !right {
            self.point_out();
        }
        right
    }

    /// The server or the network says what is wrong.
    pub fn fail(self, problems: Vec<Problem>) {
        self.from_server.set(problems);
        self.point_out();
    }

    /// Sets a link beside a field's problem: its words and where it leads.
    pub fn set_field_link(self, field: Field, text: &'static str, href: String) {
        self.field_link.set(Some((field, text, href)));
    }

    /// The link beside a field's problem.
    pub fn field_link(self, field: Field) -> impl IntoView {
        live(move || {
            self.field_link.get().filter(|(of, ..)| *of == field).map(|(_, text, href)| {
                view! { " " <a href=href>{text}</a> }
            })
        })
    }

    /// Somebody typed in the field.
    pub fn typed(self, field: Field) {
        let of_field = |problem: &Problem| matches!(problem, Problem::Field(of, _) if *of == field);
        if self.from_server.with_untracked(|problems| problems.iter().any(of_field)) {
            self.from_server.update(|problems| problems.retain(|problem| !of_field(problem)));
            self.field_link.set(None);
        }
    }

    fn point_out(self) {
        self.focus_summary.update(|times| *times += 1);
    }
}

fn same_field(one: &Problem, other: &Problem) -> bool {
    matches!((one, other), (Problem::Field(one, _), Problem::Field(other, _)) if one == other)
}

/// All problems above the form, each with a link to its field. Takes the focus after a failed
/// submit.
#[component]
pub fn ErrorSummary(
    /// The form below.
    form: FormState,
) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    let problems = form.problems();
    let shows = Memo::new(move |_| !problems.read().is_empty());
    // Once for each failed submit: a summary that comes back while one types takes no focus.
    let focused = StoredValue::new(0_u32);
    effect(move || {
        let times = form.focus_summary.get();
        if let Some(summary) = node.get().filter(|_| focused.get_value() < times) {
            let _ = summary.focus();
            focused.set_value(times);
        }
    });
    let item = |problem: Problem| match problem {
        Problem::Form(text) => view! { <li>{text}</li> }.into_any(),
        Problem::Field(field, text) => {
            let go = move |event: ev::MouseEvent| {
                event.prevent_default();
                focus_field(&event, field);
            };
            view! { <li><a href=format!("#{}", field.as_str()) on:click=go>{text}</a></li> }
                .into_any()
        }
    };
    live(move || {
        shows.get().then(|| {
            view! {
                <div
                    part="error"
                    class="panel failed summary"
                    role="group"
                    tabindex="-1"
                    aria-labelledby=Id::Summary.as_str()
                    node_ref=node
                >
                    <h2 {..level(2)} id=Id::Summary.as_str()>"There is a problem"</h2>
                    <ul>{live(move || problems.get().into_iter().map(item).collect_view())}</ul>
                </div>
            }
        })
    })
}

/// Looks in the link's own root, which may be a shadow root.
fn focus_field(event: &ev::MouseEvent, field: Field) {
    let root = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Node>().ok())
        .map(|node| node.get_root_node());
    let found = root.and_then(|root| {
        let fragment = root.unchecked_into::<web_sys::DocumentFragment>();
        fragment.query_selector(&format!("#{}", field.as_str())).ok().flatten()
    });
    if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// The button that sends the form, and how sending goes.
#[component]
pub fn SubmitRow(
    /// The form it sends.
    form: FormState,
    /// The button's name.
    button: &'static str,
    /// What else stands in the row.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let pending = form.write.pending();
    let disabled = move || form.is_sending().then_some("true");
    view! {
        <div class="row">
            <button part="button" type="submit" class="primary" aria-disabled=disabled>{button}</button>
            {children.map(|children| children())}
            <Progress pending text=form.sending />
        </div>
    }
}
