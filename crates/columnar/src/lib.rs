//! Event batches to Parquet bytes and back, with the proof of what they hold.
//!
//! In the order data passes:
//!
//! | module | noun |
//! | --- | --- |
//! | [`schema`] | the columns of a part |
//! | `fields` | fields of messages that become columns too, and a [`FieldReader`] of those that do not |
//! | `left` | which fields columns do not have all of |
//! | [`encode`] | a [`PartWriter`]: batches in, bytes out, row group by row group |
//! | [`meta`] | what a part says of itself in its footer |
//! | `outline` | a footer's outline: counted before it is decoded |
//! | [`footer`] | a [`Footer`]: parsed and proven |
//! | [`projection`] | which columns are read |
//! | `page` | what a column chunk's pages announce, looked at first |
//! | [`chunks`] | column chunks of a row group: which bytes to read, checked when they arrive |
//! | [`mod@decode`] | rows of one row group as record batches |
//! | [`events`] | record batches back to events |
//! | [`mod@verify`] | everything that can be checked of a row group |
//!
//! [`error`] says why a step fails and what a person can do.
//!
//! Nothing here knows files: bytes come in and go out.
//! Memory: one row group, encoded or decoded.
//! The first alternative refused: the Parquet library's `ArrowColumnWriter`, see ADR 6.
//! Our columns lie in memory as they are written; the library reads parts and writes footers.
//! The second: a checksum over the whole file. One row group could not be read without reading all of it.

pub mod chunks;
pub mod decode;
pub mod encode;
pub mod error;
pub mod events;
mod fields;
pub mod footer;
mod left;
pub mod meta;
mod outline;
mod page;
pub mod projection;
pub mod schema;
mod thrift;
pub mod verify;

pub use chunks::ColumnChunks;
pub use decode::{Batches, decode};
pub use encode::PartWriter;
pub use error::{DecodeError, EncodeError, ErrorKind, FooterError};
pub use events::{append_events, messages, timestamps};
pub use fields::reader::{FieldAt, FieldReader};
pub use footer::{ChunkStatistics, Footer, RowGroup, check_magic};
pub use meta::{Holds, PartMeta};
pub use projection::Projection;
pub use schema::{Column, ColumnType, schema};
pub use verify::verify;
