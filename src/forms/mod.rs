//! What a user types, and what of it may be sent: plain Rust, no browser, no Leptos.
//!
//! Each form has values that mirror the screen (strings) and a `validate` that gives either a
//! value that may be sent or every problem at once. The `api` takes nothing but those values, so
//! what was not validated can't be sent.

pub mod account;
pub mod import;
pub mod queue;
pub mod tag;

/// A field of some form; also the source of its DOM id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// A queue's name.
    Name,
    /// The group that owns a queue.
    Group,
    /// A queue's description.
    Description,
    /// What one signs in with.
    Username,
    /// Where mail reaches the user.
    Email,
    /// What proves who one is.
    Password,
    /// The password once more.
    ConfirmPassword,
    /// A tag to look for, or to make.
    Tag,
}

impl Field {
    /// All fields, with their names in the API's errors.
    const ALL: [(Self, &'static str); 8] = [
        (Self::Name, "name"),
        (Self::Group, "group"),
        (Self::Description, "description"),
        (Self::Username, "username"),
        (Self::Email, "email"),
        (Self::Password, "password"),
        (Self::ConfirmPassword, "confirmPassword"),
        (Self::Tag, "tag"),
    ];

    /// The field that the API calls so, if a form of ours has it.
    #[must_use]
    pub fn from_api(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, api)| *api == name).map(|(field, _)| field)
    }

    /// The API's name for it, which is unique on every screen.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        // `ALL` lists every field in the order of the enum; a test holds it to that.
        Self::ALL[self as usize].1
    }
}

/// What keeps a form from being sent, or from having been taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Something to mend in one field.
    Field(Field, String),
    /// Something that belongs to no field.
    Form(String),
}

impl Problem {
    fn field(field: Field, text: &str) -> Self {
        Self::Field(field, text.to_owned())
    }

    /// The words to show.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Field(_, text) | Self::Form(text) => text,
        }
    }
}

/// The words that belong to one field.
#[must_use]
pub fn problem_of(problems: &[Problem], field: Field) -> Option<&str> {
    problems.iter().find_map(|problem| match problem {
        Problem::Field(of, text) if *of == field => Some(text.as_str()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_its_own_name_and_is_found_by_it() {
        for (field, name) in Field::ALL {
            assert_eq!(field.as_str(), name);
            assert_eq!(Field::from_api(name), Some(field));
        }
        assert_eq!(Field::from_api("ids"), None);
    }
}
