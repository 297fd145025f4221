//! What a person works with, a folder each: `state` is pure and tested natively, `view` reads it, `effects` carries out what it asks for.
//!
//! Features do not know each other's signals: they share what [`contexts`] has, and meet in the shell.
//! [`shortcut`] names what single keys ask of them.

pub mod columns;
pub mod connection;
#[cfg(target_arch = "wasm32")]
pub(crate) mod contexts;
pub mod coverage;
pub mod detail;
pub mod events;
pub mod fetch;
pub mod fields;
pub mod filter;
#[cfg(test)]
pub(crate) mod fixtures;
pub mod groups;
pub mod plot;
pub mod rows;
pub mod search;
pub mod segments;
pub mod shortcut;
pub mod storage;
pub mod summary;
#[cfg(target_arch = "wasm32")]
pub(crate) mod value_acts;
pub mod window;
