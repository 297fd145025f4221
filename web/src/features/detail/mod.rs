//! One whole row.

pub mod fields;
pub mod json;
pub mod state;

#[cfg(target_arch = "wasm32")]
pub(crate) mod effects;
#[cfg(target_arch = "wasm32")]
pub(crate) mod view;
