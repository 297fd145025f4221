//! Points in time as people type them and as Windrow prints them.
//!
//! Accepted is RFC 3339 with an offset, epoch milliseconds, or an epoch number with its unit such as `1763632800s`;
//! nothing is guessed from a local clock, and a bare number that looks like another unit than milliseconds is refused.

use jiff::Timestamp;

/// A text that is not one point in time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InstantError {
    /// It is none.
    #[error(
        "`{text}` is not a time; write it with an offset, such as 2026-11-23T09:00:00Z, or as epoch milliseconds"
    )]
    Unreadable {
        /// What was typed.
        text: String,
    },
    /// As milliseconds it lies where nobody has logs, and in another unit it does not.
    #[error("`{text}` is {as_ms} as milliseconds and {as_unit} as {}", unit.name())]
    Ambiguous {
        /// What was typed.
        text: String,
        /// Read as milliseconds.
        as_ms: String,
        /// The unit it looks like.
        unit: EpochUnit,
        /// Read in that unit.
        as_unit: String,
    },
}

/// What an epoch number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EpochUnit {
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Milliseconds,
    /// Microseconds.
    Microseconds,
    /// Nanoseconds.
    Nanoseconds,
}

impl EpochUnit {
    const ALL: [Self; 4] = [
        Self::Milliseconds,
        Self::Microseconds,
        Self::Nanoseconds,
        Self::Seconds,
    ];

    /// As a word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Seconds => "seconds",
            Self::Milliseconds => "milliseconds",
            Self::Microseconds => "microseconds",
            Self::Nanoseconds => "nanoseconds",
        }
    }

    /// What is written behind a number.
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Seconds => "s",
            Self::Milliseconds => "ms",
            Self::Microseconds => "us",
            Self::Nanoseconds => "ns",
        }
    }

    /// Epoch milliseconds of a number in this unit; nothing where there are too many.
    pub const fn to_ms(self, number: i64) -> Option<i64> {
        match self {
            Self::Seconds => number.checked_mul(1_000),
            Self::Milliseconds => Some(number),
            Self::Microseconds => Some(number.div_euclid(1_000)),
            Self::Nanoseconds => Some(number.div_euclid(1_000_000)),
        }
    }

    /// The unit that a bare number looks like: one in which it lies between 1973 and 5138 while as milliseconds it lies before 1973
    /// or past the year 9999.
    pub const fn of_bare(number: i64) -> Self {
        match number.unsigned_abs() {
            100_000_000..100_000_000_000 => Self::Seconds,
            300_000_000_000_000..100_000_000_000_000_000 => Self::Microseconds,
            100_000_000_000_000_000.. => Self::Nanoseconds,
            _ => Self::Milliseconds,
        }
    }
}

/// Epoch milliseconds of a typed instant; fractions below a millisecond are cut off.
pub fn parse_instant_ms(text: &str) -> Result<i64, InstantError> {
    let trimmed = text.trim();
    let unreadable = || InstantError::Unreadable {
        text: text.to_owned(),
    };
    if let Some(ms) = parse_epoch_ms(trimmed) {
        return Ok(ms);
    }
    if is_number(trimmed) {
        let number = trimmed.parse().map_err(|_| unreadable())?;
        let unit = EpochUnit::of_bare(number);
        return match unit.to_ms(number) {
            Some(ms) if unit != EpochUnit::Milliseconds => Err(InstantError::Ambiguous {
                text: text.to_owned(),
                as_ms: in_words(number),
                unit,
                as_unit: in_words(ms),
            }),
            _ => Ok(number),
        };
    }
    let instant: Timestamp = trimmed.parse().map_err(|_| unreadable())?;
    Ok(instant.as_nanosecond().div_euclid(1_000_000) as i64)
}

/// Epoch milliseconds of an epoch number with its unit behind it, such as `1763632800s`.
pub fn parse_epoch_ms(text: &str) -> Option<i64> {
    EpochUnit::ALL.into_iter().find_map(|unit| {
        let number = text.strip_suffix(unit.suffix())?;
        unit.to_ms(number.parse().ok().filter(|_| is_number(number))?)
    })
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn in_words(ms: i64) -> String {
    match Timestamp::from_millisecond(ms) {
        Ok(_) => format_instant_ms(ms),
        Err(_) => "past the year 9999".to_owned(),
    }
}

/// `2026-11-23T09:00:00.000Z`; the bare number where it lies outside the years jiff knows.
pub fn format_instant_ms(ms: i64) -> String {
    match Timestamp::from_millisecond(ms) {
        Ok(instant) => format!("{instant:.3}"),
        Err(_) => ms.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_is_honoured_and_required() {
        assert_eq!(parse_instant_ms("1970-01-01T01:00:00+01:00"), Ok(0));
        assert_eq!(
            parse_instant_ms("2026-11-23 05:36:12.250Z"),
            Ok(1_795_412_172_250)
        );
        assert!(parse_instant_ms("2026-11-23T05:36:12").is_err());
        assert!(parse_instant_ms("yesterday").is_err());
        assert!(parse_instant_ms("").is_err());
    }

    #[test]
    fn epoch_milliseconds_are_taken_as_they_are() {
        assert_eq!(parse_instant_ms(" 1700000000123 "), Ok(1_700_000_000_123));
        assert_eq!(parse_instant_ms("-1"), Ok(-1));
        assert!(parse_instant_ms("99999999999999999999").is_err());
        // Small numbers, which tests of other programs like, and the end of time stay what they are.
        for ms in [0, 86_400_000, 253_402_300_800_000] {
            assert_eq!(parse_instant_ms(&ms.to_string()), Ok(ms));
        }
    }

    #[test]
    fn a_number_that_looks_like_another_unit_is_refused_with_both_readings() {
        for (text, unit, as_ms) in [
            ("1763632800", "seconds", "1970-01-21T09:53:52.800Z"),
            ("1763632800000000", "microseconds", "past the year 9999"),
            ("1763632800000000000", "nanoseconds", "past the year 9999"),
        ] {
            let said = parse_instant_ms(text).unwrap_err().to_string();
            assert_eq!(
                said,
                format!(
                    "`{text}` is {as_ms} as milliseconds and 2025-11-20T10:00:00.000Z as {unit}"
                )
            );
        }
    }

    #[test]
    fn an_epoch_number_with_its_unit_is_taken() {
        for text in [
            "1763632800s",
            " 1763632800000ms ",
            "1763632800000000us",
            "1763632800000000000ns",
        ] {
            assert_eq!(parse_instant_ms(text), Ok(1_763_632_800_000), "{text}");
        }
        assert_eq!(parse_instant_ms("1763632800ms"), Ok(1_763_632_800));
        for text in ["s", "ms", "1.5s", "1 s", "9223372036854775807s", "1h"] {
            assert!(parse_instant_ms(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_instant_is_printed_with_its_milliseconds() {
        assert_eq!(
            format_instant_ms(1_700_000_000_123),
            "2023-11-14T22:13:20.123Z"
        );
        assert_eq!(format_instant_ms(0), "1970-01-01T00:00:00.000Z");
    }
}
