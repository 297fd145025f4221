//! Which log, query and window is open, and the pickers that choose them.

mod dated;
pub mod logs;
pub mod names;
pub mod opens;
mod shown;
pub mod state;
pub mod step;
pub mod typed;

#[cfg(target_arch = "wasm32")]
pub(crate) mod effects;
#[cfg(target_arch = "wasm32")]
pub(crate) mod log_picker;
#[cfg(target_arch = "wasm32")]
pub(crate) mod picker;
#[cfg(target_arch = "wasm32")]
mod recents;
#[cfg(target_arch = "wasm32")]
mod time_field;
#[cfg(target_arch = "wasm32")]
pub(crate) mod view;
