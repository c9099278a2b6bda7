//! A user at another address, who writes and reads without a pause, and a probe of `/health/live`.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::task::JoinHandle;

use crate::support::{TestUser, eventually, http_client, http_client_builder, message};

/// A request that takes longer counts as failed.
const TIMEOUT: Duration = Duration::from_secs(20);
/// Requests.
const FEW: usize = 6;
const PAUSE: Duration = Duration::from_millis(20);

/// What the bystander saw since the last look.
#[derive(Default)]
struct Seen {
    requests: usize,
    /// Answers 503, which a loaded machine may need for a moment.
    busy: usize,
    slowest: Duration,
    failures: Vec<String>,
}

pub struct Bystander {
    seen: Arc<Mutex<Seen>>,
    tasks: [JoinHandle<()>; 2],
}

impl Bystander {
    pub async fn start(url: &str, health_url: &str) -> Self {
        let seen = Arc::<Mutex<Seen>>::default();
        let http = http_client_builder().local_address(std::net::IpAddr::from([127, 0, 0, 2])).build().unwrap();
        let ben = TestUser { http, ..TestUser::sign_in(url, "ben").await };
        let session = ben.chat().await;
        let works = tokio::spawn({
            let seen = Arc::clone(&seen);
            async move {
                for number in 0.. {
                    let text = [message(&session, &format!("t-{number}"), "still here")];
                    let sends = ben.request(reqwest::Method::POST, "/api/chat/messages/batch");
                    note(&seen, "messages", sends.json(&json!({ "messages": text }))).await;
                    note(&seen, "page", ben.request(reqwest::Method::GET, "/api/sync/changes?limit=10")).await;
                    tokio::time::sleep(PAUSE).await;
                }
            }
        });
        let probes = tokio::spawn({
            let (seen, http, live) = (Arc::clone(&seen), http_client(), format!("{health_url}/health/live"));
            async move {
                loop {
                    note(&seen, "live", http.get(&live)).await;
                    tokio::time::sleep(PAUSE).await;
                }
            }
        });
        Self { seen, tasks: [works, probes] }
    }

    /// Waits until the bystander has worked through a few requests. The number of requests and the slowest of them since the last call.
    ///
    /// # Panics
    /// Where one of them failed, or more than one in ten were told to come again.
    pub async fn look(&self, attack: &str) -> (usize, Duration) {
        let from = self.seen.lock().unwrap().requests;
        eventually(60, "the bystander works", || async {
            (self.seen.lock().unwrap().requests >= from + FEW).then_some(())
        })
        .await;
        let Seen { requests, busy, slowest, failures } = std::mem::take(&mut *self.seen.lock().unwrap());
        assert!(
            failures.is_empty(),
            "{attack}: {} requests of the bystander failed, first {}",
            failures.len(),
            failures[0]
        );
        assert!(
            busy * 10 <= requests,
            "{attack}: {busy} of {requests} requests of the bystander were answered with 503"
        );
        (requests, slowest)
    }
}

impl Drop for Bystander {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

async fn note(seen: &Mutex<Seen>, name: &str, request: reqwest::RequestBuilder) {
    let started = Instant::now();
    let answer = request.timeout(TIMEOUT).send().await;
    let is_busy = answer.as_ref().is_ok_and(|answer| answer.status() == 503);
    let failure = match answer {
        Ok(_) if is_busy => None,
        Ok(answer) if answer.status() == 200 => answer.bytes().await.err().map(|error| format!("{name}: {error}")),
        Ok(answer) => Some(format!("{name}: {}", answer.status())),
        Err(error) => Some(format!("{name}: {error:?}")),
    };
    let mut seen = seen.lock().unwrap();
    seen.requests += 1;
    seen.busy += usize::from(is_busy);
    seen.slowest = seen.slowest.max(started.elapsed());
    seen.failures.extend(failure);
}
