use landfall::config::Env;
use serde_json::json;

use crate::support::{NO_ASSISTANTS, TestApp, TestDatabase, left_out_on_a_cluster};

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
    let unnamed = "SELECT count(*) AS n FROM audit WHERE request_id IS NULL";
    assert_eq!(app.db.number(unnamed).await, 0, "each entry names its request");
    app.db.execute("DELETE FROM audit").await;
    anna.get("/api/projects/p/export").await.expect(200);
    anna.delete("/api/projects/p").await;
    anna.delete("/api/projects/p").await;
    let of_p = "SELECT string_agg(action || ':' || entity || ':' || entity_id, ' ' ORDER BY id) AS sql FROM audit";
    assert_eq!(app.db.text(of_p).await, "data.export:project:p projects.delete:projects:p");
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

#[tokio::test]
async fn import_leaves_an_entry_for_each_assistant_that_it_writes() {
    if left_out_on_a_cluster(NO_ASSISTANTS) {
        return;
    }
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let one = |id: &str, title: &str| json!({ "id": id, "title": title, "desc": "d", "prompt": "p" });
    let (a, b) = ("AAAAAAAAAAAAAAAAAAAAA", "BBBBBBBBBBBBBBBBBBBBB");
    app.db.execute("DELETE FROM audit").await;
    anna.post("/api/import", &json!({ "version": 1, "assistants": [one(a, "1"), one(b, "2")] })).await.expect(200);
    anna.post("/api/import?mode=replace", &json!({ "version": 1, "assistants": [one(a, "3")] })).await.expect(200);
    let entries = "SELECT string_agg(action || ':' || left(entity_id, 1), ' ' ORDER BY action, entity_id) AS sql FROM audit WHERE entity = 'assistant'";
    assert_eq!(
        app.db.text(entries).await,
        "assistant.create:A assistant.create:B assistant.delete:B assistant.update:A"
    );
    let without_id = json!({ "title": "4", "desc": "d", "prompt": "p", "cachedAt": 7 });
    let report = anna.post("/api/import", &json!({ "version": 1, "assistants": [without_id] })).await.expect(200);
    assert_eq!(
        (&report["collections"]["assistants"]["created"], &report["mended"][0]["code"]),
        (&json!(1), &json!("missing_id"))
    );
}

#[tokio::test]
async fn session_that_a_limit_ends_leaves_an_entry() {
    let app = TestApp::configured(
        TestDatabase::migrated().await,
        Env::from_pairs([("PORT", "80"), ("LANDFALL_MAX_SESSIONS_PER_USER", "1")]),
    )
    .await;
    app.user("anna").await;
    app.user("anna").await;
    assert_eq!(logged(&app.db).await, "user.create: session.begin: session.begin: session.end:");
}

#[tokio::test]
async fn push_leaves_an_entry_for_each_effect_and_none_for_what_was_undone() {
    // Near its quota, a push undoes the mutation that exceeds it.
    let settings = Env::from_pairs([("PORT", "80"), ("LANDFALL_QUOTA_ROWS", "3")]);
    let app = TestApp::configured(TestDatabase::migrated().await, settings).await;
    let anna = app.user("anna").await;
    app.db.execute("DELETE FROM audit").await;
    let ids: Vec<String> = ["A", "B", "C", "D"].map(|letter| letter.repeat(21)).into();
    let put = |(number, id): (usize, &String)| {
        let value = json!({ "title": "T", "desc": "d", "prompt": "p" });
        json!({ "id": number + 1, "collection": "assistants", "op": "put", "key": id, "baseRevision": 0, "value": value })
    };
    let mutations: Vec<_> = ids.iter().enumerate().map(put).collect();
    let pushed = anna.post("/api/sync", &json!({ "clientId": "d", "mutations": mutations })).await.expect(200);
    assert_eq!(pushed["results"][3]["error"]["code"], "quota_exceeded", "{pushed}");
    let of_rows = "SELECT string_agg(action || ':' || left(entity_id, 1), ' ' ORDER BY id) AS sql FROM audit";
    assert_eq!(app.db.text(of_rows).await, "assistant.create:A assistant.create:B assistant.create:C");
    app.db.execute("CREATE TABLE statements (n integer)").await;
    app.db
        .execute("CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO statements VALUES (1); RETURN NULL; END $$")
        .await;
    app.db.execute("CREATE TRIGGER note AFTER INSERT ON audit FOR EACH STATEMENT EXECUTE FUNCTION note()").await;
    let delete = |(number, id): (usize, &String)| json!({ "id": number + 5, "collection": "assistants", "op": "delete", "key": id });
    let mutations: Vec<_> = ids[..3].iter().enumerate().map(delete).collect();
    anna.post("/api/sync", &json!({ "clientId": "d", "mutations": mutations })).await.expect(200);
    assert_eq!(app.db.number("SELECT count(*) AS n FROM audit").await, 6);
    assert_eq!(app.db.number("SELECT count(*) AS n FROM statements").await, 1, "one statement for all");
}
