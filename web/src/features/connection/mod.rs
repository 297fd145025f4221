//! The connection to the log API and to the companion that relays to it.

#[cfg(target_arch = "wasm32")]
pub(crate) mod effects;
pub mod state;
#[cfg(target_arch = "wasm32")]
pub(crate) mod view;
