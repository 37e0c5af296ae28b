//! Signing in, and making an account.

use serde::Serialize;

use super::{Field, Problem};

/// The form "Sign in" as it stands on the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignIn {
    /// As typed.
    pub username: String,
    /// As typed; spaces belong to it.
    pub password: String,
}

/// What may be sent to sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Credentials {
    /// Without spaces around.
    pub username: String,
    /// Exactly as typed.
    pub password: String,
}

impl SignIn {
    /// Checks every field.
    ///
    /// # Errors
    /// All problems at once.
    pub fn validate(&self) -> Result<Credentials, Vec<Problem>> {
        let username = self.username.trim().to_owned();
        let mut problems = Vec::new();
        require(&mut problems, &username, Field::Username, "Enter your username");
        require(&mut problems, &self.password, Field::Password, "Enter your password");
        if problems.is_empty() {
            Ok(Credentials { username, password: self.password.clone() })
        } else {
            Err(problems)
        }
    }
}

/// The form "Create account" as it stands on the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignUp {
    /// As typed.
    pub username: String,
    /// As typed.
    pub email: String,
    /// As typed.
    pub password: String,
    /// As typed.
    pub confirm_password: String,
}

/// An account that may be sent to the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewAccount {
    /// Without spaces around.
    pub username: String,
    /// Without spaces around; looks like an address.
    pub email: String,
    /// Exactly as typed.
    pub password: String,
    /// The same again; the server wants to see both.
    pub confirm_password: String,
}

impl SignUp {
    /// Checks every field.
    ///
    /// # Errors
    /// All problems at once.
    pub fn validate(&self) -> Result<NewAccount, Vec<Problem>> {
        let (username, email) = (self.username.trim(), self.email.trim());
        let mut problems = Vec::new();
        require(&mut problems, username, Field::Username, "Enter a username");
        require(&mut problems, email, Field::Email, "Enter an email address");
        // The server decides what an address is; this catches what can't be one.
        let is_address =
            email.split_once('@').is_some_and(|(who, host)| !who.is_empty() && host.contains('.'));
        if !email.is_empty() && !is_address {
            let text = "Enter an email address like name@example.com";
            problems.push(Problem::field(Field::Email, text));
        }
        require(&mut problems, &self.password, Field::Password, "Enter a password");
        let again = &self.confirm_password;
        require(&mut problems, again, Field::ConfirmPassword, "Enter the password again");
        if !again.is_empty() && *again != self.password {
            let text = "Both passwords must be the same";
            problems.push(Problem::field(Field::ConfirmPassword, text));
        }
        if problems.is_empty() {
            Ok(NewAccount {
                username: username.to_owned(),
                email: email.to_owned(),
                password: self.password.clone(),
                confirm_password: self.password.clone(),
            })
        } else {
            Err(problems)
        }
    }
}

fn require(problems: &mut Vec<Problem>, value: &str, field: Field, text: &str) {
    if value.is_empty() {
        problems.push(Problem::field(field, text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms::problem_of;

    #[test]
    fn both_fields_are_needed_to_sign_in() {
        let problems = SignIn { username: " ".into(), ..SignIn::default() }.validate().unwrap_err();
        assert_eq!(problem_of(&problems, Field::Username), Some("Enter your username"));
        assert_eq!(problem_of(&problems, Field::Password), Some("Enter your password"));
    }

    #[test]
    fn a_password_is_sent_as_typed() {
        let form = SignIn { username: " ana ".into(), password: " p ".into() };
        let sent = form.validate().unwrap();
        assert_eq!((sent.username.as_str(), sent.password.as_str()), ("ana", " p "));
    }

    #[test]
    fn an_account_needs_an_address_and_the_same_password_twice() {
        let form = SignUp {
            username: "ana".into(),
            email: "ana".into(),
            password: "one".into(),
            confirm_password: "two".into(),
        };
        let problems = form.validate().unwrap_err();
        assert_eq!(problems.len(), 2);
        assert_eq!(
            problem_of(&problems, Field::Email),
            Some("Enter an email address like name@example.com")
        );
        assert_eq!(
            problem_of(&problems, Field::ConfirmPassword),
            Some("Both passwords must be the same")
        );
        for address in ["@b.org", "a@b", "a@"] {
            let wrong =
                SignUp { email: address.into(), confirm_password: "one".into(), ..form.clone() };
            assert_eq!(wrong.validate().unwrap_err().len(), 1, "{address}");
        }
        let right = SignUp { email: "a@b.org".into(), confirm_password: "one".into(), ..form };
        assert!(right.validate().is_ok());
    }
}
