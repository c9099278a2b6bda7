//! The measured requests, each with the SQL that PostgreSQL runs for it.

use std::fmt::Write as _;

use super::floor;

pub const USERS: usize = 256;
/// The first users, who have a long chat for init.
pub const LONG_USERS: usize = 32;
pub const LONG_MESSAGES: usize = 5_000;
/// Characters in a message.
const MESSAGE_CHARS: usize = 300;
pub const MESSAGES: usize = 15;

pub struct Workload {
    pub name: &'static str,
    /// The whole HTTP request of a user. `known` is a value that the user must know, and `unique` differs with every call.
    pub request: fn(user: usize, token: &str, known: &str, unique: u64) -> Vec<u8>,
    pub needs: Needs,
    pub status: &'static str,
    /// Only users with a long chat.
    pub long: bool,
    /// A pgbench script. `:u` is the user, `:n` is unique, `:content` is a message.
    pub script: fn() -> String,
    /// The script of the floor, where there is one.
    pub floor: Option<fn() -> String>,
}

/// What a user must have requested before the load.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    Nothing,
    /// The ETag of init.
    Etag,
    /// The cursor of a pull that read everything.
    Cursor,
    /// The revision of the user's project, which every request raises.
    Revision,
}

/// Reads come before writes: a pull would have to read what the writes stored.
pub const ALL: &[&Workload] = &[&UNCHANGED, &IDLE_PULL, &LOGIN, &PROJECT, &BATCH];

/// W1: one POST that stores 15 new messages, all or none, idempotent by temporary id.
pub const BATCH: Workload = Workload {
    name: "batch of 15 messages",
    request: batch_request,
    needs: Needs::Nothing,
    status: "200",
    long: false,
    script: batch_script,
    floor: Some(floor::batch),
};

/// Init of a user without changes: one row is read.
pub const UNCHANGED: Workload = Workload {
    name: "unchanged login sync (304)",
    request: unchanged_request,
    needs: Needs::Etag,
    status: "304",
    long: false,
    script: unchanged_script,
    floor: None,
};

/// W2: PUT of a 20 KiB document with a revision check.
pub const PROJECT: Workload = Workload {
    name: "project PUT of 20 KiB",
    request: project_request,
    needs: Needs::Revision,
    status: "200",
    long: false,
    script: project_script,
    floor: Some(floor::project),
};

/// W3: init of a new device.
pub const LOGIN: Workload = Workload {
    name: "login sync (200 chats, 5,000 msgs)",
    request: login_request,
    needs: Needs::Nothing,
    status: "200",
    long: true,
    script: login_script,
    floor: Some(floor::login),
};

/// A pull without changes: one row is read.
pub const IDLE_PULL: Workload = Workload {
    name: "idle pull",
    request: idle_pull_request,
    needs: Needs::Cursor,
    status: "200",
    long: false,
    script: unchanged_script,
    floor: None,
};

/// The chat session of a user, the same for HTTP and SQL.
pub fn session_id(user: usize) -> String {
    format!("00000000-0000-4000-8000-{user:012}")
}

pub fn content() -> String {
    "The tide turns at six, and then the boats come in. ".repeat(6)[..MESSAGE_CHARS].to_owned()
}

fn batch_request(user: usize, token: &str, _known: &str, unique: u64) -> Vec<u8> {
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
        "SELECT version, known_ords, known_ids, known_positions, known_deleted, known_temp_ids, refusal, refused_ord FROM write_messages(:u, \
         ARRAY[{ids}], ARRAY[{given}], ARRAY[{temp_ids}], ARRAY[{sessions}]::uuid[], ARRAY[{roles}], ARRAY[{contents}], ARRAY[{metadata}]::jsonb[], ARRAY[{times}], NULL, 0, NULL, NULL);\n",
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
    "SELECT version FROM user_version WHERE owner = :u;\n".into()
}

/// A document of about 20 KiB that differs with every call.
fn document(unique: impl std::fmt::Display) -> String {
    let layer =
        "{\"kind\":\"text\",\"x\":12.5,\"y\":88,\"text\":\"The tide turns at six, and then the boats come in.\"}";
    format!("{{\"unique\":\"{unique}\",\"layers\":[{}]}}", vec![layer; 215].join(","))
}

fn project_request(_user: usize, token: &str, revision: &str, unique: u64) -> Vec<u8> {
    let body = format!("{{\"baseRevision\":{revision},\"data\":{}}}", document(unique));
    format!(
        "PUT /api/projects/bench HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// The base revision is read from the row, because pgbench can't remember one per user. Two clients on one user cost it a refusal.
fn project_script() -> String {
    "SELECT * FROM store_project(:u, 'bench', (SELECT revision FROM projects WHERE owner = :u AND id = 'bench'), \
     NULL, true, jsonb_set(:document::jsonb, '{unique}', to_jsonb(:n::bigint)), 20000, false, NULL, false, NULL, NULL, NULL, NULL, NULL);\n"
        .into()
}

fn login_request(_user: usize, token: &str, _known: &str, _unique: u64) -> Vec<u8> {
    format!("GET /api/sync/init HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n\r\n").into_bytes()
}

/// The statements of init as the server sends them: the version alone, then one snapshot with pipelined statements, then the messages of the newest
/// chat.
fn login_script() -> String {
    "SELECT version, largest_row FROM user_version WHERE owner = :u;
\\startpipeline
     BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
     SELECT set_config('app.owner', (:u)::text, true);
     SELECT version, horizon, used_bytes, used_count FROM user_version WHERE owner = :u;
     SELECT bytes, id, title, project_id, metadata, revision, version, created_at, updated_at, deleted_at FROM chat_sessions WHERE owner = :u AND deleted_at IS NULL ORDER BY version DESC, id DESC LIMIT 51;
     SELECT id, name, parent_id, thumbnail_asset_id, client_updated_at, revision, version, created_at, updated_at, deleted_at FROM projects WHERE owner = :u AND deleted_at IS NULL ORDER BY version DESC, id DESC LIMIT 200;
     SELECT id, value -> 'value' FROM records WHERE owner = :u AND collection = 'settings' AND deleted_at IS NULL AND octet_length(value::text) <= 16384 ORDER BY id LIMIT 500;
     SELECT id, project_id, file_name, file_type, mime_type, size, width, height, sha256, status, error, revision, version, created_at, updated_at, deleted_at FROM assets WHERE owner = :u AND deleted_at IS NULL ORDER BY version DESC, id DESC LIMIT 201;
     SELECT id, title, description, version FROM assistants WHERE owner = :u AND deleted_at IS NULL ORDER BY version DESC, id LIMIT 50;
     SELECT coalesce(sum(size), 0)::bigint, count(*) FROM assets WHERE owner = :u AND status IN ('pending', 'completed');
\\endpipeline
\\startpipeline
     SELECT bytes, id, temp_id, session_id, role, content, metadata, position, version, created_at, deleted_at FROM chat_messages WHERE owner = :u AND session_id = :session AND deleted_at IS NULL ORDER BY position DESC LIMIT 51;
     COMMIT;
\\endpipeline\n"
        .into()
}

fn idle_pull_request(_user: usize, token: &str, cursor: &str, _unique: u64) -> Vec<u8> {
    format!("GET /api/sync/changes?cursor={cursor} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n\r\n")
        .into_bytes()
}

/// The document that pgbench binds.
pub fn pgbench_document() -> String {
    document(0)
}
