//! Where a person is: the address and what is remembered between visits.

pub mod address;
#[cfg(target_arch = "wasm32")]
pub(crate) mod history;
#[cfg(target_arch = "wasm32")]
pub(crate) mod memory;
pub mod remembered;
