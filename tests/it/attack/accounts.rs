//! Users who ask for more than a user needs.

use std::cell::Cell;
use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use super::connections::{Sockets, head};
use super::setup::Setup;
use crate::support::{TestUser, eventually};

const PROJECTS: usize = 4_000;

/// Projects of which each is in the one before, and the first in `root`.
fn chain(root: Value) -> String {
    let parent = |n: usize| if n == 0 { root.clone() } else { json!(format!("p{}", n - 1)) };
    let projects: Vec<Value> =
        (0..PROJECTS).map(|n| json!({ "id": format!("p{n}"), "name": "x", "parentId": parent(n) })).collect();
    json!({ "projects": projects }).to_string()
}

/// Four users at once: a chain whose root is missing, a cycle, a valid chain, and one user twice.
pub async fn imports_of_chains_and_cycles(setup: &Setup) -> usize {
    let documents = [chain(json!("nowhere")), chain(json!(format!("p{}", PROJECTS - 1))), chain(Value::Null)];
    let mut people = Vec::new();
    for name in ["carl", "dora", "emil"] {
        people.push(setup.attacker(name).await);
    }
    people.push(people[2].clone());
    let imports = people.iter().enumerate().map(|(n, user)| user.post_text("/api/import", documents[n.min(2)].clone()));
    for answer in join_all(imports).await {
        assert!(matches!(answer.status, 200 | 422 | 429 | 503), "{}", answer.text);
    }
    documents.iter().map(String::len).sum()
}

pub async fn reads_that_are_cut_off(setup: &Setup) -> usize {
    let anna = setup.attacker("pages").await;
    let mut sent = 0;
    for _ in 0..4 {
        let mut sockets = Sockets::open(setup, 250).await;
        sockets.send(head(setup, "GET", "/api/sync/init?messageLimit=200", anna.token.as_deref(), "").as_bytes()).await;
        // Dropped at once.
        sent += sockets.hold(Duration::ZERO).await;
    }
    // Their statements end, and no further ones begin.
    let active = "SELECT count(*) AS n FROM pg_stat_activity
                  WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()";
    let idle = Cell::new(0);
    eventually(20, "the reads have ended", || async {
        idle.set(if setup.db.number(active).await == 0 { idle.get() + 1 } else { 0 });
        (idle.get() >= 3).then_some(())
    })
    .await;
    sent
}

pub async fn tokens_that_nobody_has(setup: &Setup) -> usize {
    // One client for all: each new one reads the system's certificates, which takes the tests' thread from the bystander for seconds.
    let anonymous = setup.anonymous();
    let guesses = (0..2_000).map(|n| {
        let guesser = TestUser { token: Some(format!("{n:032x}")), ..anonymous.clone() };
        async move { guesser.get("/api/chat/sessions").await.status }
    });
    let mut guesses: Vec<_> = guesses.collect();
    let sent = guesses.len() * 100;
    while !guesses.is_empty() {
        let some = guesses.split_off(guesses.len().saturating_sub(100));
        assert!(join_all(some).await.into_iter().all(|status| matches!(status, 401 | 429)));
    }
    sent
}

/// An account that has 100,000 sessions from before they were limited.
pub async fn sessions_without_number(setup: &Setup) -> usize {
    let anna = setup.attacker("sessions").await;
    setup.db.add_many_sessions(&anna.id).await;
    let change = json!({ "name": "Anna" });
    anna.post("/api/auth/update-user", &change).await.expect(200);
    assert!(anna.get("/api/auth/list-sessions").await.text.len() < 1024 * 1024);
    // The next sign-in ends 1,000 of them.
    setup.attacker("sessions").await;
    let left = format!("SELECT count(*) AS n FROM session WHERE user_id = '{}'", anna.id);
    assert_eq!(setup.db.number(&left).await, 100_002 - 1_000);
    change.to_string().len()
}

pub async fn event_streams_of_one_person(setup: &Setup) -> usize {
    let anna = setup.attacker("streams").await;
    let mut sockets = Sockets::open(setup, 1_000).await;
    sockets.send(head(setup, "GET", "/api/sync/events", anna.token.as_deref(), "").as_bytes()).await;
    let sent = sockets.hold(Duration::from_secs(3)).await;
    assert!(anna.request(Method::GET, "/api/sync/changes").send().await.unwrap().status().is_success());
    sent
}
