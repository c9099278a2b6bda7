//! A document in the form of LiteChat's exports.

use serde_json::{Value, json};

use super::{export, import};
use crate::support::{TestApp, assert_problem};

fn document() -> Value {
    serde_json::from_str(include_str!("litechat-export.json")).unwrap()
}

/// The rows of a section by their ids.
fn by_id(rows: &Value) -> std::collections::BTreeMap<String, Value> {
    rows.as_array().unwrap().iter().map(|row| (row["id"].as_str().unwrap().to_owned(), row.clone())).collect()
}

#[tokio::test]
async fn document_of_litechat_is_imported_and_exported_with_equal_values() {
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
