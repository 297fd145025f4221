//! A client that takes HTTP as it comes, broken answers included, and a clock that tests turn by hand.

use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use windrow_stand_in::{Builder, FaultScript, Rule, Running, StandIn};

/// 2026-11-24, a Tuesday, at noon.
pub(crate) const NOON_MS: i64 = 1_795_521_600_000;

/// An answer as it came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// Whether the body is as long as was promised.
    pub(crate) whole: bool,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(held, _)| held == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The target of a link, without its origin.
    pub(crate) fn link(&self, rel: &str) -> Option<String> {
        let body = self.json();
        let link = body["links"].as_array()?.iter().find(|l| l["rel"] == rel)?;
        let href = link["href"].as_str()?;
        let path = href.splitn(4, '/').nth(3)?;
        Some(format!("/{path}"))
    }

    pub(crate) fn sequences(&self) -> Vec<i64> {
        self.events()
            .iter()
            .map(|e| e["sequence_number"].as_i64().unwrap())
            .collect()
    }

    pub(crate) fn times(&self) -> Vec<i64> {
        self.events()
            .iter()
            .map(|e| e["timestamp"].as_i64().unwrap())
            .collect()
    }

    pub(crate) fn events(&self) -> Vec<Value> {
        self.json()["events"].as_array().unwrap().clone()
    }
}

/// A stand-in and a client for it.
pub(crate) struct Client {
    pub(crate) server: Running,
    pub(crate) now: Arc<AtomicI64>,
}

impl Client {
    pub(crate) async fn open(build: impl FnOnce(Builder) -> Builder) -> Self {
        let now = Arc::new(AtomicI64::new(NOON_MS));
        let clock = Arc::clone(&now);
        let builder = StandIn::builder().clock(move || clock.load(Ordering::SeqCst));
        let server = build(builder).build().start().await.unwrap();
        Self { server, now }
    }

    /// With the generated logs, no polls, and these faults.
    pub(crate) async fn with(rules: impl IntoIterator<Item = Rule>) -> Self {
        let script: FaultScript = rules.into_iter().collect();
        Self::open(|b| b.generated().polls(None).faults(script)).await
    }

    pub(crate) fn turn(&self, ms: i64) {
        self.now.fetch_add(ms, Ordering::SeqCst);
    }

    pub(crate) fn key(&self, name: &str) -> String {
        let logs = self.server.logs();
        logs.into_iter().find(|log| log.name == name).unwrap().key
    }

    /// The path of a query over the last `ms` before noon.
    pub(crate) fn last(&self, name: &str, ms: i64, more: &str) -> String {
        format!(
            "/query/logs/{}?from={}&to={NOON_MS}{more}",
            self.key(name),
            NOON_MS - ms
        )
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, "").await
    }

    pub(crate) async fn send(&self, method: &str, path: &str, headers: &str) -> Answer {
        let host = self.server.origin().strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(host).await.unwrap();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{headers}\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut bytes = Vec::new();
        // A cut connection may end as an error: what came is what counts.
        let _ = stream.read_to_end(&mut bytes).await;
        parsed(&bytes)
    }

    /// How much comes back for a request whose connection is reset.
    pub(crate) async fn lost(&self, path: &str) -> usize {
        let host = self.server.origin().strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(host).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut bytes = Vec::new();
        let ended = stream.read_to_end(&mut bytes).await.unwrap_err();
        assert_eq!(ended.kind(), std::io::ErrorKind::ConnectionReset);
        bytes.len()
    }

    /// Follows a chain from its first page, and gives all its pages.
    pub(crate) async fn chain(&self, first: &str) -> Vec<Answer> {
        let mut pages = vec![self.get(first).await];
        while let Some(next) = pages.last().unwrap().link("Next") {
            pages.push(self.get(&next).await);
            assert!(pages.len() < 10_000);
        }
        pages
    }

    pub(crate) async fn count(&self, path: &str) -> u64 {
        let counted = self
            .get(&format!("{path}&query=calculate(count)"))
            .await
            .json();
        let count = &counted["statistics"]["stats"]["global_timeseries"]["count"];
        assert_eq!(
            count.as_f64(),
            counted["search_stats"]["events_matched"].as_f64()
        );
        counted["search_stats"]["events_matched"].as_u64().unwrap()
    }
}

fn parsed(bytes: &[u8]) -> Answer {
    let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
    let head = std::str::from_utf8(&bytes[..end]).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines
        .next()
        .unwrap()
        .split(' ')
        .nth(1)
        .unwrap()
        .parse()
        .unwrap();
    let headers: Vec<_> = lines
        .map(|line| {
            let (name, value) = line.split_once(": ").unwrap();
            (name.to_ascii_lowercase(), value.to_owned())
        })
        .collect();
    let mut answer = Answer {
        status,
        headers,
        body: bytes[end + 4..].to_vec(),
        whole: true,
    };
    if answer.header("transfer-encoding") == Some("chunked") {
        (answer.body, answer.whole) = unchunked(&answer.body);
    } else if let Some(length) = answer.header("content-length") {
        answer.whole = length.parse() == Ok(answer.body.len());
    }
    answer
}

/// The body of chunks, and whether the last one came.
fn unchunked(mut bytes: &[u8]) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    loop {
        let Some(end) = bytes.windows(2).position(|w| w == b"\r\n") else {
            return (body, false);
        };
        let len = usize::from_str_radix(std::str::from_utf8(&bytes[..end]).unwrap(), 16).unwrap();
        if len == 0 {
            return (body, true);
        }
        let Some(chunk) = bytes.get(end + 2..end + 2 + len) else {
            return (body, false);
        };
        body.extend_from_slice(chunk);
        bytes = bytes.get(end + 4 + len..).unwrap_or_default();
    }
}
