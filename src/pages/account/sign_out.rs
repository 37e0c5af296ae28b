//! Signing out.

use leptos::prelude::*;

use crate::{
    api::session::{self, SignOut},
    context::Context,
    js::Abort,
    lazy,
    pages::error_text::explain,
    routes::Route,
    ui::{Progress, WriteRequest},
};

lazy! {
    /// Signs out, and shows that this is under way. The signal is false again once that has ended.
    #[wasm_split(rest)]
    pub static SIGN_OUT: |is_signing_out: RwSignal<bool>| sign_out(is_signing_out);
}

fn sign_out(is_signing_out: RwSignal<bool>) -> AnyView {
    let context = Context::get();
    let api = context.api();
    let request = WriteRequest::new();
    let write = async move |abort: Abort| session::sign_out(&api, &abort).await;
    request.run(write, move |outcome, _| {
        match outcome {
            SignOut::Done => {
                context.session.forget();
                context.session.announce();
                context.navigator.replace(Route::SignIn(None));
            }
            SignOut::StillSignedIn(error) => {
                context.navigator.stay();
                context.notify(format!("You are still signed in. {}", explain(&error)));
            }
            SignOut::Indeterminate(error) => {
                context.navigator.stay();
                let why = explain(&error);
                context.notify(format!("It is not known whether you are signed out. {why}"));
            }
        }
        is_signing_out.try_set(false);
    });
    view! { <Progress pending=request.pending() text="Signing out…" /> }.into_any()
}
