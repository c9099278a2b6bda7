//! What is measured: a request, and the SQL that PostgreSQL itself would run for it.

use std::fmt::Write as _;

pub const USERS: usize = 256;
/// Characters in a message; messages in a batch.
const MESSAGE_CHARS: usize = 300;
const MESSAGES: usize = 15;

pub struct Workload {
    pub name: &'static str,
    /// The whole HTTP request of a user, as bytes. `unique` differs every time.
    pub request: fn(user: usize, token: &str, etag: &str, unique: u64) -> Vec<u8>,
    pub needs_etag: bool,
    pub status: &'static str,
    /// A pgbench script; `:u` is the user, `:n` unique, `:content` a message.
    pub script: fn() -> String,
}

pub const ALL: &[&Workload] = &[&BATCH, &UNCHANGED];

/// W1: one POST that stores 15 new messages, all or nothing, idempotent by temporary id.
pub const BATCH: Workload = Workload {
    name: "batch of 15 messages",
    request: batch_request,
    needs_etag: false,
    status: "200",
    script: batch_script,
};

/// The login sync of a user for whom nothing changed: one row read.
pub const UNCHANGED: Workload = Workload {
    name: "unchanged login sync (304)",
    request: unchanged_request,
    needs_etag: true,
    status: "304",
    script: unchanged_script,
};

/// The chat session of a user, the same for HTTP and SQL.
pub fn session_id(user: usize) -> String {
    format!("00000000-0000-4000-8000-{user:012}")
}

pub fn content() -> String {
    "The tide turns at six, and then the boats come in. ".repeat(6)[..MESSAGE_CHARS].to_owned()
}

fn batch_request(user: usize, token: &str, _etag: &str, unique: u64) -> Vec<u8> {
    let (session, content) = (session_id(user), content());
    let mut body = String::with_capacity(8_192);
    body.push_str("{\"messages\":[");
    for n in 0..MESSAGES {
        let comma = if n == 0 { "" } else { "," };
        let _ = write!(
            body,
            "{comma}{{\"tempId\":\"h-{unique}-{n}\",\"sessionId\":\"{session}\",\"role\":\"user\",\"content\":\"{content}\",\"createdAt\":\"2026-11-21T08:00:00.000Z\"}}"
        );
    }
    body.push_str("]}");
    format!(
        "POST /api/chat/messages/batch HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn batch_script() -> String {
    let each = |make: fn(usize) -> String| (0..MESSAGES).map(make).collect::<Vec<_>>().join(", ");
    format!(
        "SELECT version, known_ords, known_ids, known_positions, known_revisions, known_temp_ids, refusal, refused_ord FROM write_messages_v2('bench-' || :u, \
         ARRAY[{ids}], ARRAY[{given}], ARRAY[{temp_ids}], ARRAY[{sessions}]::uuid[], ARRAY[{roles}], ARRAY[{contents}], ARRAY[{metadata}]::jsonb[], ARRAY[{times}], NULL, 0);\n",
        ids = each(|n| format!("md5(:n || '-{n}')::uuid")),
        given = each(|_| "false".into()),
        temp_ids = each(|n| format!("'p-' || :n || '-{n}'")),
        sessions = each(|_| ":session".into()),
        roles = each(|_| "'user'".into()),
        contents = each(|_| ":content".into()),
        metadata = each(|_| "NULL".into()),
        times = each(|_| "'2026-11-21T08:00:00Z'::timestamptz".into()),
    )
}

fn unchanged_request(_user: usize, token: &str, etag: &str, _unique: u64) -> Vec<u8> {
    format!(
        "GET /api/sync/init HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\nif-none-match: {etag}\r\n\r\n"
    )
    .into_bytes()
}

fn unchanged_script() -> String {
    "SELECT version FROM space WHERE user_id = 'bench-' || :u;\n".into()
}
