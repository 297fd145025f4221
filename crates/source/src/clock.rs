//! The clock port: nothing in the core reads the time or waits by itself.

/// Tells the time and waits.
#[expect(
    async_fn_in_trait,
    reason = "futures stay on one thread, so no Send bound is wanted"
)]
pub trait Clock {
    /// The wall clock, epoch milliseconds UTC. It may be wrong: no claim rests on it.
    fn now_ms(&self) -> i64;

    /// Waits. Dropping the future ends the wait.
    async fn sleep(&self, wait_ms: u64);
}
