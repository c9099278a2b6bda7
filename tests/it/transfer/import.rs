//! Imports that are applied.

use serde_json::{Value, json};

use super::{each, export, import, seed_data};
use crate::collections::{address, create, put, read};
use crate::support::{NO_ASSISTANTS, TestApp, TestUser, assert_problem, left_out_on_a_cluster, message};

fn counts(created: u64, updated: u64, unchanged: u64, deleted: u64) -> Value {
    json!({ "created": created, "updated": updated, "unchanged": unchanged, "deleted": deleted, "skipped": 0, "mended": 0 })
}

/// An export without `exportedAt`.
async fn state(user: &TestUser) -> Value {
    let mut document = export(user).await;
    document.as_object_mut().unwrap().remove("exportedAt");
    document
}

#[tokio::test]
async fn export_is_imported_completely_into_another_account_and_a_repeat_changes_nothing() {
    if left_out_on_a_cluster(NO_ASSISTANTS) {
        return;
    }
    let app = TestApp::start().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    let session = seed_data(&anna).await;
    let document = export(&anna).await;
    let report = import(&ben, "", &document).await.expect(200);
    assert_eq!(
        (&report["dryRun"], &report["mode"], &report["ignored"]),
        (&json!(false), &json!("merge"), &json!(["assets"]))
    );
    assert_eq!(report["collections"]["interactions"], counts(4, 0, 0, 0));
    assert_eq!(state(&ben).await, state(&anna).await);
    assert_eq!(app.db.version(&ben.id).await, 1, "one version for the whole import");

    for user in [&anna, &ben] {
        let version = app.db.version(&user.id).await;
        for mode in ["merge", "replace"] {
            let again = import(user, &format!("?mode={mode}"), &document).await.expect(200);
            for (name, counts) in again["collections"].as_object().unwrap() {
                let changed = ["created", "updated", "deleted", "skipped"].map(|what| counts[what].as_u64().unwrap());
                assert_eq!(changed, [0; 4], "{mode} {name}");
            }
            assert_eq!(again["collections"]["chatMessages"]["unchanged"], 3);
        }
        assert_eq!(app.db.version(&user.id).await, version);
    }
    let ids = each(&document, "chatMessages", "id");
    let page = ben.get(&format!("/api/chat/{session}/messages")).await.expect(200);
    assert_eq!(each(&page, "messages", "id"), ids, "the same messages in the same order");
}

#[tokio::test]
async fn merge_updates_and_restores_rows_and_leaves_others_unchanged() {
    if left_out_on_a_cluster(NO_ASSISTANTS) {
        return;
    }
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = seed_data(&anna).await;
    let before = export(&anna).await;
    put(&anna, "tags", "t1", json!({ "name": "changed" }), 1).await.expect(200);
    anna.delete(&address("conversations", "c1")).await.expect(204);
    anna.delete("/api/projects/p1").await.expect(204);
    anna.delete(&format!("/api/chat/sessions/{session}")).await.expect(204);
    create(&anna, "tags", "mine", json!({ "name": "mine" })).await;
    let version = app.db.version(&anna.id).await;

    let report = import(&anna, "", &before).await.expect(200);
    assert_eq!(report["collections"]["tags"], counts(0, 1, 0, 0));
    assert_eq!(report["collections"]["conversations"], counts(0, 1, 1, 0));
    assert_eq!(report["collections"]["interactions"], counts(0, 3, 1, 0));
    assert_eq!(report["collections"]["projects"], counts(0, 2, 0, 0));
    assert_eq!(report["collections"]["chatSessions"], counts(0, 1, 0, 0));
    assert_eq!(report["collections"]["chatMessages"], counts(0, 3, 0, 0));
    assert_eq!(app.db.version(&anna.id).await, version + 1);
    assert_eq!(read(&anna, "tags", "t1").await.expect(200)["revision"], 3, "one more for the import");
    let after = export(&anna).await;
    assert_eq!(each(&after, "tags", "name"), ["mine", "todo"]);
    for name in ["conversations", "interactions", "chatMessages"] {
        assert_eq!(after[name], before[name], "{name}");
    }
    assert_eq!(after["projects"][0]["data"], before["projects"][0]["data"]);
    // A device pulls all changed rows.
    let changes = anna.get("/api/sync/changes?collections=interactions,chatMessages&limit=200").await.expect(200);
    let living = changes["changes"].as_array().unwrap().iter().filter(|change| change.get("deletedAt").is_none());
    assert_eq!(living.count(), 7);
}

#[tokio::test]
async fn replace_deletes_rows_that_the_document_does_not_name_and_their_parts() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = seed_data(&anna).await;
    let document = json!({
        "projects": [{ "id": "p2", "name": "Light", "parentId": null, "path": "/Light", "createdAt": "2024-05-01T08:00:00.000Z" }],
        "conversations": [{ "id": "c2", "title": "Storm" }, { "id": "c9", "title": "New", "projectId": "p1" }],
        "chatSessions": [],
    });
    let report = import(&anna, "?mode=replace", &document).await.expect(200);
    assert_eq!(report["collections"]["projects"], counts(0, 1, 0, 1));
    assert_eq!(report["collections"]["conversations"], counts(1, 0, 1, 1));
    assert_eq!(report["collections"]["interactions"], counts(0, 0, 0, 3), "deleted with their conversation");
    assert_eq!(report["collections"]["chatSessions"], counts(0, 0, 0, 1));
    assert_eq!(report["collections"]["chatMessages"], counts(0, 0, 0, 3));
    let after = export(&anna).await;
    assert_eq!(each(&after, "projects", "id"), ["p2"]);
    assert_eq!(each(&after, "interactions", "id"), ["i-c"]);
    assert_eq!(after["conversations"][1], json!({ "id": "c9", "title": "New", "projectId": null }), "p1 is gone");
    assert_eq!(each(&after, "tags", "id"), ["t1"], "the document has no section of tags");
    assert_eq!(anna.get(&format!("/api/chat/{session}/messages")).await.status, 404);
    let again = import(&anna, "?mode=replace", &document).await.expect(200);
    assert_eq!(again["collections"]["conversations"], counts(0, 0, 2, 0));
}

#[tokio::test]
async fn dry_run_reports_the_changes_and_changes_nothing() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    seed_data(&anna).await;
    let before = state(&anna).await;
    let version = app.db.version(&anna.id).await;
    let document = json!({
        "tags": [{ "id": "t1", "name": "other" }, { "id": "t2", "name": "new" }],
        "interactions": [{ "id": "i-a", "conversationId": "c1", "index": 3 }],
    });
    for mode in ["merge", "replace"] {
        let dry_run = import(&anna, &format!("?mode={mode}&dryRun=1"), &document).await.expect(200);
        assert_eq!(dry_run["dryRun"], true);
        assert_eq!(state(&anna).await, before);
        assert_eq!(app.db.version(&anna.id).await, version);
        if mode == "replace" {
            let mut done = import(&anna, "?mode=replace", &document).await.expect(200);
            done["dryRun"] = json!(true);
            assert_eq!(done, dry_run);
            assert_eq!(dry_run["collections"]["interactions"], counts(0, 1, 0, 3));
        }
    }
}

#[tokio::test]
async fn import_and_dry_run_count_and_name_skipped_rows() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let document = json!({
        "conversations": [{ "id": "c1", "title": 7 }, { "id": "c2", "title": "Storm" }],
        "interactions": [
            { "id": "i1", "conversationId": "c1", "index": 0 }, { "id": "i2", "conversationId": "c2", "index": 0 },
            { "id": "i3", "conversationId": "c2" },
        ],
    });
    let dry_run = import(&anna, "?dryRun=1", &document).await.expect(200);
    assert_eq!(app.db.version(&anna.id).await, 0);
    let mut report = import(&anna, "", &document).await.expect(200);
    report["dryRun"] = json!(true);
    assert_eq!(report, dry_run, "the dry run has the report of the import");
    let skipped = |skipped: u64| json!({ "created": 1, "updated": 0, "unchanged": 0, "deleted": 0, "skipped": skipped, "mended": 0 });
    assert_eq!(report["collections"], json!({ "conversations": skipped(1), "interactions": skipped(2) }));
    let pointers: Vec<Value> = each(&report, "errors", "pointer");
    assert_eq!(pointers, ["/conversations/0/title", "/interactions/0/conversationId", "/interactions/2/index"]);
    assert_eq!(each(&report, "errors", "id"), ["c1", "i1", "i3"]);
    assert_eq!(each(&report, "errors", "section"), ["conversations", "interactions", "interactions"]);
    assert_eq!(report["totals"], json!({ "ignored": 0, "errors": 3, "mended": 0, "warnings": 0 }));
    assert_eq!(each(&export(&anna).await, "interactions", "id"), ["i2"]);
}

#[tokio::test]
async fn imported_messages_keep_ids_and_order_and_a_resend_is_a_repeat() {
    if left_out_on_a_cluster(NO_ASSISTANTS) {
        return;
    }
    let app = TestApp::start().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    let session = anna.chat().await;
    let batch: Vec<Value> = (0..5).map(|n| message(&session, &format!("t-{n}"), &format!("{n}"))).collect();
    anna.post("/api/chat/messages/batch", &json!({ "messages": batch })).await.expect(200);
    import(&ben, "", &export(&anna).await).await.expect(200);
    let stored = ben.get(&format!("/api/chat/{session}/messages")).await.expect(200);
    assert_eq!(each(&stored, "messages", "content"), ["0", "1", "2", "3", "4"]);
    assert_eq!(each(&stored, "messages", "revision"), [1, 1, 1, 1, 1]);
    let positions = each(&stored, "messages", "position");
    assert_eq!(positions, (0..5).map(|n| json!((1 << 20) + n)).collect::<Vec<_>>());

    ben.post("/api/chat/messages/batch", &json!({ "messages": batch })).await.expect(200);
    assert_eq!(app.db.version(&ben.id).await, 1, "all messages were known");
    let later =
        ben.post("/api/chat/messages/batch", &json!({ "messages": [message(&session, "t-9", "9")] })).await.expect(200);
    assert!(later["messages"][0]["position"].as_i64() > positions[4].as_i64());
}

#[tokio::test]
async fn unique_names_may_swap_between_rows_of_one_document() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    for (id, name) in [("a", "one"), ("b", "two"), ("c", "three")] {
        create(&anna, "tags", id, json!({ "name": name })).await;
    }
    let document = json!({ "tags": [
        { "id": "a", "name": "two" }, { "id": "b", "name": "one" }, { "id": "c", "name": "four" }, { "id": "d", "name": "three" },
    ] });
    import(&anna, "", &document).await.expect(200);
    assert_eq!(each(&export(&anna).await, "tags", "name"), ["two", "one", "four", "three"]);
    let refused = put(&anna, "tags", "e", json!({ "name": "one" }), 0).await;
    assert_problem(&refused, 409, "duplicate_name", "/value/name");
    // `replace` frees the name of a deleted row too.
    import(&anna, "?mode=replace", &json!({ "tags": [{ "id": "z", "name": "one" }] })).await.expect(200);
    assert_eq!(each(&export(&anna).await, "tags", "id"), ["z"]);
}

#[tokio::test]
async fn repeated_import_with_a_mutation_id_has_one_effect_and_the_same_answer() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let document = json!({ "tags": [{ "id": "t1", "name": "todo" }] });
    let first = import(&anna, "?mutationId=m1", &document).await.expect(200);
    put(&anna, "tags", "t1", json!({ "name": "later" }), 1).await.expect(200);
    assert_eq!(import(&anna, "?mutationId=m1", &document).await.expect(200), first);
    assert_eq!(read(&anna, "tags", "t1").await.expect(200)["value"]["name"], "later");
    for (query, document) in [("?mutationId=m1&mode=replace", &document), ("?mutationId=m1", &json!({ "tags": [] }))] {
        assert_problem(&import(&anna, query, document).await, 409, "id_conflict", "/query/mutationId");
    }
}

#[tokio::test]
async fn exports_of_a_conversation_and_a_project_are_imported() {
    let app = TestApp::start().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    seed_data(&anna).await;
    for path in ["/api/conversations/c1/export", "/api/projects/p1/export"] {
        let document = anna.get(path).await.expect(200);
        assert_problem(&import(&ben, "?mode=replace", &document).await, 422, "validation_failed", "/query/mode");
        import(&ben, "", &document).await.expect(200);
        let again = ben.get(path).await.expect(200);
        assert_eq!(
            (&again["interactions"], &again["conversation"]),
            (&document["interactions"], &document["conversation"])
        );
    }
    assert_eq!(export(&ben).await["projects"][0]["data"], export(&anna).await["projects"][0]["data"]);
}

#[tokio::test]
async fn imported_rows_have_the_documents_times_and_settings_keep_other_members() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    create(&anna, "settings", "theme", json!({ "value": 1, "note": "mine" })).await;
    let session = app.random_id();
    let document = json!({
        "settings": { "theme": 2 },
        "chatSessions": [{ "id": session, "title": "Old", "projectId": null, "metadata": null,
            "createdAt": "2020-01-02T03:04:05.678Z", "updatedAt": "2021-01-02T03:04:05.678Z", "revision": 77 }],
        "projects": [{ "id": "p", "name": "Old", "data": null, "createdAt": "2020-01-02T03:04:05.678Z", "revision": 7 }],
    });
    import(&anna, "", &document).await.expect(200);
    let stored = anna.get(&format!("/api/chat/sessions/{session}")).await.expect(200);
    assert_eq!(
        (&stored["createdAt"], &stored["updatedAt"], &stored["revision"]),
        (&json!("2020-01-02T03:04:05.678Z"), &json!("2021-01-02T03:04:05.678Z"), &json!(1))
    );
    let stamped = "SELECT version AS n FROM chat_sessions";
    assert_eq!(app.db.number(stamped).await, app.db.version(&anna.id).await);
    let project = anna.get("/api/projects/p").await.expect(200);
    assert_eq!((&project["createdAt"], &project["revision"]), (&json!("2020-01-02T03:04:05.678Z"), &json!(1)));
    assert_eq!(read(&anna, "settings", "theme").await.expect(200)["value"], json!({ "value": 2, "note": "mine" }));
}
