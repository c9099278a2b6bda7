//! The address at which browsers reach the server, and its certificate.

use chrono::{DateTime, Utc};
use reqwest::Response;
use reqwest::tls::TlsInfo;
use x509_cert::Certificate;
use x509_cert::der::Decode as _;

use super::report::Finding;
use crate::cli::http;
use crate::config::Config;

/// A certificate that ends sooner was not renewed when it should have been.
const RENEWED_BEFORE_DAYS: i64 = 14;

/// Asks the server by its public address. The answer must be a Landfall server's.
pub async fn check(config: &Config) -> Vec<Finding> {
    let check = "public_address";
    let url = format!("{}/health/live", config.server.public_url);
    let client = match http::client() {
        Ok(client) => client,
        Err(error) => return vec![Finding::error(check, error.to_string(), "install ca-certificates")],
    };
    let answer = match client.get(&url).send().await {
        Ok(answer) => answer,
        Err(error) => {
            return vec![Finding::error(
                check,
                http::why(&error),
                "start the server, and check LANDFALL_PUBLIC_URL, its DNS entry, the proxy and its certificate",
            )];
        }
    };
    let tls = certificate(&answer);
    let status = answer.status();
    let is_landfall = answer.headers().contains_key("x-request-id")
        && answer.text().await.is_ok_and(|text| text.contains(r#""status":"ok""#));
    let found = match status.is_success() && is_landfall {
        true => Finding::ok(check, format!("{} is a Landfall server", config.server.public_url)),
        false => Finding::error(
            check,
            format!("{url} answered {} and is no Landfall server", status.as_u16()),
            "let the proxy pass all paths to the server, and check LANDFALL_PUBLIC_URL",
        ),
    };
    [found].into_iter().chain(tls).collect()
}

/// The certificate was verified with the request, so what is left is its age. `None` without TLS.
fn certificate(answer: &Response) -> Option<Finding> {
    let check = "public_address.tls";
    let der = answer.extensions().get::<TlsInfo>()?.peer_certificate()?;
    Some(match ends(der) {
        Some(ends) => age(ends, Utc::now()),
        None => Finding::skipped(check, "the certificate's end can't be read"),
    })
}

fn ends(der: &[u8]) -> Option<DateTime<Utc>> {
    let ends = Certificate::from_der(der).ok()?.tbs_certificate.validity.not_after;
    DateTime::from_timestamp(i64::try_from(ends.to_unix_duration().as_secs()).ok()?, 0)
}

fn age(ends: DateTime<Utc>, now: DateTime<Utc>) -> Finding {
    let days = (ends - now).num_days();
    let message = format!("the certificate is valid for {days} more days");
    match days >= RENEWED_BEFORE_DAYS {
        true => Finding::ok("public_address.tls", message),
        false => Finding::warning("public_address.tls", message, "renew it, and find out why that did not happen"),
    }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, Utc};

    use super::super::report::Status;
    use super::age;

    #[test]
    fn certificate_that_ends_soon_is_a_warning() {
        let now = Utc::now();
        assert_eq!(age(now + TimeDelta::days(15), now).status, Status::Ok);
        assert_eq!(age(now + TimeDelta::days(13), now).status, Status::Warning);
    }
}
