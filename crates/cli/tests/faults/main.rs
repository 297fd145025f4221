//! The whole path under faults: the real stand-in over HTTP, the real connector and the real engine; only the clock never waits.
//!
//! Each module is a kind of fault; `docs/requirements/rtm.md` says which scenario each test stands for.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a surprise is a failed test"
)]

mod chains;
mod key;
mod odd;
#[path = "../cli/program.rs"]
#[expect(dead_code, reason = "the tests of the command line use more of it")]
mod program;
mod scene;
mod time;
mod transport;
