//! Verifies an id token (OpenID Connect Core 1.0, 3.1.3.7).

use chrono::Utc;
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode, decode_header};

use super::OidcError;
use super::claims::{Claims, Members};
use crate::config::ProviderConfig;

/// Asymmetric algorithms only. With HS256 the client's secret could sign tokens, and with `none` anyone could.
const ALGORITHMS: [Algorithm; 3] = [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA];
/// How far the provider's clock may be ahead, in seconds. The nonce proves that the token is of this sign-in, so a wide limit does no harm.
const MAX_AHEAD: f64 = 300.0;
/// How long an expired token is accepted, in seconds, for the time on the way and a clock that is behind.
const EXPIRY_LEEWAY: f64 = 30.0;
/// The maximal age of an id token in seconds.
const MAX_AGE: f64 = 600.0;

/// The header of an id token.
///
/// # Errors
/// [`OidcError::TokenRefused`] for what is no token, and for other algorithms than those that are verified.
pub fn header(token: &str) -> Result<Header, OidcError> {
    let header = decode_header(token).map_err(refused)?;
    match ALGORITHMS.contains(&header.alg) {
        true => Ok(header),
        false => Err(OidcError::TokenRefused(format!("signed with {:?}", header.alg))),
    }
}

/// The claims of an id token whose signature, issuer, audience, nonce and times hold.
///
/// # Errors
/// [`OidcError::TokenRefused`].
pub fn verify(
    token: &str,
    header: &Header,
    key: &DecodingKey,
    provider: &ProviderConfig,
    nonce: &str,
) -> Result<Claims, OidcError> {
    let mut rules = Validation::new(header.alg);
    // The library reads whole seconds and one leeway only; `check_times` does this.
    rules.validate_exp = false;
    rules.set_required_spec_claims(&["iss", "aud"]);
    rules.set_issuer(&[&provider.issuer]);
    rules.set_audience(&[&provider.client_id]);
    let members = decode::<Members>(token, key, &rules).map_err(refused)?.claims;
    check_parties(&members, &provider.client_id, nonce)?;
    check_times(&members, Utc::now().timestamp_millis() as f64 / 1000.0)?;
    members.claims()
}

fn check_parties(members: &Members, client_id: &str, nonce: &str) -> Result<(), OidcError> {
    let party = members.text("azp");
    let why = if members.text("nonce").as_deref() != Some(nonce) {
        "the nonce is of another sign-in"
    } else if members.texts("aud").len() > 1 && !members.has("azp") {
        "it has several audiences and no authorized party"
    } else if members.has("azp") && party.as_deref() != Some(client_id) {
        "the authorized party is another client"
    } else {
        return Ok(());
    };
    Err(OidcError::TokenRefused(why.to_owned()))
}

/// `now` in seconds since 1970.
fn check_times(members: &Members, now: f64) -> Result<(), OidcError> {
    let time = |name: &str| {
        let missing = || OidcError::TokenRefused(format!("{name} is missing or no time"));
        members.seconds(name).ok_or_else(missing)
    };
    let (issued, expires) = (time("iat")?, time("exp")?);
    let begins = if members.has("nbf") { time("nbf")? } else { issued };
    let why = if issued.max(begins) > now + MAX_AHEAD {
        format!("its time is {:.0} s ahead of this server's: compare the clocks", issued.max(begins) - now)
    } else if issued < now - MAX_AGE {
        format!("it was issued {:.0} s ago by this server's clock, before this sign-in", now - issued)
    } else if expires < now - EXPIRY_LEEWAY {
        format!("it expired {:.0} s ago by this server's clock", now - expires)
    } else {
        return Ok(());
    };
    Err(OidcError::TokenRefused(why))
}

fn refused(error: jsonwebtoken::errors::Error) -> OidcError {
    OidcError::TokenRefused(error.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn members(value: &Value) -> Option<Members> {
        serde_json::from_value(value.clone()).ok()
    }

    #[test]
    fn times_are_checked_with_a_leeway_for_clocks() {
        let now = 1_000_000.0;
        let holds = |value: Value| members(&value).is_some_and(|members| check_times(&members, now).is_ok());
        for ahead in [0.0, 45.0, 240.0, 0.5] {
            let iat = now + ahead;
            assert!(holds(json!({ "iat": iat, "nbf": iat, "exp": iat + 60.0 })), "{ahead}");
        }
        for (what, value) in [
            ("an hour ahead", json!({ "iat": now + 3600.0, "exp": now + 7200.0 })),
            ("not valid yet", json!({ "iat": now, "nbf": now + 3600.0, "exp": now + 7200.0 })),
            ("nbf is no time", json!({ "iat": now, "nbf": "soon", "exp": now + 60.0 })),
            ("expired", json!({ "iat": now - 120.0, "exp": now - 60.0 })),
            ("old", json!({ "iat": now - 3600.0, "exp": now + 60.0 })),
            ("no iat", json!({ "exp": now + 60.0 })),
            ("no exp", json!({ "iat": now })),
        ] {
            assert!(!holds(value), "{what}");
        }
    }

    #[test]
    fn several_audiences_need_this_client_as_authorized_party() {
        let holds = |value: Value| members(&value).is_some_and(|members| check_parties(&members, "me", "n").is_ok());
        assert!(holds(json!({ "nonce": "n", "aud": "me" })) && holds(json!({ "nonce": "n", "aud": ["me"] })));
        assert!(holds(json!({ "nonce": "n", "aud": ["me", "x"], "azp": "me" })));
        for (what, value) in [
            ("no party", json!({ "nonce": "n", "aud": ["me", "x"] })),
            ("another party", json!({ "nonce": "n", "aud": ["me", "x"], "azp": "x" })),
            ("an odd party", json!({ "nonce": "n", "aud": "me", "azp": ["me"] })),
            ("another nonce", json!({ "nonce": "m", "aud": "me" })),
            ("no nonce", json!({ "aud": "me" })),
        ] {
            assert!(!holds(value), "{what}");
        }
    }
}
