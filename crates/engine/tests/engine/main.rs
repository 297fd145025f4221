//! The engine against a store in memory and a source whose every event is known.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that finds something else than it expects fails"
)]

mod asking_again;
mod asking_rows;
mod batches;
mod beside_the_cache;
mod bursts_and_flushes;
mod crashes;
mod damage_and_repair;
mod fake_source;
mod imports_go_one_way;
mod listings;
mod names_and_formats;
mod only_what_is_missing;
mod proof_of_the_end;
mod provisional;
mod reading_a_window;
mod several_at_once;
mod shapes;
mod stops_and_failures;
mod support;
mod the_index;
mod too_close_to_now;
mod too_large;
