//! Which rows are shown: the filter, and the one question that feeds all that the page says of the rows that match.
//!
//! In the order data passes: `draft` is what is typed or pasted, `chip` and `chips` are the conditions, `state` asks the worker and
//! takes its answers, `words` says them.

pub mod around;
pub mod chip;
pub mod chips;
pub mod draft;
pub mod state;
pub mod words;

#[cfg(target_arch = "wasm32")]
pub(crate) mod editor;
#[cfg(target_arch = "wasm32")]
pub(crate) mod effects;
#[cfg(target_arch = "wasm32")]
pub(crate) mod view;
