//! The job that looks whether stored files exist. A look takes place once a day; the tests move the times of the rows back.

use landfall::storage::Storage;
use serde_json::{Value, json};

use crate::support::{TestApp, TestDatabase, TestUser, asset, eventually, png, put};

/// A day passes, and every file is looked for.
async fn look(db: &TestDatabase) {
    db.execute("UPDATE asset_objects SET checked_at = now() - interval '25 hours', missing_since = (missing_since AT TIME ZONE 'UTC' - interval '25 hours') AT TIME ZONE 'UTC'")
        .await;
    eventually(30, "all files are looked for", || async {
        assert_eq!(db.number("SELECT count(*) AS n FROM job WHERE kind = 'reconcile' AND dead").await, 0);
        // A run that has begun before does not see them.
        let due = "SELECT 1 FROM asset_objects WHERE checked_at < now() - interval '24 hours'";
        db.execute(&format!(
            "UPDATE job SET run_at = now() WHERE kind = 'reconcile' AND locked_until IS NULL AND EXISTS ({due})"
        ))
        .await;
        let due = "SELECT count(*) AS n FROM asset_objects WHERE checked_at < now() - interval '24 hours'";
        let running = "SELECT count(*) AS n FROM job WHERE kind = 'reconcile' AND run_at <= now()";
        (db.number(due).await + db.number(running).await == 0).then_some(())
    })
    .await;
}

async fn status(user: &TestUser, id: &str) -> Value {
    user.get(&format!("/api/assets/{id}")).await.expect(200)["uploadStatus"].clone()
}

fn key(user: &TestUser, id: &str) -> String {
    format!("{}/{id}-Boat-1.png", user.id)
}

/// The jobs that remove objects.
async fn removals(db: &TestDatabase) -> i64 {
    db.number("SELECT count(*) AS n FROM job WHERE kind = 'discard' AND payload::text LIKE '%Boat%'").await
}

#[tokio::test]
async fn loss_is_confirmed_over_days_and_ends_when_the_file_is_found_again() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let (lost, changed, fine) = (anna.upload(100).await, anna.upload(100).await, anna.upload(100).await);
    let files = async || {
        let keys = app.storage.list(&format!("{}/", anna.id)).await.unwrap();
        keys.iter().filter(|key| key.contains("Boat")).count()
    };
    let before = files().await;
    app.storage.delete(&[key(&anna, &lost)]).await.unwrap();
    app.storage.put(&key(&anna, &changed), "image/png", vec![1; 100].into()).await.unwrap();
    for _ in 0..3 {
        look(&app.db).await;
        for id in [&lost, &changed, &fine] {
            assert_eq!(status(&anna, id).await, "completed", "{id}");
        }
    }
    look(&app.db).await;
    for (id, expected) in [(&lost, "failed"), (&changed, "failed"), (&fine, "completed")] {
        eventually(20, "the loss shows", || async { (status(&anna, id).await == expected).then_some(()) }).await;
    }
    // Nothing is removed because it was not found.
    assert_eq!(removals(&app.db).await, 0);
    assert_eq!(files().await, before - 1);

    for id in [&lost, &changed] {
        app.storage.put(&key(&anna, id), "image/png", png(100).into()).await.unwrap();
    }
    look(&app.db).await;
    for id in [&lost, &changed] {
        eventually(20, "it is found again", || async { (status(&anna, id).await == "completed").then_some(()) }).await;
        assert_eq!(anna.download(id).await, png(100));
    }
}

#[tokio::test]
async fn file_that_is_found_in_time_was_never_lost() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let id = anna.upload(100).await;
    for _ in 0..3 {
        app.storage.delete(&[key(&anna, &id)]).await.unwrap();
        look(&app.db).await;
        look(&app.db).await;
        app.storage.put(&key(&anna, &id), "image/png", png(100).into()).await.unwrap();
        look(&app.db).await;
    }
    assert_eq!(status(&anna, &id).await, "completed");
    assert_eq!(app.db.number("SELECT count(*) AS n FROM asset_objects WHERE missing_since IS NOT NULL").await, 0);
}

#[tokio::test]
async fn storage_that_was_moved_keeps_its_files_under_new_etags() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let with_checksum = app.random_id();
    let mut described = asset(&with_checksum, 100);
    described["sha256"] = json!(hex::encode(ring::digest::digest(&ring::digest::SHA256, &png(100))));
    assert_eq!(put(&anna.upload_link(&described).await, png(100)).await, 200);
    anna.post("/api/assets", &described).await.expect(201);
    let without = anna.upload(200).await;
    let etags = "SELECT string_agg(etag, ' ' ORDER BY id) AS sql FROM asset_objects";
    let known = app.db.text(etags).await;
    app.db.execute("UPDATE asset_objects SET etag = '\"of another storage\"'").await;
    for _ in 0..5 {
        look(&app.db).await;
        for id in [&with_checksum, &without] {
            assert_eq!(status(&anna, id).await, "completed");
        }
    }
    assert_eq!(app.db.text(etags).await, known, "the etags of the new storage are stored");
    // The same size and type with other bytes: only the checksum shows it.
    let mut other = png(100);
    *other.last_mut().unwrap() ^= 1;
    app.storage.put(&key(&anna, &with_checksum), "image/png", other.into()).await.unwrap();
    for _ in 0..4 {
        look(&app.db).await;
    }
    eventually(20, "the loss shows", || async { (status(&anna, &with_checksum).await == "failed").then_some(()) })
        .await;
}

#[tokio::test]
async fn empty_bucket_gives_up_no_file() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let mut ids = Vec::new();
    for _ in 0..12 {
        ids.push(anna.upload(100).await);
    }
    let keys: Vec<String> = ids.iter().map(|id| key(&anna, id)).collect();
    app.storage.delete(&keys).await.unwrap();
    for _ in 0..6 {
        look(&app.db).await;
    }
    for id in &ids {
        assert_eq!(status(&anna, id).await, "completed");
    }
    let page = app.anonymous().get("/metrics").await.text;
    assert!(page.contains("landfall_files_missing 12"), "{page}");
    assert_eq!(removals(&app.db).await, 0);
    for key in &keys {
        app.storage.put(key, "image/png", png(100).into()).await.unwrap();
    }
    look(&app.db).await;
    let page = app.anonymous().get("/metrics").await.text;
    assert!(page.contains("landfall_files_missing 0"), "{page}");
}

/// A bucket that does not exist stops the job, and the job goes on when the setting is right again.
#[tokio::test]
async fn bucket_that_does_not_exist_is_an_outage_of_the_job() {
    let mut config = crate::support::test_storage();
    config.bucket = "no-such-bucket".to_owned();
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let id = anna.upload(100).await;
    let wrong = TestApp::over_storage(app.db.clone(), Storage::new(&config)).await;
    // Only the server with the wrong bucket works on the job.
    app.stop_background();
    app.db.execute("UPDATE asset_objects SET checked_at = now() - interval '25 hours'").await;
    app.db.execute("UPDATE job SET run_at = now(), locked_until = NULL WHERE kind = 'reconcile'").await;
    eventually(20, "the job waits", || async {
        let waits =
            "SELECT count(*) AS n FROM job WHERE kind = 'reconcile' AND last_error IS NOT NULL AND attempts = 0";
        (app.db.number(waits).await == 1).then_some(())
    })
    .await;
    assert_eq!(status(&wrong.user("anna").await, &id).await, "completed");
    assert_eq!(app.db.number("SELECT count(*) AS n FROM asset_objects WHERE missing_since IS NOT NULL").await, 0);
}
