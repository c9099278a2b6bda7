//! What a connection string asks for: tokio-postgres' configuration, and libpq's meaning of TLS. A parameter that is not understood is refused by its
//! name, because a connection without it may be weaker than the operator believes.

use std::path::PathBuf;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::Host;

use super::url::{self, Parameter};

/// libpq's `sslmode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TlsMode {
    /// Never encrypted.
    Disable,
    /// Encrypted where the server accepts no other connection.
    Allow,
    /// Encrypted where the server can. The default.
    Prefer,
    /// Always encrypted.
    Require,
    /// Always encrypted, with a certificate of a trusted authority.
    VerifyCa,
    /// The same, and the certificate has the name of the host.
    VerifyFull,
}

/// libpq's `sslrootcert`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Roots {
    /// The certificates of the operating system.
    System,
    /// A file of certificates in PEM.
    File(PathBuf),
}

/// How a connection is encrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsSettings {
    pub mode: TlsMode,
    /// What the server's certificate is checked with. `None`: it is not checked.
    pub roots: Option<Roots>,
    /// The client's certificate and its key, in PEM.
    pub client: Option<(PathBuf, PathBuf)>,
    pub server_name_indication: bool,
    /// TLS 1.3 at least; otherwise 1.2.
    pub only_tls13: bool,
    /// TLS begins with the first byte (`sslnegotiation=direct`).
    pub direct: bool,
}

/// A connection string that was read.
#[derive(Debug, Clone)]
pub struct Settings {
    pub config: Config,
    pub tls: TlsSettings,
}

/// Names that have another one here.
const RENAMED: [(&str, &str); 2] =
    [("fallback_application_name", "application_name"), ("keepalives_count", "keepalives_retries")];
/// Parameters and those of their values that change nothing here.
const WITHOUT_EFFECT: [(&str, &[&str]); 6] = [
    ("gssencmode", &["disable", "prefer"]),
    ("sslcompression", &["0", "1"]),
    ("client_encoding", &["utf8", "UTF8", "auto"]),
    ("sslcertmode", &["allow", "disable"]),
    ("replication", &["false", "off", "no", "0"]),
    ("ssl_max_protocol_version", &["TLSv1.3", ""]),
];

/// How long the other end of a connection may leave bytes unacknowledged.
const TCP_SILENCE: Duration = Duration::from_secs(15);

/// Reads a connection string.
///
/// # Errors
/// The parameter that is not understood, or its value. A secret is never part of the text.
pub fn read(text: &str) -> Result<Settings, String> {
    let mut tls = Tls::default();
    let mut rest: Vec<Parameter> = Vec::new();
    for (name, value) in url::parameters(text)? {
        if !tls.take(&name, &value)? && !has_no_effect(&name, &value)? {
            let name = RENAMED.iter().find(|(from, _)| *from == name).map_or(name, |(_, to)| (*to).to_owned());
            let value = match (name.as_str(), value.as_str()) {
                ("target_session_attrs", "primary") => "read-write".to_owned(),
                _ => value,
            };
            rest.push((name, value));
        }
    }
    let mut config: Config = url::words(&rest).parse().map_err(|error| chain(&error))?;
    complete(&mut config);
    Ok(Settings { config, tls: tls.finish()? })
}

/// Sets what a connection string may leave out.
fn complete(config: &mut Config) {
    if config.get_application_name().is_none() {
        config.application_name("landfall");
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(Duration::from_secs(5));
    }
    // Without these, a network that loses packets is noticed after a quarter of an hour, or two hours of silence.
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(TCP_SILENCE);
    }
    if config.get_keepalives_interval().is_none() {
        config.keepalives_interval(TCP_SILENCE / 3).keepalives_idle(TCP_SILENCE).keepalives_retries(3);
    }
    // TLS needs a name of the host, which an address is too.
    if config.get_hosts().is_empty() {
        for address in config.get_hostaddrs().to_vec() {
            config.host(address.to_string());
        }
    }
}

/// True where all hosts are unix sockets, which are never encrypted.
pub fn only_sockets(config: &Config) -> bool {
    !config.get_hosts().is_empty() && config.get_hosts().iter().all(|host| matches!(host, Host::Unix(_)))
}

fn has_no_effect(name: &str, value: &str) -> Result<bool, String> {
    match WITHOUT_EFFECT.iter().find(|(known, _)| *known == name) {
        Some((_, values)) if values.contains(&value) => Ok(true),
        Some(_) => Err(format!("the parameter {name} can't be \"{value}\" here")),
        None => Ok(false),
    }
}

/// The parameters of TLS while they are read.
#[derive(Default)]
struct Tls {
    mode: Option<TlsMode>,
    roots: Option<Roots>,
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
    no_server_name: bool,
    only_tls13: bool,
    direct: bool,
}

impl Tls {
    /// True where the parameter is one of TLS.
    fn take(&mut self, name: &str, value: &str) -> Result<bool, String> {
        let refused = || Err(format!("the parameter {name} can't be \"{value}\""));
        match (name, value) {
            ("sslmode", _) => {
                self.mode = Some(match value {
                    "disable" => TlsMode::Disable,
                    "allow" => TlsMode::Allow,
                    "prefer" => TlsMode::Prefer,
                    "require" => TlsMode::Require,
                    "verify-ca" => TlsMode::VerifyCa,
                    "verify-full" => TlsMode::VerifyFull,
                    _ => return refused(),
                });
            }
            ("sslrootcert", "system") => self.roots = Some(Roots::System),
            ("sslrootcert", path) => self.roots = Some(Roots::File(path.into())),
            ("sslcert", path) => self.certificate = Some(path.into()),
            ("sslkey", path) => self.key = Some(path.into()),
            ("sslsni", "0" | "1") => self.no_server_name = value == "0",
            ("ssl_min_protocol_version", "TLSv1" | "TLSv1.1" | "TLSv1.2" | "") => {}
            ("ssl_min_protocol_version", "TLSv1.3") => self.only_tls13 = true,
            ("sslsni" | "ssl_min_protocol_version", _) => return refused(),
            // tokio-postgres reads it too.
            ("sslnegotiation", _) => {
                self.direct = value == "direct";
                return Ok(false);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn finish(self) -> Result<TlsSettings, String> {
        let from_system = self.roots == Some(Roots::System);
        let mode = self.mode.unwrap_or(if from_system { TlsMode::VerifyFull } else { TlsMode::Prefer });
        // These authorities give certificates to all owners of names, so only the name identifies the server.
        if from_system && mode != TlsMode::VerifyFull {
            return Err("sslrootcert=system needs sslmode=verify-full".to_owned());
        }
        let roots = match self.roots.clone() {
            None if mode >= TlsMode::VerifyCa => Some(Roots::System),
            roots => roots,
        };
        let client = match (self.certificate.clone(), self.key.clone()) {
            (Some(certificate), Some(key)) => Some((certificate, key)),
            (None, None) => None,
            _ => return Err("sslcert and sslkey need each other".to_owned()),
        };
        let Self { no_server_name, only_tls13, direct, .. } = self;
        Ok(TlsSettings { mode, roots, client, server_name_indication: !no_server_name, only_tls13, direct })
    }
}

/// An error and its causes. The outermost one, "error connecting to server", does not name the cause.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{Roots, TlsMode, TlsSettings, read};

    fn tls(query: &str) -> Result<TlsSettings, String> {
        read(&format!("postgres://u:hidden@db/x?{query}")).map(|settings| settings.tls)
    }

    #[test]
    fn sslmode_and_sslrootcert_mean_what_libpq_says() {
        let of = |query: &str| tls(query).map(|tls| (tls.mode, tls.roots));
        assert_eq!(of(""), Ok((TlsMode::Prefer, None)));
        assert_eq!(of("sslmode=allow"), Ok((TlsMode::Allow, None)));
        assert_eq!(of("sslmode=require"), Ok((TlsMode::Require, None)));
        let file = Some(Roots::File(PathBuf::from("/ca.pem")));
        assert_eq!(of("sslmode=require&sslrootcert=/ca.pem"), Ok((TlsMode::Require, file.clone())));
        assert_eq!(of("sslmode=verify-ca&sslrootcert=%2Fca.pem"), Ok((TlsMode::VerifyCa, file)));
        assert_eq!(of("sslrootcert=system"), Ok((TlsMode::VerifyFull, Some(Roots::System))));
        assert_eq!(of("sslmode=verify-full"), Ok((TlsMode::VerifyFull, Some(Roots::System))));
        assert!(of("sslmode=require&sslrootcert=system").is_err());
        assert!(of("sslcert=/a").is_err());
    }

    #[test]
    fn parameters_of_libpq_are_understood_or_refused_by_name() {
        for query in [
            "channel_binding=require",
            "gssencmode=disable",
            "keepalives_count=3",
            "target_session_attrs=primary",
            "client_encoding=UTF8",
            "sslsni=0",
            "connect_timeout=3",
        ] {
            assert_eq!(tls(query).err(), None, "{query}");
        }
        for name in ["sslcrl", "service", "passfile", "requirepeer", "sslmode", "gssencmode", "pgbouncer"] {
            let error = tls(&format!("{name}=require")).err();
            let expected = name != "sslmode";
            assert_eq!(error.is_some(), expected, "{name}: {error:?}");
            assert!(error.is_none_or(|text| text.contains(name) && !text.contains("hidden")), "{name}");
        }
        assert!(tls("sslmode=verify-all").is_err_and(|text| text.contains("sslmode")));
    }
}
