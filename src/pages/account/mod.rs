//! Signing in, and creating an account.

mod sign_in;
mod sign_up;

pub use sign_in::{SIGN_IN, SignInDialog};
pub use sign_up::SIGN_UP;
