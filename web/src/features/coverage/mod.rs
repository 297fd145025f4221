//! What of the window is cached: the sentence, the lane, what stands in the way, and verification.

#[cfg(target_arch = "wasm32")]
pub(crate) mod effects;
#[cfg(target_arch = "wasm32")]
pub(crate) mod lane;
pub mod mini_lane;
pub mod pieces;
pub mod place;
pub mod sentence;
pub mod standing;
pub mod state;
#[cfg(target_arch = "wasm32")]
pub(crate) mod view;
