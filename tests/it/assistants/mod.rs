//! `/api/assistants/*`, and assistants in push, pull, export and import.

mod compat;
mod conflicts;
mod lists;
mod refusals;
mod review;
mod sync;
mod transfer;
mod write;

use serde_json::{Value, json};

use crate::support::{TestApp, TestUser};

/// An administrator.
pub async fn admin(app: &TestApp, name: &str) -> TestUser {
    let anonymous = app.anonymous();
    let body = json!({ "email": format!("{name}@example.com"), "name": name, "role": "admin" });
    let answer = anonymous.post("/api/auth/dev/sign-in", &body).await.expect(200);
    TestUser {
        id: answer["user"]["id"].as_str().unwrap().to_owned(),
        token: answer["token"].as_str().map(str::to_owned),
        ..anonymous
    }
}

/// A body that creates an assistant.
pub fn assistant(title: &str) -> Value {
    json!({ "title": title, "desc": format!("{title} in short"), "prompt": "You help.", "tags": ["sea"], "isPublic": true })
}

/// Creates an assistant and returns it.
pub async fn create(user: &TestUser, title: &str) -> Value {
    user.post("/api/assistants", &assistant(title)).await.expect(201)
}

pub fn path(assistant: &Value) -> String {
    format!("/api/assistants/{}", assistant["id"].as_str().unwrap())
}

/// Sets the status of an assistant as an administrator.
pub async fn decide(admin: &TestUser, assistant: &Value, status: &str) -> Value {
    admin.patch(&format!("{}/status", path(assistant)), &json!({ "status": status })).await.expect(200)
}

/// Creates an assistant, asks for a review, and publishes it.
pub async fn publish(user: &TestUser, admin: &TestUser, body: &Value) -> Value {
    let mut body = body.clone();
    body["status"] = json!("pending");
    let created = user.post("/api/assistants", &body).await.expect(201);
    decide(admin, &created, "published").await
}
