//! The tree is what docs/ARCHITECTURE.md says: who may know whom.

use std::fs;
use std::path::{Path, PathBuf};

fn files_under(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).unwrap().flatten() {
        match entry.path() {
            path if path.is_dir() => files.extend(files_under(&path)),
            path if path.extension().is_some_and(|end| end == "rs") => files.push(path),
            _ => {}
        }
    }
    files
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// What `room` names, `forbidden` must not be among it.
fn assert_knows_nothing_of(room: &str, forbidden: &[&str]) {
    let path = src().join(room);
    let files = if path.is_dir() { files_under(&path) } else { vec![path] };
    assert!(!files.is_empty());
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        for word in forbidden {
            assert!(!text.contains(word), "{} knows {word}", file.display());
        }
    }
}

#[test]
fn data_flows_one_way() {
    let above_sync = ["actix_web", "crate::routes", "crate::app", "crate::auth"];
    assert_knows_nothing_of("files", &above_sync);
    assert_knows_nothing_of("jobs", &above_sync);
    assert_knows_nothing_of("sync", &above_sync);
    assert_knows_nothing_of("models", &[&above_sync[..], &["crate::sync", "crate::storage"]].concat());
    assert_knows_nothing_of("storage", &["actix_web", "crate::routes", "crate::models", "crate::sync", "diesel"]);
    assert_knows_nothing_of("wire", &["actix_web", "crate::routes", "crate::models", "crate::sync", "crate::db"]);
    assert_knows_nothing_of("db", &["actix_web", "crate::routes", "crate::models", "crate::sync", "crate::auth"]);
    assert_knows_nothing_of("error.rs", &["actix_web", "diesel"]);
    assert_knows_nothing_of("config", &["actix_web", "diesel", "crate::db"]);
}

/// No storage is asked inside a transaction: who has one does not know the storage.
#[test]
fn transactions_know_no_storage() {
    assert_knows_nothing_of("sync", &["crate::storage", "crate::files"]);
    assert_knows_nothing_of("files", &["TransactionManager", "diesel"]);
}

#[test]
fn routes_hold_no_sql() {
    assert_knows_nothing_of("routes", &["diesel::", "sql_query", "RunQueryDsl", "crate::schema"]);
}

/// What people own is read through `sync::door`, which says whose it is: to a connection that comes straight from the pool it shows nothing.
#[test]
fn routes_read_through_the_door() {
    for file in files_under(&src().join("routes")) {
        // It knows nobody yet.
        let signs_in = file.ends_with("auth/dev_sign_in.rs");
        assert!(signs_in || !fs::read_to_string(&file).unwrap().contains(".conn()"), "{}", file.display());
    }
}

#[test]
fn models_open_no_transaction() {
    assert_knows_nothing_of("models", &["TransactionManager", "begin_transaction", ".transaction("]);
}

/// The row that all writers lock is locked and raised by one door (rule 1).
#[test]
fn only_the_space_locks_and_raises() {
    for file in files_under(&src()) {
        let text = fs::read_to_string(&file).unwrap();
        let door = file.ends_with("sync/space.rs") || file.ends_with("models/space.rs");
        assert!(door || !(text.contains("space::lock") || text.contains("space::raise")), "{}", file.display());
    }
}

#[test]
fn files_stay_small() {
    for file in files_under(&src()) {
        let lines = fs::read_to_string(&file).unwrap().lines().count();
        assert!(lines <= 400, "{} has {lines} lines: would two rooms be clearer?", file.display());
    }
}
