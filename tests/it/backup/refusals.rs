//! Backups and restores that are refused, with a sentence that says what to do.

use super::place::{Programs, text};

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_done_is_refused_and_changes_nothing() {
    let Some(programs) = Programs::start().await else { return };
    let place = programs.place("landfall").await;
    let folder = tempfile::tempdir().unwrap();
    let backups = folder.path().join("backups");

    let (code, _, errors) = place.run(&["restore", text(&backups)]).await;
    assert!(code == Some(1) && errors.contains("no complete backup"), "{errors}");
    place.succeed(&["migrate"]).await;
    place.succeed(&["backup", text(&backups)]).await;

    // The role of servers does not see all rows.
    let as_server = secrecy::ExposeSecret::expose_secret(&place.url).replace("user=landfall ", "user=landfall_app ");
    diesel_async::SimpleAsyncConnection::batch_execute(&mut place.conn().await, "ALTER ROLE landfall_app LOGIN")
        .await
        .unwrap();
    let settings = [("DATABASE_URL", as_server.as_str()), ("LANDFALL_MIGRATE", "false")];
    let (code, _, errors) = place.run_with(&settings, &["backup", text(&backups)]).await;
    assert!(code == Some(1) && errors.contains("make backups as the owner of the tables"), "{errors}");

    let (code, _, errors) = place.run(&["restore", text(&backups)]).await;
    assert!(code == Some(1) && errors.contains("The database has tables"), "{errors}");
    let server = place.serve().await;
    let (code, _, errors) = place.run(&["restore", text(&backups)]).await;
    assert!(code == Some(1) && errors.contains("Stop all servers"), "{errors}");
    assert!(server.terminate().await.success());

    let lock = std::fs::File::open(backups.join(".lock")).unwrap();
    lock.lock().unwrap();
    let (code, _, errors) = place.run(&["backup", text(&backups)]).await;
    assert!(code == Some(1) && errors.contains("Another process uses the folder"), "{errors}");
    drop(lock);
    // A bucket without the files is the wrong one. Nothing of the failed attempts counts as a backup.
    let backup_count = || {
        std::fs::read_dir(&backups).unwrap().flatten().filter(|entry| entry.path().join("backup.json").exists()).count()
    };
    assert_eq!(backup_count(), 1);
    programs.stop().await;
}
