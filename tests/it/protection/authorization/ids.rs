//! One id of every kind that a user can have, and the same for ids that do not exist.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{TestApp, TestUser, message, send};

/// A text in all of Ben's data.
pub const CANARY: &str = "canary-of-ben";

/// Each collection with a row, in an order in which referenced rows come first.
fn rows(id: &str) -> Vec<(&'static str, Value)> {
    let kdf = json!({ "name": "PBKDF2", "salt": "c2FsdA", "iterations": 600_000 });
    let sealed = json!({
        "alg": "A256GCM", "kid": "ben-1", "iv": "MDEyMzQ1Njc4OWFi", "ciphertext": "MDEyMzQ1Njc4OWFiY2RlZg", "kdf": kdf,
    });
    vec![
        ("settings", json!({ "value": CANARY })),
        ("tags", json!({ "name": CANARY })),
        ("rules", json!({ "name": CANARY, "content": CANARY })),
        ("tagRuleLinks", json!({ "tagId": id, "ruleId": id })),
        ("syncRepos", json!({ "name": CANARY, "remoteUrl": "https://example.com/r.git" })),
        ("providerConfigs", json!({ "name": CANARY, "type": "openai" })),
        ("conversations", json!({ "title": CANARY })),
        ("interactions", json!({ "conversationId": id, "index": 0, "response": CANARY })),
        ("mods", json!({ "name": CANARY, "scriptContent": CANARY })),
        ("promptTemplates", json!({ "name": CANARY, "prompt": CANARY })),
        ("workflows", json!({ "name": CANARY })),
        ("marketplaceSources", json!({ "name": CANARY, "url": "https://example.org/m.json" })),
        ("marketplaceIndexes", json!({ "index": CANARY })),
        ("installedMarketplaceItems", json!({ "sourceId": id, "package": CANARY })),
        ("apiKeys", json!({ "name": CANARY, "sealed": sealed })),
    ]
}

/// The ids that a request needs.
pub struct Ids {
    pub session: String,
    pub message: String,
    pub temp_id: String,
    pub project: String,
    /// The id of a row in each collection.
    pub row: String,
    pub asset: String,
    pub assistant: String,
    /// The last cursor of `/api/sync/changes`.
    pub cursor: String,
    /// The ids of the user and of the session.
    pub user: String,
    pub sign_in: String,
}

impl Ids {
    pub fn collections() -> impl Iterator<Item = &'static str> {
        rows("").into_iter().map(|(collection, _)| collection)
    }

    pub async fn of_everything(user: &TestUser) -> Self {
        let row = "row-of-ben".to_owned();
        let session = user.post("/api/chat/sessions", &json!({ "title": CANARY })).await.expect(201);
        let session = session["id"].as_str().unwrap().to_owned();
        let batch = json!({ "messages": [message(&session, "temp-of-ben", CANARY)] });
        let sent = user.post("/api/chat/messages/batch", &batch).await.expect(200);
        let project = json!({ "id": "project-of-ben", "name": CANARY, "data": { "text": CANARY } });
        user.post("/api/projects", &project).await.expect(201);
        for (collection, value) in rows(&row) {
            let body = json!({ "value": value, "baseRevision": 0 });
            user.put(&format!("/api/collections/{collection}/{row}"), &body).await.expect(201);
        }
        let registry = user.get("/api/collections").await.expect(200);
        let known = registry["items"].as_array().or(registry.as_array()).unwrap().len();
        assert_eq!(Self::collections().count(), known, "a collection has no row here");
        Self {
            session,
            message: sent["messages"][0]["id"].as_str().unwrap().to_owned(),
            temp_id: "temp-of-ben".to_owned(),
            project: "project-of-ben".to_owned(),
            row,
            asset: asset_of(user).await,
            assistant: assistant_of(user).await,
            cursor: cursor_of(user).await,
            user: user.id.clone(),
            sign_in: user.get("/api/auth/get-session").await.expect(200)["session"]["id"].as_str().unwrap().to_owned(),
        }
    }

    /// Ids that do not exist. A cursor holds no secret, so it is kept.
    pub fn of_nothing(app: &TestApp, cursor: &str) -> Self {
        let new = || app.random_id();
        Self {
            session: new(),
            message: new(),
            temp_id: new(),
            project: new(),
            row: new(),
            asset: new(),
            // A nanoid has no blanks and is as long as this.
            assistant: new().replace('-', "").chars().take(21).collect(),
            cursor: cursor.to_owned(),
            user: new(),
            sign_in: new(),
        }
    }
}

/// A pending asset, whose bytes are never uploaded.
async fn asset_of(user: &TestUser) -> String {
    let id = uuid::Uuid::new_v4().to_string();
    let asset = json!({ "id": id, "fileName": format!("{CANARY}.png"), "mimeType": "image/png", "size": 100 });
    let body = json!({ "operation": "upload", "assets": [asset] });
    let answer = user.post("/api/assets/presign", &body).await;
    assert!(matches!(answer.status, 200 | 404), "{}", answer.text);
    id
}

/// A draft, which only its owner reads.
async fn assistant_of(user: &TestUser) -> String {
    let body = json!({ "tempId": "temp-of-ben", "title": CANARY, "desc": CANARY, "prompt": CANARY, "isPublic": true });
    user.post("/api/assistants", &body).await.expect(201)["id"].as_str().unwrap().to_owned()
}

async fn pull(user: &TestUser) -> Value {
    user.get("/api/sync/changes?limit=200").await.expect(200)
}

async fn cursor_of(user: &TestUser) -> String {
    pull(user).await["cursor"].as_str().unwrap().to_owned()
}

/// All data that a user can read, for a comparison.
pub async fn everything(user: &TestUser) -> Value {
    let changes = pull(user).await["changes"].clone();
    let sessions = user.get("/api/chat/sessions").await.expect(200);
    let projects = user.get("/api/projects?includeDeleted=1").await.expect(200);
    let sign_in = send(user.request(Method::GET, "/api/auth/get-session")).await.expect(200);
    json!([changes, sessions, projects, sign_in["user"], sign_in["session"]["id"]])
}
