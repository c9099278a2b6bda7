//! Background jobs.

use std::time::Duration;

use landfall::models::job::{self, Job};

use crate::support::{TestApp, TestDatabase, TestUser, assert_problem, asset, eventually, png, put};

#[tokio::test]
async fn upload_without_registration_fails_after_a_day() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let (old, young) = (app.random_id(), app.random_id());
    assert_eq!(put(&anna.upload_link(&asset(&old, 100)).await, png(100)).await, 200);
    app.db.execute("UPDATE assets SET updated_at = now() - interval '25 hours'").await;
    assert_eq!(put(&anna.upload_link(&asset(&young, 100)).await, png(100)).await, 200);
    app.db.execute("UPDATE job SET run_at = now() WHERE kind = 'sweep_uploads'").await;
    let status = |id: String| {
        let anna = anna.clone();
        async move { anna.get(&format!("/api/assets/{id}")).await.expect(200)["uploadStatus"].clone() }
    };
    eventually(20, "the old one has failed", || async { (status(old.clone()).await == "failed").then_some(()) }).await;
    assert_eq!(status(young.clone()).await, "pending");
    eventually(20, "its object is gone", || async {
        (app.storage.list(&format!("{}/", anna.id)).await.unwrap().len() == 1).then_some(())
    })
    .await;
    anna.post("/api/assets", &asset(&young, 100)).await.expect(201);
}

/// Registers a file, and puts its rows back to what a backup from before the registration has. A day has passed since.
async fn restored_before_registration(app: &TestApp, anna: &TestUser, id: &str) {
    assert_eq!(put(&anna.upload_link(&asset(id, 100)).await, png(100)).await, 200);
    for table in ["assets", "asset_objects"] {
        app.db.execute(&format!("CREATE TABLE backup_{table} AS SELECT * FROM {table}")).await;
    }
    anna.post("/api/assets", &asset(id, 100)).await.expect(201);
    eventually(20, "the staged bytes are gone", || async {
        (app.storage.list(&format!("{}/staging/", anna.id)).await.unwrap().is_empty()).then_some(())
    })
    .await;
    app.db.execute("DELETE FROM assets").await;
    for table in ["assets", "asset_objects"] {
        app.db.execute(&format!("INSERT INTO {table} SELECT * FROM backup_{table}")).await;
    }
    app.db.execute("UPDATE assets SET updated_at = now() - interval '25 hours'").await;
}

async fn sweep(app: &TestApp, anna: &TestUser, id: &str) -> serde_json::Value {
    app.db.execute("UPDATE job SET run_at = now() WHERE kind = 'sweep_uploads'").await;
    eventually(20, "the upload is ended", || async {
        let row = anna.get(&format!("/api/assets/{id}")).await.expect(200);
        (row["uploadStatus"] != "pending").then_some(row)
    })
    .await
}

#[tokio::test]
async fn file_of_a_restored_pending_row_is_completed_and_not_removed() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let id = app.random_id();
    restored_before_registration(&app, &anna, &id).await;
    assert_eq!(anna.get(&format!("/api/assets/{id}")).await.expect(200)["uploadStatus"], "pending");
    assert_eq!(sweep(&app, &anna, &id).await["uploadStatus"], "completed");
    assert_eq!(anna.download(&id).await, png(100));
    let removals = "SELECT count(*) AS n FROM job WHERE kind = 'discard' AND payload::text LIKE '%Boat%'";
    assert_eq!(app.db.number(removals).await, 0);
    // The device that registers it again is answered as usual.
    assert_eq!(anna.post("/api/assets", &asset(&id, 100)).await.status, 200);
}

#[tokio::test]
async fn other_file_under_the_key_of_a_restored_row_stays() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let id = app.random_id();
    restored_before_registration(&app, &anna, &id).await;
    let key = format!("{}/{id}-Boat-1.png", anna.id);
    app.storage.put(&key, "image/png", png(200).into()).await.unwrap();
    assert_eq!(sweep(&app, &anna, &id).await["uploadStatus"], "failed");
    let removals = "SELECT count(*) AS n FROM job WHERE kind = 'discard' AND payload::text LIKE '%Boat%'";
    assert_eq!(app.db.number(removals).await, 0);
    assert_eq!(app.storage.head(&key).await.unwrap().unwrap().size, 200);
    // The device uploads it again, under another key.
    assert_eq!(put(&anna.upload_link(&asset(&id, 100)).await, png(100)).await, 200);
    anna.post("/api/assets", &asset(&id, 100)).await.expect(201);
    assert_eq!(anna.download(&id).await, png(100));
    assert_eq!(app.storage.head(&key).await.unwrap().unwrap().size, 200);
}

/// A registration finds a file under the final key that it has not copied there, and that does not match.
#[tokio::test]
async fn registration_removes_no_file_that_it_did_not_copy() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let id = app.random_id();
    restored_before_registration(&app, &anna, &id).await;
    let key = format!("{}/{id}-Boat-1.png", anna.id);
    app.storage.put(&key, "image/png", png(200).into()).await.unwrap();
    assert_problem(&anna.post("/api/assets", &asset(&id, 100)).await, 422, "validation_failed", "/size");
    let removals = "SELECT count(*) AS n FROM job WHERE kind = 'discard' AND payload::text LIKE '%Boat%'";
    assert_eq!(app.db.number(removals).await, 0);
    assert_eq!(app.storage.head(&key).await.unwrap().unwrap().size, 200);
}

#[tokio::test]
async fn several_servers_run_each_job_once() {
    let db = TestDatabase::migrated().await;
    let mut conn = db.conn().await;
    for number in 0..40 {
        let work = Job::Discard { keys: vec![format!("{number}")], upload: None };
        job::enqueue(&mut conn, &work, Duration::ZERO).await.unwrap();
    }
    let takers = (0..4).map(|_| async {
        let (mut conn, mut taken) = (db.conn().await, Vec::new());
        while let Some(one) = job::take(&mut conn, Duration::from_secs(60)).await.unwrap() {
            taken.push(one.id);
        }
        taken
    });
    let mut taken = futures_util::future::join_all(takers).await.concat();
    assert_eq!(taken.len(), 40);
    taken.sort_unstable();
    taken.dedup();
    assert_eq!(taken.len(), 40, "one was taken twice");
}

#[tokio::test]
async fn job_of_a_dead_server_is_continued_and_a_failing_one_is_kept() {
    let db = TestDatabase::migrated().await;
    let mut conn = db.conn().await;
    let id = job::enqueue(&mut conn, &Job::Reconcile, Duration::ZERO).await.unwrap();
    job::enqueue(&mut conn, &Job::Reconcile, Duration::ZERO).await.unwrap();
    assert_eq!(db.number("SELECT count(*) AS n FROM job").await, 1, "recurring work is queued once");
    let lasts = Duration::from_secs(60);
    assert_eq!(job::take(&mut conn, lasts).await.unwrap().unwrap().id, id);
    assert!(job::take(&mut conn, lasts).await.unwrap().is_none(), "it is locked");
    db.execute("UPDATE job SET locked_until = now() - interval '1 second'").await;
    assert_eq!(job::take(&mut conn, lasts).await.unwrap().unwrap().id, id);
    job::postpone(&mut conn, id, Duration::ZERO, job::MAX_ATTEMPTS, Some("no")).await.unwrap();
    assert!(job::take(&mut conn, lasts).await.unwrap().is_none(), "it is given up");
    let line = &job::summary(&mut conn).await.unwrap()[0];
    assert_eq!((line.dead, line.last_error.as_deref()), (1, Some("no")));
}

#[tokio::test]
async fn unknown_kind_of_job_is_postponed_and_counted() {
    let app = TestApp::start().await;
    app.db.execute(r#"INSERT INTO job (id, kind, payload) VALUES (gen_random_uuid(), 'x', '{"kind":"x"}')"#).await;
    eventually(20, "it was tried", || async {
        let tried = "SELECT count(*) AS n FROM job WHERE kind = 'x' AND attempts > 0 AND last_error IS NOT NULL";
        (app.db.number(tried).await == 1).then_some(())
    })
    .await;
}
