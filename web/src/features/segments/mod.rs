//! Segments and parts as a table.

#[cfg(page)]
pub(crate) mod effects;
#[cfg(page)]
pub(crate) mod view;
