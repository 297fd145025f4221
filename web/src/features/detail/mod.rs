//! One whole row.

pub mod fields;
pub mod json;
pub mod state;

#[cfg(page)]
pub(crate) mod effects;
#[cfg(page)]
pub(crate) mod view;
