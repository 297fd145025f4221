//! The pure values of Windrow that every other crate uses.
//!
//! In the order data passes:
//!
//! | module | noun |
//! | --- | --- |
//! | [`range`] | a half-open [`TimeRange`] of epoch milliseconds |
//! | [`coverage`] | a canonical set of ranges, and its gaps |
//! | [`instant`] | typed points in time, parsed and printed |
//! | [`identity`] | a [`Dataset`] and the directory it is kept in |
//! | [`claim`] | what a part proves, and which part owns a millisecond |
//! | [`plan`] | hit, partial or miss |
//! | [`batch`] | events on their way from a page to a part, column by column |
//! | [`row_key`] | what makes a row the same row elsewhere |
//! | [`field_value`] | the value of a field of a message |
//! | [`filter`] | a filter expression: which rows are asked for |
//! | [`fold`] | text sought without regard to case |
//! | [`unsafe_text`] | the characters that must not be shown as they are |
//! | [`json`] | the reader that pages and messages are read with |
//! | [`event`] | the structured events a run tells about itself |
//! | [`buckets`] | stretches of time with round bounds, for histograms |
//! | [`settings`] | limits and thresholds, with their defaults |
//!
//! Nothing here reads a clock, does I/O or knows Parquet or HTTP.
//! The alternative refused: one struct per log event.
//! A page of events is decoded straight into columns, because half of the time of an ingest was spent on the strings between.

pub mod batch;
pub mod buckets;
pub mod claim;
pub mod coverage;
pub mod event;
pub mod field_value;
pub mod filter;
pub mod fold;
pub mod identity;
pub mod instant;
pub mod json;
pub mod plan;
pub mod range;
pub mod row_key;
pub mod settings;
pub mod unsafe_text;

pub use batch::EventBatch;
pub use buckets::Buckets;
pub use claim::Claim;
pub use coverage::Coverage;
pub use field_value::FieldValue;
pub use filter::Filter;
pub use identity::Dataset;
pub use plan::{Decision, Plan};
pub use range::TimeRange;
pub use row_key::RowKey;
