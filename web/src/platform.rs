//! What touches the browser, so that nothing else does.
//!
//! For page and worker:
//!
//! | module | of |
//! | --- | --- |
//! | `task` | tasks, timers, the wall clock |
//! | `lock` | Web Locks |
//! | `codec` | messages between page and worker as JavaScript values |
//!
//! For the page:
//!
//! | module | of |
//! | --- | --- |
//! | `worker_client` | typed calls to the worker, and its supervisor, which [`restarts`] counts for |
//! | `one_call` | a call of which there is one at a time |
//! | `tabs` | the other tabs of this page |
//! | `companion` | requests to the companion |
//! | `address` | the fragment of the address, and the history |
//! | `storage` | values between visits, and the [`quota`] for files |
//! | `document`, `focus`, `keyboard` | theme, title, marks, the keyboard focus, keys pressed anywhere, each as a [`press`] |
//! | `clipboard`, `selection`, `download` | what a person takes away |
//! | `zone` | the browser's time zone |

#[cfg(target_arch = "wasm32")]
pub mod codec;
#[cfg(all(target_arch = "wasm32", any(feature = "page", feature = "worker")))]
pub(crate) mod lock;
pub mod press;
pub mod quota;
pub mod restarts;
#[cfg(target_arch = "wasm32")]
pub mod task;

#[cfg(page)]
pub mod address;
#[cfg(page)]
pub mod clipboard;
#[cfg(page)]
pub mod companion;
#[cfg(page)]
pub mod document;
#[cfg(page)]
pub mod download;
#[cfg(page)]
pub mod focus;
#[cfg(page)]
pub(crate) mod keyboard;
#[cfg(page)]
mod listen;
#[cfg(page)]
pub(crate) mod one_call;
#[cfg(page)]
pub mod selection;
#[cfg(page)]
pub mod storage;
#[cfg(page)]
pub(crate) mod tabs;
#[cfg(page)]
pub mod worker_client;
#[cfg(page)]
pub mod zone;
