use serde_json::{Value, json};

use super::{admin, assistant, create, path, publish};
use crate::support::{TestApp, TestUser, assert_problem, send};

async fn titles(user: &TestUser, query: &str) -> Vec<String> {
    let page = user.get(&format!("/api/assistants?{query}")).await.expect(200);
    page["data"].as_array().unwrap().iter().map(|one| one["title"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn list_has_pages_filters_and_the_callers_own_by_default() {
    let app = TestApp::start().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    for title in ["one", "two", "three"] {
        create(&anna, title).await;
    }
    create(&ben, "bens").await;
    let page = anna.get("/api/assistants?pageSize=2").await.expect(200);
    assert_eq!(page["pagination"], json!({ "page": 1, "pageSize": 2, "total": 3, "totalPages": 2 }));
    assert_eq!(titles(&anna, "pageSize=2").await, ["three", "two"]);
    assert_eq!(titles(&anna, "pageSize=2&page=2").await, ["one"]);
    assert_eq!(titles(&anna, "pageSize=2&page=3").await, Vec::<String>::new());
    assert_eq!(titles(&anna, "status=pending").await, Vec::<String>::new());
    assert_eq!(titles(&anna, "search=thr").await, ["three"]);
    assert_eq!(titles(&anna, "author=anna&search=two").await, ["two"]);
    assert_eq!(titles(&anna, "author=ben").await, Vec::<String>::new());
    assert_eq!(titles(&anna, "scope=public").await, Vec::<String>::new(), "drafts are not public");
    for (query, pointer) in [
        ("pageSize=101", "/query/pageSize"),
        ("pageSize=0", "/query/pageSize"),
        ("page=0", "/query/page"),
        ("page=501", "/query/page"),
        ("pageSize=7&page=1430", "/query/page"),
        ("scope=all", "/query/scope"),
        ("status=gone", "/query/status"),
        ("order=title", "/query/order"),
    ] {
        assert_problem(&anna.get(&format!("/api/assistants?{query}")).await, 422, "validation_failed", pointer);
    }
    anna.get("/api/assistants?pageSize=7&page=1429").await.expect(200);
    let long = "w".repeat(101);
    assert_problem(
        &anna.get(&format!("/api/assistants?search={long}")).await,
        422,
        "validation_failed",
        "/query/search",
    );
}

#[tokio::test]
async fn search_finds_beginnings_of_words_in_title_description_and_tags() {
    let app = TestApp::start().await;
    let (anna, ben, root) = (app.user("anna").await, app.user("ben").await, admin(&app, "root").await);
    let mut tides = assistant("Tide-tables 2.0");
    tides["desc"] = json!("For the Überfahrt");
    tides["tags"] = json!(["sea/harbour", "潮汐"]);
    tides["tags"].as_array_mut().unwrap().push(json!("cafe\u{301}"));
    publish(&anna, &root, &tides).await;
    publish(&anna, &root, &json!({ "title": "Knots", "desc": "Rope", "prompt": "tide" })).await;
    for (search, found) in [
        ("tide", 1),
        ("TIDE", 1),
        ("table", 1),
        ("2.0", 1),
        ("u\u{308}berf", 1),
        ("ｔｉｄｅ", 1),
        ("überf", 1),
        ("Über", 1),
        ("harb", 1),
        ("caf\u{e9}", 1),
        ("潮", 1),
        ("tide harbour", 1),
        ("tide rope", 0),
        ("ide", 0),
        ("!!", 0),
        ("' | 'knots", 0),
    ] {
        let query = form(&[("scope", "public"), ("search", search)]);
        assert_eq!(titles(&ben, &query).await.len(), found, "{search}");
    }
    assert_eq!(titles(&ben, "scope=public&search=%20").await.len(), 1, "a private one is not listed");
}

fn form(pairs: &[(&str, &str)]) -> String {
    reqwest::Url::parse_with_params("http://x", pairs).unwrap().query().unwrap().to_owned()
}

#[tokio::test]
async fn public_list_has_the_newest_first_and_what_is_published_only() {
    let app = TestApp::start().await;
    let (anna, ben, root) = (app.user("anna").await, app.user("ben").await, admin(&app, "root").await);
    let first = publish(&anna, &root, &assistant("first")).await;
    publish(&ben, &root, &assistant("second")).await;
    publish(&ben, &root, &json!({ "title": "private", "desc": "d", "prompt": "p", "isPublic": false })).await;
    let reader = app.user("cleo").await;
    assert_eq!(titles(&reader, "scope=public").await, ["second", "first"]);
    assert_eq!(titles(&reader, "scope=public&author=anna").await, ["first"]);
    assert_eq!(titles(&reader, "scope=public&status=pending").await, Vec::<String>::new());
    assert_eq!(anna.delete(&path(&first)).await.status, 204);
    assert_eq!(titles(&reader, "scope=public").await, ["second"]);
    assert_problem(&reader.get(&path(&first)).await, 404, "not_found", "");
}

#[tokio::test]
async fn unchanged_list_is_a_304_without_a_body() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    create(&anna, "one").await;
    for scope in ["mine", "public"] {
        let at = format!("/api/assistants?scope={scope}");
        let first = anna.get(&at).await;
        let conditional = || anna.request(reqwest::Method::GET, &at).header("if-none-match", first.etag());
        let unchanged = send(conditional()).await;
        assert_eq!((unchanged.status, unchanged.text.as_str(), unchanged.etag()), (304, "", first.etag()));
    }
    let first = anna.get("/api/assistants").await;
    create(&anna, "two").await;
    let changed =
        send(anna.request(reqwest::Method::GET, "/api/assistants").header("if-none-match", first.etag())).await;
    assert_eq!(changed.expect(200)["pagination"]["total"], 2);
}

#[tokio::test]
async fn login_sync_has_the_callers_own() {
    let app = TestApp::start().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    let made = create(&anna, "one").await;
    create(&ben, "bens").await;
    let init: Value = anna.get("/api/sync/init").await.expect(200);
    assert_eq!(init["assistants"], json!([made]));
}
