//! `/queues/`. Slashes matter: the collection ends with one, a queue does not.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::json;
use web_sys::AbortSignal;

use super::{
    Api, ApiError,
    http::{List, all_rows, rows},
};
use crate::{
    domain::{ListQuery, Page, PageSize, Queue, encode, quote_exact, search_to_server},
    forms::queue::NewQueue,
};

/// The rows that the list asks for.
///
/// # Errors
/// [`ApiError::Search`] if the server can't parse the search, [`ApiError::NotFound`] if there is
/// no such group, and all that any read may say.
pub async fn list(
    api: &Api,
    list: &ListQuery,
    abort: &AbortSignal,
) -> Result<Page<Queue>, ApiError> {
    rows(api, &request_of(list), list.index(), list.rows().get(), abort).await
}

/// All that the list finds, page by page; `progress` hears how many are there, of how many. One that moves
/// to another page meanwhile is there once.
///
/// # Errors
/// As for [`list`].
pub async fn all(
    api: &Api,
    list: &ListQuery,
    progress: impl Fn(u64, u64),
    abort: &AbortSignal,
) -> Result<Vec<Queue>, ApiError> {
    let mut all: Vec<Queue> = all_rows(api, &request_of(list), progress, abort).await?;
    let mut seen = BTreeSet::new();
    all.retain(|queue| seen.insert(queue.id));
    Ok(all)
}

/// The newest queue of all, in a list of one.
///
/// # Errors
/// All that any read may say.
pub async fn newest(api: &Api, abort: &AbortSignal) -> Result<Page<Queue>, ApiError> {
    rows(api, &request_of(&ListQuery::default()), 0, 1, abort).await
}

/// One queue, deleted ones too. The server has no ids beyond those of SQL, and fails at them.
///
/// # Errors
/// [`ApiError::NotFound`], and all that any read may say.
pub async fn get(api: &Api, id: u64, abort: &AbortSignal) -> Result<Queue, ApiError> {
    if i64::try_from(id).is_err() {
        return Err(ApiError::NotFound);
    }
    api.get(&format!("/queues/{id}"), abort).await
}

/// Several queues at a time, in any order. Those that do not exist are left out.
///
/// # Errors
/// All that any read may say.
pub async fn get_all(
    api: &Api,
    ids: BTreeSet<u64>,
    abort: &AbortSignal,
) -> Result<Vec<Queue>, ApiError> {
    let requests = ids.into_iter().map(|id| async move { get(api, id, abort).await });
    let results = join_all(requests).await;
    results.into_iter().filter(|result| *result != Err(ApiError::NotFound)).collect()
}

/// Creates a queue. Send it once, as [`save::create`](super::save::create) does: two at a time both
/// get through.
///
/// # Errors
/// [`ApiError::Conflict`] if the group has a queue of this name, and all that any write may say.
pub async fn create(api: &Api, new: &NewQueue, abort: &AbortSignal) -> Result<Queue, ApiError> {
    let (name, description) = (new.content.name(), new.content.description());
    let body = json!({"name": name, "group": new.group, "description": description});
    api.post("/queues/", &body, abort).await
}

/// The queues of exactly this name in this group, newest first: one, unless somebody sent two at
/// a time.
///
/// # Errors
/// All that any read may say.
pub async fn named(
    api: &Api,
    name: &str,
    group: u64,
    abort: &AbortSignal,
) -> Result<Vec<Queue>, ApiError> {
    let search = format!("name:{}", quote_exact(name));
    let query = ListQuery { search, group: Some(group), ..ListQuery::default() };
    let mut found = list(api, &query, abort).await?.data;
    // SQLite compares without case.
    found.retain(|queue| queue.name == name);
    Ok(found)
}

/// A name that is free in the group, `name` itself if it is: for a queue like another one.
///
/// # Errors
/// All that any read may say.
pub async fn free_name(
    api: &Api,
    name: &str,
    group: u64,
    abort: &AbortSignal,
) -> Result<String, ApiError> {
    let search = format!("name:{}", quote_exact(&format!("{name}*")));
    let rows = Some(PageSize::ALL[PageSize::ALL.len() - 1]);
    let query = ListQuery { search, group: Some(group), rows, ..ListQuery::default() };
    let taken: Vec<String> =
        list(api, &query, abort).await?.data.into_iter().map(|queue| queue.name).collect();
    Ok(next_name(name, &taken))
}

/// `name`, or the first of `name-2`, `name-3` and so on that is not taken.
fn next_name(name: &str, taken: &[String]) -> String {
    let numbered = (2_u64..).map(|number| format!("{name}-{number}"));
    std::iter::once(name.to_owned())
        .chain(numbered)
        .find(|name| !taken.contains(name))
        // Unreachable: there are more numbers than names.
        .unwrap_or_default()
}

/// The list as the API wants it. The server decodes the search twice, so it is encoded twice.
fn request_of(list: &ListQuery) -> List {
    let mut query =
        format!("&sortBy={}&descending={}", list.sort.by.as_str(), list.sort.descending);
    let search = search_to_server(&list.search);
    if !search.is_empty() {
        query += &format!("&search={}", encode(&encode(&search)));
    }
    if let Some(group) = list.group {
        query += &format!("&groupId={group}");
    }
    if list.deleted {
        query += "&showDeleted=true";
    }
    List { path: "/queues/".to_owned(), query }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_as_it_opens_is_what_the_scripts_ask_for() {
        let list = ListQuery::default();
        let List { path, query } = request_of(&list);
        let path = format!("{path}?index={}&pageLength={}{query}", list.index(), list.rows().get());
        assert_eq!(path, "/queues/?index=0&pageLength=25&sortBy=createdOn&descending=true");
        assert!(include_str!("../../web/load.ts").contains(&path));
    }

    #[test]
    fn a_name_that_is_taken_gets_a_number() {
        let taken = ["q".to_owned(), "q-2".to_owned(), "q-4".to_owned()];
        assert_eq!(next_name("q", &taken), "q-3");
        assert_eq!(next_name("other", &taken), "other");
    }

    #[test]
    fn the_search_is_encoded_twice() {
        let list = ListQuery { search: "100%".into(), ..ListQuery::default() };
        assert!(request_of(&list).query.ends_with("&search=100%2525"));
    }

    #[test]
    fn every_part_of_the_list_reaches_the_server() {
        let Ok(list) = "search=a&group=3&deleted=true&sort=-name&rows=50&page=3".parse();
        let query = request_of(&list).query;
        assert_eq!(query, "&sortBy=name&descending=true&search=a&groupId=3&showDeleted=true");
        assert_eq!((list.index(), list.rows().get()), (100, 50));
    }
}
