//! A clock and a place for lines, natively and in a browser or Node.

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use std::io::Write;
    use std::sync::LazyLock;
    use std::time::Instant;

    static START: LazyLock<Instant> = LazyLock::new(Instant::now);

    /// Milliseconds since some moment.
    pub(crate) fn now_ms() -> f64 {
        START.elapsed().as_secs_f64() * 1_000.0
    }

    /// Prints a line.
    pub(crate) fn say(line: &str) {
        // Nobody is left to tell where this fails.
        let _ = writeln!(std::io::stdout(), "{line}");
    }
}

#[cfg(target_arch = "wasm32")]
mod browser {
    use wasm_bindgen::prelude::wasm_bindgen;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(js_namespace = performance, js_name = now)]
        pub(crate) fn now_ms() -> f64;

        #[wasm_bindgen(js_namespace = console, js_name = log)]
        pub(crate) fn say(line: &str);
    }
}

#[cfg(target_arch = "wasm32")]
pub(crate) use browser::{now_ms, say};
#[cfg(not(target_arch = "wasm32"))]
pub(crate) use native::{now_ms, say};
