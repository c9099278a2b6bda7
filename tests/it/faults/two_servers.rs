//! Two servers on one database: a write through one reaches a device at the other, before and after a kill.

use crate::support::{Process, TestDatabase, TestUser};
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
