//! The field list: which fields the rows have, and their most frequent values.

#[cfg(target_arch = "wasm32")]
pub(crate) mod effects;
pub mod listed;
pub mod state;
#[cfg(target_arch = "wasm32")]
pub(crate) mod view;
