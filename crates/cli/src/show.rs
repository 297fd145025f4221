//! How things look on a terminal: numbers, times, tables, bars, coverage, and text that cannot steer it.

pub mod bar;
pub mod count_bar;
pub mod number;
pub mod table;
pub mod text;

pub use bar::coverage_bar;
pub use count_bar::{count_bar, percent};
pub use number::{bytes, count, counted, instant, range, span_ms};
pub use table::{Side, Table};
pub use text::escape;
