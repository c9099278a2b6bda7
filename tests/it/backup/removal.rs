//! Objects stay in the bucket while a backup is made.

use landfall::db::advisory::{self, Lock};

use crate::support::{TestApp, eventually};

#[tokio::test]
async fn objects_of_deleted_files_stay_until_the_backup_is_complete() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let id = anna.upload(200).await;
    let objects = || async { app.storage.list(&format!("{}/{id}", anna.id)).await.unwrap().len() };
    let mut backup = app.db.conn().await;
    assert!(advisory::try_exclusive(&mut backup, Lock::Backup).await.unwrap());
    anna.delete(&format!("/api/assets/{id}")).await.expect(204);
    let waiting = "SELECT count(*) AS n FROM job WHERE kind = 'discard' AND last_error = 'a backup is being made' AND attempts = 0";
    eventually(10, "the removal waits", || async { (app.db.number(waiting).await > 0).then_some(()) }).await;
    assert_eq!(objects().await, 1);
    drop(backup);
    app.db.execute("UPDATE job SET run_at = now() WHERE kind = 'discard' AND last_error IS NOT NULL").await;
    eventually(10, "the object is removed", || async { (objects().await == 0).then_some(()) }).await;
}
