//! The one table of errors: code -> status -> title (RFC 9457 problem details). docs/ERRORS.md describes each code.
//! Knows nothing of HTTP: `http` renders it.

mod field_error;

use std::borrow::Cow;
use std::collections::HashSet;

use serde::Serialize;
use serde_json::value::RawValue;
use strum::{EnumString, IntoStaticStr, VariantArray};
use utoipa::ToSchema;

use crate::config::{FileSpace, RowSpace};
use crate::{excerpt, pointer};
use field_error::MAX_DETAIL_BYTES;
pub use field_error::{FieldError, MAX_ERRORS, MAX_ERRORS_BYTES};

/// The most bytes of a cause in the log.
const MAX_CAUSE_BYTES: usize = 4096;

macro_rules! error_codes {
    ($($(#[$doc:meta])* $variant:ident $word:literal $status:literal $title:literal;)*) => {
        /// The stable name of an error. Clients branch on this, never on text.
        ///
        /// `into_str()` is the word on the wire, for example `not_found`; `parse()` is the way back, for stored outcomes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema, IntoStaticStr, EnumString, VariantArray)]
        #[serde(rename_all = "snake_case")]
        #[strum(const_into_str)]
        pub enum ErrorCode { $($(#[$doc])* #[strum(serialize = $word)] $variant,)* }

        impl ErrorCode {
            /// The HTTP status.
            pub fn status(self) -> u16 {
                match self { $(ErrorCode::$variant => $status,)* }
            }

            /// A short sentence for people, the same for every occurrence.
            pub fn title(self) -> &'static str {
                match self { $(ErrorCode::$variant => $title,)* }
            }
        }
    };
}

error_codes! {
    MalformedJson "malformed_json" 400 "The body is not JSON.";
    BadRequest "bad_request" 400 "The request can't be understood.";
    InvalidMedia "invalid_media" 400 "The file or its form can't be taken.";
    Unauthenticated "unauthenticated" 401 "Sign in first.";
    Forbidden "forbidden" 403 "You may not do this.";
    OriginNotAllowed "origin_not_allowed" 403 "This page may not write with the session cookie.";
    SessionRequired "session_required" 403 "A JWT is not enough for this.";
    SessionNotFresh "session_not_fresh" 403 "Sign in again first.";
    NotFound "not_found" 404 "There is no such thing here.";
    MethodNotAllowed "method_not_allowed" 405 "This address does not take that method.";
    IdConflict "id_conflict" 409 "The same id was used before for something else.";
    RevisionConflict "revision_conflict" 409 "It was changed elsewhere since you read it.";
    DuplicateName "duplicate_name" 409 "Another one has that name.";
    SessionDeleted "session_deleted" 409 "The chat session was deleted.";
    AssetDeleted "asset_deleted" 409 "The file was deleted.";
    AlreadyUploaded "already_uploaded" 409 "The file is stored already.";
    ResyncRequired "resync_required" 410 "Start again without a cursor: this cursor can't be continued.";
    LastAccount "last_account" 409 "It is the last way to sign in.";
    MutationGap "mutation_gap" 409 "Mutations are missing before these, or their outcomes are no longer stored.";
    PayloadTooLarge "payload_too_large" 413 "The body is too large.";
    QuotaExceeded "quota_exceeded" 413 "There is no room for more.";
    UnsupportedMediaType "unsupported_media_type" 415 "Send the body as application/json.";
    ValidationFailed "validation_failed" 422 "Some members of the request are not valid.";
    SecretInClear "secret_in_clear" 422 "A secret would reach the server in clear.";
    RateLimited "rate_limited" 429 "You asked too often. Wait a little.";
    ProviderUnavailable "provider_unavailable" 503 "The sign-in provider is away. Try again in a moment.";
    Internal "internal" 500 "Something broke on our side.";
    UploadFailed "upload_failed" 502 "The object storage did not take the file.";
    DatabaseUnavailable "database_unavailable" 503 "The database is away. Try again in a moment.";
    StorageUnavailable "storage_unavailable" 503 "The object storage is away. Try again in a moment.";
    Busy "busy" 503 "Too much is waiting. Try again in a moment.";
    Timeout "timeout" 504 "The request took too long.";
}

/// The stored row that refuses a write, as wire JSON. Null if there is none.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct ServerCopy(Option<Box<RawValue>>);

impl ServerCopy {
    /// `None`: there is no such row.
    pub fn of<T: Serialize>(row: Option<&T>) -> Self {
        // Wire types are plain data: serialising them can't fail.
        Self(row.and_then(|row| serde_json::value::to_raw_value(row).ok()))
    }

    /// The size in bytes.
    pub fn bytes(&self) -> i64 {
        self.0.as_ref().map_or(0, |row| row.get().len() as i64)
    }
}

impl PartialEq for ServerCopy {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_deref().map(RawValue::get) == other.0.as_deref().map(RawValue::get)
    }
}

/// What a user has and may have, of an exceeded quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuotaError {
    Files { used: FileSpace, allowed: FileSpace },
    Rows { used: RowSpace, allowed: RowSpace },
}

/// An answer other than success.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}: {detail}", code.into_str())]
pub struct ApiError {
    pub code: ErrorCode,
    /// What happened this time, and what to do. It has nothing internal.
    pub detail: String,
    /// What is wrong with the input: [`MAX_ERRORS`] at most.
    pub errors: Vec<FieldError>,
    /// The number of errors that were found and are not in `errors`.
    pub omitted: u32,
    /// The stored row, of a 409 about a row.
    pub server: Option<Box<ServerCopy>>,
    /// The case of the code, if clients handle its cases differently.
    pub reason: Option<&'static str>,
    /// Seconds, for 429 and 503.
    pub retry_after_secs: Option<u32>,
    /// Of a `quota_exceeded`: what is used, and what is allowed.
    pub quota: Option<Box<QuotaError>>,
    /// What failed, for the log only.
    pub cause: Option<String>,
}

impl ApiError {
    /// An error with `Retry-After` of one second if its status is 503.
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: excerpt::shortened(detail, MAX_DETAIL_BYTES),
            errors: Vec::new(),
            omitted: 0,
            server: None,
            reason: None,
            retry_after_secs: (code.status() == 503).then_some(1),
            quota: None,
            cause: None,
        }
    }

    /// The answer for a row that does not exist, and for a row of another user.
    pub fn not_found() -> Self {
        Self::new(ErrorCode::NotFound, "Nothing with this id is stored for you.")
    }

    /// The request has no session, or one that has ended.
    pub fn unauthenticated() -> Self {
        Self::new(
            ErrorCode::Unauthenticated,
            "Send the session cookie, or `Authorization: Bearer` with a session token.",
        )
    }

    /// Input that is not valid. `errors` must not be empty.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            [one] => format!("{}: {}", one.pointer, one.detail),
            many => format!("{} members are not valid.", many.len()),
        };
        Self::new(ErrorCode::ValidationFailed, detail).with_errors(errors)
    }

    /// Both values, or one error with everything that is wrong with either. An error that is no `validation_failed` stands alone.
    ///
    /// # Errors
    /// Those of the arguments.
    pub fn both<A, B>(one: Result<A, Self>, other: Result<B, Self>) -> Result<(A, B), Self> {
        match (one, other) {
            (Ok(one), Ok(other)) => Ok((one, other)),
            (Err(one), Err(other)) if [one.code, other.code] == [ErrorCode::ValidationFailed; 2] => {
                let omitted = one.omitted + other.omitted;
                let mut both = Self::invalid(one.errors.into_iter().chain(other.errors).collect());
                both.omitted += omitted;
                Err(both)
            }
            (Err(error), _) | (_, Err(error)) => Err(error),
        }
    }

    /// Adds errors, [`MAX_ERRORS`] and [`MAX_ERRORS_BYTES`] at most. The others are counted.
    pub fn with_errors(mut self, mut errors: Vec<FieldError>) -> Self {
        let mut told = HashSet::new();
        // The same is found twice where two rules are about one member. Cut pointers may be those of different places.
        errors.retain(|error| {
            error.pointer.ends_with('…') || told.insert((error.pointer.to_string(), error.code.to_string()))
        });
        self.errors = errors;
        self.within(MAX_ERRORS_BYTES)
    }

    /// The same error with errors of at most `bytes` as JSON, but at least one. The others are counted.
    pub fn within(mut self, bytes: usize) -> Self {
        let mut left = bytes;
        let fits = |error: &&FieldError| match left.checked_sub(error.written_bytes()) {
            Some(rest) => {
                left = rest;
                true
            }
            None => false,
        };
        let fitting = self.errors.iter().take(MAX_ERRORS).take_while(fits).count().max(1);
        let over = self.errors.len().saturating_sub(fitting);
        self.errors.truncate(fitting);
        self.omitting(over)
    }

    /// Counts `more` errors that were found and are not listed.
    pub fn omitting(mut self, more: usize) -> Self {
        self.omitted = self.omitted.saturating_add(u32::try_from(more).unwrap_or(u32::MAX));
        self
    }

    /// The size of the errors as JSON in bytes.
    pub fn errors_bytes(&self) -> usize {
        self.errors.iter().map(FieldError::written_bytes).sum()
    }

    /// The detail, and how many errors are not listed.
    pub fn full_detail(&self) -> Cow<'_, str> {
        match self.omitted {
            0 => Cow::Borrowed(&self.detail),
            more => Cow::Owned(format!("{} {} are listed, {more} more are not.", self.detail, self.errors.len())),
        }
    }

    /// The write is based on another revision than the stored one.
    pub fn revision_conflict(server: ServerCopy) -> Self {
        Self::new(
            ErrorCode::RevisionConflict,
            "It is stored with another revision than yours. Nothing was changed; `server` is what is stored.",
        )
        .with_server(server)
    }

    /// The same error with pointers that begin with `prefix`.
    pub fn under(self, prefix: &str) -> Self {
        self.moved(|pointer| format!("{prefix}{pointer}").into())
    }

    /// The same error with other pointers.
    pub fn moved(mut self, to: impl Fn(&str) -> Cow<'static, str>) -> Self {
        for error in &mut self.errors {
            error.pointer = to(&error.pointer);
            if error.pointer.len() > pointer::MAX_BYTES {
                pointer::cut(error.pointer.to_mut());
            }
        }
        self
    }

    /// The user has too many files, in bytes or in number.
    pub fn quota_exceeded(used: FileSpace, allowed: FileSpace) -> Self {
        let detail = "Delete files to make room; a deleted file counts until its upload links have expired. Nothing was stored; `used` and `allowed` \
                      say how much there is.";
        let quota = QuotaError::Files { used, allowed };
        Self { quota: Some(Box::new(quota)), ..Self::new(ErrorCode::QuotaExceeded, detail) }
    }

    /// The user has too many rows, in bytes or in number.
    pub fn row_quota_exceeded(used: RowSpace, allowed: RowSpace) -> Self {
        let detail = "Delete rows to make room. Deleted rows count by half until they are removed for good, if that is more than the living ones. Nothing was \
                      stored; `used` and `allowed` say how much there is.";
        let quota = QuotaError::Rows { used, allowed };
        Self { quota: Some(Box::new(quota)), ..Self::new(ErrorCode::QuotaExceeded, detail) }
    }

    /// Adds the case of the code.
    pub fn with_reason(mut self, reason: &'static str) -> Self {
        self.reason = Some(reason);
        self
    }

    pub fn with_server(mut self, server: ServerCopy) -> Self {
        self.server = Some(Box::new(server));
        self
    }

    /// A fault of the server. The client gets the request id only; the log gets the cause.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::new(ErrorCode::Internal, "Give the request id when you report this.").caused_by(cause)
    }

    /// Adds the cause for the log.
    pub fn caused_by(mut self, cause: impl std::fmt::Display) -> Self {
        self.cause = Some(excerpt::shortened(cause.to_string(), MAX_CAUSE_BYTES));
        self
    }
}
