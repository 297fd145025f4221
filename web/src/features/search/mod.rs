//! Finding text in the cached rows.

pub mod find;
pub mod state;

#[cfg(page)]
pub(crate) mod effects;
#[cfg(page)]
pub(crate) mod view;
