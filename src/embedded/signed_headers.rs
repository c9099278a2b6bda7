//! Headers of presigned requests. S3 refuses a presigned request with an `x-amz-` header that was not signed; the s3s crate does not. With
//! `x-amz-copy-source` the bearer of a link for an upload could copy any object to its place.

use hyper::Request;
use s3s::{Body, HttpResponse};

const REFUSED: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code><Message>There were headers present in the request which were not signed</Message></Error>";

/// Whether a presigned request has an `x-amz-` header that its signature does not cover.
pub fn has_unsigned<B>(request: &Request<B>) -> bool {
    let query = request.uri().query().unwrap_or_default();
    let parameter = |name: &str| {
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_lowercase())
    };
    if parameter("x-amz-signature").is_none() {
        return false;
    }
    let signed = parameter("x-amz-signedheaders").unwrap_or_default();
    let is_signed = |name: &str| signed.split(';').any(|known| known == name);
    request.headers().keys().any(|name| name.as_str().starts_with("x-amz-") && !is_signed(name.as_str()))
}

/// The answer of S3 to such a request.
pub fn refused() -> HttpResponse {
    let mut response = HttpResponse::new(Body::from(REFUSED.to_owned()));
    *response.status_mut() = hyper::StatusCode::FORBIDDEN;
    response
        .headers_mut()
        .insert(hyper::header::CONTENT_TYPE, hyper::header::HeaderValue::from_static("application/xml"));
    response
}

#[cfg(test)]
mod tests {
    use hyper::Request;

    use super::has_unsigned;

    #[test]
    fn headers_of_presigned_requests_must_be_signed() {
        let signed = "/b/k?X-Amz-Signature=1&X-Amz-SignedHeaders=host%3Bx-amz-checksum-sha256";
        for (uri, header, refused) in [
            (signed, "x-amz-copy-source", true),
            (signed, "X-Amz-Meta-Other", true),
            (signed, "x-amz-checksum-sha256", false),
            (signed, "content-type", false),
            ("/b/k?x-amz-signature=1", "x-amz-copy-source", true),
            // The signature is in the header Authorization, which covers the others.
            ("/b/k", "x-amz-copy-source", false),
        ] {
            let request = Request::builder().uri(uri).header(header, "a").body(()).unwrap_or_default();
            assert_eq!(has_unsigned(&request), refused, "{header} {uri}");
        }
    }
}
