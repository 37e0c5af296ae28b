/// What can be done to the queue of a row, as `data-action` of its links and buttons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowAction {
    Select,
    Menu,
    Edit,
    EditTags,
    Duplicate,
    CopyName,
    Delete,
    Recreate,
}

impl RowAction {
    /// Each with its value in the DOM, the words on hover, and its accessible name, behind which comes
    /// the queue's.
    const ALL: [(Self, &'static str, &'static str, &'static str); 8] = [
        (Self::Select, "select", "Select", "Select "),
        (Self::Menu, "menu", "Actions", "Actions of "),
        (Self::Edit, "edit", "Edit", "Edit "),
        (Self::EditTags, "edit-tags", "Edit tags", "Edit tags of "),
        (Self::Duplicate, "duplicate", "Duplicate", "Duplicate "),
        (Self::CopyName, "copy-name", "Copy name", "Copy name "),
        (Self::Delete, "delete", "Delete", "Delete "),
        (Self::Recreate, "recreate", "Recreate", "Recreate "),
    ];

    /// The value of `data-action`.
    pub fn as_str(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// The words on hover.
    pub fn title(self) -> &'static str {
        Self::ALL[self as usize].2
    }

    /// The accessible name, up to the queue's.
    pub fn label(self) -> &'static str {
        Self::ALL[self as usize].3
    }

    /// The action of this value of `data-action`.
    pub fn parse(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, known, ..)| *known == value).map(|(action, ..)| action)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_is_found_by_its_value() {
        for (action, value, ..) in RowAction::ALL {
            assert_eq!(action.as_str(), value);
            assert_eq!(RowAction::parse(value), Some(action));
        }
        assert_eq!(RowAction::parse("x"), None);
    }
}
