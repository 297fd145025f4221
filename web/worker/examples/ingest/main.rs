//! Times the core in a browser's worker: ingest into the private file system, and opening what it wrote; puts parts there for questions to the page's worker (`asks.js`). Run by `cargo xtask bench browser`.
//!
//! The pages come from the worker's own script, as one network answer each would; their bytes are copied in as a fetch copies them.

#[cfg(target_arch = "wasm32")]
#[expect(unreachable_pub, reason = "what wasm-bindgen exports must be public")]
mod put;
#[cfg(target_arch = "wasm32")]
#[expect(unreachable_pub, reason = "what wasm-bindgen exports must be public")]
mod timed;

fn main() {}
