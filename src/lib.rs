//! A web UI for the queues of NIST's Dioptra.
//!
//! A URL becomes a typed [`routes::Route`]; a page asks the [`api`]; the `api` speaks to Dioptra;
//! [`domain`] types come back; [`ui`] shows them. Data goes down, events come up, and there is one
//! door to the network.
//!
//! | room | holds | touches |
//! |---|---|---|
//! | [`domain`] | what Dioptra keeps, and the rules of its language | nothing |
//! | [`forms`] | what a person types, and what of it may be sent | nothing |
//! | [`routes`] | every screen as a value | nothing |
//! | [`api`] | the one `send`, its errors, a file per resource | the network |
//! | [`storage`] | what the browser keeps for us | the browser's storage |
//! | [`navigator`] | how pages move between screens | the address bar |
//! | [`js`] | JavaScript's values | |
//! | [`session`], [`context`] | who is signed in; what every page may ask for | |
//! | [`host`], [`embed`] | the page around the app; the app in a page | that page |
//! | [`ui`] | the parts that screens are made of | the DOM |
//! | [`pages`] | one file per screen, where `api` and `ui` meet; what the table does not need comes in a second file of WebAssembly | |
//! | [`app`] | the frame around the pages | |
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
pub mod navigator;
pub mod pages;
pub mod routes;
pub mod session;
pub mod storage;
pub mod ui;
