//! The rows that the filter selects, by the values of one field or two.
//!
//! In the order data passes: `choice` is what is grouped and how, as the address has it, `state` holds it, `effects` asks it with
//! all else that is asked of the rows, `table` is what the answer says, `view` shows it.

pub mod choice;
pub mod state;
pub mod table;

#[cfg(target_arch = "wasm32")]
pub(crate) mod effects;
#[cfg(target_arch = "wasm32")]
pub(crate) mod view;
