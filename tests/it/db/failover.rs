//! A failover behind one address.

use diesel_async::{AsyncPgConnection, RunQueryDsl};
use landfall::db::{Database, failover};
use landfall::embedded::postgres::{Cluster, RunAs};
use secrecy::SecretString;

use super::forwarder::Forwarder;
use crate::support::eventually;

async fn started_at(conn: &mut AsyncPgConnection) -> String {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Text)]
        at: String,
    }
    let sql = "SELECT pg_postmaster_start_time()::text AS at";
    let row: Row = diesel::sql_query(sql).get_result(conn).await.unwrap();
    row.at
}

#[tokio::test]
async fn open_connections_to_the_server_of_before_are_replaced() {
    let (old_data, new_data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let run_as = RunAs::choose().await;
    let old = Cluster::start(old_data.path(), None, run_as).await.unwrap();
    let new = Cluster::start(new_data.path(), None, run_as).await.unwrap();
    let address = Forwarder::to(old.socket_dir().to_owned()).await;
    let url = format!("postgres://landfall@127.0.0.1:{}/landfall?sslmode=disable", address.port);
    let url = SecretString::from(url);
    let db = Database::new(&url, &url, 2).unwrap();
    let (mut first, mut second) = (db.conn().await.unwrap(), db.conn().await.unwrap());
    let before = started_at(&mut first).await;
    assert_eq!(started_at(&mut second).await, before);
    drop((first, second));
    let (watched, opened) = (db.clone(), address.accepted());
    let watching = tokio::spawn(async move { failover::watch(&watched).await });
    eventually(10, "the watch has asked the server of before", || async {
        (address.accepted() > opened).then_some(())
    })
    .await;

    address.switch_to(new.socket_dir().to_owned());
    // The server of before goes on to answer: only a new connection shows the change.
    eventually(20, "the pool leads to the new server", || async {
        let mut conn = db.conn().await.unwrap();
        (started_at(&mut conn).await != before).then_some(())
    })
    .await;
    watching.abort();
    drop(db);
    old.stop().await;
    new.stop().await;
}
