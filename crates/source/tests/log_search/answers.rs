//! Finished answers, links and verdicts.

use crate::script::*;
use windrow_model::settings::FetchSettings;
use windrow_model::{EventBatch, TimeRange};
use windrow_source::log_search::{Endpoint, LogSearch};
use windrow_source::{Cursor, LogSource, SliceRequest, SourceError, SourceErrorKind, Verdict};

const OTHER_FAMILY: &str = "https://eu.api.insight.rapid7.com/log_search/query/logs/k?sequence_number=3237198280324534273&next_page=true";

#[test]
fn a_chain_is_followed_over_both_host_families_to_its_end() {
    let (search, world) = connector(
        FetchSettings::default(),
        vec![events(&[1, 2], Some(OTHER_FAMILY)), events(&[], None)],
    );
    let mut batch = EventBatch::new();
    let first = search.first(&slice("")).unwrap();
    let page = run(search.page(&first, &mut batch, &|_| {})).unwrap();
    let Verdict::More(next) = page.verdict else {
        panic!("{:?}", page.verdict)
    };
    let last = run(search.page(&next, &mut batch, &|_| {})).unwrap();
    assert_eq!(world.urls()[1], OTHER_FAMILY);
    assert_eq!((last.received, last.verdict), (0, Verdict::Complete));
    assert_eq!(batch.len(), 2);
}

#[test]
fn every_request_carries_the_key_and_no_url_does() {
    let asked = ask(vec![events(&[], None)]);
    let sent = asked.world.sent.borrow();
    assert!(
        sent[0]
            .headers
            .contains(&("x-api-key", "s3cret".to_owned()))
    );
    assert!(!sent[0].url.contains("s3cret"));
}

#[test]
fn the_first_millisecond_of_time_is_asked_for_as_it_is() {
    let (search, _) = connector(FetchSettings::default(), Vec::new());
    let at_zero = SliceRequest {
        range: TimeRange::new(0, 5).unwrap(),
        ..slice(" where(a) ")
    };
    let Cursor(url) = search.first(&at_zero).unwrap();
    assert!(url.contains("?from=0&to=5&per_page=500&query=where%28a%29#"));
}

#[test]
fn links_to_other_hosts_are_not_followed() {
    for href in [
        "https://evil.example/query/logs/k",
        "http://eu.rest.logs.insight.rapid7.com/query",
        "https://us.rest.logs.insight.rapid7.com/query",
        "",
    ] {
        let asked = ask(vec![events(&[1], Some(href))]);
        assert!(
            matches!(asked.page, Err(SourceError::BadLink { .. })),
            "{href}"
        );
        assert!(asked.batch.is_empty());
        let own = format!(r#"{{"links":{{"rel":"Self","href":"{href}"}}}}"#);
        assert!(matches!(
            ask(vec![ok(&own)]).page,
            Err(SourceError::BadLink { .. })
        ));
    }
}

#[test]
fn a_page_that_names_itself_as_the_next_is_refused() {
    let own = format!("{HOST}/query/logs/k?from=99&to=200&per_page=500");
    let asked = ask(vec![events(&[1], Some(&own))]);
    assert!(matches!(asked.page, Err(SourceError::BadLink { .. })));
}

#[test]
fn a_cursor_of_another_place_is_refused_before_anything_is_sent() {
    let (search, world) = connector(FetchSettings::default(), Vec::new());
    for cursor in [
        "",
        "https://evil.example/#.k",
        "https://eu.rest.logs.insight.rapid7.com/query",
    ] {
        let page = run(search.page(&Cursor(cursor.to_owned()), &mut EventBatch::new(), &|_| {}));
        assert!(matches!(page, Err(SourceError::BadSetting { .. })));
    }
    assert!(world.urls().is_empty());
}

#[test]
fn the_time_of_the_first_good_answer_is_the_servers_time() {
    let late = answer(
        200,
        &[("date", "Tue, 14 Nov 2023 23:00:00 GMT")],
        &events_body(&[], None),
    );
    let asked = ask(vec![running(202, "x"), late]);
    assert_eq!(asked.page.unwrap().server_ms, Some(DATE_MS));
    let silent = answer(200, &[("date", "absent")], &events_body(&[], None));
    assert_eq!(ask(vec![silent]).page.unwrap().server_ms, None);
}

#[test]
fn beyond_retention_is_not_forgotten_along_the_chain() {
    let next = format!("{HOST}/query/n");
    let beyond = answer(
        200,
        &[("x-beyond-retention", "TRUE")],
        &events_body(&[1], Some(&next)),
    );
    let (search, _) = connector(FetchSettings::default(), vec![beyond, events(&[], None)]);
    let mut batch = EventBatch::new();
    let first = search.first(&slice("")).unwrap();
    let page = run(search.page(&first, &mut batch, &|_| {})).unwrap();
    let Verdict::More(next) = page.verdict else {
        panic!("{:?}", page.verdict)
    };
    let last = run(search.page(&next, &mut batch, &|_| {})).unwrap();
    assert_eq!((page.beyond_retention, last.beyond_retention), (true, true));
    assert_eq!(last.verdict, Verdict::Complete);
}

#[test]
fn a_statistics_answer_is_never_an_empty_page() {
    for body in [
        "{}",
        r#"{"links":[]}"#,
        r#"{"events":null,"links":[]}"#,
        r#"{"statistics":{"stats":{}},"links":[]}"#,
        r#"{"events":[],"statistics":{"stats":{}},"links":[]}"#,
    ] {
        let asked = ask(vec![ok(body)]);
        assert!(
            matches!(asked.page, Err(SourceError::BadAnswer { .. })),
            "{body}"
        );
    }
}

#[test]
fn a_query_that_aggregates_is_refused_before_anything_is_sent() {
    let (search, world) = connector(FetchSettings::default(), Vec::new());
    let slice = slice("where(x) GroupBy(y)");
    let error = search.first(&slice).unwrap_err();
    assert_eq!(
        error,
        SourceError::Aggregates {
            word: "groupby".to_owned()
        }
    );
    assert_eq!(run(search.count(&slice, &|_| {})), Err(error));
    assert!(world.urls().is_empty());
}

#[test]
fn a_count_without_statistics_falls_back_to_the_events_matched() {
    let matched = r#"{"search_stats":{"events_matched":12}}"#;
    let (search, _) = connector(
        FetchSettings::default(),
        vec![ok(matched), events(&[1], None)],
    );
    assert_eq!(run(search.count(&slice(""), &|_| {})).unwrap().events, 12);
    let none = run(search.count(&slice(""), &|_| {}));
    assert!(matches!(none, Err(SourceError::BadAnswer { .. })));
}

#[test]
fn logs_are_listed_and_the_key_is_checked() {
    let list = ok(r#"{"logs":[{"id":"a","name":"Firewall"}]}"#);
    let (search, world) = connector(
        FetchSettings::default(),
        vec![list, ok("{}"), answer(401, &[], "")],
    );
    assert_eq!(run(search.logs(&|_| {})).unwrap()[0].name, "Firewall");
    assert_eq!(run(search.validate()), Ok(()));
    assert_eq!(
        run(search.validate()).unwrap_err().kind(),
        SourceErrorKind::SignIn
    );
    assert_eq!(
        world.urls()[..2],
        [
            format!("{HOST}/management/logs"),
            "https://eu.api.insight.rapid7.com/validate".to_owned()
        ]
    );
}

#[test]
fn a_page_size_outside_the_limits_is_refused() {
    for per_page in [0, 501] {
        let settings = FetchSettings {
            per_page,
            ..FetchSettings::default()
        };
        let (search, _) = connector(FetchSettings::default(), Vec::new());
        drop(search);
        let made = LogSearch::new(
            NoHttp,
            NoClock,
            Endpoint::parse("eu").unwrap(),
            None,
            settings,
        );
        assert!(matches!(made, Err(SourceError::BadSetting { .. })));
    }
}

struct NoHttp;
struct NoClock;

impl windrow_source::Http for NoHttp {
    async fn send(
        &self,
        _: windrow_source::HttpRequest,
    ) -> Result<windrow_source::HttpResponse, windrow_source::HttpError> {
        Err(windrow_source::HttpError::Timeout)
    }
}

impl windrow_source::Clock for NoClock {
    fn now_ms(&self) -> i64 {
        0
    }

    async fn sleep(&self, _: u64) {}
}

#[test]
fn a_byte_order_mark_is_taken_off_every_answer() {
    let marked = format!("\u{feff}{}", events_body(&[150], None));
    let asked = ask(vec![ok(&marked)]);
    assert_eq!(asked.page.unwrap().received, 1);
    let (search, _) = connector(
        FetchSettings::default(),
        vec![ok("\u{feff}{\"logs\":[{\"id\":\"a\"}]}")],
    );
    assert_eq!(run(search.logs(&|_| {})).unwrap()[0].id, "a");
    let asked = ask(vec![answer(
        400,
        &[],
        "\u{feff}{\"message\":\"bad query\"}",
    )]);
    assert!(asked.page.unwrap_err().to_string().contains("bad query"));
}

#[test]
fn an_answer_that_is_no_utf8_text_says_what_it_is_and_is_not_asked_for_again() {
    let utf16: Vec<u8> = "{}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (encoding, body, named) in [
        ("gzip", vec![0x1f, 0x8b, 8, 0], "compressed with gzip"),
        ("absent", vec![0x1f, 0x8b, 8, 0], "compressed with gzip"),
        (
            "absent",
            vec![0x28, 0xb5, 0x2f, 0xfd],
            "compressed with zstd",
        ),
        ("br", vec![0x0b, 0x02], "compressed with brotli"),
        (
            "absent",
            [vec![0xff, 0xfe], utf16.clone()].concat(),
            "UTF-16 text",
        ),
        ("absent", utf16, "UTF-16 text"),
    ] {
        for status in [200, 400] {
            let mut answer = answer(status, &[("content-encoding", encoding)], "").unwrap();
            answer.body.clone_from(&body);
            let asked = ask(vec![Ok(answer)]);
            let error = asked.page.unwrap_err().to_string();
            assert!(error.contains(named), "{encoding}: {error}");
            assert_eq!(asked.world.urls().len(), 1);
        }
    }
}
