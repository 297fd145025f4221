//! Counts, sizes, times and durations as people read them.

use windrow_model::TimeRange;
use windrow_model::instant::format_instant_ms;

/// `1,234,567`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// `1 part`, `2 parts`: a count with its noun.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// `512 B`, `6.1 MB`: three digits at most, units of 1000.
pub fn bytes(size: u64) -> String {
    if size < 1000 {
        return format!("{size} B");
    }
    let mut scaled = size as f64;
    for unit in ["kB", "MB", "GB", "TB", "PB", "EB"] {
        scaled /= 1000.0;
        // What would be rounded up to 1000 is the next unit's.
        if scaled < 999.5 {
            let digits = usize::from(scaled < 9.95);
            return format!("{scaled:.digits$} {unit}");
        }
    }
    format!("{scaled:.0} EB")
}

/// `250 ms`, `4.2 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`: the two largest units.
pub fn span_ms(ms: u64) -> String {
    const UNITS: [(u64, &str); 4] = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
    if ms < 1000 {
        return format!("{ms} ms");
    }
    if ms < 60_000 {
        let tenths = ms / 100;
        return match tenths % 10 {
            0 => format!("{} s", tenths / 10),
            tenth => format!("{}.{tenth} s", tenths / 10),
        };
    }
    let mut seconds = ms / 1000;
    let mut shown = Vec::new();
    for (size, unit) in UNITS {
        let many = seconds / size;
        seconds %= size;
        if shown.len() == 2 || (shown.len() == 1 && many == 0) {
            break;
        }
        if many > 0 {
            shown.push(format!("{many} {unit}"));
        }
    }
    shown.join(" ")
}

/// `2026-11-23 09:00:00.000Z`.
pub fn instant(ms: i64) -> String {
    format_instant_ms(ms).replacen('T', " ", 1)
}

/// `2026-11-23 09:00:00.000Z - 2026-11-23 12:00:00.000Z`.
pub fn range(range: TimeRange) -> String {
    format!(
        "{} - {}",
        instant(range.start_ms()),
        instant(range.end_ms())
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_000), "1,000");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(counted(1, "part", "parts"), "1 part");
        assert_eq!(counted(0, "part", "parts"), "0 parts");
    }

    #[test]
    fn sizes_never_show_a_thousand() {
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(6_130_000), "6.1 MB");
        assert_eq!(bytes(48_000), "48 kB");
        assert_eq!(bytes(999_999), "1.0 MB");
        assert_eq!(bytes(u64::MAX), "18 EB");
    }

    #[test]
    fn durations_show_their_two_largest_units() {
        assert_eq!(span_ms(250), "250 ms");
        assert_eq!(span_ms(4_000), "4 s");
        assert_eq!(span_ms(4_250), "4.2 s");
        assert_eq!(span_ms(200_000), "3 min 20 s");
        assert_eq!(span_ms(3_600_000), "1 h");
        assert_eq!(span_ms(3_630_000), "1 h");
        assert_eq!(span_ms(90_061_000), "1 d 1 h");
    }

    #[test]
    fn ranges_are_printed_in_utc_with_milliseconds() {
        let window = TimeRange::new(0, 1_000).unwrap();
        assert_eq!(
            range(window),
            "1970-01-01 00:00:00.000Z - 1970-01-01 00:00:01.000Z"
        );
    }
}
