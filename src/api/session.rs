//! Who is signed in: `/auth/`, `/users/`.

use js_sys::Date;
use serde_json::{Value, json};
use web_sys::AbortSignal;

use super::{Api, ApiError, http::is_certain};
use crate::{
    domain::User,
    forms::account::{Credentials, NewAccount},
    js::Abort,
};

/// The user who is signed in.
///
/// # Errors
/// [`ApiError::Unauthorized`] if nobody is, and all that any read may say.
pub async fn current(api: &Api, abort: &AbortSignal) -> Result<User, ApiError> {
    api.get("/users/current", abort).await
}

/// Makes sure that this user is still the one who is signed in, before something is written in their
/// name: another tab, another element or the host document may have signed in somebody else. For many writes
/// see [`Api::for_many`].
///
/// # Errors
/// [`ApiError::OtherUser`], [`ApiError::Unauthorized`], and all that any read may say.
pub async fn confirm(api: &Api, user: u64, abort: &AbortSignal) -> Result<(), ApiError> {
    if api.is_confirmed(user) {
        return Ok(());
    }
    let now = current(api, abort).await?;
    api.set_confirmed(now.id);
    if now.id == user { Ok(()) } else { Err(ApiError::OtherUser(now.username)) }
}

/// The same before a later step of one write, unless it was `asked` (in milliseconds since 1970) a moment
/// ago; afterwards that is the last time.
///
/// # Errors
/// As for [`confirm`].
pub async fn confirm_again(
    api: &Api,
    user: u64,
    asked: &mut f64,
    abort: &AbortSignal,
) -> Result<(), ApiError> {
    if is_certain(*asked) {
        return Ok(());
    }
    *asked = Date::now();
    confirm(api, user, abort).await
}

/// Signs in; the session is a cookie that scripts can't see. Who is signed in then.
///
/// # Errors
/// [`ApiError::WrongCredentials`], [`ApiError::NoSession`], and all that any write may say.
pub async fn sign_in(
    api: &Api,
    credentials: &Credentials,
    abort: &AbortSignal,
) -> Result<User, ApiError> {
    let _: Value = api.post("/auth/login", &json!(credentials), abort).await?;
    match current(api, abort).await {
        Err(ApiError::Unauthorized) => Err(ApiError::NoSession),
        // The same again does no harm.
        now => now,
    }
}

/// How signing out ended.
#[derive(Clone, Debug, PartialEq)]
pub enum SignOut {
    /// Nobody is signed in in this browser.
    Done,
    /// Somebody still is.
    StillSignedIn(ApiError),
    /// It is not known whether somebody still is.
    Indeterminate(ApiError),
}

/// Ends the session in this browser. If the response got lost, looks whether it has ended.
pub async fn sign_out(api: &Api, abort: &Abort) -> SignOut {
    let ended = api.post("/auth/logout?everywhere=false", &json!({}), &abort.signal()).await;
    let error = match ended.map(|_: Value| ()) {
        // It had ended before.
        Ok(()) | Err(ApiError::Unauthorized) => return SignOut::Done,
        Err(error) => error,
    };
    if !error.is_uncertain() {
        return SignOut::StillSignedIn(error);
    }
    match current(api, &abort.signal()).await {
        Err(ApiError::Unauthorized) => SignOut::Done,
        // The cookie that ends with the response is still there.
        Ok(_) => SignOut::StillSignedIn(error),
        Err(_) => SignOut::Indeterminate(error),
    }
}

/// Makes an account; it does not sign in.
///
/// # Errors
/// [`ApiError::Conflict`] if the username or the address is taken, [`ApiError::Fields`] if the
/// server refuses some, and all that any write may say.
pub async fn sign_up(api: &Api, account: &NewAccount, abort: &AbortSignal) -> Result<(), ApiError> {
    api.post("/users/", &json!(account), abort).await.map(|_: Value| ())
}
