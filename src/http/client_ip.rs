//! The address of the client. `X-Forwarded-For` counts only if the request comes from a trusted proxy, since any client can send that header.

use std::net::IpAddr;

use actix_web::dev::RequestHead;
use ipnet::IpNet;

const FORWARDED: &str = "x-forwarded-for";

/// The nearest address that is not a trusted proxy. `None` for a unix socket.
pub fn client_ip(head: &RequestHead, trusted: &[IpNet]) -> Option<IpAddr> {
    let peer = head.peer_addr?.ip().to_canonical();
    let hops =
        head.headers().get_all(FORWARDED).filter_map(|value| value.to_str().ok()).flat_map(|list| list.split(','));
    Some(behind_proxies(peer, hops.collect(), trusted))
}

/// Each proxy appends the address of its caller. Entries before the last untrusted one may be forged.
fn behind_proxies(peer: IpAddr, hops: Vec<&str>, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut nearest = peer;
    for hop in hops.into_iter().rev() {
        if !is_trusted(&nearest) {
            break;
        }
        match hop.trim().parse::<IpAddr>() {
            Ok(address) => nearest = address.to_canonical(),
            Err(_) => break,
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::behind_proxies;

    #[test]
    fn only_trusted_proxies_count() {
        let trusted: Vec<_> = ["10.0.0.0/8", "127.0.0.1/32"].iter().filter_map(|text| text.parse().ok()).collect();
        let find = |peer: &str, hops: &[&str]| {
            peer.parse().map(|peer| behind_proxies(peer, hops.to_vec(), &trusted).to_string()).unwrap_or_default()
        };
        assert_eq!(find("192.0.2.1", &["203.0.113.9"]), "192.0.2.1");
        assert_eq!(find("10.0.0.1", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(find("10.0.0.1", &["198.51.100.1", "203.0.113.9", "10.0.0.7"]), "203.0.113.9");
        assert_eq!(find("10.0.0.1", &["nonsense"]), "10.0.0.1");
        assert_eq!(find("127.0.0.1", &[]), "127.0.0.1");
        assert_eq!(find("10.0.0.1", &["203.0.113.9", "nonsense"]), "10.0.0.1");
    }
}
