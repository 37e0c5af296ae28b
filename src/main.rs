//! Mounts the stand-alone app.
#![forbid(unsafe_code)]

fn main() {
    // `public/boot.js` leaves word of what to mount and where. In somebody else's page it is not
    // there, and whoever loaded us calls `embed::mount`.
    dioptra_queues::embed::mount_page();
}
