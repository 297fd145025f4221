use super::*;
use std::collections::BTreeSet;

const SEED: u64 = 7;
/// A Tuesday at noon.
const NOON_MS: i64 = 1_795_521_600_000;
const HOUR_MS: i64 = 3_600_000;

type Owned = (i64, i64, String);

fn all(kind: Kind, span: Span) -> Vec<Owned> {
    let mut events = Vec::new();
    Generated::new(kind, SEED).visit(span, &mut |event| {
        events.push((event.timestamp_ms, event.sequence, event.message.to_owned()));
        ControlFlow::Continue(())
    });
    events
}

const fn span(first_ms: i64, last_ms: i64) -> Span {
    Span {
        first_ms,
        last_ms,
        after: None,
    }
}

#[test]
fn a_window_has_the_same_events_however_it_is_cut() {
    for kind in [Kind::Firewall, Kind::SignIns, Kind::Syslog] {
        let whole = all(kind, span(NOON_MS, NOON_MS + 600_000));
        let mut cut = all(kind, span(NOON_MS, NOON_MS + 123_456));
        cut.extend(all(kind, span(NOON_MS + 123_457, NOON_MS + 600_000)));
        assert_eq!(whole, cut);
        assert!(whole.len() > 500);
    }
}

#[test]
fn pages_continued_by_sequence_number_give_the_whole() {
    let hour = span(NOON_MS, NOON_MS + HOUR_MS);
    let whole = all(Kind::Firewall, hour);
    let mut paged: Vec<Owned> = Vec::new();
    loop {
        let mut left = 500;
        let before = paged.len();
        let page = Span {
            after: paged.last().map(|e| e.1),
            ..hour
        };
        Generated::new(Kind::Firewall, SEED).visit(page, &mut |event| {
            paged.push((event.timestamp_ms, event.sequence, event.message.to_owned()));
            left -= 1;
            if left == 0 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        if paged.len() == before {
            break;
        }
    }
    assert!(paged == whole);
}

#[test]
fn counting_agrees_with_reading() {
    for kind in [Kind::Firewall, Kind::SignIns, Kind::Syslog] {
        for (first, last) in [
            (0, 999),
            (1, 1),
            (500, 61_499),
            (0, HOUR_MS),
            (59_999, 60_000),
        ] {
            let span = span(NOON_MS + first, NOON_MS + last);
            let read = all(kind, span).len() as u64;
            assert_eq!(Generated::new(kind, SEED).count(span), read);
        }
    }
}

#[test]
fn events_are_in_order_and_their_numbers_alone_are_not() {
    let events = all(Kind::Firewall, span(NOON_MS, NOON_MS + HOUR_MS));
    assert!(
        events
            .windows(2)
            .all(|w| (w[0].0, w[0].1) < (w[1].0, w[1].1))
    );
    assert!(!events.windows(2).all(|w| w[0].1 < w[1].1));
    let numbers: BTreeSet<_> = events.iter().map(|e| e.1).collect();
    assert_eq!(numbers.len(), events.len());
    assert!(events.iter().all(|e| e.1 > 1 << 61));
}

#[test]
fn an_hour_has_bursts_silence_split_lines_and_events_on_the_minute() {
    let events = all(Kind::Firewall, span(NOON_MS, NOON_MS + 4 * HOUR_MS));
    assert!(
        (240_000..700_000).contains(&events.len()),
        "{}",
        events.len()
    );
    let longest = events.chunk_by(|a, b| a.0 == b.0).map(<[Owned]>::len).max();
    assert!(longest > Some(250), "{longest:?}");
    assert!(events.windows(2).any(|w| w[1].0 - w[0].0 > 15_000));
    let pieces: Vec<_> = events.iter().filter(|e| e.1 % 4096 != 0).collect();
    assert!(pieces.len() > 100);
    // A double cannot tell pieces of one line apart.
    let doubles: BTreeSet<_> = pieces.iter().map(|e| (e.1 as f64) as i64).collect();
    assert!(doubles.len() < pieces.len());
    assert!(events.iter().filter(|e| e.0 % 60_000 == 0).count() > 100);
}

#[test]
fn every_hour_of_a_week_has_events_and_nothing_lies_before_2020() {
    for hour in 0..7 * 24 {
        let start = NOON_MS + hour * HOUR_MS;
        assert!(Generated::new(Kind::SignIns, SEED).count(span(start, start + HOUR_MS - 1)) > 100);
    }
    assert_eq!(
        Generated::new(Kind::Syslog, SEED).count(span(0, BEGINS_MS - 1)),
        0
    );
    assert!(Generated::new(Kind::Syslog, SEED).count(span(0, BEGINS_MS + HOUR_MS)) > 0);
}

#[test]
fn messages_are_lines_of_their_kind() {
    let firewall = all(Kind::Firewall, span(NOON_MS, NOON_MS + 60_000));
    assert!(
        firewall
            .iter()
            .all(|e| e.2.starts_with("date=2026-11-24 time=12:0") && e.2.contains("devname=fw-"))
    );
    let sign_ins = all(Kind::SignIns, span(NOON_MS, NOON_MS + HOUR_MS));
    for (_, _, message) in &sign_ins {
        assert!(
            serde_json::from_str::<serde_json::Value>(message).is_ok(),
            "{message}"
        );
    }
    let syslog = all(Kind::Syslog, span(NOON_MS, NOON_MS + 60_000));
    assert!(
        syslog
            .iter()
            .all(|e| e.2.starts_with("Nov 24 12:0") && !e.2.contains('\n'))
    );
}

#[test]
fn another_seed_is_another_log() {
    let mut other = Vec::new();
    Generated::new(Kind::Syslog, SEED + 1).visit(span(NOON_MS, NOON_MS + 9_999), &mut |event| {
        other.push((event.timestamp_ms, event.sequence, event.message.to_owned()));
        ControlFlow::Continue(())
    });
    assert_ne!(other, all(Kind::Syslog, span(NOON_MS, NOON_MS + 9_999)));
}
