//! A fetch: its cost, its progress and its receipt.

pub mod cost;
#[cfg(target_arch = "wasm32")]
pub(crate) mod effects;
pub mod progress;
pub mod receipt;
pub mod run;
pub mod state;
#[cfg(target_arch = "wasm32")]
pub(crate) mod view;
