//! Parts as whole files: what was put in comes out, and what is not whole proves nothing.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "in a test, what is not there may fail it"
)]

mod damage;
mod empty_and_provisional;
mod fields;
mod mutated;
mod others;
mod projections;
mod round_trip;
mod support;
