//! Points in time as people type them and as Windrow prints them.
//!
//! Accepted is RFC 3339 with an offset, or epoch milliseconds; nothing is guessed from a local clock.

use jiff::Timestamp;

/// A text that is not a point in time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is not a time; write it with an offset, such as 2026-11-23T09:00:00Z, or as epoch milliseconds"
)]
pub struct UnreadableInstant {
    /// What was typed.
    pub text: String,
}

/// Epoch milliseconds of a typed instant; fractions below a millisecond are cut off.
pub fn parse_instant_ms(text: &str) -> Result<i64, UnreadableInstant> {
    let trimmed = text.trim();
    let digits = trimmed.strip_prefix('-').unwrap_or(trimmed);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return trimmed.parse().map_err(|_| unreadable(text));
    }
    let instant: Timestamp = trimmed.parse().map_err(|_| unreadable(text))?;
    Ok(instant.as_nanosecond().div_euclid(1_000_000) as i64)
}

fn unreadable(text: &str) -> UnreadableInstant {
    UnreadableInstant {
        text: text.to_owned(),
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
