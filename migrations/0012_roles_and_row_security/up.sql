-- The roles of the server and row-level security (docs/adr/0028).
--
-- Roles belong to the whole cluster: another database may have created them, or create them now. If the owner may not create roles, an
-- administrator creates them first (docs/PROTECTION.md), or the server connects as the owner.

-- The role of a server in production: it reads and writes rows, owns nothing and can change no table. It cannot log in until an operator lets it:
-- ALTER ROLE landfall_app LOGIN PASSWORD '...'. `landfall migrate` runs as the owner.
-- Its timeouts end a statement that waits for a lock or runs for too long, and a transaction that stays open. The longest statement is an import.
-- NOINHERIT: a policy for landfall_jobs would also hold for a role that inherits from it.
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'landfall_app') THEN
        CREATE ROLE landfall_app NOLOGIN NOINHERIT;
        ALTER ROLE landfall_app SET lock_timeout = '2s';
        ALTER ROLE landfall_app SET statement_timeout = '60s';
        ALTER ROLE landfall_app SET idle_in_transaction_session_timeout = '60s';
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
    WHEN insufficient_privilege THEN
        RAISE WARNING 'the role landfall_app was not made: the owner may make no roles, so the server has to connect as the owner';
END $$;

-- The role that jobs over all users take on for a transaction (SET LOCAL ROLE). It reads the columns that select the work, and no content.
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'landfall_jobs') THEN
        CREATE ROLE landfall_jobs NOLOGIN;
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
    WHEN insufficient_privilege THEN
        RAISE WARNING 'the role landfall_jobs was not made: the owner may make no roles, so the server has to connect as the owner';
END $$;

-- landfall_app may take on landfall_jobs and does not have its rights otherwise. Before PostgreSQL 16 inheriting is a property of the member.
DO $$ BEGIN
    IF (SELECT count(*) FROM pg_roles WHERE rolname IN ('landfall_app', 'landfall_jobs')) = 2 AND NOT EXISTS (
        SELECT FROM pg_auth_members m WHERE m.roleid = to_regrole('landfall_jobs') AND m.member = to_regrole('landfall_app')) THEN
        IF current_setting('server_version_num')::integer >= 160000 THEN
            EXECUTE 'GRANT landfall_jobs TO landfall_app WITH INHERIT FALSE, SET TRUE';
        ELSE
            IF (SELECT rolinherit FROM pg_roles WHERE rolname = 'landfall_app') THEN
                ALTER ROLE landfall_app NOINHERIT;
            END IF;
            GRANT landfall_jobs TO landfall_app;
        END IF;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;

-- Rows of all tables, those of later migrations too. The server may read which migrations and functions were applied, and not change it.
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'landfall_app') THEN
        GRANT USAGE ON SCHEMA public TO landfall_app;
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO landfall_app;
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO landfall_app;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO landfall_app;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO landfall_app;
        REVOKE INSERT, UPDATE, DELETE ON __diesel_schema_migrations, schema_function FROM landfall_app;
    END IF;
END $$;

-- Row-level security on every table of user data: a statement sees and writes the rows of the owner that its transaction names (app.owner), and none
-- if it names no owner. An unset app.owner is null, or empty after a transaction that set it. The owner of the tables is exempt (no FORCE).
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['chat_sessions', 'expired_chat_sessions', 'chat_messages', 'projects', 'records', 'idempotency_records', 'assets',
                             'asset_objects', 'imports', 'import_rows'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY owner ON %I USING (owner = nullif(current_setting(''app.owner'', true), '''')::bigint)', t);
    END LOOP;
END $$;

-- The rights of the jobs, for all users.
DO $$
DECLARE
    t text;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'landfall_jobs') THEN
        RETURN;
    END IF;
    FOREACH t IN ARRAY ARRAY['chat_sessions', 'chat_messages', 'projects', 'records', 'idempotency_records', 'assets', 'asset_objects', 'imports',
                             'import_rows'] LOOP
        EXECUTE format('CREATE POLICY jobs ON %I TO landfall_jobs USING (true)', t);
    END LOOP;
    GRANT USAGE ON SCHEMA public TO landfall_jobs;
    -- The ids that belong to owner keys.
    GRANT SELECT (id, key) ON "user" TO landfall_jobs;
    -- Retention: the users who have tombstones or outcomes that are old enough.
    GRANT SELECT (owner) ON user_version TO landfall_jobs;
    GRANT SELECT (owner, deleted_at) ON chat_sessions, chat_messages, projects, records, assets TO landfall_jobs;
    GRANT SELECT (owner, request_hash, created_at) ON idempotency_records TO landfall_jobs;
    -- Uploads that were not finished, and objects to check.
    GRANT SELECT (id, status, updated_at, size, mime_type, sha256) ON assets TO landfall_jobs;
    GRANT SELECT (owner, id, object_key, etag, upload_id, checked_at, missing_since, missing_looks),
        UPDATE (etag, checked_at, missing_since, missing_looks) ON asset_objects TO landfall_jobs;
    -- Abandoned imports.
    GRANT SELECT (owner, id, touched_at), DELETE ON imports TO landfall_jobs;
    GRANT SELECT (owner, import_id), DELETE ON import_rows TO landfall_jobs;
END $$;
