//! A fetch: its cost, its progress and its receipt.

pub mod cost;
#[cfg(page)]
pub(crate) mod effects;
pub mod progress;
pub mod receipt;
pub mod run;
pub mod state;
#[cfg(page)]
pub(crate) mod view;
