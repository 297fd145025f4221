//! The rate limit: requests per fifteen minutes, in the headers of every answer. Polls have one of their own.

/// The period of the limit.
const PERIOD_MS: i64 = 900_000;

/// Requests used in the period under way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quota {
    limit: u64,
    used: u64,
    since_ms: i64,
}

/// What the headers say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Allowance {
    pub(crate) limit: u64,
    pub(crate) remaining: u64,
    pub(crate) reset_seconds: u64,
    /// Whether the request is within the limit.
    pub(crate) granted: bool,
}

impl Quota {
    pub(crate) const fn new(limit: u64) -> Self {
        Self {
            limit,
            used: 0,
            since_ms: i64::MIN,
        }
    }

    /// Takes one request out.
    pub(crate) fn take(&mut self, now_ms: i64) -> Allowance {
        if self.since_ms == i64::MIN || now_ms.saturating_sub(self.since_ms) >= PERIOD_MS {
            self.since_ms = now_ms;
            self.used = 0;
        }
        let granted = self.used < self.limit;
        self.used += u64::from(granted);
        let left_ms = self
            .since_ms
            .saturating_add(PERIOD_MS)
            .saturating_sub(now_ms);
        Allowance {
            limit: self.limit,
            remaining: self.limit - self.used,
            reset_seconds: u64::try_from(left_ms).unwrap_or_default().div_ceil(1_000),
            granted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_holds_for_a_period_and_then_starts_again() {
        let mut quota = Quota::new(2);
        let first = quota.take(1_000);
        assert_eq!(
            (first.remaining, first.reset_seconds, first.granted),
            (1, 900, true)
        );
        assert!(quota.take(2_000).granted);
        let refused = quota.take(61_000);
        assert_eq!(
            (refused.remaining, refused.reset_seconds, refused.granted),
            (0, 840, false)
        );
        assert!(quota.take(901_000).granted);
    }
}
