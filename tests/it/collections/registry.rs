//! `GET /api/collections`, and the consistency of the declarations.

use landfall::kinds::collections::{OnDelete, definitions};
use serde_json::{Value, json};

use crate::support::{TestApp, assert_problem};

const NAMES: [&str; 15] = [
    "settings",
    "conversations",
    "interactions",
    "mods",
    "providerConfigs",
    "apiKeys",
    "syncRepos",
    "rules",
    "tags",
    "tagRuleLinks",
    "promptTemplates",
    "workflows",
    "marketplaceSources",
    "marketplaceIndexes",
    "installedMarketplaceItems",
];

#[tokio::test]
async fn registry_lists_the_collections_with_their_rules() {
    let app = TestApp::start().await;
    let answer = app.user("anna").await.get("/api/collections").await.expect(200);
    let names: Vec<&str> =
        answer["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect();
    assert_eq!(names, NAMES);
    assert_eq!(answer["nextCursor"], Value::Null);
    assert_eq!(
        answer["items"][2],
        json!({
            "name": "interactions", "table": "interactions", "primaryKey": "id",
            "indexes": ["conversationId", "index", "type", "status", "parentId", "rating", "createdAt", "startedAt", "endedAt"],
            "policy": "merge", "direction": "both", "unique": [],
            "references": [{ "member": "conversationId", "collection": "conversations", "required": true, "onDelete": "take-along" }],
            "limits": { "maxValueBytes": 5_242_880, "maxIdChars": 128 },
        })
    );
    assert_eq!(
        [&answer["items"][5]["direction"], &answer["items"][13]["direction"], &answer["items"][14]["primaryKey"]],
        ["device-only", "device-only", "packageId"]
    );
    assert_problem(&app.anonymous().get("/api/collections").await, 401, "unauthenticated", "");
}

#[test]
fn declarations_are_consistent() {
    let kinds = landfall::kinds::registry();
    let mut names: Vec<_> = kinds.iter().map(|kind| kind.name()).collect();
    let mut tables: Vec<_> = definitions(&kinds).map(|definition| definition.table).collect();
    for list in [&mut names, &mut tables] {
        list.sort_unstable();
        let count = list.len();
        list.dedup();
        assert_eq!(list.len(), count);
    }
    for definition in definitions(&kinds) {
        for reference in definition.references {
            assert!(kinds.find(reference.to).is_some(), "{} {}", definition.name, reference.to);
            // Unlinking must leave a valid row: no required member may become null, and no unique member may change.
            let unlinks = reference.on_delete == OnDelete::Unlink;
            assert!(!unlinks || !(reference.required || definition.unique.contains(&reference.member)));
        }
    }
}

#[test]
fn every_collection_is_a_browser_table_with_existing_properties() {
    let document: Value =
        serde_json::to_value(landfall::openapi::document(true, &landfall::kinds::registry())).unwrap();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let of = |name: &str| schemas.values().find(|schema| schema["x-indexeddb"]["collection"] == name);
    for name in NAMES {
        let schema = of(name).unwrap_or_else(|| panic!("{name}"));
        let table = &schema["x-indexeddb"];
        assert!(schema["description"].is_string() && schema["additionalProperties"] == true, "{name}");
        assert!(table["policy"].is_string() && table["direction"].is_string(), "{name}");
        assert!(schema["required"].as_array().unwrap().contains(&table["primaryKey"]), "{name}");
        let indexes = table["indexes"].as_array().unwrap().iter().chain([&table["primaryKey"]]);
        for property in indexes.flat_map(|index| index.as_str().unwrap().trim_matches(['[', ']']).split('+')) {
            assert!(schema["properties"].get(property).is_some(), "{name} {property}");
        }
    }
    assert!(!document.to_string().contains("int64"), "generators would make BigInts of them");
    assert_eq!(of("settings").unwrap()["x-indexeddb"]["primaryKey"], "key");
}
