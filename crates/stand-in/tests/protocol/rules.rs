//! Keys, quota, headers, and requests that are refused.

use crate::client::{Client, NOON_MS};
use serde_json::json;
use windrow_stand_in::{StandIn, log_key};

#[tokio::test]
async fn a_demanded_key_must_be_right_and_is_not_recorded() {
    let client = Client::open(|b| b.generated().api_key("s3cret")).await;
    for path in ["/validate", "/management/logs", "/query/logs/x?from=1&to=2"] {
        assert_eq!(client.get(path).await.status, 401);
        assert_eq!(
            client
                .send("GET", path, "x-api-key: wrong\r\n")
                .await
                .status,
            401
        );
    }
    assert_eq!(
        client
            .send("GET", "/validate", "X-API-Key: s3cret\r\n")
            .await
            .status,
        200
    );
    let told = format!("{:?}", client.server.requests());
    assert!(!told.contains("s3cret") && !told.contains("wrong"));
}

#[tokio::test]
async fn logs_are_listed_with_keys_that_follow_from_seed_and_name() {
    let client = Client::open(|b| b.seed(9).generated()).await;
    let listed = client.get("/management/logs").await.json();
    let names: Vec<_> = listed["logs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| l["name"].clone())
        .collect();
    assert_eq!(names, ["firewall", "sign-ins", "syslog"]);
    assert_eq!(listed["logs"][0]["id"], json!(log_key(9, "firewall")));
    assert_eq!(StandIn::builder().build().logs().len(), 3);
}

#[tokio::test]
async fn every_answer_tells_the_quota_and_the_servers_time_once() {
    let client = Client::open(|b| b.generated().quota(2)).await;
    let first = client.get("/management/logs").await;
    assert_eq!(first.header("date"), Some("Tue, 24 Nov 2026 12:00:00 GMT"));
    assert_eq!(
        first
            .headers
            .iter()
            .filter(|(name, _)| name == "date")
            .count(),
        1
    );
    assert_eq!(first.header("x-ratelimit-limit"), Some("2"));
    assert_eq!(first.header("x-ratelimit-remaining"), Some("1"));
    let second = client.get("/management/logs").await;
    assert_eq!(
        (second.status, second.header("x-ratelimit-remaining")),
        (200, Some("0"))
    );
    client.turn(60_000);
    let refused = client.get("/management/logs").await;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.header("x-ratelimit-reset"), Some("840"));
    assert_eq!(refused.header("retry-after"), Some("840"));
    assert_eq!(refused.body, b"Rate limit exceeded");
    client.turn(840_000);
    assert_eq!(client.get("/management/logs").await.status, 200);
}

#[tokio::test]
async fn what_cannot_be_answered_is_refused_with_a_reason() {
    let client = Client::with([]).await;
    let key = client.key("syslog");
    for (query, words) in [
        (String::new(), "`from`"),
        (format!("?from=5&to={NOON_MS}x"), "`to`"),
        ("?from=5&to=4".to_owned(), "after"),
        ("?from=1&to=2&per_page=501".to_owned(), "per_page"),
        ("?from=1&to=2&per_page=0".to_owned(), "per_page"),
        ("?from=1&to=2&query=nonsense".to_owned(), "unexpected token"),
    ] {
        let answer = client.get(&format!("/query/logs/{key}{query}")).await;
        assert_eq!(answer.status, 400, "{query}");
        assert!(
            answer.json()["message"].as_str().unwrap().contains(words),
            "{query}"
        );
    }
    assert_eq!(
        client.get("/query/logs/unknown?from=1&to=2").await.status,
        404
    );
    assert_eq!(client.get("/elsewhere").await.status, 404);
    assert_eq!(
        client.send("DELETE", "/management/logs", "").await.status,
        405
    );
}

#[tokio::test]
async fn a_stopped_stand_in_takes_no_connection() {
    let client = Client::with([]).await;
    let host = client
        .server
        .origin()
        .strip_prefix("http://")
        .unwrap()
        .to_owned();
    client.server.stop().await;
    assert!(tokio::net::TcpStream::connect(host).await.is_err());
}
