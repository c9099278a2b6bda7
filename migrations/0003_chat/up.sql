-- Chat sessions and messages. Primary keys begin with `owner`: two users may hold the same id, and every statement stays within one user.

-- `revision` counts the changes of the row: 1 at insert, +1 with every change, the touch by a message batch included.
-- `version` is the user's version that last changed the row.
CREATE TABLE chat_sessions (
    owner bigint NOT NULL REFERENCES user_version (owner) ON DELETE CASCADE,
    id uuid NOT NULL,
    title text NOT NULL,
    project_id text,
    metadata jsonb,
    revision bigint NOT NULL CHECK (revision > 0),
    version bigint NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    deleted_at timestamptz(3),
    PRIMARY KEY (owner, id)
);
-- The list (last changed first) and the pull (rows changed after a version).
CREATE INDEX chat_sessions_version ON chat_sessions (owner, version, id);
-- The removal of old tombstones. The index holds no living rows, so their writes do not maintain it.
CREATE INDEX chat_sessions_deleted_at ON chat_sessions (owner, deleted_at) WHERE deleted_at IS NOT NULL;

-- The ids of chat sessions whose tombstone was removed. A repeated create or message must not restore such a session.
CREATE TABLE expired_chat_sessions (
    owner bigint NOT NULL REFERENCES user_version (owner) ON DELETE CASCADE,
    id uuid NOT NULL,
    PRIMARY KEY (owner, id)
);

-- No foreign keys: every writer holds the user's lock and checks the session under it, and 15 checks a batch would be the most expensive part of a
-- write (docs/adr/0003). A message never changes, so it has no `revision` column: its revision is 1, and 2 as a tombstone.
-- `position` is the server's order: version * 2^20 + index in the batch. It stays below 2^53, the largest integer of JavaScript.
-- `version` is the user's version that stored or deleted the row. `created_at` is the client's time; it is shown and does not define an order.
CREATE TABLE chat_messages (
    owner bigint NOT NULL,
    id uuid NOT NULL,
    session_id uuid NOT NULL,
    temp_id text,
    role text NOT NULL CHECK (role IN ('user', 'assistant', 'system', 'tool')),
    content text NOT NULL,
    metadata jsonb,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz(3) NOT NULL,
    deleted_at timestamptz(3),
    PRIMARY KEY (owner, id)
);
-- Repeats: a temporary id is unique per user.
CREATE UNIQUE INDEX chat_messages_temp_id ON chat_messages (owner, temp_id) WHERE temp_id IS NOT NULL;
-- The pages of a session.
CREATE INDEX chat_messages_position ON chat_messages (owner, session_id, position) WHERE deleted_at IS NULL;
-- The pull. `id` is part of it, since one version may hold hundreds of thousands of messages and a page may end inside it.
CREATE INDEX chat_messages_version ON chat_messages (owner, version, id);
-- The removal of old tombstones.
CREATE INDEX chat_messages_deleted_at ON chat_messages (owner, deleted_at) WHERE deleted_at IS NOT NULL;
