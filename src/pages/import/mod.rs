//! The screen "Import queues": a text becomes a plan, and the plan is applied once somebody says so.

mod apply;
mod importing;
mod plan;

use leptos::{ev, prelude::*};

use self::{importing::Importing, plan::PlanView};
use crate::{
    context::Context,
    domain::{Group, ListQuery},
    forms::Field,
    lazy,
    routes::Route,
    ui::{Heading, Id, Progress, RestoredNote, live},
};

lazy! {
    /// The screen "Import queues", for this user.
    #[wasm_split(rest)]
    pub static IMPORT: |user: u64| view! { <Import user /> };
}

const TITLE: &str = "Import queues";

#[component]
fn Import(user: u64) -> impl IntoView {
    let context = Context::get();
    context.set_title(TITLE);
    let it = Importing::new(context, user);
    it.store_text();
    it.forget_old_plans();
    let check = move |event: ev::SubmitEvent| {
        event.prevent_default();
        it.check();
    };
    view! {
        <Heading text=TITLE focus=context.navigator.has_moved() />
        <RestoredNote was_restored=it.was_restored discard=Callback::new(move |()| it.text.set(String::new())) />
        <form on:submit=check novalidate>
            <ImportTextField it />
            <FileField it />
            // If the host document fixes one, it is chosen.
            {context.settings().group.is_none().then(|| view! { <GroupField it /> })}
            <p class="problem" role="alert">{it.problem}</p>
            <div class="row">
                // Once there is a plan, to apply it is what comes next.
                <button part="button" type="submit" class:primary=move || it.plan.read().is_none()>"Check"</button>
                <a part="button" class="button" href=context.navigator.href(&Route::Queues(ListQuery::default()))>"Cancel"</a>
                <Progress pending=it.request.pending() text="Comparing with what Dioptra has…" />
            </div>
        </form>
        <PlanView it />
    }
}

/// The text itself.
#[component]
fn ImportTextField(it: Importing) -> impl IntoView {
    let id = Id::ImportText.as_str();
    let hint = format!("{id}-hint");
    let files = |event: &ev::DragEvent| {
        event.data_transfer().and_then(|data| data.files()).filter(|files| files.length() > 0)
    };
    let dropped = move |event: ev::DragEvent| {
        if let Some(file) = files(&event).and_then(|files| files.get(0)) {
            event.prevent_default();
            it.read_file(file);
        }
    };
    view! {
        <div class="field">
            <label for=id>"Queues"</label>
            <p class="hint" id=hint.clone()>
                "CSV or JSON as “Export” writes it, or a line for each queue: "<code>"name, description"</code>
                ". Nothing is sent before you have seen the plan."
            </p>
            <textarea part="input" id=id rows="10" spellcheck="false" aria-describedby=hint
                prop:value=it.text
                on:input=move |event| it.text.set(event_target_value(&event))
                on:dragover=|event: ev::DragEvent| event.prevent_default()
                on:drop=dropped
            ></textarea>
        </div>
    }
}

/// A file in place of a text.
#[component]
fn FileField(it: Importing) -> impl IntoView {
    let id = Id::ImportFile.as_str();
    let chosen = move |event: ev::Event| {
        let input = event_target::<web_sys::HtmlInputElement>(&event);
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            it.read_file(file);
        }
    };
    // The same file again is a change only for a field that is empty, and it may be another text by now.
    let forget = |event: ev::MouseEvent| {
        event_target::<web_sys::HtmlInputElement>(&event).set_value("");
    };
    view! {
        <div class="field">
            <label for=id>"Or a file"</label>
            <input part="input" id=id type="file" accept=".csv,.json,.txt,.tsv,text/*" on:click=forget on:change=chosen />
        </div>
    }
}

/// The group of lines that name none.
#[component]
fn GroupField(it: Importing) -> impl IntoView {
    let id = Field::Group.as_str();
    let hint = format!("{id}-hint");
    let option = move |group: Group| {
        let value = group.id.to_string();
        let same = value.clone();
        view! { <option value=value prop:selected=move || it.group.read() == same>{group.name}</option> }
    };
    view! {
        <div class="field">
            <label for=id>"Group"</label>
            <p class="hint" id=hint.clone()>"For lines that name none."</p>
            <select part="input" id=id aria-describedby=hint
                on:change=move |event| it.group.set(event_target_value(&event))>
                <option value="">"Select a group"</option>
                {live(move || it.context.session.groups().into_iter().map(option).collect::<Vec<_>>())}
            </select>
        </div>
    }
}
