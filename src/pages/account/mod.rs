//! Signing in and out, and creating an account.

mod sign_in;
mod sign_out;
mod sign_up;

pub use sign_in::{SIGN_IN, SignInDialog};
pub use sign_out::SIGN_OUT;
pub use sign_up::SIGN_UP;
