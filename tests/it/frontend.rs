//! The built web app at `/`.

use landfall::config::Env;
use reqwest::Method;

use crate::support::{TestApp, TestDatabase, assert_problem, send};

async fn app_with(files: &[(&str, &str)]) -> (TestApp, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("assets")).unwrap();
    for (name, text) in files {
        std::fs::write(dir.path().join(name), text).unwrap();
    }
    let env = Env::from_pairs([("LANDFALL_FRONTEND", dir.path().to_str().unwrap())]);
    (TestApp::configured(TestDatabase::migrated().await, env).await, dir)
}

#[tokio::test]
async fn page_is_revalidated_and_hashed_files_are_cached() {
    let files = [("index.html", "<h1>hello</h1>"), ("sw.js", "1"), ("assets/a-1.js", "2")];
    let (app, _dir) = app_with(&files).await;
    let anonymous = app.anonymous();
    let page = anonymous.get("/").await;
    assert_eq!((page.status, page.text.as_str()), (200, "<h1>hello</h1>"));
    assert!(page.headers["content-security-policy"].to_str().unwrap().starts_with("default-src 'self'"));
    for (path, kept) in
        [("/", "no-cache"), ("/sw.js", "no-cache"), ("/assets/a-1.js", "public, max-age=31536000, immutable")]
    {
        assert_eq!(anonymous.get(path).await.headers["cache-control"], kept, "{path}");
    }
}

#[tokio::test]
async fn files_shadow_neither_the_api_nor_its_problems() {
    let (app, _dir) = app_with(&[("index.html", "<h1>hello</h1>")]).await;
    let anonymous = app.anonymous();
    anonymous.get("/health/live").await.expect(200);
    assert_problem(&anonymous.get("/assets/none.js").await, 404, "not_found", "");
    assert_problem(&anonymous.get("/../Cargo.toml").await, 404, "not_found", "");
    assert_problem(&anonymous.get("/api/nothing").await, 404, "not_found", "");
    assert_problem(&send(anonymous.request(Method::PUT, "/health/live")).await, 405, "method_not_allowed", "");
}

#[tokio::test]
async fn missing_app_is_answered_with_the_build_command() {
    let env = Env::from_pairs([("LANDFALL_FRONTEND", "/nowhere")]);
    let app = TestApp::configured(TestDatabase::migrated().await, env).await;
    assert!(app.anonymous().get("/").await.text.contains("make demo"));
}
