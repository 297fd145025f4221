//! Which addresses are public, and that a connection is made only to what was judged.

use super::*;
use crate::http::{client_builder, root_cause};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

#[test]
fn addresses_of_this_machine_and_its_network_are_not_public() {
    for text in [
        "127.0.0.1",
        "127.8.9.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.100.100.200",
        "168.63.129.16",
        "224.0.0.1",
        "255.255.255.255",
        "198.18.0.1",
        "192.0.0.1",
        "240.0.0.1",
        "203.0.113.9",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2002:a00:1::",
        "2001::1",
        "2001:db8::1",
        "fe80::1",
        "fec0::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "100::1",
    ] {
        assert!(!is_public(text.parse().unwrap()), "{text}");
    }
    for text in [
        "8.8.8.8",
        "172.32.0.1",
        "100.128.0.1",
        "2606:4700::1111",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
    ] {
        assert!(is_public(text.parse().unwrap()), "{text}");
    }
}

/// Gives one list of addresses after the other, and counts.
#[derive(Clone, Default)]
struct Names {
    lists: Arc<Mutex<Vec<Vec<SocketAddr>>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Names {
    fn of(lists: &[&[&str]]) -> Self {
        let names = Self::default();
        let lists = lists.iter().rev();
        *names.lists.lock().unwrap() = lists
            .map(|list| {
                list.iter()
                    .map(|ip| SocketAddr::new(ip.parse().unwrap(), 0))
                    .collect()
            })
            .collect();
        names
    }

    fn resolver(
        &self,
        guard: Guard,
    ) -> Resolver<impl Fn(String) -> LookingUp + Send + Sync + use<>> {
        let names = self.clone();
        Resolver::new(guard, move |name| {
            names.asked.lock().unwrap().push(name);
            let found = names.lists.lock().unwrap().pop().unwrap_or_default();
            Box::pin(async move { Ok(found) })
        })
    }
}

/// Asks `logs.example` at a port of this machine, several times; each connection serves one request.
async fn asked(names: &Names, guard: Guard, times: usize) -> (Vec<Result<u16, String>>, usize) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let served = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&served);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            *counted.lock().unwrap() += 1;
            let _ = stream.read(&mut [0; 4096]).await;
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            let _ = stream.write_all(answer).await;
        }
    });
    let builder = client_builder()
        .no_proxy()
        .dns_resolver(names.resolver(guard));
    let client = builder.build().unwrap();
    let mut outcomes = Vec::new();
    for _ in 0..times {
        let sent = client
            .get(format!("http://logs.example:{port}/query/x"))
            .send()
            .await;
        outcomes.push(match sent {
            Ok(answer) => Ok(answer.status().as_u16()),
            Err(error) => Err(root_cause(&error)),
        });
    }
    let served = *served.lock().unwrap();
    (outcomes, served)
}

#[tokio::test]
async fn a_name_that_leads_to_this_machine_is_refused_to_the_public_relay_before_a_connection() {
    for list in [
        &["127.0.0.1"][..],
        &["::ffff:127.0.0.1"],
        &["8.8.8.8", "127.0.0.1"],
        &["169.254.169.254"],
        &[],
    ] {
        let names = Names::of(&[list]);
        let (outcomes, served) = asked(&names, Guard::Public, 1).await;
        assert_eq!(outcomes, [Err(REFUSED.to_owned())], "{list:?}");
        assert_eq!(served, 0, "{list:?}");
    }
}

#[tokio::test]
async fn a_name_is_looked_up_once_a_connection_and_a_later_private_address_is_refused() {
    let names = Names::of(&[&["127.0.0.1"], &["10.0.0.1"], &["127.0.0.1", "10.0.0.1"]]);
    let (outcomes, served) = asked(&names, Guard::Loopback, 3).await;
    let refused = || Err(REFUSED.to_owned());
    assert_eq!(outcomes, [Ok(200), refused(), refused()]);
    assert_eq!(served, 1);
    assert_eq!(*names.asked.lock().unwrap(), ["logs.example"; 3]);
}

#[tokio::test]
async fn the_systems_look_up_is_judged_too() {
    let found = system("localhost".to_owned()).await.unwrap();
    assert!(!found.is_empty());
    let refused = Guard::Public.judged(found.clone()).unwrap_err();
    assert_eq!(refused.to_string(), REFUSED);
    assert_eq!(Guard::Loopback.judged(found.clone()).unwrap(), found);
}
