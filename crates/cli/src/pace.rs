//! At most so many requests a minute, for accounts that several programs share.
//!
//! Without a limit only the source's own rate-limit headers are followed.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Spaces requests evenly. Clones share their turns.
#[derive(Clone, Debug, Default)]
pub struct Pace {
    apart: Option<Duration>,
    next: Rc<Cell<Option<Instant>>>,
}

impl Pace {
    /// No limit.
    pub fn free() -> Self {
        Self::default()
    }

    /// At most `requests` a minute, at least one.
    pub fn per_minute(requests: u32) -> Self {
        Self {
            apart: Some(Duration::from_secs(60) / requests.max(1)),
            next: Rc::default(),
        }
    }

    /// Waits until the next request may go.
    pub async fn turn(&self) {
        let Some(apart) = self.apart else {
            return;
        };
        let now = Instant::now();
        let mine = self.next.get().map_or(now, |next| next.max(now));
        self.next.set(Some(mine + apart));
        sleep_until(mine).await;
    }
}
