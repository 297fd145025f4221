//! The browser's clock.

use crate::task;
use std::rc::Rc;
use windrow_source::Clock;

/// `Date.now` and `setTimeout`.
#[derive(Clone, Default)]
pub(super) struct BrowserClock {
    tell: Option<Rc<dyn Fn(u64)>>,
}

impl BrowserClock {
    /// One that says how long each wait is, in milliseconds, as it begins.
    pub(super) fn telling(tell: impl Fn(u64) + 'static) -> Self {
        Self {
            tell: Some(Rc::new(tell)),
        }
    }
}

impl Clock for BrowserClock {
    fn now_ms(&self) -> i64 {
        task::now_ms()
    }

    async fn sleep(&self, wait_ms: u64) {
        if let Some(tell) = &self.tell {
            tell(wait_ms);
        }
        task::sleep_ms(wait_ms).await;
    }
}
