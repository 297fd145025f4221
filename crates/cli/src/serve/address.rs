//! Which machine a name may lead to: resolved once, judged, and then connected to exactly there.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Whether an address is one of the public network. Private, link-local, loopback, metadata and special ones are not.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(v4: Ipv4Addr) -> bool {
    let [a, b, c, _] = v4.octets();
    let special = v4.is_private()
        || v4.is_loopback()
        || v4.is_link_local()
        || v4.is_multicast()
        || v4.is_broadcast()
        || v4.is_documentation()
        || a == 0
        || a >= 240
        // Shared by carriers, and where one cloud keeps its metadata.
        || (a == 100 && b & 0xc0 == 64)
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && b & 0xfe == 18)
        // Another cloud's metadata, on an address that looks public.
        || v4 == Ipv4Addr::new(168, 63, 129, 16);
    !special
}

fn is_public_v6(v6: Ipv6Addr) -> bool {
    let [a, b, c, d, e, f, g, h] = v6.segments();
    let embedded = |high: u16, low: u16| {
        let ([p, q], [r, s]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(p, q, r, s))
    };
    match (a, b) {
        // Mapped and compatible forms of IPv4, loopback and the unspecified address.
        (0, 0) if (c, d) == (0, 0) => (e, f) == (0, 0xffff) && embedded(g, h),
        // Translated and tunnelled IPv4.
        (0x64, 0xff9b) => (c, d, e, f) == (0, 0, 0, 0) && embedded(g, h),
        (0x2002, _) => embedded(b, c),
        (0x2001, 0 | 0xdb8) => false,
        // Only this eighth of the space is given out.
        _ => a & 0xe000 == 0x2000,
    }
}

/// Resolves names for the relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Only to the public network.
    Public,
    /// Only to this machine.
    Loopback,
}

impl Guard {
    /// Whether a name may lead to `address`.
    pub fn allows(self, address: IpAddr) -> bool {
        match self {
            Self::Public => is_public(address),
            Self::Loopback => address.is_loopback(),
        }
    }

    async fn look_up(self, name: &str) -> io::Result<Vec<SocketAddr>> {
        let found: Vec<SocketAddr> = tokio::net::lookup_host((name, 0)).await?.collect();
        // One address that is not allowed is reason enough: an honest name has none.
        if found.is_empty() || found.iter().any(|address| !self.allows(address.ip())) {
            return Err(io::Error::other(REFUSED));
        }
        Ok(found)
    }
}

/// The cause of an error where a name led to an address that is not allowed.
pub(crate) const REFUSED: &str = "the name leads to an address that is not relayed to";

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = *self;
        Box::pin(async move {
            let found = guard.look_up(name.as_str()).await?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[tokio::test]
    async fn a_name_that_leads_to_this_machine_is_refused_to_the_public_relay() {
        let refused = Guard::Public.look_up("localhost").await.unwrap_err();
        assert_eq!(refused.to_string(), REFUSED);
        assert!(Guard::Loopback.look_up("localhost").await.is_ok());
    }
}
