//! Windrow in the browser: the page and the worker that hosts the engine.
//!
//! In the order data passes:
//!
//! | module | noun |
//! | --- | --- |
//! | [`protocol`] | typed calls between page and worker |
//! | `worker` | the engine's host: store, transport, clock, requests (wasm32) |
//! | [`platform`] | what touches the browser: timers, locks, storage, the worker client |
//! | [`location`] | the address, the history, what is remembered between visits |
//! | [`features`] | what a person works with, a folder each: pure state tested natively, a view, effects |
//! | [`ui`] | the design system: what looks and reads alike everywhere |
//! | `app` | the shell, where the features meet (wasm32) |
//!
//! Both binaries are built from this crate: the linker leaves Arrow out of `page` and Leptos out of `worker`.
//! The alternative refused: one binary for both, which would put the Parquet writer in front of the first paint.
#![cfg_attr(
    page,
    expect(
        unreachable_pub,
        reason = "the component macro of Leptos makes the properties of every component public"
    )
)]

#[cfg(page)]
pub mod app;
pub mod features;
pub mod location;
pub mod platform;
pub mod protocol;
pub mod ui;
#[cfg(all(target_arch = "wasm32", feature = "worker"))]
pub mod worker;
