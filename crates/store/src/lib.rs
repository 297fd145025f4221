//! Bytes under paths: what everything Windrow keeps is written to and read from.

pub mod error;
pub mod layout;
pub mod memory;
mod path;
pub mod port;

pub use error::{StoreError, StoreErrorKind};
pub use memory::MemoryStore;
pub use port::{BlobInfo, BlobStore, BlobWriter};
