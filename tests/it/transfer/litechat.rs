//! A document in the form of LiteChat's exports.

use serde_json::{Value, json};

use super::{each, export, import};
use crate::support::{NO_ASSISTANTS, TestApp, assert_problem, left_out_on_a_cluster};

fn document() -> Value {
    serde_json::from_str(include_str!("litechat-export.json")).unwrap()
}

/// The rows of a section by their ids.
fn by_id(rows: &Value) -> std::collections::BTreeMap<String, Value> {
    rows.as_array().unwrap().iter().map(|row| (row["id"].as_str().unwrap().to_owned(), row.clone())).collect()
}

#[tokio::test]
async fn document_of_litechat_is_imported_and_exported_with_equal_values() {
    if left_out_on_a_cluster(NO_ASSISTANTS) {
        return;
    }
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let original = document();
    let report = anna.post_text("/api/import", include_str!("litechat-export.json")).await.expect(200);
    assert_eq!(report["ignored"], json!(["marketplaceItems"]));
    assert_eq!(report["collections"]["interactions"]["created"], 4);
    let exported = export(&anna).await;
    assert_eq!(exported["settings"], original["settings"]);
    for (name, rows) in original.as_object().unwrap() {
        // Sections of rows that stay on devices are left out without rows.
        if rows.is_array() && name != "marketplaceItems" && (exported.get(name).is_some() || *rows != json!([])) {
            assert_eq!(by_id(&exported[name]), by_id(rows), "{name}");
        }
    }
    // The export is imported into another account too, with the members that the server adds.
    let ben = app.user("ben").await;
    import(&ben, "", &exported).await.expect(200);
    for name in ["projects", "conversations", "interactions", "settings"] {
        assert_eq!(export(&ben).await[name], exported[name], "{name}");
    }
}

#[tokio::test]
async fn keys_in_clear_text_are_skipped_with_their_pointers_and_refuse_a_strict_import() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let mut document = document();
    document["apiKeys"] = json!([
        { "id": "kX91aaQe", "name": "Work", "value": "sk-canary", "providerId": "openrouter", "createdAt": "2025-03-02T10:11:12.345Z" }
    ]);
    let refused = import(&anna, "?strict=1", &document).await;
    assert_problem(&refused, 422, "secret_in_clear", "/apiKeys/0/value");
    assert!(refused.json["detail"].as_str().unwrap().contains("include") && !refused.text.contains("canary"));
    assert_eq!(app.db.version(&anna.id).await, 0);
    let report = import(&anna, "?dryRun=1", &document).await.expect(200);
    assert_eq!(
        (&report["errors"][0]["pointer"], &report["errors"][0]["code"], &report["errors"][0]["id"]),
        (&json!("/apiKeys/0/value"), &json!("secret_in_clear"), &json!("kX91aaQe"))
    );
    assert_eq!((&report["collections"]["apiKeys"]["skipped"], &report["totals"]["errors"]), (&json!(1), &json!(1)));

    let others =
        "?include=settings,providerConfigs,projects,conversations,interactions,rules,tags,tagRuleLinks,mods,syncRepos";
    let report = import(&anna, others, &document).await.expect(200);
    assert!(report["collections"].get("apiKeys").is_none(), "{report}");
    assert_eq!(export(&anna).await.get("apiKeys"), None);
    assert_eq!(by_id(&export(&anna).await["providerConfigs"])["Zt7-pLw1"]["apiKeyId"], "kX91aaQe", "the device has it");
}

#[tokio::test]
async fn old_file_is_imported_but_for_its_secrets() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let text = include_str!("litechat-old.json");
    let original: Value = serde_json::from_str(text).unwrap();
    let report = anna.post_text("/api/import", text).await.expect(200);
    let secrets = ["/settings/gitGlobalPat", "/apiKeys/0/value", "/syncRepos/0/password"];
    assert_eq!(each(&report, "errors", "pointer"), secrets, "{report}");
    assert_eq!(report["totals"], json!({ "ignored": 0, "errors": 3, "mended": 0, "warnings": 0 }));
    let exported = anna.get("/api/export").await;
    assert!(!exported.text.contains("made-up-token") && !exported.text.contains("fake-"), "no secret is stored");
    let exported = exported.expect(200);
    let mut settings = original["settings"].clone();
    settings.as_object_mut().unwrap().remove("gitGlobalPat");
    assert_eq!(exported["settings"], settings);
    for name in
        ["providerConfigs", "projects", "conversations", "interactions", "rules", "tags", "tagRuleLinks", "mods"]
    {
        assert_eq!(by_id(&exported[name]), by_id(&original[name]), "{name}");
    }
    // An empty section would wipe the keys and repositories of the application that imports it.
    assert_eq!((exported.get("apiKeys"), exported.get("syncRepos")), (None, None));
}

#[tokio::test]
async fn file_with_everything_odd_is_imported_row_by_row() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let picture = "/9j/".repeat(300_001);
    let text = include_str!("litechat-edges.json").replace("BASE64", &picture);
    let report = anna.post_text("/api/import", text.clone()).await.expect(200);
    let errors: Vec<(Value, Value)> =
        std::iter::zip(each(&report, "errors", "pointer"), each(&report, "errors", "code")).collect();
    let expected = [
        ("/interactions/3/conversationId", "unknown_reference"),
        ("/tagRuleLinks/2/ruleId", "unknown_reference"),
        ("/tagRuleLinks/3/tagId", "unknown_reference"),
        ("/syncRepos/0/remoteUrl", "secret_in_clear"),
    ];
    assert_eq!(errors, expected.map(|(pointer, code)| (json!(pointer), json!(code))), "{report}");
    let mended: Vec<(Value, Value)> =
        std::iter::zip(each(&report, "mended", "pointer"), each(&report, "mended", "code")).collect();
    let expected = [
        ("/projects/1/parentId", "unknown_parent"),
        ("/conversations/2/createdAt", "number_as_time"),
        ("/interactions/0/prompt/content", "invalid_unicode"),
        ("/interactions/1/response", "nul_character"),
        ("/rules/1/name", "renamed"),
        ("/rules/2/id", "number_as_id"),
        ("/tagRuleLinks/1/tagId", "same_name"),
        ("/promptTemplates/0/id", "missing_id"),
        ("/workflows/0/id", "missing_id"),
    ];
    assert_eq!(mended, expected.map(|(pointer, code)| (json!(pointer), json!(code))), "{report}");
    let after = export(&anna).await;
    assert_eq!(each(&after, "rules", "name").len(), 3);
    let titles = each(&after, "conversations", "title");
    assert!(titles.iter().any(|title| title.as_str().unwrap().len() > 300), "{titles:?}");
    let turns = by_id(&after["interactions"]);
    assert_eq!(turns.len(), 5);
    assert_eq!(
        turns["dRCocV9hYMiE4-q0uW8L0"]["prompt"]["metadata"]["attachedFiles"][0]["contentBase64"],
        json!(picture)
    );
    let again = anna.post_text("/api/import", text.clone()).await.expect(200);
    for (name, counts) in again["collections"].as_object().unwrap() {
        assert_eq!((&counts["created"], &counts["updated"]), (&json!(0), &json!(0)), "{name}");
    }
    let ben = app.user("ben").await;
    assert_eq!(ben.post_text("/api/import?strict=1", text).await.status, 422);
    assert_eq!(app.db.version(&ben.id).await, 0);
}

#[tokio::test]
async fn workflows_keep_their_steps() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let workflow = json!({ "id": "w", "name": "Draft and send", "steps": [{ "type": "prompt", "prompt": "Draft" }, { "type": "human-in-the-loop" }] });
    import(&anna, "", &json!({ "version": 1, "workflows": [workflow] })).await.expect(200);
    assert_eq!(export(&anna).await["workflows"], json!([workflow]));
    let wrong =
        import(&anna, "", &json!({ "workflows": [{ "id": "v", "name": "x", "steps": "none" }] })).await.expect(200);
    assert_eq!(wrong["errors"][0]["pointer"], "/workflows/0/steps");
}
