//! The entries of `X-Forwarded-For` and `Forwarded` (RFC 7239), in every form that proxies write.

use std::net::IpAddr;

/// What one proxy wrote of its caller.
#[derive(Debug, PartialEq, Eq)]
pub enum Hop {
    Address(IpAddr),
    /// An obfuscated identifier: `_` and more.
    Named(String),
    /// `unknown`, or something that is no address.
    Unknown(String),
}

/// The longest obfuscated identifier.
const MAX_NAME_BYTES: usize = 64;

/// The entries of all lines of a header that lists addresses, in their order.
pub fn listed_hops(lines: &[impl AsRef<str>]) -> Vec<Hop> {
    let entries = lines.iter().flat_map(|line| line.as_ref().split(',')).map(str::trim);
    entries.filter(|entry| !entry.is_empty()).map(hop).collect()
}

/// The entries of all lines of `Forwarded`, in their order.
pub fn forwarded_hops(lines: &[impl AsRef<str>]) -> Vec<Hop> {
    let elements = lines.iter().flat_map(|line| split_unquoted(line.as_ref(), b','));
    elements.filter(|element| !element.is_empty()).map(hop_of_element).collect()
}

/// The member `for` of one element, such as `for="[2001:db8::1]:80";proto=https`.
fn hop_of_element(element: &str) -> Hop {
    let pairs = split_unquoted(element, b';').into_iter().filter_map(|pair| pair.split_once('='));
    let value = pairs.into_iter().find_map(|(name, value)| name.trim().eq_ignore_ascii_case("for").then_some(value));
    value.map_or_else(|| Hop::Unknown(element.to_owned()), hop)
}

fn hop(text: &str) -> Hop {
    let bare = text.trim().trim_matches('"').trim();
    match address(bare) {
        Some(address) => Hop::Address(address),
        None if is_name(bare) => Hop::Named(bare.to_owned()),
        None => Hop::Unknown(bare.to_owned()),
    }
}

/// An address, with or without brackets, port and zone.
fn address(text: &str) -> Option<IpAddr> {
    let host = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest.split_once(']')?;
            if !after.is_empty() && !after.strip_prefix(':').is_some_and(is_port) {
                return None;
            }
            host
        }
        // More than one colon is an IPv6 address without a port.
        None => match text.split_once(':') {
            Some((host, port)) if is_port(port) => host,
            _ => text,
        },
    };
    let host = host.split_once('%').map_or(host, |(host, _zone)| host);
    host.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

/// A port is a number, or an obfuscated identifier. Some proxies write the colon alone.
fn is_port(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) || is_name(text)
}

fn is_name(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    text.len() > 1 && text.len() <= MAX_NAME_BYTES && text.starts_with('_') && text.bytes().all(allowed)
}

/// Splits at separators outside of quoted strings, and trims the parts. Quotes are paired from the end: the last element is the nearest proxy's and well-formed,
/// and a client could write an odd number of quotes before it.
fn split_unquoted(text: &str, separator: u8) -> Vec<&str> {
    let bytes = text.as_bytes();
    let (mut parts, mut end, mut quoted) = (Vec::new(), text.len(), false);
    for at in (0..bytes.len()).rev() {
        match bytes[at] {
            b'"' if at == 0 || bytes[at - 1] != b'\\' => quoted = !quoted,
            byte if byte == separator && !quoted => {
                parts.push(text[at + 1..end].trim());
                end = at;
            }
            _ => {}
        }
    }
    parts.push(text[..end].trim());
    parts.reverse();
    parts
}
