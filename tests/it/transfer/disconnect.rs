//! Imports whose client disconnects.

use std::time::Duration;

use landfall::config::{Config, Env};
use landfall::db::{OwnerId, OwnerKey};
use landfall::kinds;
use landfall::sync::{Events, UserWriter};
use landfall::transfer::{ImportMode, ImportOptions, Packing, Transfers, body};
use serde_json::json;

use super::{each, export, import};
use crate::support::{HeldUserLock, TestApp, eventually};

const LEFT: &str = "SELECT (SELECT count(*) FROM import_rows) + (SELECT count(*) FROM imports) AS n";

#[tokio::test]
async fn complete_document_whose_client_has_gone_is_not_applied() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let transfers = Transfers::new(app.pool.clone(), kinds::registry(), 4);
    let limits = Config::from_env(&Env::from_pairs([])).unwrap().data;
    let writer = UserWriter::new(app.pool.clone(), Events::default(), limits.row_quota);
    let owner = OwnerId::of_authenticated(OwnerKey::new(app.db.owner(&anna.id).await), &anna.id);
    let options = ImportOptions {
        mode: ImportMode::Merge,
        dry_run: false,
        strict: false,
        kinds: kinds::registry().transferred().cloned().collect(),
        packing: Packing::Plain,
        max_bytes: 1_000_000,
        limits,
        timeout: Duration::from_secs(60),
        mutation_id: None,
    };
    let lock = HeldUserLock::of(&app.db, &anna.id).await;
    let (feed, document) = body();
    let work = Box::pin(transfers.import(&writer, &owner, options, document));
    let sent = async {
        assert!(feed.chunk(r#"{"tags":[{"id":"t","name":"x"}]}"#.into()).await);
        feed.end().await;
        lock.until_waiting(1).await;
    };
    // The handler is dropped while the import, whose document is complete, waits for the lock.
    tokio::select! {
        biased;
        report = work => panic!("the import did not wait: {report:?}"),
        () = sent => {}
    }
    lock.release().await;
    eventually(10, "nothing is left of the import", || async { (app.db.number(LEFT).await == 0).then_some(()) }).await;
    assert_eq!(app.db.version(&anna.id).await, 0);
    import(&anna, "", &json!({ "tags": [{ "id": "u", "name": "y" }] })).await.expect(200);
    assert_eq!(each(&export(&anna).await, "tags", "id"), ["u"]);
}
