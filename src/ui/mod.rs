//! The parts that screens are made of. They know neither the API nor the screens.

mod code;
mod comparison;
mod copy;
mod dialog;
mod failure;
mod field;
mod form;
mod heading;
mod live;
mod loadable;
mod pager;
mod request;
mod restored;
mod table;
mod time;

pub use code::{CodeBlock, clamped};
pub use comparison::{Compared, Comparison};
pub use copy::copy;
pub use dialog::{Dialog, asking};
pub use failure::{failure, stuck};
pub use field::{SelectField, TextArea, TextField};
pub use form::{ErrorSummary, FormState, SubmitRow};
pub use heading::{Heading, TopLevel, level};
pub use live::{effect, live};
pub use loadable::Loadable;
pub use pager::Pager;
pub use request::{LatestRequest, Pending, Progress, Stage, WriteRequest, write_detached};
pub use restored::RestoredNote;
pub use table::{cell, column};
pub use time::Clock;

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
    /// The heading of the dialog that asks whether to leave.
    LeaveDialog,
    /// The heading over signing in again.
    SignInDialog,
    /// The heading of the dialog that asks whether to delete.
    DeleteDialog,
    /// The heading of the dialog that asks whether to discard a draft.
    DiscardDialog,
    /// The heading over the tags of a queue.
    TagsDialog,
    /// The heading over two versions side by side.
    Versions,
    /// The heading over the code.
    Code,
    /// The tabs of the languages; followed by the number of one.
    CodeTab,
    /// The code in the languages; followed by the number of one.
    CodePanel,
    /// The heading over the next steps.
    Next,
    /// The heading over the names whose jobs need somebody.
    Attention,
    /// The heading over the jobs of a queue.
    Jobs,
    /// The heading of the dialog that asks whether to cancel jobs.
    CancelDialog,
    /// The heading of the dialog that moves jobs.
    MoveDialog,
    /// The heading of the dialog that links entrypoints.
    LinkDialog,
    /// The heading of the dialog that asks whether to rename.
    RenameDialog,
    /// The heading over the entrypoints of a queue.
    Entrypoints,
    /// What stands over the names that are suggested.
    Environments,
    /// What stands over the names whose jobs were taken lately.
    TakenLately,
    /// The menu of columns and density.
    ViewMenu,
    /// The menu of saved views.
    ViewsMenu,
    /// The heading of the dialog that names a view.
    ViewDialog,
    /// The field for the name of a view.
    ViewName,
    /// The formats for all that match.
    ExportMenu,
    /// The formats for what is selected.
    ExportSelected,
    /// The heading over the keyboard shortcuts.
    Shortcuts,
    /// The heading of the dialog that asks whether the selection stays.
    SelectionDialog,
    /// The heading of the dialog that asks whether to delete many.
    DeleteManyDialog,
    /// The field that takes how many are deleted.
    HowMany,
    /// The heading over the tags of many queues.
    TagsManyDialog,
    /// The field for queues to import.
    ImportText,
    /// The file with queues to import.
    ImportFile,
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
            Self::LeaveDialog => "leave-title",
            Self::SignInDialog => "sign-in-title",
            Self::DeleteDialog => "delete-title",
            Self::DiscardDialog => "discard-title",
            Self::TagsDialog => "tags-title",
            Self::Versions => "versions-title",
            Self::Code => "code-title",
            Self::CodeTab => "code-tab",
            Self::CodePanel => "code-panel",
            Self::Next => "next-title",
            Self::Attention => "attention-title",
            Self::Jobs => "jobs-title",
            Self::CancelDialog => "cancel-title",
            Self::MoveDialog => "move-title",
            Self::LinkDialog => "link-title",
            Self::RenameDialog => "rename-title",
            Self::Entrypoints => "entrypoints-title",
            Self::Environments => "environments",
            Self::TakenLately => "taken-lately",
            Self::ViewMenu => "view-menu",
            Self::ViewsMenu => "views-menu",
            Self::ViewDialog => "view-title",
            Self::ViewName => "view-name",
            Self::ExportMenu => "export-menu",
            Self::ExportSelected => "export-selected",
            Self::Shortcuts => "shortcuts-title",
            Self::SelectionDialog => "selection-title",
            Self::DeleteManyDialog => "delete-many-title",
            Self::HowMany => "how-many",
            Self::TagsManyDialog => "tags-many-title",
            Self::ImportText => "import-text",
            Self::ImportFile => "import-file",
        }
    }
}
