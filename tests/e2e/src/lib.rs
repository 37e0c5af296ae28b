//! A real browser on the real Dioptra, with the project's own proxy between them.
//!
//! `cargo xtask test e2e` starts what the tests need and says where in the environment.
#![cfg(test)]

mod access;
mod chunks;
mod code;
mod cold;
mod deletion;
mod deploy;
mod dialogs;
mod drafts;
mod early;
mod edit;
mod embed;
mod exchange;
mod faults;
mod focus;
mod follow;
mod form;
mod frame;
mod history;
mod hostile;
mod identity;
mod job_actions;
mod jobs;
mod kit;
mod lab;
mod limits;
mod look;
mod losses;
mod many;
mod navigation;
mod numbers;
mod package;
mod queue;
mod retries;
mod scale;
mod session;
mod soak;
mod start;
mod table;
mod tags;
mod visit;
mod weather;

#[test]
fn every_test_that_the_table_of_faults_names_exists() {
    let folder = testkit::root().join("tests/e2e/src");
    let table = std::fs::read_to_string(testkit::root().join("docs/faults.md")).unwrap();
    let named = table.split('`').filter_map(|code| code.split_once("::"));
    for (file, test) in named {
        let source = std::fs::read_to_string(folder.join(format!("{file}.rs"))).unwrap_or_default();
        assert!(file == "file" || source.contains(&format!("fn {test}(")), "{file}::{test}");
    }
}
