use serde_json::json;

use super::{admin, assistant, create, publish};
use crate::support::TestApp;

#[tokio::test]
async fn market_client_reads_envelopes() {
    let app = TestApp::start().await;
    let (anna, root) = (app.user("anna").await, admin(&app, "root").await);
    let mut body = assistant("Tides");
    // The client sends what the server sets.
    body["author"] = json!("system");
    body["usageCount"] = json!(7);
    let made = anna.post("/api/compat/assistants", &body).await.expect(201);
    let row = &made["data"];
    assert_eq!((&made["success"], &row["author"], &row["usageCount"]), (&json!(true), &json!("anna"), &json!(0)));
    let at = format!("/api/compat/assistants/{}", row["id"].as_str().unwrap());
    assert_eq!(anna.get(&at).await.expect(200)["data"], *row);
    let mut whole = row.clone();
    whole["title"] = json!("Tides of the harbour");
    let changed = anna.put(&at, &whole).await.expect(200);
    assert_eq!((&changed["data"]["title"], &changed["data"]["version"]), (&whole["title"], &json!(2)));
    let stale = anna.put(&at, &whole).await;
    assert_eq!((stale.status, &stale.json["error"]["code"]), (409, &json!("VERSION_CONFLICT")));
    assert_eq!((&stale.json["success"], stale.json.get("server")), (&json!(false), None));
    publish(&anna, &root, &assistant("Public")).await;
    let list = anna.get("/api/compat/assistants?scope=public&pageSize=5").await.expect(200);
    let page = &list["data"];
    assert_eq!((&page["page"], &page["pageSize"], &page["total"]), (&json!(1), &json!(5), &json!(1)));
    assert_eq!(page["data"][0]["title"], "Public");
    assert_eq!(anna.delete(&at).await.expect(200), json!({ "success": true, "data": { "id": row["id"] } }));
    assert_eq!(anna.delete(&at).await.status, 200, "a repeat");
    let gone = anna.get(&at).await;
    assert_eq!((gone.status, &gone.json["error"]["code"]), (404, &json!("NOT_FOUND")));
}

#[tokio::test]
async fn refusals_are_envelopes_with_everything_that_is_wrong() {
    let app = TestApp::start().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    let bad = anna.post("/api/compat/assistants", &json!({ "title": "", "tags": [""] })).await;
    let pointers: Vec<&str> =
        bad.json["error"]["details"].as_array().unwrap().iter().map(|one| one["pointer"].as_str().unwrap()).collect();
    assert_eq!((bad.status, &bad.json["error"]["code"]), (400, &json!("VALIDATION_ERROR")));
    assert_eq!(pointers, ["/title", "/tags/0", "/desc", "/prompt"]);
    let incomplete = anna.post("/api/compat/assistants", &json!({ "title": "T" })).await;
    assert_eq!(incomplete.json["error"]["details"].as_array().unwrap().len(), 2);
    let row = create(&anna, "Tides").await;
    let at = format!("/api/compat/assistants/{}", row["id"].as_str().unwrap());
    let bad = anna.put(&at, &json!({ "title": "" })).await;
    let pointers = [&bad.json["error"]["details"][0]["pointer"], &bad.json["error"]["details"][1]["pointer"]];
    assert_eq!((bad.status, pointers), (400, [&json!("/title"), &json!("/version")]));
    assert_eq!(ben.put(&at, &json!({ "title": "x", "version": 1 })).await.status, 404);
    assert_eq!(ben.delete(&at).await.status, 404);
    assert_eq!(app.anonymous().get(&at).await.code(), "unauthenticated");
    assert_eq!(anna.get("/api/compat/assistants?page=0").await.json["error"]["code"], "VALIDATION_ERROR");
    let malformed = anna.post_text("/api/compat/assistants", "{").await;
    assert_eq!((malformed.status, &malformed.json["error"]["code"]), (400, &json!("MALFORMED_JSON")));
}
