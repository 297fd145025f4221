//! How a long answer shares its thread: what is known is pushed now and then, and other calls are let in between.

use windrow_protocol::browser::task;

/// What is known so far is pushed at most this often.
const PUSH_MS: i64 = 150;

/// Other calls wait at most this long, and the rest of a step.
const TURN_MS: i64 = 8;

/// When it last did either.
pub(super) struct Pace {
    pushed_ms: i64,
    turned_ms: i64,
}

impl Pace {
    pub(super) fn begin() -> Self {
        let now_ms = task::now_ms();
        Self {
            pushed_ms: now_ms,
            turned_ms: now_ms,
        }
    }

    /// Whether it is time to push.
    pub(super) fn is_push_due(&mut self) -> bool {
        let now_ms = task::now_ms();
        let is_due = now_ms - self.pushed_ms >= PUSH_MS;
        if is_due {
            self.pushed_ms = now_ms;
        }
        is_due
    }

    /// Lets other calls in, where they have waited for long enough.
    pub(super) async fn give_way(&mut self) {
        if task::now_ms() - self.turned_ms >= TURN_MS {
            task::next_turn().await;
            self.turned_ms = task::now_ms();
        }
    }
}
