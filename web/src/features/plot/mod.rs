//! The plot: rows over time on the axis of the lane, and the range that is selected of it.

pub mod bars;
pub mod counted;
#[cfg(target_arch = "wasm32")]
pub(crate) mod effects;
pub mod levels;
pub mod state;
#[cfg(target_arch = "wasm32")]
pub(crate) mod view;
pub mod words;
