//! The tree is what docs/ARCHITECTURE.md says: which modules may use which, and what each may know.

mod coverage;
mod source;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use source::{File, Source, room_of};

/// The rooms from the top to the bottom, as src/lib.rs declares them.
fn layers(source: &Source) -> Vec<String> {
    let text = &source.files[&Vec::new()].text;
    let declared = text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    declared.map(str::to_owned).collect()
}

#[test]
fn every_room_uses_only_rooms_below_it() {
    let source = Source::get();
    let layers = layers(source);
    let level = |room: &str| layers.iter().position(|known| known == room);
    let mut upwards = Vec::new();
    for (file, used) in source.uses() {
        let room = room_of(file);
        for used in used {
            let (from, to) = (level(room), level(room_of(used)));
            if room != room_of(used) && from.is_some() && to < from {
                upwards.push(format!("{file} uses {used}"));
            }
        }
    }
    assert!(upwards.is_empty(), "an arrow goes upwards (src/lib.rs has the order):\n{}", upwards.join("\n"));
    for (module, file) in &source.files {
        let is_declared = module.is_empty() || file.name == "main.rs" || level(&module[0]).is_some();
        assert!(is_declared, "{} is in no room of src/lib.rs", file.name);
    }
}

/// A parent re-exports its children, and they may use its items. A parent that uses a child's item and has one that the child uses makes a circle: that item
/// belongs into a file of its own.
#[test]
fn no_files_use_each_other_in_a_circle() {
    let source = Source::get();
    let uses = source.uses();
    let reach: BTreeMap<&str, BTreeSet<&str>> = uses.keys().map(|file| (*file, reachable(&uses, file))).collect();
    let mut circles = BTreeSet::new();
    for (file, reached) in &reach {
        let circle: BTreeSet<&str> = reached.iter().copied().filter(|other| reach[other].contains(file)).collect();
        if !circle.is_empty() {
            circles.insert(circle);
        }
    }
    let text = |circle: &BTreeSet<&str>| {
        let arrows = circle.iter().flat_map(|file| {
            let used = uses[file].intersection(circle).copied().collect::<Vec<_>>();
            (!used.is_empty()).then(|| format!("  {file} uses {}", used.join(", ")))
        });
        arrows.collect::<Vec<_>>().join("\n")
    };
    let text: Vec<String> = circles.iter().map(text).collect();
    assert!(circles.is_empty(), "files use each other in a circle:\n{}", text.join("\n\n"));
}

/// All files that `file` uses, directly or through others.
fn reachable<'a>(uses: &BTreeMap<&'a str, BTreeSet<&'a str>>, file: &str) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&str> = uses[file].iter().copied().collect();
    while let Some(next) = open.pop() {
        if reached.insert(next) {
            open.extend(&uses[next]);
        }
    }
    reached
}

/// The files of a room may not have any of the words.
fn assert_knows_nothing_of(room: &str, words: &[&str]) {
    let source = Source::get();
    let files: Vec<&File> = source.room(room).collect();
    assert!(!files.is_empty(), "there is no {room}");
    for file in files {
        for word in words {
            assert!(!file.text.contains(word), "{} knows {word}", file.name);
        }
    }
}

#[test]
fn only_http_knows_actix() {
    let source = Source::get();
    for file in source.files.values() {
        let is_http = matches!(room_of(&file.name), "server" | "openapi" | "routes" | "http");
        assert!(is_http || !file.text.contains("actix_web"), "{} knows actix", file.name);
    }
}

#[test]
fn only_stores_know_diesel() {
    for room in ["routes", "http", "server", "openapi", "state", "error", "config", "storage", "limits"] {
        assert_knows_nothing_of(room, &["diesel::", "diesel_async", "sql_query", "RunQueryDsl", "crate::schema"]);
    }
}

/// No request to the storage is made inside a transaction: code that has one does not know the storage.
#[test]
fn transactions_know_no_storage() {
    assert_knows_nothing_of("sync", &["crate::storage", "crate::uploads"]);
    assert_knows_nothing_of("kinds", &["crate::storage", "crate::uploads"]);
    assert_knows_nothing_of("models", &["crate::storage", "crate::uploads"]);
    assert_knows_nothing_of("uploads", &["TransactionManager", "diesel"]);
}

#[test]
fn models_open_no_transaction() {
    assert_knows_nothing_of("models", &["TransactionManager", "begin_transaction", ".transaction("]);
}

#[test]
fn transactions_begin_and_end_in_one_place() {
    // Pipelined reads, probes of the database, and the snapshot that pg_dump shares.
    let others = ["sync/user_tx.rs", "db/read_conn.rs", "db/ability.rs", "db/pooler.rs", "db/snapshot.rs"];
    for file in Source::get().files.values() {
        let may = file.name == "db/transaction.rs" || others.contains(&file.name.as_str());
        for word in ["\"BEGIN", "\"COMMIT", "\"ROLLBACK", "AnsiTransactionManager", "build_transaction"] {
            assert!(may || !file.text.contains(word), "{} has {word}", file.name);
        }
    }
}

/// A user's rows are read through `UserReader` and `UserTx`: row-level security shows nothing to a connection of the pool.
#[test]
fn routes_take_no_connection_of_the_pool() {
    for file in Source::get().room("routes") {
        // The development sign-in has no user yet.
        let signs_in = file.name.ends_with("auth/dev_sign_in.rs");
        assert!(signs_in || !file.text.contains(".conn()"), "{}", file.name);
    }
}

/// `.parts()` is the way from a handle to its connection: SQL of a user's data is in `models`.
#[test]
fn only_models_and_db_take_the_connection_of_a_handle() {
    for file in Source::get().files.values() {
        // `sync/user_tx.rs` opens the transactions; `parts` of the storage are those of an upload.
        let may = matches!(room_of(&file.name), "models" | "db" | "storage") || file.name == "sync/user_tx.rs";
        assert!(may || !file.text.contains(".parts()"), "{} calls .parts()", file.name);
    }
}

/// The row that all writers lock is locked and raised in one place (rule 1).
#[test]
fn only_user_tx_locks_and_raises() {
    for file in Source::get().files.values() {
        let may = matches!(file.name.as_str(), "sync/user_tx.rs" | "sync/row_quota.rs" | "models/user_version.rs");
        let does = file.text.contains("user_version::lock") || file.text.contains("user_version::raise");
        assert!(may || !does, "{}", file.name);
    }
}

/// The longest that a file may be.
const MAX_LINES: usize = 300;

#[test]
fn files_stay_small() {
    for file in Source::get().files.values() {
        let lines = file.text.lines().count();
        assert!(lines <= MAX_LINES, "{} has {lines} lines: would two files be clearer?", file.name);
    }
}
