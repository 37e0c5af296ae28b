use serde::Deserialize;

/// One page of a list, as the server cuts it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// Rows before the first one here (a row offset, not a page number).
    pub index: u64,
    /// Rows in the whole list.
    pub total_num_results: u64,
    /// The rows of this page.
    pub data: Vec<T>,
}

impl<T> Page<T> {
    /// The page lies past the end of a list that does have rows.
    #[must_use]
    pub fn is_past_the_end(&self) -> bool {
        self.data.is_empty() && self.total_num_results > 0
    }
}
