use super::*;

/// 2026-11-23 12:00 UTC
const NOW_MS: i64 = 1_795_435_200_000;
/// 2026-11-23 05:36:12 UTC
const AT_MS: i64 = 1_795_412_172_000;

fn time_in(zone: &str, line: &str) -> Option<i64> {
    let zone = Zone::parse(zone).unwrap();
    TimeReader::new(&zone, NOW_MS).time_of(line)
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
    assert_eq!(
        (replay.lines(), replay.untimed_lines(), replay.lossy_lines()),
        (5, 3, 0)
    );
    assert_eq!(replay.bounds_ms(), (AT_MS, AT_MS + 1_000));
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
    assert_eq!(replay.lossy_lines(), 1);
    assert_eq!(events(&replay, ALL)[0].2, "2026-11-23 05:36:12 caf\u{fffd}");
}

#[test]
fn a_file_without_any_time_is_refused() {
    assert!(Replay::of_bytes(b"one\ntwo\n", &Zone::UTC, NOW_MS).is_none());
    assert!(Replay::of_bytes(b"", &Zone::UTC, NOW_MS).is_none());
    let missing = Replay::read(Path::new("/nonexistent/file"), &Zone::UTC, NOW_MS);
    assert!(matches!(missing, Err(ReplayError::Unreadable { .. })));
}
