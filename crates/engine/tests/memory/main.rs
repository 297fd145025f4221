//! How much memory the engine takes at most, counted by the allocator: a program of its own, so that nothing else is counted.

// Said so that the lints of tests hold for what tests share, too.
#[cfg(test)]
#[path = "../engine/fake_source.rs"]
#[expect(dead_code, reason = "the tests beside it use the rest")]
mod fake_source;
#[cfg(test)]
mod peak;
