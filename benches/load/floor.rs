//! The floor: plain statements on plain tables that store and read the same data. They know no version, recognise no repeat, count no bytes and have no
//! row-level security, so they are the least that PostgreSQL can do for these requests.

use super::workload::MESSAGES;

/// The tables with their rows. `USERS` users have 200 chats each, and the first ones a long chat, as in `Setup::seed`.
pub fn tables(users: usize, long_users: usize, long_messages: usize) -> Vec<String> {
    vec![
        "CREATE TABLE floor_sessions (owner bigint, id uuid, title text, updated_at timestamptz(3), PRIMARY KEY (owner, id))".into(),
        "CREATE INDEX ON floor_sessions (owner, updated_at)".into(),
        "CREATE TABLE floor_messages (owner bigint, id uuid, session_id uuid, role text, content text, created_at timestamptz(3), \
         PRIMARY KEY (owner, id))"
            .into(),
        "CREATE INDEX ON floor_messages (owner, session_id, created_at)".into(),
        "CREATE TABLE floor_projects (owner bigint, id text, data jsonb, revision bigint, updated_at timestamptz(3), PRIMARY KEY (owner, id))".into(),
        format!(
            "INSERT INTO floor_sessions SELECT u, gen_random_uuid(), 'bench', now() - n * interval '1 s' \
             FROM generate_series(0, {users} - 1) u, generate_series(1, 200) n"
        ),
        format!(
            "INSERT INTO floor_messages SELECT u, gen_random_uuid(), ('00000000-0000-4000-8000-' || lpad(u::text, 12, '0'))::uuid, 'user', \
             repeat('The tide turns. ', 18), now() - n * interval '1 s' FROM generate_series(0, {long_users} - 1) u, generate_series(1, {long_messages}) n"
        ),
        format!("INSERT INTO floor_projects SELECT u, 'bench', '{{}}', 1, now() FROM generate_series(0, {users} - 1) u"),
    ]
}

/// One INSERT of 15 messages.
pub fn batch() -> String {
    let row = |n: usize| format!("(:u, md5(:n || '-{n}')::uuid, :session, 'user', :content, now())");
    let rows: Vec<_> = (0..MESSAGES).map(row).collect();
    format!("INSERT INTO floor_messages VALUES {};\n", rows.join(", "))
}

/// One UPDATE of a document that differs with every call.
pub fn project() -> String {
    "UPDATE floor_projects SET data = jsonb_set(:document::jsonb, '{unique}', to_jsonb(:n::bigint)), revision = revision + 1, updated_at = now() \
     WHERE owner = :u AND id = 'bench';\n"
        .into()
}

/// The newest 50 chats and the newest 50 messages of one.
pub fn login() -> String {
    "SELECT id, title, updated_at FROM floor_sessions WHERE owner = :u ORDER BY updated_at DESC LIMIT 50;
SELECT id, role, content, created_at FROM floor_messages WHERE owner = :u AND session_id = :session ORDER BY created_at DESC LIMIT 50;
"
    .into()
}
