//! The wall clock and waiting, for the core's `Clock` port.
//!
//! The one native module that reads the time and waits.

use std::time::{Duration, SystemTime, UNIX_EPOCH};
use windrow_source::Clock;

/// The system's clock, and tokio's timer. Needs a tokio runtime with time.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the native implementation of the clock port"
    )]
    fn now_ms(&self) -> i64 {
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |ms| -ms),
        }
    }

    async fn sleep(&self, wait_ms: u64) {
        tokio::time::sleep(Duration::from_millis(wait_ms)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_tells_a_year_after_this_was_written() {
        assert!(SystemClock.now_ms() > 1_700_000_000_000);
    }
}
