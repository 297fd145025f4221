//! Which fields are columns of the table, and how it shows messages and order.

#[cfg(target_arch = "wasm32")]
pub(crate) mod effects;
pub mod state;
