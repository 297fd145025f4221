//! Times the core in a browser's worker: ingest into the private file system, opening what it wrote, and questions about parts that are put there. Run by `cargo xtask bench browser`.
//!
//! The pages come from the worker's own script, as one network answer each would; their bytes are copied in as a fetch copies them.

#[cfg(target_arch = "wasm32")]
#[expect(unreachable_pub, reason = "what wasm-bindgen exports must be public")]
mod asked;
#[cfg(target_arch = "wasm32")]
#[path = "../../../../crates/cli/examples/query/questions.rs"]
mod questions;
#[cfg(target_arch = "wasm32")]
#[expect(unreachable_pub, reason = "what wasm-bindgen exports must be public")]
mod timed;

fn main() {}
