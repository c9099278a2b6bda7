//! What an error of PostgreSQL becomes, by its SQLSTATE. The messages are of no known language.

use diesel_async::RunQueryDsl;
use landfall::db::DbError;
use landfall::error::{ApiError, ErrorCode};

use crate::support::TestDatabase;

const AWAY: (u16, &str) = (503, "database_unavailable");
const BUSY: (u16, &str) = (503, "busy");
const FAULT: (u16, &str) = (500, "internal");

const TABLE: [(&str, (u16, &str)); 24] = [
    ("08006", AWAY),
    ("25006", AWAY),
    ("53100", AWAY),
    ("53200", AWAY),
    ("53300", AWAY),
    ("53400", AWAY),
    ("57P01", AWAY),
    ("57P02", AWAY),
    ("57P03", AWAY),
    ("57P05", AWAY),
    ("58030", AWAY),
    ("58P01", AWAY),
    ("XX000", AWAY),
    ("XX001", AWAY),
    ("26000", AWAY),
    ("40001", BUSY),
    ("40P01", BUSY),
    ("55P03", BUSY),
    ("57014", BUSY),
    ("22P02", FAULT),
    ("23514", FAULT),
    ("42P01", FAULT),
    ("54000", FAULT),
    ("P0001", FAULT),
];

#[tokio::test]
async fn meaning_of_an_error_depends_on_its_sqlstate_alone() {
    let db = TestDatabase::migrated().await;
    let mut conn = db.conn().await;
    for (code, (status, word)) in TABLE {
        let sql = format!(
            "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{code}', MESSAGE = 'Zeile geheim', HINT = 'x'; END $$"
        );
        let error = diesel::sql_query(sql).execute(&mut conn).await.unwrap_err();
        let error = ApiError::from(DbError::from(error));
        assert_eq!((error.code.status(), error.code.into_str()), (status, word), "{code}");
        let cause = error.cause.unwrap();
        assert!(cause.contains(code), "{code}: {cause}");
        assert_eq!(cause.contains("geheim"), code != "22P02", "{code}: {cause}");
        assert_eq!(error.retry_after_secs, (status == 503).then_some(1));
    }
}

#[tokio::test]
async fn refused_value_is_not_in_the_log_and_a_gone_user_is_unauthenticated() {
    let db = TestDatabase::migrated().await;
    let mut conn = db.conn().await;
    let error = diesel::sql_query("SELECT 'canary'::int").execute(&mut conn).await.unwrap_err();
    let cause = ApiError::from(error).cause.unwrap();
    assert!(cause.contains("22P02") && !cause.contains("canary"), "{cause}");
    let gone = "DO $$ BEGIN RAISE EXCEPTION 'weg' USING ERRCODE = 'LF001'; END $$";
    let error = diesel::sql_query(gone).execute(&mut conn).await.unwrap_err();
    assert_eq!(ApiError::from(error).code, ErrorCode::Unauthenticated);
}
