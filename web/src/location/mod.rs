//! Where a person is: the address and what is remembered between visits.

pub mod address;
#[cfg(page)]
pub(crate) mod history;
#[cfg(page)]
pub(crate) mod memory;
pub mod remembered;
