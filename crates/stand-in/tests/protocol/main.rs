//! The stand-in over real HTTP on loopback.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test code: a failure is a failed test"
)]

mod client;
mod faults;
mod pages;
mod replays;
mod rules;
