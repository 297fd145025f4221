//! What touches the browser, so that nothing else does.
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
//! | `media` | how wide the window of the browser is |
//! | `clipboard`, `selection`, `download` | what a person takes away |
//! | `zone` | the browser's time zone |

pub mod press;
pub mod quota;
pub mod restarts;

#[cfg(target_arch = "wasm32")]
pub mod address;
#[cfg(target_arch = "wasm32")]
pub mod clipboard;
#[cfg(target_arch = "wasm32")]
pub mod companion;
#[cfg(target_arch = "wasm32")]
pub mod document;
#[cfg(target_arch = "wasm32")]
pub mod download;
#[cfg(target_arch = "wasm32")]
pub mod focus;
#[cfg(target_arch = "wasm32")]
pub(crate) mod keyboard;
#[cfg(target_arch = "wasm32")]
mod listen;
#[cfg(target_arch = "wasm32")]
pub(crate) mod media;
#[cfg(target_arch = "wasm32")]
pub(crate) mod one_call;
#[cfg(target_arch = "wasm32")]
pub mod selection;
#[cfg(target_arch = "wasm32")]
pub mod storage;
#[cfg(target_arch = "wasm32")]
pub(crate) mod tabs;
#[cfg(target_arch = "wasm32")]
pub mod worker_client;
#[cfg(target_arch = "wasm32")]
pub mod zone;
