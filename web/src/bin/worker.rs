//! The worker: hosts the engine, its store and its connection to the log API.

fn main() {
    #[cfg(target_arch = "wasm32")]
    windrow_worker::serve();
}
