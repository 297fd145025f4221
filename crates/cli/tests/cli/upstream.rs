//! A log API that says exactly what a test wants, and remembers what it was asked.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// Whether a request has come with all of its body, as its length says.
fn is_whole(asked: &str) -> bool {
    let Some((head, body)) = asked.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        (name.eq_ignore_ascii_case("content-length")).then(|| value.trim().parse().ok())?
    });
    body.len() >= length.unwrap_or(0)
}

/// Answers every connection with the same bytes, then closes it.
pub(crate) struct Upstream {
    pub(crate) address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    left: Arc<Notify>,
}

impl Upstream {
    /// Answers with `answer`; with `endless`, goes on sending these chunks until nobody listens.
    pub(crate) async fn start(answer: &str, endless: Option<Vec<u8>>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&asked);
        let left = Arc::new(Notify::new());
        let leaves = Arc::clone(&left);
        let answer = answer.replace('\n', "\r\n").into_bytes();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut asked = Vec::new();
                while !is_whole(&String::from_utf8_lossy(&asked)) {
                    if stream.read_buf(&mut asked).await.unwrap_or(0) == 0 {
                        break;
                    }
                }
                heard
                    .lock()
                    .unwrap()
                    .push(String::from_utf8_lossy(&asked).into_owned());
                let mut alive = stream.write_all(&answer).await.is_ok();
                while let Some(chunk) = endless.as_ref().filter(|_| alive) {
                    alive = stream.write_all(chunk).await.is_ok();
                }
                if endless.is_some() {
                    leaves.notify_one();
                }
            }
        });
        Self {
            address,
            asked,
            left,
        }
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Waits until nobody listens to an endless answer any more.
    pub(crate) async fn left_alone(&self) {
        let left = tokio::time::timeout(Duration::from_secs(60), self.left.notified()).await;
        assert!(left.is_ok(), "the connection is still open");
    }

    /// All requests so far, with their bodies.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}
