//! The algorithms of JSON Web Tokens, computed by ring: jsonwebtoken parses and validates, and brings no cryptography of its own.
//! EdDSA signs and verifies; ES256 and RS256 verify what OpenID providers signed. There is no HMAC, so that a public key can't be taken for a shared
//! secret.

use std::sync::Once;

use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::signature::{Error as SignatureError, Signer, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind, EncodingKey};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, Ed25519KeyPair, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey,
};

/// Makes ring the provider of jsonwebtoken. Must run before the first token is signed or verified. Further calls do nothing.
pub fn install() {
    static INSTALLED: Once = Once::new();
    // An error means that the process has a provider already, which can only be this one.
    INSTALLED.call_once(|| _ = PROVIDER.install_default());
}

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: signer,
    verifier_factory: verifier,
    // Nothing here turns a key into a JWK.
    key_utils: KeyUtils {
        rsa_pub_components_from_private_key: |_| Err(unsupported()),
        rsa_pub_components_from_public_key: |_| Err(unsupported()),
        ec_pub_components_from_private_key: |_, _| Err(unsupported()),
        ed_pub_components_from_private_key: |_, _| Err(unsupported()),
        compute_digest: |_, _| Err(unsupported()),
    },
};

fn unsupported() -> Error {
    ErrorKind::UnsupportedAlgorithm.into()
}

fn signer(algorithm: &Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>, Error> {
    if *algorithm != Algorithm::EdDSA || key.family() != algorithm.family() {
        return Err(unsupported());
    }
    let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(key.as_bytes()).map_err(|_| ErrorKind::InvalidEddsaKey)?;
    Ok(Box::new(Ed25519Signer(pair)))
}

struct Ed25519Signer(Ed25519KeyPair);

impl Signer<Vec<u8>> for Ed25519Signer {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, SignatureError> {
        Ok(self.0.sign(message).as_ref().to_vec())
    }
}

impl JwtSigner for Ed25519Signer {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}

fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>, Error> {
    let known = matches!(algorithm, Algorithm::EdDSA | Algorithm::ES256 | Algorithm::RS256);
    if !known || key.family() != algorithm.family() {
        return Err(unsupported());
    }
    Ok(Box::new(RingVerifier { algorithm: *algorithm, key: key.clone() }))
}

struct RingVerifier {
    algorithm: Algorithm,
    key: DecodingKey,
}

impl Verifier<Vec<u8>> for RingVerifier {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), SignatureError> {
        let verified = match (self.algorithm, self.key.kind()) {
            (Algorithm::EdDSA, DecodingKeyKind::SecretOrDer(key)) => {
                UnparsedPublicKey::new(&ED25519, key).verify(message, signature)
            }
            (Algorithm::ES256, DecodingKeyKind::SecretOrDer(key)) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key).verify(message, signature)
            }
            (Algorithm::RS256, DecodingKeyKind::RsaModulusExponent { n, e }) => {
                let key = RsaPublicKeyComponents { n: without_leading_zeros(n), e: without_leading_zeros(e) };
                key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
            }
            _ => Err(ring::error::Unspecified),
        };
        verified.map_err(|_| SignatureError::new())
    }
}

impl JwtVerifier for RingVerifier {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

/// Some providers write a zero byte before a modulus whose first bit is set. ring refuses it.
fn without_leading_zeros(number: &[u8]) -> &[u8] {
    let start = number.iter().position(|byte| *byte != 0).unwrap_or(number.len());
    number.get(start..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::jwk::Jwk;
    use jsonwebtoken::{Header, Validation, decode, decode_header, encode};
    use serde_json::{Value, json};

    use super::*;

    /// A token of each algorithm and its public key, made by another library.
    #[derive(serde::Deserialize)]
    struct Signed {
        token: String,
        key: Jwk,
    }

    fn signed() -> Vec<Signed> {
        install();
        serde_json::from_str(include_str!("tokens.json")).unwrap_or_default()
    }

    fn read(token: &str, key: &DecodingKey) -> Result<Value, Error> {
        let mut rules = Validation::new(decode_header(token)?.alg);
        rules.required_spec_claims.clear();
        decode(token, key, &rules).map(|data| data.claims)
    }

    #[test]
    fn tokens_of_other_libraries_verify_and_altered_ones_do_not() -> Result<(), Error> {
        let all = signed();
        assert_eq!(all.len(), 3);
        for Signed { token, key } in &all {
            let key = DecodingKey::from_jwk(key)?;
            assert_eq!(read(token, &key)?, json!({ "sub": "anna" }), "{token}");
            let (message, signature) = token.rsplit_once('.').unwrap_or_default();
            let altered = signature.replacen(signature.chars().nth(9).unwrap_or('A'), "-", 1);
            for wrong in [format!("{message}."), format!("{message}.{altered}"), format!("{message}x.{signature}")] {
                assert!(read(&wrong, &key).is_err(), "{wrong}");
            }
        }
        Ok(())
    }

    #[test]
    fn key_of_one_algorithm_verifies_no_other() -> Result<(), Error> {
        let all = signed();
        for (index, Signed { token, .. }) in all.iter().enumerate() {
            for (other, Signed { key, .. }) in all.iter().enumerate().filter(|(other, _)| *other != index) {
                assert!(read(token, &DecodingKey::from_jwk(key)?).is_err(), "{index} {other}");
            }
        }
        Ok(())
    }

    #[test]
    fn modulus_may_have_a_zero_before_it() -> Result<(), Error> {
        let all = signed();
        let key = DecodingKey::from_jwk(&all[0].key)?;
        let DecodingKeyKind::RsaModulusExponent { n, e } = key.kind() else { return Err(unsupported()) };
        let padded = DecodingKey::from_rsa_raw_components(&[&[0][..], n].concat(), e);
        assert!(read(&all[0].token, &padded).is_ok());
        Ok(())
    }

    #[test]
    fn shared_secrets_neither_sign_nor_verify() {
        install();
        let header = Header::new(Algorithm::HS256);
        assert!(encode(&header, &json!({}), &EncodingKey::from_secret(b"secret")).is_err());
        let token = "eyJhbGciOiJIUzI1NiJ9.e30.c2VjcmV0";
        assert!(read(token, &DecodingKey::from_secret(b"secret")).is_err());
    }
}
