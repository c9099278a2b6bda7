//! Faults in database functions: the text of a stored function is edited. An edit that does not match the text ends the start. Some edits add a
//! short sleep that widens the race, so that the fault shows on every machine. Correct code is not affected by the sleep.

use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{Bug, check_choice, is};
use crate::db::Database;

/// Replaces `what` by `with` in the database function `function`.
struct Edit {
    bug: Bug,
    function: &'static str,
    what: &'static str,
    with: &'static str,
}

const MESSAGES: &str = "write_messages";
const PROJECT: &str = "store_project";
const MESSAGES_LOCK: &str = "SELECT u.version, u.used_bytes, u.used_count INTO v_version, v_bytes_before, v_rows_before FROM user_version u WHERE u.owner = p_owner FOR UPDATE;";
const PROJECT_LOCK: &str = "SELECT u.version + 1, u.used_bytes, u.used_count INTO v_stamp, v_bytes_before, v_rows_before FROM user_version u WHERE u.owner = p_owner FOR UPDATE;";
const PROJECT_CHECK: &str = "IF p_base_revision <> coalesce(v_revision, 0) THEN";
const PROJECT_COMPARISON: &str = "CASE WHEN p.revision = p_base_revision THEN";

const EDITS: [Edit; 9] = [
    Edit {
        bug: Bug::CursorNotStamped,
        function: MESSAGES,
        what: "+ n.ord - 1, v_version + 1, n.created_at",
        with: "+ n.ord - 1, v_version, n.created_at",
    },
    Edit {
        bug: Bug::BigserialCursor,
        function: MESSAGES,
        what: MESSAGES_LOCK,
        with: "SELECT nextval('planted_versions'), u.used_bytes, u.used_count INTO v_version, v_bytes_before, v_rows_before FROM user_version u WHERE u.owner = p_owner; \
               PERFORM pg_sleep(0.2 * (random() < 0.2)::integer);",
    },
    Edit {
        bug: Bug::BigserialCursor,
        function: MESSAGES,
        what: "CASE WHEN p_stamp IS NULL THEN v_version + 1 ELSE u.version END",
        with: "greatest(u.version, v_version + 1)",
    },
    Edit {
        bug: Bug::LockAndDecide,
        function: PROJECT,
        what: "v_revision bigint;",
        with: "v_revision bigint; v_seen bigint;",
    },
    Edit {
        bug: Bug::LockAndDecide,
        function: PROJECT,
        what: PROJECT_LOCK,
        with: "SELECT u.version + 1, u.used_bytes, u.used_count, p.revision INTO v_stamp, v_bytes_before, v_rows_before, v_seen FROM user_version u \
               LEFT JOIN projects p ON p.owner = u.owner AND p.id = p_id WHERE u.owner = p_owner FOR UPDATE OF u; \
               PERFORM pg_sleep(0.01);",
    },
    Edit {
        bug: Bug::LockAndDecide,
        function: PROJECT,
        what: PROJECT_CHECK,
        with: "IF p_base_revision <> coalesce(v_seen, 0) THEN",
    },
    Edit {
        bug: Bug::LockAndDecide,
        function: PROJECT,
        what: PROJECT_COMPARISON,
        with: "CASE WHEN v_seen = p_base_revision THEN",
    },
    Edit { bug: Bug::NoRevisionCheck, function: PROJECT, what: PROJECT_CHECK, with: "IF false THEN" },
    Edit { bug: Bug::NoRevisionCheck, function: PROJECT, what: PROJECT_COMPARISON, with: "CASE WHEN true THEN" },
];

/// Checks the chosen fault and applies its edits to the database. A second server on the same database finds them applied.
///
/// # Errors
/// A sentence that names the unknown fault or the edit that does not match.
pub async fn in_database(db: &Database) -> Result<(), String> {
    check_choice()?;
    let mut conn = db.dedicated().await.map_err(|error| error.to_string())?;
    if is(Bug::BigserialCursor) {
        run(&mut conn, "CREATE SEQUENCE IF NOT EXISTS planted_versions").await?;
    }
    for edit in EDITS.iter().filter(|edit| is(edit.bug)) {
        let text = definition(&mut conn, edit.function).await?;
        if text.contains(edit.with) {
            continue;
        }
        if !text.contains(edit.what) {
            return Err(format!("{:?} does not fit {}: {:?} is not in it", edit.bug, edit.function, edit.what));
        }
        run(&mut conn, &text.replace(edit.what, edit.with)).await?;
    }
    Ok(())
}

async fn definition(conn: &mut AsyncPgConnection, function: &str) -> Result<String, String> {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        text: String,
    }
    let row: Row = diesel::sql_query(
        "SELECT pg_get_functiondef(oid) AS text FROM pg_proc WHERE proname = $1 AND pronamespace = 'public'::regnamespace",
    )
    .bind::<Text, _>(function)
    .get_result(conn)
    .await
    .map_err(|error| error.to_string())?;
    Ok(row.text)
}

async fn run(conn: &mut AsyncPgConnection, sql: &str) -> Result<(), String> {
    diesel::sql_query(sql).execute(conn).await.map(|_| ()).map_err(|error| error.to_string())
}
