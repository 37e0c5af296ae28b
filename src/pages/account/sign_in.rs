use leptos::{ev, prelude::*};

use crate::{
    api,
    context::Context,
    domain::User,
    forms::{Field, account::SignIn},
    lazy,
    lazy::when_chunk_ready,
    pages::error_text::as_problems,
    routes::{Next, Route},
    ui::{Dialog, ErrorSummary, FormState, Heading, Id, SubmitRow, TextField},
};

lazy! {
    /// The screen "Sign in": where to go then.
    #[wasm_split(rest)]
    pub static SIGN_IN: |next: Next| view! { <SignInScreen next /> };

    /// The content of the dialog.
    #[wasm_split(rest)]
    pub static SIGN_IN_AGAIN: | | view! { <SignInAgain /> };
}

#[component]
fn SignInScreen(next: Next) -> impl IntoView {
    let context = Context::get();
    let navigator = context.navigator;
    let (form, fields) = use_sign_in();
    context.set_form_title("Sign in".to_owned(), form);
    // Now that it is known who is signed in, the app goes on to `next`.
    let done = Callback::new(move |user| context.session.has_signed_in(user));
    view! {
        <Heading text="Sign in" focus=navigator.has_moved() />
        <SignInForm form fields done />
        <p>
            "No account yet? "
            <a href=navigator.href(&Route::SignUp(next))>"Create account"</a>
        </p>
    }
}

/// Lets the user sign in again over the page, in the middle of something.
#[component]
pub fn SignInDialog() -> impl IntoView {
    let session = Context::get().session;
    view! {
        <Dialog
            open=when_chunk_ready(&SIGN_IN_AGAIN.chunk, move || session.has_ended())
            id=Id::SignInDialog
            title="Sign in to continue"
            role="dialog"
            close=Callback::new(move |()| session.close_dialog())
        >
            {SIGN_IN_AGAIN.try_build(())}
        </Dialog>
    }
}

/// The content of the dialog.
#[component]
fn SignInAgain() -> impl IntoView {
    let session = Context::get().session;
    let (form, fields) = use_sign_in();
    // The same user goes on where they were. For somebody else the screen is remounted.
    let done = Callback::new(move |user| session.has_signed_in_again(user));
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

/// Username, password, and the button; calls `done` once the server has accepted them.
#[component]
fn SignInForm(
    /// From [`use_sign_in`].
    form: FormState,
    /// From [`use_sign_in`].
    fields: (RwSignal<String>, RwSignal<String>),
    /// Signed in.
    done: Callback<User>,
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
            async move |abort| api::session::sign_in(&api, &credentials, &abort.signal()).await,
            move |signed_in, is_on_screen| match signed_in {
                Ok(user) => {
                    context.session.announce();
                    // The dialog may be closed by now.
                    if done.try_run(user.clone()).is_none() {
                        context.session.has_signed_in_again(user);
                    }
                }
                Err(error) if is_on_screen => {
                    form.fail(as_problems(&error, &[Field::Username, Field::Password]));
                }
                Err(_) => {}
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
