//! The page. Everything that touches a file or a log API is asked of the worker (`windrow-worker`) by typed calls (`windrow-protocol`).
//!
//! In the order data passes:
//!
//! | module | noun |
//! | --- | --- |
//! | [`platform`] | what touches the browser: timers, locks, storage, the worker client |
//! | [`location`] | the address, the history, what is remembered between visits |
//! | [`features`] | what a person works with, a folder each: pure state tested natively, a view, effects |
//! | [`ui`] | the design system: what looks and reads alike everywhere |
//! | `app` | the shell, where the features meet (wasm32) |
//!
//! Both binaries are built from this crate: the linker leaves Arrow out of `page` and Leptos out of `worker`.
//! The alternative refused: one binary for both, which would put the Parquet writer in front of the first paint.
#![cfg_attr(
    target_arch = "wasm32",
    expect(
        unreachable_pub,
        reason = "the component macro of Leptos makes the properties of every component public"
    )
)]

#[cfg(target_arch = "wasm32")]
pub mod app;
pub mod features;
pub mod location;
pub mod platform;
pub mod ui;
