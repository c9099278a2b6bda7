//! Reports faults of the server to Sentry: requests that were answered 500 and above, jobs that failed, and panics. A report has the code of the error, the
//! route, the id of the request and the place of a panic, and no text: the cause in the log, which may quote a row, is found by the id.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use sentry_core::protocol::{Event, Exception, Level};
use sentry_core::{Client, ClientOptions, Envelope, Transport};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::outgoing;
use crate::config::{ConfigError, Environment};
use crate::error::ErrorCode;
use crate::request_id;

/// Reports that wait to be sent. Further ones are dropped: a fault of every request must not fill the memory.
const MAX_WAITING: usize = 100;

static CLIENT: OnceLock<Arc<Client>> = OnceLock::new();

/// What sends reports. `stop` sends those that wait.
pub struct Reports(Option<(JoinHandle<()>, CancellationToken)>);

impl Reports {
    /// Begins to report if the settings have an address. Must be called on the runtime that sends.
    ///
    /// # Errors
    /// If the address can't be used. It is a secret and not part of the text.
    pub fn start(dsn: Option<&SecretString>, environment: Environment) -> Result<Self, ConfigError> {
        let Some(dsn) = dsn else { return Ok(Self(None)) };
        let unusable = |why: &str| ConfigError(format!("SENTRY_DSN can't be used: {why}."));
        let dsn: sentry_core::types::Dsn =
            dsn.expose_secret().parse().map_err(|_| unusable("it is no address of a project"))?;
        let (sender, receiver) = mpsc::channel(MAX_WAITING);
        let client = outgoing::client().map_err(|why| unusable(&why))?;
        let url = dsn.envelope_api_url().to_string();
        let auth = dsn.to_auth(Some("landfall")).to_string();
        let stop = CancellationToken::new();
        let sending = Handle::current().spawn(send_all(Address { client, url, auth }, receiver, stop.clone()));
        let mut options = ClientOptions::new()
            .release(concat!("landfall@", env!("CARGO_PKG_VERSION")))
            .environment(environment.into_str())
            .default_integrations(false)
            .transport(Arc::new(Queue(sender)));
        options.dsn = Some(dsn);
        if CLIENT.set(Arc::new(Client::with_options(options))).is_err() {
            return Err(unusable("faults are reported already"));
        }
        report_panics();
        tracing::info!("faults are reported to Sentry");
        Ok(Self(Some((sending, stop))))
    }

    /// Sends what waits, for 5 s at most.
    pub async fn stop(self) {
        if let Some((sending, stop)) = self.0 {
            stop.cancel();
            let _ = tokio::time::timeout(Duration::from_secs(5), sending).await;
        }
    }
}

/// A request was answered 500 or above. `route`: method and template of the document.
pub fn request(code: ErrorCode, method: &str, route: &str, request_id: &str) {
    report(format!("{}: {method} {route}", code.into_str()), || {
        [("code", code.into_str()), ("method", method), ("route", route), ("request_id", request_id)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into()
    });
}

/// A step of a job failed.
pub fn job(kind: &'static str, code: ErrorCode) {
    report(format!("{}: job {kind}", code.into_str()), || {
        [("code", code.into_str()), ("job", kind)].map(|(name, value)| (name.to_owned(), value.to_owned())).into()
    });
}

fn report(title: String, tags: impl FnOnce() -> BTreeMap<String, String>) {
    let Some(client) = CLIENT.get() else { return };
    let exception = Exception { ty: title.clone(), ..Exception::default() };
    let event = Event {
        level: Level::Error,
        fingerprint: vec!["landfall".into(), title.into()].into(),
        exception: vec![exception].into(),
        tags: tags().into_iter().collect(),
        ..Event::default()
    };
    client.capture_event(event, None);
}

/// The message of a panic may quote a value, so only its place is reported.
fn report_panics() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map_or_else(|| "unknown".to_owned(), |at| format!("{}:{}", at.file(), at.line()));
        report(format!("panic at {place}"), || {
            request_id::current().map(|id| ("request_id".to_owned(), id)).into_iter().collect()
        });
        before(panic);
    }));
}

/// Passes reports on to the task that sends them, from any thread.
struct Queue(mpsc::Sender<Envelope>);

impl Transport for Queue {
    fn send_envelope(&self, envelope: Envelope) {
        let _ = self.0.try_send(envelope);
    }
}

/// Where reports are sent.
struct Address {
    client: reqwest::Client,
    url: String,
    /// The value of the header that Sentry reads.
    auth: String,
}

/// Sends reports one after the other. After `stop`, it sends those that wait, and ends.
async fn send_all(to: Address, mut reports: mpsc::Receiver<Envelope>, stop: CancellationToken) {
    let mut is_away = false;
    loop {
        let report = tokio::select! {
            report = reports.recv() => report,
            () = stop.cancelled() => {
                reports.close();
                reports.recv().await
            }
        };
        let Some(report) = report else { return };
        let mut body = Vec::new();
        if report.to_writer(&mut body).is_err() {
            continue;
        }
        let request = to.client.post(&to.url).header("x-sentry-auth", &to.auth).body(body);
        let sent =
            request.send().await.and_then(reqwest::Response::error_for_status).map_err(|error| error.without_url());
        if let Err(error) = &sent
            && !is_away
        {
            tracing::warn!(%error, "a fault could not be reported to Sentry");
        }
        is_away = sent.is_err();
    }
}
