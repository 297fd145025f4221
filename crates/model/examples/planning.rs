//! Times planning a window over many segments against sorting the same ranges, in one process: `cargo xtask bench planning`.
//!
//! Prints one JSON object a line. The best of several rounds of each, taken in turn, so that what else the machine does meets both.

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};
use windrow_model::{Claim, Plan, TimeRange};

const ROUNDS: usize = 9;

fn main() -> Result<(), Box<dyn Error>> {
    for segments in [100_000, 1_000_000] {
        let claims = shuffled(segments)?;
        let ranges: Vec<TimeRange> = claims.iter().map(|claim| claim.range).collect();
        let window = TimeRange::window(0, 253_402_300_800_000)?;
        let (mut plan, mut sort) = (Duration::MAX, Duration::MAX);
        for _ in 0..ROUNDS {
            let mut copy = ranges.clone();
            let started = Instant::now();
            copy.sort_unstable();
            sort = sort.min(started.elapsed());
            black_box(copy);

            let started = Instant::now();
            let planned = Plan::new(window, black_box(&claims));
            plan = plan.min(started.elapsed());
            assert_eq!(planned.missing.ranges().len(), segments + 1);
        }
        println!(
            r#"{{"segments":{segments},"order":"shuffled","plan_ms":{},"sort_ms":{}}}"#,
            plan.as_secs_f64() * 1e3,
            sort.as_secs_f64() * 1e3
        );
    }
    Ok(())
}

/// Disjoint segments with a gap after each, in an order without order.
fn shuffled(segments: usize) -> Result<Vec<Claim>, Box<dyn Error>> {
    let mut claims = Vec::with_capacity(segments);
    for segment in 0..i64::try_from(segments)? {
        let start_ms = 1_700_000_000_000 + segment * 60_000;
        claims.push(Claim {
            range: TimeRange::new(start_ms, start_ms + 45_000)?,
            generation: 0,
        });
    }
    // Fisher-Yates with a fixed xorshift: the same order in every run.
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for place in (1..claims.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let other = usize::try_from(state % (u64::try_from(place)? + 1))?;
        claims.swap(place, other);
    }
    Ok(claims)
}
