//! What passes the relay, and what does not.

use crate::companion::{KEY, Running, settings};
use crate::upstream::Upstream;
use windrow_cli::serve::{Companion, CompanionSettings, UpstreamProxy};
use windrow_stand_in::{Fault, FaultScript, Rule, StandIn};

const ANSWER: &str = "HTTP/1.1 429 Too Many\ndate: Mon, 23 Nov 2026 09:00:00 GMT\nretry-after: 7\n\
    x-ratelimit-reset: 7\nx-beyond-retention: true\nset-cookie: a=b\nlocation: http://evil.example/\n\
    access-control-allow-origin: *\nserver: secret/1\n\
    keep-alive: timeout=5\nproxy-authenticate: Basic\nupgrade: h2c\nvia: 1.1 x\ntrailer: x\nalt-svc: h3=\":1\"\ncontent-type: application/json\ncontent-length: 2\n\n{}";

#[tokio::test]
async fn limits_retention_and_date_pass_and_cookies_do_not() {
    let (upstream, companion) = Running::before(ANSWER).await;
    let target = Running::relay(
        &upstream.origin(),
        "/query/a:b%3Ac?from=1&query=where%28a%29",
    );
    let more = "cookie: c=d\nreferer: http://127.0.0.1/\norigin: http://ORIGIN\nx-forwarded-for: 1.2.3.4\nte: trailers\nproxy-authorization: Basic x\nupgrade: h2c\nsec-fetch-site: same-origin\naccept: application/json\ntransfer-encoding: identity";
    let more = more
        .replace("ORIGIN", &companion.address.to_string())
        .replace("\ntransfer-encoding: identity", "");
    let answer = companion.ask("GET", &target, &more).await;

    assert_eq!(answer.status, 429);
    assert_eq!(answer.text(), "{}");
    assert_eq!(answer.header("date"), Some("Mon, 23 Nov 2026 09:00:00 GMT"));
    assert_eq!(answer.header("retry-after"), Some("7"));
    assert_eq!(answer.header("x-ratelimit-reset"), Some("7"));
    assert_eq!(answer.header("x-beyond-retention"), Some("true"));
    for name in [
        "set-cookie",
        "location",
        "access-control-allow-origin",
        "keep-alive",
        "proxy-authenticate",
        "upgrade",
        "via",
        "trailer",
        "alt-svc",
    ] {
        assert_eq!(answer.header(name), None, "{name}");
    }
    assert!(answer.header("server").unwrap().starts_with("windrow/"));

    let asked = upstream.asked().remove(0).to_lowercase();
    assert!(
        asked.starts_with("get /query/a:b%3ac?from=1&query=where%28a%29 http/1.1"),
        "{asked}"
    );
    assert!(asked.contains(&format!("x-api-key: {KEY}")));
    assert!(asked.contains(&format!("host: {}", upstream.address)));
    for name in [
        "cookie",
        "referer",
        "origin",
        "x-forwarded-for",
        "sec-fetch",
        "x-windrow-token",
        "trailers",
        "proxy-authorization",
        "upgrade",
        "connection:",
    ] {
        assert!(!asked.contains(name), "{name}: {asked}");
    }
}

#[tokio::test]
async fn a_date_that_did_not_come_is_not_made_up() {
    let (upstream, companion) = Running::before("HTTP/1.1 200 OK\ncontent-length: 2\n\n{}").await;
    let answer = companion.get(&upstream, "/validate").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("date"), None);
}

#[tokio::test]
async fn a_key_of_the_page_goes_before_the_one_held() {
    let (upstream, companion) = Running::before("HTTP/1.1 200 OK\ncontent-length: 2\n\n{}").await;
    let target = Running::relay(&upstream.origin(), "/management/logs");
    companion
        .ask("GET", &target, "x-api-key: of-the-page")
        .await;
    let asked = upstream.asked().remove(0);
    assert!(
        asked.contains("of-the-page") && !asked.contains(KEY),
        "{asked}"
    );
}

#[tokio::test]
async fn a_body_that_is_cut_off_arrives_cut_off() {
    let (upstream, companion) =
        Running::before("HTTP/1.1 200 OK\ncontent-length: 100\n\nonly this").await;
    let answer = companion.get(&upstream, "/query/x").await;
    assert_eq!(answer.header("content-length"), Some("100"));
    assert!(answer.body.len() < 100);
}

#[tokio::test]
async fn an_encoding_that_was_not_asked_for_is_refused() {
    let (upstream, companion) =
        Running::before("HTTP/1.1 200 OK\ncontent-encoding: gzip\ncontent-length: 2\n\nxx").await;
    let answer = companion.get(&upstream, "/query/x").await;
    assert_eq!(answer.status, 502);
    assert_eq!(answer.header("x-windrow-relay"), Some("encoded"));
}

#[tokio::test]
async fn a_log_api_that_is_gone_is_said_without_its_address_or_the_key() {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let companion = Running::start(&origin).await;
    let answer = companion
        .ask("GET", &Running::relay(&origin, "/query/x?query=secret"), "")
        .await;
    assert_eq!(answer.status, 502);
    assert_eq!(answer.header("x-windrow-relay"), Some("unreachable"));
    let text = answer.text();
    assert!(
        !text.contains("secret") && !text.contains(KEY) && !text.contains(&origin),
        "{text}"
    );
    let error: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert!(
        error["error"]["remedy"]
            .as_str()
            .unwrap()
            .contains("check the network")
    );
}

#[tokio::test]
async fn a_key_that_the_log_api_repeats_in_an_error_does_not_come_back() {
    for code in [401, 429, 500] {
        let script: FaultScript = [Rule::new(Fault::EchoKey { code }).always()]
            .into_iter()
            .collect();
        let stand_in = StandIn::builder().faults(script).build();
        let stand_in = stand_in.start().await.unwrap();
        let companion = Running::start(stand_in.origin()).await;
        let target = Running::relay(stand_in.origin(), "/management/logs");
        for (key, more) in [(KEY, ""), ("of-the-page", "x-api-key: of-the-page")] {
            let answer = companion.ask("GET", &target, more).await;
            assert_eq!(answer.status, code);
            let all = format!("{}{}", answer.head, answer.text()).to_lowercase();
            assert!(!all.contains(key), "{all}");
            assert!(answer.text().contains("the key [key] may not"), "{all}");
            assert!(answer.header("x-ratelimit-reset").is_some());
        }
    }
    // Where what passes of an error ends, the key does not begin.
    let cut = format!(
        "HTTP/1.1 500 No\nconnection: close\n\n{}{KEY}",
        "x".repeat((64 << 10) - 4)
    );
    let (upstream, companion) = Running::before(&cut).await;
    let target = Running::relay(&upstream.origin(), "/management/logs");
    let answer = companion.ask("GET", &target, "").await;
    assert_eq!((answer.status, answer.text().len()), (500, 64 << 10));
    assert!(answer.text().ends_with("x[key"), "{}", KEY);
    // Nor where its reading ends, though all the keys before are shorter now.
    let keys = format!(
        "HTTP/1.1 500 No\nconnection: close\n\n{}",
        KEY.repeat(4_000)
    );
    let (upstream, companion) = Running::before(&keys).await;
    let target = Running::relay(&upstream.origin(), "/management/logs");
    let answer = companion.ask("GET", &target, "").await;
    assert_eq!(answer.status, 500);
    let rest = answer.text().replace("[key]", "");
    assert!("[key]".starts_with(&rest), "{rest}");
    let (upstream, companion) = Running::before("HTTP/1.1 200 OK\ncontent-length: 0\n\n").await;
    let target = Running::relay(&upstream.origin(), "/validate");
    let answer = companion.ask("GET", &target, "x-api-key: two words").await;
    assert_eq!(answer.header("x-windrow-relay"), Some("bad_key"));
    assert!(upstream.asked().is_empty());
}

/// A companion for a region, through a proxy.
async fn proxied(proxy: &str) -> Running {
    let settings = CompanionSettings {
        proxy: Some(UpstreamProxy::parse(proxy).unwrap()),
        ..settings("us2", 0)
    };
    Running::of(Companion::bind(settings).await.unwrap())
}

#[tokio::test]
async fn a_proxy_is_asked_for_the_hosts_of_the_log_api_and_for_no_others() {
    let proxy = Upstream::start("HTTP/1.1 502 No\ncontent-length: 0\n\n", None).await;
    let companion = proxied(&proxy.origin()).await;
    let host = "us2.rest.logs.insight.rapid7.com";
    for target in [
        "/relay/https/evil.example/query/x".to_owned(),
        format!("/relay/https/{host}.evil.example/query/x"),
        format!("/relay/https/{host}/account/keys"),
        format!("/relay/http/{host}/query/x"),
        format!("/relay/http/{}/query/x", proxy.address),
    ] {
        let answer = companion.ask("GET", &target, "").await;
        assert_eq!(answer.status, 403, "{target}");
    }
    assert!(proxy.asked().is_empty());
    let target = format!("/relay/https/{host}/query/x?query=secret");
    let answer = companion.ask("GET", &target, "").await;
    assert_eq!(answer.status, 502);
    assert_eq!(answer.header("x-windrow-relay"), Some("unreachable"));
    assert!(
        answer.text().contains("through the proxy of --proxy"),
        "{}",
        answer.text()
    );
    let asked = proxy.asked();
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert!(
        asked[0].starts_with(&format!("CONNECT {host}:443 HTTP/1.1")),
        "{asked:?}"
    );
    assert!(!asked[0].contains(KEY) && !asked[0].contains("secret"));
}
