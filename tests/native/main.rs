//! Windrow as the operator meets it: the real binary, logs in files, real HTTP on this machine, real files, foreign readers.
//!
//! One module a behaviour. Nothing here knows the code; only the command line, the request log, the exit codes and the files.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in a test a surprise is a failed test"
)]

mod asked;
mod bad_input;
mod damaged;
mod documents;
mod events;
mod killed;
mod logs;
mod parallel;
mod plan_have;
mod readers;
mod real_input;
mod recipes;
