//! A network of addresses: `10.0.0.0/8`, `fe80::/10`.

use std::fmt;
use std::net::IpAddr;

/// The addresses whose first bits are those of one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cidr {
    address: IpAddr,
    prefix: u8,
}

impl Cidr {
    /// The addresses of which the first `prefix` bits are those of `address`; none where it has fewer.
    pub const fn new(address: IpAddr, prefix: u8) -> Option<Self> {
        let bits = match address {
            IpAddr::V4(_) => 32,
            IpAddr::V6(_) => 128,
        };
        if prefix <= bits {
            Some(Self { address, prefix })
        } else {
            None
        }
    }

    /// Reads `address/bits`.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/')?;
        let is_number = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_digit());
        Self::new(
            address.parse().ok()?,
            prefix.parse().ok().filter(|_| is_number)?,
        )
    }

    /// Whether `address` is one of them. An address of the other version is not.
    pub fn contains(&self, address: IpAddr) -> bool {
        let shift = |bits: u32| bits - u32::from(self.prefix);
        match (self.address, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let differing = network.to_bits() ^ address.to_bits();
                differing.checked_shr(shift(32)).unwrap_or_default() == 0
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let differing = network.to_bits() ^ address.to_bits();
                differing.checked_shr(shift(128)).unwrap_or_default() == 0
            }
            _ => false,
        }
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::Cidr;

    fn is_in(network: &str, address: &str) -> bool {
        Cidr::parse(network)
            .unwrap()
            .contains(address.parse().unwrap())
    }

    #[test]
    fn an_address_is_in_a_network_by_its_first_bits() {
        assert!(is_in("10.0.0.0/8", "10.255.0.1") && !is_in("10.0.0.0/8", "11.0.0.0"));
        assert!(is_in("10.1.2.3/8", "10.0.0.0"));
        assert!(is_in("10.1.2.3/32", "10.1.2.3") && !is_in("10.1.2.3/32", "10.1.2.2"));
        assert!(is_in("0.0.0.0/0", "255.1.1.1") && !is_in("0.0.0.0/0", "::1"));
        assert!(is_in("fe80::/10", "febf::1") && !is_in("fe80::/10", "fec0::1"));
        assert!(is_in("::/0", "2001:db8::1") && !is_in("::/0", "10.0.0.1"));
        assert!(is_in("::1/128", "::1") && !is_in("::1/128", "::2"));
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in [
            "10.0.0.0",
            "10.0.0.0/33",
            "10.0.0/8",
            "/8",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "::1/129",
            "a/8",
            "1.2.3.4/8/8",
        ] {
            assert_eq!(Cidr::parse(text), None, "{text}");
        }
    }
}
