DROP INDEX audit_action;
DROP INDEX audit_entity;
DROP INDEX audit_entity_id;
DROP INDEX audit_actor;
CREATE INDEX audit_actor ON audit (actor, at) WHERE actor IS NOT NULL;
ALTER TABLE audit DROP COLUMN changed, DROP COLUMN request_id, ADD COLUMN details jsonb;
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'landfall_jobs') THEN
        REVOKE SELECT (updated_at) ON chat_sessions, projects, records FROM landfall_jobs;
        REVOKE SELECT (created_at) ON chat_messages FROM landfall_jobs;
        REVOKE SELECT (collection) ON records FROM landfall_jobs;
        REVOKE SELECT (row_bytes, row_count) ON user_version FROM landfall_jobs;
    END IF;
END $$;
