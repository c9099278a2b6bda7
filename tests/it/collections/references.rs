//! References between rows: required rows, cascades, unlinking.

use serde_json::{Value, json};

use super::{address, create, put, read};
use crate::support::{TestApp, TestUser, assert_problem};

async fn is_deleted(user: &TestUser, collection: &str, id: &str) -> bool {
    read(user, collection, id).await.expect(200)["deletedAt"].is_string()
}

#[tokio::test]
async fn row_without_its_required_row_is_refused() {
    let app = TestApp::start().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    create(&ben, "conversations", "c1", json!({ "title": "his" })).await;
    let interaction = json!({ "conversationId": "c1", "index": 0 });
    let refused = put(&anna, "interactions", "i1", interaction.clone(), 0).await;
    assert_problem(&refused, 422, "validation_failed", "/value/conversationId");
    assert_eq!(refused.json["errors"][0]["code"], "unknown_reference");

    create(&anna, "conversations", "c1", json!({ "title": "hers" })).await;
    anna.delete(&address("conversations", "c1")).await.expect(204);
    let refused = put(&anna, "interactions", "i1", interaction, 0).await;
    assert_eq!(refused.json["errors"][0]["code"], "unknown_reference", "deleted is as good as not there");

    create(&anna, "tags", "t1", json!({ "name": "todo" })).await;
    let refused = put(&anna, "tagRuleLinks", "l1", json!({ "tagId": "t1", "ruleId": "r1" }), 0).await;
    assert_problem(&refused, 422, "validation_failed", "/value/ruleId");
}

#[tokio::test]
async fn optional_reference_may_name_a_missing_row() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    create(&anna, "providerConfigs", "p1", json!({ "name": "mine", "type": "openai", "apiKeyId": "on-the-device" }))
        .await;
    create(&anna, "conversations", "c1", json!({ "title": "x", "projectId": "later", "syncRepoId": null })).await;
}

#[tokio::test]
async fn deleted_conversation_cascades_to_its_interactions_in_one_version() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    for conversation in ["c1", "c2"] {
        create(&anna, "conversations", conversation, json!({ "title": "x" })).await;
        for n in 0..3 {
            let value = json!({ "conversationId": conversation, "index": n });
            create(&anna, "interactions", &format!("{conversation}-{n}"), value).await;
        }
    }
    anna.delete(&address("conversations", "c1")).await.expect(204);
    assert!(is_deleted(&anna, "interactions", "c1-0").await && is_deleted(&anna, "interactions", "c1-2").await);
    assert!(!is_deleted(&anna, "interactions", "c2-0").await);
    assert_eq!(read(&anna, "interactions", "c1-0").await.expect(200)["revision"], 2);
    let stamped = "SELECT count(*) AS n FROM records WHERE version = 9 AND deleted_at IS NOT NULL";
    assert_eq!((app.db.number(stamped).await, app.db.version(&anna.id).await), (4, 9));

    put(&anna, "conversations", "c1", json!({ "title": "x" }), 2).await.expect(200);
    assert!(is_deleted(&anna, "interactions", "c1-0").await, "a restored row comes back alone");
}

#[tokio::test]
async fn deleted_rule_or_tag_cascades_to_its_links() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    for id in ["1", "2"] {
        create(&anna, "tags", id, json!({ "name": id })).await;
        create(&anna, "rules", id, json!({ "name": id, "content": "" })).await;
    }
    for (id, tag, rule) in [("a", "1", "1"), ("b", "1", "2"), ("c", "2", "1"), ("d", "2", "2")] {
        create(&anna, "tagRuleLinks", id, json!({ "tagId": tag, "ruleId": rule })).await;
    }
    anna.delete(&address("tags", "1")).await.expect(204);
    anna.delete(&address("rules", "1")).await.expect(204);
    for (id, gone) in [("a", true), ("b", true), ("c", true), ("d", false)] {
        assert_eq!(is_deleted(&anna, "tagRuleLinks", id).await, gone, "{id}");
    }
}

#[tokio::test]
async fn deleted_key_and_repository_are_unlinked_and_other_members_stay() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let sealed = json!({ "alg": "A256GCM", "iv": "MDEyMzQ1Njc4OWFi", "ciphertext": "MDEyMzQ1Njc4OWFiY2RlZg" });
    create(&anna, "apiKeys", "k1", json!({ "name": "work", "sealed": sealed })).await;
    create(&anna, "syncRepos", "s1", json!({ "name": "notes", "remoteUrl": "https://example.com/r.git" })).await;
    create(&anna, "providerConfigs", "p1", json!({ "name": "a", "type": "openai", "apiKeyId": "k1", "more": [1] }))
        .await;
    create(&anna, "providerConfigs", "p2", json!({ "name": "b", "type": "openai", "apiKeyId": "k2" })).await;
    create(&anna, "conversations", "c1", json!({ "title": "x", "projectId": "p", "syncRepoId": "s1" })).await;
    anna.delete(&address("apiKeys", "k1")).await.expect(204);
    anna.delete(&address("syncRepos", "s1")).await.expect(204);

    let config = read(&anna, "providerConfigs", "p1").await.expect(200);
    assert_eq!(config["value"], json!({ "name": "a", "type": "openai", "apiKeyId": null, "more": [1] }));
    assert_eq!(config["revision"], 2);
    assert_eq!(read(&anna, "providerConfigs", "p2").await.expect(200)["revision"], 1);
    let conversation = read(&anna, "conversations", "c1").await.expect(200);
    assert_eq!(
        (&conversation["value"]["projectId"], &conversation["value"]["syncRepoId"]),
        (&json!("p"), &Value::Null)
    );
    let stamped = "SELECT version AS n FROM records WHERE id = 'c1'";
    assert_eq!(app.db.number(stamped).await, app.db.version(&anna.id).await);
}

#[tokio::test]
async fn deletes_find_references_by_an_index() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let fill = format!(
        "INSERT INTO records (owner, collection, id, value, links, revision, version)
         SELECT {}, 'interactions', n::text, '{{}}', ARRAY['c' || n % 500], 1, 1 FROM generate_series(1, 20000) n",
        app.db.owner(&anna.id).await
    );
    app.db.execute(&fill).await;
    app.db.execute("ANALYZE records").await;
    app.db
        .execute(
            "CREATE FUNCTION plan_uses_link_index() RETURNS bigint LANGUAGE plpgsql AS $$ DECLARE line text; BEGIN
             FOR line IN EXPLAIN UPDATE records SET deleted_at = now() WHERE owner = (SELECT owner FROM records LIMIT 1)
                 AND collection = 'interactions' AND links[1] = ANY (ARRAY['c7']) AND deleted_at IS NULL LOOP
               IF line LIKE '%records_link_1%' THEN RETURN 1; END IF; END LOOP; RETURN 0; END $$",
        )
        .await;
    assert_eq!(app.db.number("SELECT plan_uses_link_index() AS n").await, 1);
}

#[tokio::test]
async fn deleted_project_is_unlinked_from_the_conversations_of_its_tree() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    anna.post("/api/projects", &json!({ "id": "p1" })).await.expect(201);
    anna.post("/api/projects", &json!({ "id": "p2", "parentId": "p1" })).await.expect(201);
    for (id, project) in [("c1", "p1"), ("c2", "p2"), ("c3", "p3")] {
        create(&anna, "conversations", id, json!({ "title": "x", "projectId": project })).await;
    }
    anna.delete("/api/projects/p1").await.expect(204);
    for (id, project) in [("c1", Value::Null), ("c2", Value::Null), ("c3", json!("p3"))] {
        assert_eq!(read(&anna, "conversations", id).await.expect(200)["value"]["projectId"], project, "{id}");
    }
    let stamped = "SELECT count(*) AS n FROM records WHERE version = 6";
    assert_eq!((app.db.number(stamped).await, app.db.version(&anna.id).await), (2, 6));
}

#[tokio::test]
async fn reference_to_a_deleted_row_is_stored_as_null() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    anna.put("/api/projects/gone", &json!({ "name": "P", "baseRevision": 0 })).await.expect(201);
    anna.delete("/api/projects/gone").await.expect(204);
    create(&anna, "syncRepos", "repo", json!({ "name": "r", "remoteUrl": "https://example.com/r.git" })).await;
    let late = json!({ "title": "x", "projectId": "gone", "syncRepoId": "repo", "own": 12345678901234567890123_u128.to_string() });
    create(&anna, "conversations", "c1", late.clone()).await;
    let mut unlinked = late.clone();
    unlinked["projectId"] = Value::Null;
    assert_eq!(read(&anna, "conversations", "c1").await.expect(200)["value"], unlinked);

    let version = app.db.version(&anna.id).await;
    put(&anna, "conversations", "c1", late.clone(), 1).await.expect(200);
    assert_eq!(app.db.version(&anna.id).await, version, "it is stored like that already");
    anna.delete(&address("syncRepos", "repo")).await.expect(204);
    put(&anna, "conversations", "c1", late, 2).await.expect(200);
    let value = &read(&anna, "conversations", "c1").await.expect(200)["value"];
    assert_eq!((&value["projectId"], &value["syncRepoId"]), (&Value::Null, &Value::Null));
}
