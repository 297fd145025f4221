//! Ctrl-C and its kin: the first one cancels, a second one ends the program where it stands.
//!
//! A file that reaches a limit of its size (`ulimit -f`) raises a signal that would end the program without a word;
//! with a handler in its place, the write fails like one on a full disk.

use crate::exit::Exit;
use windrow_engine::CancellationToken;

/// The signals that stop a program. They count from when this was made.
#[cfg(unix)]
pub(crate) struct Signals(Vec<tokio::signal::unix::Signal>);

#[cfg(unix)]
impl Signals {
    /// Listens. A signal that cannot be listened to keeps its own effect, which is to end the program.
    pub(crate) fn new() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        // Its handler stays though nobody waits for it.
        let _ = signal(SignalKind::from_raw(libc::SIGXFSZ));
        let kinds = [SignalKind::interrupt(), SignalKind::terminate()];
        Self(
            kinds
                .into_iter()
                .filter_map(|kind| signal(kind).ok())
                .collect(),
        )
    }

    /// Waits for the next one.
    async fn next(&mut self) {
        use std::task::Poll;
        std::future::poll_fn(|context| {
            let came = self
                .0
                .iter_mut()
                .any(|signal| signal.poll_recv(context).is_ready());
            if came { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }
}

/// Ctrl-C.
#[cfg(not(unix))]
pub(crate) struct Signals;

#[cfg(not(unix))]
impl Signals {
    /// Listens.
    pub(crate) fn new() -> Self {
        Self
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            // None will ever come, and that is not one.
            std::future::pending::<()>().await;
        }
    }
}

/// Cancels at the first signal.
pub(crate) async fn stop(cancel: CancellationToken, mut signals: Signals) {
    signals.next().await;
    cancel.cancel();
    signals.next().await;
    std::process::exit(i32::from(Exit::Cancelled as u8));
}
