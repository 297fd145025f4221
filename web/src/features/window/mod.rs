//! Which log, query and window is open, and the pickers that choose them.

mod dated;
pub mod logs;
pub mod names;
pub mod opens;
mod shown;
pub mod state;
pub mod step;
pub mod typed;

#[cfg(page)]
pub(crate) mod effects;
#[cfg(page)]
pub(crate) mod log_picker;
#[cfg(page)]
pub(crate) mod picker;
#[cfg(page)]
mod recents;
#[cfg(page)]
mod time_field;
#[cfg(page)]
pub(crate) mod view;
