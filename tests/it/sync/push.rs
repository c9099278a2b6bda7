//! `POST /api/sync`: mutations are applied in order, each exactly once, and the answer has a page of changes.

use serde_json::{Value, json};

use crate::support::{Answer, HeldUserLock, TestApp, TestUser, assert_problem};

fn request(client: &str, mutations: &[Value]) -> Value {
    json!({ "clientId": client, "mutations": mutations, "limit": 200 })
}

async fn push(user: &TestUser, client: &str, mutations: &[Value]) -> Answer {
    user.post("/api/sync", &request(client, mutations)).await
}

fn tag(id: i64, key: &str, name: &str) -> Value {
    json!({ "id": id, "collection": "tags", "op": "put", "key": key, "baseRevision": 0, "value": { "name": name } })
}

fn statuses(answer: &Value) -> Vec<&str> {
    answer["results"].as_array().unwrap().iter().map(|result| result["status"].as_str().unwrap()).collect()
}

/// A project, a chat session in it with two messages, and a tag.
fn one_of_each(session: &str) -> Vec<Value> {
    let message = |id: i64, key: &str, content: &str| {
        json!({ "id": id, "collection": "chatMessages", "op": "put", "key": key, "value":
            { "sessionId": session, "role": "user", "content": content, "createdAt": "2026-11-21T08:00:00.000Z" } })
    };
    vec![
        json!({ "id": 1, "collection": "projects", "op": "put", "key": "p1", "baseRevision": 0, "value": { "name": "P", "data": { "n": 12345678901234567890123_u128.to_string() } } }),
        json!({ "id": 2, "collection": "chatSessions", "op": "put", "key": session, "value": { "title": "Harbour", "projectId": "p1" } }),
        message(3, "temp-1", "a"),
        message(4, "temp-2", "b"),
        tag(5, "t1", "todo"),
    ]
}

#[tokio::test]
async fn mutations_are_applied_in_one_version_and_are_in_the_pull() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = app.random_id();
    let answer = push(&anna, "device-1", &one_of_each(&session)).await.expect(200);
    assert_eq!(statuses(&answer), ["applied"; 5]);
    assert_eq!(app.db.version(&anna.id).await, 1);
    assert_eq!(answer["changes"].as_array().unwrap().len(), 5);
    assert_eq!(answer["hasMore"], false);

    let page = anna.get(&format!("/api/chat/{session}/messages")).await.expect(200);
    let stored = page["messages"].as_array().unwrap();
    let positions: Vec<&Value> = stored.iter().map(|message| &message["position"]).collect();
    assert_eq!(positions, [&json!(1 << 20), &json!((1 << 20) + 1)]);
    assert_eq!((&answer["results"][2]["key"], &stored[0]["tempId"]), (&stored[0]["id"], &json!("temp-1")));
    let idle = json!({ "clientId": "device-1", "cursor": answer["cursor"] });
    assert_eq!(anna.post("/api/sync", &idle).await.expect(200)["changes"], json!([]));
}

#[tokio::test]
async fn repeated_request_has_the_same_answer_and_no_second_effect() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = app.random_id();
    let first = push(&anna, "device-1", &one_of_each(&session)).await.expect(200);
    // Later writes do not change the answer to a repeat.
    anna.delete(&format!("/api/chat/sessions/{session}")).await.expect(204);
    let version = app.db.version(&anna.id).await;
    let again = push(&anna, "device-1", &one_of_each(&session)).await.expect(200);
    assert_eq!(statuses(&again), ["duplicate"; 5]);
    for member in ["id", "key", "revision"] {
        let of = |answer: &Value| {
            answer["results"].as_array().unwrap().iter().map(|r| r[member].clone()).collect::<Vec<_>>()
        };
        assert_eq!(of(&again), of(&first), "{member}");
    }
    assert_eq!(app.db.version(&anna.id).await, version);
}

#[tokio::test]
async fn request_with_repeats_and_new_mutations_applies_the_new_ones() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    push(&anna, "device-1", &[tag(1, "a", "a"), tag(2, "b", "b")]).await.expect(200);
    let mixed = push(&anna, "device-1", &[tag(2, "b", "b"), tag(3, "c", "c")]).await.expect(200);
    assert_eq!(statuses(&mixed), ["duplicate", "applied"]);
    // Another device has its own numbers.
    let other = push(&anna, "device-2", &[tag(1, "d", "d")]).await.expect(200);
    assert_eq!(statuses(&other), ["applied"]);
}

#[tokio::test]
async fn gap_is_refused_and_nothing_is_changed() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let skipped_first = push(&anna, "device-1", &[tag(2, "a", "a")]).await;
    assert_problem(&skipped_first, 409, "mutation_gap", "/mutations/0/id");
    let hole = push(&anna, "device-1", &[tag(1, "a", "a"), tag(3, "b", "b")]).await;
    assert_problem(&hole, 409, "mutation_gap", "/mutations/1/id");
    let backwards = push(&anna, "device-1", &[tag(1, "a", "a"), tag(1, "a", "a")]).await;
    assert_problem(&backwards, 409, "mutation_gap", "/mutations/1/id");
    assert_eq!(app.db.number("SELECT count(*) AS n FROM records").await, 0);
    assert_eq!(app.db.version(&anna.id).await, 0);
}

#[tokio::test]
async fn number_in_use_for_another_mutation_is_a_conflict_of_the_request() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    push(&anna, "device-1", &[tag(1, "a", "a")]).await.expect(200);
    let other = push(&anna, "device-1", &[tag(1, "a", "b"), tag(2, "c", "c")]).await;
    assert_eq!((other.status, other.code()), (409, "id_conflict"));
    assert_eq!(app.db.number("SELECT count(*) AS n FROM records").await, 1);
}

#[tokio::test]
async fn refused_mutations_do_not_stop_others_and_use_their_numbers_up() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let bad = |id: i64, collection: &str, key: &str, value: Value| json!({ "id": id, "collection": collection, "op": "put", "key": key, "baseRevision": 0, "value": value });
    let mutations = [
        tag(1, "a", "todo"),
        tag(2, "b", "todo"),
        bad(3, "tags", "c", json!({ "name": 7 })),
        bad(4, "projects", "p", json!({ "name": "P", "parentId": "none" })),
        bad(5, "projects", "p", json!({ "nome": "P" })),
        bad(6, "chatSessions", "no-uuid", json!({ "title": "x" })),
        bad(
            7,
            "chatMessages",
            "temp-1",
            json!({ "sessionId": app.random_id(), "role": "user", "content": "x", "createdAt": "2026-11-21T08:00:00Z" }),
        ),
        json!({ "id": 8, "collection": "tags", "op": "put", "key": "d", "baseRevision": 0 }),
        tag(9, "e", "last"),
    ];
    let answer = push(&anna, "device-1", &mutations).await.expect(200);
    let mut expected = vec!["rejected"; 9];
    (expected[0], expected[8]) = ("applied", "applied");
    assert_eq!(statuses(&answer), expected);
    let error = |index: usize| &answer["results"][index]["error"];
    assert_eq!((&error(1)["code"], &error(1)["server"]["id"]), (&json!("duplicate_name"), &json!("a")));
    let pointers: Vec<&str> = (2..8).map(|index| error(index)["errors"][0]["pointer"].as_str().unwrap()).collect();
    assert_eq!(pointers, ["/value/name", "/value/parentId", "/value/nome", "/key", "/value/sessionId", "/value"]);

    let again = push(&anna, "device-1", &mutations).await.expect(200);
    (expected[0], expected[8]) = ("duplicate", "duplicate");
    assert_eq!(statuses(&again), expected);
    let errors = |answer: &Value| (2..8).map(|index| answer["results"][index]["error"].clone()).collect::<Vec<_>>();
    assert_eq!(errors(&again), errors(&answer));
    assert_eq!(app.db.version(&anna.id).await, 1);
}

#[tokio::test]
async fn mutation_of_an_unknown_collection_is_refused_alone() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let unknown =
        |id: i64, collection: &str| json!({ "id": id, "collection": collection, "op": "put", "key": "k", "value": {} });
    let mutations = [tag(1, "a", "a"), unknown(2, "dreams"), unknown(3, "visions"), tag(4, "b", "b")];
    let answer = push(&anna, "device-1", &mutations).await.expect(200);
    assert_eq!(statuses(&answer), ["applied", "rejected", "rejected", "applied"]);
    for (index, result) in answer["results"].as_array().unwrap().iter().enumerate().skip(1).take(2) {
        let error = &result["error"]["errors"][0];
        assert_eq!(
            (&error["code"], &error["pointer"]),
            (&json!("unknown_collection"), &json!("/collection")),
            "{index}"
        );
        assert_eq!((&result["key"], &result["revision"], &result["server"]), (&json!("k"), &Value::Null, &Value::Null));
    }
    let again = push(&anna, "device-1", &mutations).await.expect(200);
    assert_eq!(statuses(&again), ["duplicate", "rejected", "rejected", "duplicate"]);
    assert_eq!(again["results"][1]["error"], answer["results"][1]["error"]);
    let next = push(&anna, "device-1", &[tag(5, "c", "c")]).await.expect(200);
    assert_eq!(statuses(&next), ["applied"], "their numbers are used up");
}

#[tokio::test]
async fn unknown_wanted_collections_are_left_out_and_named() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let body = |cursor: &Value, wanted: &[&str], mutations: &[Value]| json!({ "clientId": "d", "cursor": cursor, "collections": wanted, "mutations": mutations });
    let first = anna.post("/api/sync", &body(&Value::Null, &["dreams", "tags"], &[tag(1, "a", "a")])).await.expect(200);
    assert_eq!((&first["unknownCollections"], statuses(&first)), (&json!(["dreams"]), vec!["applied"]));
    assert_eq!(first["changes"][0]["key"], "a");
    let idle = anna.post("/api/sync", &body(&first["cursor"], &["dreams", "tags"], &[])).await.expect(200);
    assert_eq!((&idle["unknownCollections"], &idle["changes"]), (&json!(["dreams"]), &json!([])));
    assert_eq!(idle["cursor"], first["cursor"], "the cursor has no position for it");
    let all = push(&anna, "d", &[tag(2, "b", "b")]).await.expect(200);
    assert_eq!(all["unknownCollections"], json!([]));
}

#[tokio::test]
async fn number_of_wanted_names_does_not_decide_the_size_of_the_answer() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let names: Vec<String> =
        (0..300_000).map(|n| format!("{n:06}")).chain((0..300_000).map(|_| "tags".into())).collect();
    let pushed = anna
        .post("/api/sync", &json!({ "clientId": "d", "collections": names, "mutations": [tag(1, "a", "a")] }))
        .await;
    assert!(pushed.text.len() < 10_000, "{}", pushed.text.len());
    let answer = pushed.expect(200);
    assert_eq!((statuses(&answer), answer["changes"].as_array().unwrap().len()), (vec!["applied"], 1));
    assert_eq!(answer["unknownCollections"].as_array().unwrap().len(), 50);
    assert_eq!(answer["unknownCollectionsOmitted"], 299_950);
    let few =
        anna.post("/api/sync", &json!({ "clientId": "d", "collections": ["x"], "mutations": [] })).await.expect(200);
    assert_eq!(few.get("unknownCollectionsOmitted"), None);
}

#[tokio::test]
async fn push_and_pull_use_one_connection() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let mut cursor = Value::Null;
    let mut taken = [u64::MAX; 2];
    for round in 1..=8 {
        let body = json!({ "clientId": "device-1", "cursor": cursor, "mutations": [tag(round, &format!("t{round}"), &format!("t{round}"))] });
        let poll = |cursor: &Value| json!({ "clientId": "device-1", "cursor": cursor });
        let before = app.pool.pool_use().taken;
        cursor = anna.post("/api/sync", &body).await.expect(200)["cursor"].clone();
        let between = app.pool.pool_use().taken;
        anna.post("/api/sync", &poll(&cursor)).await.expect(200);
        let after = app.pool.pool_use().taken;
        // Background tasks take connections now and then.
        taken = [taken[0].min(between - before), taken[1].min(after - between)];
    }
    assert_eq!(taken, [1, 1]);
}

#[tokio::test]
async fn conflict_has_the_stored_row() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    push(&anna, "laptop", &[tag(1, "t", "mine")]).await.expect(200);
    let put = |base: i64, key: &str| json!({ "id": 1, "collection": "tags", "op": "put", "key": key, "baseRevision": base, "value": { "name": "other" } });
    let answer = push(&anna, "phone", &[put(0, "t")]).await.expect(200);
    let result = &answer["results"][0];
    assert_eq!((&result["status"], &result["server"]["value"]["name"]), (&json!("conflict"), &json!("mine")));
    assert_eq!((&result["server"]["revision"], &result["revision"]), (&json!(1), &Value::Null));
    let nothing = push(&anna, "watch", &[put(3, "none")]).await.expect(200);
    assert_eq!(
        (&nothing["results"][0]["status"], &nothing["results"][0]["server"]),
        (&json!("conflict"), &Value::Null)
    );
    let stale_project = json!({ "id": 1, "collection": "projects", "op": "put", "key": "p", "baseRevision": 2, "value": { "name": "P" } });
    assert_eq!(statuses(&push(&anna, "tablet", &[stale_project]).await.expect(200)), ["conflict"]);
    assert_eq!(app.db.version(&anna.id).await, 1);
}

#[tokio::test]
async fn deletes_cascade_and_unlink_as_by_rest() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = app.random_id();
    push(&anna, "device-1", &one_of_each(&session)).await.expect(200);
    let delete = |id: i64, collection: &str, key: &str| json!({ "id": id, "collection": collection, "op": "delete", "key": key });
    let answer =
        push(&anna, "device-1", &[delete(6, "projects", "p1"), delete(7, "tags", "t1"), delete(8, "tags", "none")])
            .await
            .expect(200);
    assert_eq!(statuses(&answer), ["applied", "applied", "rejected"]);
    let chat = anna.get(&format!("/api/chat/sessions/{session}")).await.expect(200);
    assert_eq!(chat["projectId"], Value::Null);
    let answer = push(&anna, "device-1", &[delete(9, "chatSessions", &session), delete(10, "chatMessages", "x")])
        .await
        .expect(200);
    assert_eq!(statuses(&answer), ["applied", "rejected"]);
    assert_eq!(app.db.number("SELECT count(*) AS n FROM chat_messages WHERE deleted_at IS NULL").await, 0);
}

#[tokio::test]
async fn mutations_that_are_sent_twice_concurrently_have_one_effect() {
    let one = TestApp::start().await;
    let two = one.another().await;
    let anna = one.user("anna").await;
    let session = one.random_id();
    let held = HeldUserLock::of(&one.db, &anna.id).await;
    let send = |user: TestUser| {
        let body = request("device-1", &one_of_each(&session));
        tokio::spawn(async move { user.post("/api/sync", &body).await.expect(200) })
    };
    let first = send(anna.clone());
    held.until_waiting(1).await;
    let second = send(anna.at(&two.url));
    held.until_waiting(2).await;
    held.release().await;
    assert_eq!(statuses(&first.await.unwrap()), ["applied"; 5]);
    assert_eq!(statuses(&second.await.unwrap()), ["duplicate"; 5]);
    assert_eq!(one.db.version(&anna.id).await, 1);
    assert_eq!(one.db.number("SELECT count(*) AS n FROM chat_messages").await, 2);
}

#[tokio::test]
async fn cursor_of_another_epoch_is_refused_before_mutations_are_applied() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let first = push(&anna, "device-1", &[tag(1, "a", "a")]).await.expect(200);
    app.db.execute("UPDATE database_state SET epoch = gen_random_uuid()").await;
    let restored = app.another().await;
    let body = json!({ "clientId": "device-1", "cursor": first["cursor"], "mutations": [tag(2, "b", "b")] });
    let answer = anna.at(&restored.url).post("/api/sync", &body).await;
    assert_problem(&answer, 410, "resync_required", "");
    assert_eq!(answer.json["reason"], "epoch");
    assert_eq!(app.db.number("SELECT count(*) AS n FROM records").await, 1);
}

#[tokio::test]
async fn rows_of_other_users_are_not_found() {
    let app = TestApp::start().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    let session = app.random_id();
    push(&anna, "device-1", &one_of_each(&session)).await.expect(200);
    let attack = [
        json!({ "id": 1, "collection": "projects", "op": "delete", "key": "p1" }),
        json!({ "id": 2, "collection": "chatSessions", "op": "delete", "key": session }),
        json!({ "id": 3, "collection": "tags", "op": "delete", "key": "t1" }),
    ];
    let answer = push(&ben, "device-1", &attack).await.expect(200);
    for result in answer["results"].as_array().unwrap() {
        assert_eq!((&result["status"], &result["error"]["code"]), (&json!("rejected"), &json!("not_found")));
    }
    assert_eq!(answer["changes"], json!([]));
    assert_eq!(app.db.version(&anna.id).await, 1);
}

#[tokio::test]
async fn malformed_requests_are_refused_with_pointers() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    for (body, pointer) in [
        (json!({ "mutations": [] }), "/clientId"),
        (json!({ "clientId": "", "mutations": [] }), "/clientId"),
        (json!({ "clientId": "d", "mutations": [tag(0, "a", "a")] }), "/mutations/0/id"),
        (json!({ "clientId": "d", "mutations": [{ "id": 1 }] }), "/mutations/0/collection"),
        (json!({ "clientId": "d", "cursor": "x" }), "/cursor"),
        (json!({ "clientId": "d", "limit": 0 }), "/limit"),
        (
            json!({ "clientId": "d", "mutations": (1..=501).map(|n| tag(n, "k", "n")).collect::<Vec<_>>() }),
            "/mutations",
        ),
    ] {
        assert_problem(&anna.post("/api/sync", &body).await, 422, "validation_failed", pointer);
    }
    assert_problem(&push(&app.anonymous(), "d", &[]).await, 401, "unauthenticated", "");
}
