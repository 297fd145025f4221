//! Segments and parts, and what bypass runs have left.

pub mod state;

#[cfg(target_arch = "wasm32")]
pub(crate) mod effects;
#[cfg(target_arch = "wasm32")]
pub(crate) mod view;
