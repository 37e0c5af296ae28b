//! Names whose jobs were taken lately: a worker listens to them, or did a moment ago.

use leptos::prelude::*;

use crate::{
    api,
    context::Context,
    domain::time::span,
    forms::Field,
    lazy,
    ui::{Id, LatestRequest, live},
};

lazy! {
    /// Reads which names they are, and suggests them.
    #[wasm_split(jobs)]
    pub static TAKEN: |names: RwSignal<Vec<String>>, choose: Callback<String>| view! {
        <TakenNames names choose />
    };
}

#[component]
fn TakenNames(
    /// Those that somebody may have meant: gets these names too.
    names: RwSignal<Vec<String>>,
    choose: Callback<String>,
) -> impl IntoView {
    let context = Context::get();
    let taken = RwSignal::new(Vec::new());
    let request = LatestRequest::new();
    let api = context.api();
    request.run(
        async move |abort| api::jobs::taken_lately(&api, &abort).await,
        move |found| {
            // Without a response there is nothing to suggest.
            let Ok(found) = found else { return };
            names.update(|names| {
                names.splice(0..0, found.iter().map(|(name, _)| name.clone())).for_each(drop);
            });
            // Nothing moves under a hand that has gone on to the fields below.
            if context.main_has(&format!("#{}:focus", Field::Name.as_str())) {
                taken.set(found);
            }
        },
    );
    live(move || {
        let now = context.api().now();
        let chip = |(name, at): (String, f64)| {
            let when = format!(" a job was taken {} ago", span((now - at) / 1_000.0));
            view! { <li><bdi>{suggestion(name.clone(), name, choose)}</bdi>{when}</li> }
        };
        let taken = taken.get();
        (!taken.is_empty()).then(|| view! {
            <p class="hint" id=Id::TakenLately.as_str()>"Names whose jobs were taken lately:"</p>
            <ul class="chips" aria-labelledby=Id::TakenLately.as_str()>{taken.into_iter().map(chip).collect::<Vec<_>>()}</ul>
        })
    })
}

/// A button that puts a name into the field.
pub fn suggestion(name: String, text: String, choose: Callback<String>) -> AnyView {
    view! { <button part="button" type="button" class="link" on:click=move |_| choose.run(name.clone())>{text}</button> }
        .into_any()
}
