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

#[tokio::test]
async fn ids_that_are_numbers_become_text() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let document = json!({
        "conversations": [{ "id": 7, "title": "x", "projectId": 3, "count": 1 }],
        "interactions": [{ "id": 12345678901234567890_u64, "conversationId": 7, "index": 0, "parentId": 5 }, { "id": "", "conversationId": "7", "index": 1 }],
        "tags": [{ "id": -1.5, "name": "x" }],
    });
    assert_problem(&import(&anna, "?strict=1", &document).await, 422, "validation_failed", "/conversations/0/id");
    let report = import(&anna, "", &document).await.expect(200);
    assert_eq!(
        each(&report, "mended", "code"),
        ["number_as_id", "number_as_id", "number_as_id", "number_as_id", "number_as_id", "missing_id"]
    );
    assert_eq!(each(&report, "errors", "pointer"), ["/tags/0/id"]);
    let after = export(&anna).await;
    assert_eq!(after["conversations"], json!([{ "id": "7", "title": "x", "projectId": "3", "count": 1 }]));
    let turn = json!({ "id": "12345678901234567890", "conversationId": "7", "index": 0, "parentId": "5" });
    assert_eq!(after["interactions"][0], turn);
    let again = import(&anna, "", &document).await.expect(200);
    assert_eq!(again["collections"]["interactions"]["unchanged"], 2);
}

#[tokio::test]
async fn name_in_use_gets_a_number_and_a_repeat_changes_nothing() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    create(&anna, "rules", "stored", json!({ "name": "Short", "content": "stored" })).await;
    create(&anna, "rules", "third", json!({ "name": "Short (3)", "content": "stored" })).await;
    let long = "x".repeat(200);
    let rule = |id: &str, name: &str| json!({ "id": id, "name": name, "content": id });
    let document = json!({
        "rules": [
            rule("a", "Short"), rule("b", "Twice"), rule("c", "Twice"), rule("d", "Twice (2)"), rule("e", "Twice"),
            rule("f", &long), rule("g", &long),
        ],
        "tags": [{ "id": "t", "name": "x" }],
        "tagRuleLinks": [{ "id": "l1", "tagId": "t", "ruleId": "c" }, { "id": "l2", "tagId": "t", "ruleId": "c", "other": 1 }],
    });
    assert_problem(&import(&anna, "?strict=1", &document).await, 422, "validation_failed", "/rules/0/name");
    let report = import(&anna, "", &document).await.expect(200);
    assert_eq!(each(&report, "mended", "pointer"), ["/rules/0/name", "/rules/2/name", "/rules/4/name"], "{report}");
    assert_eq!(each(&report, "mended", "code"), ["renamed"; 3]);
    assert_eq!(each(&report, "errors", "pointer"), ["/rules/6/name", "/tagRuleLinks/1/tagId"], "no room, and a pair");
    assert_eq!(
        report["collections"]["rules"],
        json!({ "created": 6, "updated": 0, "unchanged": 0, "deleted": 0, "skipped": 1, "mended": 3 })
    );
    let after = export(&anna).await;
    let names = ["Short (4)", "Twice", "Twice (3)", "Twice (2)", "Twice (4)", &long, "Short", "Short (3)"];
    assert_eq!(each(&after, "rules", "name"), names);
    let again = import(&anna, "", &document).await.expect(200);
    assert_eq!(again["collections"]["rules"]["unchanged"], 6, "{again}");
    assert_eq!(export(&anna).await["rules"], after["rules"]);
    // A write finds the new name in use.
    let refused = crate::collections::put(&anna, "rules", "z", json!({ "name": "Twice (3)", "content": "" }), 0).await;
    assert_problem(&refused, 409, "duplicate_name", "/value/name");
}

#[tokio::test]
async fn files_that_make_a_row_too_large_are_left_out() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let file = |name: &str, bytes: usize| json!({ "name": name, "contentBase64": "x".repeat(bytes) });
    let turn = |id: &str, files: Value| json!({ "id": id, "conversationId": "c", "index": 0, "prompt": { "content": "See", "metadata": { "attachedFiles": files } } });
    let document = json!({
        "conversations": [{ "id": "c", "title": "x" }],
        "interactions": [
            turn("fits", json!([file("a", 2_000_000), file("b", 3_000_000)])),
            turn("large", json!([file("a", 2_000_000), file("b", 6_000_000)])),
            { "id": "text", "conversationId": "c", "index": 1, "response": "x".repeat(6_000_000) },
        ],
    });
    assert_problem(&import(&anna, "?strict=1", &document).await, 422, "validation_failed", "/interactions/1");
    let report = import(&anna, "", &document).await.expect(200);
    assert_eq!(
        (&report["mended"][0]["code"], &report["mended"][0]["pointer"], &report["totals"]["mended"]),
        (&json!("file_left_out"), &json!("/interactions/1/prompt/metadata/attachedFiles/1/contentBase64"), &json!(1))
    );
    assert_eq!(report["errors"][0], report["mended"][0], "the content is not stored");
    assert_eq!((&report["errors"][1]["code"], &report["errors"][1]["id"]), (&json!("too_large"), &json!("text")));
    assert_eq!(
        (&report["totals"]["errors"], &report["collections"]["interactions"]["skipped"]),
        (&json!(2), &json!(1))
    );
    let large = read(&anna, "interactions", "large").await.expect(200);
    assert_eq!(large["value"]["prompt"]["metadata"]["attachedFiles"], json!([file("a", 2_000_000), { "name": "b" }]));
    let fits = read(&anna, "interactions", "fits").await.expect(200);
    assert_eq!(fits["value"]["prompt"], document["interactions"][0]["prompt"]);
}
