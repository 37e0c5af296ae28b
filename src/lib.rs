//! A web UI for the queues of NIST's Dioptra.
//!
//! A URL becomes a typed [`routes::Route`]; a page asks the [`api`]; the `api` speaks to Dioptra;
//! [`domain`] types come back; [`ui`] shows them. Data goes down, events come up, and there is one
//! door to the network.
//!
//! | room | holds | touches |
//! |---|---|---|
//! | [`domain`] | what Dioptra keeps, and the rules of its language | nothing |
//! | [`forms`] | what a user types, and what of it may be sent | nothing |
//! | [`routes`] | every screen as a value | nothing |
//! | [`js`] | values of JavaScript | |
//! | [`api`] | the one `send`, its errors, a file per resource | the network |
//! | [`storage`] | what the browser stores for us | the browser's storage |
//! | [`host`] | what the host document decides and hears | that document |
//! | [`navigator`] | navigation between screens | the address bar |
//! | [`ui`] | the parts that screens are made of | the DOM |
//! | [`session`], [`context`] | who is signed in; what every screen may ask for | |
//! | [`mod@lazy`] | views in chunks of WebAssembly | |
//! | [`pages`] | one file per screen, where `api` and `ui` meet | |
//! | [`app`] | the shell around the screens | |
//! | [`embed`] | the app mounted in a document | |
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod api;
pub mod app;
pub mod context;
pub mod domain;
pub mod embed;
pub mod forms;
pub mod host;
pub mod js;
pub mod lazy;
pub mod navigator;
pub mod pages;
pub mod routes;
pub mod session;
pub mod storage;
pub mod ui;

/// Some 1 kB less after brotli than the standard one, measured on this app.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
