//! One whole row.

#[cfg(page)]
pub(crate) mod effects;
pub mod json;
#[cfg(page)]
pub(crate) mod view;
