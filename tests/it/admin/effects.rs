use serde_json::json;

use crate::support::{TestApp, TestDatabase};

/// The actions of the log, in order of time.
async fn logged(db: &TestDatabase) -> String {
    db.text("SELECT coalesce(string_agg(action || ':' || array_to_string(changed, ','), ' ' ORDER BY id), '') AS sql FROM audit").await
}

#[tokio::test]
async fn account_effects_leave_entries() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    assert_eq!(logged(&app.db).await, "user.create: session.begin:");
    app.db.execute("DELETE FROM audit").await;
    anna.post("/api/auth/update-user", &json!({ "name": "Anna B." })).await.expect(200);
    anna.post("/api/auth/update-user", &json!({ "name": "Anna B." })).await.expect(200);
    assert_eq!(logged(&app.db).await, "user.update:name", "a change of nothing is no effect");
    app.db.execute("DELETE FROM audit").await;
    landfall::auth::admin::set_role(&app.pool, "anna@example.com", "admin").await.unwrap();
    assert_eq!(logged(&app.db).await, "user.role:role");
    app.db.execute("DELETE FROM audit").await;
    anna.get("/api/export?include=projects,tags").await.expect(200);
    assert_eq!(anna.get("/api/projects/none/export").await.status, 404);
    let document = json!({ "version": 1, "projects": [{ "id": "p", "name": "P" }] });
    anna.post("/api/import?dryRun=1", &document).await.expect(200);
    anna.post("/api/import", &document).await.expect(200);
    anna.post("/api/import", &document).await.expect(200);
    assert_eq!(logged(&app.db).await, "data.export:projects,tags data.import:projects", "a dry run has no effect");
    app.db.execute("DELETE FROM audit").await;
    anna.post("/api/auth/sign-out", &json!({})).await.expect(200);
    anna.post("/api/auth/sign-out", &json!({})).await.expect(200);
    assert_eq!(logged(&app.db).await, "session.end:");
}

#[tokio::test]
async fn deleted_user_leaves_no_id() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    anna.post("/api/auth/update-user", &json!({ "name": "Anna B." })).await.expect(200);
    anna.post("/api/auth/delete-user", &json!({})).await.expect(200);
    assert!(logged(&app.db).await.ends_with("user.delete:"));
    let named = format!("SELECT count(*) AS n FROM audit a WHERE a::text LIKE '%{}%'", anna.id);
    assert_eq!(app.db.number(&named).await, 0);
}
