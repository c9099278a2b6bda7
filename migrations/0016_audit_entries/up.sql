-- The audit log: what changed (names of members, no content), in which request, and the lists of administrators.
ALTER TABLE audit ADD COLUMN changed text[] NOT NULL DEFAULT '{}', ADD COLUMN request_id text, DROP COLUMN details;
-- The lists by action and by entity, newest first. Ids grow with time (UUID v7).
CREATE INDEX audit_action ON audit (action, id);
CREATE INDEX audit_entity ON audit (entity, id);
CREATE INDEX audit_entity_id ON audit (entity_id, id) WHERE entity_id IS NOT NULL;
-- The list of one actor by id, and the delete of a user.
DROP INDEX audit_actor;
CREATE INDEX audit_actor ON audit (actor, id) WHERE actor IS NOT NULL;

-- The counts of administrators.
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'landfall_jobs') THEN
        GRANT SELECT (updated_at) ON chat_sessions, projects, records, assets TO landfall_jobs;
        GRANT SELECT (created_at) ON chat_messages TO landfall_jobs;
        GRANT SELECT (collection) ON records TO landfall_jobs;
        GRANT SELECT (row_bytes, row_count) ON user_version TO landfall_jobs;
    END IF;
END $$;
