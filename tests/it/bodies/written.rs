//! Numbers that are written with more digits than they are sent with.

use serde_json::{Value, json};

use crate::support::{Answer, TestApp, TestUser, message};

/// 1.4 MB that the database writes with 65 MB.
fn growing(number: &str) -> String {
    format!("[{}0]", format!("{number},").repeat(200_000))
}

/// Each way to store free JSON, with the text in the place of `"FREE"`.
async fn ways(anna: &TestUser, session: &str, free: &str) -> Vec<Answer> {
    let mut message = message(session, "t1", "a");
    message["metadata"] = json!({ "n": "FREE" });
    let put = |collection: &str, key: &str, value: Value| {
        json!({ "clientId": uuid::Uuid::new_v4(), "mutations": [
            { "id": 1, "collection": collection, "op": "put", "key": key, "baseRevision": 0, "value": value }] })
    };
    let bodies = [
        ("POST", "/api/chat/sessions", json!({ "title": "a", "metadata": { "n": "FREE" } })),
        ("POST", "/api/chat/messages/batch", json!({ "messages": [message] })),
        ("PUT", "/api/projects/p", json!({ "name": "a", "baseRevision": 0, "data": { "n": "FREE" } })),
        ("PUT", "/api/collections/settings/theme", json!({ "baseRevision": 0, "value": { "value": { "n": "FREE" } } })),
        ("POST", "/api/sync", put("projects", "p2", json!({ "name": "b", "data": { "n": "FREE" } }))),
        ("POST", "/api/sync", put("settings", "s2", json!({ "value": { "n": "FREE" } }))),
    ];
    let mut answers = Vec::new();
    for (method, path, body) in bodies {
        let text = body.to_string().replace("\"FREE\"", free);
        let request = anna.request(method.parse().unwrap(), path).header("content-type", "application/json");
        answers.push(crate::support::send(request.body(text)).await);
    }
    answers
}

#[tokio::test]
async fn body_that_grows_beyond_its_limit_is_refused_in_every_way() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    for number in ["5e-324", "1e308", "1E+308", "-1.5e-300"] {
        for answer in ways(&anna, &session, &growing(number)).await {
            // A push refuses the mutation.
            let (status, code) = match &answer.json["results"][0]["error"] {
                Value::Null => (answer.status, answer.code().to_owned()),
                error => (413, error["code"].as_str().unwrap().to_owned()),
            };
            assert_eq!((status, code.as_str()), (413, "payload_too_large"), "{number}: {}", answer.text);
        }
    }
    let stored = "SELECT (SELECT count(*) FROM projects) + (SELECT count(*) FROM chat_messages) AS n";
    assert_eq!(app.db.number(stored).await, 0);
}

/// Each mutation of a push is limited by itself, and all that are not refused together.
#[tokio::test]
async fn push_refuses_the_mutation_whose_numbers_grow_and_no_other_one() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let put = |id: usize, numbers: usize| {
        let data = vec!["5e-324"; numbers].join(",");
        format!(
            r#"{{"id":{id},"collection":"projects","op":"put","key":"p{id}","baseRevision":0,"value":{{"name":"P","data":{{"n":[{data}]}}}}}}"#
        )
    };
    let push = async |client: &str, mutations: [String; 3]| {
        let body = format!(r#"{{"clientId":"{client}","mutations":[{}]}}"#, mutations.join(","));
        anna.post_text("/api/sync", body).await
    };
    let answer = push("one", [put(1, 1), put(2, 200_000), put(3, 1)]).await.expect(200);
    let statuses: Vec<&Value> = answer["results"].as_array().unwrap().iter().map(|result| &result["status"]).collect();
    assert_eq!(statuses, ["applied", "rejected", "applied"]);
    assert_eq!(answer["results"][1]["error"]["code"], "payload_too_large");
    // Each is within the limit of a document, 5 MiB, and the three are not within that of the body.
    let together = push("two", [put(1, 15_000), put(2, 15_000), put(3, 15_000)]).await;
    assert_eq!((together.status, together.code()), (413, "payload_too_large"), "{}", together.text);
}

#[tokio::test]
async fn zero_with_a_long_exponent_is_refused_and_others_are_kept() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    let long = json!({ "title": "a", "metadata": "FREE" }).to_string().replace("\"FREE\"", "{\"n\":[0e-16383]}");
    let answer = anna.post_text("/api/chat/sessions", long).await;
    assert_eq!((answer.status, answer.json["errors"][0]["pointer"].as_str()), (422, Some("/metadata/n/0")));
    for answer in ways(&anna, &session, "[5e-324,1e308,0e-300,0]").await {
        assert!(answer.status < 300, "{}", answer.text);
    }
}
