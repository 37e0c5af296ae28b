//! Every screen as a value, parsed from a URL and printed to one. Nobody writes a path by hand.

use std::fmt;

use crate::domain::{ListQuery, MAX_PAGE, decode, encode};

/// A screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// The table.
    Queues(ListQuery),
    /// The form that makes a queue; filled in like the queue with this id, if there is one.
    NewQueue(Option<u64>),
    /// One queue.
    Queue(u64),
    /// The form that changes a queue.
    EditQueue(u64),
    /// All versions of a queue.
    History(u64),
    /// The user's drafts; the page, counted from 0, printed counted from 1.
    Drafts(u64),
    /// The form with a draft.
    Draft(u64),
    /// Queues from a list.
    Import,
    /// The form to sign in; then on to the screen.
    SignIn(Next),
    /// The form that makes an account; then on to the screen.
    SignUp(Next),
    /// No screen of ours.
    NotFound,
}

/// Where to go after signing in: a screen of ours and never anything else, so that no link can
/// redirect to another site.
pub type Next = Option<Box<Route>>;

impl Route {
    /// Reads a path (relative to where the app is served, with or without a leading slash, with
    /// its query). What is no screen is [`Route::NotFound`].
    #[must_use]
    pub fn parse(path: &str) -> Self {
        let (parts, query) = split(path);
        match parts[..] {
            ["sign-in"] => Self::SignIn(next(query)),
            ["sign-up"] => Self::SignUp(next(query)),
            _ => Self::parse_inner(&parts, query),
        }
    }

    /// All but the screens for signing in: those that one may be sent to afterwards.
    fn parse_inner(parts: &[&str], query: &str) -> Self {
        match parts[..] {
            [] | ["queues"] => {
                let Ok(list) = query.parse();
                Self::Queues(list)
            }
            ["queues", "new"] => Self::NewQueue(parameter(query, "from").and_then(id)),
            ["queues", "drafts"] => {
                let page = parameter(query, "page").and_then(id).filter(|page| *page <= MAX_PAGE);
                Self::Drafts(page.map_or(0, |page| page.saturating_sub(1)))
            }
            ["queues", "import"] => Self::Import,
            ["queues", "drafts", draft] => id(draft).map_or(Self::NotFound, Self::Draft),
            ["queues", queue] => id(queue).map_or(Self::NotFound, Self::Queue),
            ["queues", queue, "edit"] => id(queue).map_or(Self::NotFound, Self::EditQueue),
            ["queues", queue, "history"] => id(queue).map_or(Self::NotFound, Self::History),
            _ => Self::NotFound,
        }
    }

    /// Where signing in leads from here.
    #[must_use]
    pub fn as_next(&self) -> Next {
        match self {
            Self::SignIn(next) | Self::SignUp(next) => next.clone(),
            Self::NotFound => None,
            Self::Queues(list) if *list == ListQuery::default() => None,
            Self::Queues(_)
            | Self::NewQueue(_)
            | Self::Queue(_)
            | Self::EditQueue(_)
            | Self::History(_)
            | Self::Drafts(_)
            | Self::Draft(_)
            | Self::Import => Some(Box::new(self.clone())),
        }
    }

    /// What of it makes another screen: a list that is searched, sorted or paged stays the same.
    #[must_use]
    pub fn screen(&self) -> Self {
        match self {
            Self::Queues(_) => Self::Queues(ListQuery::default()),
            Self::NewQueue(_)
            | Self::Queue(_)
            | Self::EditQueue(_)
            | Self::History(_)
            | Self::Drafts(_)
            | Self::Draft(_)
            | Self::Import
            | Self::SignIn(_)
            | Self::SignUp(_)
            | Self::NotFound => self.clone(),
        }
    }

    /// The screen is there to change something.
    #[must_use]
    pub fn changes_something(&self) -> bool {
        match self {
            Self::NewQueue(_)
            | Self::EditQueue(_)
            | Self::Drafts(_)
            | Self::Draft(_)
            | Self::Import => true,
            Self::Queues(_)
            | Self::Queue(_)
            | Self::History(_)
            | Self::SignIn(_)
            | Self::SignUp(_)
            | Self::NotFound => false,
        }
    }

    /// The screen shows to those who are not signed in.
    #[must_use]
    pub fn needs_no_sign_in(&self) -> bool {
        match self {
            Self::SignIn(_) | Self::SignUp(_) | Self::NotFound => true,
            Self::Queues(_)
            | Self::NewQueue(_)
            | Self::Queue(_)
            | Self::EditQueue(_)
            | Self::History(_)
            | Self::Drafts(_)
            | Self::Draft(_)
            | Self::Import => false,
        }
    }
}

/// An id only the way it is printed: "+7" and "007" are none.
fn id(text: &str) -> Option<u64> {
    text.parse().ok().filter(|number| u64::to_string(number) == text)
}

fn parameter<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.filter(|(key, _)| *key == name).map(|(_, value)| value).next()
}

/// The `next` of a query, if it is a screen that one may be sent to. A path with a scheme or a host
/// is no screen of ours; nor does one sign in to sign in.
fn next(query: &str) -> Next {
    let path = decode(parameter(query, "next")?);
    let (parts, query) = split(&path);
    Some(Box::new(Route::parse_inner(&parts, query))).filter(|route| **route != Route::NotFound)
}

/// The parts of a path, and its query.
fn split(path: &str) -> (Vec<&str>, &str) {
    let path = path.split('#').next().unwrap_or_default();
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    (path.split('/').filter(|part| !part.is_empty()).collect(), query)
}

impl fmt::Display for Route {
    /// Relative to where the app is served, without a leading slash.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let with_next = |f: &mut fmt::Formatter<'_>, path: &str, next: &Next| match next {
            Some(next) => write!(f, "{path}?next={}", encode(&next.to_string())),
            None => f.write_str(path),
        };
        match self {
            Self::Queues(list) => {
                let query = list.to_string();
                let mark = if query.is_empty() { "" } else { "?" };
                write!(f, "queues{mark}{query}")
            }
            Self::NewQueue(None) => f.write_str("queues/new"),
            Self::NewQueue(Some(id)) => write!(f, "queues/new?from={id}"),
            Self::Queue(id) => write!(f, "queues/{id}"),
            Self::EditQueue(id) => write!(f, "queues/{id}/edit"),
            Self::History(id) => write!(f, "queues/{id}/history"),
            Self::Drafts(0) => f.write_str("queues/drafts"),
            Self::Drafts(page) => write!(f, "queues/drafts?page={}", page + 1),
            Self::Draft(id) => write!(f, "queues/drafts/{id}"),
            Self::Import => f.write_str("queues/import"),
            Self::SignIn(next) => with_next(f, "sign-in", next),
            Self::SignUp(next) => with_next(f, "sign-up", next),
            Self::NotFound => f.write_str("not-found"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::list_tests::any_list;
    use proptest::prelude::*;

    fn any_route() -> impl Strategy<Value = Route> {
        let plain = prop_oneof![
            any_list().prop_map(Route::Queues),
            any::<Option<u64>>().prop_map(Route::NewQueue),
            any::<u64>().prop_map(Route::Queue),
            any::<u64>().prop_map(Route::EditQueue),
            any::<u64>().prop_map(Route::History),
            (0..MAX_PAGE).prop_map(Route::Drafts),
            any::<u64>().prop_map(Route::Draft),
            Just(Route::Import),
        ];
        let next = proptest::option::of(plain.clone().prop_map(Box::new)).boxed();
        prop_oneof![
            plain,
            next.clone().prop_map(Route::SignIn),
            next.prop_map(Route::SignUp),
            Just(Route::NotFound),
        ]
    }

    #[test]
    fn every_path_of_the_app_is_listed_here() {
        let list = ListQuery { page: 1, ..ListQuery::default() };
        let next = || Some(Box::new(Route::Queue(7)));
        for (route, path) in [
            (Route::Queues(ListQuery::default()), "queues"),
            (Route::Queues(list), "queues?page=2"),
            (Route::NewQueue(None), "queues/new"),
            (Route::NewQueue(Some(7)), "queues/new?from=7"),
            (Route::Queue(7), "queues/7"),
            (Route::EditQueue(7), "queues/7/edit"),
            (Route::History(7), "queues/7/history"),
            (Route::Drafts(0), "queues/drafts"),
            (Route::Drafts(1), "queues/drafts?page=2"),
            (Route::Draft(7), "queues/drafts/7"),
            (Route::Import, "queues/import"),
            (Route::SignIn(None), "sign-in"),
            (Route::SignIn(next()), "sign-in?next=queues%2F7"),
            (Route::SignUp(None), "sign-up"),
            (Route::SignUp(next()), "sign-up?next=queues%2F7"),
            (Route::NotFound, "not-found"),
        ] {
            assert_eq!(route.to_string(), path);
            assert_eq!(Route::parse(path), route, "{path}");
        }
    }

    #[test]
    fn signing_in_leads_back_to_where_one_was_or_was_going() {
        let queue = Route::Queue(7);
        let next = Some(Box::new(queue.clone()));
        assert_eq!(queue.as_next(), next);
        assert_eq!(Route::SignIn(next.clone()).as_next(), next);
        assert_eq!(Route::SignUp(next.clone()).as_next(), next);
        // The table as it is at first is where one lands anyway.
        assert_eq!(Route::Queues(ListQuery::default()).as_next(), None);
        assert_eq!(Route::NotFound.as_next(), None);
        let second = Route::Queues(ListQuery { page: 1, ..ListQuery::default() });
        assert_eq!(second.as_next(), Some(Box::new(second.clone())));
        assert_eq!(second.screen(), Route::Queues(ListQuery::default()));
    }

    #[test]
    fn screens_say_whether_they_change_something_and_who_may_see_them() {
        for (path, changes, needs_no_sign_in) in [
            ("queues", false, false),
            ("queues/new", true, false),
            ("queues/7", false, false),
            ("queues/7/edit", true, false),
            ("queues/7/history", false, false),
            ("queues/drafts", true, false),
            ("queues/drafts/7", true, false),
            ("queues/import", true, false),
            ("sign-in", false, true),
            ("sign-up", false, true),
            ("nowhere", false, true),
        ] {
            let route = Route::parse(path);
            assert_eq!(route.changes_something(), changes, "{path}");
            assert_eq!(route.needs_no_sign_in(), needs_no_sign_in, "{path}");
        }
    }

    #[test]
    fn the_root_and_the_trailing_slash_are_the_table() {
        for path in ["", "/", "/queues", "queues/", "/queues?", "queues#top"] {
            assert_eq!(Route::parse(path), Route::Queues(ListQuery::default()), "{path}");
        }
    }

    #[test]
    fn what_is_no_screen_is_not_found() {
        for path in [
            "x",
            "queues/x",
            "queues/7/x",
            "queues/drafts/x",
            "queues/-1",
            "queues/007",
            "queues/1e3",
            "%",
        ] {
            assert_eq!(Route::parse(path), Route::NotFound, "{path}");
        }
    }

    #[test]
    fn signing_in_leads_to_screens_of_ours_only() {
        for evil in [
            "https://evil.example/queues",
            "//evil.example/queues",
            "javascript:alert(1)",
            "/\\evil.example",
            "sign-in",
            &"sign-in?next=".repeat(10_000),
            "nowhere",
        ] {
            let path = format!("sign-in?next={}", encode(evil));
            assert_eq!(Route::parse(&path), Route::SignIn(None), "{evil}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_parses_to_the_same_screen(route in any_route()) {
            prop_assert_eq!(Route::parse(&route.to_string()), route);
        }

        #[test]
        fn any_text_parses(text in any::<String>()) {
            let _ = Route::parse(&text);
        }
    }
}
