//! Holds a user's row, so that writers queue up behind it in an order that the test chooses.

use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::cluster::TestDatabase;
use super::eventually;

pub struct HeldSpace {
    db: TestDatabase,
    conn: AsyncPgConnection,
}

impl HeldSpace {
    pub async fn of(db: &TestDatabase, user_id: &str) -> Self {
        let mut conn = db.conn().await;
        for sql in ["BEGIN".to_owned(), format!("SELECT 1 FROM space WHERE user_id = '{user_id}' FOR UPDATE")] {
            diesel::sql_query(sql).execute(&mut conn).await.unwrap();
        }
        Self { db: db.clone(), conn }
    }

    /// Until `count` others wait for a lock in this database. They get it in the order in which they came.
    pub async fn until_waiting(&self, count: i64) {
        const WAITING: &str = "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        eventually(5, &format!("{count} writers wait"), || async {
            (self.db.number(WAITING).await == count).then_some(())
        })
        .await;
    }

    pub async fn release(mut self) {
        diesel::sql_query("COMMIT").execute(&mut self.conn).await.unwrap();
    }
}
