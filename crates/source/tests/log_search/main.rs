//! The Log Search connector against a scripted transport and a clock that runs only when something waits.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "test code: a failure is a failed test"
)]

mod answers;
mod failures;
mod polls;
mod script;
