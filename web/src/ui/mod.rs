//! The design system: how things look and are operated, without any knowledge of logs.
//!
//! What is pure is tested natively; components are built for the page alone.

pub mod axis;
pub mod confirm;
pub mod escape;
pub mod format;
pub mod load;
pub mod zone;

#[cfg(page)]
pub(crate) mod announce;
#[cfg(page)]
pub(crate) mod confirm_button;
#[cfg(page)]
pub(crate) mod dialog;
#[cfg(page)]
pub(crate) mod dismiss;
#[cfg(page)]
pub(crate) mod empty;
#[cfg(page)]
pub(crate) mod icon;
#[cfg(page)]
pub(crate) mod measure;
#[cfg(page)]
pub(crate) mod popover;
#[cfg(page)]
pub(crate) mod problem;
#[cfg(page)]
pub(crate) mod store;
#[cfg(page)]
pub(crate) mod tabs;
#[cfg(page)]
pub(crate) mod text;
