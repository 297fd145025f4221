//! Queries, polls, pages and counts.

use crate::client::{Client, NOON_MS};
use serde_json::json;
use windrow_stand_in::{Bounds, RequestKind};

#[tokio::test]
async fn a_query_is_accepted_polled_and_answered() {
    let client = Client::open(|b| b.generated().polls(Some(2))).await;
    let accepted = client.get(&client.last("firewall", 10_000, "")).await;
    assert_eq!(accepted.status, 202);
    assert_eq!(accepted.json()["events"], json!([]));
    let poll = accepted.link("Self").unwrap();
    assert!(poll.matches(':').count() >= 2, "{poll}");
    for progress in [33, 66] {
        let running = client.get(&poll).await;
        assert_eq!(
            (running.status, running.json()["progress"].as_u64()),
            (200, Some(progress))
        );
        assert_eq!(running.link("Self"), Some(poll.clone()));
    }
    let finished = client.get(&poll).await;
    assert_eq!((finished.status, finished.link("Self")), (200, None));
    assert_eq!(finished.events().len(), 50);
    assert!(finished.link("Next").is_some());
}

#[tokio::test]
async fn a_query_that_nobody_polls_is_gone_after_a_while() {
    let client = Client::open(|b| b.generated().polls(Some(5))).await;
    let poll = client
        .get(&client.last("syslog", 10_000, ""))
        .await
        .link("Self")
        .unwrap();
    client.turn(14_000);
    assert_eq!(client.get(&poll).await.status, 200);
    client.turn(15_001);
    assert_eq!(client.get(&poll).await.status, 404);
    assert_eq!(client.get("/query/never:was:one").await.status, 404);
}

#[tokio::test]
async fn an_event_has_the_fields_of_the_protocol() {
    let client = Client::with([]).await;
    let page = client
        .get(&client.last("sign-ins", 60_000, "&per_page=1"))
        .await;
    let event = &page.events()[0];
    let sequence = event["sequence_number"].as_i64().unwrap();
    assert_eq!(event["sequence_number_str"], json!(sequence.to_string()));
    assert_eq!(event["log_id"], json!(client.key("sign-ins")));
    assert!(
        event["message"]
            .as_str()
            .unwrap()
            .contains("\"event\":\"sign_in\"")
    );
    assert_eq!(event["labels"], json!([]));
    assert_eq!(event["links"][0]["rel"], json!("Context"));
    assert!(
        event["timestamps"]["ingestion"]
            .as_str()
            .unwrap()
            .starts_with("2026-11-24T11:5")
    );
    assert!(event["original_event"].is_null());
}

#[tokio::test]
async fn a_chain_gives_every_event_once_in_order_and_as_many_as_counted() {
    let client = Client::with([]).await;
    for (name, per_page) in [("firewall", 500), ("sign-ins", 7), ("syslog", 100)] {
        let window = client.last(name, 120_000, &format!("&per_page={per_page}"));
        let pages = client.chain(&window).await;
        let keys: Vec<_> = pages
            .iter()
            .flat_map(|p| p.times().into_iter().zip(p.sequences()))
            .collect();
        assert!(keys.windows(2).all(|w| w[0] < w[1]));
        assert_eq!(client.count(&window).await, keys.len() as u64);
        assert!(
            pages[..pages.len() - 1]
                .iter()
                .all(|p| p.events().len() == per_page)
        );
        assert!(
            keys.iter()
                .all(|(ms, _)| (NOON_MS - 120_000..=NOON_MS).contains(ms))
        );
    }
}

#[tokio::test]
async fn a_page_late_in_a_long_window_is_found_by_its_number() {
    let client = Client::with([]).await;
    let month = client.last("firewall", 30 * 86_400_000, "&per_page=500");
    let late = client
        .get(&client.last("firewall", 60_000, "&per_page=500"))
        .await;
    let last = late.sequences()[400];
    let page = client
        .get(&format!("{month}&sequence_number={last}&next_page=true"))
        .await;
    let rest = &late.sequences()[401..];
    assert_eq!(page.sequences()[..rest.len()], *rest);
}

#[tokio::test]
async fn the_upper_bound_is_included_or_not() {
    for (bounds, included) in [(Bounds::Inclusive, true), (Bounds::HalfOpen, false)] {
        let client = Client::open(|b| b.generated().polls(None).bounds(bounds)).await;
        let minute = NOON_MS - 3_600_000;
        let key = client.key("firewall");
        let window = format!(
            "/query/logs/{key}?from={}&to={minute}&per_page=500",
            minute - 1_000
        );
        let times = client.get(&window).await.times();
        assert_eq!(times.contains(&minute), included);
        let after = format!(
            "/query/logs/{key}?from={minute}&to={}&per_page=500",
            minute + 1_000
        );
        assert!(client.get(&after).await.times().contains(&minute));
        assert_eq!(client.count(&window).await, times.len() as u64);
    }
}

#[tokio::test]
async fn nothing_is_later_than_now() {
    let client = Client::with([]).await;
    let key = client.key("firewall");
    let ahead = format!(
        "/query/logs/{key}?from={}&to={}&per_page=500",
        NOON_MS - 5_000,
        NOON_MS + 5_000
    );
    let before = client.count(&ahead).await;
    assert!(before > 0);
    assert!(
        client
            .get(&ahead)
            .await
            .times()
            .iter()
            .all(|ms| *ms <= NOON_MS)
    );
    client.turn(10_000);
    assert!(client.count(&ahead).await > before);
}

#[tokio::test]
async fn a_filter_keeps_what_it_says_and_counts_the_same() {
    let client = Client::with([]).await;
    let filtered = client.last(
        "firewall",
        60_000,
        "&per_page=500&query=where(action%3Ddeny)",
    );
    let events: Vec<_> = client
        .chain(&filtered)
        .await
        .iter()
        .flat_map(|p| p.events())
        .collect();
    assert!(!events.is_empty());
    assert!(
        events
            .iter()
            .all(|e| e["message"].as_str().unwrap().contains("action=deny"))
    );
    let counting = client.last(
        "firewall",
        60_000,
        "&query=where(action%3Ddeny)%20calculate(count)",
    );
    let counted = client.get(&counting).await.json();
    assert_eq!(
        counted["search_stats"]["events_matched"],
        json!(events.len())
    );
    assert!(counted["events"].is_null());
}

#[tokio::test]
async fn both_path_families_are_served() {
    let client = Client::with([]).await;
    let path = client.last("syslog", 10_000, "");
    assert_eq!(
        client.get(&path).await.body,
        client.get(&format!("/log_search{path}")).await.body
    );
    assert_eq!(client.get("/log_search/management/logs").await.status, 200);
}

#[tokio::test]
async fn everything_asked_is_in_the_request_log() {
    let client = Client::open(|b| b.generated()).await;
    let window = client.last("syslog", 60_000, "&per_page=500&query=where(sshd)");
    let poll = client.get(&window).await.link("Self").unwrap();
    let next = client.get(&poll).await.link("Next");
    assert_eq!(next, None);
    let page = client
        .get(&client.last(
            "syslog",
            60_000,
            "&sequence_number=2305843009213693952&next_page=true&page=2",
        ))
        .await;
    assert_eq!(page.status, 200);
    client
        .get(&client.last("syslog", 60_000, "&query=calculate(count)"))
        .await;
    client.get("/management/logs").await;
    let requests = client.server.requests();
    let kinds: Vec<_> = requests.iter().map(|r| r.kind).collect();
    assert_eq!(
        kinds,
        [
            RequestKind::Submit,
            RequestKind::Poll,
            RequestKind::Page,
            RequestKind::Count,
            RequestKind::Logs
        ]
    );
    let first = &requests[0];
    assert_eq!(
        (first.from, first.to),
        (Some(NOON_MS - 60_000), Some(NOON_MS))
    );
    assert_eq!(
        (first.query.as_str(), first.per_page, first.status),
        ("where(sshd)", Some(500), 202)
    );
    assert_eq!(requests[1].log_key, Some(client.key("syslog")));
    let told = client.get("/stand-in/requests?after=2").await.json();
    assert_eq!(told["requests"].as_array().unwrap().len(), 3);
    assert_eq!(told["requests"][0]["kind"], json!("page"));
}

#[tokio::test]
async fn kept_answers_are_the_same_and_only_of_times_that_have_passed() {
    let client = Client::open(|b| b.generated().polls(None).keep_answers(1 << 20)).await;
    let plain = Client::with([]).await;
    let path = |client: &Client| {
        let key = client.key("syslog");
        let (from, to) = (NOON_MS - 60_000, NOON_MS - 1);
        format!("/query/logs/{key}?from={from}&to={to}&per_page=20")
    };
    let events = |pages: Vec<crate::client::Answer>| -> Vec<_> {
        pages
            .iter()
            .flat_map(crate::client::Answer::sequences)
            .collect()
    };
    let wanted = events(plain.chain(&path(&plain)).await);
    for _ in 0..2 {
        assert_eq!(events(client.chain(&path(&client)).await), wanted);
        assert_eq!(client.count(&path(&client)).await, wanted.len() as u64);
    }
    let records = client.server.requests();
    assert!(
        records
            .iter()
            .filter(|r| r.page == Some(2))
            .all(|r| r.events.is_some())
    );

    let key = client.key("firewall");
    let open = format!(
        "/query/logs/{key}?from={}&to={}",
        NOON_MS - 1_000,
        NOON_MS + 5_000
    );
    let before = client.count(&open).await;
    client.turn(3_000);
    assert!(client.count(&open).await > before);
}
