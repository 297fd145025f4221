//! Dates of HTTP headers, in the three forms that RFC 9110 (section 5.6.7) asks a recipient to read.

use jiff::civil::DateTime;
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::tz::TimeZone;

/// The obsolete forms: of RFC 850, and of C's `asctime`. Both are in UTC.
const OBSOLETE: [&str; 2] = ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"];

/// An HTTP date as epoch milliseconds; `None` where it is no date.
pub(crate) fn http_date_ms(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Ok(instant) = DateTimeParser::new().parse_timestamp(text) {
        return Some(instant.as_millisecond());
    }
    OBSOLETE.into_iter().find_map(|form| {
        let date = DateTime::strptime(form, text).ok()?;
        let instant = TimeZone::UTC.to_timestamp(date).ok()?;
        Some(instant.as_millisecond())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_three_forms_of_a_date_are_read() {
        for (text, ms) in [
            ("Tue, 14 Nov 2023 22:13:20 GMT", 1_700_000_000_000),
            ("Tuesday, 14-Nov-23 22:13:20 GMT", 1_700_000_000_000),
            ("Tue Nov 14 22:13:20 2023", 1_700_000_000_000),
            (" Sunday, 06-Nov-94 08:49:37 GMT ", 784_111_777_000),
            ("Sun Nov  6 08:49:37 1994", 784_111_777_000),
        ] {
            assert_eq!(http_date_ms(text), Some(ms), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_of_http_is_none() {
        for text in [
            "",
            "yesterday",
            "1700000000",
            "2023-11-14T22:13:20Z",
            "Tuesday, 14-Nov-23 22:13:20 CET",
            "Tuesday, 31-Nov-23 22:13:20 GMT",
        ] {
            assert_eq!(http_date_ms(text), None, "{text}");
        }
    }
}
