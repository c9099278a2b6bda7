//! Hands a finished sign-in over to an application that keeps no cookie: an app in a shell, or a page of another site. The browser returns to it with a
//! code. The code works once, for a minute, and only with the secret whose hash the application sent at the start (PKCE, RFC 7636). So neither the address
//! with the code alone nor the start of a sign-in alone gives a session.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Utc;
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::random;
use crate::db::Database;
use crate::error::ApiError;
use crate::json::Timestamp;
use crate::models::user::{self, UserRecord};
use crate::models::verification::{self, NewVerification};

/// The time limit of a code, in seconds.
const SECS: i64 = 60;
/// The length of a challenge: a SHA-256 in base64url.
pub const CHALLENGE_CHARS: usize = 43;

#[derive(Serialize, Deserialize)]
struct Pending {
    user_id: String,
    challenge: String,
}

/// True if the text can be a challenge.
pub fn is_challenge(text: &str) -> bool {
    text.len() == CHALLENGE_CHARS
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// Makes a code for the user. The database has its hash only.
///
/// # Errors
/// `database_unavailable` or `internal`.
pub async fn offer(db: &Database, user: &UserRecord, challenge: &str) -> Result<String, ApiError> {
    let code = random::text().map_err(ApiError::internal)?;
    let pending = Pending { user_id: user.id.clone(), challenge: challenge.to_owned() };
    let new = NewVerification {
        id: &Uuid::now_v7().to_string(),
        identifier: &identifier(&code),
        value: &serde_json::to_string(&pending).map_err(ApiError::internal)?,
        expires_at: Timestamp(Utc::now() + chrono::Duration::seconds(SECS)),
    };
    new.insert(&mut *db.conn().await?).await?;
    Ok(code)
}

/// The user of a code. The code is used up in any case. `None`: the code is unknown, used or late, or the verifier is another.
///
/// # Errors
/// `database_unavailable` or `internal`.
pub async fn redeem(db: &Database, code: &str, verifier: &str) -> Result<Option<UserRecord>, ApiError> {
    let mut conn = db.conn().await?;
    let Some(value) = verification::consume(&mut conn, &identifier(code)).await? else { return Ok(None) };
    let pending: Pending = serde_json::from_str(&value).map_err(ApiError::internal)?;
    if challenge_of(verifier) != pending.challenge {
        return Ok(None);
    }
    Ok(user::find(&mut conn, &pending.user_id).await?)
}

fn challenge_of(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))
}

fn identifier(code: &str) -> String {
    format!("hand-over:{}", hex::encode(digest(&SHA256, code.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenge_is_the_one_of_rfc_7636() {
        let challenge = challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert!(is_challenge(&challenge) && !is_challenge(&challenge[1..]) && !is_challenge(&"=".repeat(43)));
    }
}
