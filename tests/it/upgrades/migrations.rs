//! The migrations of the tree: released ones are as they were released, and new ones only expand.

use std::path::{Path, PathBuf};

use ring::digest::{SHA256, digest};

use super::rules::faults;

/// The last migration of the first release's schema. Nothing ran before it, so it may say anything. It is fixed at the first release.
const FIRST_SCHEMA: u32 = 16;

/// No cluster was made before it.
const LAST_OF_SEVERAL_STATEMENTS: u32 = 22;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folders of the migrations, in order.
fn folders() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join("migrations")).unwrap().flatten();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn number(folder: &Path) -> u32 {
    folder.file_name().unwrap().to_str().unwrap().split('_').next().unwrap().parse().unwrap()
}

#[test]
fn new_migrations_only_expand() {
    let mut found = Vec::new();
    for folder in folders().iter().filter(|folder| number(folder) > FIRST_SCHEMA) {
        let sql = std::fs::read_to_string(folder.join("up.sql")).unwrap();
        found.extend(
            faults(&sql, env!("CARGO_PKG_VERSION")).iter().map(|fault| format!("{}: {fault}", folder.display())),
        );
    }
    assert!(found.is_empty(), "docs/UPGRADES.md has the rules:\n{}", found.join("\n"));
}

/// A cluster reads the text of an ALTER again, and refuses a text of several statements. So a migration that alters something is one block.
#[test]
fn new_migrations_run_on_a_cluster() {
    for folder in folders().iter().filter(|folder| number(folder) > LAST_OF_SEVERAL_STATEMENTS) {
        let sql = std::fs::read_to_string(folder.join("up.sql")).unwrap();
        let first = sql.lines().find(|line| !line.is_empty() && !line.starts_with("--")).unwrap();
        let is_block = first.starts_with("DO $migration$ BEGIN") && sql.trim_end().ends_with("END $migration$;");
        assert!(is_block || sql.matches(';').count() == 1, "{}: docs/UPGRADES.md", folder.display());
    }
}

#[test]
fn migrations_are_numbered_without_gaps() {
    let numbers: Vec<u32> = folders().iter().map(|folder| number(folder)).collect();
    assert_eq!(numbers, (1..=numbers.len() as u32).collect::<Vec<_>>());
    assert!(numbers.len() as u32 >= FIRST_SCHEMA);
}

/// The migrations that differ from a release's list of hashes, which is in the form of `sha256sum`.
fn changed(list: &str, root: &Path) -> Vec<String> {
    let lines = list.lines().filter_map(|line| line.split_once("  "));
    let differs = |(expected, name): &(&str, &str)| {
        let bytes = std::fs::read(root.join(name)).unwrap_or_default();
        hex::encode(digest(&SHA256, &bytes)) != *expected
    };
    lines.filter(differs).map(|(_, name)| name.to_owned()).collect()
}

#[test]
fn released_migrations_are_never_edited() {
    for entry in std::fs::read_dir(root().join("tests/releases")).unwrap().flatten() {
        if entry.path().extension().is_some_and(|end| end == "sums") {
            let list = std::fs::read_to_string(entry.path()).unwrap();
            assert_eq!(changed(&list, root()), Vec::<String>::new(), "released with {}", entry.path().display());
        }
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("up.sql"), "SELECT 1").unwrap();
    let hash = hex::encode(digest(&SHA256, b"SELECT 1"));
    assert_eq!(changed(&format!("{hash}  up.sql\n"), folder.path()), Vec::<String>::new());
    assert_eq!(changed(&format!("{hash}  down.sql\n"), folder.path()), ["down.sql"]);
}
