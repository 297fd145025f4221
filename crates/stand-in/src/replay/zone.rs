//! The zone that times without one are taken in.

use super::ReplayError;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

/// A time zone: UTC, a fixed offset, or a name of the zone database.
#[derive(Clone, Debug)]
pub struct Zone(TimeZone);

impl Zone {
    /// UTC.
    pub const UTC: Self = Self(TimeZone::UTC);

    /// Reads `UTC`, `Z`, `+02:00`, `-0330`, or a name such as `Europe/Berlin`.
    pub fn parse(text: &str) -> Result<Self, ReplayError> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("utc") || text.eq_ignore_ascii_case("z") {
            return Ok(Self::UTC);
        }
        if let Some(seconds) = offset_seconds(text)
            && let Ok(offset) = Offset::from_seconds(seconds)
        {
            return Ok(Self(TimeZone::fixed(offset)));
        }
        TimeZone::get(text)
            .map(Self)
            .map_err(|_| ReplayError::UnknownZone {
                zone: text.to_owned(),
            })
    }

    /// Epoch milliseconds of a local time; of a time that happened twice, the first.
    pub(super) fn to_ms(&self, local: DateTime) -> Option<i64> {
        Some(self.0.to_timestamp(local).ok()?.as_millisecond())
    }
}

/// Seconds of `+hh:mm`, `+hhmm` or `+hh`.
pub(super) fn offset_seconds(text: &str) -> Option<i32> {
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let digits: String = match digits.split_once(':') {
        Some((hours, minutes)) if hours.len() == 2 && minutes.len() == 2 => {
            [hours, minutes].concat()
        }
        Some(_) => return None,
        None => digits.to_owned(),
    };
    if !matches!(digits.len(), 2 | 4) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let hours: i32 = digits.get(..2)?.parse().ok()?;
    let minutes: i32 = digits
        .get(2..)
        .filter(|m| !m.is_empty())
        .map_or(Some(0), |m| m.parse().ok())?;
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}
