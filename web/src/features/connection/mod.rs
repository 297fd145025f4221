//! The connection to the log API and to the companion that relays to it.

#[cfg(page)]
pub(crate) mod effects;
pub mod state;
#[cfg(page)]
pub(crate) mod view;
