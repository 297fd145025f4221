//! A feature's state with the one way in: a message changes it by its pure `update`, and what that asks for is carried out.
//!
//! Effects run after the state has been written, so that what they read and send is of the new one.

use leptos::prelude::*;

/// A state behind its messages. Copies are handles to the same.
pub(crate) struct Store<S: 'static, M: 'static> {
    state: RwSignal<S>,
    dispatch: Callback<(M, bool)>,
}

impl<S, M> Clone for Store<S, M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S, M> Copy for Store<S, M> {}

impl<S: Send + Sync, M: Send + Sync> Store<S, M> {
    /// A state, how a message changes it, and what carries out an effect. `run` is given the store to answer to.
    pub(crate) fn new<E: 'static>(
        state: S,
        update: fn(&mut S, M) -> Vec<E>,
        run: impl Fn(Self, E) + Send + Sync + 'static,
    ) -> Self {
        let state = RwSignal::new(state);
        let handle = StoredValue::new(None::<Self>);
        let dispatch = Callback::new(move |(message, is_told): (M, bool)| {
            let update = |state: &mut S| update(state, message);
            let effects = if is_told {
                state.try_update(update)
            } else {
                state.try_update_untracked(update)
            };
            if let (Some(effects), Some(store)) = (effects, handle.get_value()) {
                for effect in effects {
                    run(store, effect);
                }
            }
        });
        let store = Self { state, dispatch };
        handle.set_value(Some(store));
        store
    }

    /// Changes the state.
    pub(crate) fn send(self, message: M) {
        self.dispatch.run((message, true));
    }

    /// Changes the state; those who follow it see that with the next message.
    pub(crate) fn send_quietly(self, message: M) {
        self.dispatch.run((message, false));
    }

    /// Reads and follows it.
    pub(crate) fn with<U>(self, read: impl FnOnce(&S) -> U) -> U {
        self.state.with(read)
    }

    /// Reads it once.
    pub(crate) fn with_untracked<U>(self, read: impl FnOnce(&S) -> U) -> U {
        self.state.with_untracked(read)
    }

    /// A part of it that tells only when it has changed.
    pub(crate) fn memo<U: PartialEq + Send + Sync + 'static>(
        self,
        read: impl Fn(&S) -> U + Send + Sync + 'static,
    ) -> Memo<U> {
        Memo::new(move |_| self.state.with(&read))
    }
}
