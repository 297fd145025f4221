//! The table of rows.

pub mod cache;
#[cfg(page)]
pub(crate) mod effects;
pub mod scroll;
pub mod table;
#[cfg(page)]
pub(crate) mod view;
