//! The one table of what can be wrong: code -> status -> title (RFC 9457 problem details).
//! Knows nothing of actix: `routes` render it, `sync` and `models` may return it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::wire::FileSpace;

macro_rules! error_codes {
    ($($(#[$doc:meta])* $variant:ident $code:literal $status:literal $title:literal;)*) => {
        /// A stable name for what went wrong. Clients branch on this, never on text.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum ErrorCode { $($(#[$doc])* $variant,)* }

        impl ErrorCode {
            pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$variant,)*];

            /// The word on the wire, for example `not_found`.
            pub fn as_str(self) -> &'static str {
                match self { $(ErrorCode::$variant => $code,)* }
            }

            /// The code of a word, for answers that were kept.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.as_str() == word)
            }

            /// The HTTP status that goes with it.
            pub fn status(self) -> u16 {
                match self { $(ErrorCode::$variant => $status,)* }
            }

            /// A short sentence for people, the same every time.
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
    NotFound "not_found" 404 "There is no such thing here.";
    MethodNotAllowed "method_not_allowed" 405 "This address does not take that method.";
    IdConflict "id_conflict" 409 "The same id was used before for something else.";
    RevisionConflict "revision_conflict" 409 "It was changed elsewhere since you read it.";
    DuplicateName "duplicate_name" 409 "Another one has that name.";
    SessionDeleted "session_deleted" 409 "The chat session was deleted.";
    AssetDeleted "asset_deleted" 409 "The file was deleted.";
    AlreadyUploaded "already_uploaded" 409 "The file is stored already.";
    ResyncRequired "resync_required" 410 "Begin anew: the cursor can't be continued.";
    LastAccount "last_account" 409 "It is the last way to sign in.";
    MutationGap "mutation_gap" 409 "Mutations are missing before these, or they were settled too long ago.";
    PayloadTooLarge "payload_too_large" 413 "The body is too large.";
    QuotaExceeded "quota_exceeded" 413 "There is no room for more files.";
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

/// One thing that is wrong with the input, with a JSON pointer (RFC 6901) to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldError {
    /// Where: a JSON pointer into the body, or `/query/name` and `/path/name`.
    #[schema(example = "/messages/3/role")]
    pub pointer: Cow<'static, str>,
    /// What, as a stable word.
    #[schema(example = "too_long")]
    pub code: Cow<'static, str>,
    /// What, for people.
    pub detail: String,
}

impl FieldError {
    pub fn new(pointer: impl Into<Cow<'static, str>>, code: &'static str, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), code: Cow::Borrowed(code), detail: detail.into() }
    }
}

/// The row that stands in the way of a write, as it is stored: wire JSON, written once and copied through. Null where there is none.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct ServerCopy(Option<Box<RawValue>>);

impl ServerCopy {
    /// `None`: the client speaks of a row that isn't there.
    pub fn of<T: Serialize>(row: Option<&T>) -> Self {
        // Wire types are plain data: writing them can't fail.
        Self(row.and_then(|row| serde_json::value::to_raw_value(row).ok()))
    }
}

impl PartialEq for ServerCopy {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_deref().map(RawValue::get) == other.0.as_deref().map(RawValue::get)
    }
}

/// Everything that a handler may answer instead of success.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}: {detail}", code.as_str())]
pub struct ApiError {
    pub code: ErrorCode,
    /// What happened this time, and what to do. Never about the inside of the server.
    pub detail: String,
    pub errors: Vec<FieldError>,
    /// What is stored instead, for a 409 that is about a row.
    pub server: Option<Box<ServerCopy>>,
    /// Which case of the code it is, where a client does different things for them.
    pub reason: Option<&'static str>,
    /// Seconds, for 429 and 503.
    pub retry_after_secs: Option<u32>,
    /// Of a `quota_exceeded`: what is used and what is allowed.
    pub room: Option<Box<(FileSpace, FileSpace)>>,
    /// What really failed, for the log alone.
    pub cause: Option<String>,
}

impl ApiError {
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            errors: Vec::new(),
            server: None,
            reason: None,
            retry_after_secs: (code.status() == 503).then_some(1),
            room: None,
            cause: None,
        }
    }

    /// The one answer for what does not exist and for what belongs to someone else.
    pub fn not_found() -> Self {
        Self::new(ErrorCode::NotFound, "Nothing with this id is stored for you.")
    }

    pub fn unauthenticated() -> Self {
        Self::new(
            ErrorCode::Unauthenticated,
            "Send the session cookie, or `Authorization: Bearer` with a session token.",
        )
    }

    /// Input that is understood and refused. `errors` must not be empty.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            [one] => format!("{}: {}", one.pointer, one.detail),
            many => format!("{} members are not valid.", many.len()),
        };
        Self::new(ErrorCode::ValidationFailed, detail).with_errors(errors)
    }

    pub fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.errors = errors;
        self
    }

    /// The write was made for another revision than the one that is stored.
    pub fn revision_conflict(server: ServerCopy) -> Self {
        Self::new(
            ErrorCode::RevisionConflict,
            "It is stored with another revision than yours. Nothing was changed; `server` is what is stored.",
        )
        .with_server(server)
    }

    /// For what was found wrong below `prefix`: pointers begin there.
    pub fn under(mut self, prefix: &str) -> Self {
        for error in &mut self.errors {
            error.pointer = Cow::Owned(format!("{prefix}{}", error.pointer));
        }
        self
    }

    /// More files than the person may have, in bytes or in number.
    pub fn quota_exceeded(used: FileSpace, allowed: FileSpace) -> Self {
        let detail = "Delete files to make room. Nothing was stored; `used` and `allowed` say how much there is.";
        Self { room: Some(Box::new((used, allowed))), ..Self::new(ErrorCode::QuotaExceeded, detail) }
    }

    pub fn because(mut self, reason: &'static str) -> Self {
        self.reason = Some(reason);
        self
    }

    pub fn with_server(mut self, server: ServerCopy) -> Self {
        self.server = Some(Box::new(server));
        self
    }

    /// A fault of ours: the client learns nothing but the request id, the log gets the cause.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::new(ErrorCode::Internal, "Give the request id when you report this.").caused_by(cause)
    }

    pub fn caused_by(mut self, cause: impl std::fmt::Display) -> Self {
        self.cause = Some(cause.to_string());
        self
    }
}
