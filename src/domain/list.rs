use std::{convert::Infallible, fmt, str::FromStr};

use super::{encode, text::decode};

/// Which rows of the table one asks for: the state of the list, kept in the URL.
///
/// Printed as the query part of a URL without its `?`, defaults left out:
/// `search=name:*cpu*&sort=-name&page=2`. Any text parses: what is broken or unknown becomes the
/// default, because nobody may be locked out by a URL.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ListQuery {
    /// As it was typed; see [`search_to_server`](super::search_to_server).
    pub search: String,
    /// Only queues of this group.
    pub group: Option<u64>,
    /// Deleted queues too.
    pub deleted: bool,
    /// Newest first, unless said otherwise.
    pub sort: Sort,
    /// Rows on a page, if the user chose; see [`ListQuery::rows`].
    pub rows: Option<PageSize>,
    /// Counted from 0; printed counted from 1.
    pub page: u64,
}

/// The order of the rows; the server sorts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// The column.
    pub by: SortBy,
    /// Largest, last or newest first.
    pub descending: bool,
}

impl Default for Sort {
    /// Newest first, so that what one just made is on top.
    fn default() -> Self {
        Self { by: SortBy::CreatedOn, descending: true }
    }
}

impl Sort {
    /// What a press on a column's header asks for: ascending, descending, then the default.
    #[must_use]
    pub fn pressed(self, by: SortBy) -> Self {
        match self {
            _ if self.by != by => Self { by, descending: false },
            Self { descending: false, .. } => Self { by, descending: true },
            // The default order of its own column: "back to the default" would do nothing.
            _ if self == Self::default() => Self { by, descending: false },
            _ => Self::default(),
        }
    }
}

/// The columns that the server can sort by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortBy {
    /// By name.
    Name,
    /// By description.
    Description,
    /// By the time of creation.
    CreatedOn,
    /// By the time of the last change.
    LastModifiedOn,
}

impl SortBy {
    /// Every column that can be sorted.
    pub const ALL: [Self; 4] =
        [Self::Name, Self::Description, Self::CreatedOn, Self::LastModifiedOn];

    /// The server's name for it, which the URL uses too.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Description => "description",
            Self::CreatedOn => "createdOn",
            Self::LastModifiedOn => "lastModifiedOn",
        }
    }
}

/// Rows on a page: one of [`PageSize::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageSize(u64);

impl PageSize {
    /// The sizes on offer. The server allows 1 to 1000.
    pub const ALL: [Self; 5] = [Self(10), Self(25), Self(50), Self(100), Self(1000)];

    /// The size as a number of rows.
    #[must_use]
    pub fn get(self) -> u64 {
        self.0
    }

    /// The size with this number of rows, if it is on offer.
    #[must_use]
    pub fn of(rows: u64) -> Option<Self> {
        Self::ALL.into_iter().find(|size| size.0 == rows)
    }
}

impl Default for PageSize {
    fn default() -> Self {
        Self(25)
    }
}

impl ListQuery {
    /// Rows on a page.
    #[must_use]
    pub fn rows(&self) -> PageSize {
        self.rows.unwrap_or_default()
    }

    /// Row offset of the page's first row.
    #[must_use]
    pub fn index(&self) -> u64 {
        self.page.saturating_mul(self.rows().get())
    }

    /// The last page of a list of `total` rows.
    #[must_use]
    pub fn last_page(&self, total: u64) -> u64 {
        total.saturating_sub(1) / self.rows().get()
    }

    /// The same rows from their first page on: after any change but paging, where one stood in
    /// the old list means nothing.
    #[must_use]
    pub fn from_the_start(self) -> Self {
        Self { page: 0, ..self }
    }
}

/// The parts of the query, as the URL names them.
#[derive(Clone, Copy)]
enum Param {
    Search,
    Group,
    Deleted,
    Sort,
    Rows,
    Page,
}

impl Param {
    const ALL: [(Self, &'static str); 6] = [
        (Self::Search, "search"),
        (Self::Group, "group"),
        (Self::Deleted, "deleted"),
        (Self::Sort, "sort"),
        (Self::Rows, "rows"),
        (Self::Page, "page"),
    ];

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, known)| *known == name).map(|(param, _)| param)
    }

    fn with(self, value: impl fmt::Display) -> String {
        format!("{}={value}", Self::ALL[self as usize].1)
    }
}

/// The largest page that is believed. Past every real list, and far from overflowing the
/// server's row offset.
pub const MAX_PAGE: u64 = 1_000_000_000;

impl FromStr for ListQuery {
    type Err = Infallible;

    fn from_str(query: &str) -> Result<Self, Infallible> {
        let mut list = Self::default();
        let pairs = query.trim_start_matches('?').split('&').filter_map(|p| p.split_once('='));
        for (key, value) in pairs {
            let value = decode(value);
            match Param::named(key) {
                Some(Param::Search) => list.search = value,
                Some(Param::Group) => {
                    // The server's ids are those of SQL.
                    let ids = 1..=i64::MAX.unsigned_abs();
                    list.group = value.parse().ok().filter(|id| ids.contains(id));
                }
                Some(Param::Deleted) => list.deleted = value == "true",
                Some(Param::Sort) => {
                    let (name, descending) = match value.strip_prefix('-') {
                        Some(name) => (name, true),
                        None => (value.as_str(), false),
                    };
                    if let Some(by) = SortBy::ALL.into_iter().find(|by| by.as_str() == name) {
                        list.sort = Sort { by, descending };
                    }
                }
                Some(Param::Rows) => {
                    list.rows = value.parse().ok().and_then(PageSize::of);
                }
                Some(Param::Page) => {
                    list.page = value
                        .parse::<u64>()
                        .ok()
                        .filter(|page| (1..=MAX_PAGE).contains(page))
                        .map_or(0, |page| page - 1);
                }
                None => {}
            }
        }
        Ok(list)
    }
}

impl fmt::Display for ListQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if !self.search.is_empty() {
            parts.push(Param::Search.with(encode(&self.search)));
        }
        if let Some(group) = self.group {
            parts.push(Param::Group.with(group));
        }
        if self.deleted {
            parts.push(Param::Deleted.with(true));
        }
        if self.sort != Sort::default() {
            let minus = if self.sort.descending { "-" } else { "" };
            parts.push(Param::Sort.with(format!("{minus}{}", self.sort.by.as_str())));
        }
        if let Some(rows) = self.rows {
            parts.push(Param::Rows.with(rows.get()));
        }
        if self.page > 0 {
            parts.push(Param::Page.with(self.page + 1));
        }
        f.write_str(&parts.join("&"))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn another_column_is_sorted_ascending_and_any_change_leads_to_the_first_page() {
        let by_name = Sort::default().pressed(SortBy::Name);
        assert_eq!(by_name, Sort { by: SortBy::Name, descending: false });
        assert_eq!(by_name.pressed(SortBy::Description).by, SortBy::Description);
        let list = ListQuery { search: "gpu".to_owned(), page: 4, ..ListQuery::default() };
        let start = ListQuery { search: "gpu".to_owned(), ..ListQuery::default() };
        assert_eq!(list.from_the_start(), start);
    }

    pub(crate) fn any_list() -> impl Strategy<Value = ListQuery> {
        (
            any::<String>(),
            proptest::option::of(1..=i64::MAX.unsigned_abs()),
            any::<bool>(),
            (0..4usize, any::<bool>()),
            proptest::option::of(0..5usize),
            0..MAX_PAGE,
        )
            .prop_map(|(search, group, deleted, (by, descending), rows, page)| ListQuery {
                search,
                group,
                deleted,
                sort: Sort { by: SortBy::ALL[by], descending },
                rows: rows.map(|rows| PageSize::ALL[rows]),
                page,
            })
    }

    fn parse(query: &str) -> ListQuery {
        let Ok(list) = query.parse();
        list
    }

    proptest! {
        #[test]
        fn what_is_printed_parses_to_the_same_list(list in any_list()) {
            prop_assert_eq!(parse(&list.to_string()), list);
        }

        #[test]
        fn any_text_parses_to_a_list_that_the_server_takes(text in any::<String>()) {
            let list = parse(&text);
            prop_assert!(PageSize::ALL.contains(&list.rows()));
            prop_assert!(list.index() <= MAX_PAGE * 1000);
        }
    }

    #[test]
    fn defaults_are_left_out() {
        assert_eq!(ListQuery::default().to_string(), "");
        assert_eq!(parse("sort=-createdOn&page=1&deleted=false").to_string(), "");
    }

    #[test]
    fn broken_parameters_become_defaults() {
        let broken = "sort=evil&rows=7&page=-1&group=abc&deleted=maybe&search&x=1&&=";
        assert_eq!(parse(broken), ListQuery::default());
        assert_eq!(parse("page=0&group=0&rows=99999999999999999999"), ListQuery::default());
    }

    #[test]
    fn a_header_goes_through_ascending_descending_and_the_default() {
        let first = Sort::default().pressed(SortBy::Name);
        assert_eq!(first, Sort { by: SortBy::Name, descending: false });
        let second = first.pressed(SortBy::Name);
        assert_eq!(second, Sort { by: SortBy::Name, descending: true });
        assert_eq!(second.pressed(SortBy::Name), Sort::default());
        // Another column begins anew, whatever the order was.
        let other = Sort { by: SortBy::Description, descending: false };
        assert_eq!(first.pressed(SortBy::Description), other);
        assert_eq!(second.pressed(SortBy::Description), other);
        let oldest = Sort { by: SortBy::CreatedOn, descending: false };
        assert_eq!(Sort::default().pressed(SortBy::CreatedOn), oldest);
    }

    #[test]
    fn the_first_row_of_a_page_stands_behind_all_pages_before() {
        let list = ListQuery { rows: PageSize::of(100), page: 2, ..ListQuery::default() };
        assert_eq!((list.rows().get(), list.index()), (100, 200));
        assert_eq!(ListQuery { rows: None, ..list }.index(), 50);
    }

    #[test]
    fn the_last_page_holds_the_last_row() {
        let list = ListQuery::default();
        for (total, last) in [(0, 0), (1, 0), (25, 0), (26, 1), (61, 2)] {
            assert_eq!(list.last_page(total), last, "{total}");
        }
    }
}
