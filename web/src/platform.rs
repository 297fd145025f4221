//! What touches the browser, so that nothing else does.
//!
//! For page and worker:
//!
//! | module | of |
//! | --- | --- |
//! | [`task`] | tasks, timers, the wall clock |
//! | `lock` | Web Locks |
//! | [`codec`] | messages between page and worker as JavaScript values |
//!
//! For the page:
//!
//! | module | of |
//! | --- | --- |
//! | `worker_client` | typed calls to the worker, and its supervisor |
//! | `companion` | requests to the companion |
//! | `address` | the fragment of the address, and the history |
//! | `storage` | values between visits, and the quota for files |
//! | `document`, `focus` | theme, title, marks, the keyboard focus |
//! | `clipboard`, `download` | what a person takes away |
//! | `zone` | the browser's time zone |

pub mod codec;
#[cfg(any(feature = "page", feature = "worker"))]
pub(crate) mod lock;
pub mod task;

#[cfg(feature = "page")]
pub mod address;
#[cfg(feature = "page")]
pub mod clipboard;
#[cfg(feature = "page")]
pub mod companion;
#[cfg(feature = "page")]
pub mod document;
#[cfg(feature = "page")]
pub mod download;
#[cfg(feature = "page")]
pub mod focus;
#[cfg(feature = "page")]
pub mod storage;
#[cfg(feature = "page")]
pub mod worker_client;
#[cfg(feature = "page")]
pub mod zone;
