//! Conversations as ChatGPT and LibreChat export them.

use serde_json::{Value, json};

use super::{each, export, import};
use crate::support::{TestApp, assert_problem};

/// A conversation of ChatGPT with one prompt, which was answered twice, and many members that are not imported.
fn chatgpt(id: &str) -> Value {
    let said = |parent: &str, role: &str, at: f64, text: &str| {
        json!({ "id": "unused", "parent": parent, "children": [], "message": {
            "id": "unused", "author": { "role": role, "name": null, "metadata": {} }, "create_time": at, "update_time": null,
            "content": { "content_type": "text", "parts": [text] }, "status": "finished_successfully", "end_turn": true, "weight": 1,
            "metadata": { "model_slug": "loam-1" }, "recipient": "all",
        } })
    };
    json!({
        "title": "The tide", "create_time": 1_714_550_400.25, "update_time": 1_714_550_500.0,
        "mapping": {
            "client-created-root": { "id": "client-created-root", "message": null, "parent": null, "children": [format!("{id}-u")] },
            (format!("{id}-u")): said("client-created-root", "user", 1_714_550_401.0, "When is high water?"),
            (format!("{id}-a")): said(&format!("{id}-u"), "assistant", 1_714_550_402.0, "At five."),
            (format!("{id}-b")): said(&format!("{id}-u"), "assistant", 1_714_550_403.0, "At six. \u{1f30a}"),
        },
        "moderation_results": [], "current_node": format!("{id}-b"), "plugin_ids": null, "conversation_id": id, "gizmo_id": null,
        "is_archived": false, "safe_urls": [], "default_model_slug": "auto", "id": id,
    })
}

fn librechat(id: &str) -> Value {
    json!({
        "conversationId": id, "endpoint": "openAI", "title": "Knots", "exportAt": "10:20:30 GMT+0000", "branches": true, "recursive": false,
        "options": { "model": "loam-1" },
        "messages": [
            { "messageId": "m1", "conversationId": id, "parentMessageId": "00000000-0000-0000-0000-000000000000", "sender": "User",
                "text": "Which knot?", "isCreatedByUser": true, "createdAt": "2026-01-02T03:04:05.000Z" },
            { "messageId": "m2", "conversationId": id, "parentMessageId": "m1", "sender": "Loam", "text": "", "isCreatedByUser": false,
                "content": [{ "type": "text", "text": "A bowline." }], "model": "loam-1", "createdAt": "2026-01-02T03:04:06.000Z" },
        ],
    })
}

/// The prompts and responses of the interactions, in the order of their conversations and their index.
fn turns(document: &Value) -> Vec<Value> {
    let mut rows = document["interactions"].as_array().unwrap().clone();
    rows.sort_by_key(|row| (row["conversationId"].to_string(), row["index"].as_i64(), !row["parentId"].is_null()));
    rows.iter().map(|row| json!([row["conversationId"], row["prompt"]["content"], row["response"]])).collect()
}

#[tokio::test]
async fn list_of_chatgpt_becomes_conversations_with_their_versions() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let document = json!([chatgpt("c1"), chatgpt("c2")]);
    let report = import(&anna, "", &document).await.expect(200);
    assert_eq!(report["totals"], json!({ "ignored": 0, "errors": 0, "mended": 0, "warnings": 0 }), "{report}");
    assert_eq!(report["collections"]["interactions"]["created"], 4);
    let after = export(&anna).await;
    assert_eq!(each(&after, "conversations", "id"), ["c1", "c2"]);
    let conversation = &after["conversations"][0];
    assert_eq!(
        (&conversation["title"], &conversation["createdAt"], &conversation["updatedAt"]),
        (&json!("The tide"), &json!("2024-05-01T08:00:00.250Z"), &json!("2024-05-01T08:01:40.000Z"))
    );
    let asked = "When is high water?";
    assert_eq!(
        turns(&after)[..2],
        [json!(["c1", asked, "At six. \u{1f30a}"]), json!(["c1", asked, "At five."])],
        "the newest answer first"
    );
    let again = import(&anna, "", &document).await.expect(200);
    assert_eq!(again["collections"]["interactions"]["unchanged"], 4, "a repeat changes nothing");
    assert_problem(&import(&anna, "?mode=replace", &document).await, 422, "validation_failed", "/query/mode");
}

#[tokio::test]
async fn librechat_becomes_a_conversation_alone_and_in_a_list() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let report = import(&anna, "", &librechat("l1")).await.expect(200);
    assert_eq!(report["totals"]["warnings"], 0, "{report}");
    import(&anna, "", &json!([librechat("l2"), chatgpt("c")])).await.expect(200);
    let after = export(&anna).await;
    assert_eq!(each(&after, "conversations", "title"), ["The tide", "Knots", "Knots"]);
    let expected = [json!(["l1", "Which knot?", "A bowline."]), json!(["l2", "Which knot?", "A bowline."])];
    assert_eq!(turns(&after)[2..], expected);
}

#[tokio::test]
async fn odd_conversations_are_named_and_the_others_are_imported() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let mut pictures = chatgpt("p");
    pictures["mapping"]["p-u"]["message"]["content"] = json!({ "content_type": "multimodal_text", "parts": [{ "content_type": "image_asset_pointer" }, "What is it?"] });
    let mut large = chatgpt("large");
    large["mapping"]["large-u"]["message"]["content"]["parts"] = json!(["x".repeat(22 * 1024 * 1024)]);
    let mut titled = chatgpt("t");
    titled["title"] = json!("x".repeat(10_001));
    let document = json!([pictures, large, { "title": "none", "mapping": {} }, titled]).to_string();
    let half = document.replacen("At five.", "half \\ud83c", 1);
    let report = anna.post_text("/api/import", half.clone()).await.expect(200);
    assert_eq!(each(&report, "mended", "pointer"), ["/0"]);
    assert_eq!(
        each(&report, "errors", "pointer"),
        ["/3/title", "/3/mapping/conversationId", "/3/mapping/conversationId", "/1/mapping"],
        "{report}"
    );
    assert_eq!(each(&report, "warnings", "code"), ["content_left_out", "unknown_section", "unknown_section"]);
    assert_eq!(each(&export(&anna).await, "conversations", "id"), ["p"]);
    let refused = anna.post_text("/api/import?strict=1", half).await;
    assert_problem(&refused, 422, "validation_failed", "/0");
    let report = import(&anna, "?include=tags", &json!([chatgpt("c")])).await.expect(200);
    assert_eq!(report["collections"], json!({}));
}
