//! `/%61pi` is `/api` (RFC 3986, 6.2.2.2), and the router takes it for that. Much is decided by the path before the router looks at it: budgets, what
//! strangers may do, headers, time limits. So it is written plainly before anybody looks, and nobody gets past them by writing it in another way.

use std::borrow::Cow;

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Uri;
use actix_web::middleware::Next;

use crate::error::{ApiError, ErrorCode};

pub async fn write_plainly<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    if let Cow::Owned(path) = plain(request.path()) {
        let Some(uri) = with_path(request.uri(), path) else {
            return Err(ApiError::new(ErrorCode::BadRequest, "The address can't be read.").into());
        };
        request.match_info_mut().get_mut().update(&uri);
        request.head_mut().uri = uri;
    }
    next.call(request).await
}

/// Letters, digits and `-._~` as themselves; what may mean something else stays as it came.
fn plain(path: &str) -> Cow<'_, str> {
    let mut written = String::new();
    let mut rest = path;
    while let Some(at) = rest.find('%') {
        let byte = rest.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        let kept = byte.is_none_or(|byte| !byte.is_ascii_alphanumeric() && !b"-._~".contains(&byte));
        written.push_str(&rest[..at]);
        written.push(if kept { '%' } else { byte.map_or('%', char::from) });
        rest = &rest[at + if kept { 1 } else { 3 }..];
    }
    if written.is_empty() || written.len() + rest.len() == path.len() {
        return Cow::Borrowed(path);
    }
    Cow::Owned(written + rest)
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
    fn only_what_means_the_same_is_written_plainly() {
        for (path, written) in [
            ("/api/projects", "/api/projects"),
            ("/%61pi/%70rojects/%41%7e%2D", "/api/projects/A~-"),
            ("/api/projects/a%2Fb%20c%25%3F", "/api/projects/a%2Fb%20c%25%3F"),
            // Twice encoded is an id with a percent sign.
            ("/api/projects/%2561", "/api/projects/%2561"),
            ("/api/%C3%A9%6", "/api/%C3%A9%6"),
            ("/%+61pi%zz%", "/%+61pi%zz%"),
        ] {
            assert_eq!(plain(path), written);
        }
    }

    #[test]
    fn the_query_stays_as_it_is() {
        let uri = Uri::from_static("/%61pi/projects?cursor=%61b");
        assert_eq!(with_path(&uri, "/api/projects".to_owned()), Some(Uri::from_static("/api/projects?cursor=%61b")));
    }
}
