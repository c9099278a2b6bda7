//! Statements that a server of the release before does not survive, found in the text of a migration. A migration may name the release since which nothing
//! uses what it removes: `-- contract: unused since 1.2.0`.

/// What is wrong with a statement: its words in a row, and why.
const FORBIDDEN: &[(&[&str], &str)] = &[
    (&["DROP", "TABLE"], "the release before uses the table"),
    (&["DROP", "COLUMN"], "the release before names the column"),
    (&["DROP", "FUNCTION"], "the release before calls the function"),
    (&["DROP", "TYPE"], "the release before uses the type"),
    (&["RENAME"], "the release before knows the old name"),
    (
        &["SET", "NOT", "NULL"],
        "the release before may write nulls: add a CHECK that is NOT VALID, and validate it later",
    ),
    (&["SET", "DATA", "TYPE"], "the table is written anew under a lock"),
    (&["TRUNCATE"], "rows of users are removed"),
    (&["LOCK", "TABLE"], "requests wait for the whole migration"),
    (&["CREATE", "POLICY"], "servers have to be stopped while policies change"),
    (&["DROP", "POLICY"], "servers have to be stopped while policies change"),
];

/// The faults of a migration, as sentences. `release` is the release that brings it.
pub fn faults(sql: &str, release: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let contracts = contracted_since(sql);
    for statement in statements(sql) {
        let words: Vec<&str> = statement.split_whitespace().collect();
        let on_new_table = new_tables(sql).iter().any(|table| words.contains(&table.as_str()));
        let mut found: Vec<&str> = FORBIDDEN
            .iter()
            .filter(|(row, _)| words.windows(row.len()).any(|window| window == *row))
            .map(|(_, why)| *why)
            .collect();
        if has(&words, &["ALTER", "COLUMN"]) && has(&words, &["TYPE"]) {
            found.push("the table is written anew under a lock");
        }
        let adds_column = has(&words, &["ADD", "COLUMN"]) && has(&words, &["NOT", "NULL"]);
        if adds_column && !words.contains(&"DEFAULT") {
            found.push("the release before does not write the column: it needs a DEFAULT");
        }
        if has(&words, &["ADD", "CONSTRAINT"]) && !has(&words, &["NOT", "VALID"]) {
            found.push("rows are checked under a lock: add it as NOT VALID, and validate it in a later migration");
        }
        if has(&words, &["CREATE", "UNIQUE", "INDEX"]) {
            found.push("the release before may write rows that it refuses");
        }
        if has(&words, &["CREATE", "INDEX"]) && !words.contains(&"CONCURRENTLY") {
            found.push(
                "writes wait until it is built: create it CONCURRENTLY, in a migration with run_in_transaction = false",
            );
        }
        // A table that the migration itself makes has no user yet.
        if on_new_table || found.is_empty() || contracts.is_some_and(|since| is_earlier(since, release)) {
            continue;
        }
        faults.extend(found.iter().map(|why| format!("`{statement}`: {why}")));
    }
    faults
}

fn has(words: &[&str], row: &[&str]) -> bool {
    words.windows(row.len()).any(|window| window == row)
}

/// The statements in upper case, without comments, texts and punctuation.
fn statements(sql: &str) -> Vec<String> {
    let lines = sql.lines().map(|line| line.split("--").next().unwrap_or_default());
    let code = lines.collect::<Vec<_>>().join(" ").to_uppercase();
    // Every second part between quotes is a text.
    let code = code.split('\'').step_by(2).collect::<Vec<_>>().join(" ");
    let plain = |part: &str| {
        let spaced: String = part.chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { ' ' }).collect();
        spaced.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    code.split(';').map(plain).filter(|statement| !statement.is_empty()).collect()
}

/// The tables that the migration makes, in upper case.
fn new_tables(sql: &str) -> Vec<String> {
    let made = statements(sql).into_iter().filter_map(|statement| {
        let rest = statement.strip_prefix("CREATE TABLE ")?;
        rest.trim_start_matches("IF NOT EXISTS ").split(' ').next().map(str::to_owned)
    });
    made.collect()
}

/// The release that a contracting migration names.
fn contracted_since(sql: &str) -> Option<&str> {
    sql.lines().find_map(|line| line.trim().strip_prefix("-- contract: unused since ")).map(str::trim)
}

/// Whether a release comes before another one.
fn is_earlier(one: &str, other: &str) -> bool {
    let numbers = |text: &str| text.split('.').map(|part| part.parse().unwrap_or(u64::MAX)).collect::<Vec<u64>>();
    numbers(one) < numbers(other)
}

#[test]
fn statements_that_break_the_release_before_are_found() {
    for (sql, why) in [
        ("ALTER TABLE projects DROP COLUMN name;", "names the column"),
        ("alter table projects\n  rename to plans;", "old name"),
        ("ALTER TABLE projects ALTER COLUMN name SET NOT NULL;", "may write nulls"),
        ("ALTER TABLE projects ADD COLUMN colour text NOT NULL;", "needs a DEFAULT"),
        ("ALTER TABLE projects ALTER name TYPE varchar, ALTER COLUMN id TYPE text;", "written anew"),
        ("ALTER TABLE projects ADD CONSTRAINT c CHECK (name <> '');", "NOT VALID"),
        ("CREATE INDEX p ON projects (name);", "CONCURRENTLY"),
        ("CREATE UNIQUE INDEX CONCURRENTLY p ON projects (name);", "refuses"),
        ("DROP TABLE projects;", "uses the table"),
        ("-- contract: unused since 2.0.0\nDROP TABLE projects;", "uses the table"),
    ] {
        let found = faults(sql, "2.0.0");
        assert!(found.iter().any(|fault| fault.contains(why)), "{sql}: {found:?}");
    }
}

#[test]
fn statements_that_expand_are_allowed() {
    for sql in [
        "CREATE TABLE plans (id text NOT NULL); CREATE INDEX p ON plans (id); CREATE POLICY owner ON plans USING (true);",
        "ALTER TABLE projects ADD COLUMN colour text;",
        "ALTER TABLE projects ADD COLUMN colour text NOT NULL DEFAULT 'DROP TABLE';",
        "-- DROP TABLE projects; comes later.\nCREATE INDEX CONCURRENTLY p ON projects (name);",
        "ALTER TABLE projects ADD CONSTRAINT c CHECK (name <> '') NOT VALID;",
        "-- contract: unused since 1.9.0\nDROP TABLE projects;",
    ] {
        assert_eq!(faults(sql, "2.0.0"), Vec::<String>::new(), "{sql}");
    }
}
