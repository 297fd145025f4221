//! Which machine a name may lead to: resolved once, judged, and then connected to exactly there.

use futures_util::future::BoxFuture;
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

    /// What was found for a name, if a connection may be made to all of it.
    fn judged(self, found: Vec<SocketAddr>) -> io::Result<Vec<SocketAddr>> {
        // One address that is not allowed is reason enough: an honest name has none.
        if found.is_empty() || found.iter().any(|address| !self.allows(address.ip())) {
            return Err(io::Error::other(REFUSED));
        }
        Ok(found)
    }
}

/// The cause of an error where a name led to an address that is not allowed.
pub(crate) const REFUSED: &str = "the name leads to an address that is not relayed to";

/// A name being looked up.
pub(crate) type LookingUp = BoxFuture<'static, io::Result<Vec<SocketAddr>>>;

/// Looks each name up once a connection and gives only what was judged, so that the connection is made exactly there.
#[derive(Debug)]
pub(crate) struct Resolver<F> {
    guard: Guard,
    look_up: F,
}

impl<F: Fn(String) -> LookingUp> Resolver<F> {
    pub(crate) const fn new(guard: Guard, look_up: F) -> Self {
        Self { guard, look_up }
    }
}

/// The system's own look-up.
pub(crate) fn system(name: String) -> LookingUp {
    Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.collect()) })
}

impl<F: Fn(String) -> LookingUp + Send + Sync> Resolve for Resolver<F> {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.guard;
        let looking = (self.look_up)(name.as_str().to_owned());
        Box::pin(async move {
            let found = guard.judged(looking.await?)?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests;
