//! The app as a program: the scripts in `web` call [`dioptra_queues::embed::mount`].
#![forbid(unsafe_code)]

use dioptra_queues as _;

fn main() {}
