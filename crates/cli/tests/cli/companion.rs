//! A companion in front of an upstream, on a free port.

use crate::raw_http::{Answer, ask};
use crate::upstream::Upstream;
use axum::body::Bytes;
use std::net::SocketAddr;
use windrow_cli::serve::{Companion, CompanionSettings, RelayLimits, Site, Upstreams};
use windrow_model::settings::FlushSettings;
use windrow_source::ApiKey;

pub(crate) const KEY: &str = "11112222-held-by-the-companion";

/// A running companion.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) token: String,
}

impl Running {
    /// Starts one that relays to `upstream`.
    pub(crate) async fn start(upstream: &str) -> Self {
        Self::limited(upstream, RelayLimits::default()).await
    }

    /// Starts an upstream that answers so, and one that relays to it.
    pub(crate) async fn before(answer: &str) -> (Upstream, Self) {
        let upstream = Upstream::start(answer, None).await;
        let companion = Self::start(&upstream.origin()).await;
        (upstream, companion)
    }

    /// Starts one with other limits.
    pub(crate) async fn limited(upstream: &str, limits: RelayLimits) -> Self {
        let settings = CompanionSettings {
            limits,
            ..settings(upstream, 0)
        };
        Self::of(Companion::bind(settings).await.unwrap())
    }

    /// Starts this one.
    pub(crate) fn of(companion: Companion) -> Self {
        let address = companion
            .origin()
            .strip_prefix("http://")
            .unwrap()
            .parse()
            .unwrap();
        let token = companion.token().to_owned();
        tokio::spawn(companion.serve());
        Self { address, token }
    }

    /// Sends a request with the right host and token.
    pub(crate) async fn ask(&self, method: &str, target: &str, more: &str) -> Answer {
        let (host, token) = (self.address, &self.token);
        let head =
            format!("{method} {target} HTTP/1.1\nhost: {host}\nx-windrow-token: {token}\n{more}");
        ask(self.address, &head, "").await
    }

    /// Asks `upstream` for a path by way of the relay.
    pub(crate) async fn get(&self, upstream: &Upstream, path: &str) -> Answer {
        let target = Self::relay(&upstream.origin(), path);
        self.ask("GET", &target, "").await
    }

    /// The path under which the relay reaches an origin.
    pub(crate) fn relay(origin: &str, path: &str) -> String {
        format!("/relay/{}{path}", origin.replace("://", "/"))
    }
}

pub(crate) fn settings(upstream: &str, port: u16) -> CompanionSettings {
    let files = [
        (
            "index.html",
            "<html><script type=\"module\">start()</script></html>",
        ),
        ("worker_loader.js", "importScripts()"),
        ("page_bg.wasm", "\0asm"),
    ];
    let files = files.map(|(name, text)| (name.to_owned(), Bytes::from(text)));
    CompanionSettings {
        bind: ([127, 0, 0, 1], port).into(),
        site: Site::from_files(files),
        upstreams: Upstreams::parse(upstream).unwrap(),
        key: ApiKey::new(KEY),
        demo: false,
        proxy: None,
        limits: RelayLimits::default(),
        flush: FlushSettings {
            rows: 4100,
            ..FlushSettings::default()
        },
    }
}

#[tokio::test]
async fn the_page_is_served_with_the_types_and_headers_a_browser_insists_on() {
    let companion = Running::start("eu").await;
    let host = companion.address;
    for (target, content_type) in [
        ("/", "text/html; charset=utf-8"),
        ("/some/place", "text/html; charset=utf-8"),
        ("/worker_loader.js", "text/javascript; charset=utf-8"),
        ("/page_bg.wasm", "application/wasm"),
    ] {
        let answer = ask(host, &format!("GET {target} HTTP/1.1\nhost: {host}"), "").await;
        assert_eq!(answer.status, 200, "{target}");
        assert_eq!(answer.header("content-type"), Some(content_type));
        assert_eq!(answer.header("cache-control"), Some("no-cache"));
        let tag = answer.header("etag").unwrap();
        let again = format!("GET {target} HTTP/1.1\nhost: {host}\nif-none-match: {tag}");
        let again = ask(host, &again, "").await;
        assert_eq!((again.status, again.body.len()), (304, 0));
    }
    let missing = ask(host, &format!("GET /gone.js HTTP/1.1\nhost: {host}"), "").await;
    assert_eq!(missing.status, 404);
}

#[tokio::test]
async fn every_answer_has_the_strict_headers_and_none_of_cors() {
    let good = Upstream::start("HTTP/1.1 200 OK\ncontent-length: 2\n\n{}", None).await;
    let companion = Running::start(&good.origin()).await;
    let host = companion.address;
    let relayed = |path: &str| {
        let target = Running::relay(&good.origin(), path);
        format!(
            "GET {target} HTTP/1.1\nhost: {host}\nx-windrow-token: {}",
            companion.token
        )
    };
    for head in [
        relayed("/query/x"),
        relayed("/elsewhere"),
        format!("GET / HTTP/1.1\nhost: {host}"),
        format!("GET /worker_loader.js HTTP/1.1\nhost: {host}"),
        format!("GET /gone.js HTTP/1.1\nhost: {host}"),
        format!("POST / HTTP/1.1\nhost: {host}"),
        "GET / HTTP/1.1\nhost: evil.example".to_owned(),
        format!("GET / HTTP/1.1\nhost: localhost:{}", host.port()),
        format!("OPTIONS /api/session HTTP/1.1\nhost: {host}\norigin: http://{host}"),
        format!(
            "GET /api/session HTTP/1.1\nhost: {host}\nx-windrow-token: {}",
            companion.token
        ),
        format!(
            "GET /relay/https/evil/ HTTP/1.1\nhost: {host}\nx-windrow-token: {}",
            companion.token
        ),
    ] {
        let answer = ask(host, &head, "").await;
        let policy = answer.header("content-security-policy").unwrap();
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'sha256-"),
            "{policy}"
        );
        for rule in [
            "frame-ancestors 'none'",
            "form-action 'none'",
            "base-uri 'none'",
            "connect-src 'self';",
        ] {
            assert!(policy.contains(rule), "{policy}");
        }
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{head}");
        }
        assert!(
            !answer.head.to_lowercase().contains("access-control-"),
            "{head}"
        );
        assert_eq!(answer.header("date"), None, "{head}");
    }
}

#[tokio::test]
async fn the_session_says_where_and_whether_a_key_is_held_but_not_which() {
    let companion = Running::start("us2").await;
    let answer = companion.ask("GET", "/api/session", "").await;
    let session: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(
        session["base_url"],
        "https://us2.rest.logs.insight.rapid7.com"
    );
    assert_eq!(session["upstreams"].as_array().unwrap().len(), 2);
    assert_eq!(session["key_held"], true);
    assert_eq!(session["flush_rows"], 4100);
    assert_eq!(session["flush_bytes"], 16 << 20);
    assert_eq!(session["demo"], false);
    assert!(!answer.text().contains(KEY));
}

#[tokio::test]
async fn a_port_in_use_says_by_whom_and_what_to_do() {
    let companion = Running::start("eu").await;
    let error = Companion::bind(settings("eu", companion.address.port()))
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("another `windrow serve`"),
        "{error}"
    );
    assert!(
        error
            .remedy()
            .contains(&format!("http://{}", companion.address))
    );

    let other = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    let port = other.local_addr().unwrap().port();
    drop_connections(other);
    let error = Companion::bind(settings("eu", port)).await.unwrap_err();
    assert!(error.to_string().contains("another program"), "{error}");
    assert!(error.remedy().contains("--port"));
}

fn drop_connections(listener: tokio::net::TcpListener) {
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            drop(stream);
        }
    });
}
