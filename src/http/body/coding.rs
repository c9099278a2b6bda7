//! The header `Content-Encoding`. Bodies may be packed by gzip, once. Other codings unpack to a multiple of their size that is not worth its risk.

use actix_web::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderMap, HeaderName, HeaderValue};

use crate::error::{ApiError, ErrorCode};
use crate::excerpt::Quoted;

/// The `reason` of a 415 whose cause is the coding and not the type.
pub const REASON: &str = "content_encoding";
/// The header of that 415 (RFC 9110, 15.5.16).
pub const ACCEPTED: (HeaderName, HeaderValue) = (ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
/// The same where a packed body is not taken at all.
pub const NONE_ACCEPTED: (HeaderName, HeaderValue) = (ACCEPT_ENCODING, HeaderValue::from_static("identity"));

/// How a body is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    Plain,
    Gzip,
}

impl Coding {
    /// # Errors
    /// `unsupported_media_type` for another coding, and for several.
    pub fn of(headers: &HeaderMap) -> Result<Self, ApiError> {
        let mut found = Self::Plain;
        for header in headers.get_all(CONTENT_ENCODING) {
            let text = header.to_str().unwrap_or("?");
            for word in text.split(',').map(str::trim) {
                let is = |name: &str| word.eq_ignore_ascii_case(name);
                match found {
                    _ if word.is_empty() || is("identity") => {}
                    Self::Plain if is("gzip") || is("x-gzip") => found = Self::Gzip,
                    _ => return Err(refused(text)),
                }
            }
        }
        Ok(found)
    }
}

fn refused(text: &str) -> ApiError {
    let detail = format!("The body's content-encoding is {}. Send it as it is, or packed by gzip once.", Quoted(text));
    ApiError::new(ErrorCode::UnsupportedMediaType, detail).with_reason(REASON)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coding(values: &[&'static str]) -> Option<Coding> {
        let mut headers = HeaderMap::new();
        values.iter().for_each(|value| headers.append(CONTENT_ENCODING, HeaderValue::from_static(value)));
        Coding::of(&headers).ok()
    }

    #[test]
    fn one_gzip_or_none_is_taken() {
        for values in [&[] as &[_], &["identity"], &["Identity, identity"], &[""]] {
            assert_eq!(coding(values), Some(Coding::Plain), "{values:?}");
        }
        for values in [&["gzip"] as &[_], &["GZIP"], &["x-gzip"], &["identity, gzip"], &["gzip", "identity"]] {
            assert_eq!(coding(values), Some(Coding::Gzip), "{values:?}");
        }
    }

    #[test]
    fn other_codings_and_several_are_refused() {
        for values in [
            &["br"] as &[_],
            &["deflate"],
            &["zstd"],
            &["compress"],
            &["gzip, gzip"],
            &["gzip", "gzip"],
            &["br, gzip"],
            &["gzip;q=1"],
            &["*"],
        ] {
            assert_eq!(coding(values), None, "{values:?}");
        }
    }
}
