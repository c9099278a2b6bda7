//! The client's address, for budgets, shares, sessions and the log. A forwarding header counts only if the request comes from a trusted proxy, since any
//! client can send that header.

use std::borrow::Cow;
use std::net::{IpAddr, SocketAddr};
use std::sync::Once;

use actix_web::http::header::HeaderMap;
use actix_web::{HttpMessage as _, HttpRequest, web};

use super::forwarded::{Hop, forwarded_hops, listed_hops};
use crate::config::{ForwardedHeader, ProxiesConfig};
use crate::limits::ClientAddress;
use crate::state::AppState;

const X_FORWARDED_FOR: &str = "x-forwarded-for";
const FORWARDED: &str = "forwarded";

/// Where a request comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestSource {
    pub client: ClientAddress,
    /// The connection is one of a trusted proxy, which has many clients.
    pub by_proxy: bool,
}

impl RequestSource {
    /// Resolved once per request; later calls read the result from the extensions.
    pub fn of(request: &HttpRequest) -> Self {
        if let Some(known) = request.extensions().get::<Self>() {
            return known.clone();
        }
        let origin = match request.app_data::<web::Data<AppState>>() {
            Some(state) => resolve(request.peer_addr(), request.headers(), &state.config.proxies),
            None => Self { client: peer_address(request.peer_addr()), by_proxy: false },
        };
        request.extensions_mut().insert(origin.clone());
        origin
    }
}

/// The client of a connection, without its requests' headers. A unix socket has no address.
pub fn peer_address(peer: Option<SocketAddr>) -> ClientAddress {
    peer.map_or(ClientAddress::LOCAL, |peer| peer.ip().into())
}

/// Whether this is the address of a trusted proxy.
pub fn is_trusted(address: &ClientAddress, proxies: &ProxiesConfig) -> bool {
    let ClientAddress::Ip(address) = address else { return false };
    proxies.trusted.iter().any(|network| network.contains(address))
}

/// The nearest caller that is not a trusted proxy. Each proxy appends the address of its caller; entries before the last untrusted one may be forged.
///
/// A proxy that writes no address, but `unknown` or something else, is the client: an entry before that one could be forged, so that one client would have any
/// number of budgets. All clients of that proxy share its budget then, which is logged once.
fn resolve(peer: Option<SocketAddr>, headers: &HeaderMap, proxies: &ProxiesConfig) -> RequestSource {
    let mut nearest = peer_address(peer);
    let by_proxy = is_trusted(&nearest, proxies);
    if !by_proxy {
        warn_of_unlisted(&nearest, headers, proxies);
        return RequestSource { client: nearest, by_proxy };
    }
    for hop in hops(headers, &proxies.header).into_iter().rev() {
        match hop {
            Hop::Address(address) => nearest = address.into(),
            Hop::Named(name) => nearest = ClientAddress::Named(name.into()),
            Hop::Unknown(text) => {
                warn_of_unknown(&nearest, &text);
                break;
            }
        }
        if !is_trusted(&nearest, proxies) {
            break;
        }
    }
    RequestSource { client: nearest, by_proxy }
}

/// The entries of the header that counts, the nearest one last.
fn hops(headers: &HeaderMap, header: &ForwardedHeader) -> Vec<Hop> {
    // Bytes that are no text belong to one entry and must not hide the others.
    let values = |name: &str| -> Vec<Cow<'_, str>> {
        headers.get_all(name).map(|value| String::from_utf8_lossy(value.as_bytes())).collect()
    };
    match header {
        ForwardedHeader::Forwarded => forwarded_hops(&values(FORWARDED)),
        ForwardedHeader::List(name) => listed_hops(&values(name)),
        ForwardedHeader::Any => match headers.contains_key(X_FORWARDED_FOR) {
            true => listed_hops(&values(X_FORWARDED_FOR)),
            false => forwarded_hops(&values(FORWARDED)),
        },
    }
}

/// A proxy that is not listed, most likely: all its clients share one budget and one share.
fn warn_of_unlisted(peer: &ClientAddress, headers: &HeaderMap, proxies: &ProxiesConfig) {
    static WARNED: Once = Once::new();
    let is_internal = match peer {
        ClientAddress::Ip(IpAddr::V4(address)) => address.is_private(),
        ClientAddress::Ip(IpAddr::V6(address)) => address.is_unique_local(),
        ClientAddress::Named(_) => false,
    };
    if is_internal && !WARNED.is_completed() && !hops(headers, &proxies.header).is_empty() {
        WARNED.call_once(|| {
            tracing::warn!(%peer, "requests have a forwarding header, and LANDFALL_TRUSTED_PROXIES does not list their sender");
        });
    }
}

fn warn_of_unknown(proxy: &ClientAddress, entry: &str) {
    static WARNED: Once = Once::new();
    WARNED.call_once(|| {
        let entry: String = entry.chars().take(100).collect();
        tracing::warn!(
            %proxy, entry,
            "a trusted proxy writes no address of its client: all clients without a session that come this way share one budget"
        );
    });
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn find(peer: &str, header: ForwardedHeader, headers: &[(&'static str, &str)]) -> String {
        let trusted = ["10.0.0.0/8", "fd00::/8"].iter().filter_map(|text| text.parse().ok()).collect();
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let value = HeaderValue::from_bytes(value.as_bytes()).unwrap_or(HeaderValue::from_static(""));
            map.append(HeaderName::from_static(name), value);
        }
        let peer = peer.parse::<IpAddr>().ok().map(|address| SocketAddr::new(address, 40_000));
        resolve(peer, &map, &ProxiesConfig { trusted, header }).client.to_string()
    }

    #[test]
    fn every_form_of_an_address_is_the_address() {
        for (text, address) in [
            ("203.0.113.9", "203.0.113.9"),
            (" 203.0.113.9 ", "203.0.113.9"),
            ("203.0.113.9:51234", "203.0.113.9"),
            ("\"203.0.113.9:51234\"", "203.0.113.9"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("\"[2001:db8::1]:443\"", "2001:db8::1"),
            ("fe80::1%eth0", "fe80::1"),
            ("[fe80::1%25eth0]:443", "fe80::1"),
            ("::ffff:203.0.113.9", "203.0.113.9"),
            ("[::ffff:203.0.113.9]:80", "203.0.113.9"),
            ("198.51.100.1,203.0.113.9", "203.0.113.9"),
            ("198.51.100.1, 203.0.113.9:1, 10.0.0.7:80, ", "203.0.113.9"),
            ("\u{e9}, 203.0.113.9", "203.0.113.9"),
        ] {
            assert_eq!(find("10.0.0.1", ForwardedHeader::Any, &[("x-forwarded-for", text)]), address, "{text}");
        }
    }

    #[test]
    fn every_form_of_forwarded_is_read() {
        for (text, address) in [
            ("for=203.0.113.9", "203.0.113.9"),
            ("For=\"203.0.113.9:47011\"; proto=http ;by=10.0.0.1", "203.0.113.9"),
            ("proto=https;FOR=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"),
            ("for=\"[2001:db8:cafe::17]\"", "2001:db8:cafe::17"),
            ("for=198.51.100.1, for=203.0.113.9, for=10.0.0.7", "203.0.113.9"),
            ("for=_gazonk", "_gazonk"),
            ("for=_SEVKISEK;host=\"a,b;c\"", "_SEVKISEK"),
            // The client's own quote swallows nothing that the proxy appends.
            ("for=\"evil, for=203.0.113.9", "203.0.113.9"),
            ("host=\"x\\\"y\", for=203.0.113.9;host=\"a\\\"b,c\"", "203.0.113.9"),
        ] {
            assert_eq!(find("10.0.0.1", ForwardedHeader::Any, &[("forwarded", text)]), address, "{text}");
        }
    }

    #[test]
    fn several_headers_are_one_list() {
        let headers =
            [("x-forwarded-for", "198.51.100.1"), ("x-forwarded-for", "203.0.113.9"), ("x-forwarded-for", "10.0.0.7")];
        assert_eq!(find("10.0.0.1", ForwardedHeader::Any, &headers), "203.0.113.9");
    }

    #[test]
    fn one_header_counts_where_both_come() {
        let both =
            [("forwarded", "for=198.51.100.1"), ("x-forwarded-for", "203.0.113.9"), ("x-real-ip", "192.0.2.7:9")];
        assert_eq!(find("10.0.0.1", ForwardedHeader::Any, &both), "203.0.113.9");
        assert_eq!(find("10.0.0.1", ForwardedHeader::Forwarded, &both), "198.51.100.1");
        assert_eq!(find("10.0.0.1", ForwardedHeader::List("x-real-ip".into()), &both), "192.0.2.7");
        assert_eq!(find("10.0.0.1", ForwardedHeader::Forwarded, &both[1..]), "10.0.0.1");
    }

    #[test]
    fn only_trusted_proxies_count_and_nothing_before_an_unknown_entry() {
        let find = |peer: &str, list: &str| find(peer, ForwardedHeader::Any, &[("x-forwarded-for", list)]);
        assert_eq!(find("192.0.2.1", "203.0.113.9"), "192.0.2.1");
        assert_eq!(find("10.0.0.1", "198.51.100.1, 203.0.113.9, 10.0.0.7"), "203.0.113.9");
        assert_eq!(find("::ffff:10.0.0.1", "203.0.113.9"), "203.0.113.9");
        assert_eq!(find("fd00::1", "203.0.113.9"), "203.0.113.9");
        assert_eq!(find("10.0.0.1", ""), "10.0.0.1");
        for entry in ["unknown", "nonsense", "203.0.113", "[2001:db8::1", "203.0.113.9:http x"] {
            assert_eq!(find("10.0.0.1", &format!("198.51.100.1, {entry}")), "10.0.0.1", "{entry}");
            assert_eq!(find("10.0.0.1", &format!("198.51.100.1, {entry}, 10.0.0.7")), "10.0.0.7", "{entry}");
        }
    }
}
