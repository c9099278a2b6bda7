-- Tombstones are swept some time after the delete. Below this version some are gone: whoever read up to an older one may have missed deletes.
ALTER TABLE space ADD COLUMN horizon bigint NOT NULL DEFAULT 0 CHECK (horizon BETWEEN 0 AND version);

-- What there is to sweep. Living rows are in none of these, so they cost a write nothing.
CREATE INDEX chat_sessions_deleted_at ON chat_sessions (user_id, deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX chat_messages_deleted_at ON chat_messages (user_id, deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX projects_deleted_at ON projects (user_id, deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX records_deleted_at ON records (user_id, deleted_at) WHERE deleted_at IS NOT NULL;
-- A receipt without a hash is swept: the name alone is left.
CREATE INDEX receipts_created_at ON receipts (user_id, created_at) WHERE request_hash <> '';

-- The ids of swept chat sessions: a create or a message that is repeated after years must not bring a chat back.
CREATE TABLE swept_chat_sessions (
    user_id text NOT NULL REFERENCES space (user_id) ON DELETE CASCADE,
    id uuid NOT NULL,
    PRIMARY KEY (user_id, id)
);
