//! Two servers on one database and one bucket: nothing belongs to one of them.

use serde_json::json;

use crate::support::{
    Process, SECRET, TestDatabase, TestUser, assert_problem, asset, eventually, png, put, storage_settings,
    test_storage,
};
use crate::sync::events::Stream;

#[tokio::test]
async fn write_reaches_a_device_at_another_server_before_and_after_a_kill() {
    let db = TestDatabase::migrated().await;
    let (first_folder, second_folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let first = Process::over(&db, first_folder.path(), &[]).await;
    let second = Process::over(&db, second_folder.path(), &[]).await;
    let anna = TestUser::sign_in(&first.url, "anna").await;
    let mut device = Stream::open(&anna.at(&second.url), None).await;
    assert_eq!(device.version().await.0, 0);
    anna.chat().await;
    assert_eq!(device.version().await.0, 1);

    first.kill().await;
    anna.at(&second.url).chat().await;
    assert_eq!(device.version().await.0, 2);
    let first = Process::over(&db, first_folder.path(), &[]).await;
    anna.at(&first.url).chat().await;
    assert_eq!(device.version().await.0, 3);

    // The device's server is killed. The device continues from its last event at the other server.
    anna.at(&first.url).chat().await;
    let (_, last_id) = device.version().await;
    second.kill().await;
    anna.at(&first.url).chat().await;
    assert_eq!(Stream::open(&anna.at(&first.url), Some(&last_id)).await.version().await.0, 5);
}

#[tokio::test]
async fn uploads_quotas_sessions_and_jobs_are_those_of_all_servers() {
    let db = TestDatabase::migrated().await;
    let (first_folder, second_folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let storage = storage_settings(&test_storage());
    let mut settings = vec![("LANDFALL_QUOTA_FILES", "2"), ("LANDFALL_SECRET", SECRET)];
    settings.extend(storage.iter().map(|(name, value)| (*name, value.as_str())));
    let first = Process::over(&db, first_folder.path(), &settings).await;
    let second = Process::over(&db, second_folder.path(), &settings).await;
    let anna = TestUser::sign_in(&first.url, "anna").await;
    let there = anna.at(&second.url);

    // An upload that was signed by one is registered by the other.
    let file = asset(&uuid::Uuid::new_v4().to_string(), 300);
    assert_eq!(put(&anna.upload_link(&file).await, png(300)).await, 200);
    there.post("/api/assets", &file).await.expect(201);
    let id = file["id"].as_str().unwrap();
    assert_eq!(anna.download(id).await, png(300));
    // What is stored at one counts at the other.
    there.upload(200).await;
    let third = json!({ "operation": "upload", "assets": [asset(&uuid::Uuid::new_v4().to_string(), 100)] });
    for user in [&anna, &there] {
        assert_problem(&user.post("/api/assets/presign", &third).await, 413, "quota_exceeded", "");
    }
    // A row that was written at one is the base of a write at the other, and a stale base is a conflict.
    let row = |name: &str, revision: i64| json!({ "value": { "name": name }, "baseRevision": revision });
    anna.put("/api/collections/tags/t", &row("one", 0)).await.expect(201);
    there.put("/api/collections/tags/t", &row("two", 1)).await.expect(200);
    assert_problem(&anna.put("/api/collections/tags/t", &row("three", 1)).await, 409, "revision_conflict", "");
    // A session that ends at one ends at the other.
    let again = TestUser::sign_in(&first.url, "anna").await;
    again.at(&second.url).get("/api/sync/init").await.expect(200);
    again.post("/api/auth/sign-out", &json!({})).await.expect(200);
    eventually(5, "the session has ended at the other server", || async {
        (again.at(&second.url).get("/api/sync/init").await.status == 401).then_some(())
    })
    .await;

    // The server that was asked to delete is killed. The other one removes the object.
    let bucket = landfall::storage::Storage::new(&test_storage());
    let prefix = format!("{}/{id}", anna.id);
    assert_eq!(bucket.list(&prefix).await.unwrap().len(), 1);
    anna.delete(&format!("/api/assets/{id}")).await.expect(204);
    first.kill().await;
    // A job that the killed server has taken is locked for a minute.
    db.execute("UPDATE job SET locked_until = NULL WHERE kind = 'discard'").await;
    eventually(10, "the object is removed", || async { bucket.list(&prefix).await.unwrap().is_empty().then_some(()) })
        .await;
    assert_problem(&there.get(&format!("/api/assets/{id}")).await, 404, "not_found", "");
}
