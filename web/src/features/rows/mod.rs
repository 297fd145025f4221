//! The table of rows.

pub mod cache;
pub mod columns;
pub mod lines;
pub mod message;
pub mod minimap;
pub mod rest;
pub mod scroll;
pub mod seam;
pub mod state;
pub mod table;

#[cfg(target_arch = "wasm32")]
pub(crate) mod around_view;
#[cfg(target_arch = "wasm32")]
pub(crate) mod effects;
#[cfg(target_arch = "wasm32")]
pub(crate) mod field_cell;
#[cfg(target_arch = "wasm32")]
pub(crate) mod head;
#[cfg(target_arch = "wasm32")]
pub(crate) mod line_view;
#[cfg(target_arch = "wasm32")]
pub(crate) mod minimap_view;
#[cfg(target_arch = "wasm32")]
pub(crate) mod view;
