use leptos::{ev, prelude::*};

use super::{
    explain::as_problems,
    form_title,
    late::{Late, made, with_file},
};
use crate::{
    api,
    context::Context,
    forms::{Field, account::SignIn},
    routes::{Next, Route},
    ui::{Dialog, ErrorSummary, FormState, Heading, Id, SubmitRow, TextField},
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

/// Lets a person sign in again over the page, in the middle of something.
#[component]
pub fn SignInDialog() -> impl IntoView {
    let session = Context::get().session;
    view! {
        <Dialog
            open=with_file(move || session.has_ended())
            id=Id::SignInDialog
            title="Sign in to continue"
            role="dialog"
            close=Callback::new(move |()| session.close_dialog())
        >
            {made(Late::SignInAgain)}
        </Dialog>
    }
}

/// What is in the dialog.
#[component]
pub fn SignInAgain() -> impl IntoView {
    let session = Context::get().session;
    let (form, fields) = use_sign_in();
    // The same person goes on where they were. Somebody else gets pages of their own: the frame
    // makes them anew for another id.
    let done = Callback::new(move |()| session.check_again());
    view! {
        <p>"Your session has ended. Nothing on this page is lost."</p>
        <SignInForm form fields done>
            <button part="button" type="button" on:click=move |_| session.close_dialog()>"Not now"</button>
        </SignInForm>
    }
}

/// The form of the screen and of the dialog.
fn use_sign_in() -> (FormState, (RwSignal<String>, RwSignal<String>)) {
    let (username, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let form = FormState::new(move || {
        let typed = SignIn { username: username.get(), password: password.get() };
        typed.validate().err().unwrap_or_default()
    });
    (form, (username, password))
}

/// Username, password, and the button; calls `done` once the server has let the person in.
#[component]
fn SignInForm(
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
