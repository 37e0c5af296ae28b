use leptos::{ev, prelude::*};
use web_sys::HtmlSelectElement;

use super::{FormState, live};
use crate::forms::{Field, problem_of};

/// What every field has: its label, a hint, its problem, tied to the control by ids.
#[derive(Clone, Copy)]
struct Parts {
    field: Field,
    form: FormState,
    has_hint: bool,
}

impl Parts {
    fn problem(self) -> Option<String> {
        self.form.problems().with(|all| problem_of(all, self.field).map(ToOwned::to_owned))
    }

    fn is_wrong(self) -> Option<&'static str> {
        self.problem().map(|_| "true")
    }

    fn described_by(self) -> Option<String> {
        let id = self.field.as_str();
        match (self.has_hint, self.problem().is_some()) {
            (true, true) => Some(format!("{id}-problem {id}-hint")),
            (true, false) => Some(format!("{id}-hint")),
            (false, true) => Some(format!("{id}-problem")),
            (false, false) => None,
        }
    }

    fn around(
        self,
        label: &'static str,
        hint: AnyView,
        control: AnyView,
        after: AnyView,
    ) -> AnyView {
        let id = self.field.as_str();
        let problem = move || {
            self.problem().map(|text| {
                view! {
                    <p class="problem" id=format!("{id}-problem")>{text}{self.form.field_link(self.field)}</p>
                }
            })
        };
        view! {
            <div class="field">
                <label for=id>{label}<span class="required" aria-hidden="true">" *"</span></label>
                <div class="hint" id=format!("{id}-hint")>{hint}</div>
                {live(problem)}
                {control}
                {after}
            </div>
        }
        .into_any()
    }
}

/// One line of text.
#[component]
pub fn TextField(
    /// Which.
    field: Field,
    /// Its accessible name.
    label: &'static str,
    /// "text", "email" or "password".
    #[prop(default = "text")]
    kind: &'static str,
    /// What password managers know it as; "off" for what is not theirs.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// As typed.
    value: RwSignal<String>,
    /// The form it belongs to.
    form: FormState,
    /// What helps to fill it in.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// What helps while it is filled in.
    #[prop(optional)]
    after: Option<AnyView>,
) -> impl IntoView {
    let parts = Parts { field, form, has_hint: hint.is_some() };
    let input = move |event: ev::Event| {
        value.set(event_target_value(&event));
        form.typed(field);
    };
    let control = view! {
        <input part="input"
            id=field.as_str()
            name=field.as_str()
            type=kind
            autocomplete=autocomplete
            autocapitalize="none"
            spellcheck="false"
            required
            aria-invalid=move || parts.is_wrong()
            aria-describedby=move || parts.described_by()
            prop:value=value
            prop:readOnly=move || form.is_sending()
            on:input=input
        />
    };
    parts.around(label, hint.into_any(), control.into_any(), after.into_any())
}

/// Many lines of text.
#[component]
pub fn TextArea(
    /// Which.
    field: Field,
    /// Its accessible name.
    label: &'static str,
    /// As typed.
    value: RwSignal<String>,
    /// The form it belongs to.
    form: FormState,
    /// What helps to fill it in.
    hint: &'static str,
) -> impl IntoView {
    let parts = Parts { field, form, has_hint: true };
    let input = move |event: ev::Event| {
        value.set(event_target_value(&event));
        form.typed(field);
    };
    let control = view! {
        <textarea part="input"
            id=field.as_str()
            name=field.as_str()
            rows="5"
            dir="auto"
            required
            aria-invalid=move || parts.is_wrong()
            aria-describedby=move || parts.described_by()
            prop:value=value
            prop:readOnly=move || form.is_sending()
            on:input=input
        ></textarea>
    };
    parts.around(label, hint.into_any(), control.into_any(), ().into_any())
}

/// One of a few.
#[component]
pub fn SelectField(
    /// Which.
    field: Field,
    /// Its accessible name.
    label: &'static str,
    /// The value of the chosen option; empty: none.
    value: RwSignal<String>,
    /// Value and words of each option.
    options: Signal<Vec<(String, String)>>,
    /// The form it belongs to.
    form: FormState,
    /// What helps to choose.
    hint: &'static str,
) -> impl IntoView {
    let parts = Parts { field, form, has_hint: true };
    let change = move |event: ev::Event| {
        if untrack(|| form.is_sending()) {
            return event_target::<HtmlSelectElement>(&event).set_value(&value.get_untracked());
        }
        value.set(event_target_value(&event));
        form.typed(field);
    };
    let option = move |(option, text): (String, String)| {
        let chosen = {
            let option = option.clone();
            move || value.get() == option
        };
        view! { <option value=option prop:selected=chosen>{text}</option> }
    };
    let options = move || options.get().into_iter().map(option).collect::<Vec<_>>();
    let control = view! {
        <select part="input"
            id=field.as_str()
            name=field.as_str()
            required
            aria-invalid=move || parts.is_wrong()
            aria-describedby=move || parts.described_by()
            on:change=change
        >
            <option value="" prop:selected=move || value.read().is_empty()>"Select a group"</option>
            {live(options)}
        </select>
    };
    parts.around(label, hint.into_any(), control.into_any(), ().into_any())
}
