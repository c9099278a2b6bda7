//! Settings that are valid, and still not what a server in production should have.

use super::report::Finding;
use crate::config::{Config, Environment, MetricsAccess};

/// The settings were read before, so they contradict nothing.
pub fn check(config: &Config) -> Vec<Finding> {
    let production = config.environment == Environment::Production;
    let name = if production { "production" } else { "development" };
    let mut checks = vec![Finding::ok("configuration", format!("the settings are valid; LANDFALL_ENV is {name}"))];
    checks.push(sign_in(config));
    if production {
        checks.push(proxies(config));
        checks.push(metrics(config));
    }
    checks
}

fn sign_in(config: &Config) -> Finding {
    let providers: Vec<&str> = config.auth.providers.iter().map(|provider| provider.id).collect();
    let server = &config.server;
    if server.dev_sign_in && !is_loopback(&server.public_url) {
        return Finding::error(
            "configuration.sign_in",
            format!("the development sign-in is on at {}: anyone can sign in as anyone", server.public_url),
            "set LANDFALL_ENV=production, or LANDFALL_DEV_SIGN_IN=false",
        );
    }
    match (providers.as_slice(), server.dev_sign_in) {
        ([], false) => Finding::error(
            "configuration.sign_in",
            "nobody can sign in: there is no provider",
            "set GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET, or OIDC_ISSUER and OIDC_CLIENT_ID",
        ),
        ([], true) => Finding::ok("configuration.sign_in", "the development sign-in, for this machine"),
        (providers, _) => Finding::ok("configuration.sign_in", format!("providers: {}", providers.join(", "))),
    }
}

/// Production is reached by https, and the server has none, so there is a proxy.
fn proxies(config: &Config) -> Finding {
    match config.proxies.trusted.len() {
        0 => Finding::warning(
            "configuration.proxies",
            "no proxy is trusted, so all callers without a session share the proxy's rate limits",
            "set LANDFALL_TRUSTED_PROXIES to the addresses of the proxy that ends TLS",
        ),
        count => Finding::ok("configuration.proxies", format!("trusted addresses and networks: {count}")),
    }
}

fn metrics(config: &Config) -> Finding {
    match config.server.metrics {
        MetricsAccess::Off => Finding::warning(
            "configuration.metrics",
            "there is no page of metrics",
            "set LANDFALL_METRICS_TOKEN (try `openssl rand -base64 32`) and let Prometheus send it",
        ),
        _ => Finding::ok("configuration.metrics", "/metrics needs the token"),
    }
}

/// True for an address that only this machine reaches.
pub fn is_loopback(url: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(url) else { return false };
    let host = url.host_str().unwrap_or_default();
    host == "localhost" || host.trim_matches(['[', ']']).parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::super::report::Status;
    use super::{check, is_loopback};
    use crate::config::{Config, Env};

    fn status_of<const N: usize>(pairs: [(&str, &str); N]) -> Option<Status> {
        let config = Config::from_env(&Env::from_pairs(pairs)).ok()?;
        check(&config).into_iter().find(|finding| finding.check == "configuration.sign_in").map(|found| found.status)
    }

    #[test]
    fn development_sign_in_is_for_this_machine() {
        assert_eq!(status_of([]), Some(Status::Ok));
        assert_eq!(status_of([("LANDFALL_PUBLIC_URL", "http://landfall.example")]), Some(Status::Error));
        let off = ("LANDFALL_DEV_SIGN_IN", "false");
        assert_eq!(status_of([off]), Some(Status::Error));
        assert_eq!(status_of([off, ("OIDC_ISSUER", "https://id.example"), ("OIDC_CLIENT_ID", "x")]), Some(Status::Ok));
    }

    #[test]
    fn loopback_is_an_address_and_no_beginning_of_a_name() {
        assert!(is_loopback("http://localhost:1") && is_loopback("http://127.0.0.2/") && is_loopback("http://[::1]:1"));
        assert!(!is_loopback("http://localhost.example") && !is_loopback("http://127.0.0.1.example"));
    }
}
