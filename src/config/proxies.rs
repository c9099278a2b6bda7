//! Settings of the proxies in front of the server.

use ipnet::IpNet;

use super::{ConfigError, Env};

/// The header in which trusted proxies write the address of their caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`. A request without it: `Forwarded`.
    Any,
    /// `Forwarded` (RFC 7239).
    Forwarded,
    /// This header, in lower case. Its value is a list of addresses, or one address.
    List(String),
}

#[derive(Debug, Clone)]
pub struct ProxiesConfig {
    /// The proxies whose header is trusted.
    pub trusted: Vec<IpNet>,
    pub header: ForwardedHeader,
}

impl ProxiesConfig {
    pub(super) fn from_env(env: &Env) -> Result<Self, ConfigError> {
        Ok(Self { trusted: trusted(env)?, header: header(env)? })
    }
}

/// Addresses and networks, such as `10.0.0.0/8, 127.0.0.1`.
fn trusted(env: &Env) -> Result<Vec<IpNet>, ConfigError> {
    let list = env.get("LANDFALL_TRUSTED_PROXIES").unwrap_or_default().split(',').map(str::trim);
    list.filter(|text| !text.is_empty())
        .map(|text| {
            let network =
                text.parse::<IpNet>().ok().or_else(|| Some(IpNet::from(text.parse::<std::net::IpAddr>().ok()?)));
            network.ok_or_else(|| {
                ConfigError(format!("LANDFALL_TRUSTED_PROXIES has \"{text}\", which is no address and no network."))
            })
        })
        .collect()
}

fn header(env: &Env) -> Result<ForwardedHeader, ConfigError> {
    let Some(name) = env.get("LANDFALL_FORWARDED_HEADER") else { return Ok(ForwardedHeader::Any) };
    let lower = name.to_ascii_lowercase();
    let is_name = lower.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    match lower.as_str() {
        _ if !is_name => Err(ConfigError(format!(
            "LANDFALL_FORWARDED_HEADER is \"{name}\": write the name of one header, like x-forwarded-for."
        ))),
        "forwarded" => Ok(ForwardedHeader::Forwarded),
        _ => Ok(ForwardedHeader::List(lower)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_are_addresses_or_networks() {
        let read = |list| trusted(&Env::from_pairs([("LANDFALL_TRUSTED_PROXIES", list)])).map(|list| list.len());
        assert_eq!(read("10.0.0.0/8, 127.0.0.1,fd00::/8"), Ok(3));
        assert!(read("proxy.internal").is_err());
    }

    #[test]
    fn header_is_one_name() {
        let read = |name| header(&Env::from_pairs([("LANDFALL_FORWARDED_HEADER", name)]));
        assert_eq!(read(""), Ok(ForwardedHeader::Any));
        assert_eq!(read("Forwarded"), Ok(ForwardedHeader::Forwarded));
        assert_eq!(read("CF-Connecting-IP"), Ok(ForwardedHeader::List("cf-connecting-ip".into())));
        assert!(read("forwarded, x-real-ip").is_err());
    }
}
