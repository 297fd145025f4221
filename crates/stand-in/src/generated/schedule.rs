//! When a generated log has events: what one second holds, as a function of the seed, the rates and the second.

use super::Rates;
use crate::dice::{Dice, mixed};

/// Events a second can hold at most; their numbers are spread over all of it.
const NUMBERS: u32 = 4096;

/// Silent periods are placed within quarters of an hour.
const QUARTER_S: i64 = 900;

/// How busy each hour of the day is, in percent, UTC.
const HOURS: [u64; 24] = [
    38, 34, 32, 32, 36, 48, 70, 100, 128, 142, 148, 146, 136, 140, 144, 138, 126, 112, 96, 84, 72,
    60, 50, 44,
];

/// One event's place in its second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spot {
    /// Millisecond within the second.
    pub(crate) ms: u16,
    /// Its number within the second, in no order of time.
    pub(crate) number: u16,
    /// Which piece of a split line it is, from 0.
    pub(crate) piece: u8,
    /// How many pieces the line has; 1 where it is not split.
    pub(crate) pieces: u8,
    /// Where in a burst it is.
    pub(crate) burst: Option<u16>,
    /// What its text follows from. All of a burst have the same.
    pub(crate) seed: u64,
}

/// What one second holds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Second {
    seed: u64,
    ordinary: u32,
    on_the_minute: bool,
    burst: u32,
    pieces: u32,
}

impl Second {
    pub(crate) fn of(seed: u64, rates: Rates, second: i64) -> Self {
        let mut plan = Self {
            seed: mixed(seed ^ mixed(second.cast_unsigned())),
            ordinary: 0,
            on_the_minute: false,
            burst: 0,
            pieces: 0,
        };
        if is_silent(seed, second) {
            return plan;
        }
        let mut dice = Dice::of(&[plan.seed]);
        let hour = second.div_euclid(3_600).rem_euclid(24);
        let weekend = matches!(second.div_euclid(86_400).rem_euclid(7), 2 | 3);
        let busy = usize::try_from(hour)
            .ok()
            .and_then(|hour| HOURS.get(hour))
            .map_or(100, |busy| if weekend { busy * 55 / 100 } else { *busy });
        // In hundredths: the rate, by the hour, give or take a half; the rest decides by chance.
        let hundredths = rates.per_second_hundredths * busy / 100 * (50 + dice.roll(101)) / 100;
        let extra = u64::from(dice.roll(100) < hundredths % 100);
        plan.ordinary = u32::try_from(hundredths / 100 + extra).unwrap_or_default();
        plan.on_the_minute = second.rem_euclid(60) == 0;
        if dice.roll(rates.burst_every_s) == 0 {
            plan.burst = u32::try_from(260 + dice.roll(240)).unwrap_or_default();
        }
        if dice.roll(rates.split_every_s) == 0 {
            plan.pieces = u32::try_from(2 + dice.roll(4)).unwrap_or_default();
        }
        plan
    }

    /// How many events it holds.
    pub(crate) fn count(&self) -> u64 {
        u64::from(self.ordinary + u32::from(self.on_the_minute) + self.burst + self.pieces)
    }

    /// Fills `spots` with its events, in order of time and number.
    pub(crate) fn spots(&self, spots: &mut Vec<Spot>) {
        spots.clear();
        let mut dice = Dice::of(&[self.seed, 1]);
        let mut taken = 0;
        let mut spot = |ms: u64, seed: u64| {
            // An odd factor visits every number once, in no order of time.
            let number = (taken * 2_731_u32 + (self.seed % u64::from(NUMBERS)) as u32) % NUMBERS;
            taken += 1;
            Spot {
                ms: u16::try_from(ms).unwrap_or_default(),
                number: u16::try_from(number).unwrap_or_default(),
                piece: 0,
                pieces: 1,
                burst: None,
                seed,
            }
        };
        if self.on_the_minute {
            spots.push(spot(0, dice.next()));
        }
        for _ in 0..self.ordinary {
            spots.push(spot(dice.roll(1_000), dice.next()));
        }
        if self.burst > 0 {
            let (ms, seed) = (dice.roll(1_000), dice.next());
            for at in 0..self.burst {
                let burst = u16::try_from(at).ok();
                spots.push(Spot {
                    burst,
                    ..spot(ms, seed)
                });
            }
        }
        if self.pieces > 0 {
            let whole = spot(dice.roll(1_000), dice.next());
            let pieces = u8::try_from(self.pieces).unwrap_or(1);
            spots.extend((0..pieces).map(|piece| Spot {
                piece,
                pieces,
                seed: whole.seed ^ u64::from(piece) << 56,
                ..whole
            }));
        }
        spots.sort_unstable_by_key(|spot| (spot.ms, spot.number, spot.piece));
    }
}

/// Whether a second lies in a silent period: about every sixth quarter of an hour has one, of 20 seconds to two minutes.
fn is_silent(seed: u64, second: i64) -> bool {
    let mut dice = Dice::of(&[seed, 2, second.div_euclid(QUARTER_S).cast_unsigned()]);
    if dice.roll(6) != 0 {
        return false;
    }
    let start = dice.roll(700);
    let end = start + 20 + dice.roll(101);
    let at = second.rem_euclid(QUARTER_S).cast_unsigned();
    (start..end).contains(&at)
}
