//! Documents of the formats, and their rows.

use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::*;

/// The rows of a document: the conversation, the interactions, and the number of what is left out.
fn rows(document: &Value) -> Option<(Value, Vec<Value>, u64)> {
    let members = document.as_object()?.iter();
    let held = members.filter(|(name, _)| MEMBERS.contains(&name.as_str()));
    let raw = |value: &Value| RawValue::from_string(value.to_string()).ok();
    let held: Held = held.filter_map(|(name, value)| Some((name.clone(), raw(value)?))).collect();
    let Converted { rows, left_out } = convert(&held)?.ok()?;
    let mut values = rows
        .into_iter()
        .map(|(_, _, rows)| rows.iter().filter_map(|row| serde_json::from_str(row.get()).ok()).collect::<Vec<Value>>());
    Some((values.next()?.pop()?, values.next()?, left_out))
}

/// Index, prompt and response of interactions, and whether they are versions of another one.
fn short(interactions: &[Value]) -> Vec<Value> {
    let short =
        |row: &Value| json!([row["index"], row["prompt"]["content"], row["response"], !row["parentId"].is_null()]);
    interactions.iter().map(short).collect()
}

#[test]
fn other_documents_are_no_conversations() {
    for document in [
        json!({}),
        json!({ "title": "x", "id": "y" }),
        json!({ "messages": [] }),
        json!({ "mapping": [] }),
        json!({ "conversationId": "c", "messages": "x" }),
    ] {
        assert!(rows(&document).is_none(), "{document}");
    }
}

fn node(parent: Option<&str>, role: &str, at: f64, content: Value) -> Value {
    json!({ "parent": parent, "children": [], "message": {
        "author": { "role": role }, "create_time": at, "content": content, "recipient": "all",
        "metadata": { "model_slug": "loam" },
    } })
}

fn text(text: &str) -> Value {
    json!({ "content_type": "text", "parts": [text] })
}

#[test]
fn main_line_is_in_order_and_other_versions_are_below_it() {
    let document = json!({
        "title": "Compost", "create_time": 1_714_550_400.5, "update_time": 1_714_550_460, "conversation_id": "c", "id": "c",
        "current_node": "a2",
        "mapping": {
            "root": { "parent": null, "message": null, "children": ["s"] },
            "s": node(Some("root"), "system", 0.0, text("")),
            "u1": node(Some("s"), "user", 1.0, text("What?")),
            "old": node(Some("u1"), "assistant", 2.0, text("An old answer")),
            "a1": node(Some("u1"), "assistant", 3.0, text("An answer")),
            "edit": node(Some("a1"), "user", 4.0, text("Before the edit")),
            "edit-a": node(Some("edit"), "assistant", 5.0, text("To the first")),
            "u2": node(Some("a1"), "user", 6.0, text("And then?")),
            "call": node(Some("u2"), "assistant", 7.0, json!({ "content_type": "code", "text": "1 + 1" })),
            "out": node(Some("call"), "tool", 8.0, json!({ "content_type": "execution_output", "text": "2" })),
            "a2": node(Some("out"), "assistant", 9.0, json!({ "content_type": "multimodal_text", "parts": [
                "It is", { "content_type": "image_asset_pointer" }, { "content_type": "audio_transcription", "text": "two." }] })),
        },
    });
    let (conversation, interactions, left_out) = rows(&document).unwrap_or_default();
    assert_eq!(
        (&conversation["id"], &conversation["title"], &conversation["createdAt"], &conversation["updatedAt"]),
        (&json!("c"), &json!("Compost"), &json!("2024-05-01T08:00:00.500Z"), &json!("2024-05-01T08:01:00.000Z"))
    );
    let expected = [
        json!([0, "What?", "An answer", false]),
        json!([1, "And then?", "```\n1 + 1\n```\n\n```\n2\n```\n\nIt is\ntwo.", false]),
        json!([1, "Before the edit", "To the first", true]),
        json!([0, "What?", "An old answer", true]),
    ];
    assert_eq!(short(&interactions), expected);
    assert_eq!(interactions[2]["parentId"], interactions[1]["id"]);
    assert_eq!(interactions[0]["metadata"], json!({ "modelId": "loam", "importedFrom": "chatgpt", "messageId": "a1" }));
    assert_eq!(
        (&interactions[1]["startedAt"], &interactions[1]["endedAt"]),
        (&json!("1970-01-01T00:00:06.000Z"), &json!("1970-01-01T00:00:09.000Z"))
    );
    assert_eq!(left_out, 1, "a picture");
}

#[test]
fn odd_messages_are_left_out_and_counted() {
    let document = json!({ "mapping": {
        "u": node(None, "user", 1.0, text("Hello")),
        "hidden": { "parent": "u", "message": { "author": { "role": "user" }, "content": text("secret"),
            "metadata": { "is_visually_hidden_from_conversation": true } } },
        "wrong": { "parent": "u", "message": { "content": 7 } },
        "call": { "parent": "u", "message": { "author": { "role": "assistant" }, "recipient": "browser", "content": text("search") } },
        "circle": node(Some("circle2"), "user", 2.0, text("lost")),
        "circle2": node(Some("circle"), "user", 3.0, text("lost too")),
        "none": {},
    } });
    let (conversation, interactions, left_out) = rows(&document).unwrap_or_default();
    assert_eq!(short(&interactions), [json!([0, "Hello", null, false])]);
    assert_eq!(left_out, 4);
    assert!(conversation["id"].as_str().is_some_and(|id| id.len() == 36) && conversation["title"] == "");
    assert_eq!(rows(&document).map(|(again, ..)| again["id"].clone()), Some(conversation["id"].clone()));
}

#[test]
fn list_and_tree_give_the_same_rows() {
    let user = |id: &str, parent: &str, text: &str| json!({ "messageId": id, "parentMessageId": parent, "text": text, "isCreatedByUser": true, "createdAt": "2026-01-02T03:04:05.678Z" });
    let reply = |id: &str, parent: &str, text: &str, at: &str| {
        json!({ "messageId": id, "parentMessageId": parent, "sender": "Loam", "model": "loam", "isCreatedByUser": false,
        "content": [{ "type": "think", "think": "hm" }, { "type": "text", "text": text }, { "type": "tool_call" }], "createdAt": at })
    };
    let root = "00000000-0000-0000-0000-000000000000";
    let list = json!({ "conversationId": "c", "endpoint": "openAI", "title": "T", "recursive": false, "messages": [
        user("u1", root, "One"), reply("a0", "u1", "Old", "2026-01-02T03:04:06Z"), reply("a1", "u1", "New", "2026-01-02T03:04:07Z"),
        user("u2", "a1", "Two"), reply("a2", "u2", "Last", "2026-01-02T03:04:08Z"),
    ] });
    let mut tree = json!({ "conversationId": "c", "title": "T", "recursive": true });
    let mut first = user("u1", root, "One");
    let mut new = reply("a1", "", "New", "2026-01-02T03:04:07Z");
    let mut second = user("u2", "", "Two");
    second["children"] = json!([reply("a2", "", "Last", "2026-01-02T03:04:08Z")]);
    new["children"] = json!([second]);
    first["children"] = json!([reply("a0", "", "Old", "2026-01-02T03:04:06Z"), new]);
    tree["messagesTree"] = json!([first]);
    let (conversation, interactions, left_out) = rows(&list).unwrap_or_default();
    assert_eq!(
        conversation,
        json!({ "id": "c", "title": "T", "createdAt": "2026-01-02T03:04:05.678Z", "updatedAt": "2026-01-02T03:04:08.000Z",
            "metadata": { "importedFrom": "librechat" } })
    );
    let expected = [json!([0, "One", "New", false]), json!([1, "Two", "Last", false]), json!([0, "One", "Old", true])];
    assert_eq!(short(&interactions), expected);
    assert_eq!(left_out, 3, "the calls of tools");
    assert_eq!(rows(&tree).map(|(_, rows, _)| rows), Some(interactions));
}

/// A conversation with a long prompt and answers to it.
fn long_prompt(answers: usize) -> Held {
    let mut mapping = format!(
        r#"{{"u":{{"message":{{"author":{{"role":"user"}},"content":{{"parts":["{}"]}}}}}}"#,
        "x".repeat(1_000_000)
    );
    for answer in 0..answers {
        mapping += &format!(r#","a{answer}":{{"parent":"u","message":{{"content":{{"parts":["y"]}}}}}}"#);
    }
    RawValue::from_string(mapping + "}").map(|mapping| ("mapping".to_owned(), mapping)).into_iter().collect()
}

#[test]
fn rows_are_bounded_by_the_size_of_their_conversation() {
    // All of the rows would have 20 GB.
    let refused = convert(&long_prompt(20_000)).and_then(Result::err);
    let limit = refused.map(|TooLarge { member, limit }| (member, (20_000_000..30_000_000).contains(&limit)));
    assert_eq!(limit, Some(("mapping", true)));
    let few = convert(&long_prompt(10)).and_then(Result::ok);
    assert_eq!(few.map(|few| few.rows[1].2.len()), Some(10));
}

#[test]
fn long_id_is_shared_by_the_children_of_a_message() {
    // Copies would have 20 GB.
    let mut children = r#"{"messageId":"c","text":"y"},"#.repeat(20_000);
    children.pop();
    let tree = format!(
        r#"[{{"messageId":"{}","isCreatedByUser":true,"text":"x","children":[{children}]}}]"#,
        "i".repeat(1_000_000)
    );
    let raw = |text: String| RawValue::from_string(text).ok();
    let held = [("conversationId", r#""c""#.to_owned()), ("messagesTree", tree)];
    let held: Held = held.into_iter().filter_map(|(name, text)| Some((name.to_owned(), raw(text)?))).collect();
    assert!(convert(&held).is_some_and(|rows| rows.is_err()), "the prompt of each answer has the id");
}
