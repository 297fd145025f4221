//! What another page in the same browser, or another program, may not do.

use crate::companion::Running;
use crate::raw_http::ask;
use crate::upstream::Upstream;
use std::time::Duration;
use windrow_cli::serve::RelayLimits;
use windrow_stand_in::{Fault, FaultScript, Rule, StandIn};

const FINE: &str = "HTTP/1.1 200 OK\ncontent-length: 2\n\n{}";

#[tokio::test]
async fn another_host_is_refused_before_any_handler_on_every_route() {
    let (upstream, companion) = Running::before(FINE).await;
    let relayed = Running::relay(&upstream.origin(), "/query/x");
    let token = &companion.token;
    for target in ["/", "/worker_loader.js", "/api/session", &relayed, "/gone"] {
        for host in [
            "evil.example",
            &format!("evil.example:{}", companion.address.port()),
            "127.0.0.1",
            "",
        ] {
            let head = format!("GET {target} HTTP/1.1\nhost: {host}\nx-windrow-token: {token}");
            let answer = ask(companion.address, &head, "").await;
            assert_eq!(answer.status, 403, "{target} {host}");
            assert_eq!(answer.header("x-windrow-refusal"), Some("host"));
        }
    }
    for target in ["/", "/worker_loader.js", "/api/session", &relayed, "/gone"] {
        let upgrade = format!(
            "GET {target} HTTP/1.1\nhost: evil.example\nx-windrow-token: {token}\nupgrade: websocket\nconnection: upgrade\n\
             sec-websocket-version: 13\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ=="
        );
        let answer = ask(companion.address, &upgrade, "").await;
        assert_eq!(answer.status, 403, "{target}");
        assert_eq!(answer.header("upgrade"), None, "{target}");
    }
    assert!(upstream.asked().is_empty());
}

#[tokio::test]
async fn localhost_only_leads_to_the_one_address() {
    let companion = Running::start("eu").await;
    let port = companion.address.port();
    let head = format!("GET /a?b=c HTTP/1.1\nhost: localhost:{port}");
    let answer = ask(companion.address, &head, "").await;
    assert_eq!(answer.status, 308);
    assert_eq!(
        answer.header("location"),
        Some(format!("http://127.0.0.1:{port}/a?b=c").as_str())
    );
}

#[tokio::test]
async fn a_foreign_or_null_origin_is_refused_even_with_the_token() {
    let (upstream, companion) = Running::before(FINE).await;
    let relayed = Running::relay(&upstream.origin(), "/query/x");
    for origin in [
        "https://evil.example",
        "null",
        "http://localhost:17290",
        &format!("https://{}", companion.address),
    ] {
        for target in ["/", "/api/session", &relayed] {
            let answer = companion
                .ask("GET", target, &format!("origin: {origin}"))
                .await;
            assert_eq!(answer.status, 403, "{target} {origin}");
            assert_eq!(answer.header("x-windrow-refusal"), Some("origin"));
        }
    }
    assert!(upstream.asked().is_empty());
}

#[tokio::test]
async fn nothing_behind_the_token_is_reached_without_it() {
    let (upstream, companion) = Running::before(FINE).await;
    let relayed = Running::relay(&upstream.origin(), "/query/x");
    let host = companion.address;
    for target in ["/api/session", "/api/other", &relayed] {
        for token in ["", "x-windrow-token: 00", "authorization: Bearer x"] {
            let head = format!("GET {target} HTTP/1.1\nhost: {host}\n{token}");
            let answer = ask(host, &head, "").await;
            assert_eq!(answer.status, 403, "{target}");
            assert_eq!(answer.header("x-windrow-refusal"), Some("token"));
        }
    }
    let in_query = format!("{relayed}?token={}", companion.token);
    let answer = ask(host, &format!("GET {in_query} HTTP/1.1\nhost: {host}"), "").await;
    assert_eq!(answer.status, 403);
    assert!(upstream.asked().is_empty());
}

#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let (upstream, companion) = Running::before(FINE).await;
    let relayed = Running::relay(&upstream.origin(), "/query/x");
    let host = companion.address;
    for more in [
        "origin: https://evil.example",
        "origin: null",
        "sec-fetch-site: cross-site\nsec-fetch-mode: navigate",
        "",
    ] {
        let head = format!(
            "POST {relayed} HTTP/1.1\nhost: {host}\ncontent-type: application/x-www-form-urlencoded\n{more}"
        );
        let answer = ask(host, &head, "a=b").await;
        assert_eq!(answer.status, 403, "{more}");
    }
    assert!(upstream.asked().is_empty());
}

#[tokio::test]
async fn another_site_cannot_load_what_is_here_into_its_page() {
    let companion = Running::start("eu").await;
    let host = companion.address;
    for more in [
        "sec-fetch-site: cross-site\nsec-fetch-mode: no-cors\nsec-fetch-dest: script",
        "sec-fetch-site: cross-site\nsec-fetch-mode: navigate\nsec-fetch-dest: iframe",
        "sec-fetch-site: same-site\nsec-fetch-mode: cors",
    ] {
        let answer = ask(
            host,
            &format!("GET /worker_loader.js HTTP/1.1\nhost: {host}\n{more}"),
            "",
        )
        .await;
        assert_eq!(answer.status, 403, "{more}");
    }
    let link = "sec-fetch-site: cross-site\nsec-fetch-mode: navigate\nsec-fetch-dest: document";
    let answer = ask(host, &format!("GET / HTTP/1.1\nhost: {host}\n{link}"), "").await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn the_relay_and_the_session_answer_only_this_site() {
    let (upstream, companion) = Running::before(FINE).await;
    let relayed = Running::relay(&upstream.origin(), "/query/x");
    for target in ["/api/session", &relayed] {
        for site in ["cross-site", "same-site", "none", "anything"] {
            let more = format!("sec-fetch-site: {site}\nsec-fetch-mode: cors");
            let answer = companion.ask("GET", target, &more).await;
            assert_eq!(answer.header("x-windrow-refusal"), Some("site"), "{site}");
        }
    }
    assert!(upstream.asked().is_empty());
    let own = companion
        .ask("GET", &relayed, "sec-fetch-site: same-origin")
        .await;
    assert_eq!(own.status, 200);
}

#[tokio::test]
async fn the_relay_goes_nowhere_but_to_its_log_api() {
    let upstream = Upstream::start(FINE, None).await;
    let other = Upstream::start(FINE, None).await;
    let companion = Running::start(&upstream.origin()).await;
    let (good, bad) = (upstream.address, other.address);
    for target in [
        "/relay/http/169.254.169.254/query/latest".to_owned(),
        "/relay/http/10.0.0.1/query/x".to_owned(),
        "/relay/http/[::1]:80/query/x".to_owned(),
        "/relay/http/[::ffff:127.0.0.1]/query/x".to_owned(),
        format!("/relay/http/{good}@{bad}/query/x"),
        format!("/relay/http/user:{good}@{bad}/query/x"),
        format!("/relay/http/{bad}/query/x"),
        format!("/relay/http/{bad}%2f{good}/query/x"),
        format!("/relay/https/{good}/query/x"),
        format!("/relay/file/{good}/query/x"),
        format!("/relay/http/{good}.evil.example/query/x"),
        format!("/relay/http/{good}/account/keys"),
        format!("/relay/http/{good}/query/../account/keys"),
        format!("/relay/http/{good}/query/%2e%2e/account/keys"),
        format!("/relay/http/{good}"),
        "/relay/http".to_owned(),
    ] {
        let answer = companion.ask("GET", &target, "").await;
        assert!(
            matches!(answer.status, 403 | 404),
            "{target}: {}",
            answer.status
        );
    }
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"] {
        let answer = companion
            .ask(method, &Running::relay(&upstream.origin(), "/query/x"), "")
            .await;
        assert_eq!(answer.status, 403, "{method}");
    }
    assert!(upstream.asked().is_empty() && other.asked().is_empty());
}

#[tokio::test]
async fn only_the_requests_of_the_source_reach_the_log_api_with_the_held_key() {
    let (upstream, companion) = Running::before(FINE).await;
    let mut refused = vec![
        ("GET", "/account/keys", "path"),
        ("GET", "/management/logsets", "path"),
        ("GET", "/management/logs/1", "path"),
        ("GET", "/query", "path"),
        ("GET", "/query/saved/1", "path"),
        ("GET", "/query/logs/1/labels", "path"),
        ("GET", "//query/logs/1", "path"),
        ("GET", "/query//logs/1", "path"),
        ("GET", "/log_search/log_search/validate", "path"),
        ("GET", "/VALIDATE", "path"),
        ("GET", "/query/../account/keys", "encoding"),
        ("GET", "/query/%2e%2e/account/keys", "encoding"),
        ("GET", "/query/.%2E", "encoding"),
        ("GET", "/query/%252e%252e", "encoding"),
        ("GET", "/query/logs/..%2f..%2faccount", "encoding"),
        ("GET", "/query/logs/..%5caccount", "encoding"),
        ("GET", "/query/logs/..;", "encoding"),
        ("GET", "/query/logs/1%0d%0ax:%20y", "encoding"),
    ];
    for method in ["POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "PURGE"] {
        for path in [
            "/query/logs/1",
            "/query/1",
            "/management/logs",
            "/validate",
            "/log_search/query/1",
        ] {
            refused.push((method, path, "method"));
        }
        refused.push((method, "/account/keys", "path"));
    }
    for (method, path, rule) in refused {
        let target = Running::relay(&upstream.origin(), path);
        let (host, token) = (companion.address, &companion.token);
        let head = format!("{method} {target} HTTP/1.1\nhost: {host}\nx-windrow-token: {token}");
        let answer = ask(host, &head, "{\"a\":1}").await;
        assert_eq!(answer.status, 403, "{method} {path}");
        assert_eq!(answer.header("x-windrow-relay"), Some("not_relayed"));
        if method != "HEAD" {
            let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
            assert_eq!(body["error"]["rule"], rule, "{method} {path}");
        }
    }
    assert_eq!(upstream.asked(), Vec::<String>::new());

    for path in [
        "/query/logs/a%3Ab?from=1",
        "/query/a:b",
        "/log_search/query/a:b",
        "/management/logs",
        "/validate",
    ] {
        let target = Running::relay(&upstream.origin(), path);
        assert_eq!(
            companion.ask("GET", &target, "").await.status,
            200,
            "{path}"
        );
    }
    assert_eq!(upstream.asked().len(), 5);
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_the_key_goes_nowhere() {
    let other = Upstream::start(FINE, None).await;
    let away = format!(
        "HTTP/1.1 302 Found\nlocation: {}/query/x\ncontent-length: 0\n\n",
        other.origin()
    );
    let (upstream, companion) = Running::before(&away).await;
    let answer = companion.get(&upstream, "/query/x").await;
    assert_eq!(answer.status, 502);
    assert_eq!(answer.header("x-windrow-relay"), Some("redirected"));
    assert_eq!(answer.header("location"), None);
    assert_eq!(upstream.asked().len(), 1);
    assert!(other.asked().is_empty());
}

#[tokio::test]
async fn an_endless_body_is_cut_at_the_cap_and_the_connection_closed() {
    let chunk = [
        format!("{:x}\r\n", 1 << 20).into_bytes(),
        vec![b'a'; 1 << 20],
        b"\r\n".to_vec(),
    ]
    .concat();
    let upstream = Upstream::start(
        "HTTP/1.1 200 OK\ntransfer-encoding: chunked\n\n",
        Some(chunk),
    )
    .await;
    let companion = Running::start(&upstream.origin()).await;
    let answer = companion.get(&upstream, "/query/x").await;
    assert_eq!(answer.status, 200);
    let cap = 64 << 20;
    assert!(
        answer.body.len() > cap / 2 && answer.body.len() < cap + (1 << 20),
        "{}",
        answer.body.len()
    );
    assert!(
        !answer.body.ends_with(b"0\r\n\r\n"),
        "a cut body must not look whole"
    );
    upstream.left_alone().await;
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_cut_or_refused() {
    let stand_in = |fault: Fault| {
        let script: FaultScript = [Rule::new(fault).always()].into_iter().collect();
        StandIn::builder().faults(script).build().start()
    };
    let limits = RelayLimits {
        whole: Duration::from_millis(250),
        ..RelayLimits::default()
    };
    let hour_ms = 3_600_000;
    let silent = stand_in(Fault::Delay { ms: hour_ms }).await.unwrap();
    let companion = Running::limited(silent.origin(), limits).await;
    let target = Running::relay(silent.origin(), "/management/logs");
    let answer = companion.ask("GET", &target, "").await;
    assert_eq!(answer.status, 504);
    assert_eq!(answer.header("x-windrow-relay"), Some("timeout"));

    let drip = Fault::Drip {
        bytes: 8,
        every_ms: hour_ms,
    };
    let slow = stand_in(drip).await.unwrap();
    let companion = Running::limited(slow.origin(), limits).await;
    let target = Running::relay(slow.origin(), "/management/logs");
    let answer = companion.ask("GET", &target, "").await;
    assert_eq!(answer.status, 200);
    assert!(
        !answer.body.ends_with(b"0\r\n\r\n"),
        "a cut body must not look whole"
    );
}

#[tokio::test]
async fn a_body_announced_as_too_large_is_not_begun() {
    let (upstream, companion) =
        Running::before("HTTP/1.1 200 OK\ncontent-length: 10737418240\n\nabc").await;
    let answer = companion.get(&upstream, "/query/x").await;
    assert_eq!(answer.status, 502);
    assert_eq!(answer.header("x-windrow-relay"), Some("too_large"));
}
