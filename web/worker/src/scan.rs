//! Several workers for one question over a large window.
//!
//! The worker of the page hands out portions of the window's parts ([`pool`]), asks its own, and adds up what the others answer.
//! A scan worker ([`serve`]) is the same program under another name. It opens the same window by itself, refuses where it does
//! not see the same parts, and keeps the columns of its portion at hand for the next question.
//! Whatever a scan worker does not answer, the worker of the page asks itself: they are there for speed and nothing else.

pub(super) mod message;
pub(super) mod pool;
pub(super) mod serve;
pub(super) mod share;

use crate::mailbox::scope;

/// The name by which a scan worker knows what it is.
pub(super) const NAME: &str = "windrow scan";

/// Whether this worker was started to scan.
pub(super) fn is_meant() -> bool {
    scope().is_some_and(|scope| scope.name() == NAME)
}
