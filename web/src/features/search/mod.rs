//! Finding text in the cached rows.

pub mod state;

#[cfg(page)]
pub(crate) mod effects;
#[cfg(page)]
pub(crate) mod view;
