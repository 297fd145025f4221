//! A gate in front of the log API: lets so many pages through and holds the rest until it is opened.
//!
//! Everything that asks for no page passes, counts and their results too: how many of those there are depends on what was known before. Links of the log API to itself are made to lead here.
//! So a fetch can be stopped in the middle at a known request, on a machine of any speed.
//! A request whose sender has gone while it was held is dropped, as the network would.

use crate::binary::LIMIT;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

/// How often a held connection is looked at: its other end may have gone.
const LOOK: Duration = Duration::from_millis(20);

/// The gate. Open at first.
#[derive(Debug)]
pub struct Valve {
    shared: Arc<Shared>,
    /// Where it listens: `http://127.0.0.1:<port>`.
    pub origin: String,
}

#[derive(Debug, Default)]
struct Shared {
    gate: Mutex<Gate>,
    moved: Condvar,
}

#[derive(Debug, Default)]
struct Gate {
    /// Pages that still pass; all where it is open.
    left: Option<usize>,
    held: usize,
}

impl Valve {
    /// Starts one in front of `origin`.
    pub fn before(origin: &str) -> Self {
        let server: SocketAddr = origin.strip_prefix("http://").unwrap().parse().unwrap();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared::default());
        let for_all = Arc::clone(&shared);
        // Ends with the test's process, like what it serves.
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let shared = Arc::clone(&for_all);
                std::thread::spawn(move || {
                    // A connection that breaks is what the test is about, or ends with it.
                    let _ = shared.serve(client, server);
                });
            }
        });
        Self { shared, origin }
    }

    /// Lets so many more pages through, and holds what comes then.
    pub fn hold_after(&self, pages: usize) {
        self.shared.gate.lock().unwrap().left = Some(pages);
    }

    /// Waits until a page is held.
    pub fn wait_until_held(&self) {
        let until = Instant::now() + LIMIT;
        let mut gate = self.shared.gate.lock().unwrap();
        while gate.held == 0 {
            let left = until.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "in {LIMIT:?} no page was held");
            gate = self.shared.moved.wait_timeout(gate, left).unwrap().0;
        }
    }

    /// Lets everything through, and waits until what is held has gone on: it must not count where the gate is shut again.
    pub fn open(&self) {
        let mut gate = self.shared.gate.lock().unwrap();
        gate.left = None;
        while gate.held > 0 {
            self.shared.moved.notify_all();
            gate = self.shared.moved.wait_timeout(gate, LOOK).unwrap().0;
        }
    }
}

impl Shared {
    fn serve(&self, mut client: TcpStream, server: SocketAddr) -> std::io::Result<()> {
        let mut upstream = TcpStream::connect(server)?;
        let (answers, asker) = (upstream.try_clone()?, client.try_clone()?);
        let (from, to) = (format!("//{server}"), format!("//{}", client.local_addr()?));
        assert_eq!(from.len(), to.len(), "both ports were chosen by the system");
        std::thread::spawn(move || {
            let _ = give_back(answers, &asker, from.as_bytes(), to.as_bytes());
            let _ = asker.shutdown(Shutdown::Both);
        });
        let mut bytes = vec![0; 1 << 16];
        loop {
            let read = client.read(&mut bytes)?;
            if read == 0 || (asks_for_page(&bytes[..read]) && !self.passes(&client)) {
                return upstream.shutdown(Shutdown::Both);
            }
            upstream.write_all(&bytes[..read])?;
        }
    }

    /// Waits for the gate; false if the other end goes first.
    fn passes(&self, client: &TcpStream) -> bool {
        let mut gate = self.gate.lock().unwrap();
        loop {
            match gate.left.as_mut() {
                None => return true,
                Some(0) => {}
                Some(left) => {
                    *left -= 1;
                    return true;
                }
            }
            if is_gone(client) {
                return false;
            }
            gate.held += 1;
            self.moved.notify_all();
            gate = self.moved.wait_timeout(gate, LOOK).unwrap().0;
            gate.held -= 1;
        }
    }
}

/// Passes answers on, with `to` for every `from`, which has its length.
fn give_back(
    mut answers: TcpStream,
    mut asker: &TcpStream,
    from: &[u8],
    to: &[u8],
) -> std::io::Result<()> {
    let mut chunk = vec![0; 1 << 16];
    let mut held: Vec<u8> = Vec::new();
    loop {
        let read = answers.read(&mut chunk)?;
        held.extend_from_slice(&chunk[..read]);
        let mut whole = held.len();
        for (at, byte) in held.clone().iter().enumerate() {
            if *byte != from[0] {
                continue;
            }
            if held[at..].starts_with(from) {
                held[at..at + to.len()].copy_from_slice(to);
            } else if read > 0 && from.starts_with(&held[at..]) {
                // It may go on in what comes next.
                whole = at;
                break;
            }
        }
        asker.write_all(&held[..whole])?;
        held.drain(..whole);
        if read == 0 {
            return Ok(());
        }
    }
}

/// Whether these bytes begin with the head of a query for a page of events.
fn asks_for_page(bytes: &[u8]) -> bool {
    let line = bytes
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    (line.starts_with("GET ") || line.starts_with("POST "))
        && line.contains("/query/logs/")
        && !line.contains("calculate")
}

fn is_gone(client: &TcpStream) -> bool {
    let mut byte = [0];
    let looked = client
        .set_nonblocking(true)
        .and_then(|()| client.peek(&mut byte));
    let _ = client.set_nonblocking(false);
    matches!(looked, Ok(0))
        || looked.is_err_and(|error| error.kind() != std::io::ErrorKind::WouldBlock)
}
