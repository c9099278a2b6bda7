//! JWTs for API consumers, and the keys that they can be checked with.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::AppState;
use crate::auth::CurrentUser;
use crate::error::ApiError;

#[derive(Serialize, ToSchema)]
pub struct Token {
    /// A JWT of at most ten minutes, for `Authorization: Bearer`.
    pub token: String,
}

/// A JWT for API consumers.
///
/// Good for ten minutes at most, and for no longer than the session: a sign-out ends it at once. Asked for with a JWT, the new one ends when that one does.
#[utoipa::path(tag = "sign-in", responses(
    (status = 200, description = "Signed with EdDSA; `sub` is the person, `sid` the session.", body = Token),
))]
#[get("/api/auth/token")]
pub async fn get_token(state: web::Data<AppState>, caller: CurrentUser) -> Result<web::Json<Token>, ApiError> {
    let token = state.tokens.issue(&caller, caller.jwt_expires_at).await?;
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

/// The keys that JWTs of this server are signed with.
///
/// A key that was replaced stays here until its last token has expired. Ask again when a token names a key that you don't know.
#[utoipa::path(tag = "sign-in", security(()), responses(
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
