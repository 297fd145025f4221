//! The fault script.

use crate::client::Client;
use windrow_stand_in::{Fault, FaultScript, RequestKind, Rule};

async fn first_page(fault: Fault) -> crate::client::Answer {
    let client = Client::with([Rule::new(fault)]).await;
    client
        .get(&client.last("firewall", 60_000, "&per_page=100"))
        .await
}

#[tokio::test]
async fn statuses_and_rate_limits_hit_what_they_name_and_then_pass() {
    let client = Client::with([
        Rule::new(Fault::Status {
            code: 503,
            body: None,
        })
        .kind(RequestKind::Submit)
        .times(2),
        Rule::new(Fault::RateLimited { reset_seconds: 7 }).page(2),
    ])
    .await;
    let window = client.last("firewall", 60_000, "&per_page=100");
    assert_eq!(client.get("/management/logs").await.status, 200);
    assert_eq!(client.get(&window).await.status, 503);
    assert_eq!(client.get(&window).await.status, 503);
    let next = client.get(&window).await.link("Next").unwrap();
    let limited = client.get(&next).await;
    assert_eq!(
        (limited.status, limited.header("retry-after")),
        (429, Some("7"))
    );
    assert_eq!(limited.header("x-ratelimit-reset"), Some("7"));
    assert_eq!(client.get(&next).await.status, 200);
    let faults: Vec<_> = client
        .server
        .requests()
        .iter()
        .map(|r| r.faults.join(","))
        .collect();
    assert_eq!(faults, ["", "status", "status", "", "rate_limited", ""]);
}

#[tokio::test]
async fn queries_run_for_long_or_for_ever_or_lose_their_poll_link() {
    let client = Client::with([
        Rule::new(Fault::Running { polls: 1 }),
        Rule::new(Fault::RunsForever)
            .kind(RequestKind::Submit)
            .nth(2),
        Rule::new(Fault::SelfExpires)
            .kind(RequestKind::Submit)
            .nth(3),
    ])
    .await;
    let window = client.last("firewall", 60_000, "");
    let poll = client.get(&window).await.link("Self").unwrap();
    assert!(client.get(&poll).await.link("Self").is_some());
    assert!(client.get(&poll).await.link("Self").is_none());
    let for_ever = client.get(&window).await.link("Self").unwrap();
    for _ in 0..50 {
        assert!(client.get(&for_ever).await.link("Self").is_some());
    }
    let dead = client.get(&window).await.link("Self").unwrap();
    assert_eq!(client.get(&dead).await.status, 404);
    assert_eq!(client.get(&window).await.status, 200);
}

#[tokio::test]
async fn bodies_are_cut_garbled_or_of_a_wrong_length() {
    let cut = first_page(Fault::CutBody).await;
    assert!(!cut.whole);
    let wrong = first_page(Fault::WrongLength).await;
    assert!(!wrong.whole && serde_json::from_slice::<serde_json::Value>(&wrong.body).is_ok());
    let half = first_page(Fault::CutJson).await;
    assert!(half.whole && serde_json::from_slice::<serde_json::Value>(&half.body).is_err());
    let page = first_page(Fault::NotJson).await;
    assert!(page.whole && page.body.starts_with(b"<html>") && page.status == 200);
    let dripped = first_page(Fault::Drip {
        bytes: 10_000,
        every_ms: 1,
    })
    .await;
    assert!(dripped.whole && dripped.events().len() == 100);
}

#[tokio::test]
async fn headers_are_left_out_or_added() {
    assert_eq!(first_page(Fault::NoDate).await.header("date"), None);
    let off = first_page(Fault::ClockOff { by_ms: -3_600_000 }).await;
    assert_eq!(off.header("date"), Some("Tue, 24 Nov 2026 11:00:00 GMT"));
    assert_eq!(
        first_page(Fault::BeyondRetention)
            .await
            .header("x-beyond-retention"),
        Some("true")
    );
    let polled = Client::open(|b| {
        b.generated()
            .faults([Rule::new(Fault::BeyondRetention)].into_iter().collect())
    })
    .await;
    let poll = polled
        .get(&polled.last("syslog", 5_000, ""))
        .await
        .link("Self")
        .unwrap();
    assert_eq!(
        polled.get(&poll).await.header("x-beyond-retention"),
        Some("true")
    );
}

#[tokio::test]
async fn events_are_out_of_order_outside_doubled_or_missing() {
    let good = first_page(Fault::Delay { ms: 1 }).await;
    let swapped = first_page(Fault::OutOfOrder).await.times();
    assert!(!swapped.is_sorted());
    let outside = first_page(Fault::OutsideWindow).await;
    assert!(outside.times()[0] < crate::client::NOON_MS - 60_000);
    assert_eq!(outside.sequences()[1..], good.sequences());
    let truncated = first_page(Fault::Truncated { events: 30 }).await;
    assert_eq!(
        (truncated.events().len(), truncated.link("Next")),
        (30, None)
    );
    let client = Client::with([Rule::new(Fault::Duplicate).page(1)]).await;
    let pages = client
        .chain(&client.last("firewall", 60_000, "&per_page=100"))
        .await;
    assert_eq!(pages[0].sequences()[99], pages[1].sequences()[0]);
    assert_ne!(pages[1].sequences()[99], pages[2].sequences()[0]);
}

#[tokio::test]
async fn next_links_lead_in_circles_elsewhere_or_to_nothing() {
    let client = Client::with([Rule::new(Fault::RepeatedNext).page(2).always()]).await;
    let second = client
        .get(&client.last("firewall", 60_000, "&per_page=100"))
        .await
        .link("Next")
        .unwrap();
    assert_eq!(client.get(&second).await.link("Next"), Some(second));

    let href = |body: serde_json::Value| body["links"][0]["href"].as_str().unwrap().to_owned();
    let unknown = href(first_page(Fault::UnknownHost).await.json());
    assert!(unknown.starts_with("https://logs.example.invalid/query/"));
    let family = href(first_page(Fault::OtherHostFamily).await.json());
    assert!(family.starts_with("http://localhost:") && family.contains("/log_search/query/logs/"));

    let client = Client::with([Rule::new(Fault::EmptyLastPage).page(1)]).await;
    let pages = client
        .chain(&client.last("sign-ins", 5_000, "&per_page=500"))
        .await;
    assert_eq!(pages.len(), 2);
    assert!(!pages[0].events().is_empty() && pages[1].events().is_empty());
}

#[tokio::test]
async fn counts_are_off_events_are_late_and_statistics_come_instead() {
    let client = Client::with([
        Rule::new(Fault::WrongCount { by: -3 }).kind(RequestKind::Count),
        Rule::new(Fault::Late { newest_ms: 10_000 })
            .kind(RequestKind::Count)
            .nth(2),
        Rule::new(Fault::Statistics).kind(RequestKind::Submit),
    ])
    .await;
    let window = client.last("firewall", 60_000, "&per_page=500");
    let (wrong, late, right) = (
        client.count(&window).await,
        client.count(&window).await,
        client.count(&window).await,
    );
    assert_eq!(wrong, right - 3);
    assert!(late < right - 100);
    assert!(client.get(&window).await.json()["events"].is_null());
}

#[tokio::test]
async fn a_run_of_the_same_script_goes_wrong_in_the_same_way() {
    let script = FaultScript::parse(
        r#"{"faults":[{"kind":"submit","nth":2,"fault":{"status":{"code":500,"body":"down"}}},{"page":2,"fault":"cut_body"}]}"#,
    )
    .unwrap();
    let mut runs = Vec::new();
    for _ in 0..2 {
        let script = script.clone();
        let client = Client::open(|b| b.generated().polls(None).faults(script)).await;
        let window = client.last("syslog", 60_000, "&per_page=50");
        let next = client.get(&window).await.link("Next").unwrap();
        client.get(&window).await;
        client.get(&next).await;
        runs.push(client.server.requests());
    }
    assert_eq!(runs[0], runs[1]);
    assert_eq!(runs[0][1].status, 500);
}

#[tokio::test]
async fn links_messages_and_fields_come_in_forms_that_are_allowed_and_rare() {
    let odd = first_page(Fault::OddRelations).await.json();
    assert_eq!(odd["links"][0]["rel"], "nEXT");
    let object = first_page(Fault::LinksAsObject).await.json();
    assert!(object["links"]["Next"]["href"].is_string());
    let messages = first_page(Fault::ObjectMessages).await;
    assert!(messages.events()[0]["message"]["line"].is_string());
    let unknown = first_page(Fault::UnknownFields).await;
    assert_eq!(unknown.json()["version"], 7.25);
    assert_eq!(
        unknown.events()[0]["trace"]["id"],
        9_007_199_254_740_993_i64
    );

    let running = Fault::Running { polls: 1 };
    let client = Client::with([Rule::new(Fault::SelfAndNext), Rule::new(running)]).await;
    let both = client.get(&client.last("firewall", 60_000, "")).await;
    let relations: Vec<_> = (0..2)
        .map(|at| both.json()["links"][at]["rel"].clone())
        .collect();
    assert_eq!(relations, ["Next", "Self"]);
    assert!(both.json()["events"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn an_event_is_huge_wide_deep_or_no_text() {
    let huge = first_page(Fault::HugeEvent { bytes: 3 << 20 }).await;
    assert_eq!(huge.events()[0]["message"].as_str().unwrap().len(), 3 << 20);
    let wide = first_page(Fault::ManyFields { fields: 10_000 }).await;
    assert_eq!(wide.events()[0]["attribute-9999"], 9_999);
    let deep = first_page(Fault::DeepEvent { levels: 10_000 }).await.body;
    assert!(
        deep.windows(10_000)
            .any(|run| run.iter().all(|byte| *byte == b'['))
    );
    let odd = first_page(Fault::OddText).await.body;
    assert!(odd.windows(4).any(|four| four == b"caf\xe9"));
    assert!(odd.windows(6).any(|six| six == b"\\ud800"));
}

#[tokio::test]
async fn a_chain_leads_back_to_its_first_page() {
    let client = Client::with([Rule::new(Fault::Circle).page(3)]).await;
    let first = client.last("firewall", 60_000, "&per_page=100");
    let second = client.get(&first).await.link("Next").unwrap();
    let third = client.get(&second).await.link("Next").unwrap();
    assert_eq!(client.get(&third).await.link("Next"), Some(first));
}

#[tokio::test]
async fn a_connection_is_reset_and_a_server_that_is_away_comes_back() {
    let client = Client::with([
        Rule::new(Fault::Reset).kind(RequestKind::Logs),
        Rule::new(Fault::Away { ms: 150 }).kind(RequestKind::Validate),
    ])
    .await;
    assert_eq!(client.lost("/management/logs").await, 0);
    assert_eq!(client.get("/management/logs").await.status, 200);
    assert_eq!(client.lost("/validate").await, 0);
    let host = client
        .server
        .origin()
        .strip_prefix("http://")
        .unwrap()
        .to_owned();
    let gone = tokio::net::TcpStream::connect(&host).await.unwrap_err();
    assert_eq!(gone.kind(), std::io::ErrorKind::ConnectionRefused);
    while tokio::net::TcpStream::connect(&host).await.is_err() {
        tokio::task::yield_now().await;
    }
    assert_eq!(client.get("/management/logs").await.status, 200);
    let told: Vec<_> = client.server.requests().iter().map(|r| r.status).collect();
    assert_eq!(told, [0, 200, 0, 200]);
}

#[tokio::test]
async fn an_error_repeats_the_key_wherever_a_client_looks_for_words_and_html_says_what_it_is() {
    let html = Fault::Status {
        code: 502,
        body: Some("<html>down</html>".to_owned()),
    };
    let client = Client::with([
        Rule::new(Fault::EchoKey { code: 403 }),
        Rule::new(html).nth(2),
    ])
    .await;
    let echo = client
        .send("GET", "/validate", "x-api-key: s3cret\r\n")
        .await;
    assert_eq!(
        (echo.status, echo.header("x-ratelimit-note")),
        (403, Some("s3cret"))
    );
    assert!(echo.json()["message"].as_str().unwrap().contains("s3cret"));
    assert!(!format!("{:?}", client.server.requests()).contains("s3cret"));
    let page = client.get("/validate").await;
    assert_eq!(
        (page.status, page.header("content-type")),
        (502, Some("text/html"))
    );
}

/// Every name that a fault may have, from the refusal of one that is none.
fn names() -> Vec<String> {
    let refused = serde_json::from_str::<Fault>("\"none\"")
        .unwrap_err()
        .to_string();
    let names = refused.split('`').skip(3).step_by(2);
    names.map(str::to_owned).collect()
}

#[test]
fn the_documents_name_every_fault_and_their_example_is_a_script() {
    let runbook = include_str!("../../../../docs/runbooks/log-ingestion-service.md");
    let traced = include_str!("../../../../docs/requirements/rtm.md");
    let names = names();
    assert!(names.len() > 35, "{names:?}");
    for name in names {
        assert!(
            runbook.contains(&format!("`{name}`")),
            "the runbook lacks `{name}`"
        );
        assert!(
            traced.contains(&format!("\n| {name} | `")),
            "no test is named for {name}"
        );
    }
    let example = include_str!("../../../../docs/runbooks/faults.json");
    assert!(FaultScript::parse(example).unwrap().faults.len() > 5);
}
