//! What is exported can be imported: rows of every kind, with odd values.

use serde_json::{Value, json};

use super::{export, import};
use crate::collections::create;
use crate::support::{NO_ASSISTANTS, TestApp, TestUser, left_out_on_a_cluster, message};

fn odd() -> Value {
    let deep = (0..25).fold(json!(1), |inner, _| json!({ "": [inner] }));
    let numbers: Value =
        serde_json::from_str("[0, -0.0, 1e308, 5e-324, 99999999999999999999999999999999999999, 1.10, 2.5E3]").unwrap();
    json!({
        "__proto__": { "constructor": null }, "a/b~c": "\u{1f600} \u{200d} \u{feff} \u{2028}", "": "", " ": [[], {}, null, true],
        "control": "\u{1}\u{7f}\t\r\n\"\\", "replaced": "\u{fffd}", "deep": deep, "numbers": numbers,
        "createdAtMillis": 1_714_550_400_000_u64, "revision": "mine", "version": 7,
    })
}

/// Stores rows of every kind.
async fn seed(user: &TestUser) {
    let sealed = json!({ "alg": "A256GCM", "iv": "MDEyMzQ1Njc4OWFi", "ciphertext": "MDEyMzQ1Njc4OWFiY2RlZg" });
    let time = "2024-02-29T23:59:59.999Z";
    let projects = [
        json!({ "id": "none", "name": "no document" }),
        json!({ "id": "odd", "name": "\u{1f600}".repeat(50), "data": odd(), "parentId": "none" }),
        json!({ "id": "tree", "name": "tree", "data": { "createdAt": time, "path": "/x", "revision": 3 }, "parentId": "odd" }),
        json!({ "id": "both", "name": "x", "data": { "createdAt": time, "id": "other", "data": {} } }),
        json!({ "id": "a/b%20 \u{fc}", "name": "x", "data": { "name": "n", "parentId": 7 }, "thumbnailAssetId": "none" }),
    ];
    for project in projects {
        user.post("/api/projects", &project).await.expect(201);
    }
    for key in ["plain", "__proto__", "with \"quotes\" / ~", "\u{1f600}"] {
        let path = format!(
            "/api/collections/settings/{}",
            percent_encoding::utf8_percent_encode(key, percent_encoding::NON_ALPHANUMERIC)
        );
        user.put(&path, &json!({ "value": { "value": odd() }, "baseRevision": 0 })).await.expect(201);
    }
    create(user, "settings", "null", json!({ "value": null })).await;
    create(user, "tags", "t", json!({ "name": " \u{fc} \"'", "more": odd() })).await;
    create(user, "rules", "r", json!({ "name": "x".repeat(200), "content": "" })).await;
    create(user, "tagRuleLinks", "l", json!({ "tagId": "t", "ruleId": "r" })).await;
    create(user, "syncRepos", "s", json!({ "name": "x", "remoteUrl": "https://example.com/r.git" })).await;
    create(user, "apiKeys", "k", json!({ "name": "x", "sealed": sealed })).await;
    create(user, "providerConfigs", "p", json!({ "name": "x", "type": "openai", "apiKeyId": "k" })).await;
    create(
        user,
        "providerConfigs",
        "q",
        json!({ "name": "y", "type": "openai", "apiKeyId": "on-the-device", "sealed": sealed }),
    )
    .await;
    create(
        user,
        "conversations",
        "c",
        json!({ "title": "", "projectId": "odd", "syncRepoId": null, "metadata": odd(), "createdAt": time }),
    )
    .await;
    create(user, "conversations", "d", json!({ "title": "x", "projectId": "unknown" })).await;
    create(user, "interactions", "i", json!({ "conversationId": "c", "index": -1, "response": odd(), "rating": -0.5 }))
        .await;
    create(
        user,
        "interactions",
        "j",
        json!({ "conversationId": "c", "index": 9_007_199_254_740_993_i64, "prompt": odd() }),
    )
    .await;
    create(user, "mods", "m", json!({ "name": "x", "scriptContent": "" })).await;
    create(user, "promptTemplates", "pt", json!({ "name": "x", "prompt": "y" })).await;
    create(user, "marketplaceSources", "ms", json!({ "name": "x", "url": "https://example.org/m.json" })).await;
    create(user, "installedMarketplaceItems", "p", json!({ "sourceId": "ms", "package": odd() })).await;
    create(user, "workflows", "w", json!({ "name": "x", "steps": [odd()] })).await;
    for metadata in [json!(null), odd()] {
        let body = json!({ "title": "\u{1f600}", "metadata": metadata, "projectId": "odd" });
        let session = user.post("/api/chat/sessions", &body).await.expect(201)["id"].as_str().unwrap().to_owned();
        let messages: Vec<Value> = ["user", "assistant", "system"]
            .iter()
            .map(|role| {
                let mut message = message(&session, &format!("{session}-{role}"), "");
                message["role"] = json!(role);
                message["metadata"] = metadata.clone();
                message
            })
            .collect();
        user.post("/api/chat/messages/batch", &json!({ "messages": messages })).await.expect(200);
    }
}

#[tokio::test]
async fn rows_of_every_kind_with_odd_values_are_imported_as_they_were_exported() {
    if left_out_on_a_cluster(NO_ASSISTANTS) {
        return;
    }
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    seed(&anna).await;
    let document = anna.get("/api/export").await.text;
    let exported: Value = serde_json::from_str(&document).unwrap();
    for (name, section) in exported.as_object().unwrap() {
        let is_empty = section.as_array().is_some_and(Vec::is_empty) || *section == json!({});
        // Ids of assistants are unique over all users, so that another account can't have the same ones (tests/it/assistants/transfer.rs).
        assert!(!is_empty || name == "assets" || name == "assistants", "{name} has no row here");
    }
    for (user, query) in [("ben", "?strict=1"), ("carl", ""), ("dora", "?mode=replace")] {
        let user = app.user(user).await;
        for round in 0..2 {
            let report = user.post_text(&format!("/api/import{query}"), document.clone()).await.expect(200);
            assert_eq!(report["totals"], json!({ "ignored": 1, "errors": 0, "mended": 0, "warnings": 1 }), "{report}");
            assert_eq!(app.db.version(&user.id).await, 1, "round {round}");
        }
        let again = export(&user).await;
        for (name, section) in exported.as_object().unwrap().iter().filter(|(name, _)| name.as_str() != "exportedAt") {
            assert_eq!(&again[name], section, "{name}");
        }
    }
    // The account itself does not change either.
    let version = app.db.version(&anna.id).await;
    for query in ["?strict=1", "?mode=replace", ""] {
        import(&anna, query, &exported).await.expect(200);
    }
    assert_eq!(app.db.version(&anna.id).await, version);
}
