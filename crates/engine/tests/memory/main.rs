//! How much memory the engine takes at most, counted by the allocator: a program of its own, so that nothing else is counted.

// Said so that the lints of tests hold for what tests share, too.
#[cfg(test)]
mod peak;
