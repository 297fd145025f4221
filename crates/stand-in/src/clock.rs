//! The stand-in's time: the machine's, or one that a test turns by hand.

use std::fmt;
use std::sync::Arc;

/// Tells epoch milliseconds.
#[derive(Clone)]
pub(crate) struct ServerClock(Arc<dyn Fn() -> i64 + Send + Sync>);

impl ServerClock {
    pub(crate) fn new(now_ms: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(now_ms))
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a server of its own has the machine's time, unless a test gives it another"
    )]
    pub(crate) fn system() -> Self {
        Self::new(|| jiff::Timestamp::now().as_millisecond())
    }

    pub(crate) fn now_ms(&self) -> i64 {
        (self.0)()
    }
}

impl fmt::Debug for ServerClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerClock")
    }
}
