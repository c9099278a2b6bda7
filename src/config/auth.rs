//! Settings of sign-in: the secret from which keys are derived, OpenID providers, administrators.

use std::time::Duration;

use secrecy::SecretString;

use super::{ConfigError, Env, Environment};
use crate::email;

#[derive(Debug, Clone)]
pub struct AuthConfig {
    /// `None` in development until the secret of the data folder is read.
    pub secret: Option<SecretString>,
    pub providers: Vec<ProviderConfig>,
    /// In the form of [`email::folded`].
    pub admin_emails: Vec<String>,
    /// The maximal age of a session that links accounts or deletes its user. `None`: any age.
    pub fresh_session: Option<Duration>,
    /// The limit of one user's sessions.
    pub max_sessions_per_user: u32,
}

/// An OpenID provider. Its discovery document holds everything else.
#[derive(Debug, Clone)]
pub struct ProviderConfig {
    /// The id in URLs: `/api/auth/callback/{id}`.
    pub id: &'static str,
    /// The display name.
    pub name: String,
    /// Exactly as the provider writes it.
    pub issuer: String,
    pub client_id: String,
    pub client_secret: Option<SecretString>,
    /// Its URLs may be http on a loopback address.
    pub allow_loopback_http: bool,
}

impl AuthConfig {
    pub(super) fn from_env(env: &Env, environment: Environment) -> Result<Self, ConfigError> {
        let production = environment == Environment::Production;
        let secret = env.secret("LANDFALL_SECRET")?;
        if production && secret.is_none() {
            env.required("LANDFALL_SECRET", "production derives keys from it (try `openssl rand -base64 32`)")?;
        }
        let allow_loopback_http = env.flag("LANDFALL_OIDC_ALLOW_LOOPBACK_HTTP", false)?;
        if production && allow_loopback_http {
            return Err(ConfigError(
                "LANDFALL_OIDC_ALLOW_LOOPBACK_HTTP is on: it is for development, so production refuses it.".into(),
            ));
        }
        let providers = [google(env, allow_loopback_http)?, other(env, allow_loopback_http)?];
        let fresh_secs: u64 = env.number("LANDFALL_FRESH_SESSION_SECS", 86_400)?;
        Ok(Self {
            secret,
            providers: providers.into_iter().flatten().collect(),
            admin_emails: admin_emails(env)?,
            fresh_session: (fresh_secs > 0).then(|| Duration::from_secs(fresh_secs)),
            max_sessions_per_user: env.number("LANDFALL_MAX_SESSIONS_PER_USER", 100u32)?.clamp(1, 10_000),
        })
    }
}

/// An address that can never make an administrator is refused instead of ignored.
fn admin_emails(env: &Env) -> Result<Vec<String>, ConfigError> {
    let list = env.get("LANDFALL_ADMIN_EMAILS").unwrap_or_default().split(',').map(str::trim);
    list.filter(|address| !address.is_empty())
        .map(|address| match email::identifies(address) {
            true => Ok(email::folded(address)),
            false => Err(ConfigError(format!(
                "LANDFALL_ADMIN_EMAILS has \"{address}\": write addresses like anna@example.com, with ASCII letters only."
            ))),
        })
        .collect()
}

fn google(env: &Env, allow_loopback_http: bool) -> Result<Option<ProviderConfig>, ConfigError> {
    let Some(client_id) = env.get("GOOGLE_CLIENT_ID") else { return Ok(None) };
    let issuer = env.get("GOOGLE_ISSUER").unwrap_or("https://accounts.google.com");
    require_https("GOOGLE_ISSUER", issuer, allow_loopback_http)?;
    Ok(Some(ProviderConfig {
        id: "google",
        name: "Google".to_owned(),
        issuer: issuer.to_owned(),
        client_id: client_id.to_owned(),
        client_secret: Some(SecretString::from(env.required("GOOGLE_CLIENT_SECRET", "GOOGLE_CLIENT_ID needs it")?)),
        allow_loopback_http,
    }))
}

fn other(env: &Env, allow_loopback_http: bool) -> Result<Option<ProviderConfig>, ConfigError> {
    let Some(issuer) = env.get("OIDC_ISSUER") else { return Ok(None) };
    require_https("OIDC_ISSUER", issuer, allow_loopback_http)?;
    Ok(Some(ProviderConfig {
        id: "oidc",
        name: env.get("OIDC_NAME").unwrap_or("OpenID").to_owned(),
        issuer: issuer.to_owned(),
        client_id: env.required("OIDC_CLIENT_ID", "OIDC_ISSUER needs it")?,
        client_secret: env.get("OIDC_CLIENT_SECRET").map(SecretString::from),
        allow_loopback_http,
    }))
}

fn require_https(name: &str, issuer: &str, allow_loopback_http: bool) -> Result<(), ConfigError> {
    if is_safe(issuer, allow_loopback_http) {
        return Ok(());
    }
    Err(ConfigError(format!(
        "{name} is \"{issuer}\": it must begin with https (LANDFALL_OIDC_ALLOW_LOOPBACK_HTTP allows http on this machine)."
    )))
}

/// True if the traffic to `address` is encrypted or stays on this machine.
pub fn is_safe(address: &str, allow_loopback_http: bool) -> bool {
    let on_this_machine = |address: &str| {
        let Some(rest) = address.strip_prefix("http://") else { return false };
        let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
        let host = authority.rsplit_once(':').map_or(authority, |(host, _port)| host);
        matches!(host, "localhost" | "127.0.0.1" | "[::1]")
    };
    address.starts_with("https://") || (allow_loopback_http && on_this_machine(address))
}

impl ProviderConfig {
    /// True if the server may send requests to this URL of the provider.
    pub fn allows(&self, address: &str) -> bool {
        is_safe(address, self.allow_loopback_http)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<const N: usize>(pairs: [(&str, &str); N]) -> Result<AuthConfig, String> {
        AuthConfig::from_env(&Env::from_pairs(pairs), Environment::Development).map_err(|error| error.0)
    }

    #[test]
    fn google_requires_its_secret_and_every_issuer_requires_https() {
        assert!(read([]).is_ok_and(|config| config.providers.is_empty()));
        assert!(read([("GOOGLE_CLIENT_ID", "id")]).is_err_and(|text| text.starts_with("GOOGLE_CLIENT_SECRET")));
        let google = read([("GOOGLE_CLIENT_ID", "id"), ("GOOGLE_CLIENT_SECRET", "canary")]);
        assert_eq!(google.map(|config| config.providers[0].issuer.clone()), Ok("https://accounts.google.com".into()));
        let other = read([("OIDC_ISSUER", "http://id.example"), ("OIDC_CLIENT_ID", "id")]);
        assert!(other.is_err_and(|text| text.contains("must begin with https")));
    }

    #[test]
    fn administrators_have_ascii_addresses() {
        let read = |list| read([("LANDFALL_ADMIN_EMAILS", list)]).map(|config| config.admin_emails);
        assert_eq!(read("Boss@Example.com, a@b"), Ok(vec!["boss@example.com".into(), "a@b".into()]));
        for list in ["mi\u{212A}e@example.com", "boss", "boss@example.com,ｂoss@example.com"] {
            assert!(read(list).is_err_and(|text| text.starts_with("LANDFALL_ADMIN_EMAILS")), "{list}");
        }
    }

    #[test]
    fn http_is_for_loopback_addresses_and_only_where_allowed() {
        assert!(is_safe("http://localhost:4000/issuer", true) && is_safe("http://127.0.0.1", true));
        assert!(!is_safe("http://localhost:4000", false));
        for address in ["http://localhost.evil.example", "http://evil.example", "http://localhost@evil.example"] {
            assert!(!is_safe(address, true), "{address}");
        }
    }

    #[test]
    fn production_requires_a_secret_and_refuses_http_providers() {
        let read = |pairs| AuthConfig::from_env(&pairs, Environment::Production).map_err(|error| error.0);
        assert!(read(Env::from_pairs([])).is_err_and(|text| text.starts_with("LANDFALL_SECRET is not set")));
        assert!(read(Env::from_pairs([("LANDFALL_SECRET", "short")])).is_err_and(|text| text.contains("too short")));
        let long = ("LANDFALL_SECRET", "a canary that is long enough for a secret");
        let loopback = ("LANDFALL_OIDC_ALLOW_LOOPBACK_HTTP", "true");
        assert!(read(Env::from_pairs([long, loopback])).is_err_and(|text| text.starts_with("LANDFALL_OIDC")));
        assert!(read(Env::from_pairs([long])).is_ok_and(|config| !format!("{config:?}").contains("canary")));
    }
}
