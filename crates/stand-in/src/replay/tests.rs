use super::*;

/// 2026-11-23 12:00 UTC
const NOW_MS: i64 = 1_795_435_200_000;
/// 2026-11-23 05:36:12 UTC
const AT_MS: i64 = 1_795_412_172_000;

fn time_in(zone: &str, line: &str) -> Option<i64> {
    let zone = Zone::parse(zone).unwrap();
    with_years(&[time::time_of(line, &zone)], &zone, NOW_MS)[0]
}

fn replay(text: &str) -> Replay {
    Replay::of_bytes(text.as_bytes(), &Zone::UTC, NOW_MS).unwrap()
}

fn events(replay: &Replay, span: Span) -> Vec<(i64, i64, String)> {
    let mut events = Vec::new();
    replay.visit(span, &mut |event| {
        events.push((event.timestamp_ms, event.sequence, event.message.to_owned()));
        ControlFlow::Continue(())
    });
    events
}

const ALL: Span = Span {
    first_ms: i64::MIN,
    last_ms: i64::MAX,
    after: None,
};

#[test]
fn times_are_recognised_in_the_forms_logs_use() {
    for line in [
        "2026-11-23 05:36:12 startup archives unpack",
        "2026-11-23T05:36:12Z x",
        "2026-11-23T06:36:12+01:00 x",
        "2026-11-23 06:36:12 +0100 x",
        "2026/11/23 05:36:12 [error] nginx",
        "[2026-11-23 05:36:12,000] log4j",
        "<134>Nov 23 05:36:12 host app: text",
        "Nov 23 05:36:12 host app: text",
        "192.0.2.1 - - [23/Nov/2026:05:36:12 +0000] \"GET / HTTP/1.1\"",
        "1795412172 x",
        "1795412172.000 x",
        "1795412172000 x",
        r#"{"message":"x","time":"2026-11-23T05:36:12Z"}"#,
        r#"{"ts":1795412172.0,"level":"info"}"#,
        r#"{"@timestamp":1795412172000}"#,
        r#"{"timestamp":"1795412172000000"}"#,
    ] {
        assert_eq!(time_in("UTC", line), Some(AT_MS), "{line}");
    }
    assert_eq!(
        time_in("UTC", "2026-11-23 05:36:12.345678 x"),
        Some(AT_MS + 345)
    );
    assert_eq!(
        time_in("UTC", "Nov  3 05:36:12 x"),
        Some(AT_MS - 20 * 86_400_000)
    );
}

#[test]
fn the_zone_counts_only_where_a_line_has_none() {
    assert_eq!(time_in("+02:00", "2026-11-23 07:36:12 x"), Some(AT_MS));
    assert_eq!(time_in("-0330", "2026-11-23 02:06:12 x"), Some(AT_MS));
    assert_eq!(
        time_in("Europe/Berlin", "2026-11-23 06:36:12 x"),
        Some(AT_MS)
    );
    assert_eq!(
        time_in("Europe/Berlin", "2026-11-23T05:36:12Z x"),
        Some(AT_MS)
    );
    assert!(Zone::parse("Europe/Nowhere").is_err());
    assert!(Zone::parse("+25:00").is_err());
}

#[test]
fn a_syslog_time_that_is_still_to_come_was_a_year_ago() {
    assert_eq!(
        time_in("UTC", "Dec 23 05:36:12 x"),
        Some(AT_MS + 30 * 86_400_000 - 365 * 86_400_000)
    );
    assert_eq!(time_in("UTC", "Feb 29 05:36:12 x"), Some(1_709_184_972_000));
}

#[test]
fn numbers_that_are_no_times_are_not_taken_for_times() {
    for line in [
        "",
        "no time",
        "2026-13-01 00:00:00",
        "12:30:00 x",
        "12345 x",
        "12026-11-23 05:36:12",
        "May be 12",
    ] {
        assert_eq!(time_in("UTC", line), None, "{line}");
    }
}

#[test]
fn lines_without_a_time_have_that_of_the_line_before() {
    let replay = replay("head\n2026-11-23 05:36:12 a\n  at frame\n\n2026-11-23 05:36:13 b");
    let all = events(&replay, ALL);
    let messages: Vec<_> = all.iter().map(|e| e.2.as_str()).collect();
    assert_eq!(
        messages,
        [
            "head",
            "2026-11-23 05:36:12 a",
            "  at frame",
            "",
            "2026-11-23 05:36:13 b"
        ]
    );
    assert!(all[..4].iter().all(|e| e.0 == AT_MS));
    let found = Replayed {
        lines: 5,
        untimed_lines: 3,
        lossy_lines: 0,
        first_ms: AT_MS,
        last_ms: AT_MS + 1_000,
    };
    assert_eq!(replay.found, found);
}

#[test]
fn lines_out_of_order_are_served_in_order_and_pages_continue() {
    let replay = replay(
        "2026-11-23 05:36:14 c\n2026-11-23 05:36:12 a\n2026-11-23 05:36:14 d\r\n2026-11-23 05:36:13 b\n",
    );
    let all = events(&replay, ALL);
    let last: Vec<_> = all.iter().map(|e| &e.2[20..]).collect();
    assert_eq!(last, ["a", "b", "c", "d"]);
    for (at, event) in all.iter().enumerate() {
        let rest = events(
            &replay,
            Span {
                after: Some(event.1),
                ..ALL
            },
        );
        assert_eq!(rest, all[at + 1..]);
        let one = Span {
            first_ms: event.0,
            last_ms: event.0,
            after: None,
        };
        assert_eq!(replay.count(one), events(&replay, one).len() as u64);
    }
}

#[test]
fn bytes_that_are_no_text_are_replaced_and_told() {
    let replay = Replay::of_bytes(
        b"2026-11-23 05:36:12 caf\xe9\n2026-11-23 05:36:12 ok",
        &Zone::UTC,
        NOW_MS,
    )
    .unwrap();
    assert_eq!(replay.found.lossy_lines, 1);
    assert_eq!(events(&replay, ALL)[0].2, "2026-11-23 05:36:12 caf\u{fffd}");
}

#[test]
fn a_file_without_any_time_is_refused() {
    for bytes in [&b"one\ntwo\n"[..], b""] {
        let refused = Replay::of_bytes(bytes, &Zone::UTC, NOW_MS);
        assert_eq!(refused.unwrap_err(), Unusable::NoTimes);
    }
    let missing = Replay::read(Path::new("/nonexistent/file"), &Zone::UTC, NOW_MS);
    assert!(matches!(missing, Err(ReplayError::Unreadable { .. })));
}

#[test]
fn a_file_in_another_encoding_is_refused_with_its_name_and_a_way_to_text() {
    let line = "2026-11-23 05:36:12 a\n";
    let utf16 = |to: fn(u16) -> [u8; 2]| line.encode_utf16().flat_map(to).collect::<Vec<_>>();
    let (little, big) = (utf16(u16::to_le_bytes), utf16(u16::to_be_bytes));
    for (bytes, named) in [
        (
            [&[0xff, 0xfe], &little[..]].concat(),
            "UTF-16 text (little-endian)",
        ),
        (
            [&[0xfe, 0xff], &big[..]].concat(),
            "UTF-16 text (big-endian)",
        ),
        (little, "UTF-16 text (little-endian)"),
        (big, "UTF-16 text (big-endian)"),
        (vec![0xff, 0xfe, 0, 0, b'2', 0, 0, 0], "UTF-32 text"),
        (vec![0x1f, 0x8b, 8, 0], "compressed with gzip"),
    ] {
        let refused = Replay::of_bytes(&bytes, &Zone::UTC, NOW_MS).unwrap_err();
        let text = refused.to_string();
        assert!(text.contains(named) && text.contains("with `"), "{text}");
    }
    let marked = [&[0xef, 0xbb, 0xbf], line.as_bytes()].concat();
    let replay = Replay::of_bytes(&marked, &Zone::UTC, NOW_MS).unwrap();
    assert_eq!(events(&replay, ALL)[0].2, line.trim_end());
    assert_eq!(
        (replay.found.untimed_lines, replay.found.lossy_lines),
        (0, 0)
    );
}

#[test]
fn hours_of_twelve_are_read_with_their_half_of_the_day() {
    for (line, clock_ms) in [
        ("2026-11-23 11:58:08 AM x", 43_088_000),
        ("2026-11-23 12:00:53 PM x", 43_253_000),
        ("2026-11-23 12:00:53 AM x", 53_000),
        ("2026-11-23 01:20:10 PM x", 48_010_000),
        ("2026-11-23 1:20:10PM x", 48_010_000),
        ("23-Nov-2026 11:20:10 PM x", 84_010_000),
        ("Nov 23, 2026 11:20:10.500 pm UTC x", 84_010_500),
        // No half of the day, but a word.
        ("2026-11-23 13:20:10 am Tor", 48_010_000),
        ("2026-11-23 01:20:10 PMON started", 4_810_000),
    ] {
        let day_ms = AT_MS - 20_172_000;
        assert_eq!(time_in("UTC", line), Some(day_ms + clock_ms), "{line}");
    }
}

#[test]
fn a_zone_that_stands_behind_a_time_counts_before_the_one_given() {
    for line in [
        "2026-11-23 05:36:12.123 UTC [99] LOG: x",
        "2026-11-23 05:36:12.123 GMT x",
        "2026-11-23 05:36:12.123Z x",
        "2026-11-23 05:36:12.123 Z",
        "2026-11-23 06:36:12.123+01 x",
        "2026-11-23 06:36:12.123 +01 x",
        "2026-11-23 06:36:12.123 GMT+0100 (CET)",
        "2026-11-23 06:36:12.123 +01:00",
        "2026-11-22 23:36:12.123 -06 x",
        "Mon, 23 Nov 2026 05:36:12.123 GMT",
    ] {
        assert_eq!(time_in("America/Lima", line), Some(AT_MS + 123), "{line}");
    }
    for line in [
        "2026-11-23 06:36:12 UTCX",
        "2026-11-23 06:36:12 +01x",
        "2026-11-23 06:36:12 +15",
    ] {
        let ms = time_in("Europe/Berlin", line);
        assert!(ms == Some(AT_MS) || line.ends_with("+15"), "{line}: {ms:?}");
    }
}

#[test]
fn times_are_recognised_in_the_forms_of_more_systems() {
    for line in [
        "2026-11-23 5:36:12 one digit",
        "\u{1b}[2m2026-11-23T05:36:12Z\u{1b}[0m coloured",
        "\u{1b}[1;32m[2026-11-23 05:36:12]\u{1b}[0m coloured",
        "Mon Nov 23 05:36:12 2026",
        "[Mon Nov 23 05:36:12.000123 2026] [core:error] [pid 1]",
        "Mon Nov 23 05:36:12 UTC 2026 x",
        "Mon Nov 23 05:36:12 CET 2026 x",
        "Nov 23 2026 05:36:12: %ASA-6-302013",
        "Nov 23, 2026 5:36:12 AM org.apache.Catalina",
        "26/11/23 05:36:12 INFO executor",
        "261123 053612 148 INFO dfs.DataNode",
        "11-23 05:36:12.000  1702  2395 D PowerManager",
        "- 1795412172 2026.11.23 R02-M1 RAS KERNEL",
        "type=SYSCALL msg=audit(1795412172.000:24287): arch=c000003e",
        "1795412172000000 x",
        "1795412172000000000 x",
        "1795412172 job for 2026-01-01 00:00:00 is done",
        r#"{"ts":1795412172.000000,"v":NaN,"msg":"half a pair \ud83d"}"#,
        r#"{"when":{"time":1},"time":"2026\/11\/23 05:36:12","msg":"cut o"#,
        r#"{"t":1795412172000000000}"#,
        // The event's own time, not that of a file it names.
        "app-2026-01-01_00:00:00.log: 2026-11-23 05:36:12 rotated",
        "/var/log/2026-01-01T00:00:00.log 2026-11-23T05:36:12Z rotated",
        "2026-11-23 05:36:12 rotated app-2026-01-01_00:00:00.log",
        // The only time there is, though in a word.
        "host-2026-11-23T05:36:12Z x",
    ] {
        assert_eq!(time_in("UTC", line), Some(AT_MS), "{line:?}");
    }
}

#[test]
fn a_file_without_years_keeps_one_order_up_to_now() {
    let text = "Nov 25 05:36:12 a\nDec 31 23:59:59 b\nJan  1 00:00:00 c\nNov 22 05:36:12 d\nNov 24 05:36:12 e\n";
    let all = events(&replay(text), ALL);
    let last: Vec<_> = all.iter().map(|event| event.2.as_bytes()[16]).collect();
    assert_eq!(last, b"abcde");
    // A line of the next day is a clock that is off, and no reason to tear the file apart.
    assert_eq!(all[4].0, AT_MS + 86_400_000);
    assert_eq!(all[0].0, AT_MS + 2 * 86_400_000 - 365 * 86_400_000);
    // Lines that are a little out of order are no turn of a year.
    let text = "Jan  1 00:00:00 b\nDec 31 23:59:59 a\nJan  1 00:00:01 c\n";
    let all = events(&replay(text), ALL);
    let last: Vec<_> = all.iter().map(|event| event.2.as_bytes()[16]).collect();
    assert_eq!(last, b"abc");
    // A day of leap years takes the file with it.
    let text = "Feb 28 00:00:00 a\nFeb 29 00:00:00 b\n";
    assert_eq!(events(&replay(text), ALL)[0].0, 1_709_078_400_000);
}
