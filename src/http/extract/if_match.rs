//! Revisions of rows in headers: `ETag: "3"` in answers, and `If-Match: "3"` in requests, where it can replace `baseRevision`.

use actix_web::dev::Payload;
use actix_web::http::header::IF_MATCH;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::{Ready, ready};

use crate::error::{ApiError, FieldError};

/// The entity tag of a revision.
pub fn etag(revision: i64) -> String {
    format!("\"{revision}\"")
}

/// The revision of `If-Match`, if the request has it.
#[derive(Debug, Clone, Copy)]
pub struct IfMatch(pub Option<i64>);

impl FromRequest for IfMatch {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

fn parse(tag: &str) -> Option<i64> {
    // A proxy that compresses makes a tag weak. The revision in it is the same.
    let tag = tag.trim().trim_start_matches("W/");
    let revision = tag.strip_prefix('"')?.strip_suffix('"')?.parse().ok()?;
    (revision >= 0).then_some(revision)
}

impl IfMatch {
    /// The header of a request.
    ///
    /// # Errors
    /// `validation_failed` if it is no entity tag of a revision.
    pub fn of(request: &HttpRequest) -> Result<Self, ApiError> {
        let Some(value) = request.headers().get(IF_MATCH) else { return Ok(Self(None)) };
        let revision = value.to_str().ok().and_then(parse);
        revision.map(|revision| Self(Some(revision))).ok_or_else(|| {
            let detail = "expected the ETag of an earlier answer, such as \"3\"";
            ApiError::invalid(vec![FieldError::new("/header/if-match", "invalid_value", detail)])
        })
    }

    /// The revision that a write is based on, from the header or the body.
    ///
    /// # Errors
    /// `validation_failed` if both are there and differ.
    pub fn or_body(self, base_revision: Option<i64>) -> Result<Option<i64>, ApiError> {
        match (self.0, base_revision) {
            (Some(header), Some(body)) if header != body => {
                let detail = format!("says {body}, but If-Match says {header}");
                Err(ApiError::invalid(vec![FieldError::new("/baseRevision", "invalid_value", detail)]))
            }
            (header, body) => Ok(header.or(body)),
        }
    }

    /// The same for a write that needs one.
    ///
    /// # Errors
    /// `validation_failed` if none is there, or both differ.
    pub fn or_required(self, base_revision: Option<i64>) -> Result<i64, ApiError> {
        self.or_body(base_revision)?.ok_or_else(|| {
            let detail = "send baseRevision (0 for what is new), or If-Match";
            ApiError::invalid(vec![FieldError::new("/baseRevision", "missing_member", detail)])
        })
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn only_a_revision_in_quotes_is_a_tag() {
        assert_eq!((parse("\"3\""), parse(" W/\"12\"")), (Some(3), Some(12)));
        for tag in ["3", "*", "\"\"", "\"-1\"", "\"a\"", "\"1\", \"2\"", "\""] {
            assert_eq!(parse(tag), None, "{tag}");
        }
    }
}
