//! What the log API makes a call wait for, told to the page where no run tells it: while counting and while connecting.

use super::host::Call;
use super::shape;
use crate::protocol::Push;
use crate::task;
use std::cell::Cell;
use windrow_source::Notice;

/// Tells the page what a call waits for. Of several waits at once the longest stays in sight: a rate limit makes all of them wait.
pub(super) fn telling(call: &Call) -> impl Fn(Notice) {
    let told_until_ms = Cell::new(0);
    move |notice| {
        let now_ms = task::now_ms();
        let until_ms = match notice {
            Notice::Waiting { wait_ms, .. } => Some(now_ms.saturating_add_unsigned(wait_ms)),
            Notice::Running { .. } => None,
        };
        if until_ms.unwrap_or(now_ms) > told_until_ms.get() {
            told_until_ms.set(until_ms.unwrap_or_default());
            call.push(Push::Paused(shape::pause(notice, until_ms)));
        }
    }
}
