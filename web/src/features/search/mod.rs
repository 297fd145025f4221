//! Finding text in the cached rows.

pub mod find;
pub mod state;

#[cfg(target_arch = "wasm32")]
pub(crate) mod effects;
#[cfg(target_arch = "wasm32")]
pub(crate) mod view;
