//! Whether a worker that ended is started once more, or is left to the person.
//!
//! Takes when workers got ready and ended, counts those in a row that did not live long.

/// A worker that lived for this long was well.
const WELL_MS: i64 = 30_000;

/// Restarts in a row before it is left to the person.
const RESTARTS: u32 = 3;

/// The workers so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Restarts {
    in_a_row: u32,
    ready_ms: Option<i64>,
}

impl Restarts {
    /// A worker got ready.
    pub fn ready(&mut self, now_ms: i64) {
        self.ready_ms = Some(now_ms);
    }

    /// The worker ended: whether another is started.
    pub fn may_go_on(&mut self, now_ms: i64) -> bool {
        let ready_ms = self.ready_ms.take();
        if ready_ms.is_some_and(|ready_ms| now_ms - ready_ms >= WELL_MS) {
            self.in_a_row = 0;
        }
        self.in_a_row += 1;
        self.in_a_row <= RESTARTS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_that_ends_again_and_again_is_left_to_the_person() {
        let mut restarts = Restarts::default();
        for at in 0..3 {
            restarts.ready(at * 1000);
            assert!(restarts.may_go_on(at * 1000 + 500));
        }
        restarts.ready(3000);
        assert!(!restarts.may_go_on(3500));
    }

    #[test]
    fn one_that_never_gets_ready_does_not_count_as_well() {
        let mut restarts = Restarts::default();
        let tries = (0..4).map(|at| restarts.may_go_on(at * 60_000));
        assert_eq!(tries.collect::<Vec<_>>(), [true, true, true, false]);
    }

    #[test]
    fn a_worker_that_was_well_is_started_again_each_time() {
        let mut restarts = Restarts::default();
        for at in 0..20 {
            restarts.ready(at * 60_000);
            assert!(restarts.may_go_on(at * 60_000 + 30_000));
        }
    }
}
