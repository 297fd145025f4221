//! Watches the built page, so that a release build embeds the newest one.
//!
//! A debug build reads it when it runs, and must not be rebuilt for it.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        // A folder that is not there counts as changed: then the page is looked for at every build.
        println!("cargo::rerun-if-changed=../../dist");
    }
}
