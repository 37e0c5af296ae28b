//! Everything that can go wrong between a request and its response.

use serde::Deserialize;
use serde_json::Value;

/// Why a request failed. Closed: whoever shows it must have words for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiError {
    /// No response came, or it broke off in the middle.
    Network,
    /// The request was aborted.
    Aborted,
    /// Nobody is signed in, or the session has ended.
    Unauthorized,
    /// The server has accepted the credentials, but the browser has not kept the session.
    NoSession,
    /// Nothing was sent: this other user is signed in by now.
    OtherUser(String),
    /// Username and password don't belong together.
    WrongCredentials,
    /// There is no such thing.
    NotFound,
    /// There was such a thing, but it was deleted.
    Deleted,
    /// The queue has a newer version than the one that the change began from.
    Stale,
    /// The user has a draft of this queue already.
    DraftExists,
    /// The name is taken.
    Conflict {
        /// What has it, if the server said so.
        existing: Option<u64>,
        /// The server's names of what is taken; of a queue also its group.
        attributes: Vec<String>,
    },
    /// The server refuses some fields: the API's name of each, and the server's words.
    Fields(Vec<(String, String)>),
    /// The search can't be parsed; the server's reason.
    Search(String),
    /// The server refuses for a reason of its own; its words.
    Refused(String),
    /// A response that is not Dioptra's, or that says no more than its status.
    Status(u16),
    /// The status says all is well, but the body is not what the API promises.
    Unreadable,
}

/// Dioptra's own errors (`error`, `message`, `detail`) and Flask-RESTX's (`errors`, `message`).
#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    error: String,
    message: String,
    detail: Value,
    errors: Value,
}

impl ApiError {
    /// Reads a response whose status is not 2xx. Decides on `error` and `detail`; `message` is for
    /// people and changes (404 messages get a "did you mean" tail).
    #[must_use]
    pub fn decode(status: u16, body: &str) -> Self {
        let body: Body = serde_json::from_str(body).unwrap_or_default();
        let detail = |name: &str| body.detail.get(name);
        match (status, body.error.as_str()) {
            (401, "UserAuthenticationError") => Self::WrongCredentials,
            (401, _) => Self::Unauthorized,
            (404, _) => Self::NotFound,
            (409, _) => Self::Conflict {
                existing: detail("existing_id").and_then(Value::as_u64),
                attributes: detail("entity_attributes")
                    .and_then(Value::as_object)
                    .map(|attributes| attributes.keys().cloned().collect())
                    .unwrap_or_default(),
            },
            (423, "EntityDeletedError") => Self::Deleted,
            (400, "DraftResourceModificationsCommitError") => Self::Stale,
            (400, "DraftAlreadyExistsError") => Self::DraftExists,
            (422, "SearchParseError") => {
                let reason = detail("reason").and_then(Value::as_str).unwrap_or(&body.message);
                Self::Search(reason.to_owned())
            }
            (400, _) if body.errors.is_object() => Self::Fields(fields(&body.errors)),
            (400..500, _) if !body.message.is_empty() => Self::Refused(body.message),
            _ => Self::Status(status),
        }
    }

    /// A name of its kind, for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Aborted => "aborted",
            Self::Unauthorized | Self::WrongCredentials | Self::NoSession => "unauthorized",
            Self::OtherUser(_) => "other-user",
            Self::NotFound => "not-found",
            Self::Deleted => "deleted",
            Self::Stale => "stale",
            Self::DraftExists => "draft-exists",
            Self::Conflict { .. } => "conflict",
            Self::Fields(_) | Self::Refused(_) => "refused",
            Self::Search(_) => "search",
            Self::Status(_) => "status",
            Self::Unreadable => "unreadable",
        }
    }

    /// The HTTP status of a response that says no more than that.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Status(status) => Some(*status),
            _ => None,
        }
    }

    /// A write that ended so may be applied later, by a server that is still at work on it: no response
    /// of its own came. After any other end, what a look-up finds is final.
    #[must_use]
    pub fn may_still_run(&self) -> bool {
        matches!(self, Self::Network | Self::Aborted | Self::Status(502..=504))
    }

    /// A write that ended so may have been applied all the same.
    #[must_use]
    pub fn is_uncertain(&self) -> bool {
        match self {
            Self::Network | Self::Aborted | Self::Unreadable => true,
            Self::Status(status) => *status >= 500,
            _ => false,
        }
    }
}

/// `{field: [text, …]}`, where lists nest once more (`{ids: {"0": [text]}}`).
fn fields(errors: &Value) -> Vec<(String, String)> {
    let Value::Object(errors) = errors else {
        return Vec::new();
    };
    let texts = |value: &Value| {
        let mut found = Vec::new();
        collect(value, &mut found);
        found.join(" ")
    };
    errors.iter().map(|(field, value)| (field.clone(), texts(value))).collect()
}

fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
        Value::Object(values) => values.values().for_each(|value| collect(value, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::*};

    #[test]
    fn whatever_a_proxy_says_is_known_by_its_status() {
        for status in [413, 414, 500, 502, 504] {
            let html = "<html><body><h1>nginx</h1></body></html>";
            assert_eq!(ApiError::decode(status, html), ApiError::Status(status));
        }
    }

    #[test]
    fn a_404_without_json_is_not_found_too() {
        assert_eq!(ApiError::decode(404, "<!doctype html>"), ApiError::NotFound);
    }

    #[test]
    fn programs_are_told_the_kind_and_the_status_if_that_is_all_that_is_known() {
        for (error, code, status) in [
            (ApiError::Network, "network", None),
            (ApiError::Unauthorized, "unauthorized", None),
            (ApiError::Conflict { existing: None, attributes: vec![] }, "conflict", None),
            (ApiError::Refused("no".to_owned()), "refused", None),
            (ApiError::Status(502), "status", Some(502)),
        ] {
            assert_eq!((error.code(), error.status()), (code, status));
        }
    }

    #[test]
    fn only_a_write_whose_end_was_not_seen_is_uncertain() {
        assert!(ApiError::Network.is_uncertain());
        assert!(ApiError::Status(504).is_uncertain());
        assert!(!ApiError::Status(413).is_uncertain());
        assert!(!ApiError::Conflict { existing: None, attributes: vec![] }.is_uncertain());
        assert!(ApiError::Status(504).may_still_run() && ApiError::Aborted.may_still_run());
        assert!(!ApiError::Status(500).may_still_run() && !ApiError::Unreadable.may_still_run());
    }

    proptest! {
        #[test]
        fn any_body_decodes(status in 300u16..600, body in any::<String>()) {
            let _ = ApiError::decode(status, &body);
        }

        #[test]
        fn any_json_decodes(status in 300u16..600, error in any::<String>(), nested in vec(any::<String>(), 0..3)) {
            let body = serde_json::json!({"error": error, "errors": {"a": {"0": nested}}, "detail": nested});
            let _ = ApiError::decode(status, &body.to_string());
        }
    }
}
