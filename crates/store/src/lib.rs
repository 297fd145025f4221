//! Bytes under paths: what everything Windrow keeps is written to and read from.

#[cfg(feature = "conformance")]
pub mod conformance;
pub mod error;
pub mod faulty;
pub mod layout;
mod local_lock;
pub mod memory;
#[cfg(not(target_arch = "wasm32"))]
pub mod native;
#[cfg(target_arch = "wasm32")]
pub mod opfs;
pub mod path;
pub mod port;

pub use error::{StoreError, StoreErrorKind};
pub use faulty::FaultyStore;
pub use memory::MemoryStore;
#[cfg(not(target_arch = "wasm32"))]
pub use native::NativeStore;
#[cfg(target_arch = "wasm32")]
pub use opfs::OpfsStore;
pub use port::{BlobInfo, BlobStore, BlobWriter};
