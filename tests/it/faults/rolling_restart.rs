//! Two servers behind a load balancer are replaced one after the other while clients write, pull and listen. No request fails: a 503, an answer that is cut
//! and a refused connection are faults. A `busy` is none: the server that stays has twice the load meanwhile, and the SDK repeats such a request.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::json;

use super::balancer::Balancer;
use super::load::Load;
use super::load_state::Outage;
use crate::support::{
    Process, SECRET, SeededRng, TestDatabase, TestUser, Verdict, assert_sound, eventually, figure, http_client,
    storage_settings, test_storage,
};
use crate::sync::events::Stream;

/// How long a server goes on to serve after SIGTERM: several probes of the balancer.
const DRAIN_SECS: &str = "2";

struct Fleet {
    db: TestDatabase,
    balancer: Balancer,
    servers: Vec<Process>,
    data: tempfile::TempDir,
}

impl Fleet {
    async fn start() -> Self {
        let (db, balancer) = (TestDatabase::migrated().await, Balancer::start().await);
        let data = tempfile::tempdir().unwrap();
        let mut fleet = Self { db, balancer, servers: Vec::new(), data };
        for _ in 0..2 {
            fleet.add_server().await;
        }
        fleet
    }

    async fn add_server(&mut self) {
        let storage = storage_settings(&test_storage());
        let mut settings = vec![
            ("LANDFALL_PUBLIC_URL", self.balancer.url.as_str()),
            ("LANDFALL_SECRET", SECRET),
            ("LANDFALL_DRAIN_SECS", DRAIN_SECS),
            ("DATABASE_POOL_SIZE", "8"),
        ];
        settings.extend(storage.iter().map(|(name, value)| (*name, value.as_str())));
        let server = Process::over(&self.db, self.data.path(), &settings).await;
        self.balancer.add(&server.url).await;
        self.servers.push(server);
    }

    /// Ends the older server and starts another one.
    async fn replace_one(&mut self, load: &Load) -> Verdict {
        load.state.until_acknowledged(20, 60).await?;
        let mut old = self.servers.remove(0);
        old.signal(Signal::TERM);
        eventually(10, "the balancer leaves the server out", || async {
            (!self.balancer.uses(&old.url)).then_some(())
        })
        .await;
        assert!(old.end().await.success());
        self.balancer.remove(&old.url);
        load.state.until_acknowledged(20, 60).await?;
        self.add_server().await;
        load.state.until_acknowledged(20, 60).await
    }
}

/// A device that listens, and opens its stream again from its last event when the stream ends. The newest version that it was told, when that is `until`.
async fn listen(user: TestUser, until: tokio::sync::watch::Receiver<i64>) -> i64 {
    let (mut newest, mut last_id) = (-1, None);
    let mut stream = Stream::open(&user, None).await;
    loop {
        match stream.next_version().await {
            Some((version, id)) => {
                assert!(version >= newest, "the version went back from {newest} to {version}");
                (newest, last_id) = (version, Some(id));
            }
            // The server closes the connection of an ended stream. Browsers send the request again on another one, this client needs to be told.
            None => {
                let again = TestUser { http: http_client(), ..user.clone() };
                stream = Stream::open(&again, last_id.as_deref()).await;
            }
        }
        if *until.borrow() == newest {
            return newest;
        }
    }
}

/// Restarts servers, one at a time, until `lasts` has passed and each was replaced once.
async fn roll(lasts: Duration, rng: &SeededRng) -> Verdict {
    let mut fleet = Fleet::start().await;
    let load = Load::with_users("user", vec![fleet.balancer.url.clone()], Outage::Overload, rng).await;
    // With the four devices that only listen these are sixteen clients.
    let (tell_end, until) = tokio::sync::watch::channel(i64::MAX);
    let mut listeners = Vec::new();
    for number in 0..4 {
        let user = TestUser::sign_in(&fleet.balancer.url, &format!("listener-{number}")).await;
        listeners.push((user.clone(), tokio::spawn(listen(user, until.clone()))));
    }
    let (end, mut restarts) = (Instant::now() + lasts, 0);
    while restarts < 2 || Instant::now() < end {
        fleet.replace_one(&load).await?;
        restarts += 1;
        for (user, _) in &listeners {
            user.chat().await;
        }
    }
    let state = load.state.clone();
    let rows = load.finish().await?;
    println!("{rows} rows were written during {restarts} restarts, {} times busy", state.refused());
    // Every listener had the same number of writes.
    tell_end.send_replace(restarts + 1);
    for (user, listener) in listeners {
        user.chat().await;
        assert_eq!(listener.await.unwrap(), restarts + 1);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn rolling_restart_under_load_fails_no_request() {
    let rng = SeededRng::new();
    assert_sound(roll(Duration::ZERO, &rng).await, &rng.replay("faults::rolling_restart"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long: make soak"]
async fn rolling_restarts_for_minutes_fail_no_request_of_sixteen_clients() {
    let rng = SeededRng::new();
    let lasts = Duration::from_secs(figure("LANDFALL_ROLLING_MINUTES", 10) as u64 * 60);
    assert_sound(roll(lasts, &rng).await, &rng.replay("faults::rolling_restart -- --ignored"));
}

#[tokio::test]
async fn server_that_stops_is_not_ready_and_still_serves() {
    let db = TestDatabase::migrated().await;
    let data = tempfile::tempdir().unwrap();
    let mut server = Process::over(&db, data.path(), &[("LANDFALL_DRAIN_SECS", "60")]).await;
    let anna = TestUser::sign_in(&server.url, "anna").await;
    assert!(!anna.get("/health/ready").await.headers.contains_key("connection"));
    server.signal(Signal::TERM);
    let ready = eventually(10, "it is not ready", || async {
        let ready = anna.get("/health/ready").await;
        (ready.status == 503).then_some(ready)
    })
    .await;
    assert_eq!(ready.json, json!({ "status": "stopping", "checks": { "database": "ok", "storage": "ok" } }));
    anna.get("/health/live").await.expect(200);
    let written = anna.post("/api/chat/sessions", &json!({ "title": "Last words" })).await;
    assert_eq!((written.status, written.headers["connection"].to_str().unwrap()), (201, "close"));
    // Refusals end their connections too.
    let refused = anna.get("/api/nothing").await;
    assert_eq!((refused.status, refused.headers["connection"].to_str().unwrap()), (404, "close"));
    // A second signal ends the wait.
    server.signal(Signal::TERM);
    let ended = tokio::time::timeout(Duration::from_secs(20), server.end()).await;
    assert!(ended.expect("the server waits for the whole time").success());
}
