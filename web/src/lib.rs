//! Windrow in the browser: the page and the worker that hosts the engine.
//!
//! In the order data passes:
//!
//! | module | noun |
//! | --- | --- |
//! | [`protocol`] | typed calls between page and worker |
//! | [`state`] | what the page knows, as plain structs with pure updates, tested natively |
//! | `worker` | the engine's host: store, transport, clock, requests (wasm32) |
//! | `app` | the views, thin readings of the state (wasm32) |
//! | [`platform`] | what touches the browser: timers, locks, the worker client (wasm32) |
//!
//! Both binaries are built from this crate: `page` links no Arrow, `worker` links no Leptos.
//! The alternative refused: one binary for both, which would put the Parquet writer in front of the first paint.

pub mod protocol;
pub mod state;

#[cfg(all(target_arch = "wasm32", feature = "page"))]
pub mod app;
#[cfg(target_arch = "wasm32")]
pub mod platform;
#[cfg(all(target_arch = "wasm32", feature = "worker"))]
pub mod worker;
