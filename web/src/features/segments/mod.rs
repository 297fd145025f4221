//! Segments and parts, and what bypass runs have left.

pub mod state;

#[cfg(page)]
pub(crate) mod effects;
#[cfg(page)]
pub(crate) mod view;
