use crate::domain::{Queue, grouped};

/// The queues that an action is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    pub queues: Vec<Queue>,
    /// So many more were selected that the user may not change.
    pub others: usize,
}

impl Asked {
    /// "60 queues"
    pub fn words(&self) -> String {
        match self.queues.len() {
            1 => "1 queue".to_owned(),
            count => format!("{} queues", grouped(count as u64)),
        }
    }

    /// What is to be said of those that stay as they are.
    pub fn others(&self) -> Option<String> {
        match self.others {
            0 => None,
            1 => {
                Some("1 more belongs to a group that you are not in: it stays as it is.".to_owned())
            }
            others => Some(format!(
                "{} more belong to groups that you are not in: they stay as they are.",
                grouped(others as u64)
            )),
        }
    }
}
