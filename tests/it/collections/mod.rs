//! `/api/collections/*`, and each rule that a collection can declare.

mod extra;
mod further;
mod references;
mod refusals;
mod registry;
mod rows;
mod secrets;
mod unique;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, TestUser, send};

pub fn address(collection: &str, id: &str) -> String {
    format!("/api/collections/{collection}/{id}")
}

pub async fn put(user: &TestUser, collection: &str, id: &str, value: Value, base_revision: i64) -> Answer {
    put_body(user, collection, id, json!({ "value": value, "baseRevision": base_revision })).await
}

pub async fn put_body(user: &TestUser, collection: &str, id: &str, body: Value) -> Answer {
    send(user.request(Method::PUT, &address(collection, id)).json(&body)).await
}

/// Creates a row that its collection must accept.
pub async fn create(user: &TestUser, collection: &str, id: &str, value: Value) {
    put(user, collection, id, value, 0).await.expect(201);
}

pub async fn read(user: &TestUser, collection: &str, id: &str) -> Answer {
    user.get(&format!("{}?includeDeleted=1", address(collection, id))).await
}
