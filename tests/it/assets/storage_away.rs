//! An outage of the storage. Chat continues during the outage, and file operations resume after it.

use std::time::Instant;

use landfall::config::StorageConfig;
use landfall::embedded::s3::EmbeddedS3;
use landfall::storage::Storage;
use serde_json::json;

use crate::support::{TestApp, assert_problem, asset, eventually, free_port, message, png, put};

/// A storage that can be stopped. It is the embedded one also where other tests use a real one, because the test concerns the server.
struct OwnStorage {
    folder: tempfile::TempDir,
    config: StorageConfig,
    port: u16,
    running: Option<EmbeddedS3>,
}

impl OwnStorage {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let running = EmbeddedS3::start_at(folder.path(), port, "secret").await.unwrap();
        Self { config: running.config.clone(), folder, port, running: Some(running) }
    }

    async fn stop(&mut self) {
        self.running.take().unwrap().stop().await;
    }

    async fn again(&mut self) {
        self.running = Some(EmbeddedS3::start_at(self.folder.path(), self.port, "secret").await.unwrap());
    }
}

#[tokio::test]
async fn storage_outage_affects_file_operations_only() {
    let mut s3 = OwnStorage::start().await;
    let storage = Storage::new(&s3.config);
    storage.ensure_bucket().await.unwrap();
    let app = TestApp::on_storage(storage).await;
    let anna = app.user("anna").await;
    let doomed = anna.upload(100).await;
    let waiting = asset(&app.random_id(), 200);
    assert_eq!(put(&anna.upload_link(&waiting).await, png(200)).await, 200);

    s3.stop().await;
    let started = Instant::now();
    let refused = anna.post("/api/assets", &waiting).await;
    assert_problem(&refused, 503, "storage_unavailable", "");
    assert_eq!(refused.headers["retry-after"], "1");
    let begun = anna.post(&format!("/api/assets/{}/multipart", waiting["id"].as_str().unwrap()), &waiting).await;
    assert_problem(&begun, 503, "storage_unavailable", "");
    let form = reqwest::multipart::Form::new().text("mimeType", "image/png");
    let file = reqwest::multipart::Part::bytes(png(300)).file_name("a.png").mime_str("image/png").unwrap();
    let upload = anna.request(reqwest::Method::POST, "/api/media/assets").multipart(form.part("file", file));
    let media = crate::support::send(upload).await;
    assert_problem(&media, 503, "storage_unavailable", "");
    eprintln!("three requests without a storage took {} ms", started.elapsed().as_millis());
    anna.delete(&format!("/api/assets/{doomed}")).await.expect(204);
    let chat = anna.chat().await;
    let batch = json!({ "messages": [message(&chat, "temp-1", "still here")] });
    anna.post("/api/chat/messages/batch", &batch).await.expect(200);
    anna.put("/api/projects/p", &json!({ "name": "P", "baseRevision": 0 })).await.expect(201);
    let health = anna.get("/health/ready").await;
    assert_eq!((health.status, &health.json["checks"]["storage"]), (503, &json!("unavailable")));
    // A job that waits for an outage counts no failed attempt.
    eventually(20, "the removal has been tried", || async {
        let tried = "SELECT count(*) AS n FROM job WHERE kind = 'discard' AND last_error IS NOT NULL AND attempts = 0";
        (app.db.number(tried).await > 0).then_some(())
    })
    .await;

    s3.again().await;
    eventually(10, "it can be registered", || async {
        (anna.post("/api/assets", &waiting).await.status == 201).then_some(())
    })
    .await;
    app.db.execute("UPDATE job SET run_at = now() WHERE last_error IS NOT NULL").await;
    let object = format!("{}/{doomed}", anna.id);
    eventually(20, "the deleted file's object is removed", || async {
        app.storage.list(&object).await.unwrap().is_empty().then_some(())
    })
    .await;
}
