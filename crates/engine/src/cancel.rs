//! Stopping a run between two pages, from outside.

use futures_util::future::{Either, select};
use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Poll, Waker};

/// A switch shared between who runs and who stops. Once thrown it stays.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Rc<State>);

#[derive(Debug, Default)]
struct State {
    thrown: Cell<bool>,
    waiting: RefCell<Vec<Waker>>,
    /// Thrown with it.
    above: Option<Cancel>,
}

/// The run was stopped: an outcome, not an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancelled;

impl Cancel {
    /// A switch that is not thrown.
    pub fn new() -> Self {
        Self::default()
    }

    /// A switch that is also thrown with this one.
    #[must_use]
    pub fn under(&self) -> Self {
        Self(Rc::new(State {
            above: Some(self.clone()),
            ..State::default()
        }))
    }

    /// Stops what runs under it.
    pub fn cancel(&self) {
        self.0.thrown.set(true);
        for waker in self.0.waiting.take() {
            waker.wake();
        }
    }

    /// Whether it was thrown.
    pub fn is_cancelled(&self) -> bool {
        self.0.thrown.get() || self.0.above.as_ref().is_some_and(Self::is_cancelled)
    }

    fn wake_when_thrown(&self, waker: &Waker) {
        let mut waiting = self.0.waiting.borrow_mut();
        if !waiting.iter().any(|held| held.will_wake(waker)) {
            waiting.push(waker.clone());
        }
        if let Some(above) = &self.0.above {
            above.wake_when_thrown(waker);
        }
    }

    /// Runs `work` until it ends or the switch is thrown; then `work` is dropped where it stands.
    pub async fn race<F: Future>(&self, work: F) -> Result<F::Output, Cancelled> {
        if self.is_cancelled() {
            return Err(Cancelled);
        }
        let thrown = poll_fn(|context| {
            if self.is_cancelled() {
                return Poll::Ready(());
            }
            self.wake_when_thrown(context.waker());
            Poll::Pending
        });
        match select(pin!(thrown), pin!(work)).await {
            Either::Left(((), _)) => Err(Cancelled),
            Either::Right((output, _)) => Ok(output),
        }
    }
}
