//! Reads the body of a JSON route into memory. Its size is limited on the wire and unpacked, and its memory is reserved before it is allocated.

use std::io;

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::web::Data;
use actix_web::{HttpMessage as _, HttpRequest};
use futures_util::StreamExt as _;

use super::coding::Coding;
use super::unpack::{OVERHEAD_BYTES, Unpacker};
use super::wire;
use crate::error::{ApiError, ErrorCode};
use crate::http::client_ip::RequestSource;
use crate::http::extract::caller::known_caller;
use crate::http::route_info::RouteInfo;
use crate::limits::RateLimitKey;
use crate::limits::body_memory::BodyShare;
use crate::state::AppState;

/// The largest body of an operation that needs no session, in bytes: sign-in and the like.
const MAX_PUBLIC_BYTES: usize = 16 * 1024;
/// The first allocation for a body whose size is not declared, in bytes.
const FIRST_BYTES: usize = 4 * 1024;

/// Reads a whole body of at most `limit` bytes, on the wire and unpacked. Its memory stays reserved until the request ends.
///
/// # Errors
/// `unsupported_media_type`, `payload_too_large`, `bad_request`, `timeout`, `rate_limited` or `busy`.
pub async fn read_body(request: &HttpRequest, mut payload: Payload, limit: usize) -> Result<Vec<u8>, ApiError> {
    let coding = Coding::of(request.headers())?;
    let limit = if RouteInfo::of(request).needs_session() { limit } else { limit.min(MAX_PUBLIC_BYTES) };
    let declared = content_length(request);
    if declared.is_some_and(|length| length > limit) {
        return Err(too_large(limit));
    }
    let mut output = Output::new(coding, share_of(request).await?, limit, declared.unwrap_or_default())?;
    let mut received = 0;
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(wire::explain)?;
        received += chunk.len();
        if received > limit {
            return Err(too_large(limit));
        }
        output.write(&chunk)?;
    }
    let Buffer { bytes, mut share, .. } = output.finish()?;
    share.resize(bytes.capacity())?;
    request.extensions_mut().insert(share);
    Ok(bytes)
}

/// The declared size of a body on the wire.
pub fn content_length(request: &HttpRequest) -> Option<usize> {
    request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok())
}

/// A share of the memory for bodies, of the caller of the request: the user, or the address without a session.
///
/// # Errors
/// Those of finding the caller.
pub async fn share_of(request: &HttpRequest) -> Result<BodyShare, ApiError> {
    let state = request.app_data::<Data<AppState>>().ok_or_else(|| ApiError::internal("AppState is not registered"))?;
    // The caller of an operation that needs a session is known already; for others it is not worth a query.
    if RouteInfo::of(request).needs_session()
        && let Some(caller) = known_caller(request).await?
    {
        return Ok(state.body_memory.share(RateLimitKey::User(&caller.user.id)));
    }
    Ok(state.body_memory.share(RateLimitKey::Address(&RequestSource::of(request).client)))
}

fn too_large(limit: usize) -> ApiError {
    ApiError::new(ErrorCode::PayloadTooLarge, format!("The body may have {limit} bytes at most."))
}

enum Output {
    Plain(Buffer),
    Gzip(Box<Unpacker<Buffer>>),
}

impl Output {
    /// `declared`: the size on the wire, 0 if it is unknown.
    fn new(coding: Coding, share: BodyShare, limit: usize, declared: usize) -> Result<Self, ApiError> {
        let mut buffer = Buffer { bytes: Vec::new(), share, limit, overhead: 0 };
        if coding == Coding::Plain {
            buffer.grow_to(declared)?;
            return Ok(Self::Plain(buffer));
        }
        buffer.overhead = OVERHEAD_BYTES;
        buffer.grow_to(declared.max(FIRST_BYTES))?;
        Ok(Self::Gzip(Box::new(Unpacker::new(buffer))))
    }

    fn write(&mut self, chunk: &[u8]) -> Result<(), ApiError> {
        match self {
            Self::Plain(buffer) => buffer.append(chunk),
            Self::Gzip(unpacker) => unpacker.write(chunk),
        }
    }

    fn finish(self) -> Result<Buffer, ApiError> {
        match self {
            Self::Plain(buffer) => Ok(buffer),
            Self::Gzip(unpacker) => unpacker.finish(),
        }
    }
}

/// A body in memory, with a limit.
struct Buffer {
    bytes: Vec<u8>,
    share: BodyShare,
    limit: usize,
    /// Reserved beside the bytes.
    overhead: usize,
}

impl Buffer {
    fn append(&mut self, chunk: &[u8]) -> Result<(), ApiError> {
        let needed = self.bytes.len() + chunk.len();
        if needed > self.limit {
            return Err(too_large(self.limit));
        }
        if needed > self.bytes.capacity() {
            self.grow_to(needed.max(self.bytes.capacity() * 2).max(FIRST_BYTES).min(self.limit))?;
        }
        self.bytes.extend_from_slice(chunk);
        Ok(())
    }

    /// Reserves and allocates `capacity` bytes in all.
    fn grow_to(&mut self, capacity: usize) -> Result<(), ApiError> {
        self.share.resize(capacity + self.overhead)?;
        self.bytes.reserve_exact(capacity.saturating_sub(self.bytes.len()));
        Ok(())
    }
}

impl io::Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.append(bytes).map_err(io::Error::other)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
