//! The design system: how things look and are operated, without any knowledge of logs.
//!
//! What is pure is tested natively; components are built for the page alone.

pub mod axis;
pub mod confirm;
pub mod escape;
pub mod format;
pub mod load;
pub mod zone;

#[cfg(target_arch = "wasm32")]
pub(crate) mod announce;
#[cfg(target_arch = "wasm32")]
pub(crate) mod confirm_button;
#[cfg(target_arch = "wasm32")]
pub(crate) mod dialog;
#[cfg(target_arch = "wasm32")]
pub(crate) mod dismiss;
#[cfg(target_arch = "wasm32")]
pub(crate) mod empty;
#[cfg(target_arch = "wasm32")]
pub(crate) mod icon;
#[cfg(target_arch = "wasm32")]
pub(crate) mod measure;
#[cfg(target_arch = "wasm32")]
pub(crate) mod popover;
#[cfg(target_arch = "wasm32")]
pub(crate) mod problem;
#[cfg(target_arch = "wasm32")]
pub(crate) mod store;
#[cfg(target_arch = "wasm32")]
pub(crate) mod tabs;
#[cfg(target_arch = "wasm32")]
pub(crate) mod text;
