//! Bytes under paths: what everything Windrow keeps is written to and read from.
//!
//! In the order bytes pass:
//!
//! | module | noun |
//! | --- | --- |
//! | [`layout`] | paths of parts, segments and datasets, made and classified |
//! | [`path`] | which paths every store accepts |
//! | [`port`] | [`BlobStore`] and [`BlobWriter`], with the contract |
//! | [`memory`] | a store in memory |
//! | `native` | directories and object stores (not in the browser) |
//! | `opfs` | the browser's private file system (only in the browser) |
//! | `file` | writing one file completely, short writes continued |
//! | `disk` | a simulated disk that crashes, fails and loses power on request (feature `simulation`) |
//! | `conformance` | the contract as a suite that all of them pass (feature `conformance`) |
//! | `attempt` | what was tried, for an error that says so |
//! | [`error`] | what went wrong, and what a person can do |
//!
//! A store moves bytes and does not know Parquet: a part proves by its own content that it is whole.
//! So a store only guarantees this: a finished blob is whole, and an unfinished one is missing or a prefix.
//!
//! The alternative refused: a file system interface with rename, append and sync.
//! Browsers have no dependable rename, object stores no append; create once, read a range, list and remove is what all three have.
//!
//! A crash in the middle of a write:
//!
//! ```
//! # futures_executor::block_on(async {
//! use windrow_store::{BlobStore, BlobWriter, SimulatedDisk};
//!
//! let disk = SimulatedDisk::partial_writes();
//! let mut writer = disk.create("logs/a/from=0/to=9/part-00000.parquet").await?;
//! disk.stop_after(0, 7);
//! assert!(writer.append("PAR1, and more".into()).await.is_err());
//! drop(writer);
//! disk.restart();
//! // A prefix is left; it lacks what makes a part count.
//! assert_eq!(disk.list("logs").await?[0].size, 7);
//! # Ok::<(), windrow_store::StoreError>(())
//! # }).unwrap();
//! ```

mod attempt;
#[cfg(feature = "conformance")]
pub mod conformance;
#[cfg(feature = "simulation")]
pub mod disk;
pub mod error;
#[cfg(any(target_arch = "wasm32", feature = "simulation"))]
mod file;
pub mod layout;
mod local_lock;
pub mod memory;
#[cfg(not(target_arch = "wasm32"))]
pub mod native;
#[cfg(target_arch = "wasm32")]
pub mod opfs;
pub mod path;
pub mod port;

#[cfg(feature = "simulation")]
pub use disk::SimulatedDisk;
pub use error::{StoreError, StoreErrorKind};
pub use memory::MemoryStore;
#[cfg(not(target_arch = "wasm32"))]
pub use native::NativeStore;
#[cfg(target_arch = "wasm32")]
pub use opfs::OpfsStore;
pub use port::{BlobInfo, BlobStore, BlobWriter};
