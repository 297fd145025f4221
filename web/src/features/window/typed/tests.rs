//! Typed times, form by form.

use super::*;
use crate::ui::zone::tests::{new_york, santiago};

/// 2026-11-23 12:30:00.500 UTC, in a zone two hours east.
const NOW: i64 = 1_795_437_000_500;

fn context() -> Context {
    Context {
        now_ms: NOW,
        zone: Zone::Utc,
    }
}

fn east() -> Context {
    Context {
        now_ms: NOW,
        zone: Zone::Local(|_| 120),
    }
}

fn read(text: &str) -> Option<String> {
    instant(text, None, context()).map(|ms| Zone::Utc.stamp(ms))
}

#[test]
fn every_promised_form_of_an_instant_is_read() {
    for (text, stamp) in [
        ("2026-11-23T09:00:00Z", "2026-11-23 09:00:00.000"),
        ("2026-11-23T09:00:00.25+01:00", "2026-11-23 08:00:00.250"),
        ("2026-11-23 09:00", "2026-11-23 09:00:00.000"),
        ("2026-11-23", "2026-11-23 00:00:00.000"),
        ("2026-11-23 09:00:07.310", "2026-11-23 09:00:07.310"),
        ("2026-11-23 09:00 UTC", "2026-11-23 09:00:00.000"),
        ("2026-11-23T09:00:00-0330", "2026-11-23 12:30:00.000"),
        ("1795424400000", "2026-11-23 09:00:00.000"),
        ("09:00", "2026-11-23 09:00:00.000"),
        ("3h", "2026-11-23 09:30:00.500"),
        ("yesterday", "2026-11-22 00:00:00.000"),
        ("now", "2026-11-23 12:30:00.500"),
    ] {
        assert_eq!(read(text).as_deref(), Some(stamp), "{text}");
    }
}

#[test]
fn what_is_not_a_time_is_refused() {
    for text in [
        "",
        "soon",
        "2026-02-30",
        "25:00",
        "2026-11-23 9",
        "9:60",
        "0h",
        "2026-11-23 09:00 - 12:00",
        "2026-11-23 09:00 - 12",
    ] {
        assert_eq!(read(text), None, "{text}");
    }
}

#[test]
fn a_time_without_an_offset_is_meant_in_the_zone_shown() {
    assert_eq!(
        instant("2026-11-23 09:00", None, east()),
        instant("2026-11-23T07:00:00Z", None, context())
    );
    assert_eq!(
        instant("2026-11-23T09:00:00Z", None, east()),
        instant("2026-11-23 09:00", None, context())
    );
}

#[test]
fn in_the_hour_that_a_clock_change_repeats_what_is_written_is_read_back() {
    // Summer time ends at 2026-10-25 01:00 UTC, so 02:30 comes twice.
    const END_MS: i64 = 1_792_890_000_000;
    let zone = Zone::Local(|ms| if ms < END_MS { 120 } else { 60 });
    let context = Context { now_ms: NOW, zone };
    for (ms, text) in [
        (END_MS - 1_800_000, "2026-10-25 02:30"),
        (END_MS + 1_800_000, "2026-10-25 02:30 +01:00"),
        (END_MS + 7_200_000, "2026-10-25 04:00"),
    ] {
        assert_eq!(zone.typed(ms), text);
        assert_eq!(instant(text, None, context), Some(ms), "{text}");
    }
}

/// The window of one text, as it is printed.
fn short(text: &str) -> Option<String> {
    window(text, context()).map(|range| Zone::Utc.short_range(range.start_ms(), range.end_ms()))
}

#[test]
fn a_window_is_read_from_one_text() {
    for (text, range) in [
        ("2026-11-23 09:00 - 12:00", Some("2026-11-23 09:00 - 12:00")),
        (
            "2026-11-23T09:00Z/2026-11-23T10:00Z",
            Some("2026-11-23 09:00 - 10:00"),
        ),
        (
            "1795424400000..1795428000000",
            Some("2026-11-23 09:00 - 10:00"),
        ),
        ("3h", Some("2026-11-23 09:30:00.500 - 12:30:00.500")),
        ("yesterday", Some("2026-11-22 00:00 - 2026-11-23 00:00")),
        ("This week", Some("2026-11-23 00:00 - 2026-11-30 00:00")),
        ("12:00 - 09:00", None),
        ("2026-11-23 09:00", None),
        // Times joined by a sign.
        ("2026-11-23 09:00-12:00", Some("2026-11-23 09:00 - 12:00")),
        ("09:00-12:00", Some("2026-11-23 09:00 - 12:00")),
        ("2026-11-23T09:00-12:00", None),
    ] {
        assert_eq!(short(text).as_deref(), range, "{text}");
    }
}

#[test]
fn a_reversed_window_says_both_values() {
    let wrong = window_of("20", "10", context()).unwrap_err();
    assert!(
        wrong.text.contains("20") && wrong.text.contains("10"),
        "{wrong:?}"
    );
    assert!(wrong.from && wrong.to);
    let wrong = window_of("soon", "10", context()).unwrap_err();
    assert!(
        wrong.text.contains("soon") && wrong.from && !wrong.to,
        "{wrong:?}"
    );
    let wrong = window_of("10", "\u{202e}soon", context()).unwrap_err();
    assert!(
        !wrong.from && wrong.to && !wrong.text.contains('\u{202e}'),
        "{wrong:?}"
    );
}

#[test]
fn an_offset_that_no_clock_has_is_refused() {
    for text in [
        "2026-11-23T09:00:00+99:99",
        "2026-11-23 09:00 +14:01",
        "2026-11-23 09:00 +09:60",
        "2026-11-23 09:00 +1:2:3",
    ] {
        assert_eq!(read(text), None, "{text}");
    }
    assert_eq!(
        read("2026-11-23 15:00 +14:00").as_deref(),
        Some("2026-11-23 01:00:00.000")
    );
}

#[test]
fn times_joined_by_a_sign_are_no_offset_unless_it_can_be_nothing_else() {
    for (text, stamp) in [
        ("2026-11-23 09:00-12:00", None),
        ("2026-11-23T09:00-12:00", Some("2026-11-23 21:00:00.000")),
        ("2026-11-23 09:00:00-03:00", Some("2026-11-23 12:00:00.000")),
    ] {
        assert_eq!(read(text).as_deref(), stamp, "{text}");
    }
}

#[test]
fn a_number_that_looks_like_another_unit_is_asked_about_wherever_it_is_typed() {
    for (text, in_ms, unit) in [
        ("1795424400", "1970-01-21", "seconds"),
        ("1795424400000000", "past the year 9999", "microseconds"),
        ("1795424400000000000", "past the year 9999", "nanoseconds"),
    ] {
        let wrong = window_of(text, "1795428000000", context()).unwrap_err();
        assert_eq!(wrong.meant.as_deref(), Some("2026-11-23 09:00"));
        assert!(wrong.from && !wrong.to, "{wrong:?}");
        assert!(wrong.text.contains(in_ms), "{wrong:?}");
        assert!(wrong.text.contains(unit), "{wrong:?}");
        assert_eq!(read(text), None, "{text}");
        // A window pasted whole is asked about in the fields.
        let pasted = format!("{text} - \u{200e}1795428000");
        assert_eq!(window(&pasted, context()), None, "{text}");
        let ends = (text.to_owned(), "1795428000".to_owned());
        assert_eq!(ends_to_ask(&pasted, context()), Some(ends));
    }
    assert_eq!(ends_to_ask("soon - 1795428000", context()), None);
    assert_eq!(ends_to_ask("09:00 - 12:00", context()), None);
    assert!(window_of("1000", "2000", context()).is_ok());
    assert!(window_of("1795424400000", "1795424500000", context()).is_ok());
}

#[test]
fn an_epoch_number_with_its_unit_is_taken_and_a_small_one_is_a_length() {
    let at_nine = Some("2026-11-23 09:00:00.000");
    for (text, stamp) in [
        ("1795424400s", at_nine),
        ("1795424400000ms", at_nine),
        ("1795424400000000us", at_nine),
        ("1795424400000000000ns", at_nine),
        ("90s", Some("2026-11-23 12:28:30.500")),
        ("500ms", Some("2026-11-23 12:30:00.000")),
    ] {
        assert_eq!(read(text).as_deref(), stamp, "{text}");
    }
    assert_eq!(
        short("1795424400s - 1795428000s").as_deref(),
        Some("2026-11-23 09:00 - 10:00")
    );
    assert_eq!(window("1795424400s", context()), None);
    assert_eq!(window("90s", context()).unwrap().duration_ms(), 90_000);
}

#[test]
fn what_cannot_be_seen_around_a_time_is_passed_over() {
    for text in [
        "\u{200e}2026-11-23 09:00\u{200e}",
        "\u{feff}2026-11-23\u{a0}09:00",
        "2026-11-23\u{202f}09:00\u{200f}",
    ] {
        assert_eq!(
            read(text).as_deref(),
            Some("2026-11-23 09:00:00.000"),
            "{text:?}"
        );
    }
    assert!(window("\u{200e}09:00 - 12:00\u{200e}", context()).is_some());
}

#[test]
fn a_day_without_midnight_begins_where_its_clocks_do() {
    // Noon of 2026-09-06 in Santiago.
    let context = Context {
        now_ms: 1_788_706_800_000,
        zone: Zone::Local(santiago),
    };
    let today = window("today", context).unwrap();
    let stamp = |ms| context.zone.stamp(ms);
    assert_eq!(stamp(today.start_ms()), "2026-09-06 01:00:00.000");
    assert_eq!(stamp(today.end_ms()), "2026-09-07 00:00:00.000");
    let yesterday = window("yesterday", context).unwrap();
    assert_eq!(stamp(yesterday.start_ms()), "2026-09-05 00:00:00.000");
    assert_eq!(yesterday.duration_ms(), 86_400_000);
    assert_eq!(yesterday.end_ms(), today.start_ms());
}

#[test]
fn a_time_that_does_not_exist_is_read_behind_the_change_and_said() {
    let context = Context {
        now_ms: 1_772_953_200_000,
        zone: Zone::Local(new_york),
    };
    let ms = instant("2026-03-08 02:30", None, context).unwrap();
    assert_eq!(context.zone.stamp(ms), "2026-03-08 03:30:00.000");
    let said = remarks("2026-03-08 02:30", "2026-03-08 04:00", context);
    assert_eq!(said.len(), 1);
    assert!(
        said[0].contains("does not exist") && said[0].contains("03:30 -04:00"),
        "{said:?}"
    );
    assert!(remarks("2026-03-08 01:30", "2026-03-08 04:00", context).is_empty());
}
