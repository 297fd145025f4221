//! What this browser keeps: datasets, quota, deletion.

#[cfg(page)]
pub(crate) mod effects;
pub mod state;
#[cfg(page)]
pub(crate) mod view;
