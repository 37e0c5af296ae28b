//! The parts that screens are made of. They know neither the API nor the screens.

mod code;
mod copy;
mod dialog;
mod field;
mod form;
mod heading;
mod loadable;
mod pager;
mod time;
mod waiting;

pub use code::CodeBlock;
pub use copy::copy;
pub use dialog::Dialog;
pub use field::{SelectField, TextArea, TextField};
pub use form::{ErrorSummary, FormState, SubmitRow};
pub use heading::Heading;
pub use loadable::Loadable;
pub use pager::Pager;
pub use time::Clock;
pub use waiting::{Stage, Waiting};

/// DOM ids that are no field's. One app may stand on a page beside others, each in its own root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Id {
    /// The part of the page that changes with the screen.
    Main,
    /// The heading of the summary of problems.
    Summary,
    /// The examples of the search language.
    SearchHelp,
    /// Why the search can't be parsed.
    SearchProblem,
    /// The heading of an open dialog.
    Dialog,
    /// The heading over the code.
    Code,
    /// The heading over the next steps.
    Next,
    /// What stands over the names that are suggested.
    Environments,
}

impl Id {
    /// The id as it stands in the DOM.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Summary => "summary-title",
            Self::SearchHelp => "search-help",
            Self::SearchProblem => "search-problem",
            Self::Dialog => "dialog-title",
            Self::Code => "code-title",
            Self::Next => "next-title",
            Self::Environments => "environments",
        }
    }
}
