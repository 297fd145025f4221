//! Made events: a log of connections as key=value lines.

use windrow_model::EventBatch;
use windrow_model::batch::EventRef;

/// Events in one batch.
pub(crate) const ROWS: u64 = 100_000;
/// The time of the first.
pub(crate) const START_MS: i64 = 1_700_000_000_000;

/// Numbers that look random and are the same every time.
fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// The batch with this number.
pub(crate) fn batch(number: usize) -> EventBatch {
    let mut batch = EventBatch::new();
    for row in 0..ROWS {
        let event = number as u64 * ROWS + row;
        let dice = mix(event);
        let message = format!(
            "src=10.0.{}.{} dst=192.168.1.{} proto=tcp action={} bytes={} user=u{} dur={}",
            dice % 251,
            (dice >> 8) % 250,
            (dice >> 16) % 7,
            ["allow", "deny", "reset"]
                .get((dice >> 20) as usize % 3)
                .unwrap_or(&""),
            (dice >> 24) % 9999,
            (dice >> 40) % 97,
            (dice >> 50) % 3000,
        );
        batch.push(EventRef {
            timestamp_ms: START_MS + (event * 3) as i64,
            sequence_number: Some(3_237_198_280_324_534_273 + (event * 4096) as i64),
            log_id: "2f3a9c1e-1111-4222-8333-444455556666",
            message: &message,
            ..EventRef::default()
        });
    }
    batch
}
