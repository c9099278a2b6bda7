//! Live events: a stream of the user's new versions.

use std::time::Duration;

use actix_web::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, get, web};
use futures_util::stream;
use tokio::time::Instant;

use crate::auth::Identity;
use crate::auth::evictions::EvictionsOfUser;
use crate::db::OwnerKey;
use crate::error::{ApiError, ErrorCode};
use crate::http::accept::share_used_up;
use crate::http::{CurrentUser, Problem};
use crate::limits::shares::{Held, Refused};
use crate::state::AppState;
use crate::sync::events::Subscription;

/// Proxies and browsers close streams that are idle for longer.
const HEARTBEAT: Duration = Duration::from_secs(25);

/// Some proxies and virus scanners pass nothing on before they have this much of an answer.
const PADDING_BYTES: usize = 2048;

/// Live events (server-sent events).
///
/// Each new version of the user's data is an event, whichever server wrote it: `event: version`, `data: {"version": 7}`, and an `id`. After
/// `Last-Event-ID`, missed versions arrive at once as one event. Clients pull the changed rows. A comment every 25 s keeps the connection open, and
/// one of 2 KiB at the beginning brings the first event through proxies that hold back less. The stream ends with the session, and with the JWT of the
/// caller.
#[utoipa::path(tag = "sync", extensions(("x-rate-limit" = json!("sync"))), params(("Last-Event-ID" = Option<String>, Header, description = "The `id` of the last received event.")), responses(
    (status = 200, description = "A stream of events without an end.", body = String, content_type = "text/event-stream"),
    (status = 429, description = "`rate_limited`, also with the `reason` `streams`: the user has as many open streams as one user may have.", body = Problem, content_type = "application/problem+json"),
))]
#[get("/api/sync/events")]
pub async fn sync_events(
    request: HttpRequest,
    state: web::Data<AppState>,
    caller: CurrentUser,
) -> Result<HttpResponse, ApiError> {
    // An open stream costs a connection for as long as its client wants.
    let place = state.streams.take(Some(caller.owner.key())).map_err(|refused| match refused {
        Refused::Holder => share_used_up("Close one of your other event streams. Pulls work without one.", "streams"),
        Refused::Total => ApiError::new(ErrorCode::Busy, "Too many event streams are open. Pulls work without one."),
    })?;
    let seen = request.headers().get("last-event-id").and_then(|id| id.to_str().ok()?.parse::<EventId>().ok());
    let evictions = state.sessions.evictions_of(&caller);
    // Subscribed before the version is read, so that a write in between is not missed. A second event of a version does no harm.
    let subscription = state.events.subscribe(&caller.owner, 0);
    let version = state.snapshots.seen(&caller.owner).await?.version;
    let missed = seen.is_none_or(|seen| seen.epoch != state.epoch || seen.version < version);
    let first = if missed { event(&state, version) } else { Bytes::from_static(b": up to date\n\n") };
    let ends_at = caller.jwt_expires_at.map(instant_of);
    let feed =
        Feed { state, caller, evictions, ends_at, subscription, sent: version, first: Some(first), _place: place };
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/event-stream"))
        // Compression would delay events.
        .insert_header((CONTENT_ENCODING, "identity"))
        .insert_header(("x-accel-buffering", "no"))
        .streaming(stream::unfold(feed, Feed::next)))
}

struct Feed {
    state: web::Data<AppState>,
    caller: CurrentUser,
    evictions: EvictionsOfUser,
    /// When the caller's JWT expires.
    ends_at: Option<Instant>,
    subscription: Subscription,
    sent: i64,
    first: Option<Bytes>,
    _place: Held<OwnerKey>,
}

impl Feed {
    async fn next(mut self) -> Option<(Result<Bytes, ApiError>, Self)> {
        if let Some(first) = self.first.take() {
            return Some((Ok(padded(&self.counted(first))), self));
        }
        let chunk = loop {
            tokio::select! {
                version = self.subscription.next() => match version? {
                    version if version > self.sent => {
                        self.sent = version;
                        break event(&self.state, version);
                    }
                    // The device received this version at the beginning.
                    _ => {}
                },
                // The session may have ended, or its user may have changed.
                () = self.evictions.next() => if !self.is_alive().await { return None },
                () = reached(self.ends_at) => return None,
                () = tokio::time::sleep(HEARTBEAT) => break Bytes::from_static(b": heartbeat\n\n"),
            }
        };
        self.is_alive().await.then(|| (Ok(self.counted(chunk)), self))
    }

    /// Counts the chunk if it is an event. Comments are none.
    fn counted(&self, chunk: Bytes) -> Bytes {
        if chunk.starts_with(b"id:") {
            self.state.metrics.counts.events.inc();
        }
        chunk
    }

    /// True while the database is unavailable too: the stream stays open then.
    async fn is_alive(&self) -> bool {
        let identity: &Identity = &self.caller;
        self.state.sessions.is_alive(identity).await.unwrap_or(true)
    }
}

/// The moment of a time in seconds since 1970.
fn instant_of(seconds: i64) -> Instant {
    let left = seconds.saturating_sub(chrono::Utc::now().timestamp());
    Instant::now() + Duration::from_secs(u64::try_from(left).unwrap_or_default())
}

/// Returns at this moment, or never.
async fn reached(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

/// The chunk after a comment, in one block of lines.
fn padded(chunk: &[u8]) -> Bytes {
    let mut padded = vec![b' '; PADDING_BYTES];
    padded[0] = b':';
    padded.push(b'\n');
    padded.extend_from_slice(chunk);
    padded.into()
}

fn event(state: &AppState, version: i64) -> Bytes {
    format!("id: {}.{version}\nevent: version\ndata: {{\"version\":{version}}}\n\n", state.epoch).into()
}

struct EventId {
    epoch: uuid::Uuid,
    version: i64,
}

impl std::str::FromStr for EventId {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (epoch, version) = text.split_once('.').ok_or(())?;
        Ok(Self { epoch: epoch.parse().map_err(|_| ())?, version: version.parse().map_err(|_| ())? })
    }
}
