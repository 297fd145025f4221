//! The command and the companion from outside: real processes, real HTTP on loopback.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a surprise is a failed test"
)]

#[cfg(target_os = "linux")]
mod access;
mod asked;
mod bad_input;
mod companion;
mod fault_files;
mod late_events;
#[cfg(unix)]
mod limits;
mod native_http;
#[cfg(unix)]
mod outputs;
mod plan_by_hand;
mod priced;
mod program;
mod raw_http;
mod receipts;
mod refusals;
mod relayed;
mod scene;
#[cfg(unix)]
mod stopped;
#[cfg(target_os = "linux")]
mod unwritable;
mod upstream;
mod variables;
mod verified;
mod whole_run;
