//! Which origins belong to this server's applications.

use super::ServerConfig;

impl ServerConfig {
    /// Whether pages of this origin may write with the session cookie, read answers across origins, and be returned to after a sign-in.
    /// `origin` is scheme, host and port as browsers send them, for example `https://app.example.com`.
    pub fn allows_origin(&self, origin: &str) -> bool {
        origin == self.public_url
            || self.allowed_origins.iter().any(|allowed| allowed == origin)
            || (self.allow_loopback_origins && is_loopback(origin))
    }

    /// The address to listen on and the host of the public address, where other devices of the network reach this server by http. `None`: only this
    /// machine does, or a proxy in front.
    pub fn network(&self) -> Option<(&str, &str)> {
        let is_local = matches!(self.host.as_str(), "localhost" | "127.0.0.1" | "::1");
        let authority = self.public_url.strip_prefix("http://").filter(|_| !is_local)?;
        Some((self.host.as_str(), host_of(authority)))
    }
}

/// The host of a host and port: `[::1]` of `[::1]:80`.
fn host_of(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => authority,
    }
}

/// `http://localhost` and the loopback addresses, on any port: development servers of frontends.
fn is_loopback(origin: &str) -> bool {
    let Some(host) = origin.strip_prefix("http://") else { return false };
    matches!(host_of(host), "localhost" | "127.0.0.1" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn loopback_is_the_host_and_not_a_name_that_begins_like_it() {
        for origin in ["http://localhost:5173", "http://localhost", "http://127.0.0.1:80", "http://[::1]:3000"] {
            assert!(is_loopback(origin), "{origin}");
        }
        for origin in [
            "http://localhost.evil.example",
            "http://evil.example:80",
            "https://localhost",
            "http://localhost:80.evil.example",
            "null",
        ] {
            assert!(!is_loopback(origin), "{origin}");
        }
    }
}
