//! The memory of a server at rest.

use crate::support::Process;

/// A worker that has the OpenAPI document as values takes 20 MiB, and one that shares its text takes 3.
#[tokio::test]
async fn eight_workers_at_rest_take_little_memory() {
    let data = tempfile::tempdir().unwrap();
    let server = Process::start(data.path(), &[("LANDFALL_WORKERS", "8")]).await;
    let mebibytes = server.own_bytes() >> 20;
    println!("eight workers at rest: {mebibytes} MiB of memory that no file is behind");
    assert!(mebibytes < 96, "{mebibytes} MiB");
    assert!(server.terminate().await.success());
}
