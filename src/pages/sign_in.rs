use leptos::{ev, prelude::*};

use super::{explain::as_problems, form_title};
use crate::{
    api,
    context::Context,
    forms::{Field, account::SignIn},
    routes::{Next, Route},
    ui::{ErrorSummary, FormState, Heading, SubmitRow, TextField},
};

/// The screen "Sign in".
#[component]
pub fn SignInPage(
    /// Where to go then.
    next: Next,
) -> impl IntoView {
    let context = Context::get();
    let navigator = context.navigator;
    let (form, fields) = use_sign_in();
    form_title(context, "Sign in", form);
    // Once it is known who is signed in, the frame goes on to `next`.
    let done = move || context.session.check();
    view! {
        <Heading text="Sign in" focus=navigator.has_moved() />
        <SignInForm form fields done=Callback::new(move |()| done()) />
        <p>
            "No account yet? "
            <a href=navigator.href(&Route::SignUp(next))>"Create account"</a>
        </p>
    }
}

/// The form of the screen and of the dialog.
#[must_use]
pub fn use_sign_in() -> (FormState, (RwSignal<String>, RwSignal<String>)) {
    let (username, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let form = FormState::new(move || {
        let typed = SignIn { username: username.get(), password: password.get() };
        typed.validate().err().unwrap_or_default()
    });
    (form, (username, password))
}

/// Username, password, and the button; calls `done` once the server has let the person in.
#[component]
pub fn SignInForm(
    /// From [`use_sign_in`].
    form: FormState,
    /// From [`use_sign_in`].
    fields: (RwSignal<String>, RwSignal<String>),
    /// Signed in.
    done: Callback<()>,
    /// More for the row of the button.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let context = Context::get();
    let (username, password) = fields;
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if !form.may_submit() {
            return;
        }
        let typed =
            SignIn { username: username.get_untracked(), password: password.get_untracked() };
        let Ok(credentials) = typed.validate() else {
            return;
        };
        let api = context.api();
        form.send(
            "Signing in…",
            async move |abort| api::session::sign_in(&api, &credentials, &abort).await,
            move |answer| match answer {
                Ok(()) => done.run(()),
                Err(error) => form.fail(as_problems(&error, &[Field::Username, Field::Password])),
            },
        );
    };
    view! {
        <ErrorSummary form />
        <form novalidate class="form" on:submit=submit>
            <p class="hint"><span aria-hidden="true" class="required">"*"</span>" means required"</p>
            <TextField field=Field::Username label="Username" autocomplete="username" value=username form />
            <TextField
                field=Field::Password
                label="Password"
                kind="password"
                autocomplete="current-password"
                value=password
                form
            />
            <SubmitRow form button="Sign in">
                {children.map(|children| children())}
            </SubmitRow>
        </form>
    }
}
