//! Which log, query and window is open, and the picker that chooses it.

#[cfg(page)]
pub(crate) mod effects;
pub mod names;
pub mod opens;
pub mod state;
pub mod step;
pub mod typed;
#[cfg(page)]
pub(crate) mod view;
