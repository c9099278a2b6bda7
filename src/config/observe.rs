//! Where traces and faults are sent. Nothing is sent unless an address is set.

use secrecy::SecretString;

use super::{ConfigError, Env};

/// The receiver of traces.
#[derive(Debug, Clone)]
pub struct TracesConfig {
    /// The address to which spans are sent, with the path.
    pub url: String,
    /// Names and values of headers, for example `authorization`.
    pub headers: Vec<(String, SecretString)>,
    /// The part of requests and jobs that is traced, 0 to 1.
    pub ratio: f64,
    /// The name of the service in traces.
    pub service: String,
}

#[derive(Debug, Clone)]
pub struct ObserveConfig {
    /// `None`: nothing is traced.
    pub traces: Option<TracesConfig>,
    /// The address of a project in Sentry, with its key. `None`: no fault is reported.
    pub sentry_dsn: Option<SecretString>,
}

impl ObserveConfig {
    pub(super) fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let service = env.get("OTEL_SERVICE_NAME").unwrap_or("landfall").to_owned();
        let ratio: f64 = env.number("LANDFALL_TRACE_RATIO", 1.0)?;
        if !(0.0..=1.0).contains(&ratio) {
            return Err(ConfigError(format!("LANDFALL_TRACE_RATIO is \"{ratio}\": use 0 to 1.")));
        }
        let headers = headers(env.get("OTEL_EXPORTER_OTLP_HEADERS").unwrap_or_default())?;
        let traces = match env.get("OTEL_EXPORTER_OTLP_ENDPOINT") {
            None => None,
            Some(base) if base.starts_with("http://") || base.starts_with("https://") => {
                let url = format!("{}/v1/traces", base.trim_end_matches('/'));
                Some(TracesConfig { url, headers, ratio, service })
            }
            Some(other) => {
                return Err(ConfigError(format!(
                    "OTEL_EXPORTER_OTLP_ENDPOINT is \"{other}\": use an http or https address of OTLP over HTTP, like http://collector:4318."
                )));
            }
        };
        Ok(Self { traces, sentry_dsn: env.get("SENTRY_DSN").map(SecretString::from) })
    }
}

/// `name=value,name=value`, where a value may be percent-encoded.
fn headers(list: &str) -> Result<Vec<(String, SecretString)>, ConfigError> {
    let pairs = list.split(',').map(str::trim).filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or_default();
            let value = percent_encoding::percent_decode_str(value.trim()).decode_utf8().unwrap_or_default();
            match (name.trim(), value.is_empty()) {
                // The text may be a secret, so it is not quoted.
                ("", _) | (_, true) => {
                    Err(ConfigError("OTEL_EXPORTER_OTLP_HEADERS has a part that is not like name=value.".to_owned()))
                }
                (name, false) => Ok((name.to_lowercase(), SecretString::from(value.into_owned()))),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::{Env, ObserveConfig};

    #[test]
    fn nothing_is_sent_by_default() {
        let config = ObserveConfig::from_env(&Env::from_pairs([("LANDFALL_TRACE_RATIO", "0.5")]));
        assert!(config.is_ok_and(|config| config.traces.is_none() && config.sentry_dsn.is_none()));
    }

    #[test]
    fn address_gets_the_path_and_headers_are_decoded_and_secret() {
        let env = Env::from_pairs([
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://traces.example/otel/"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "Authorization=Basic%20canary, x-tenant=a=b"),
        ]);
        let traces = ObserveConfig::from_env(&env).ok().and_then(|config| config.traces);
        let read = traces.as_ref().map(|traces| {
            let headers = traces.headers.iter().map(|(name, value)| (name.as_str(), value.expose_secret()));
            (traces.url.as_str(), headers.collect::<Vec<_>>())
        });
        let headers = vec![("authorization", "Basic canary"), ("x-tenant", "a=b")];
        assert_eq!(read, Some(("https://traces.example/otel/v1/traces", headers)));
        assert!(!format!("{traces:?}").contains("canary"));
    }

    #[test]
    fn wrong_values_are_refused_without_the_secret() {
        let refused = |name: &str, value: &str| {
            ObserveConfig::from_env(&Env::from_pairs([(name, value)])).err().map(|error| error.0).unwrap_or_default()
        };
        assert!(refused("LANDFALL_TRACE_RATIO", "2").starts_with("LANDFALL_TRACE_RATIO"));
        assert!(refused("LANDFALL_TRACE_RATIO", "NaN").starts_with("LANDFALL_TRACE_RATIO"));
        assert!(refused("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317").contains("4318"));
        let sentence = refused("OTEL_EXPORTER_OTLP_HEADERS", "Bearer canary");
        assert!(sentence.starts_with("OTEL_EXPORTER_OTLP_HEADERS") && !sentence.contains("canary"), "{sentence}");
    }
}
