//! Event batches to Parquet bytes and back, with the proof of what they hold.
//!
//! In the order data passes:
//!
//! | module | noun |
//! | --- | --- |
//! | [`schema`] | the columns of a part |
//! | [`encode`] | a [`PartWriter`]: batches in, bytes out, row group by row group |
//! | [`meta`] | what a part says of itself in its footer |
//! | [`footer`] | a [`Footer`]: parsed and proven |
//! | [`decode`] | rows of one row group, checked before they are read |
//!
//! Nothing here knows files: bytes come in and go out.
//! Memory: one row group, encoded or decoded.
//! The alternative refused: a checksum over the whole file. One row group could not be read without reading all of it.

pub mod decode;
pub mod encode;
pub mod footer;
pub mod meta;
pub mod schema;

pub use decode::{DecodeError, Projection, decode, verify};
pub use encode::{EncodeError, PartWriter};
pub use footer::{Column, Footer, FooterError, RowGroup, check_magic};
pub use meta::{Holds, PartMeta};
pub use schema::schema;
