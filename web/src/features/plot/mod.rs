//! The plot: rows over time on the axis of the lane, and the range that is selected of it.

pub mod bars;
pub mod counted;
pub mod levels;
pub mod state;
pub mod words;
