//! The record of the sealing holds the keys of all sealed values of a user: no import replaces it, and no client without sealing spoils it.

use serde_json::{Value, json};

use super::skipped::{import_twice, pairs, skipped};
use super::{export, import};
use crate::support::{TestApp, TestUser, assert_problem};

const RECORD: &str = "/api/collections/settings/landfall:sealing";

/// A record as a device writes it.
fn record(kid: &str) -> Value {
    let slot = |by: &str| json!({ "by": by, "kdf": { "name": "HKDF-SHA-256", "salt": "c2FsdA" }, "iv": "aXY", "ciphertext": "Y2lwaGVy" });
    json!({ "v": 1, "kid": kid, "slots": [slot("passphrase"), slot("code")] })
}

fn document(record: &Value) -> Value {
    json!({ "settings": { "landfall:sealing": record, "theme": record["kid"] } })
}

async fn stored(user: &TestUser) -> Value {
    export(user).await["settings"]["landfall:sealing"].clone()
}

#[tokio::test]
async fn record_is_created_and_never_changed_by_an_import() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let own = record("own");
    let report = import_twice(&anna, "", &document(&own)).await;
    assert_eq!(report["collections"]["settings"]["created"], 2, "{report}");
    for query in ["", "&mode=replace"] {
        let other = record(&format!("other{query}"));
        let report = import_twice(&anna, query, &document(&other)).await;
        assert_eq!(skipped(&report), pairs([("id_conflict", "/settings/landfall:sealing")]));
        assert_eq!(
            (&report["collections"]["settings"]["skipped"], &report["collections"]["settings"]["updated"]),
            (&json!(1), &json!(1))
        );
        let after = export(&anna).await;
        assert_eq!(after["settings"], json!({ "landfall:sealing": own, "theme": other["kid"] }));
    }
    let report = import_twice(&anna, "&mode=replace", &json!({ "settings": { "theme": "x" } })).await;
    assert_eq!((&report["collections"]["settings"]["deleted"], &report["errors"]), (&json!(0), &json!([])));
    let same = json!({ "settings": { "landfall:sealing": own } });
    let report = import_twice(&anna, "&mode=replace", &same).await;
    assert_eq!((&report["collections"]["settings"]["unchanged"], &report["errors"]), (&json!(1), &json!([])));
    assert_eq!(export(&anna).await["settings"], same["settings"], "other settings are deleted");
    let strict = import(&anna, "?strict=1", &document(&record("own2"))).await;
    assert_problem(&strict, 422, "validation_failed", "/settings/landfall:sealing");
}

#[tokio::test]
async fn record_is_not_reached_by_other_forms_of_its_key_or_of_the_document() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let own = record("own");
    import_twice(&anna, "", &document(&own)).await;
    let other = record("other");
    let in_a_list = json!({ "settings": [{ "key": "landfall:sealing", "value": other }] });
    // NUL and halves of surrogate pairs are taken out of texts, and keys may be such texts.
    let with_nul = r#"{"settings":{"landfall:sealing\u0000":RECORD,"\u0000landfall:sealing":RECORD}}"#;
    let twice = r#"{"settings":{"landfall:sealing":RECORD,"landfall:sealing":RECORD}}"#;
    let texts = [with_nul, twice].map(|text| text.replace("RECORD", &other.to_string()));
    for document in [in_a_list.to_string(), texts[0].clone(), texts[1].clone()] {
        for query in ["", "?mode=replace"] {
            let answer = anna.post_text(&format!("/api/import{query}"), document.clone()).await;
            assert!([200, 201, 400, 422].contains(&answer.status), "{}", answer.text);
            assert_eq!(stored(&anna).await, own, "{document} {query}");
        }
    }
    for form in [json!("text"), json!(null), json!({ "kid": "x", "slots": [] }), json!({ "slots": [1] }), json!([])] {
        let ben = app.user("ben").await;
        let report = import_twice(&ben, "", &document(&form)).await;
        assert_eq!(skipped(&report), pairs([("invalid_value", "/settings/landfall:sealing")]), "{form}");
        assert_eq!(stored(&ben).await, json!(null));
    }
}

#[tokio::test]
async fn client_without_sealing_neither_deletes_the_record_nor_writes_another_value() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let own = record("own");
    let put = |value: Value, base: i64| json!({ "baseRevision": base, "value": { "value": value } });
    anna.put(RECORD, &put(own.clone(), 0)).await.expect(201);

    assert_problem(&anna.delete(RECORD).await, 403, "forbidden", "");
    for value in [json!("dark"), json!(null), json!({ "v": 1 }), json!({ "kid": "k", "slots": [] })] {
        assert_problem(&anna.put(RECORD, &put(value, 1)).await, 422, "validation_failed", "/value/value");
    }
    let cleared = json!({ "baseRevision": 1, "value": {} });
    assert_problem(&anna.put(RECORD, &cleared).await, 422, "validation_failed", "/value/value");
    let of_device = |id: i64, op: &str| match op {
        "delete" => {
            json!({ "id": id, "collection": "settings", "op": op, "key": "landfall:sealing", "baseRevision": 1 })
        }
        _ => {
            json!({ "id": id, "collection": "settings", "op": op, "key": "landfall:sealing", "baseRevision": 1, "value": { "value": 1 } })
        }
    };
    let push =
        json!({ "clientId": app.random_id(), "mutations": [of_device(1, "delete"), of_device(2, "put")], "limit": 1 });
    let answer = anna.post("/api/sync", &push).await.expect(200);
    let codes: Vec<&Value> = (0..2).map(|n| &answer["results"][n]["error"]["code"]).collect();
    assert_eq!(codes, [&json!("forbidden"), &json!("validation_failed")], "{answer}");
    assert_eq!(stored(&anna).await, own);

    // A device with sealing wraps the same key again, and other settings are as free as before.
    let mut again = own.clone();
    again["changes"] = json!(1);
    anna.put(RECORD, &put(again.clone(), 1)).await.expect(200);
    assert_eq!(stored(&anna).await, again);
    anna.put("/api/collections/settings/theme", &put(json!("dark"), 0)).await.expect(201);
    anna.delete("/api/collections/settings/theme").await.expect(204);
}
