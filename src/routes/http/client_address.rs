//! Whose address a request comes from. A proxy's word counts only where the proxy is on the list: anyone can write the header.

use std::net::IpAddr;

use actix_web::dev::RequestHead;
use ipnet::IpNet;

const FORWARDED: &str = "x-forwarded-for";

/// The nearest address that is no proxy of ours. `None` for a unix socket.
pub fn client_address(head: &RequestHead, trusted: &[IpNet]) -> Option<IpAddr> {
    let peer = head.peer_addr?.ip().to_canonical();
    let hops =
        head.headers().get_all(FORWARDED).filter_map(|value| value.to_str().ok()).flat_map(|list| list.split(','));
    Some(behind_proxies(peer, hops.collect(), trusted))
}

/// Each proxy adds the address that it was called from at the end; what stands before the last stranger may be made up.
fn behind_proxies(peer: IpAddr, hops: Vec<&str>, trusted: &[IpNet]) -> IpAddr {
    let is_ours = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut nearest = peer;
    for hop in hops.into_iter().rev() {
        if !is_ours(&nearest) {
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
    fn only_listed_proxies_are_believed() {
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
