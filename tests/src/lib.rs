//! What the tests of the whole share: the `windrow` binary, the stand-in as a process of its own, logs, foreign readers, browsers.
//!
//! | module | noun |
//! | --- | --- |
//! | [`binary`] | `windrow`, run to its end or kept running |
//! | [`stand_in`] | `windrow stand-in`, and what was asked of it |
//! | [`valve`] | a gate in front of the log API, which holds requests until it is opened |
//! | [`made_log`] | a log of as many lines of a length as a test wants, and bursts |
//! | [`dpkg_log`] | a log as dpkg writes it, with the time of every line |
//! | [`tree`] | what lies under a directory, to see that nothing changed |
//! | [`python`] | pyarrow and DuckDB |
//! | [`http`] | a request to a process on this machine |
//! | [`driver`], [`pool`], [`page`] | a real browser, those that tests share, and the page in one |
//! | [`door`] | a browser that lacks something, before the companion |
//!
//! Only loopback is talked to, every port is chosen free, every process started here is ended here by its id.
//! Nothing waits for a time: a test waits for a line, an answer or a state, with a limit after which it fails.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in a harness a surprise is a failed test"
)]

pub mod binary;
#[cfg(feature = "browser")]
pub mod door;
pub mod dpkg_log;
#[cfg(feature = "browser")]
pub mod driver;
pub mod http;
pub mod made_log;
#[cfg(feature = "browser")]
pub mod page;
#[cfg(feature = "browser")]
pub mod pool;
pub mod python;
pub mod stand_in;
pub mod tree;
pub mod valve;

use std::path::Path;

/// The repository's root.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}
