//! `POST /api/sync/outcomes`: outcomes by number, and client names that are closed. Pages that a slow connection can take.

use serde_json::{Value, json};

use crate::support::{TestApp, TestUser, assert_problem};

fn tag(id: i64, key: &str, name: &str) -> Value {
    json!({ "id": id, "collection": "tags", "op": "put", "key": key, "baseRevision": 0, "value": { "name": name } })
}

async fn push(user: &TestUser, client: &str, mutations: &[Value]) -> crate::support::Answer {
    user.post("/api/sync", &json!({ "clientId": client, "mutations": mutations, "maxBytes": 0 })).await
}

async fn outcomes(user: &TestUser, client: &str, from: i64, close: bool) -> Value {
    user.post("/api/sync/outcomes", &json!({ "clientId": client, "from": from, "close": close })).await.expect(200)
}

fn results(answer: &Value) -> Vec<(i64, &str, &str)> {
    answer["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| {
            (result["id"].as_i64().unwrap(), result["status"].as_str().unwrap(), result["key"].as_str().unwrap())
        })
        .collect()
}

#[tokio::test]
async fn outcomes_are_told_by_number_without_the_bodies() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    assert_eq!(outcomes(&anna, "device-1", 1, false).await, json!({ "results": [], "answered": 0 }));
    let stale =
        json!({ "id": 3, "collection": "tags", "op": "put", "key": "t1", "baseRevision": 9, "value": { "name": "x" } });
    push(&anna, "device-1", &[tag(1, "t1", "todo"), tag(2, "t2", "todo"), stale]).await.expect(200);
    let answer = outcomes(&anna, "device-1", 1, false).await;
    assert_eq!(results(&answer), [(1, "duplicate", "t1"), (2, "rejected", ""), (3, "conflict", "t1")]);
    assert_eq!((&answer["answered"], &answer["results"][0]["revision"]), (&json!(3), &json!(1)));
    assert_eq!(answer["results"][1]["error"]["code"], "duplicate_name");
    assert_eq!(results(&outcomes(&anna, "device-1", 3, false).await), [(3, "conflict", "t1")]);
    assert_eq!(outcomes(&anna, "device-1", 4, false).await, json!({ "results": [], "answered": 3 }));
    assert_eq!(push(&anna, "device-1", &[tag(4, "t4", "later")]).await.expect(200)["results"][0]["status"], "applied");
}

#[tokio::test]
async fn closed_client_name_takes_no_late_copy_of_a_request() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    push(&anna, "device-1", &[tag(1, "t1", "one")]).await.expect(200);
    let version = app.db.version(&anna.id).await;
    for _ in 0..2 {
        let answer = outcomes(&anna, "device-1", 1, true).await;
        assert_eq!((results(&answer), &answer["answered"]), (vec![(1, "duplicate", "t1")], &json!(1)));
    }
    assert_eq!(app.db.version(&anna.id).await, version, "closing changes no row");
    for late in [vec![tag(2, "t2", "two")], vec![tag(1, "t1", "one")]] {
        assert_problem(&push(&anna, "device-1", &late).await, 409, "mutation_gap", "");
    }
    assert_eq!(push(&anna, "device-2", &[tag(1, "t2", "two")]).await.expect(200)["results"][0]["status"], "applied");
    // Another user's client of the same name is another client.
    let ben = app.user("ben").await;
    assert_eq!(push(&ben, "device-1", &[tag(1, "t1", "one")]).await.expect(200)["results"][0]["status"], "applied");
}

#[tokio::test]
async fn push_under_way_and_a_close_agree_on_what_is_stored() {
    let app = TestApp::start().await;
    for round in 0..20 {
        let anna = app.user(&format!("anna{round}")).await;
        let mutation = [tag(1, "t1", "one")];
        let (pushed, closed) = tokio::join!(push(&anna, "d", &mutation), outcomes(&anna, "d", 1, true));
        let stored = anna.get("/api/collections/tags/t1").await.status == 200;
        assert_eq!((pushed.status == 200, closed["answered"] == json!(1)), (stored, stored), "round {round}");
    }
}

#[tokio::test]
async fn page_of_a_push_never_waits_for_one_large_row() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let data = json!({ "name": "large", "baseRevision": 0, "data": { "text": "x".repeat(300_000) } });
    anna.put("/api/projects/p1", &data).await.expect(201);
    let sync = async |max: Option<u32>, id: i64| {
        let mut body = json!({ "clientId": "d", "mutations": [tag(id, &format!("t{id}"), &format!("t{id}"))] });
        if let Some(max) = max {
            body["maxBytes"] = json!(max);
        }
        let answer = anna.post("/api/sync", &body).await.expect(200);
        (answer["changes"].as_array().unwrap().len(), answer["hasMore"].clone())
    };
    assert_eq!(sync(Some(0), 1).await, (0, json!(true)));
    assert_eq!(sync(Some(100_000), 2).await, (0, json!(true)), "the large row is first and does not fit");
    assert_eq!(sync(None, 3).await, (4, json!(false)));
    let pull = anna.get("/api/sync/changes?maxBytes=1000").await.expect(200);
    assert_eq!((pull["changes"].as_array().unwrap().len(), &pull["hasMore"]), (1, &json!(true)));
    assert_problem(&anna.get("/api/sync/changes?maxBytes=-1").await, 422, "validation_failed", "/query/maxBytes");
}
