//! Rows that are skipped, and what depends on them.

use serde_json::{Value, json};

use super::{each, export, import};
use crate::collections::create;
use crate::support::{TestApp, TestUser, assert_problem};

/// The codes and pointers of the skipped rows.
pub(super) fn skipped(report: &Value) -> Vec<(String, String)> {
    let errors = report["errors"].as_array().unwrap().iter();
    errors
        .map(|note| (note["code"].as_str().unwrap().to_owned(), note["pointer"].as_str().unwrap().to_owned()))
        .collect()
}

pub(super) fn pairs<const N: usize>(expected: [(&str, &str); N]) -> Vec<(String, String)> {
    expected.map(|(code, pointer)| (code.to_owned(), pointer.to_owned())).to_vec()
}

/// Imports after a dry run that must have the same report.
pub(super) async fn import_twice(user: &TestUser, query: &str, document: &Value) -> Value {
    let mut dry_run = import(user, &format!("?dryRun=1{query}"), document).await.expect(200);
    let report = import(user, &format!("?dryRun=0{query}"), document).await.expect(200);
    dry_run["dryRun"] = json!(false);
    assert_eq!(report, dry_run);
    report
}

#[tokio::test]
async fn rows_without_their_parent_are_at_the_top_and_circles_are_skipped() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let document = json!({
        "projects": [
            { "id": "root", "name": "x" }, { "id": "lost", "name": "x", "parentId": "nowhere" },
            { "id": "below", "name": "x", "parentId": "lost" }, { "id": "circle", "name": "x", "parentId": "circle2" },
            { "id": "circle2", "name": "x", "parentId": "circle" }, { "id": "hanging", "name": "x", "parentId": "circle" },
            { "id": "self", "name": "x", "parentId": "self" }, { "id": "good", "name": "x", "parentId": "root" },
            { "id": "long", "name": "x".repeat(201) }, { "id": "below-long", "name": "x", "parentId": "long" },
        ],
    });
    let report = import_twice(&anna, "", &document).await;
    let expected = [
        ("cycle", "/projects/3/parentId"),
        ("cycle", "/projects/4/parentId"),
        ("cycle", "/projects/6/parentId"),
        ("too_long", "/projects/8/name"),
    ];
    assert_eq!(skipped(&report), pairs(expected));
    let orphans = ["/projects/1/parentId", "/projects/5/parentId", "/projects/9/parentId"];
    assert_eq!(each(&report, "mended", "pointer"), orphans, "the row is at the top");
    let after = export(&anna).await;
    let parents: Vec<(Value, Value)> =
        std::iter::zip(each(&after, "projects", "id"), each(&after, "projects", "parentId")).collect();
    let expected = [
        ("below", json!("lost")),
        ("below-long", json!(null)),
        ("good", json!("root")),
        ("hanging", json!(null)),
        ("lost", json!(null)),
        ("root", json!(null)),
    ];
    assert_eq!(parents, expected.map(|(id, parent)| (json!(id), parent)));
}

#[tokio::test]
async fn cycle_through_stored_rows_is_found() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let tree = json!({ "projects": [
        { "id": "a", "name": "x" }, { "id": "b", "name": "x", "parentId": "a" }, { "id": "c", "name": "x", "parentId": "b" },
    ] });
    import(&anna, "", &tree).await.expect(200);
    let document = json!({ "projects": [{ "id": "a", "name": "y", "parentId": "c" }, { "id": "d", "name": "y", "parentId": "c" }] });
    let report = import_twice(&anna, "", &document).await;
    assert_eq!(skipped(&report), pairs([("cycle", "/projects/0/parentId")]));
    assert_eq!(report["collections"]["projects"]["created"], 1, "the stored `a` stays, so `c` is there for `d`");
    // The skipped `b` stays below `a`, so `a` can't go below `b`.
    let document =
        json!({ "projects": [{ "id": "b", "name": 7, "parentId": "a" }, { "id": "a", "name": "y", "parentId": "b" }] });
    let report = import_twice(&anna, "", &document).await;
    assert_eq!(skipped(&report), pairs([("invalid_value", "/projects/0/name"), ("cycle", "/projects/1/parentId")]));
    let document = json!({ "projects": [{ "id": "a", "name": "y", "parentId": "c" }] });
    let refused = import(&anna, "?mode=replace&strict=1", &document).await;
    assert_problem(&refused, 422, "validation_failed", "/projects/0/parentId");
    assert_eq!(refused.json["errors"][0]["code"], "unknown_parent", "the stored rows between are deleted");
}

#[tokio::test]
async fn large_row_is_skipped_and_named() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let huge = "x".repeat(25 * 1024 * 1024);
    let document = format!(
        r#"{{"tags":[{{"id":"a","name":"a"}},{{"id":"huge","name":"h","more":"{huge}"}},{{"name":"h2","more":["{huge}"],"id":"late"}},
            {{"id":"large","name":"l","more":"{large}"}},{{"id":"z","name":"z"}}],"settings":{{"one":1,"big":"{huge}"}}}}"#,
        large = "x".repeat(1_100_000),
    );
    let report = anna.post_text("/api/import", document.clone()).await.expect(200);
    let expected =
        [("too_large", "/tags/1"), ("too_large", "/tags/2"), ("too_large", "/tags/3"), ("too_large", "/settings/big")];
    assert_eq!(skipped(&report), pairs(expected));
    assert_eq!(each(&report, "errors", "id"), [json!("huge"), json!(null), json!("large"), json!("big")]);
    let after = export(&anna).await;
    assert_eq!(each(&after, "tags", "id"), ["a", "z"]);
    assert_eq!(after["settings"], json!({ "one": 1 }));
    let refused = anna.post_text("/api/import?strict=1", document).await;
    assert_problem(&refused, 422, "validation_failed", "/tags/1");
}

#[tokio::test]
async fn replace_keeps_the_stored_rows_of_skipped_ones() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    for id in ["a", "b", "c"] {
        create(&anna, "conversations", id, json!({ "title": id })).await;
        create(&anna, "interactions", id, json!({ "conversationId": id, "index": 0 })).await;
    }
    let document = json!({
        "conversations": [{ "id": "a", "title": 7 }, { "id": "b", "title": "new" }],
        "interactions": [{ "id": "n", "conversationId": "a", "index": 1 }, { "id": "c", "conversationId": "c", "index": 1 }],
    });
    let report = import_twice(&anna, "&mode=replace", &document).await;
    assert_eq!(
        skipped(&report),
        pairs([("invalid_value", "/conversations/0/title"), ("unknown_reference", "/interactions/1/conversationId")])
    );
    let after = export(&anna).await;
    assert_eq!(each(&after, "conversations", "title"), ["a", "new"]);
    assert_eq!(each(&after, "interactions", "id"), ["n"], "the row of a deleted conversation is deleted with it");

    // The id of a row that is too long may be behind its beginning.
    let huge = "x".repeat(25 * 1024 * 1024);
    let document = format!(r#"{{"conversations":[{{"title":"{huge}","id":"a"}},{{"id":"d","title":"d"}}]}}"#);
    anna.post_text("/api/import?mode=replace", document).await.expect(200);
    assert_eq!(each(&export(&anna).await, "conversations", "id"), ["a", "b", "d"]);
}

#[tokio::test]
async fn replace_deletes_a_chain_below_a_deleted_project() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let chain: Vec<Value> = (0..50)
        .map(
            |n| json!({ "id": format!("p{n:02}"), "name": "x", "parentId": (n > 0).then(|| format!("p{:02}", n - 1)) }),
        )
        .collect();
    import(&anna, "", &json!({ "projects": chain })).await.expect(200);
    let mut chain = chain[1..].to_vec();
    chain.iter_mut().for_each(|row| row["name"] = json!(7));
    let document = json!({ "projects": chain });
    let report = import_twice(&anna, "&mode=replace", &document).await;
    assert_eq!(report["collections"]["projects"]["skipped"], 49);
    assert_eq!(report["collections"]["projects"]["deleted"], 50);
    assert_eq!(export(&anna).await["projects"], json!([]));
}

#[tokio::test]
async fn name_that_a_stored_row_keeps_gets_a_number() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    for n in 0..4 {
        create(&anna, "tags", &format!("t{n}"), json!({ "name": format!("n{n}") })).await;
    }
    // Each row takes the name of the next one, and the last one takes a name that is in use.
    create(&anna, "tags", "x", json!({ "name": "used" })).await;
    let mut rows: Vec<Value> =
        (0..3).map(|n| json!({ "id": format!("t{n}"), "name": format!("n{}", n + 1) })).collect();
    rows.push(json!({ "id": "t3", "name": "used", "description": "other" }));
    rows.push(json!({ "id": "t9", "name": "free" }));
    let mut with_a_fault = rows.clone();
    with_a_fault[3]["createdAt"] = json!("yesterday");
    let report = import_twice(&anna, "", &json!({ "tags": with_a_fault })).await;
    assert_eq!(skipped(&report), pairs([("invalid_value", "/tags/3/createdAt")]));
    assert_eq!(each(&report, "mended", "pointer"), ["/tags/2/name"], "the stored t3 keeps n3");
    assert_eq!(each(&export(&anna).await, "tags", "name"), ["n1", "n2", "n3 (2)", "n3", "free", "used"]);
    let report = import_twice(&anna, "", &json!({ "tags": rows })).await;
    assert_eq!(
        (&report["mended"][0]["code"], &report["mended"][0]["pointer"]),
        (&json!("renamed"), &json!("/tags/3/name"))
    );
    assert_eq!(each(&export(&anna).await, "tags", "name"), ["n1", "n2", "n3", "used (2)", "free", "used"]);
    assert_eq!(import_twice(&anna, "", &json!({ "tags": rows })).await["collections"]["tags"]["unchanged"], 5);
    // With the name free, all rows get theirs.
    anna.delete("/api/collections/tags/x").await.expect(204);
    let report = import_twice(&anna, "", &json!({ "tags": rows })).await;
    assert_eq!(report["collections"]["tags"]["updated"], 1);
    assert_eq!(each(&export(&anna).await, "tags", "name"), ["n1", "n2", "n3", "used", "free"]);
}

#[tokio::test]
async fn lists_of_the_report_are_bounded_and_totals_count_all() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let wrong: Vec<Value> = (0..300).map(|n| json!({ "id": format!("t{n}"), "name": 7 })).collect();
    let orphans: Vec<Value> =
        (0..300).map(|n| json!({ "id": format!("i{n}"), "conversationId": "none", "index": n })).collect();
    let mut document = json!({ "interactions": orphans, "tags": wrong });
    document["U".repeat(100_000)] = json!([]);
    for n in 0..150 {
        document[format!("unknown{n:03}")] = json!([]);
    }
    let report = import_twice(&anna, "", &document).await;
    let lengths = ["ignored", "errors", "mended", "warnings"].map(|list| report[list].as_array().unwrap().len());
    assert_eq!(lengths, [20, 100, 0, 100]);
    assert_eq!(report["ignored"][0], "U".repeat(100), "long names are cut");
    assert_eq!(report["totals"], json!({ "ignored": 151, "errors": 600, "mended": 0, "warnings": 151 }));
    assert_eq!(report["errors"][99]["pointer"], "/interactions/99/conversationId", "in the order of the document");
    let names = "x".repeat(100_000);
    let long: Vec<Value> =
        (0..50).map(|_| json!({ "id": "a", "name": "x", "createdAt": "x", (names.as_str()): "\u{0}" })).collect();
    let answer = import(&anna, "", &json!({ "tags": long })).await;
    assert!(answer.text.len() < 200_000, "{}", answer.text.len());
}
