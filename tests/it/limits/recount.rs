//! The recount: wrong counters of users' rows are corrected, a bounded number of users in each run.

use std::collections::BTreeSet;

use landfall::db::{Database, OwnerKey};
use landfall::json::RowSpace;
use landfall::models::row_space;
use landfall::sync::recount::{RecountRun, RunLimit, correct_counters};
use landfall::sync::{Events, UserWriter};
use serde_json::json;

use super::rows::{counted, used};
use super::{configured, push, put};
use crate::support::{HeldUserLock, TestApp, TestDatabase, TestUser, assert_problem};

const EVERYBODY: RunLimit = RunLimit { users: 100, rows: 1_000 };

/// A run as a server in production, which is subject to row-level security.
async fn run(db: &TestDatabase, after: OwnerKey, limit: RunLimit) -> RecountRun {
    let url = db.as_server().url;
    let db = Database::new(&url, &url, 2).unwrap();
    let writer = UserWriter::new(db.clone(), Events::default(), RowSpace { bytes: i64::MAX, rows: i64::MAX });
    correct_counters(&db, &writer, &landfall::kinds::registry(), Some(after), limit).await.unwrap().unwrap()
}

async fn with_rows(app: &TestApp, name: &str) -> TestUser {
    let user = app.user(name).await;
    user.chat().await;
    user.put("/api/projects/p", &json!({ "baseRevision": 0, "data": { "n": 1 } })).await.expect(201);
    push(&user, &[put(1, "tags", "a", json!({ "name": "a" })), put(2, "tags", "b", json!({ "name": "b" }))])
        .await
        .expect(200);
    user.delete("/api/collections/tags/a").await.expect(204);
    user
}

async fn plant(app: &TestApp, user: &TestUser, bytes: i64, rows: i64) {
    let owner = app.db.owner(&user.id).await;
    let sql = format!(
        "UPDATE user_version SET row_bytes = row_bytes + {bytes}, row_count = row_count + {rows},
         stored_bytes = stored_bytes + {bytes}, stored_count = stored_count + {rows} WHERE owner = {owner}"
    );
    app.db.execute(&sql).await;
}

#[tokio::test]
async fn wrong_counters_are_corrected_and_others_stay() {
    let app = configured([("PORT", "80"), ("LANDFALL_QUOTA_ROWS", "4")]).await;
    let (anna, ben, carl) =
        (with_rows(&app, "anna").await, with_rows(&app, "ben").await, with_rows(&app, "carl").await);
    plant(&app, &anna, 700, 1).await;
    plant(&app, &ben, -100, -2).await;
    let one = |id: &str| json!({ "id": id, "data": {} });
    assert_problem(&anna.post("/api/projects", &one("q")).await, 413, "quota_exceeded", "");

    let version = app.db.version(&anna.id).await;
    let RecountRun { users, corrected, next } = run(&app.db, OwnerKey::FIRST, EVERYBODY).await;
    assert_eq!((users, corrected, next), (3, 2, OwnerKey::FIRST));
    for user in [&anna, &ben, &carl] {
        assert_eq!(used(user).await, counted(&app, user).await);
    }
    assert_eq!(app.db.version(&anna.id).await, version, "no row has changed");
    anna.post("/api/projects", &one("q")).await.expect(201);
    assert_problem(&anna.post("/api/projects", &one("r")).await, 413, "quota_exceeded", "");
    assert_eq!(run(&app.db, OwnerKey::FIRST, EVERYBODY).await.corrected, 0);
}

#[tokio::test]
async fn run_is_bounded_and_the_next_one_continues() {
    let app = TestApp::start().await;
    let mut users = Vec::new();
    for name in ["anna", "ben", "carl", "dora", "emil"] {
        let user = with_rows(&app, name).await;
        plant(&app, &user, 10, 1).await;
        users.push(user);
    }
    let two = RunLimit { users: 2, rows: 1_000 };
    let first = run(&app.db, OwnerKey::FIRST, two).await;
    let second = run(&app.db, first.next, two).await;
    assert_eq!([first, second].map(|run| (run.users, run.corrected)), [(2, 2); 2]);
    // A user has four rows, one of them deleted, so that the second user's rows end a run of five.
    plant(&app, &users[0], 10, 1).await;
    let by_rows = run(&app.db, OwnerKey::FIRST, RunLimit { users: 100, rows: 5 }).await;
    assert_eq!((by_rows.users, by_rows.corrected), (2, 1));
    let last = run(&app.db, second.next, two).await;
    assert_eq!((last.users, last.corrected, last.next), (1, 1, OwnerKey::FIRST));
    for user in &users {
        assert_eq!(used(user).await, counted(&app, user).await);
    }
}

/// The user's lock is held while the rows are counted. What is written before the correction counts too.
#[tokio::test]
async fn write_between_count_and_correction_is_kept() {
    let app = TestApp::start().await;
    let anna = with_rows(&app, "anna").await;
    plant(&app, &anna, 500, 5).await;
    let lock = HeldUserLock::of(&app.db, &anna.id).await;
    let write =
        async { anna.put("/api/collections/tags/c", &json!({ "baseRevision": 0, "value": { "name": "c" } })).await };
    let order = async {
        lock.until_waiting(1).await;
        let correct = run(&app.db, OwnerKey::FIRST, EVERYBODY);
        let release = async {
            lock.until_waiting(2).await;
            lock.release().await;
        };
        futures_util::join!(correct, release).0
    };
    let (written, run) = futures_util::join!(write, order);
    written.expect(201);
    assert_eq!(run.corrected, 1);
    assert_eq!(used(&anna).await, counted(&app, &anna).await);
    assert_eq!(used(&anna).await.1, 4);
}

#[tokio::test]
async fn every_table_with_counting_triggers_is_counted() {
    let db = TestDatabase::migrated().await;
    let names = db
        .text(
            "SELECT string_agg(DISTINCT c.relname, ' ') AS sql FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
             WHERE t.tgname LIKE 'count\\_%'",
        )
        .await;
    let counted = row_space::counted(&landfall::kinds::registry().tables());
    assert_eq!(names.split(' ').collect::<BTreeSet<_>>(), counted.into_iter().collect());
}
