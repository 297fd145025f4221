//! The table of rows.

pub mod cache;
pub mod lines;
pub mod message;
pub mod scroll;
pub mod seam;
pub mod state;
pub mod table;

#[cfg(page)]
pub(crate) mod effects;
#[cfg(page)]
pub(crate) mod line_view;
#[cfg(page)]
pub(crate) mod view;
