//! The window in numbers.

#[cfg(page)]
pub(crate) mod effects;
#[cfg(page)]
pub(crate) mod view;
