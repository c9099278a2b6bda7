use landfall::ops::audit_log;
use serde_json::{Value, json};

use crate::assistants::{admin, create, path};
use crate::support::{TestApp, TestUser, assert_problem};

/// All entries of a filter, by pages of two.
async fn entries(root: &TestUser, filter: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = root.get(&format!("/api/admin/audit?limit=2&{filter}{cursor}")).await.expect(200);
        all.extend(page["entries"].as_array().unwrap().iter().cloned());
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

fn actions(entries: &[Value]) -> Vec<&str> {
    entries.iter().map(|entry| entry["action"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn entries_say_who_did_what_in_which_request_and_no_content() {
    let app = TestApp::start().await;
    let (anna, root) = (app.user("anna").await, admin(&app, "root").await);
    let made = create(&anna, "a canary title").await;
    let changed = anna.put(&path(&made), &json!({ "version": 1, "title": "Tides", "tags": ["canary"] })).await;
    let request = changed.headers["x-request-id"].to_str().unwrap().to_owned();
    root.patch(&format!("{}/status", path(&made)), &json!({ "status": "draft" })).await;
    anna.put(&path(&made), &json!({ "version": 2, "status": "pending" })).await.expect(200);
    let review = json!({ "status": "rejected", "reviewNote": "a canary note" });
    root.patch(&format!("{}/status", path(&made)), &review).await.expect(200);
    anna.delete(&path(&made)).await;
    anna.delete(&path(&made)).await;
    let about = entries(&root, &format!("entity=assistant&entityId={}", made["id"].as_str().unwrap())).await;
    assert_eq!(
        actions(&about),
        ["assistant.delete", "assistant.status", "assistant.update", "assistant.update", "assistant.create"],
        "the newest first, and a repeated delete has no effect"
    );
    assert_eq!((&about[3]["changed"], &about[3]["requestId"]), (&json!(["title", "tags"]), &json!(request)));
    assert_eq!((&about[3]["actor"], &about[1]["actor"]), (&json!(anna.id), &json!(root.id)));
    assert_eq!(about[1]["changed"], json!(["status", "reviewNote"]));
    assert!(!Value::Array(about).to_string().contains("canary"));
    let by_root = entries(&root, &format!("actor={}", root.id)).await;
    assert_eq!(actions(&by_root), ["assistant.status", "session.begin", "user.create"]);
    let role = entries(&root, &format!("action=user.role&entityId={}", root.id)).await;
    assert_eq!((role.len(), &role[0]["actor"]), (1, &Value::Null), "a role is given by the server");
}

#[tokio::test]
async fn pages_are_stable_and_filters_combine() {
    let app = TestApp::start().await;
    let (anna, root) = (app.user("anna").await, admin(&app, "root").await);
    for title in ["one", "two", "three"] {
        create(&anna, title).await;
    }
    let first = root.get("/api/admin/audit?action=assistant.create&limit=2").await.expect(200);
    create(&anna, "four").await;
    let cursor = first["nextCursor"].as_str().unwrap();
    let second =
        root.get(&format!("/api/admin/audit?action=assistant.create&limit=2&cursor={cursor}")).await.expect(200);
    assert_eq!((second["entries"].as_array().unwrap().len(), &second["nextCursor"]), (1, &Value::Null));
    let now = "2026-01-01T00:00:00Z";
    assert_eq!(entries(&root, &format!("until={now}")).await.len(), 0);
    assert_eq!(entries(&root, &format!("since={now}&entity=assistant&actor={}", anna.id)).await.len(), 4);
    assert_eq!(entries(&root, &format!("actor={}&action=assistant.delete", anna.id)).await.len(), 0);
    for (query, pointer) in [
        ("limit=0", "/query/limit"),
        ("cursor=nonsense", "/query/cursor"),
        ("cursor=YQ", "/query/cursor"),
        ("since=soon", "/query/since"),
    ] {
        assert_problem(&root.get(&format!("/api/admin/audit?{query}")).await, 422, "validation_failed", pointer);
    }
}

#[tokio::test]
async fn addresses_of_administrators_do_not_exist_for_others() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    for address in ["/api/admin/audit", "/api/admin/stats"] {
        let refused = anna.get(address).await;
        let unknown = anna.get("/api/admin/nothing").await;
        assert_eq!((refused.status, refused.without_request()), (404, unknown.without_request()));
        // What is wrong with the request is not checked before.
        for query in ["?x=1", "?limit=0"] {
            let refused = anna.get(&format!("{address}{query}")).await;
            assert_eq!(
                (refused.status, refused.without_request()),
                (404, unknown.without_request()),
                "{address}{query}"
            );
        }
        assert_problem(&app.anonymous().get(address).await, 401, "unauthenticated", "");
    }
    let root = admin(&app, "root").await;
    root.get("/api/admin/audit").await.expect(200);
    assert_problem(&root.get("/api/admin/stats?x=1").await, 422, "validation_failed", "/query/x");
    // The role counts at the time of the request.
    app.db.execute("UPDATE \"user\" SET role = 'user'").await;
    let again = TestUser::sign_in(&app.url, "root").await;
    assert_eq!(again.get("/api/admin/audit").await.status, 404);
}

#[tokio::test]
async fn old_entries_are_removed() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    create(&anna, "old").await;
    app.db.execute("UPDATE audit SET at = now() - interval '366 days'").await;
    create(&anna, "new").await;
    assert_eq!(audit_log::remove_old(&app.pool, 365).await.unwrap(), 3);
    assert_eq!(app.db.number("SELECT count(*) AS n FROM audit").await, 1);
}
