//! What this browser keeps: datasets, quota, deletion.

#[cfg(target_arch = "wasm32")]
pub(crate) mod effects;
pub mod state;
#[cfg(target_arch = "wasm32")]
pub(crate) mod view;
