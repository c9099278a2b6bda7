//! The client of a request, as far as the network shows it.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

/// The address of a client, or the name that a trusted proxy writes in its place.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ClientAddress {
    Ip(IpAddr),
    /// An obfuscated identifier (RFC 7239, 6.3), as the proxy wrote it.
    Named(Arc<str>),
}

impl ClientAddress {
    /// A caller on this machine, for connections without an address.
    pub const LOCAL: Self = Self::Ip(IpAddr::V4(Ipv4Addr::LOCALHOST));

    /// What has one budget and one share of the connections: a household or host has a whole /64 of IPv6.
    pub fn network(&self) -> Self {
        match self {
            Self::Ip(address) => Self::Ip(match address.to_canonical() {
                IpAddr::V6(address) => IpAddr::V6((u128::from(address) >> 64 << 64).into()),
                address => address,
            }),
            named => named.clone(),
        }
    }
}

impl From<IpAddr> for ClientAddress {
    fn from(address: IpAddr) -> Self {
        Self::Ip(address.to_canonical())
    }
}

impl fmt::Display for ClientAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(address) => address.fmt(f),
            Self::Named(name) => f.write_str(name),
        }
    }
}
