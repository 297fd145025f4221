//! Answers about selected rows, as accumulators.
//!
//! Each takes batches with the rows that a predicate selected of them, in any order,
//! and is merged with others of its kind:
//! parts are read side by side, and one answer is given for all.
//!
//! | module | noun |
//! | --- | --- |
//! | `values` | the values of a field, as codes |
//! | [`histogram`] | rows in each of some buckets of time |
//! | [`top`] | the most frequent values of a field, or of two |
//! | [`measure`] | sum, lowest and highest of numbers |
//! | [`field_list`] | which fields there are |
//! | [`distinct`] | how many distinct values |
//!
//! How many rows are selected is `count_set_bits` of the selection, and adds up.

pub mod distinct;
pub mod field_list;
pub mod histogram;
pub mod measure;
pub mod top;
mod values;

pub use distinct::Distinct;
pub use field_list::FieldList;
pub use histogram::Histogram;
pub use measure::Measure;
pub use top::Top;
pub use windrow_model::Buckets;
