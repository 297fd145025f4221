//! The page: signals and paint. Everything that touches a file or a log API is asked of the worker.

fn main() {
    #[cfg(target_arch = "wasm32")]
    windrow_web::app::mount();
}
