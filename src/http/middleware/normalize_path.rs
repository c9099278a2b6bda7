//! Gives the path one form, and resolves the request's [`RouteInfo`].
//!
//! `/%61pi` and `/api` are the same path (RFC 3986, 6.2.2.2), and the router treats them so. Rate limits, the 401 for requests without a session, headers and
//! time limits depend on the path as well, so it is normalised before anything reads it.

use std::borrow::Cow;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Uri;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, web};
use percent_encoding::percent_decode_str;

use crate::error::{ApiError, ErrorCode};
use crate::http::route_table::RouteTable;

/// The outermost middleware but one: only `wire_body` does not depend on the path.
///
/// # Errors
/// Those of the inner layers.
pub async fn normalize_path<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    if let Cow::Owned(path) = normalized(request.path()) {
        let Some(uri) = with_path(request.uri(), path) else {
            return Err(ApiError::new(ErrorCode::BadRequest, "The address can't be read.").into());
        };
        request.match_info_mut().get_mut().update(&uri);
        request.head_mut().uri = uri;
    }
    let table = request.app_data::<web::Data<RouteTable>>();
    if let Some(info) = table.map(|table| table.resolve(request.method().as_str(), request.path())) {
        request.extensions_mut().insert(info);
    }
    next.call(request).await
}

/// `path` with letters, digits and `-._~` decoded. All other encoded characters stay encoded: a decoded `/` or `%` would have another meaning.
fn normalized(path: &str) -> Cow<'_, str> {
    if !path.contains('%') {
        return Cow::Borrowed(path);
    }
    let mut pieces = path.split('%');
    let mut written = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match unreserved(piece) {
            Some(character) => {
                written.push(character);
                written.push_str(&piece[2..]);
            }
            None => {
                written.push('%');
                written.push_str(piece);
            }
        }
    }
    if written.len() == path.len() { Cow::Borrowed(path) } else { Cow::Owned(written) }
}

/// The character that the two hexadecimal digits at the start of `piece` encode, if it never needs encoding.
fn unreserved(piece: &str) -> Option<char> {
    let encoded = format!("%{}", piece.get(..2)?);
    let byte = percent_decode_str(&encoded).next().filter(|byte| *byte != b'%')?;
    (byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)).then(|| char::from(byte))
}

fn with_path(uri: &Uri, path: String) -> Option<Uri> {
    let mut parts = uri.clone().into_parts();
    let text = uri.query().map_or_else(|| path.clone(), |query| format!("{path}?{query}"));
    parts.path_and_query = Some(text.parse().ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_characters_that_need_no_encoding_are_decoded() {
        for (path, written) in [
            ("/api/projects", "/api/projects"),
            ("/%61pi/%70rojects/%41%7e%2D", "/api/projects/A~-"),
            ("/api/projects/a%2Fb%20c%25%3F", "/api/projects/a%2Fb%20c%25%3F"),
            // Twice encoded is an id with a percent sign.
            ("/api/projects/%2561", "/api/projects/%2561"),
            ("/api/%C3%A9%6", "/api/%C3%A9%6"),
            ("/%+61pi%zz%", "/%+61pi%zz%"),
            ("/%e9é%é", "/%e9é%é"),
        ] {
            assert_eq!(normalized(path), written);
        }
    }

    #[test]
    fn the_query_stays_as_it_is() {
        let uri = Uri::from_static("/%61pi/projects?cursor=%61b");
        assert_eq!(with_path(&uri, "/api/projects".to_owned()), Some(Uri::from_static("/api/projects?cursor=%61b")));
    }
}
