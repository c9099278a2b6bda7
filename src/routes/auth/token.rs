//! JWTs for API consumers, and the public keys that verify them.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::ApiError;
use crate::http::CurrentUser;
use crate::state::AppState;

#[derive(Serialize, ToSchema)]
pub struct Token {
    /// A JWT for `Authorization: Bearer`, valid for ten minutes.
    pub token: String,
}

/// Issue a JWT for API consumers.
///
/// It is valid for ten minutes and ends with the session. It reads and writes data. What changes the user or the sessions, and a further JWT, need the session
/// itself.
#[utoipa::path(tag = "sign-in", security(("cookie" = []), ("session" = [])), responses(
    (status = 200, description = "Signed with EdDSA. `sub` is the user's id, `sid` the session's.", body = Token),
))]
#[get("/api/auth/token")]
pub async fn get_token(state: web::Data<AppState>, caller: CurrentUser) -> Result<web::Json<Token>, ApiError> {
    let token = state.tokens.issue(&caller).await?;
    Ok(web::Json(Token { token }))
}

/// A public key (RFC 7517, RFC 8037).
#[derive(Serialize, ToSchema)]
pub struct PublicKey {
    #[schema(example = "OKP")]
    kty: &'static str,
    #[schema(example = "Ed25519")]
    crv: &'static str,
    #[schema(example = "EdDSA")]
    alg: &'static str,
    #[schema(example = "sig")]
    r#use: &'static str,
    kid: String,
    x: String,
}

#[derive(Serialize, ToSchema)]
pub struct PublicKeys {
    keys: Vec<PublicKey>,
}

/// Read the public keys of this server's JWTs.
///
/// A replaced key stays in the set until its last token has expired. Read the set again when a token names an unknown key id.
#[utoipa::path(tag = "sign-in", extensions(("x-rate-limit" = json!("read"))), security(()), responses(
    (status = 200, description = "A JWK set.", body = PublicKeys),
))]
#[get("/api/auth/jwks")]
pub async fn get_jwks(state: web::Data<AppState>) -> Result<HttpResponse, ApiError> {
    let ring = state.tokens.keys.ring().await?;
    let mut keys: Vec<PublicKey> = ring.public().map(|(kid, x)| public_key(kid, x)).collect();
    keys.sort_by(|one, other| one.kid.cmp(&other.kid));
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "public, max-age=60")).json(PublicKeys { keys }))
}

fn public_key(kid: &str, x: &str) -> PublicKey {
    PublicKey { kty: "OKP", crv: "Ed25519", alg: "EdDSA", r#use: "sig", kid: kid.to_owned(), x: x.to_owned() }
}
