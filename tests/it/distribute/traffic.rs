//! Requests of every subject, for one user.

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::assistants::{assistant, path};
use crate::collections::create;
use crate::support::{TestUser, asset, message, png, put, send};

fn mutation(id: i64, collection: &str, key: &str, value: Value) -> Value {
    json!({ "id": id, "collection": collection, "op": "put", "key": key, "baseRevision": 0, "value": value })
}

/// What a user stored, as later reads show it.
pub struct Stored {
    pub session: String,
    pub file: String,
}

/// Writes, reads and deletes rows of every kind, and uploads files.
pub async fn write_everything(user: &TestUser) -> Stored {
    let session = user.chat().await;
    let batch =
        json!({ "messages": [message(&session, "t-1", "The tide turns."), message(&session, "t-2", "At six.")] });
    user.post("/api/chat/messages/batch", &batch).await.expect(200);
    user.post("/api/chat/messages/batch", &batch).await.expect(200);
    let gone = user.chat().await;
    user.patch(&format!("/api/chat/sessions/{gone}"), &json!({ "title": "Quay" })).await.expect(200);
    user.delete(&format!("/api/chat/sessions/{gone}")).await;
    user.put("/api/projects/p", &json!({ "name": "a", "baseRevision": 0, "mutationId": "m" })).await.expect(201);
    user.put("/api/projects/q", &json!({ "name": "b", "parentId": "p", "baseRevision": 0 })).await.expect(201);
    user.put("/api/projects/r", &json!({ "name": "c", "baseRevision": 0 })).await.expect(201);
    user.delete("/api/projects/r").await;
    create(user, "tags", "sea", json!({ "name": "sea" })).await;
    create(user, "rules", "r", json!({ "name": "a", "content": "b" })).await;
    create(user, "tagRuleLinks", "l", json!({ "tagId": "sea", "ruleId": "r" })).await;
    user.delete("/api/collections/rules/r?baseRevision=1").await;
    let temp =
        json!({ "sessionId": session, "role": "user", "content": "By push.", "createdAt": "2026-11-21T08:00:00.000Z" });
    let push = json!({ "clientId": "device", "limit": 200, "mutations": [
        mutation(1, "tags", "land", json!({ "name": "land" })),
        mutation(2, "projects", "s", json!({ "name": "by push" })),
        { "id": 3, "collection": "chatMessages", "op": "put", "key": "t-3", "value": temp },
        { "id": 4, "collection": "tags", "op": "delete", "key": "sea", "baseRevision": 1 },
    ] });
    for _ in 0..2 {
        let pushed = user.post("/api/sync", &push).await.expect(200);
        assert_eq!(pushed["results"].as_array().unwrap().len(), 4, "{pushed}");
    }
    let file = files(user).await;
    let market = user.post("/api/assistants", &assistant("Harbour master")).await.expect(201);
    user.patch(&path(&market), &json!({ "title": "Pilot", "version": market["version"] })).await;
    Stored { session, file }
}

/// Imports rows of several kinds: new and changed ones, equal and different ones of one name, links to each of them, and links to nothing. A repeat
/// changes nothing, and a document that replaces deletes what it does not name.
pub async fn import(user: &TestUser) {
    let session = uuid::Uuid::new_v4().to_string();
    let message = json!({ "id": uuid::Uuid::new_v4().to_string(), "tempId": "i-1", "sessionId": session, "role": "user",
        "content": "Imported.", "createdAt": "2026-11-20T08:00:00.000Z" });
    let document = json!({ "version": 1,
        "tags": [{ "id": "i", "name": "imported" }, { "id": "j", "name": "imported" }, { "id": "k", "name": "land" }],
        "rules": [{ "id": "r1", "name": "same", "content": "a" }, { "id": "r2", "name": "same", "content": "b" }],
        "tagRuleLinks": [{ "id": "l1", "tagId": "j", "ruleId": "r1" }, { "id": "l2", "tagId": "k", "ruleId": "r2" }],
        "projects": [{ "id": "p", "name": "changed", "clientUpdatedAt": "2026-11-20T08:00:00.000Z" }, { "id": "ip", "name": "I", "parentId": "p" },
            { "id": "iq", "name": "Q", "parentId": "none" }],
        "chatSessions": [{ "id": session, "title": "Imported", "projectId": "ip" }],
        "chatMessages": [message] });
    let dry = user.post("/api/import?dryRun=1", &document).await.expect(200);
    let first = user.post("/api/import", &document).await.expect(200);
    assert_eq!(dry["collections"], first["collections"], "a dry run has the counts of the import");
    assert_eq!(first["errors"], json!([]), "{first}");
    let count = |report: &Value, section: &str, of: &str| report["collections"][section][of].as_i64().unwrap();
    let created = ["tags", "rules", "tagRuleLinks", "projects", "chatSessions", "chatMessages"]
        .map(|section| count(&first, section, "created"));
    assert_eq!(created, [1, 2, 2, 2, 1, 1], "{first}");
    assert_eq!(count(&first, "projects", "updated"), 1, "{first}");
    let links = user.get("/api/collections/tagRuleLinks").await.expect(200).to_string();
    assert!(
        links.contains(r#""tagId":"i""#) && links.contains(r#""tagId":"land""#),
        "links lead to the equal rows: {links}"
    );
    assert!(user.get("/api/collections/rules").await.expect(200).to_string().contains("same (2)"));
    let again = user.post("/api/import", &document).await.expect(200);
    for section in ["tags", "rules", "tagRuleLinks", "projects", "chatSessions", "chatMessages"] {
        assert_eq!(
            (count(&again, section, "created"), count(&again, section, "updated")),
            (0, 0),
            "{section}: {again}"
        );
    }
    let rest = json!({ "version": 1, "rules": [{ "id": "r1", "name": "same", "content": "c" }], "tags": [{ "id": "land", "name": "land" }],
        "projects": [{ "id": "p", "name": "b" }, { "id": "q", "name": "a", "parentId": "p" }, { "id": "s", "name": "by push" }] });
    let replaced = user.post("/api/import?mode=replace", &rest).await.expect(200);
    assert!(count(&replaced, "tags", "deleted") >= 1 && count(&replaced, "projects", "deleted") >= 2, "{replaced}");
    assert!(count(&replaced, "rules", "updated") >= 1, "{replaced}");
}

/// The ways of a file: by a link, in parts, and through the server.
async fn files(user: &TestUser) -> String {
    let file = user.upload(300).await;
    let gone = user.upload(200).await;
    user.delete(&format!("/api/assets/{gone}")).await;
    let unfinished = asset(&uuid::Uuid::new_v4().to_string(), 400);
    assert_eq!(put(&user.upload_link(&unfinished).await, png(400)).await, 200);
    let part = Part::bytes(png(100)).file_name("quay.png").mime_str("image/png").unwrap();
    let media = user.request(reqwest::Method::POST, "/api/media/assets").multipart(Form::new().part("file", part));
    send(media).await.expect(201);
    file
}

/// Reads what [`write_everything`] stored.
pub async fn read_everything(user: &TestUser, stored: &Stored) {
    let Stored { session, file } = stored;
    let init = user.get("/api/sync/init?messageLimit=50").await.expect(200);
    assert!(!init["sessions"].as_array().unwrap_or(&Vec::new()).is_empty(), "{init}");
    let messages = user.get(&format!("/api/chat/{session}/messages")).await.expect(200);
    assert_eq!(messages["messages"].as_array().unwrap().len(), 3, "{messages}");
    let projects = user.get("/api/projects").await.expect(200);
    assert!(projects.as_array().unwrap().len() >= 3, "p, q and s: {projects}");
    user.get("/api/projects/p").await.expect(200);
    let tags = user.get("/api/collections/tags").await.expect(200).to_string();
    assert!(tags.contains("land"), "{tags}");
    user.get("/api/chat/sessions").await.expect(200);
    user.get("/api/assets").await.expect(200);
    assert_eq!(user.download(file).await.len(), 300);
    user.get("/api/sync/changes?collections=tags,projects,chatSessions,chatMessages,assets,assistants")
        .await
        .expect(200);
    user.get("/api/export").await.expect(200);
}
