//! The browser's clock.

use windrow_protocol::browser::task;
use windrow_source::Clock;

/// `Date.now` and `setTimeout`.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct BrowserClock;

impl Clock for BrowserClock {
    fn now_ms(&self) -> i64 {
        task::now_ms()
    }

    async fn sleep(&self, wait_ms: u64) {
        task::sleep_ms(wait_ms).await;
    }
}
