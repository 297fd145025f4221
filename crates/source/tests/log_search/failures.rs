//! Failures that pass, and failures that do not.

use crate::script::*;
use windrow_model::settings::FetchSettings;
use windrow_source::{HttpError, Notice, SourceError, SourceErrorKind};

#[test]
fn a_rate_limit_is_waited_for_and_counts_as_no_attempt() {
    let limit = |seconds: &str| {
        answer(
            429,
            &[("x-ratelimit-reset", seconds), ("retry-after", "2")],
            "Too many",
        )
    };
    let settings = FetchSettings {
        retry_attempts: 0,
        poll_wall_ms: 1_000,
        ..FetchSettings::default()
    };
    let asked = ask_with(
        settings,
        vec![
            limit("30"),
            limit("1"),
            running(202, "a"),
            limit("5"),
            events(&[1], None),
        ],
    );
    assert_eq!(asked.page.unwrap().requests, 5);
    assert_eq!(*asked.world.waits.borrow(), [30_000, 2_000, 500, 5_000]);
    assert!(matches!(
        asked.notices[0],
        Notice::Waiting {
            wait_ms: 30_000,
            attempt: 1,
            ..
        }
    ));
    assert_eq!(asked.world.urls()[4], format!("{HOST}/query/a"));
}

#[test]
fn after_a_long_rate_limit_the_page_is_submitted_again() {
    let asked = ask(vec![
        running(202, "a"),
        answer(429, &[("retry-after", "60")], ""),
        events(&[1], None),
    ]);
    assert!(asked.page.is_ok());
    let urls = asked.world.urls();
    assert_eq!(urls[2], urls[0]);
}

#[test]
fn a_rate_limit_that_never_ends_is_given_up_after_an_hour() {
    let asked = ask((0..10)
        .map(|_| answer(429, &[("retry-after", "86400")], "no"))
        .collect());
    assert!(matches!(
        asked.page,
        Err(SourceError::Failed { status: 429, .. })
    ));
    assert_eq!(asked.world.waited(), 3_600_000);
}

#[test]
fn an_empty_quota_on_a_good_answer_is_no_error() {
    let good = answer(
        200,
        &[("x-ratelimit-remaining", "0")],
        &events_body(&[1], None),
    );
    assert!(ask(vec![good]).page.is_ok());
}

#[test]
fn failures_that_may_pass_are_tried_again_with_growing_waits() {
    let cut = Err(HttpError::CutBody {
        reason: "early end".to_owned(),
    });
    let settings = FetchSettings {
        retry_attempts: 5,
        ..FetchSettings::default()
    };
    let asked = ask_with(
        settings,
        vec![
            answer(500, &[], ""),
            answer(504, &[], ""),
            Err(HttpError::Timeout),
            cut,
            ok(&events_body(&[1, 2], None)[..40]),
            events(&[1, 2], None),
        ],
    );
    assert_eq!(asked.page.unwrap().requests, 6);
    assert_eq!(asked.batch.len(), 2);
    let waits = asked.world.waits.borrow();
    assert_eq!(waits.len(), 5);
    for (at, wait) in waits.iter().enumerate() {
        assert!((250 << at..=500 << at).contains(wait), "{waits:?}");
    }
}

#[test]
fn failures_that_do_not_pass_end_with_the_number_of_tries() {
    let dead = |status: u16| {
        (0..4)
            .map(|_| answer(status, &[], "{\"message\":\"down\"}"))
            .collect()
    };
    for status in [408, 500, 502, 503, 504] {
        match ask(dead(status)).page {
            Err(SourceError::Failed {
                status: s,
                attempts: 4,
                reason,
                ..
            }) => {
                assert_eq!((s, reason.as_str()), (status, "down"));
            }
            other => panic!("{other:?}"),
        }
    }
    let silent = ask((0..4).map(|_| Err(HttpError::Timeout)).collect());
    assert!(matches!(
        silent.page,
        Err(SourceError::Unreachable { attempts: 4, .. })
    ));
    let garbage = ask((0..4).map(|_| ok("<html>")).collect());
    assert!(matches!(garbage.page, Err(SourceError::BadAnswer { .. })));
    assert!(garbage.batch.is_empty());
}

#[test]
fn a_poll_that_fails_is_polled_again() {
    let asked = ask(vec![
        running(202, "a"),
        answer(502, &[], ""),
        events(&[1], None),
    ]);
    assert!(asked.page.is_ok());
    let urls = asked.world.urls();
    assert_eq!(urls[1], urls[2]);
}

#[test]
fn a_server_may_ask_for_a_longer_wait_after_a_failure() {
    let asked = ask(vec![
        answer(
            503,
            &[("retry-after", "40"), ("x-ratelimit-reset", "600")],
            "",
        ),
        events(&[1], None),
    ]);
    assert!(asked.page.is_ok());
    assert_eq!(*asked.world.waits.borrow(), [40_000]);
}

#[test]
fn a_failure_that_says_the_rate_limit_is_used_up_waits_for_the_reset() {
    let used_up = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "60")];
    let asked = ask(vec![answer(503, &used_up, ""), events(&[1], None)]);
    assert!(asked.page.is_ok());
    assert_eq!(asked.world.waited(), 60_000);
}

#[test]
fn what_no_retry_can_change_stops_at_once() {
    for (status, kind) in [
        (400, SourceErrorKind::ChangeRequest),
        (401, SourceErrorKind::SignIn),
        (403, SourceErrorKind::SignIn),
        (404, SourceErrorKind::ChangeRequest),
        (302, SourceErrorKind::Retry),
    ] {
        let asked = ask(vec![answer(status, &[], "key s3cret\r\nis wrong")]);
        let error = asked.page.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        let shown = format!("{error} {error:?}");
        assert!(
            !shown.contains("s3cret") && !shown.contains('\n'),
            "{shown}"
        );
        assert!(!shown.contains("from="), "{shown}");
    }
    for (fatal, words) in [
        (
            HttpError::TooLarge {
                limit_bytes: 64 << 20,
            },
            "larger",
        ),
        (
            HttpError::Refused {
                reason: "not sent there".to_owned(),
            },
            "not sent",
        ),
    ] {
        let error = ask(vec![Err(fatal)]).page.unwrap_err();
        assert!(error.to_string().contains(words));
    }
}

#[test]
fn a_wrong_region_is_named_as_a_possible_cause() {
    for status in [401, 404] {
        let error = ask(vec![answer(status, &[], "")]).page.unwrap_err();
        assert!(error.to_string().contains("region"), "{error}");
    }
}

#[test]
fn a_failure_in_the_middle_of_a_page_keeps_nothing_of_it() {
    let half = r#"{"events":[{"timestamp":1,"message":"a"},{"timestamp":"x"}],"links":[]}"#;
    let asked = ask(vec![ok(half)]);
    match asked.page {
        Err(SourceError::BadAnswer { reason, .. }) => assert!(reason.contains("event 2")),
        other => panic!("{other:?}"),
    }
    assert!(asked.batch.is_empty());
}
