//! The window in numbers.

pub mod state;

#[cfg(page)]
pub(crate) mod effects;
#[cfg(page)]
pub(crate) mod view;
