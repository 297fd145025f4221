//! Logs that are a function of a seed and the time, so that any window has events and has the same ones whenever it is asked for.
//!
//! Time is cut into seconds. What a second holds follows from the seed, the log and the second alone:
//! an ordinary number of events, now and then a burst of hundreds in one millisecond, a long line split into pieces,
//! an event exactly on each whole minute, and nothing at all in silent periods.
//! Invariant: a sequence number tells its second, so a page is continued without looking at what came before it.
//! Memory: one second's events, a few thousand at most.

mod firewall;
mod schedule;
mod sign_ins;
mod syslog;

use crate::dice::Dice;
use crate::log::{Event, FIRST_SEQUENCE, Span};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use schedule::{Second, Spot};
use std::ops::ControlFlow;

/// Nothing was generated before 2020.
pub(crate) const BEGINS_MS: i64 = 1_577_836_800_000;

/// Sequence numbers of one second lie this far apart from those of the next.
const SECOND_BITS: u32 = 24;

/// Ordinary sequence numbers are multiples of 4096; the pieces of a split line differ below that.
const EVENT_BITS: u32 = 12;

/// Which log is generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Firewall,
    SignIns,
    Syslog,
}

/// How much a log has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rates {
    /// Ordinary events a second at noon, in hundredths.
    pub(crate) per_second_hundredths: u64,
    /// Average seconds between bursts.
    pub(crate) burst_every_s: u64,
    /// Average seconds between split lines.
    pub(crate) split_every_s: u64,
}

/// A generated log.
#[derive(Clone, Debug)]
pub(crate) struct Generated {
    kind: Kind,
    seed: u64,
}

/// What a message is written for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Occasion {
    pub(crate) at: DateTime,
    pub(crate) timestamp_ms: i64,
    pub(crate) spot: Spot,
}

impl Generated {
    pub(crate) const fn new(kind: Kind, seed: u64) -> Self {
        Self { kind, seed }
    }

    pub(crate) const fn name(&self) -> &'static str {
        match self.kind {
            Kind::Firewall => "firewall",
            Kind::SignIns => "sign-ins",
            Kind::Syslog => "syslog",
        }
    }

    const fn rates(&self) -> Rates {
        match self.kind {
            Kind::Firewall => firewall::RATES,
            Kind::SignIns => sign_ins::RATES,
            Kind::Syslog => syslog::RATES,
        }
    }

    fn second(&self, second: i64) -> Second {
        Second::of(
            self.seed ^ ((self.kind as u64 + 1) << 40),
            self.rates(),
            second,
        )
    }

    pub(crate) fn visit(&self, span: Span, visit: &mut dyn FnMut(Event<'_>) -> ControlFlow<()>) {
        let after_second = span.after.map(second_of);
        let first = span.first_ms.max(BEGINS_MS).div_euclid(1_000);
        let first = first.max(after_second.unwrap_or(first));
        let mut spots = Vec::new();
        let mut message = String::new();
        for second in first..=span.last_ms.div_euclid(1_000) {
            let plan = self.second(second);
            if plan.count() == 0 {
                continue;
            }
            plan.spots(&mut spots);
            // The last event given is found by its number, and those up to it are passed over.
            let given = span
                .after
                .filter(|_| after_second == Some(second))
                .and_then(|after| spots.iter().position(|s| sequence(second, *s) == after));
            for spot in spots.iter().skip(given.map_or(0, |at| at + 1)) {
                let timestamp_ms = second * 1_000 + i64::from(spot.ms);
                if timestamp_ms < span.first_ms.max(BEGINS_MS) || timestamp_ms > span.last_ms {
                    continue;
                }
                self.write(timestamp_ms, *spot, &mut message);
                let event = Event {
                    timestamp_ms,
                    sequence: sequence(second, *spot),
                    message: &message,
                };
                if visit(event).is_break() {
                    return;
                }
            }
        }
    }

    pub(crate) fn count(&self, span: Span) -> u64 {
        let first_ms = span.first_ms.max(BEGINS_MS);
        let mut spots = Vec::new();
        let mut count = 0;
        for second in first_ms.div_euclid(1_000)..=span.last_ms.div_euclid(1_000) {
            let plan = self.second(second);
            let whole = first_ms <= second * 1_000 && second * 1_000 + 999 <= span.last_ms;
            if whole || plan.count() == 0 {
                count += plan.count();
                continue;
            }
            plan.spots(&mut spots);
            count += spots
                .iter()
                .map(|spot| second * 1_000 + i64::from(spot.ms))
                .filter(|ms| (first_ms..=span.last_ms).contains(ms))
                .count() as u64;
        }
        count
    }

    fn write(&self, timestamp_ms: i64, spot: Spot, out: &mut String) {
        out.clear();
        let instant = Timestamp::from_millisecond(timestamp_ms).unwrap_or_default();
        let occasion = Occasion {
            at: Offset::UTC.to_datetime(instant),
            timestamp_ms,
            spot,
        };
        let dice = Dice::of(&[self.seed, self.kind as u64, spot.seed]);
        match self.kind {
            Kind::Firewall => firewall::write(occasion, dice, out),
            Kind::SignIns => sign_ins::write(occasion, dice, out),
            Kind::Syslog => syslog::write(occasion, dice, out),
        }
    }
}

fn sequence(second: i64, spot: Spot) -> i64 {
    FIRST_SEQUENCE
        + (second << SECOND_BITS)
        + (i64::from(spot.number) << EVENT_BITS)
        + i64::from(spot.piece)
}

const fn second_of(sequence: i64) -> i64 {
    sequence.saturating_sub(FIRST_SEQUENCE) >> SECOND_BITS
}

/// The pieces of a long line: each a slice of a text long enough to be split.
pub(crate) fn long_piece(piece: u8, pieces: u8, dice: &mut Dice, out: &mut String) {
    use std::fmt::Write;
    const FRAMES: [&str; 6] = [
        "com.example.gateway.PolicyEngine.evaluate(PolicyEngine.java",
        "com.example.gateway.SessionTable.lookup(SessionTable.java",
        "io.netty.channel.AbstractChannelHandlerContext.fireChannelRead(AbstractChannelHandlerContext.java",
        "java.base/java.util.concurrent.ThreadPoolExecutor.runWorker(ThreadPoolExecutor.java",
        "com.example.auth.TokenVerifier.verify(TokenVerifier.java",
        "com.example.store.PooledConnection.execute(PooledConnection.java",
    ];
    // Writing to a string cannot fail.
    let _ = write!(out, "[{}/{pieces}]", piece + 1);
    if piece == 0 {
        out.push_str(" java.net.SocketTimeoutException: Read timed out");
    }
    for _ in 0..24 {
        let frame = dice.pick(&FRAMES);
        let _ = write!(out, " at {frame}:{})", 40 + dice.roll(900));
    }
}

#[cfg(test)]
mod tests;
