use leptos::{ev, prelude::*};

use crate::{
    api::{self, ApiError},
    context::Context,
    forms::{
        Field, Problem,
        account::{Credentials, SignUp},
    },
    lazy,
    pages::error_text::as_problems,
    routes::{Next, Route},
    ui::{ErrorSummary, FormState, Heading, SubmitRow, TextField},
};

const FIELDS: [Field; 4] = [Field::Username, Field::Email, Field::Password, Field::ConfirmPassword];

lazy! {
    /// The screen "Create account": where to go then.
    #[wasm_split(rest)]
    pub static SIGN_UP: |next: Next| view! { <SignUpScreen next /> };
}

#[component]
fn SignUpScreen(next: Next) -> impl IntoView {
    let context = Context::get();
    let navigator = context.navigator;
    let [username, email, password, confirm] = FIELDS.map(|_| RwSignal::new(String::new()));
    let typed = move || SignUp {
        username: username.get(),
        email: email.get(),
        password: password.get(),
        confirm_password: confirm.get(),
    };
    let form = FormState::new(move || typed().validate().err().unwrap_or_default());
    // The username of an account that an earlier try may have created: also one that is said to be taken,
    // because a browser sends again by itself what it has sent over a connection that was reset.
    let unsettled = StoredValue::new(None::<String>);
    context.set_form_title("Create account".to_owned(), form);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if !form.may_submit() {
            return;
        }
        let Ok(account) = untrack(typed).validate() else {
            return;
        };
        let (api, tried) = (context.api(), account.username.clone());
        let was_tried = unsettled.get_value().as_ref() == Some(&tried);
        form.send(
            "Creating the account…",
            async move |abort| {
                let refused = match api::session::sign_up(&api, &account, &abort.signal()).await {
                    Ok(()) => None,
                    Err(error) if was_tried && may_exist(&error) => Some(error),
                    Err(error) => return (may_exist(&error), Err(error)),
                };
                let (username, password) = (account.username, account.password);
                let credentials = Credentials { username, password };
                let signed_in = api::session::sign_in(&api, &credentials, &abort.signal()).await;
                let signed_in = match (signed_in, refused) {
                    (Err(ApiError::WrongCredentials), Some(refused)) => Err(refused),
                    (signed_in, _) => signed_in,
                };
                (true, signed_in)
            },
            move |(may_exist, signed_in), is_on_screen| match signed_in {
                // Now that it is known who is signed in, the app goes on to `next`.
                Ok(user) => {
                    context.session.announce();
                    context.session.has_signed_in(user);
                }
                Err(error) if is_on_screen => {
                    unsettled.set_value(may_exist.then_some(tried));
                    form.fail(problems(&error));
                }
                Err(_) => {}
            },
        );
    };
    view! {
        <Heading text="Create account" focus=navigator.has_moved() />
        <ErrorSummary form />
        <form novalidate class="form" on:submit=submit>
            <p class="hint"><span aria-hidden="true" class="required">"*"</span>" means required"</p>
            <TextField field=Field::Username label="Username" autocomplete="username" value=username form />
            <TextField field=Field::Email label="Email" kind="email" autocomplete="email" value=email form />
            <TextField
                field=Field::Password
                label="Password"
                kind="password"
                autocomplete="new-password"
                value=password
                form
            />
            <TextField
                field=Field::ConfirmPassword
                label="Confirm password"
                kind="password"
                autocomplete="new-password"
                value=confirm
                form
            />
            <SubmitRow form button="Create account" />
        </form>
        <p>
            "You have an account? " <a href=navigator.href(&Route::SignIn(next))>"Sign in"</a>
        </p>
    }
}

/// There may be an account now.
fn may_exist(error: &ApiError) -> bool {
    matches!(error, ApiError::Conflict { .. }) || error.is_uncertain()
}

fn problems(error: &ApiError) -> Vec<Problem> {
    match error {
        ApiError::Conflict { attributes, .. } => {
            let is_email = attributes.iter().any(|name| name.contains("email"));
            let (field, text) = if is_email {
                (Field::Email, "An account with this email address exists already: sign in")
            } else {
                (Field::Username, "This username is taken: choose another one")
            };
            vec![Problem::Field(field, text.to_owned())]
        }
        error => as_problems(error, &FIELDS),
    }
}
