//! Finding text in the cached rows.

#[cfg(page)]
pub(crate) mod effects;
pub mod find;
#[cfg(page)]
pub(crate) mod view;
