//! Live events: a stream of the user's new versions.

use std::time::Duration;

use actix_web::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, get, web};
use futures_util::stream;

use crate::auth::Identity;
use crate::error::ApiError;
use crate::http::CurrentUser;
use crate::state::AppState;
use crate::sync::events::Subscription;

/// Proxies and browsers close streams that are idle for longer.
const HEARTBEAT: Duration = Duration::from_secs(25);

/// Live events (server-sent events).
///
/// Each new version of the user's data is an event, whichever server wrote it: `event: version`, `data: {"version": 7}`, and an `id`. After
/// `Last-Event-ID`, missed versions arrive at once as one event. Clients pull the changed rows. A comment every 25 s keeps the connection open. The
/// stream ends with the session.
#[utoipa::path(tag = "sync", extensions(("x-rate-limit" = json!("sync"))), params(("Last-Event-ID" = Option<String>, Header, description = "The `id` of the last received event.")), responses(
    (status = 200, description = "A stream of events without an end.", body = String, content_type = "text/event-stream"),
))]
#[get("/api/sync/events")]
pub async fn sync_events(
    request: HttpRequest,
    state: web::Data<AppState>,
    caller: CurrentUser,
) -> Result<HttpResponse, ApiError> {
    let seen = request.headers().get("last-event-id").and_then(|id| id.to_str().ok()?.parse::<EventId>().ok());
    // Subscribed before the version is read, so that a write in between is not missed. A second event of a version does no harm.
    let subscription = state.events.subscribe(&caller.owner, 0);
    let version = state.snapshots.version(&caller.owner).await?;
    let missed = seen.is_none_or(|seen| seen.epoch != state.epoch || seen.version < version);
    let first = if missed { event(&state, version) } else { Bytes::from_static(b": up to date\n\n") };
    let feed = Feed { state, caller, subscription, sent: version, first: Some(first) };
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
    subscription: Subscription,
    sent: i64,
    first: Option<Bytes>,
}

impl Feed {
    async fn next(mut self) -> Option<(Result<Bytes, ApiError>, Self)> {
        if let Some(first) = self.first.take() {
            return Some((Ok(first), self));
        }
        let chunk = loop {
            match tokio::time::timeout(HEARTBEAT, self.subscription.next()).await {
                Ok(None) => return None,
                Ok(Some(version)) if version > self.sent => {
                    self.sent = version;
                    break event(&self.state, version);
                }
                // The device received this version at the beginning.
                Ok(Some(_)) => {}
                Err(_silence) => break Bytes::from_static(b": heartbeat\n\n"),
            }
        };
        let identity: &Identity = &self.caller;
        // The stream stays open while the database is unavailable.
        let alive = self.state.sessions.is_alive(identity).await.unwrap_or(true);
        alive.then_some((Ok(chunk), self))
    }
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
