//! A value of the page that views follow.
//!
//! Like a signal, but of one type inside: what changed is told by one kind of trigger, so that a page with thirty kinds of state
//! carries the reactive machinery once and not thirty times. A signal a type cost a third of the page's size.
//! A slot lives as long as the page; it is never disposed, so an answer that comes late always finds it.

use leptos::prelude::*;
use std::sync::{PoisonError, RwLock};

/// A value with a trigger. Copies are handles to the same value.
pub(crate) struct Slot<T: 'static> {
    value: &'static RwLock<T>,
    changed: RwSignal<()>,
}

impl<T> Clone for Slot<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Slot<T> {}

impl<T: Default + Send + Sync> Default for Slot<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T: Send + Sync> Slot<T> {
    /// A slot for the rest of the page's life.
    pub(crate) fn new(value: T) -> Self {
        Self {
            value: Box::leak(Box::new(RwLock::new(value))),
            changed: RwSignal::new(()),
        }
    }

    /// Reads and follows it.
    pub(crate) fn with<U>(self, read: impl FnOnce(&T) -> U) -> U {
        self.changed.track();
        self.with_untracked(read)
    }

    /// Reads it once. The value must not be written from inside.
    pub(crate) fn with_untracked<U>(self, read: impl FnOnce(&T) -> U) -> U {
        read(&self.value.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes it and tells who follows.
    pub(crate) fn update(self, change: impl FnOnce(&mut T)) {
        self.update_untracked(change);
        self.changed.notify();
    }

    /// Changes it and tells nobody.
    pub(crate) fn update_untracked<U>(self, change: impl FnOnce(&mut T) -> U) -> U {
        change(&mut self.value.write().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces it and tells who follows.
    pub(crate) fn set(self, value: T) {
        // The old value is dropped after the lock is free: its own drop may read the page.
        let old = self.update_untracked(|held| std::mem::replace(held, value));
        drop(old);
        self.changed.notify();
    }
}

impl<T: Clone + Send + Sync> Slot<T> {
    /// A copy, followed.
    pub(crate) fn get(self) -> T {
        self.with(T::clone)
    }

    /// A copy.
    pub(crate) fn get_untracked(self) -> T {
        self.with_untracked(T::clone)
    }
}
