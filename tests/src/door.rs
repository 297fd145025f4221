//! A door in front of the companion: what a page comes to find behind it is another browser than the one it is in.
//!
//! A script put before the page's and its worker's first lines takes away or changes what the browser offers, in the same way in every browser,
//! and `/clear` makes the browser clear the site's data, as its settings do. Everything else passes as it is.
//! The companion hears its own host and origin, so its rules hold.

use crate::http;
use crate::page::Companion;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// The first scripts of the page and of its worker.
const FIRST: [&str; 2] = ["/boot.js", "/worker_loader.js"];

/// The door.
#[derive(Debug)]
pub struct Door {
    /// The page's address with the token, behind the door.
    pub url: String,
    /// The same without token or path.
    pub origin: String,
    change: Arc<Mutex<String>>,
}

impl Door {
    /// Opens one before a companion.
    pub fn before(companion: &Companion) -> Self {
        let inner = companion.origin.strip_prefix("http://").unwrap().to_owned();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let outer = listener.local_addr().unwrap().to_string();
        let change = Arc::new(Mutex::new(String::new()));
        let passage = Passage {
            address: inner.parse().unwrap(),
            change: Arc::clone(&change),
            outer: outer.clone(),
            inner: inner.clone(),
        };
        // Ends with the test's process, like what it serves.
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let passage = passage.clone();
                // A connection that breaks off is asked for again, or seen on the page.
                std::thread::spawn(move || passage.serve(client));
            }
        });
        Self {
            url: companion.url.replace(&inner, &outer),
            origin: format!("http://{outer}"),
            change,
        }
    }

    /// Pages and workers that start from now on run this first.
    pub fn change(&self, script: &str) {
        script.clone_into(&mut self.change.lock().unwrap());
    }
}

#[derive(Clone)]
struct Passage {
    address: SocketAddr,
    change: Arc<Mutex<String>>,
    outer: String,
    inner: String,
}

impl Passage {
    fn serve(&self, mut client: TcpStream) -> std::io::Result<()> {
        let mut asked = BufReader::new(client.try_clone()?);
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            if asked.read_until(b'\n', &mut head)? == 0 {
                return Ok(());
            }
        }
        let head = String::from_utf8_lossy(&head).replace(&self.outer, &self.inner);
        if head.starts_with("GET /clear ") {
            return client.write_all(
                b"HTTP/1.1 200 OK\r\nClear-Site-Data: \"storage\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            );
        }
        let asks = |path: &&str| head.starts_with(&format!("GET {path} "));
        if let Some(path) = FIRST.into_iter().find(asks) {
            return client.write_all(&self.changed(path)?);
        }
        let mut upstream = TcpStream::connect(self.address)?;
        upstream.write_all(one_request(&head).as_bytes())?;
        let (mut answers, mut reader) = (upstream.try_clone()?, client.try_clone()?);
        std::thread::spawn(move || {
            let _ = std::io::copy(&mut answers, &mut reader);
            let _ = reader.shutdown(Shutdown::Both);
        });
        let mut bytes = vec![0; 1 << 14];
        loop {
            let read = asked.read(&mut bytes)?;
            if read == 0 {
                return upstream.shutdown(Shutdown::Both);
            }
            upstream.write_all(&bytes[..read])?;
        }
    }

    /// A script's answer, with the change before its first line.
    fn changed(&self, path: &str) -> std::io::Result<Vec<u8>> {
        let answer = http::send(self.address, "GET", path, &[], b"")?;
        let mut head = format!("HTTP/1.1 {} OK\r\nConnection: close\r\n", answer.status);
        for (name, value) in &answer.headers {
            if !["content-length", "connection", "etag", "transfer-encoding"]
                .contains(&name.as_str())
            {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
        }
        let mut body = self.change.lock().unwrap().clone().into_bytes();
        body.push(b'\n');
        body.extend_from_slice(&answer.body);
        head.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
        Ok([head.into_bytes(), body].concat())
    }
}

/// The same head, for a connection that carries nothing after it.
fn one_request(head: &str) -> String {
    let mut lines: Vec<&str> = head
        .trim_end()
        .lines()
        .filter(|line| !line.to_ascii_lowercase().starts_with("connection:"))
        .collect();
    lines.push("Connection: close");
    format!("{}\r\n\r\n", lines.join("\r\n"))
}
