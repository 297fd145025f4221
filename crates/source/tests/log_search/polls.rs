//! Running queries.

use crate::script::*;
use windrow_model::settings::FetchSettings;
use windrow_source::{LogSource, Notice, SourceError, Verdict};

#[test]
fn a_running_query_is_polled_until_it_has_run() {
    let asked = ask(vec![
        running(202, "a:b:1"),
        running(200, "a:b:2"),
        events(&[1, 2], None),
    ]);
    let page = asked.page.unwrap();
    assert_eq!(
        asked.world.urls(),
        [
            format!("{HOST}/query/logs/k?from=99&to=200&per_page=500"),
            format!("{HOST}/query/a:b:1"),
            format!("{HOST}/query/a:b:2"),
        ]
    );
    assert_eq!(*asked.world.waits.borrow(), [500, 750]);
    assert_eq!((page.received, page.requests), (2, 3));
    assert_eq!(page.verdict, Verdict::Complete);
    assert_eq!(asked.batch.len(), 2);
    assert_eq!(
        asked.notices,
        vec![Notice::Running { percent: Some(35) }; 2]
    );
}

#[test]
fn self_wins_over_next_and_events_of_a_running_answer_are_not_kept() {
    let both = format!(
        r#"{{"events":[{{"timestamp":1}}],"links":[{{"rel":"next","href":"{HOST}/query/n"}},{{"rel":"SELF","href":"{HOST}/query/s"}}]}}"#
    );
    let asked = ask(vec![ok(&both), events(&[1], None)]);
    assert_eq!(asked.page.unwrap().received, 1);
    assert_eq!(asked.world.urls()[1], format!("{HOST}/query/s"));
    assert_eq!(asked.batch.len(), 1);
}

#[test]
fn an_expired_poll_link_starts_the_page_again() {
    let asked = ask(vec![
        running(202, "old"),
        answer(404, &[], "gone"),
        running(202, "new"),
        events(&[1], None),
    ]);
    assert!(asked.page.is_ok());
    let urls = asked.world.urls();
    assert_eq!(urls[2], urls[0]);
    assert_eq!(urls[3], format!("{HOST}/query/new"));
}

#[test]
fn poll_links_that_always_expire_end_as_an_error() {
    let mut answers = Vec::new();
    for _ in 0..4 {
        answers.push(running(202, "x"));
        answers.push(answer(404, &[], "gone"));
    }
    let asked = ask(answers);
    assert!(matches!(
        asked.page,
        Err(SourceError::Failed { status: 404, .. })
    ));
    assert!(asked.batch.is_empty());
}

#[test]
fn polling_ends_at_the_iteration_limit() {
    let settings = FetchSettings {
        poll_iterations: 3,
        ..FetchSettings::default()
    };
    let asked = ask_with(settings, (0..4).map(|_| running(202, "x")).collect());
    assert!(matches!(
        asked.page,
        Err(SourceError::StillRunning { polls: 3, .. })
    ));
}

#[test]
fn polling_ends_at_the_wall() {
    let settings = FetchSettings {
        poll_wall_ms: 20_000,
        ..FetchSettings::default()
    };
    let (search, world) = connector(settings, (0..100).map(|_| running(202, "x")).collect());
    world.answer_ms.set(1_000);
    let cursor = search.first(&slice("")).unwrap();
    let mut batch = windrow_model::EventBatch::new();
    let page = run(search.page(&cursor, &mut batch, &|_| {}));
    assert!(matches!(
        page,
        Err(SourceError::StillRunning {
            waited_ms: 20_000..=21_000,
            ..
        })
    ));
}

#[test]
fn a_running_answer_without_a_link_is_never_an_empty_page() {
    let asked = ask(vec![answer(202, &[], r#"{"events":[],"links":[]}"#)]);
    assert!(matches!(asked.page, Err(SourceError::BadAnswer { .. })));
}

#[test]
fn counts_are_polled_and_tried_again_like_pages() {
    let count = r#"{"statistics":{"stats":{"global_timeseries":{"count":7.0}}},"search_stats":{"events_matched":8}}"#;
    let (search, world) = connector(
        FetchSettings::default(),
        vec![
            answer(429, &[("retry-after", "3")], "slow down"),
            running(202, "c"),
            answer(503, &[], "busy"),
            answer(200, &[("x-beyond-retention", "true")], count),
        ],
    );
    let count = run(search.count(&slice("where(x)"), &|_| {})).unwrap();
    assert_eq!((count.events, count.requests), (7, 4));
    assert_eq!(count.server_ms, Some(DATE_MS));
    assert!(count.beyond_retention);
    assert_eq!(
        world.urls()[0],
        format!("{HOST}/query/logs/k?from=99&to=200&query=where%28x%29%20calculate%28count%29")
    );
    assert_eq!(world.waits.borrow()[0], 3_000);
}
