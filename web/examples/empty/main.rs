//! A page of Leptos with nothing on it: what `cargo xtask bench page` compares the page with.

#[cfg(target_arch = "wasm32")]
fn main() {
    use leptos::prelude::*;
    leptos::mount::mount_to_body(|| view! { <p>"Empty"</p> });
    windrow_web::platform::document::mark("windrow-ready");
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
