use serde_json::{Value, json};

use super::{create, path};
use crate::support::{TestApp, assert_problem};

#[tokio::test]
async fn stale_version_gets_the_servers_copy_and_changes_nothing() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let made = create(&anna, "Tides").await;
    let second = anna.put(&path(&made), &json!({ "version": 1, "title": "Second" })).await.expect(200);
    let stale = anna.put(&path(&made), &json!({ "version": 1, "title": "Stale", "mutationId": "m1" })).await;
    assert_problem(&stale, 409, "revision_conflict", "");
    assert_eq!(stale.json["server"], second);
    let third = anna.put(&path(&made), &json!({ "version": 2, "title": "Third" })).await.expect(200);
    let repeated = anna.put(&path(&made), &json!({ "version": 1, "title": "Stale", "mutationId": "m1" })).await;
    assert_eq!((repeated.status, &repeated.json["server"]), (409, &third), "a repeat is refused with the newest copy");
    let delete =
        anna.request(reqwest::Method::DELETE, &path(&made)).json(&json!({ "version": 1 })).send().await.unwrap();
    assert_eq!(delete.status(), 409);
    assert_eq!(anna.get(&path(&made)).await.expect(200), third);
}

/// Two devices of one owner race on one version, a hundred times: each round has one winner, and the loser gets the winner's copy.
#[tokio::test(flavor = "multi_thread")]
async fn one_of_two_racing_writers_wins_each_version() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let mut stored = create(&anna, "Tides").await;
    let at = path(&stored);
    for round in 0..100 {
        let change = |who: &str| json!({ "version": stored["version"], "title": format!("{who} {round}") });
        let (one, other) = (change("laptop"), change("phone"));
        let (one, other) = tokio::join!(anna.put(&at, &one), anna.put(&at, &other));
        let (winner, loser) = if one.status == 200 { (one, other) } else { (other, one) };
        assert_eq!((winner.status, loser.status), (200, 409), "{} {}", winner.text, loser.text);
        assert_eq!(loser.json["server"], winner.json);
        assert_eq!(winner.json["version"], round + 2);
        stored = winner.json;
    }
    let entries = "SELECT count(*) AS n FROM audit WHERE action = 'assistant.update'";
    assert_eq!(app.db.number(entries).await, 100, "an entry for each effect and none for a refusal");
    let pulled: Value = anna.get("/api/sync/changes?collections=assistants").await.expect(200);
    assert_eq!(pulled["changes"][0]["value"], stored);
}
