//! Every statement of a request names the one owner whose rows it concerns, so that a cluster sends it to one shard. PostgreSQL's own log has the
//! statements of a server.

use std::collections::BTreeSet;
use std::path::Path;

use landfall::distribute::{DELEGATED, DISTRIBUTED};
use landfall::embedded::postgres::{Cluster, RunAs};
use secrecy::ExposeSecret as _;

use super::traffic::{import, read_everything, write_everything};
use crate::support::{Process, TestUser};

/// Statements over several owners: a part of the text, and why.
const OVER_OWNERS: &[(&str, &str)] = &[
    ("\"user_version\".\"owner\" = ANY($1)", "events: the versions of the users with a device at this server"),
    ("\"user_version\".\"owner\" > $1", "retention and recount: the next users"),
    ("owner = ANY ($2) AND deleted_at < now()", "retention: which of these users have old rows"),
    ("FROM day_writes WHERE day < $1", "retention: the counts of old days"),
    ("DELETE FROM imports WHERE touched_at <", "imports that were abandoned"),
    ("DELETE FROM import_rows r WHERE NOT EXISTS", "staged rows without an import"),
    ("WHERE a.status = 'pending' AND a.updated_at <", "a job: uploads that were not finished"),
    ("o.checked_at < $1 ORDER BY o.checked_at LIMIT", "the reconciler: objects that were not looked for"),
    ("UPDATE asset_objects o SET checked_at = now()", "the reconciler: what it has found"),
    ("ORDER BY o.checked_at DESC LIMIT", "the reconciler: a sample of objects that exist"),
    ("(SELECT owner FROM asset_objects LIMIT 100000)", "the reconciler: how many files are missing"),
];

#[tokio::test(flavor = "multi_thread")]
async fn statements_of_requests_are_bound_to_one_owner() {
    let (folder, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let cluster = Cluster::start(&folder.path().canonicalize().unwrap(), None, RunAs::choose().await).await.unwrap();
    let url = cluster.url();
    let settings = [("DATABASE_URL", url.expose_secret())];
    Process::run(&settings, &["migrate"]).await;
    let mut conn = landfall::db::connect(&url).await.unwrap();
    for sql in ["ALTER SYSTEM SET log_statement = 'all'", "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()"] {
        diesel_async::SimpleAsyncConnection::batch_execute(&mut conn, sql).await.unwrap();
    }
    let server = Process::start(data.path(), &settings).await;
    let anna = TestUser::sign_in(&server.url, "anna").await;
    let stored = write_everything(&anna).await;
    read_everything(&anna, &stored).await;
    import(&anna).await;
    let (status, errors) = Process::run(&settings, &["sweep", "--days", "0"]).await;
    assert!(status.success(), "{errors}");
    anna.post("/api/auth/delete-user", &serde_json::json!({})).await.expect(200);
    assert!(server.terminate().await.success());

    let statements = statements(&folder.path().join("postgres.log"));
    let mut seen = BTreeSet::new();
    for sql in &statements {
        let tables = tables_of(sql);
        seen.extend(tables.iter().copied());
        let is_listed = OVER_OWNERS.iter().any(|(part, _)| sql.contains(part));
        assert!(is_listed || is_bound(sql, tables.len()), "a statement over several owners, not in the list:\n{sql}");
    }
    let unseen: Vec<&str> = DISTRIBUTED.iter().map(|table| table.name).filter(|name| !seen.contains(name)).collect();
    assert_eq!(unseen, [""; 0], "the requests above touch every table");
    drop(conn);
    cluster.stop().await;
}

/// The statements of the server in PostgreSQL's log, with one space in place of white space.
fn statements(log: &Path) -> BTreeSet<String> {
    let text = std::fs::read_to_string(log).unwrap();
    let mut entries: Vec<String> = Vec::new();
    for line in text.lines() {
        match entries.last_mut() {
            Some(entry) if line.starts_with('\t') => *entry += line,
            _ => entries.push(line.to_owned()),
        }
    }
    let sql = entries.iter().filter_map(|entry| {
        let (_, said) = entry.split_once("LOG:  ")?;
        let said = said
            .strip_prefix("statement: ")
            .or_else(|| said.strip_prefix("execute ")?.split_once(": ").map(|(_, sql)| sql));
        let sql = said?.split_whitespace().collect::<Vec<_>>().join(" ");
        let word = sql.split(' ').next().unwrap_or_default().to_uppercase();
        matches!(word.as_str(), "SELECT" | "INSERT" | "UPDATE" | "DELETE" | "WITH").then_some(sql)
    });
    sql.collect()
}

/// The distributed tables that a statement names, one for each time.
fn tables_of(sql: &str) -> Vec<&'static str> {
    let words: Vec<&str> = sql.split([' ', '(', ')', ',', ';']).filter(|word| !word.is_empty()).collect();
    let names =
        words.windows(2).filter(|pair| matches!(pair[0].to_uppercase().as_str(), "FROM" | "JOIN" | "UPDATE" | "INTO"));
    let names = names.map(|pair| pair[1].trim_matches('"'));
    names.filter_map(|name| DISTRIBUTED.iter().map(|table| table.name).find(|known| *known == name)).collect()
}

/// Whether each of the `tables` has its owner, as a parameter or by that of another table.
fn is_bound(sql: &str, tables: usize) -> bool {
    let plain = sql.replace('"', "");
    let compared = plain.match_indices("owner = ").filter(|(at, _)| {
        let to = plain[at + "owner = ".len()..].split([' ', ')', ';']).next().unwrap_or_default();
        to.starts_with('$') || to.ends_with(".owner")
    });
    let inserted = usize::from(plain.contains("(owner, "));
    let delegated = DELEGATED.iter().filter(|(name, _)| plain.contains(&format!("{name}("))).count();
    compared.count() + inserted + delegated >= tables
}

#[test]
fn statement_without_an_owner_is_found() {
    let of = |sql: &str| is_bound(sql, tables_of(sql).len());
    assert!(of("SELECT id FROM projects WHERE owner = $1"));
    assert!(of("SELECT 1 FROM \"assets\" a JOIN asset_objects o ON o.owner = a.owner WHERE \"a\".\"owner\" = $1"));
    assert!(of("INSERT INTO \"records\" (\"owner\", \"id\") VALUES ($1, $2)"));
    assert!(!of("SELECT id FROM projects WHERE id = $1"));
    assert!(!of(
        "DELETE FROM import_rows WHERE ctid = ANY (ARRAY( SELECT ctid FROM import_rows WHERE owner = $1 LIMIT 1))"
    ));
    assert!(!of("SELECT p.id FROM projects p JOIN records r ON r.id = p.id WHERE p.owner = $1"));
}
