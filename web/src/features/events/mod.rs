//! The structured events of this tab.

#[cfg(page)]
pub(crate) mod effects;
pub mod journal;
#[cfg(page)]
pub(crate) mod view;
