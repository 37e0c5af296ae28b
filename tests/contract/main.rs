//! Responses of the real server (`cargo xtask record`) decode.

use std::{collections::BTreeSet, fs, path::Path};

use dioptra_queues::{
    api::ApiError,
    domain::{Entrypoint, Job, Page, Queue, SavedDraft, Tag, User},
};
use serde::de::DeserializeOwned;

fn recorded(name: &str) -> (u16, String) {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/contract/recorded/{name}.json"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let status = value["status"].as_u64().and_then(|status| status.try_into().ok()).unwrap();
    (status, value["body"].as_str().unwrap().to_owned())
}

fn read<T: DeserializeOwned>(name: &str) -> T {
    let (status, body) = recorded(name);
    assert_eq!(status, 200, "{name}");
    serde_json::from_str(&body).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn error(name: &str) -> ApiError {
    let (status, body) = recorded(name);
    assert!(status >= 400, "{name}: {status}");
    ApiError::decode(status, &body)
}

#[test]
fn a_queue_decodes_with_all_its_attributes() {
    let queue: Queue = read("queue");
    assert_eq!(queue.name, "tensorflow-cpu");
    assert_eq!(queue.description.as_deref(), Some("It's “quoted”,\nin two lines 🙂"));
    assert_eq!((queue.group.id, queue.group.name.as_str()), (1, "public"));
    assert_eq!(queue.user.unwrap().username, "recorder");
    assert_eq!(queue.tags[0].name, "gpu");
    assert!(queue.created_on.starts_with("20") && queue.created_on.ends_with("+00:00"));
    assert!(!queue.last_modified_on.is_empty());
    assert!(!queue.deleted && queue.has_draft);
    assert!(!read::<Queue>("queue-bare").has_draft);
}

#[test]
fn a_queue_without_a_description_and_a_deleted_queue_decode() {
    assert_eq!(read::<Queue>("queue-bare").description, None);
    assert!(read::<Queue>("queue-deleted").deleted);
    assert_eq!(read::<Queue>("created").name, "created");
}

#[test]
fn lists_decode_full_empty_and_past_their_end() {
    let page: Page<Queue> = read("queues");
    assert_eq!((page.index, page.total_num_results, page.data.len()), (0, 3, 3));
    assert_eq!(page.data.iter().filter(|queue| queue.deleted).count(), 1);
    let none: Page<Queue> = read("queues-none");
    assert!(none.data.is_empty() && !none.is_past_the_end());
    assert!(read::<Page<Queue>>("queues-past-the-end").is_past_the_end());
}

#[test]
fn the_signed_in_person_decodes_with_their_groups() {
    let user: User = read("user");
    assert_eq!(user.username, "recorder");
    assert_eq!(user.groups[0].name, "public");
}

#[test]
fn a_taken_name_says_which_queue_has_it() {
    let taken: Queue = read("queue");
    let ApiError::Conflict { existing, .. } = error("error-a-name-taken") else { panic!() };
    assert_eq!(existing, Some(taken.id));
}

#[test]
fn a_taken_account_says_what_of_it_is_taken() {
    let attributes = |name| match error(name) {
        ApiError::Conflict { attributes, .. } => attributes,
        other => panic!("{other:?}"),
    };
    assert_eq!(attributes("error-a-username-taken"), ["username"]);
    assert_eq!(attributes("error-a-email-taken"), ["email_address"]);
}

#[test]
fn a_search_that_cannot_be_parsed_says_why() {
    let ApiError::Search(reason) = error("error-a-search") else { panic!() };
    assert!(reason.contains("Expected end of text"), "{reason}");
}

#[test]
fn refused_fields_are_named_nested_lists_too() {
    let ApiError::Fields(fields) = error("error-b-field") else { panic!() };
    assert_eq!(fields, [("odd".to_owned(), "Unknown field.".to_owned())]);
    let ApiError::Fields(fields) = error("error-b-nested") else { panic!() };
    assert_eq!(fields, [("ids".to_owned(), "Not a valid integer.".to_owned())]);
    assert!(matches!(error("error-b-page-length"), ApiError::Fields(_)));
}

#[test]
fn signed_out_and_wrong_credentials_are_told_apart() {
    assert_eq!(error("error-c-signed-out"), ApiError::Unauthorized);
    assert_eq!(error("error-a-credentials"), ApiError::WrongCredentials);
}

#[test]
fn what_is_not_there_is_not_found_in_every_shape() {
    for name in [
        "error-a-no-such-queue",
        "error-a-no-such-group",
        "error-a-list-of-no-group",
        "error-d-no-such-route",
    ] {
        assert_eq!(error(name), ApiError::NotFound, "{name}");
    }
}

#[test]
fn other_refusals_keep_the_servers_words() {
    for (name, part) in [
        ("error-a-name-rule", "disallowed characters"),
        ("error-a-sort", "evil"),
        ("error-c-json", "Failed to decode JSON"),
        ("error-c-method", "not allowed"),
    ] {
        let ApiError::Refused(words) = error(name) else { panic!("{name}: {:?}", error(name)) };
        assert!(words.contains(part), "{name}: {words}");
    }
}

#[test]
fn pages_of_html_are_known_by_their_status() {
    assert_eq!(error("error-d-too-long"), ApiError::Status(414));
    assert_eq!(error("error-d-broken"), ApiError::Status(500));
}

#[test]
fn a_queue_with_unknown_fields_and_without_optional_ones_decodes() {
    let bare = r#"{"id": 1, "name": "n", "group": {"id": 1, "name": "g", "odd": 1}, "new": [{}]}"#;
    let queue: Queue = serde_json::from_str(bare).unwrap();
    assert_eq!((queue.description, queue.tags.len(), queue.user), (None, 0, None));
}

#[test]
fn every_recorded_response_is_looked_at() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/contract");
    let source = fs::read_to_string(folder.join("main.rs")).unwrap();
    let unused: BTreeSet<String> = fs::read_dir(folder.join("recorded"))
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .filter(|name| !source.contains(&format!("\"{name}\"")))
        .collect();
    assert_eq!(unused, BTreeSet::new());
}

#[test]
fn drafts_of_both_kinds_decode() {
    let new: SavedDraft = read("draft-new");
    assert_eq!((new.payload.name.as_str(), new.description_or_empty()), ("draft", "to come"));
    assert_eq!((new.resource, new.resource_snapshot, new.group.id), (None, None, 1));
    let change: SavedDraft = read("draft-change");
    let queue: Queue = read("queue");
    assert_eq!(change.resource, Some(queue.id));
    assert!(change.resource_snapshot.is_some_and(|base| base < queue.snapshot));
    assert!(!change.created_on.is_empty() && !change.last_modified_on.is_empty());
    let page: Page<SavedDraft> = read("drafts");
    assert_eq!(page.total_num_results, 2);
    assert!(page.data.iter().any(|draft| draft.is_same(&new)));
}

#[test]
fn versions_decode_oldest_first() {
    let page: Page<Queue> = read("snapshots");
    let texts: Vec<_> = page.data.iter().map(Queue::description_or_empty).collect();
    assert_eq!((texts.len(), texts[1]), (3, "changed"));
    assert!(page.data.is_sorted_by_key(|version| version.snapshot));
    assert!(page.data.iter().all(|version| !version.snapshot_created_on.is_empty()));
}

#[test]
fn tags_jobs_and_entrypoints_decode() {
    let tags: Page<Tag> = read("tags");
    assert_eq!(tags.data[0].group.as_ref().map(|group| group.id), Some(1));
    assert!(read::<Page<Job>>("jobs").data.is_empty());
    assert!(read::<Page<Entrypoint>>("entrypoints").data.is_empty());
}

#[test]
fn what_keeps_a_draft_from_being_saved_is_told_apart() {
    assert_eq!(error("error-a-draft-stale"), ApiError::Stale);
    assert_eq!(error("error-a-draft-exists"), ApiError::DraftExists);
    assert_eq!(error("error-a-draft-of-deleted"), ApiError::Deleted);
    assert_eq!(error("error-a-no-such-draft"), ApiError::NotFound);
    assert_eq!(error("error-a-no-draft-to-commit"), ApiError::NotFound);
}
