//! The shared state of a load's tasks: the servers, the progress, and the first fault.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, RwLock};
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::Value;

use crate::support::{Answer, Fault, FaultKind, TestUser, Verdict, try_send};

/// The pause between two attempts.
const PAUSE: Duration = Duration::from_millis(20);
/// No outage of these tests is longer.
const TIMEOUT: Duration = Duration::from_secs(60);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outage {
    /// The servers may have more to do than this machine can: a `busy` with its `Retry-After` is no fault, since nothing was stored and the SDK repeats it
    /// without a word to its caller. Every other 503 is, and so is a request that is not answered in any other way in [`TIMEOUT`].
    Overload,
    /// Servers may end during requests.
    Servers,
    /// The servers stay up and answer 503 while the database is unavailable.
    Database,
}

impl Outage {
    /// Whether a client repeats a request with this answer. Otherwise the answer counts.
    fn repeats(self, answer: &Answer) -> bool {
        match self {
            Self::Overload => answer.status == 503 && answer.code() == "busy",
            Self::Servers | Self::Database => answer.status == 503,
        }
    }
}

/// A request that can be sent again unchanged.
pub struct Request {
    pub method: Method,
    pub path: String,
    pub body: Option<Value>,
}

pub struct LoadState {
    pub servers: RwLock<Vec<String>>,
    pub outage: Outage,
    /// Writers end after their current request.
    pub stopping: AtomicBool,
    /// All writers have ended.
    pub all_written: AtomicBool,
    acknowledged: AtomicUsize,
    refused: AtomicUsize,
    fault: Mutex<Option<Fault>>,
}

impl LoadState {
    pub fn new(servers: Vec<String>, outage: Outage) -> Self {
        Self {
            servers: RwLock::new(servers),
            outage,
            stopping: AtomicBool::new(false),
            all_written: AtomicBool::new(false),
            acknowledged: AtomicUsize::new(0),
            refused: AtomicUsize::new(0),
            fault: Mutex::new(None),
        }
    }

    /// Sends a request until it is answered, each time to the next server. Returns the answer and the number of attempts.
    pub async fn until_answered(&self, user: &TestUser, request: &Request) -> Result<(Answer, usize), Fault> {
        let deadline = Instant::now() + TIMEOUT;
        for attempt in 1.. {
            let server = {
                let servers = self.servers.read().unwrap();
                servers[attempt % servers.len()].clone()
            };
            let builder = user.at(&server).request(request.method.clone(), &request.path);
            let sent = match &request.body {
                Some(body) => try_send(builder.json(body)).await,
                None => try_send(builder).await,
            };
            match sent {
                Ok(answer) if self.outage.repeats(&answer) => {
                    let Some(wanted) = retry_after(&answer) else {
                        return Err(Fault::new(FaultKind::Answer, "a 503 without Retry-After"));
                    };
                    self.refused.fetch_add(1, Ordering::SeqCst);
                    if self.outage == Outage::Overload {
                        tokio::time::sleep(wanted).await;
                    }
                }
                Ok(answer) => return Ok((answer, attempt)),
                Err(_) if self.outage == Outage::Servers => {}
                Err(error) => return Err(Fault::new(FaultKind::Answer, format!("no answer: {error}"))),
            }
            if Instant::now() > deadline {
                break;
            }
            tokio::time::sleep(PAUSE).await;
        }
        Err(Fault::new(FaultKind::Stuck, format!("{} {}: no answer for {TIMEOUT:?}", request.method, request.path)))
    }

    /// How many requests were answered with a 503 that was repeated.
    pub fn refused(&self) -> usize {
        self.refused.load(Ordering::SeqCst)
    }

    pub fn count_acknowledged(&self) {
        self.acknowledged.fetch_add(1, Ordering::SeqCst);
    }

    pub fn report(&self, fault: &Fault) {
        self.fault.lock().unwrap().get_or_insert_with(|| fault.clone());
    }

    /// Waits until `more` further writes are acknowledged.
    ///
    /// # Errors
    /// [`FaultKind::Stuck`] after `secs` seconds.
    pub async fn until_acknowledged(&self, more: usize, secs: u64) -> Verdict {
        self.until(&self.acknowledged, more, secs, "writes were acknowledged").await
    }

    /// Waits until `more` further requests are answered 503.
    pub async fn until_refused(&self, more: usize, secs: u64) -> Verdict {
        self.until(&self.refused, more, secs, "requests were answered 503").await
    }

    async fn until(&self, counter: &AtomicUsize, more: usize, secs: u64, what: &str) -> Verdict {
        let goal = counter.load(Ordering::SeqCst) + more;
        let deadline = Instant::now() + Duration::from_secs(secs);
        while counter.load(Ordering::SeqCst) < goal {
            if let Some(fault) = self.fault.lock().unwrap().clone() {
                return Err(fault);
            }
            if Instant::now() > deadline {
                let missing = goal - counter.load(Ordering::SeqCst);
                let detail = format!("after {secs} s only {} of {more} {what}", more - missing);
                return Err(Fault::new(FaultKind::Stuck, detail));
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Ok(())
    }
}

/// The pause that an answer asks for.
fn retry_after(answer: &Answer) -> Option<Duration> {
    let secs = answer.headers.get("retry-after")?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(secs))
}

#[test]
fn busy_is_repeated_where_time_is_short_and_other_refusals_are_not() {
    let answer = |status: u16, code: &str| {
        let json = serde_json::json!({ "status": status, "code": code });
        Answer { status, headers: reqwest::header::HeaderMap::new(), text: json.to_string(), json }
    };
    for (outage, busy, away) in [(Outage::Overload, true, false), (Outage::Database, true, true)] {
        assert_eq!(outage.repeats(&answer(503, "busy")), busy, "{outage:?}");
        assert_eq!(outage.repeats(&answer(503, "database_unavailable")), away, "{outage:?}");
        assert!(!outage.repeats(&answer(500, "busy")), "{outage:?}");
    }
}
