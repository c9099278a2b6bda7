//! A lock of a user's version, so that writers queue behind it in an order that the test chooses.

use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::cluster::TestDatabase;
use super::{citus, eventually};

/// The locked row of a user's version. The lock is held until `release`.
pub struct HeldUserLock {
    db: TestDatabase,
    conn: AsyncPgConnection,
}

impl HeldUserLock {
    pub async fn of(db: &TestDatabase, user_id: &str) -> Self {
        let mut conn = db.conn().await;
        let owner = db.owner(user_id).await;
        for sql in ["BEGIN".to_owned(), format!("SELECT 1 FROM user_version WHERE owner = {owner} FOR UPDATE")] {
            diesel::sql_query(sql).execute(&mut conn).await.unwrap();
        }
        Self { db: db.clone(), conn }
    }

    /// Waits until `count` connections wait for a lock in this database. They get it in order of their arrival.
    pub async fn until_waiting(&self, count: i64) {
        // On a cluster the rows are on workers.
        let activity = if citus::address().is_some() { "citus_stat_activity" } else { "pg_stat_activity" };
        let waiting = format!(
            "SELECT count(*) AS n FROM {activity} WHERE datname = current_database() AND wait_event_type = 'Lock'"
        );
        eventually(5, &format!("{count} writers wait"), || async {
            (self.db.number(&waiting).await == count).then_some(())
        })
        .await;
    }

    pub async fn release(mut self) {
        diesel::sql_query("COMMIT").execute(&mut self.conn).await.unwrap();
    }
}

/// A locked table: every statement that names it waits until `release`.
pub struct HeldTableLock(AsyncPgConnection);

impl HeldTableLock {
    pub async fn of(db: &TestDatabase, table: &str) -> Self {
        let mut conn = db.conn().await;
        for sql in ["BEGIN".to_owned(), format!("LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")] {
            diesel::sql_query(sql).execute(&mut conn).await.unwrap();
        }
        Self(conn)
    }

    pub async fn release(mut self) {
        diesel::sql_query("COMMIT").execute(&mut self.0).await.unwrap();
    }
}
