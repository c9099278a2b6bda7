//! Limits: of values in every way to store them, of answers in bytes, and quotas.

mod answers;
mod conflicts;
mod largest_row;
mod recount;
mod rows;
mod ways_to_store;

use landfall::config::Env;
use serde_json::{Value, json};

use crate::support::{Answer, TestApp, TestDatabase, TestUser};

/// A server with these settings.
async fn configured<const N: usize>(settings: [(&str, &str); N]) -> TestApp {
    TestApp::configured(TestDatabase::migrated().await, Env::from_pairs(settings)).await
}

/// One push by a new device.
async fn push(user: &TestUser, mutations: &[Value]) -> Answer {
    let client = uuid::Uuid::new_v4().to_string();
    user.post("/api/sync", &json!({ "clientId": client, "mutations": mutations, "limit": 1 })).await
}

fn put(id: i64, collection: &str, key: &str, value: Value) -> Value {
    json!({ "id": id, "collection": collection, "op": "put", "key": key, "baseRevision": 0, "value": value })
}
