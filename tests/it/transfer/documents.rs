//! Documents of other forms, and documents with members that the server does not know.

use serde_json::json;

use super::{each, export, import};
use crate::support::{TestApp, assert_problem};

#[tokio::test]
async fn list_and_documents_without_a_known_collection_are_refused() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    for (document, pointer, code) in [
        (json!([]), "", "unknown_section"),
        (json!([{ "mapping": {} }]), "/0/mapping", "unknown_section"),
        (json!({}), "", "unknown_section"),
        (json!({ "version": 1, "exportedAt": "2026-01-01T00:00:00Z" }), "", "unknown_section"),
        (json!({ "version": 1, "robots": [{ "id": "a" }] }), "/robots", "unknown_section"),
        (json!({ "title": "t", "messages": [{ "text": "hi" }] }), "/messages", "unknown_section"),
    ] {
        for query in ["", "?strict=1", "?dryRun=1"] {
            let refused = import(&anna, query, &document).await;
            assert_problem(&refused, 422, "validation_failed", pointer);
            assert_eq!(refused.json["errors"][0]["code"], code, "{document}");
        }
    }
    assert_eq!(app.db.version(&anna.id).await, 0);
}

#[tokio::test]
async fn unknown_members_are_warnings_and_the_known_ones_are_imported() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let document = json!({ "version": 1, "robots": [{ "id": "a" }], "tags": [{ "id": "t", "name": "x" }], "a/b": { "c": 1 }, "assets": [] });
    let report = import(&anna, "", &document).await.expect(200);
    assert_eq!(report["collections"]["tags"]["created"], 1);
    let mut warnings = each(&report, "warnings", "pointer");
    warnings.sort_by_key(ToString::to_string);
    assert_eq!(warnings, ["/assets", "/a~1b", "/robots"]);
    assert_eq!(report["totals"], json!({ "ignored": 3, "errors": 0, "mended": 0, "warnings": 3 }));
    assert!(
        report["warnings"].as_array().unwrap().iter().all(|warning| warning["detail"].as_str().unwrap().len() > 10)
    );
}

#[tokio::test]
async fn member_of_another_type_is_skipped_and_replace_deletes_nothing_of_it() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let first = json!({ "tags": [{ "id": "t", "name": "x" }], "rules": [{ "id": "r", "name": "r", "content": "c" }] });
    import(&anna, "", &first).await.expect(200);
    let document = json!({ "tags": { "t": 1 }, "rules": [{ "id": "r2", "name": "r", "content": "c" }] });
    assert_problem(&import(&anna, "?mode=replace&strict=1", &document).await, 422, "validation_failed", "/tags");
    let report = import(&anna, "?mode=replace", &document).await.expect(200);
    assert_eq!(
        (&report["errors"][0]["pointer"], &report["errors"][0]["code"], &report["errors"][0]["id"]),
        (&json!("/tags"), &json!("invalid_type"), &json!(null))
    );
    let after = export(&anna).await;
    assert_eq!((each(&after, "tags", "id"), each(&after, "rules", "id")), (vec![json!("t")], vec![json!("r2")]));
}

#[tokio::test]
async fn second_member_of_the_same_name_is_skipped() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let twice = r#"{"tags":[{"id":"a","name":"a"}],"tags":[{"id":"b","name":"b"}],"rules":null}"#;
    let report = anna.post_text("/api/import", twice).await.expect(200);
    assert_eq!((&report["errors"][0]["code"], &report["totals"]["errors"]), (&json!("duplicate_member"), &json!(1)));
    assert_eq!(each(&export(&anna).await, "tags", "id"), ["a"]);
}
