//! What an import mends, and that a strict import does not.

use serde_json::{Value, json};

use super::{each, export, import};
use crate::collections::{create, read};
use crate::support::{TestApp, assert_problem};

#[tokio::test]
async fn byte_order_mark_is_left_out() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let report = anna.post_text("/api/import", "\u{feff}{\"tags\":[{\"id\":\"t\",\"name\":\"x\"}]}").await.expect(200);
    assert_eq!(
        (&report["mended"][0]["code"], &report["mended"][0]["pointer"]),
        (&json!("byte_order_mark"), &json!(""))
    );
    assert_eq!(each(&export(&anna).await, "tags", "id"), ["t"]);
}

#[tokio::test]
async fn characters_that_cannot_be_stored_become_u_fffd() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = app.random_id();
    let document = format!(
        r#"{{"settings":{{"k\u0000":"a\ud800b"}},"tags":[{{"id":"t","name":"nul\u0000","deep":[{{"x":"\udc00 \ud83d\ude00"}}]}}],
            "projects":[{{"id":"p","name":"\ud83d","data":{{"\u0000":1}}}}],
            "chatSessions":[{{"id":"{session}","title":"\udfff"}}],
            "chatMessages":[{{"id":"{session}","sessionId":"{session}","role":"user","content":"\u0000","createdAt":"2026-01-01T00:00:00Z"}}]}}"#
    );
    let report = anna.post_text("/api/import", document.clone()).await.expect(200);
    assert_eq!(report["totals"]["errors"], 0, "{report}");
    for name in ["settings", "tags", "projects", "chatSessions", "chatMessages"] {
        assert_eq!(
            (&report["collections"][name]["created"], &report["collections"][name]["mended"]),
            (&json!(1), &json!(1)),
            "{name}"
        );
    }
    let pointers = each(&report, "mended", "pointer");
    assert!(pointers.contains(&json!("/tags/0/name")) && pointers.contains(&json!("/tags/0/deep/0/x")), "{pointers:?}");
    let after = export(&anna).await;
    assert_eq!(after["settings"], json!({ "k\u{fffd}": "a\u{fffd}b" }));
    assert_eq!(after["tags"][0]["name"], "nul\u{fffd}");
    assert_eq!(after["tags"][0]["deep"], json!([{ "x": "\u{fffd} \u{1f600}" }]));
    assert_eq!(after["projects"][0]["data"], json!({ "\u{fffd}": 1 }));
    assert_eq!(
        (&after["chatSessions"][0]["title"], &after["chatMessages"][0]["content"]),
        (&json!("\u{fffd}"), &json!("\u{fffd}"))
    );
    let again = anna.post_text("/api/import", document.clone()).await.expect(200);
    assert_eq!(again["collections"]["tags"]["unchanged"], 1, "a repeat changes nothing");

    let ben = app.user("ben").await;
    let refused = ben.post_text("/api/import?strict=1", document).await;
    assert_problem(&refused, 422, "validation_failed", "/settings/k\u{fffd}");
}

#[tokio::test]
async fn bytes_that_are_no_utf_8_become_u_fffd() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let document = b"{\"tags\":[{\"id\":\"t\",\"name\":\"a\xff\"}]}".to_vec();
    assert_problem(
        &anna.post_text("/api/import?strict=1", document.clone()).await,
        422,
        "validation_failed",
        "/tags/0",
    );
    let report = anna.post_text("/api/import", document).await.expect(200);
    assert_eq!((&report["mended"][0]["code"], &report["mended"][0]["id"]), (&json!("invalid_unicode"), &json!("t")));
    assert_eq!(export(&anna).await["tags"][0]["name"], "a\u{fffd}");
}

#[tokio::test]
async fn numbers_of_milliseconds_become_times() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = app.random_id();
    let (millis, time) = (1_714_550_400_000_u64, "2024-05-01T08:00:00.000Z");
    let document = json!({
        "conversations": [{ "id": "c", "title": "x", "createdAt": millis, "updatedAt": millis, "mine": millis }],
        "projects": [{ "id": "p", "name": "x", "data": { "mine": millis }, "createdAt": millis }],
        "chatSessions": [{ "id": session, "title": "x", "createdAt": millis }],
        "chatMessages": [{ "id": session, "sessionId": session, "role": "user", "content": "x", "createdAt": millis }],
        "tags": [{ "id": "seconds", "name": "x", "createdAt": 1_714_550_400 }, { "id": "title", "name": millis }],
    });
    assert_problem(&import(&anna, "?strict=1", &document).await, 422, "validation_failed", "/chatMessages/0/createdAt");
    let report = import(&anna, "", &document).await.expect(200);
    let after = export(&anna).await;
    assert_eq!(
        after["conversations"][0],
        json!({ "id": "c", "title": "x", "createdAt": time, "updatedAt": time, "mine": millis })
    );
    assert_eq!(
        (&after["projects"][0]["createdAt"], &after["chatSessions"][0]["createdAt"]),
        (&json!(time), &json!(time))
    );
    assert_eq!(after["projects"][0]["data"], json!({ "mine": millis }));
    assert_eq!(after["chatMessages"][0]["createdAt"], time);
    assert_eq!(report["collections"]["conversations"]["mended"], 1, "{report}");
    assert_eq!(
        each(&report, "errors", "pointer"),
        ["/tags/0/createdAt", "/tags/1/name"],
        "a number of seconds is not certain"
    );
}

#[tokio::test]
async fn missing_ids_are_made_from_the_rows_content() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = app.random_id();
    let document = json!({
        "tags": [{ "name": "x" }, { "name": "y", "id": null }],
        "projects": [{ "name": "x" }],
        "chatSessions": [{ "id": session, "title": "x" }],
        "chatMessages": [{ "sessionId": session, "role": "user", "content": "x", "createdAt": "2026-01-01T00:00:00Z" }],
    });
    assert_problem(&import(&anna, "?strict=1", &document).await, 422, "validation_failed", "/chatMessages/0/id");
    let report = import(&anna, "", &document).await.expect(200);
    assert_eq!(report["totals"], json!({ "ignored": 0, "errors": 0, "mended": 4, "warnings": 0 }), "{report}");
    assert_eq!(report["collections"]["tags"]["created"], 2);
    let after = export(&anna).await;
    let again = import(&anna, "", &document).await.expect(200);
    for name in ["tags", "projects", "chatMessages"] {
        assert_eq!(again["collections"][name]["created"], 0, "{name}");
        assert_eq!(export(&anna).await[name], after[name]);
    }
}

#[tokio::test]
async fn name_of_an_equal_row_is_that_row_and_links_follow_it() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    create(&anna, "tags", "stored", json!({ "name": "todo", "createdAt": "2020-01-01T00:00:00Z" })).await;
    create(&anna, "rules", "rule", json!({ "name": "Brief", "content": "Be brief." })).await;
    create(&anna, "tagRuleLinks", "link", json!({ "tagId": "stored", "ruleId": "rule" })).await;
    let document = json!({
        "tags": [{ "id": "other", "name": "todo" }, { "id": "a", "name": "new" }, { "id": "b", "name": "new" }],
        "rules": [{ "id": "rule2", "name": "Brief", "content": "Be brief." }, { "id": "rule3", "name": "Long", "content": "x" }],
        "tagRuleLinks": [
            { "id": "l1", "tagId": "other", "ruleId": "rule2" }, { "id": "l2", "tagId": "b", "ruleId": "rule3" },
            { "id": "l3", "tagId": "other", "ruleId": "rule3" },
        ],
    });
    assert_problem(&import(&anna, "?strict=1", &document).await, 422, "validation_failed", "/rules/0/name");
    let report = import(&anna, "", &document).await.expect(200);
    assert_eq!(report["totals"]["errors"], 0, "{report}");
    assert_eq!(each(&report, "mended", "code"), ["same_name"; 4]);
    assert_eq!(
        report["collections"]["tags"],
        json!({ "created": 1, "updated": 0, "unchanged": 2, "deleted": 0, "skipped": 0, "mended": 2 })
    );
    let after = export(&anna).await;
    assert_eq!(each(&after, "tags", "id"), ["a", "stored"]);
    let pairs: Vec<Value> = after["tagRuleLinks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|link| json!([link["id"], link["tagId"], link["ruleId"]]))
        .collect();
    assert_eq!(
        pairs,
        [json!(["l2", "a", "rule3"]), json!(["l3", "stored", "rule3"]), json!(["link", "stored", "rule"])]
    );
    let again = import(&anna, "", &document).await.expect(200);
    assert_eq!(again["collections"]["tagRuleLinks"]["created"], 0);
    // A link of the document is found by its members, as a link of a write is.
    let refused =
        crate::collections::put(&anna, "tagRuleLinks", "l9", json!({ "tagId": "stored", "ruleId": "rule3" }), 0).await;
    assert_problem(&refused, 409, "duplicate_name", "/value/tagId");
    assert_eq!(read(&anna, "tags", "other").await.status, 404);
}

#[tokio::test]
async fn row_that_stands_twice_is_imported_once() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let document = json!({
        "conversations": [{ "id": "c", "title": "x" }, { "title": "x", "id": "c" }, { "id": "c", "title": "other" }],
    });
    let report = import(&anna, "", &document).await.expect(200);
    assert_eq!(
        report["collections"]["conversations"],
        json!({ "created": 1, "updated": 0, "unchanged": 1, "deleted": 0, "skipped": 1, "mended": 1 })
    );
    assert_eq!(
        (&report["mended"][0]["code"], &report["mended"][0]["pointer"]),
        (&json!("same_row"), &json!("/conversations/1/id"))
    );
    assert_eq!(
        (&report["errors"][0]["code"], &report["errors"][0]["pointer"]),
        (&json!("duplicate"), &json!("/conversations/2/id"))
    );
    assert_eq!(export(&anna).await["conversations"], json!([{ "id": "c", "title": "x" }]));
}
