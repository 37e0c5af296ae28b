//! What a cold visit may cost. `cargo xtask test build` holds the files to it, the end-to-end
//! tests what a browser fetches.

/// Bytes of the table, files compressed with brotli, first rows included.
pub const TABLE: usize = 176_000;
/// Requests of the table until its rows.
pub const TABLE_REQUESTS: usize = 8;
/// Bytes of the form "Create queue", which begins with the same file.
pub const FORM: usize = 225_000;
/// Requests of the form.
pub const FORM_REQUESTS: usize = 11;
