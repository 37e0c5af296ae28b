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
mod edit;
mod embed;
mod faults;
mod form;
mod frame;
mod history;
mod hostile;
mod identity;
mod limits;
mod losses;
mod navigation;
mod queue;
mod session;
mod soak;
mod start;
mod table;
mod tags;
mod visit;
mod weather;
