//! The forms in which LiteChat writes its files beside a full export.

use serde_json::{Value, json};

use crate::support::{TestApp, TestUser, assert_problem};

const DAY: &str = "2025-04-01T06:30:00.000Z";

async fn exported(user: &TestUser, section: &str) -> Vec<Value> {
    let document = user.get("/api/export").await.expect(200);
    document[section].as_array().unwrap().clone()
}

fn ids(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["id"].as_str().unwrap()).collect()
}

fn conversation(id: &str, project: Option<&str>) -> Value {
    let interaction = json!({ "id": format!("i-{id}"), "conversationId": id, "index": 0, "response": "six" });
    json!({ "conversation": { "id": id, "title": "Tide", "projectId": project }, "interactions": [interaction] })
}

#[tokio::test]
async fn agents_are_templates_and_servers_are_a_setting() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let servers = json!([{ "id": "m1", "name": "Local", "url": "http://localhost:1" }]);
    let document = json!({
        "version": 1, "exportedAt": DAY,
        "settings": { "theme": "dark" },
        "mcpServers": servers,
        "promptTemplates": [{ "id": "p1", "name": "Plain", "prompt": "x", "type": "prompt" }],
        "agents": [
            { "id": "ag1", "name": "Pilot", "prompt": "x", "type": "agent" },
            { "id": "tk1", "name": "Dock", "prompt": "y", "type": "task", "parentId": "ag1" },
            { "id": "bad", "name": "", "prompt": "z" },
        ],
    });
    let report = anna.post("/api/import", &document).await.expect(200);
    assert_eq!(report["ignored"], json!([]));
    assert_eq!(report["errors"][0]["pointer"], "/agents/2/name", "{report}");
    let counts = &report["collections"];
    assert_eq!((&counts["promptTemplates"]["created"], &counts["settings"]["created"]), (&json!(3), &json!(2)));
    let templates = exported(&anna, "promptTemplates").await;
    assert_eq!(ids(&templates), ["ag1", "p1", "tk1"]);
    assert_eq!(templates[2]["parentId"], "ag1");
    let setting = anna.get("/api/collections/settings/mcpServers").await.expect(200);
    assert_eq!(setting["value"]["value"], servers);
}

#[tokio::test]
async fn replacing_by_agents_alone_keeps_the_other_templates() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let plain = json!({ "id": "p1", "name": "Plain", "prompt": "x" });
    let pilot = json!({ "id": "ag1", "name": "Pilot", "prompt": "x", "type": "agent" });
    anna.post("/api/import", &json!({ "version": 1, "promptTemplates": [plain], "settings": { "theme": 1 } }))
        .await
        .expect(200);
    anna.post("/api/import?mode=replace", &json!({ "version": 1, "agents": [pilot], "mcpServers": [] }))
        .await
        .expect(200);
    assert_eq!(ids(&exported(&anna, "promptTemplates").await), ["ag1", "p1"]);
    assert_eq!(anna.get("/api/collections/settings/theme").await.status, 200);
    let both = json!({ "version": 1, "promptTemplates": [], "agents": [pilot] });
    anna.post("/api/import?mode=replace", &both).await.expect(200);
    assert_eq!(ids(&exported(&anna, "promptTemplates").await), ["ag1"], "the document has the whole section");
}

#[tokio::test]
async fn project_comes_with_the_projects_and_chats_in_it() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let project = |id: &str, parent: Option<&str>| json!({ "id": id, "name": id, "path": format!("/{id}"), "parentId": parent, "createdAt": DAY, "updatedAt": DAY });
    let inner = json!({ "project": project("pr3", Some("pr2")), "children": [conversation("c2", Some("pr3"))] });
    let document = json!({ "project": project("pr1", None), "children": [
        { "project": project("pr2", Some("pr1")), "children": [inner] },
        conversation("c1", Some("pr1")),
        { "conversation": { "id": "c3", "title": 7 } },
        "text",
    ]});
    let report = anna.post("/api/import", &document).await.expect(200);
    let pointers: Vec<&str> =
        report["errors"].as_array().unwrap().iter().map(|one| one["pointer"].as_str().unwrap()).collect();
    assert_eq!(pointers, ["/children/2/conversation/title", "/children/3"], "{report}");
    assert_eq!(ids(&exported(&anna, "projects").await), ["pr1", "pr2", "pr3"]);
    let conversations = exported(&anna, "conversations").await;
    assert_eq!((ids(&conversations), &conversations[1]["projectId"]), (vec!["c1", "c2"], &json!("pr3")));
    assert_eq!(ids(&exported(&anna, "interactions").await), ["i-c1", "i-c2"]);
    let again = anna.post("/api/import", &document).await.expect(200);
    assert_eq!(again["collections"]["projects"]["unchanged"], 3);
    assert_problem(&anna.post("/api/import?mode=replace", &document).await, 422, "validation_failed", "/query/mode");
}

#[tokio::test]
async fn list_of_conversations_is_a_document() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let all: Vec<Value> = (0..300).map(|n| conversation(&format!("c{n:03}"), None)).collect();
    let report = anna.post("/api/import", &json!(all)).await.expect(200);
    assert_eq!(report["collections"]["conversations"]["created"], 300, "{report}");
    assert_eq!(exported(&anna, "interactions").await.len(), 300);
    assert_problem(&anna.post("/api/import", &json!([])).await, 422, "validation_failed", "");
    assert_problem(
        &anna.post("/api/import", &json!([{ "messages": [] }])).await,
        422,
        "validation_failed",
        "/0/messages",
    );
    assert_problem(&anna.post("/api/import?mode=replace", &json!(all)).await, 422, "validation_failed", "/query/mode");
}

#[tokio::test]
async fn documents_are_inside_of_each_other_up_to_a_depth() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let mut document = json!({ "project": { "id": "p99", "name": "p99" } });
    for depth in (0..99).rev() {
        document = json!({ "project": { "id": format!("p{depth:02}"), "name": "p" }, "children": [document] });
    }
    let report = anna.post("/api/import", &document).await.expect(200);
    assert_eq!(report["collections"]["projects"]["created"], 65, "{report}");
    assert_eq!(report["errors"][0]["code"], "too_deep");
}
